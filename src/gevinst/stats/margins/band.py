"""The standard error of a mean gain over every pairing of citizens' times that margins allow.

A citizen's gain is a sum of contributions, one per time: a cost times what the time counts for.
Margins give each time's contributions and not which belong together. The mean needs no pairing; the
variance is smallest and largest under two that sorting finds (Frechet-Hoeffding; Aronow, Green &
Lee 2014, Annals of Statistics 42, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats.lattice import as_numbers
from gevinst.stats.margins.matching import Tally, comonotone
from gevinst.stats.margins.paths import extremes, quasi_independent, support
from gevinst.stats.margins.tables import mask_of
from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

__all__ = [
    "StandardErrorBand",
    "expected",
    "joined",
    "offsetting",
    "pair",
    "pair_within",
    "standard_error",
    "standard_error_band",
]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class StandardErrorBand(Listed):
    """Standard error of a mean change for three ways of pairing the starts with the ends.

    Attributes
    ----------
    narrowest, independent, widest : float
        In the unit of the costs; NaN for one citizen.
    law : {"independence", "quasi-independence"}
        What ``independent`` means: quasi-independence when some transitions are impossible.
    """

    narrowest: float
    independent: float
    widest: float
    law: str = "independence"

    def heading(self, lang: Lang) -> str:
        """Say the ends of the band."""
        text = language(lang)
        ends = {end: text.significant(getattr(self, end)) for end in ("narrowest", "widest")}
        return text("stats.band", **ends)

    def listed(self, lang: Lang) -> list[tuple[str, str]]:
        """Return the three standard errors and what independent means."""
        text = language(lang)
        rows = [
            (text(f"stats.label.{name}"), text.significant(getattr(self, name)))
            for name in ("narrowest", "independent", "widest")
        ]
        return [*rows, (text("stats.label.law"), text(f"stats.law.{self.law}"))]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; a standard error that is not there is None."""
        errors = (self.narrowest, self.independent, self.widest)
        found = [error if math.isfinite(error) else None for error in errors]
        return dict(zip(("narrowest", "independent", "widest"), found, strict=True)) | {
            "law": self.law
        }


def standard_error(parts: Sequence[Tally]) -> float:
    """Classical standard error of a sum of independent means of one group; NaN for one citizen.

    Parameters
    ----------
    parts : sequence of Tally
        One where each citizen's gain is known (or paired); one per time where the times are drawn
        apart. Variances have n - 1.
    """
    n = parts[0].n
    return math.sqrt(sum(part.variance for part in parts) / n) if n > 1 else math.nan


def offsetting(counted: Sequence[float] | Floats) -> Floats:
    """Return the directions in which costs are sorted so that the times offset each other.

    Ascending at every time where a cost counts for a gain at one and against it at another. Where
    all count the same way, as in a sum of periods, every second of them descending.

    Parameters
    ----------
    counted : sequence of float, shape (time,)
        What a cost counts for at each time.

    Returns
    -------
    ndarray, shape (time,)
        1 ascending, -1 descending.

    Examples
    --------
    >>> offsetting([1.0, 0.0, -1.0]).tolist(), offsetting([-1.0, -1.0]).tolist()
    ([1.0, 1.0, 1.0], [1.0, -1.0])
    """
    signs, found = np.sign(counted), np.ones(len(counted))
    if len(set(signs[signs != 0.0])) < 2:
        found[np.flatnonzero(signs)[1::2]] = -1.0
    return found


def pair(costs: Sequence[Tally], counted: Sequence[float], kind: str) -> tuple[Tally, ...]:
    """Pair the times of one group's margins and return what citizens gain.

    Parameters
    ----------
    costs : sequence of Tally
        Costs at each time, in any order.
    counted : sequence of float
        What a cost counts for at each time: 1 at the start and -1 at the end for a change.
    kind : {"narrowest", "independent", "widest"}
        ``narrowest``: costs at every time ascending, so that the expensive stay expensive, or as
        `offsetting` says (the smallest variance between two times, and at most that over more).
        ``widest``: every time's contribution ascending, the largest at any number of times.
        ``independent``: not paired.

    Returns
    -------
    tuple of Tally
        One of gains; for ``independent`` one of contributions per time that counts.
    """
    worth = [
        Tally(weight * cost.values, cost.citizens)
        for weight, cost in zip(counted, costs, strict=True)
    ]
    if kind == "independent":
        apart = tuple(part for weight, part in zip(counted, worth, strict=True) if weight)
        return apart or (worth[0],)
    keys = [each.values for each in worth]
    if kind != "widest":
        keys = [way * each.values for way, each in zip(offsetting(counted), costs, strict=True)]
    order = [np.argsort(each, kind="stable") for each in keys]
    sizes = [np.asarray(cost.citizens, np.int64) for cost in costs]
    found = comonotone([n[at][:, np.newaxis] for n, at in zip(sizes, order, strict=True)])
    gains: Floats = np.sum(
        [
            part.values[at][place[:, 0]]
            for part, at, place in zip(worth, order, found.places, strict=True)
        ],
        axis=0,
    )
    return (Tally(gains, found.citizens[:, 0]),)


