"""How far the mean of a group with a given mix of strata can lie, where only margins are known.

A stratum is a set of statuses at the first time. Margins say what its citizens cost then and not
where they ended, so the mean of a stratum is bounded. Without impossible steps the ends have a
closed form for any number of strata: at each time the cheapest ends go to the strata whose citizens
weigh the most (rearrangement). With them, or with citizens lost at several times, each end is an
integer programme over the paths of all strata jointly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.largest_variance import largest_variances, matrix_of
from gevinst.stats.margins.paths import Support, quasi_independent, support

__all__ = ["End", "GroupMargins", "bounds", "independent_mean"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOST_PLACINGS = 20_000  # ways to place the lost in strata
_MOST_CELLS = 4_000  # variables of the programme for the largest variance
_SECONDS = 20.0  # for one end
_TIE = 1e-9


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
    """

    counts: tuple[Counts, ...]
    values: tuple[Floats, ...]
    stratum: Counts
    reach: Floats
    lost: tuple[Mask, ...]
    barred: tuple[Mask, ...] | None = None

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
        """Whether rearrangement finds the ends: no steps barred, lost at one later time at most."""
        when = self.lost_at
        return self.barred is None and (not when or (len(when) == 1 and when[0] > 0))

    @property
    def lost_at(self) -> list[int]:
        """Times at which somebody is lost."""
        return [t for t, gone in enumerate(self.lost) if self.counts[t][gone].any()]

    @cached_property
    def listed(self) -> tuple[Support, Counts, Mask]:
        """The group's paths, with the stratum of each and whether it is lost on the way."""
        return _paths(self)

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


def bounds(group: GroupMargins, weights: Floats) -> tuple[End, End]:
    """Bound the mean gain of a group whose strata are weighted, over every table that fits.

    Sharp: integer tables attain both ends. Any number of strata and times.

    Parameters
    ----------
    group : GroupMargins
        What is known.
    weights : ndarray, shape (strata,)
        Not negative; a stratum of weight zero is not read.

    Returns
    -------
    End, End
        The lowest and the highest.

    Raises
    ------
    ValueError
        Too many paths or ways to place the lost to go through.
    """
    low, high = _lowest(group, weights), _lowest(group.negated(), weights)
    return low, replace(high, value=-high.value)


def independent_mean(group: GroupMargins, weights: Floats) -> float:
    """Return the same mean where a citizen's start says nothing of what follows.

    With barred steps it is quasi-independence: as independent as they allow. NaN where a stratum
    that has weight holds nobody.
    """
    used = weights > 0
    if (group.sizes[used] == 0).any():
        return math.nan
    if group.barred is None:
        total = sum(
            float(c[~gone] @ v[~gone]) / float(c[~gone].sum())
            for c, v, gone in zip(group.counts[1:], group.values[1:], group.lost[1:], strict=True)
        )
        open_ = group.counts[0] * ~group.lost[0]
        means = [_mean(group.values[0], open_ * (group.stratum == s)) for s in range(group.strata)]
        return float(weights[used] @ (np.array(means)[used] + total))
    allowed, stratum, gone = group.listed
    shares = quasi_independent(allowed) * ~gone
    means = [_mean(allowed.gains, shares * (stratum == s)) for s in range(group.strata)]
    return float(weights[used] @ np.array(means)[used])


def _mean(values: Floats, weights: Floats | Counts) -> float:
    total = float(weights.sum())
    return float(weights @ values) / total if total > 0 else math.nan


def _lowest(group: GroupMargins, weights: Floats) -> End:
    """Return the lowest end."""
    if group.plain:
        return _by_rearrangement(group, weights, next(iter(group.lost_at), None))
    return _by_programme(group, weights)


# --- closed form ------------------------------------------------------------------------------


def _by_rearrangement(group: GroupMargins, weights: Floats, when: int | None) -> End:
    """Lowest end where the lost, if any, are lost at one later time and no step is barred.

    With `gone` citizens lost from each stratum the seen ones are cheapest when the lost had the
    largest starts of their strata and the largest contributions at the other times, and the rest
    is rearranged; the number lost from each stratum is gone through.
    """
    starts = [
        np.sort(np.repeat(group.values[0], group.counts[0] * (group.stratum == s)))
        for s in range(group.strata)
    ]
    later = [
        np.sort(np.repeat(v, c * ~lost))
        for v, c, lost in zip(group.values[1:], group.counts[1:], group.lost[1:], strict=True)
    ]
    sizes = group.sizes
    missing = 0 if when is None else int(group.counts[when][group.lost[when]].sum())
    seen_in_all = int(sizes.sum()) - missing
    later = [pool[:seen_in_all] for pool in later]
    ends = []
    for gone in _placings(sizes, missing, missing):
        seen = sizes - gone
        kept = [start[:n] for start, n in zip(starts, seen, strict=True)]
        ends.append(_rearranged(kept, later, seen, weights, group.reach[:, 0]))
    value = min(end.value for end in ends)
    room = _TIE * max(1.0, abs(value))
    ties = [end.finished() for end in ends if end.value <= value + room]
    return _largest(ties, weights, value)


