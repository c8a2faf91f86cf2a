"""Which citizens' times belong together, told by how many citizens there are on each path.

Citizens of one path are alike, so nobody needs to be listed: margins of thousands of citizens have
no more paths than those of a few. All arrays have the row last.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Matching", "Tally", "comonotone", "matched_at_random", "paths_at_random"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_TABLES = 20_000
"""Tables that are listed with their probabilities, rather than drawn cell by cell."""
_STATUS_BITS = 16
"""Room for 65,536 places beside 48 random bits."""


class Tally(NamedTuple):
    """Values, and how many citizens have each.

    Attributes
    ----------
    values : ndarray, shape (k,)
        In kr. or any one unit; two may be equal.
    citizens : ndarray, shape (k,)
        Not negative; whole numbers, or what is expected of them, that add up to one.
    """

    values: Floats
    citizens: Floats

    @property
    def n(self) -> int:
        """How many citizens there are."""
        return round(float(self.citizens.sum()))

    @property
    def variance(self) -> float:
        """Variance with n - 1."""
        mean = float(self.citizens @ self.values) / self.n
        return float(self.citizens @ (self.values - mean) ** 2) / (self.n - 1)


class Matching(NamedTuple):
    """Paths through the times, and how many citizens are on each.

    Attributes
    ----------
    places : tuple of ndarray of int, shape (path, row or 1)
        One per time: the position in that time's counts.
    citizens : ndarray, shape (path, row or 1)
        Whole numbers.
    """

    places: tuple[Counts, ...]
    citizens: Floats


def comonotone(counts: Sequence[Counts]) -> Matching:
    """Pair every time in the order of its places: first with first, last with last.

    Parameters
    ----------
    counts : sequence of ndarray of int, shape (place, row or 1)
        Citizens in each place at each time, as many at every time.

    Returns
    -------
    Matching
        At most as many paths as there are places at all times, less one for each time after the
        first; those that are empty in every row are left out.
    """
    filled = [np.cumsum(each, axis=0) for each in counts]
    rows = max(each.shape[1] for each in filled)
    # A path ends where a place of some time does; the end of all citizens is every time's.
    inner = [np.broadcast_to(each[:-1], (len(each) - 1, rows)) for each in filled]
    ends = np.sort(np.concatenate([*inner, np.broadcast_to(filled[0][-1:], (1, rows))]), axis=0)
    starts = np.concatenate([np.zeros((1, rows), dtype=np.int64), ends[:-1]])
    citizens = ends - starts
    kept = citizens.any(axis=1)
    starts = starts[kept]
    places = [(each[:-1, np.newaxis] <= starts).sum(axis=0) for each in filled]
    return Matching(tuple(places), citizens[kept].astype(np.float64))


def paths_at_random(counts: Sequence[Counts]) -> int:
    """How many paths `matched_at_random` makes of these margins."""
    n, cells = int(counts[0][:, 0].sum()), _cells(counts)
    return cells if _by_place(counts, n, cells) else n


def matched_at_random(counts: Sequence[Counts], rows: int, rng: np.random.Generator) -> Matching:
    """Match every time anew with the times before it, each matching being as likely.

    Parameters
    ----------
    counts : sequence of ndarray of int, shape (place, row or 1)
        Citizens in each place at each time, as many at every time.
    rows : int
        Matchings to draw.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Matching
        The hypergeometric law of the table given its margins (Patefield 1981, Applied Statistics
        30(1), 91-97). Of two times that have few tables, all are listed with their probabilities;
        else cells are drawn one after the other; where there are more cells than citizens, each
        citizen is a path.
    """
    n, cells = int(counts[0][:, 0].sum()), _cells(counts)
    if not _by_place(counts, n, cells):
        return _shuffled(counts, rows, rng)
    citizens: Floats | None = None
    if len(counts) == 2 and all(each.shape[1] == 1 for each in counts):
        first, last = (tuple(each[:, 0].tolist()) for each in counts)
        if (listed := _listed(first, last)) is not None:
            tables, cumulated = listed
            citizens = tables[:, np.searchsorted(cumulated, rng.random(rows) * cumulated[-1])]
    if citizens is None:
        drawn = counts[0]
        for later in counts[1:]:
            drawn = _spread(drawn, later, rows, rng)
        citizens = drawn.astype(np.float64)
    grid = np.indices([len(each) for each in counts]).reshape(len(counts), -1)
    return Matching(tuple(place[:, np.newaxis] for place in grid), citizens)


def _cells(counts: Sequence[Counts]) -> int:
    return math.prod(len(each) for each in counts)


def _by_place(counts: Sequence[Counts], n: int, cells: int) -> bool:
    """Whether places are matched, and not citizens: a cell costs as much as two citizens."""
    return 2 * cells <= n or (len(counts) == 2 and 2 in map(len, counts)) or len(counts) == 1


def _spread(groups: Counts, places: Counts, rows: int, rng: np.random.Generator) -> Counts:
    """Spread groups of citizens over places at random, shape (group x place, row)."""
    found = np.empty((len(groups), len(places), rows), dtype=np.int64)
    left = np.broadcast_to(places, (len(places), rows)).copy()
    for of_group, size in zip(found[:-1], groups[:-1], strict=True):
        need, others = np.broadcast_to(size, (rows,)).copy(), left.sum(axis=0)
        for place, room in zip(of_group[:-1], left[:-1], strict=True):
            others -= room
            place[:] = rng.hypergeometric(room, others, need)
            room -= place
            need -= place
        of_group[-1] = need
        left[-1] -= need
    found[-1] = left
    return found.reshape(-1, rows)


@lru_cache(maxsize=64)
def _listed(first: tuple[int, ...], last: tuple[int, ...]) -> tuple[Floats, Floats] | None:
    """List the tables of two times and their cumulated probabilities; None where they are many.

    Shape (first x last, table): one of the times has two places, so a table is how many of each
    place of the other time are in the first of them.
    """
    if len(first) != 2:
        if len(last) != 2 or (turned := _listed(last, first)) is None:
            return None
        tables = turned[0].reshape(2, len(first), -1).swapaxes(0, 1)
        return tables.reshape(len(first) * 2, -1), turned[1]
    most = np.array(last)
    room = np.append(np.cumsum(most[::-1])[::-1][1:], 0)
    chosen = np.zeros((0, 1), dtype=np.int64)
    for n, after in zip(most, room, strict=True):
        need = first[0] - chosen.sum(axis=0)
        low, high = np.maximum(need - after, 0), np.minimum(need, n)
        ways = high - low + 1
        if ways.sum() > _MOST_TABLES:
            return None
        which = np.repeat(np.arange(len(ways)), ways)
        number = np.arange(len(which)) - np.repeat(np.cumsum(ways) - ways, ways) + low[which]
        chosen = np.concatenate([chosen[:, which], number[np.newaxis]])
    from scipy.special import gammaln

    log = -(gammaln(chosen + 1.0) + gammaln(most[:, np.newaxis] - chosen + 1.0)).sum(axis=0)
    order = np.argsort(-log, kind="stable")
    tables = np.concatenate([chosen, most[:, np.newaxis] - chosen])[:, order]
    return tables.astype(np.float64), np.cumsum(np.exp(log[order] - log[order[0]]))


def _shuffled(counts: Sequence[Counts], rows: int, rng: np.random.Generator) -> Matching:
    """Put each row's citizens in random order at every time after the first; each is a path.

    Whole numbers with random high bits and the place in the low ones are sorted: sorting is the
    fastest shuffle there is. Two high parts agree once in 10^14 pairs.
    """
    n = int(counts[0][:, 0].sum())
    slots = np.arange(n)[:, np.newaxis]
    places = []
    for t, each in enumerate(counts):
        listed = (np.cumsum(each, axis=0)[:-1, np.newaxis] <= slots).sum(axis=0)
        if t:
            keys = rng.integers(0, 2**64, size=(rows, n), dtype=np.uint64)
            keys &= np.uint64(2**64 - 2**_STATUS_BITS)
            keys |= listed.T.astype(np.uint64)
            keys.sort(axis=1)
            keys &= np.uint64(2**_STATUS_BITS - 1)
            listed = np.ascontiguousarray(keys.T).view(np.int64)
        places.append(listed)
    return Matching(tuple(places), np.ones((n, 1)))