def pair_within(
    groups: Sequence[Sequence[Tally]], counted: Sequence[float], kind: str
) -> tuple[Tally, ...]:
    """Pair the times of margins that are known of each part of a group.

    The means of the parts are known, so the sum of squares around the group's is smallest, or
    largest, where each part's is.

    Parameters
    ----------
    groups : sequence of sequence of Tally
        Per part the costs at each time, as in `pair`.
    counted, kind
        As in `pair`. ``independent`` is then within each part: of several, one tally of the
        expected citizens with each gain, as a citizen's part says something of every time.
    """
    return joined([pair(costs, counted, kind) for costs in groups if costs[0].n])


def joined(parts: Sequence[tuple[Tally, ...]]) -> tuple[Tally, ...]:
    """Put what the citizens of each part of a group gain together, as `pair` gives it."""
    if len(parts) == 1:
        return parts[0]
    one = [expected(each) for each in parts]
    return (Tally(*(np.concatenate(each) for each in zip(*one, strict=True))),)


def expected(parts: Sequence[Tally]) -> Tally:
    """Return how many citizens are expected to have each sum of contributions drawn apart."""
    if len(parts) == 1:
        return parts[0]
    values, citizens = np.zeros(1), np.full(1, float(parts[0].n))
    for part in parts:
        some = part.citizens > 0
        values = np.add.outer(values, part.values[some]).ravel()
        citizens = np.multiply.outer(citizens, part.citizens[some] / part.n).ravel()
        values, place = np.unique(values, return_inverse=True)
        citizens = np.bincount(place.ravel(), citizens)
    return Tally(values, citizens)


def standard_error_band(
    start: ArrayLike,
    end: ArrayLike,
    *,
    impossible: ArrayLike | Callable[[float, float], bool] | None = None,
) -> StandardErrorBand:
    """Bound the standard error of mean(start - end) over all pairings of starts with ends.

    Without impossible transitions sorting gives the ends (Aronow, Green & Lee 2014, section 3).
    With them each end is an integer programme over the pairs that are possible. Variances have
    n - 1.

    Parameters
    ----------
    start, end : array_like, shapes (n,)
        Cost per citizen at each time, in any order.
    impossible : array_like of bool or callable, optional
        Pairs that no citizen can have made: a matrix over the distinct start costs (ascending)
        and the distinct end costs (ascending), or a function of one start and one end cost.
        Costs stand for statuses here: statuses that share a cost are one.

    Returns
    -------
    StandardErrorBand

    Raises
    ------
    ValueError
        Values that are not finite numbers, lengths that differ, or transitions that the costs
        themselves refute.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.stats.standard_error_band([9, 5, 1], [6, 2, 0])
    >>> round(found.narrowest, 3), round(found.widest, 3)
    (0.667, 4.055)
    """
    before, after = as_numbers(start, "start"), as_numbers(end, "end")
    if after.size != before.size:
        raise ValueError(
            f"end: read {after.size} costs for {before.size} at the start; "
            "write the same citizens twice"
        )
    if impossible is None or before.size == 1:
        kinds = ("narrowest", "independent", "widest")
        each = [Tally(costs, np.ones(costs.size)) for costs in (before, after)]
        low, middle, high = (standard_error(pair(each, (1.0, -1.0), kind)) for kind in kinds)
        return StandardErrorBand(low, middle, high)
    starts, rows = np.unique(before, return_counts=True)
    ends, columns = np.unique(after, return_counts=True)
    if callable(impossible):
        impossible = np.array([[bool(impossible(s, e)) for e in ends] for s in starts])
    mask = mask_of(impossible, (starts.size, ends.size))
    allowed = support([rows, columns], [mask], [starts, -ends])
    narrow, wide = extremes(allowed)
    spread = float(quasi_independent(allowed) @ (allowed.gains - allowed.mean) ** 2)
    return StandardErrorBand(
        standard_error([narrow]),
        math.sqrt(spread / (before.size - 1)),
        standard_error([wide]),
        "quasi-independence",
    )
