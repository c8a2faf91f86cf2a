"""A group divided into strata by the status at start, as margins know it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.paths import Support, support
from gevinst.stats.margins.places import Places

__all__ = ["TIE", "End", "GroupMargins", "Switched", "largest", "placings"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TIE = 1e-9
"""Ends closer than this, relatively, are one."""
_MOST_PLACINGS = 20_000  # ways to place the lost in strata


class Switched(NamedTuple):
    """How many citizens went from some statuses at one time to some at another.

    Attributes
    ----------
    first, last : int
        Positions of the times.
    pairs : ndarray of bool, shape (statuses, statuses)
        Which pairs of a status at the first and one at the last time are meant.
    citizens : int
        How many did.
    """

    first: int
    last: int
    pairs: Mask
    citizens: int


@dataclass(frozen=True, eq=False)
class GroupMargins:
    """One group's citizens per status and time, and what being there adds to a gain.

    Attributes
    ----------
    counts : tuple of ndarray of int, shape (statuses,) each
        Citizens at each time.
    values : tuple of ndarray, shape (statuses,) each
        What a citizen in the status at the time adds to the gain, in kr. or any one unit.
    stratum : ndarray of int, shape (statuses,)
        Stratum of each status at the first time; -1 for those nobody is in.
    reach : ndarray, shape (strata, 2)
        Smallest and largest gain a citizen of the stratum can have at all: what bounds the mean of
        a stratum in which nobody is seen.
    lost : tuple of ndarray of bool, shape (statuses,) each
        Statuses in which a citizen is not seen. Means are over citizens seen at every time.
    barred : tuple of ndarray of bool, optional
        Per consecutive pair of times, steps that no citizen makes; tested on the margins already.
    switched : Switched, optional
        A switch that so many made; tables in which others did are left out.
    """

    counts: tuple[Counts, ...]
    values: tuple[Floats, ...]
    stratum: Counts
    reach: Floats
    lost: tuple[Mask, ...]
    barred: tuple[Mask, ...] | None = None
    switched: Switched | None = None

    @property
    def strata(self) -> int:
        """How many strata there are."""
        return len(self.reach)

    @property
    def sizes(self) -> Counts:
        """Citizens of each stratum at the first time, shape (strata,)."""
        counted = self.stratum >= 0
        return np.bincount(
            self.stratum[counted], weights=self.counts[0][counted], minlength=self.strata
        ).astype(np.int64)

    @property
    def plain(self) -> bool:
        """Whether rearrangement finds the ends: lost at one later time at most, and all is open."""
        when = self.lost_at
        if self.barred is not None or self.switched is not None:
            return False
        return not when or (len(when) == 1 and when[0] > 0)

    @property
    def lost_at(self) -> list[int]:
        """Times at which somebody is lost."""
        return [t for t, gone in enumerate(self.lost) if self.counts[t][gone].any()]

    @cached_property
    def content(self) -> tuple[bytes, ...]:
        """All there is of it without a switch, so that what is alike can be found once."""
        barred = self.barred or ()
        arrays = (*self.counts, *self.values, self.stratum, self.reach, *self.lost, *barred)
        return tuple(array.tobytes() for array in arrays)

    @cached_property
    def listed(self) -> tuple[Support, Counts, Mask]:
        """The group's paths, with the stratum of each and whether it is lost on the way."""
        return _paths(self)

    @cached_property
    def kept(self) -> list[int]:
        """Times that the paths go through: the others say nothing of a gain, nor of who is seen."""
        asked = self.switched[:2] if self.switched else ()
        return [
            t
            for t in range(len(self.counts))
            if t == 0
            or t in asked
            or self.barred is not None
            or self.values[t].any()
            or self.lost[t].any()
        ]

    def holding(self, counted: Places) -> Places:
        """Hold paths to the switch that so many made, where there is one."""
        if self.switched is None:
            return counted
        at = (self.kept.index(t) for t in self.switched[:2])
        first, last = (self.listed[0].paths[:, place] for place in at)
        return counted.holding(self.switched.pairs[first, last], self.switched.citizens)

    def negated(self) -> GroupMargins:
        """Return the same group with losses for gains, so that highest is lowest."""
        turned = replace(self, values=tuple(-v for v in self.values), reach=-self.reach[:, ::-1])
        if not self.plain:  # the paths are the same, and listing them takes time
            allowed, stratum, gone = self.listed
            allowed = replace(allowed, gains=-allowed.gains, mean=-allowed.mean)
            turned.__dict__["listed"] = (allowed, stratum, gone)
        return turned


@dataclass(frozen=True, slots=True)
class End:
    """The lowest or the highest mean of a group with given weights, and what stands behind it.

    Attributes
    ----------
    value : float
        Weighted sum of the strata's mean gains.
    seen : ndarray of int, shape (strata,)
        Citizens behind each stratum's mean.
    variances : ndarray, shape (strata,)
        Variance of the citizens' gains in each stratum, with n - 1, in the table with the largest
        standard error among those that attain the end; NaN for one citizen or none.
    """

    value: float
    seen: Counts
    variances: Floats


def placings(sizes: Counts, least: int, most: int) -> Iterator[Counts]:
    """Ways in which `least` to `most` lost citizens can have come from the strata."""
    ranges = [range(min(int(n), most) + 1) for n in sizes]
    if math.prod(len(r) for r in ranges[:-1]) > _MOST_PLACINGS:
        raise ValueError(
            f"strata: {most} lost citizens can have come from {len(sizes)} strata in more ways "
            "than can be gone through; merge strata"
        )
    for head in product(*ranges[:-1]):
        for total in range(least, most + 1):
            last = total - sum(head)
            if last in ranges[-1]:
                yield np.array([*head, last], dtype=np.int64)


def largest(ends: Sequence[End], weights: Floats, value: float) -> End:
    """Of ends of one value the one with the largest standard error; none beats no variance."""

    def spread(end: End) -> float:
        used = (weights > 0) & (end.seen > 0)
        if (end.seen[used] == 1).any():
            return math.inf
        return float((weights[used] ** 2 * end.variances[used] / end.seen[used]).sum())

    return replace(max(ends, key=spread), value=value)


def _paths(group: GroupMargins) -> tuple[Support, Counts, Mask]:
    """List the group's paths, with the stratum of each and whether it is lost on the way."""
    kept = group.kept
    counts = [group.counts[t] for t in kept]
    barred = group.barred or [np.zeros((len(a), len(b)), np.bool_) for a, b in pairwise(counts)]
    allowed = support(counts, barred, [group.values[t] for t in kept])
    gone = np.zeros(len(allowed.paths), np.bool_)
    for place, t in enumerate(kept):
        gone |= group.lost[t][allowed.paths[:, place]]
    return allowed, group.stratum[allowed.paths[:, 0]], gone
