"""Where can a figure that does not follow from its own inputs have come from?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gevinst.analyses.audit.evidence import Evidence
from gevinst.analyses.audit.finding import Finding, Place
from gevinst.analyses.published import PLACES
from gevinst.study.claims import Published

LEAST = 1000.0
"""A number below this has too few digits for a match to say anything."""


def search(evidence: Evidence) -> Iterator[Finding]:
    """Copies, differences and sums of other published figures that give such a figure.

    Differences and sums are searched among figures that stand in the same place but for one
    coordinate (the two arms of a case, two payers of a row), so that a chance match is rare.
    """
    lost = [f for f in evidence.figures if _does_not_follow(evidence, f)]
    used: dict[str, list[str]] = {}
    for figure in lost:
        matches = list(_copies(evidence, figure)) or list(_pairs(evidence, figure))
        if not matches:
            continue
        for _, names in matches:
            for name in names:
                used.setdefault(name, []).append(figure.id)
        code, names = matches[0]
        origins = zip(("one", "other"), (_origin(evidence, n) for n in names), strict=False)
        found = evidence.finding(code, figure, **dict(origins)).follows([figure.id])
        yield found.tied(*_siblings(figure), *_of_others(evidence, figure, names))
    yield from _twice_and_never(evidence, lost, used)


def _does_not_follow(evidence: Evidence, figure: Published) -> bool:
    if figure.relation != "=" or abs(figure.value) < LEAST or figure.measure == "rate":
        return False
    formula = evidence.formulas.get(figure.id)
    if formula is not None:
        found = formula.evaluate(evidence.spans)
        if not found.meets(evidence.spans[figure.id]):
            return True
    return not evidence.agrees(figure)


def _candidates(evidence: Evidence, figure: Published) -> list[Published]:
    inputs = evidence.formulas[figure.id].names if figure.id in evidence.formulas else ()
    return [
        other
        for other in evidence.figures
        if other.id != figure.id
        and other.id not in inputs
        and figure.id
        not in (evidence.formulas[other.id].names if other.id in evidence.formulas else ())
        and other.unit == figure.unit
        and other.relation == "="
        and abs(other.value) >= LEAST
    ]


def _copies(evidence: Evidence, figure: Published) -> Iterator[tuple[str, tuple[str, ...]]]:
    for other in _candidates(evidence, figure):
        room = (figure.rounding + other.rounding) / 2 + 1e-9
        if other.measure != "given" and abs(other.value - figure.value) <= room:
            yield "provenance_copy", (other.id,)


def _pairs(evidence: Evidence, figure: Published) -> Iterator[tuple[str, tuple[str, ...]]]:
    candidates = _candidates(evidence, figure)
    values = np.array([other.value for other in candidates])
    roundings = np.array([other.rounding for other in candidates])
    for i, one in enumerate(candidates):
        later = slice(i + 1, None)
        room = (figure.rounding + one.rounding + roundings[later]) / 2 + 1e-9
        near = [
            np.abs(value - figure.value) <= room
            for value in (one.value - values[later], values[later] - one.value)
        ]
        near.append(np.abs(one.value + values[later] - figure.value) <= room)
        for j in np.flatnonzero(np.logical_or.reduce(near)).tolist():
            other = candidates[i + 1 + j]
            if one.measure != other.measure or _apart(one, other) != 1:
                continue
            pairs = (
                ("provenance_difference", one, other),
                ("provenance_difference", other, one),
                ("provenance_sum", one, other),
            )
            for close, (code, first, second) in zip(near, pairs, strict=True):
                if close[j]:
                    yield code, (first.id, second.id)


def _apart(one: Published, other: Published) -> int:
    """In how many coordinates two figures stand apart."""
    return sum(getattr(one, place) != getattr(other, place) for place in PLACES)


def _origin(evidence: Evidence, name: str) -> Place:
    """Name a figure by its id and its place."""
    figure = evidence.by_id[name]
    return Place(
        (f"«{name}»", *(evidence.place(figure).parts if figure.measure != "given" else ()))
    )


def _siblings(figure: Published) -> list[str]:
    """One tie per place: figures that share it stand apart in that place alone."""
    at = {place: getattr(figure, place) for place in PLACES if getattr(figure, place)}
    return [f"row {figure.measure}, any {place} of {at | {place: '*'}}" for place in at]


def _of_others(evidence: Evidence, figure: Published, names: tuple[str, ...]) -> Iterator[str]:
    """What a study can choose, where a figure equals another stratum's or another payer's."""
    for place, choice in (("stratum", "weights"), ("payer", "payers")):
        found = {getattr(evidence.by_id[name], place) for name in names}
        if getattr(figure, place) not in found and "" not in found | {getattr(figure, place)}:
            yield choice


def _twice_and_never(
    evidence: Evidence, lost: list[Published], used: dict[str, list[str]]
) -> Iterator[Finding]:
    """Origins that give two figures, and own inputs that no figure turns out to use."""
    direct = {
        name: formula.names[0]
        for name, formula in evidence.formulas.items()
        if len(formula.names) == 1 and formula.text.strip() == formula.names[0]
    }
    if not direct:
        return
    following = [name for name in direct if name not in {figure.id for figure in lost}]
    for name in following:
        used.setdefault(direct[name], []).append(name)
    for origin, figures in used.items():
        found = [name for name in dict.fromkeys(figures) if name in direct]
        if len(found) > 1:
            yield _about(evidence, "used_twice", origin, found)
    matched = {name for name, figures in used.items() if figures}
    lost_ids = {figure.id for figure in lost}
    for name, origin in direct.items():
        if name in lost_ids and origin not in matched:
            yield _about(evidence, "never_used", origin, [name])


def _about(evidence: Evidence, code: str, origin: str, figures: list[str]) -> Finding:
    named = ", ".join(f"«{name}»" for name in figures)
    return evidence.finding(code, evidence.by_id[origin], figures=named).follows(figures)
