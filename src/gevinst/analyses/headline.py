"""A printed headline that the study's own inputs do not give: both numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import Contrast
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.study.claims import Published
from gevinst.study.study import Study
from gevinst.text.language import Lang, digits_apart, language

HEADLINES = ("difference", "net_gain_per_citizen", "net_gain", "gain_per_citizen", "gain")
"""Measures a headline can be of: the first of them that is printed is a study's headline."""

MOST = 100_000
"""So many values that suppressed counts can give a headline are gone through one by one."""


@dataclass(frozen=True)
class Headline:
    """A printed headline that cannot be rebuilt.

    Parameters
    ----------
    figure, measure : str
        Its id, and what it says a number of.
    printed, rebuilt : float
        What is printed, and what the study's inputs give under the conventions it declares, kr.
    digits : int
        Decimals it is printed with.
    """

    figure: str
    measure: str
    printed: float
    rebuilt: float
    digits: int = 0

    def said(self, lang: Lang = "en") -> str:
        """Say both numbers, in ``en`` or ``da``."""
        text = language(lang)
        digits = digits_apart(self.printed, self.rebuilt, self.digits)
        return text(
            "headline.not_rebuilt",
            measure=text(f"measure.{self.measure}"),
            printed=text.kr(self.printed, digits),
            rebuilt=text.kr(self.rebuilt, digits),
        )


def as_published(study: Study) -> Contrast | None:
    """Return the two arms whose difference is printed; None where others, or one, are chosen."""
    return None if study.compared or study.contrast.reference is None else study.contrast


@lru_cache(maxsize=4)
def headlines(study: Study) -> tuple[Published, ...]:
    """Return the printed figures that are the study's headline: the same one, printed anew."""
    alone, arm = study.contrast.reference is None, study.contrast.treated
    if not study.priced or (not alone and as_published(study) is None):
        return ()
    whole = [
        figure
        for figure in study.published
        if figure.relation == "="
        and figure.arm in ("", arm)
        and not (figure.stratum or figure.time or figure.since or figure.item or figure.payer)
    ]
    printed = [figure.measure for figure in whole]
    first = next((m for m in HEADLINES[alone:] if m in printed), None)
    return tuple(figure for figure in whole if figure.measure == first)


@lru_cache(maxsize=4)  # whatever is asked of a study remembers it
def not_rebuilt(study: Study) -> Headline | None:
    """Hold the printed headline against the study's inputs, under the conventions it declares.

    Returns
    -------
    Headline or None
        None where the inputs give it, within all roundings and for some of the counts that
        suppression leaves open, or where none is printed.
    """
    study = replace(study, conventions=study.declared or study.conventions, declared=None)
    for figure in headlines(study):
        rebuilt = _rebuilt(study, figure)
        found = nearest(study, figure, rebuilt)
        if figure.agrees(found):
            continue
        slack = sum(abs(_rebuilt(moved, figure) - rebuilt) for moved in one_rate_off(study))
        if not figure.agrees(found, slack):
            return Headline(figure.id, figure.measure, figure.value, rebuilt, figure.digits)
    return None


def one_rate_off(study: Study) -> Iterator[Study]:
    """Yield the study with one of its rates off by the rounding it is printed with, for each."""
    for k, rate in enumerate(study.rates):
        if rate.rounding > 0.0:
            moved = replace(rate, kr=rate.kr + rate.rounding)
            yield replace(study, rates=(*study.rates[:k], moved, *study.rates[k + 1 :]))


def room(study: Study) -> tuple[float, float]:
    """Lowest and highest change of the difference over the counts that suppression leaves open.

    kr. per citizen; times are apart from each other, so each takes the set of counts that is best,
    or worst.
    """
    changes = _changes(study, "difference")
    return sum(float(c.min()) for c in changes), sum(float(c.max()) for c in changes)


def nearest(study: Study, figure: Published, rebuilt: float) -> float:
    """What some set of suppressed counts gives for a headline, nearest to what is printed, kr.

    Where there are more than `MOST` such values, any between the lowest and the highest is one.
    """
    sums = np.array([rebuilt])
    changes = _changes(study, figure.measure)
    for i, change in enumerate(changes):
        sums = np.unique(np.add.outer(sums, change).round(6))
        if sums.size > MOST:
            low, high = sums[0], sums[-1]
            low += sum(c.min() for c in changes[i + 1 :])
            high += sum(c.max() for c in changes[i + 1 :])
            return float(np.clip(figure.value, low, high))
    return float(sums[np.argmin(np.abs(sums - figure.value))])


def _changes(study: Study, measure: str) -> list[NDArray[np.float64]]:
    """What each set of an arm's suppressed counts at a time changes a headline by, kr."""
    found = []
    for a, arm in enumerate(study.arms if study.masked else ()):
        own = float(arm.id == study.contrast.treated)
        sign = study.contrast.sign(arm.id) if measure == "difference" else own
        for t, sets in enumerate(study.masked.get(arm.id, ())):
            kr = (sets - study.counts[a, t]) @ study.status_costs[a, t]
            each = sign * study.status_horizon[t] * kr * _heads(study, a, measure)
            found.append(np.unique(each.round(6)))
    return found


def _heads(study: Study, a: int, measure: str) -> float:
    """What a sum over an arm's citizens is multiplied by to be a measure."""
    return 1.0 if measure in ("net_gain", "gain") else 1.0 / study.arms[a].analysed


def _rebuilt(study: Study, figure: Published) -> float:
    """What a study's inputs give for a figure that is a headline, kr."""
    by_item = evaluate(build(study), by=("item",))
    if figure.measure == "difference":
        return float(by_item.difference()[0])
    a = study.axes.at("arm", study.contrast.treated)
    counted = [not item.investment or figure.measure.startswith("net") for item in study.items]
    per_citizen: NDArray[np.float64] = by_item.over("arm", "item")[0, a, counted]
    return float(per_citizen.sum()) * study.arms[a].analysed * _heads(study, a, figure.measure)