@dataclass(frozen=True, slots=True)
class _Rearranged:
    """A rearrangement: its value, and per class of equally weighted strata what it was given."""

    value: float
    seen: Counts
    weights: Floats
    classes: tuple[tuple[list[int], list[Floats], list[Floats]], ...]

    def finished(self) -> End:
        variances = np.full(len(self.seen), math.nan)
        for members, starts, pools in self.classes:
            variances[members] = _class_variances(
                starts, pools, self.weights[members], self.seen[members]
            )
        return End(self.value, self.seen, variances)


def _rearranged(
    starts: Sequence[Floats],
    later: Sequence[Floats],
    seen: Counts,
    weights: Floats,
    reach: Floats,
) -> _Rearranged:
    """Give the smallest of each later time to the strata whose citizens weigh the most."""
    value, taken = 0.0, 0
    classes = []
    filled = (weights > 0) & (seen > 0)
    per_citizen = np.divide(weights, seen, out=np.zeros(len(seen)), where=filled)
    value += float(weights[(weights > 0) & (seen == 0)] @ reach[(weights > 0) & (seen == 0)])
    for members in _equal(per_citizen, np.flatnonzero(filled)):
        number = int(seen[members].sum())
        pools = [pool[taken : taken + number] for pool in later]
        taken += number
        own = [starts[s] for s in members]
        value += float(sum(per_citizen[s] * starts[s].sum() for s in members))
        # Strata of one weight share a pool; the mean of their weights is each one's.
        value += float(per_citizen[members].mean()) * float(sum(pool.sum() for pool in pools))
        classes.append((members, own, pools))
    return _Rearranged(value, seen, weights, tuple(classes))


def _equal(per_citizen: Floats, members: Counts) -> list[list[int]]:
    """Group strata whose citizens weigh the same, the heaviest first."""
    order = sorted(members.tolist(), key=lambda s: -per_citizen[s])
    classes: list[list[int]] = []
    for s in order:
        if classes and per_citizen[classes[-1][0]] - per_citizen[s] <= 1e-12 * per_citizen[s]:
            classes[-1].append(s)
        else:
            classes.append([s])
    return classes


def _class_variances(
    starts: Sequence[Floats], pools: Sequence[Floats], weights: Floats, seen: Counts
) -> Floats:
    """Variances within the strata of one class in a table with the largest standard error.

    One stratum: every time ascending, the largest variance of a sum (band.pair). Several share the
    pools in any way that fits, which is a programme.
    """
    if len(starts) == 1:
        gains: Floats = np.sum([starts[0], *pools], axis=0)
        return np.array([gains.var(ddof=1) if gains.size > 1 else math.nan])
    distinct = [np.unique(pool, return_counts=True) for pool in pools]
    heads = [np.unique(start, return_counts=True) for start in starts]
    shape = [len(values) for values, _ in distinct]
    if sum(len(values) for values, _ in heads) * math.prod(shape) > _MOST_CELLS:
        return _at_most(starts, pools, seen)
    every = list(product(*map(range, shape)))  # one, the empty one, where there is no later time
    later = np.array(every, dtype=np.int64).reshape(len(every), len(shape))
    onward = np.sum([v[later[:, t]] for t, (v, _) in enumerate(distinct)], axis=0)
    onward = np.broadcast_to(onward, len(later))
    gains = np.concatenate([v + onward for values, _ in heads for v in values])
    stratum = np.repeat(np.arange(len(starts)), [len(values) * len(later) for values, _ in heads])
    rows = sum(len(values) for values, _ in heads)
    places = [np.repeat(np.arange(rows), len(later))]
    totals = [np.concatenate([counts for _, counts in heads])]
    for t, (_, counts) in enumerate(distinct):
        places.append(sum(map(len, totals)) + np.tile(later[:, t], rows))
        totals.append(counts)
    return largest_variances(
        gains, stratum, np.array(places), np.concatenate(totals), weights, seen
    )


