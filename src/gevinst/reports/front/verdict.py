"""The answer in a first sentence, and what it rests on: a fixed grammar over the results."""

from __future__ import annotations

from gevinst.analyses.published import printed
from gevinst.reports.results import Results
from gevinst.stats.standardisation import WEIGHTS
from gevinst.study.study import Study
from gevinst.text.language import Language, rounded


def end(kr: float, text: Language, *, exact: bool = False) -> str:
    """Say an amount as what it is: an extra cost, a saving, or nothing; rounded, unless exact."""
    kr = float(f"{kr:.0f}") if exact else rounded(kr)
    key = "saving" if kr > 0.0 else "cost" if kr < 0.0 else "nothing"
    return text(f"front.{key}", kr=text.kr(abs(kr)))


def nobody(study: Study, text: Language) -> str:
    """Say that a group is held against nobody: there is none, or it is looked at alone."""
    return text("headline.alone" if len(study.arms) == 1 else "headline.one_of")


def verdict(results: Results, text: Language) -> tuple[str, list[str]]:
    """Return the first sentence, and those after it."""
    study, simulation = results.study, results.simulation
    if study.stated and study.comparison is not None:
        basis = study.comparison.basis
        said = [text.label(basis)] if basis else []
        if (borrowed := simulation.provenance.borrowed) is not None:
            chance = [_uncertain(results, text)] if simulation.varied else []
            said = [_point(results, text), *chance, *said, borrowed.lead(text)]
        if results.cases:
            said.append(results.cases.sentence(text.code))
        return text("headline.undecided"), said
    if results.deadweight is not None:
        return nobody(study, text), alone(results, text)
    if not simulation.varied:
        return text("front.still"), [_point(results, text)]
    claimed = "gain" if simulation.point > 0.0 else "loss"
    said = [_point(results, text), _uncertain(results, text)]
    return text(f"front.{simulation.side}_{claimed}"), [*said, *_same_mix(results, text)]


def alone(results: Results, text: Language) -> list[str]:
    """Say what the change is, and how much of the fall in cost may have come anyway."""
    simulation, comparison = results.simulation, results.study.comparison
    said = [text.label(comparison.basis)] if comparison and comparison.basis else []
    said.append(_point(results, text))
    if simulation.varied:
        said.append(_uncertain(results, text))
    found = results.deadweight
    return said if found is None or found.reason else [*said, found.short(text)]


def _uncertain(results: Results, text: Language) -> str:
    wide = results.simulation.widest.found
    low, high = (end(kr, text) for kr in (wide.low, wide.high))
    key = "front.uncertain" if results.stratified is None else "front.uncertain_but"
    return text(key, low=low, high=high, level=text.level(wide.level))


def _point(results: Results, text: Language) -> str:
    key = "published" if results.simulation.published else "recomputed"
    kr = results.simulation.point
    if results.simulation.published:
        kr = printed(results.study, kr) or kr
    of = "saving" if kr > 0.0 else "cost" if kr < 0.0 else "nothing"
    return text(f"front.{key}", what=text(f"front.{of}", kr=text.kr(abs(kr))))


def _same_mix(results: Results, text: Language) -> list[str]:
    """Say what the difference is with the same mix at start, where the study has strata."""
    found = results.stratified
    if found is None:
        return []
    pooled = found.of(WEIGHTS[0], found.basis, found.moved)
    low, high = sorted((pooled.low, pooled.high), key=abs)
    if rounded(low) == rounded(high):
        what = end(low, text)
    elif low * high > 0.0:
        near, far = text.number(rounded(abs(low))), text.kr(rounded(abs(high)))
        what = text(f"front.{'saving' if low > 0.0 else 'cost'}_between", low=near, high=far)
    else:
        first, last = sorted((low, high))
        what = text("front.between", low=end(first, text), high=end(last, text))
    interval = pooled.interval
    limits = {"low": text.number(rounded(interval.low)), "high": text.kr(rounded(interval.high))}
    if not interval.available:
        return [text("front.same_mix", what=what)]
    chance = interval.low <= 0.0 <= interval.high
    return [text(f"front.same_mix_{'chance' if chance else 'clear'}", what=what, **limits)]
