"""Which rate lies behind each cell, and how much of a change is the rate's doing?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gevinst.analyses.audit.evidence import StudyEvidence
from gevinst.analyses.audit.finding import Finding, Quantity, pair
from gevinst.analyses.audit.formulas import Span
from gevinst.analyses.gain import gain
from gevinst.study.claims import Published
from gevinst.study.study import Study


def cells(evidence: StudyEvidence) -> Iterator[Finding]:
    """The rate implied by each cell against the printed rate, or the same status elsewhere."""
    if not evidence.study.statuses:
        return
    printed = {
        (f.arm, f.item): f
        for f in evidence.figures
        if f.measure == "rate" and not _restated(evidence.study, f)
    }
    odd: dict[tuple[str, float, float], list[tuple[Published, Span]]] = defaultdict(list)
    for figure in evidence.figures:
        implied = _implied(evidence, figure)
        found = None if implied is None else _reference(evidence, printed, figure)
        if implied is None or found is None:
            continue
        said, reference = found
        if not implied.meets(reference):
            odd[figure.arm, said, round(implied.middle / 12)].append((figure, implied))
    for (arm, said, _), members in odd.items():
        yield _finding(evidence, arm, said, members)


def _restated(study: Study, figure: Published) -> bool:
    """Whether a status's rate can be printed in other prices than those of its cells."""
    rates = study.rate_of[study.axes.at("arm", figure.arm), 0][:, list(study.members(figure.item))]
    return any(study.rates[rate].restated for rate in rates[rates >= 0])


def _implied(evidence: StudyEvidence, figure: Published) -> Span | None:
    """kr. a year per citizen that a printed cell of one status leaves, within its rounding."""
    study = evidence.study
    if figure.measure != "cost" or figure.relation != "=" or figure.item not in study.axes.items:
        return None
    at = study.axes.at
    n = study.counts[at("arm", figure.arm), at("time", figure.time), at("item", figure.item)]
    amount = evidence.spans[figure.id]
    return None if n == 0 else Span(amount.low / n, amount.high / n)


def _reference(
    evidence: StudyEvidence, printed: dict[tuple[str, str], Published], figure: Published
) -> tuple[float, Span] | None:
    """The printed rate of a cell's status, kr. a month, or what its first other cell implies."""
    rate = printed.get((figure.arm, figure.item))
    if rate is not None:
        monthly = evidence.spans[rate.id]
        return rate.value, Span(12 * monthly.low, 12 * monthly.high)
    for other in evidence.figures:
        if (other.arm, other.item) == (figure.arm, figure.item) and other is not figure:
            implied = _implied(evidence, other)
            if implied is not None:
                return implied.middle / 12, implied
    return None


def _finding(
    evidence: StudyEvidence, arm: str, said: float, members: list[tuple[Published, Span]]
) -> Finding:
    """One finding for all cells of an arm that share a printed and an implied rate."""
    first, implied = members[0]
    low = max(r.low for _, r in members)
    high = min(r.high for _, r in members)
    monthly = (low + high) / 24 if low <= high else implied.middle / 12
    figures = [figure for figure, _ in members]
    printed, given = pair(said, monthly, "kr/month")
    values = {
        "place": evidence.labels(arm),
        "items": evidence.labels(*dict.fromkeys(figure.item for figure in figures)),
        "times": evidence.labels(*dict.fromkeys(figure.time for figure in figures)),
        "cells": len(members),
        "printed": printed,
        "implied": given,
    }
    effect = _at_printed(evidence.study, figures, 12 * said) - evidence.gain.difference
    finding = Finding("rate", first.id, first.source, said, monthly, values=values)
    # Cells that inputs do not give either imply a rate of their own; the others are priced so.
    off = [figure.id for figure in figures if figure.id in evidence.off]
    priced = dict.fromkeys(f"rate {f.item}" for f in figures if f.id not in off)
    return evidence.moving(effect, finding).tied(*priced).follows(off)


def _at_printed(study: Study, figures: list[Published], kr: float) -> float:
    """Headline with the printed rate in the cells of these figures."""
    at, base = study.axes.at, study.rate_of.copy()
    for figure in figures:
        cell = at("arm", figure.arm), 0, at("time", figure.time), at("item", figure.item)
        base[cell] = len(study.rates)
    changed = replace(
        study,
        rates=(*study.rates, replace(study.rates[0], id="printed", kr=kr)),
        rate_maps={**study.rate_maps, study.conventions.basis: base},
    )
    return gain(changed).difference


def price_part(evidence: StudyEvidence) -> Iterator[Finding]:
    """Every published change in cost, and every gain, like for like: with the rates before it.

    With n and p the citizens and the rate of each status before and after, the change is the sum
    over statuses of (n1 - n0) p0, which is what it would be had no rate changed, and n1 (p1 - p0),
    what the other rates do to those counted after. The latter is what the headline moves by where
    those cells get the first rate, so one thing has one number.
    """
    study = evidence.study
    if not study.statuses:
        return
    for figure in evidence.figures:
        before, after = study.times[0].id, study.times[-1].id
        if figure.measure == "cost_change":
            before, after = figure.since, figure.time
        elif figure.measure != "gain" or not evidence.annual:
            continue
        if figure.relation != "=" or figure.follows:
            continue
        split = _split(study, figure, before, after)
        if split.cost == 0.0 or abs(split.price) < 0.01 * split.cost:
            continue
        change = figure.measure == "cost_change"
        scale, unit, digits = (100.0 / split.cost, "pct", 1) if change else (-1.0, "kr", 0)
        values = {
            "price": Quantity(scale * split.price, unit, digits),
            "part": Quantity(scale * split.people, unit, digits),
            "since": evidence.labels(before),
            "before": split.citizens[0],
            "after": split.citizens[1],
        }
        found = evidence.finding("price", figure, scale * split.people, **values)
        yield replace(found.tied(*_moved(study, figure, before, after)), consequence=True)


def _moved(study: Study, figure: Published, before: str, after: str) -> list[str]:
    """What a price's part is about: each status that has another rate at the end."""
    at = study.axes.at
    rates = study.rate_of[at("arm", figure.arm), 0]
    odd = rates[at("time", before)] != rates[at("time", after)]
    items = study.members(figure.item) if figure.item else study.statuses
    return [f"rate {study.axes.items[i]}" for i in items if odd[i]]


@dataclass(frozen=True)
class _Split:
    """Parts of a change in cost, and the cost before it, in kr.; citizens before and after."""

    price: float
    people: float
    cost: float
    citizens: tuple[int, int]


def _split(study: Study, figure: Published, before: str, after: str) -> _Split:
    at = study.axes.at
    a, t0, t1 = at("arm", figure.arm), at("time", before), at("time", after)
    items = list(study.members(figure.item) if figure.item else study.statuses)
    kr = np.append(study.kr, 0.0)
    rates = kr[study.rate_of[a, 0][:, items]]
    n0, n1 = study.counts[a, t0, items], study.counts[a, t1, items]
    return _Split(
        float(n1 @ (rates[t1] - rates[t0])),
        float((n1 - n0) @ rates[t0]),
        float(n0 @ rates[t0]),
        (int(n0.sum()), int(n1.sum())),
    )