def _at_most(starts: Sequence[Floats], pools: Sequence[Floats], seen: Counts) -> Floats:
    """Bound of the variances where there are too many cells to go through.

    The sum of squares within strata is at most that of the class as one group, sorted widest.
    """
    gains: Floats = np.sum([np.sort(np.concatenate(starts)), *pools], axis=0)
    square = float(((gains - gains.mean()) ** 2).sum())
    most = max(n / (n - 1) for n in seen if n > 1) if (seen > 1).any() else math.nan
    return np.where(seen > 1, square / int(seen.sum()) * most, math.nan)


def _placings(sizes: Counts, least: int, most: int) -> Iterator[Counts]:
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


def _largest(ends: Sequence[End], weights: Floats, value: float) -> End:
    """Of ends of one value the one with the largest standard error; none beats no variance."""

    def spread(end: End) -> float:
        used = (weights > 0) & (end.seen > 0)
        if (end.seen[used] == 1).any():
            return math.inf
        return float((weights[used] ** 2 * end.variances[used] / end.seen[used]).sum())

    return replace(max(ends, key=spread), value=value)


# --- programmes -------------------------------------------------------------------------------


def _paths(group: GroupMargins) -> tuple[Support, Counts, Mask]:
    """List the group's paths, with the stratum of each and whether it is lost on the way."""
    kept = [
        t
        for t in range(len(group.counts))
        if t == 0 or group.barred is not None or group.values[t].any() or group.lost[t].any()
    ]
    counts = [group.counts[t] for t in kept]
    barred = group.barred or [np.zeros((len(a), len(b)), np.bool_) for a, b in pairwise(counts)]
    allowed = support(counts, barred, [group.values[t] for t in kept])
    gone = np.zeros(len(allowed.paths), np.bool_)
    for place, t in enumerate(kept):
        gone |= group.lost[t][allowed.paths[:, place]]
    return allowed, group.stratum[allowed.paths[:, 0]], gone


def _by_programme(group: GroupMargins, weights: Floats) -> End:
    """Lowest end by one integer programme over all strata jointly, per placing of the lost."""
    allowed, stratum, gone = group.listed
    offsets = np.cumsum([0, *(len(m) for m in allowed.margins)])
    places = (allowed.paths + offsets[:-1]).T
    totals = np.concatenate(allowed.margins)
    lost = [int(c[m].sum()) for c, m in zip(group.counts, group.lost, strict=True)]
    least, most = max(lost), min(sum(lost), int(group.sizes.sum()))
    # The lost are counted per stratum, so that the number seen is known and the sum linear.
    places = np.vstack([places, np.where(gone, offsets[-1] + stratum, -1)])
    found = []
    for missing in _placings(group.sizes, least, most):
        seen = group.sizes - missing
        filled = (weights > 0) & (seen > 0)
        per_citizen = np.divide(weights, seen, out=np.zeros(len(seen)), where=filled)
        worth = np.where(gone, 0.0, per_citizen[stratum] * allowed.gains)
        citizens = _solve(worth, places, np.concatenate([totals, missing]))
        if citizens is None:
            continue
        empty = (weights > 0) & (seen == 0)
        value = float(worth @ citizens) + float(weights[empty] @ group.reach[empty, 0])
        found.append((value, missing, worth, float(worth @ citizens)))
    if not found:
        raise ValueError(
            "impossible: the margins and the impossible transitions leave no table with citizens "
            "seen as they are counted; allow more"
        )
    value = min(candidate[0] for candidate in found)
    ends = []
    for reached, missing, worth, optimum in found:
        if reached <= value + _TIE * max(1.0, abs(value)):
            seen = group.sizes - missing
            variances = largest_variances(
                allowed.gains,
                np.where(gone, -1, stratum),
                places,
                np.concatenate([totals, missing]),
                weights,
                seen,
                (worth, optimum),
            )
            ends.append(End(reached, seen, variances))
    return _largest(ends, weights, value)


def _solve(worth: Floats, places: Counts, totals: Counts) -> Counts | None:
    """Citizens per path where the sum is smallest; None where none fit."""
    from scipy.optimize import LinearConstraint, milp

    solution = milp(
        worth / (float(np.abs(worth).max()) or 1.0),
        integrality=np.ones(len(worth), dtype=np.int64),
        constraints=LinearConstraint(matrix_of(places, len(totals)), totals, totals),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-12},
    )
    if solution.status == 2:
        return None
    if solution.status != 0:
        raise ValueError(
            f"impossible: no end of the bounds was found in {_SECONDS:g} seconds; "
            "merge small statuses"
        )
    citizens: Counts = np.rint(solution.x).astype(np.int64)
    return citizens
