"""How far the mean of a group with a given mix of strata can lie, where only margins are known.

A stratum is a set of statuses at the first time. Margins say what its citizens cost then and not
where they ended, so the mean of a stratum is bounded. Without impossible steps the ends have a
closed form for any number of strata: at each time the cheapest ends go to the strata whose citizens
weigh the most (rearrangement). With them, or with citizens lost at several times, each end is an
integer programme over the paths of all strata jointly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.groups import TIE, End, GroupMargins, largest, placings
from gevinst.stats.margins.largest_variance import largest_variances
from gevinst.stats.margins.matching import Tally, comonotone
from gevinst.stats.margins.paths import quasi_independent
from gevinst.stats.margins.places import Places
from gevinst.stats.margins.programme import lowest_by_programme

__all__ = ["bounds", "bounds_of", "independent_mean", "independent_of"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_MANY_PLACINGS = 200  # ways to divide the lost between two strata that are not all gone through
_MOST_CELLS = 4_000  # variables of the programme for the largest variance


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


def bounds_of(groups: Sequence[GroupMargins], weights: Floats) -> tuple[End, End]:
    """Return the same of a group whose margins are known per stratum: nobody leaves one.

    Parameters
    ----------
    groups : sequence of GroupMargins
        One that holds all strata; or one for each, of one stratum, whose ends then add up.
    weights : ndarray, shape (strata,)
        As in `bounds`.
    """
    if len(groups) == 1:
        return bounds(groups[0], weights)
    values, seen = np.zeros(2), np.zeros((2, len(groups)), dtype=np.int64)
    variances = np.full((2, len(groups)), math.nan)
    for s in np.flatnonzero(weights).tolist():
        if groups[s].sizes[0] == 0:
            values += weights[s] * groups[s].reach[0]
            continue
        for e, end in enumerate(bounds(groups[s], np.ones(1))):
            values[e] += weights[s] * end.value
            seen[e, s], variances[e, s] = end.seen[0], end.variances[0]
    low, high = (End(float(values[e]), seen[e], variances[e]) for e in (0, 1))
    return low, high


def independent_of(groups: Sequence[GroupMargins], weights: Floats) -> float:
    """Return the mean where, within each stratum, a start says nothing of what follows."""
    if len(groups) == 1:
        return independent_mean(groups[0], weights)
    used = np.flatnonzero(weights).tolist()
    each = (float(weights[s]) * independent_mean(groups[s], np.ones(1)) for s in used)
    return math.fsum(each)


def independent_mean(group: GroupMargins, weights: Floats) -> float:
    """Return the same mean where a citizen's start says nothing of what follows.

    With barred steps it is quasi-independence: as independent as they allow. NaN where a stratum
    that has weight holds nobody, or nobody is seen.
    """
    used = weights > 0
    if (group.sizes[used] == 0).any():
        return math.nan
    if group.barred is None:
        total = sum(
            _mean(v, c * ~gone)
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
    return lowest_by_programme(group, weights)


def _by_rearrangement(group: GroupMargins, weights: Floats, when: int | None) -> End:
    """Lowest end where the lost, if any, are lost at one later time and no step is barred.

    With `gone` citizens lost from each stratum the seen ones are cheapest when the lost had the
    largest starts of their strata and the largest contributions at the other times, and the rest
    is rearranged; the number lost from each stratum is gone through.
    """
    starts = [
        _ascending(group.values[0], group.counts[0] * (group.stratum == s))
        for s in range(group.strata)
    ]
    sizes = group.sizes
    missing = 0 if when is None else int(group.counts[when][group.lost[when]].sum())
    seen_in_all = int(sizes.sum()) - missing
    later = [
        _between(_ascending(v, c * ~lost), 0, seen_in_all)
        for v, c, lost in zip(group.values[1:], group.counts[1:], group.lost[1:], strict=True)
    ]

    def end_where(seen: Counts) -> _Rearranged:
        kept = [_between(start, 0, int(n)) for start, n in zip(starts, seen, strict=True)]
        return _rearranged(kept, later, seen, weights, group.reach[:, 0])

    if group.strata == 2 and min(missing, *sizes) >= _MANY_PLACINGS:
        ends = _of_two_strata(end_where, starts, later, sizes, weights, seen_in_all)
    else:
        ends = [end_where(sizes - gone) for gone in placings(sizes, missing, missing)]
    value = min(end.value for end in ends)
    room = TIE * max(1.0, abs(value))
    ties = [end.finished() for end in ends if end.value <= value + room]
    return largest(ties, weights, value)


def _of_two_strata(
    end_where: Callable[[Counts], _Rearranged],
    starts: Sequence[Tally],
    later: Sequence[Tally],
    sizes: Counts,
    weights: Floats,
    seen_in_all: int,
) -> list[_Rearranged]:
    """Ends among which the lowest is, without going through every number lost from a stratum.

    Where x of the first stratum are seen the end is a + b / x + c / (all - x), with other a, b and
    c once x, or the rest, passes the last citizen of a value, or the strata change places. Between
    two such numbers it is lowest at one of them, or where its derivative is zero.
    """
    low, high = max(0, seen_in_all - int(sizes[1])), min(int(sizes[0]), seen_in_all)
    ends: dict[int, _Rearranged] = {}

    def value(x: int) -> float:
        if x not in ends:
            ends[x] = end_where(np.array([x, seen_in_all - x], dtype=np.int64))
        return ends[x].value

    own, other = (np.cumsum(start.citizens) for start in starts)
    pools = [np.cumsum(pool.citizens) for pool in later]
    swap = weights[0] / weights.sum() * seen_in_all
    at = [own, seen_in_all - other, *pools, *(seen_in_all - pool for pool in pools)]
    at.append(np.array([low, low + 1, high - 1, high, math.floor(swap), math.ceil(swap)]))
    numbers = np.unique(np.concatenate(at)).astype(np.int64)
    numbers = numbers[(numbers >= low) & (numbers <= high)]
    for first, last in pairwise(numbers.tolist()):
        x = np.array([first, (first + last) // 2, last])
        found = np.array([value(int(n)) for n in x])
        if last - first < 3 or first == 0 or last == seen_in_all:
            continue
        terms = np.column_stack([1 / x, 1 / (seen_in_all - x)])
        b, c = np.linalg.lstsq(np.diff(terms, axis=0), np.diff(found))[0]
        if b > 0 and c > 0:
            lowest = int(seen_in_all / (1 + math.sqrt(c / b)))
            for n in range(max(first, lowest - 1), min(last, lowest + 2) + 1):
                value(n)
    return list(ends.values())


def _ascending(values: Floats, citizens: Counts) -> Tally:
    """Distinct values that somebody has, ascending."""
    some = citizens > 0
    distinct, place = np.unique(values[some], return_inverse=True)
    return Tally(distinct, np.bincount(place, citizens[some], distinct.size).astype(np.float64))


def _between(tally: Tally, first: int, last: int) -> Tally:
    """Citizens from one place in the order of values up to another."""
    up_to = np.clip(np.cumsum(tally.citizens), first, last)
    citizens = np.diff(up_to, prepend=first)
    return Tally(tally.values[citizens > 0], citizens[citizens > 0])


def _sum(tally: Tally) -> float:
    return float(tally.citizens @ tally.values)


def _sorted_together(times: Sequence[Tally]) -> Tally:
    """Gains where the first at one time is the first at each: the largest variance of a sum."""
    counts = [time.citizens[:, np.newaxis].astype(np.int64) for time in times]
    together = comonotone(counts)
    each = (time.values[at[:, 0]] for time, at in zip(times, together.places, strict=True))
    return Tally(np.sum(list(each), axis=0), together.citizens[:, 0])


@dataclass(frozen=True, slots=True)
class _Rearranged:
    """A rearrangement: its value, and per class of equally weighted strata what it was given."""

    value: float
    seen: Counts
    weights: Floats
    classes: tuple[tuple[list[int], list[Tally], list[Tally]], ...]

    def finished(self) -> End:
        variances = np.full(len(self.seen), math.nan)
        for members, starts, pools in self.classes:
            variances[members] = _class_variances(
                starts, pools, self.weights[members], self.seen[members]
            )
        return End(self.value, self.seen, variances)


def _rearranged(
    starts: Sequence[Tally],
    later: Sequence[Tally],
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
        pools = [_between(pool, taken, taken + number) for pool in later]
        taken += number
        own = [starts[s] for s in members]
        value += float(sum(per_citizen[s] * _sum(starts[s]) for s in members))
        # Strata of one weight share a pool; the mean of their weights is each one's.
        value += float(per_citizen[members].mean()) * sum(map(_sum, pools))
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
    starts: Sequence[Tally], pools: Sequence[Tally], weights: Floats, seen: Counts
) -> Floats:
    """Variances within the strata of one class in a table with the largest standard error.

    One stratum: every time ascending, the largest variance of a sum (band.pair). Several share the
    pools in any way that fits, which is a programme.
    """
    if len(starts) == 1:
        return np.array([_sorted_together([*starts, *pools]).variance if seen[0] > 1 else math.nan])
    distinct, heads = (
        [(each.values, each.citizens.astype(np.int64)) for each in tallies]
        for tallies in (pools, starts)
    )
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
    counted = Places(np.array(places), np.concatenate(totals))
    return largest_variances(gains, stratum, counted, weights, seen)


def _at_most(starts: Sequence[Tally], pools: Sequence[Tally], seen: Counts) -> Floats:
    """Bound of the variances where there are too many cells to go through.

    The sum of squares within strata is at most that of the class as one group, sorted widest.
    """
    start = _ascending(*(np.concatenate(each) for each in zip(*starts, strict=True)))
    gains = _sorted_together([start, *pools])
    square = gains.variance * (gains.n - 1)
    most = max(n / (n - 1) for n in seen if n > 1) if (seen > 1).any() else math.nan
    return np.where(seen > 1, square / int(seen.sum()) * most, math.nan)
