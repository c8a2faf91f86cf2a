"""Random weights of citizens who are alike in groups, and the urn that predicts a new group.

The k citizens of one path count together: their Dirichlet weights add up to one gamma variable of
shape k a. All arrays have the path or citizen first and the row last, so that its rows are
contiguous.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "beta_binomial",
    "chances",
    "dealt",
    "gammas",
    "happened",
    "pick",
    "picked",
    "running_sums",
    "split",
    "sums_by",
    "urn",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Chances = NDArray[np.float64] | NDArray[np.uint64]
"""A uniform for each event, shape (event, row), or a seed of many, (1, row)."""

FEW = 64
"""Most events that have a uniform each."""
_MOST_LISTED = 1000
"""Most outcomes whose probabilities are listed before one is drawn."""
_MOST_SIZES = 32
"""Most citizens on a path whose number differs from row to row and is gone through."""
_WEYL, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def gammas(citizens: Floats, shape: float, rows: int, rng: np.random.Generator) -> Floats:
    """Draw what citizens weigh together: gamma variables whose shapes add up.

    Parameters
    ----------
    citizens : ndarray, shape (path, row or 1)
        Whole numbers, not negative; nobody weighs nothing.
    shape : float
        Of one citizen's variable, above 0.
    rows : int
        Draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (path, row)
    """
    found = np.zeros((len(citizens), rows))
    for weight, count in zip(found, citizens, strict=True):
        if len(count) == 1:
            rng.standard_gamma(shape * float(count[0]), out=weight)
        elif (most := int(count.max())) > _MOST_SIZES:
            rng.standard_gamma(shape * count, out=weight)
        else:  # one shape at a time: twice as fast
            for size in range(1, most + 1):
                at = np.flatnonzero(count == size)
                weight[at] = rng.standard_gamma(shape * size, len(at))
    return found


def dealt(number: Floats | float, weights: Floats, rows: int, rng: np.random.Generator) -> Floats:
    """Deal a number of citizens to paths by their weights: multinomial counts.

    Parameters
    ----------
    number : float or ndarray, shape (row,)
        Whole numbers.
    weights : ndarray, shape (path, row or 1)
        Not negative; not all 0 where there is somebody to deal.
    rows : int
        Draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (path, row)
    """
    found = np.empty((len(weights), rows))
    left = np.broadcast_to(np.asarray(number, dtype=np.int64), (rows,)).copy()
    for place, share in zip(found[:-1], _shares_of_rest(weights), strict=True):
        of_them = rng.binomial(left, share)
        left -= of_them
        place[:] = of_them
    found[-1] = left
    return found


def sums_by(place: Integers, weights: Floats, places: int) -> Floats:
    """Add what paths count for by the place they end in, shape (place, row).

    Parameters
    ----------
    place : ndarray of int, shape (path, row or 1)
    weights : ndarray, shape (path, row)
    places : int
        How many there are.
    """
    rows = weights.shape[1]
    if place.shape[1] > 1:
        at = place * rows + np.arange(rows)
        found = np.bincount(at.ravel(), weights.ravel(), places * rows).astype(np.float64)
        return found.reshape(places, rows)
    found = np.zeros((places, rows))
    for to, weight in zip(place[:, 0].tolist(), weights, strict=True):
        found[to] += weight
    return found


def split(whole: Floats, citizens: Floats, shape: float, rng: np.random.Generator) -> Floats:
    """Split what a group counts for among its paths, as their citizens' gamma variables would.

    Parameters
    ----------
    whole : ndarray, shape (row,)
        In proportion to a gamma variable of all the group's citizens.
    citizens : ndarray, shape (path, 1)
        The group's on each path.
    shape : float
        Of one citizen's variable.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (path, row)
        In the same proportion to independent gamma variables.

    References
    ----------
    Lukacs (1955), A characterization of the gamma distribution, Annals of Mathematical Statistics
    26(2), 319-324.
    """
    parts = gammas(citizens, shape, len(whole), rng)
    parts *= whole / parts.sum(axis=0)
    return parts


def urn(n: int, mass: float, size: int, rows: int, rng: np.random.Generator) -> Integers:
    """Draw a new group, citizen by citizen, each like one of n who were seen.

    Parameters
    ----------
    n : int
        Citizens seen.
    mass : float
        Total Dirichlet mass A of those seen.
    size : int
        Citizens of the new group.
    rows : int
        Draws.
    rng : numpy.random.Generator
        Source of randomness: one number per citizen.

    Returns
    -------
    ndarray of int, shape (size, rows)
        Whom of those seen each new citizen resembles; in exchangeable order.

    Notes
    -----
    Blackwell & MacQueen (1973), Annals of Statistics 1(2), 353-355: citizen i is a fresh pick with
    probability A/(A + i), else a copy of an earlier citizen of the group. The same law as Dirichlet
    weights and then a multinomial group.
    """
    # The urn: those seen, and below them the newcomers so far. A uniform on (0, A + i) points to
    # one of those seen by u n/A up to A, and to a newcomer beyond: the lower of two straight lines
    # where A <= n, the higher of them where A > n.
    held = np.empty((n + size, rows), dtype=np.min_scalar_type(n))
    held[:n] = np.arange(n)[:, np.newaxis]
    everyone, columns = held.reshape(-1), np.arange(rows)
    bend = np.minimum if mass <= n else np.maximum
    beyond, place = np.empty(rows), np.empty(rows, dtype=np.int64)
    for newcomer in range(n, n + size):
        u = rng.random(rows)
        u *= mass + (newcomer - n)
        np.add(u, n - mass, out=beyond)
        u *= n / mass
        bend(u, beyond, out=u)
        np.minimum(u, newcomer - 0.5, out=u)
        place[:] = u  # rounded down
        place *= rows
        place += columns
        everyone.take(place, out=held[newcomer], mode="clip")
    return held[n:]


def beta_binomial(
    n: int, first: float, second: float, rows: int, rng: np.random.Generator
) -> Integers:
    """Draw how many of n events happen whose probability has a beta law, shape (row,).

    By inversion where n is small, else the probability first.
    """
    if n > _MOST_LISTED:
        return rng.binomial(n, rng.beta(first, second, size=rows))
    from scipy.special import betaln, gammaln

    k = np.arange(n + 1)
    log = betaln(first + k, second + n - k) - gammaln(k + 1) - gammaln(n - k + 1)
    cumulated = np.cumsum(np.exp(log - log.max()))
    found: Integers = np.searchsorted(cumulated, rng.random(rows) * cumulated[-1], side="right")
    return found


def running_sums(weights: Floats) -> Floats:
    """Running sums along the first axis, of a row the same to the last bit however many there are.

    numpy's own walks it ten times slower, and its `sum` adds one row in another order than many.
    """
    sums = np.empty(weights.shape)
    sums[0] = weights[0]
    for before, weight, after in zip(sums, weights[1:], sums[1:], strict=False):
        np.add(before, weight, out=after)
    return sums


def pick(cumulated: Floats, uniform: Floats) -> Integers:
    """Position whose part of the cumulated weight holds each uniform; shape (row,)."""
    # <= so that a position with no weight is never picked, not even by a uniform of zero.
    below: Integers = (cumulated <= uniform * cumulated[-1]).sum(axis=0)
    return np.minimum(below, len(cumulated) - 1)


def chances(events: int, rows: int, rng: np.random.Generator) -> Chances:
    """Draw what decides so many events in each row, before it is known how likely they are.

    Returns
    -------
    ndarray, shape (event, row), or of uint64, shape (1, row)
        A uniform for each; of more than a few a seed, from which `picked` and `happened` make what
        they need. Either way the same chances decide alike, whatever else a row is made of.
    """
    if events <= FEW:
        return rng.random((events, rows))
    return rng.integers(0, 2**64, size=(1, rows), dtype=np.uint64)


def picked(weights: Floats, picks: Floats | int, by: Chances) -> Floats:
    """Count how often each place is picked, by weight.

    Parameters
    ----------
    weights : ndarray, shape (place, row)
        Not negative.
    picks : int or ndarray, shape (row,)
        How many; a part of one counts for that part.
    by : ndarray
        `chances` of at least as many events.

    Returns
    -------
    ndarray, shape (place, row)
    """
    found = np.zeros(weights.shape)
    cumulated, columns = running_sums(weights), np.arange(weights.shape[1])
    if by.dtype != np.uint64:
        most = int(np.ceil(np.max(picks)))
        for k, u in enumerate(by[:most]):
            part = 1.0 if isinstance(picks, int) else np.clip(picks - k, 0.0, 1.0)
            found[pick(cumulated, u), columns] += part
        return found
    whole = np.floor(np.broadcast_to(np.asarray(picks, dtype=np.float64), columns.shape))
    left = whole.copy()
    for k, share in enumerate(_shares_of_rest(weights)):
        found[k] = _binomial(_uniform(by[0], k), left, share)
        left -= found[k]
    found[-1] = left
    found[pick(cumulated, _uniform(by[0], len(weights))), columns] += picks - whole
    return found


def happened(number: Floats, share: Floats, by: Chances, of: int, before: Floats) -> Floats:
    """Count how many of a number of like events happened.

    Parameters
    ----------
    number, share : ndarray, shape (row,)
        How many there are, and how likely each is.
    by : ndarray
        `chances` of all events.
    of : int
        Which number this is, of those that `chances` decide.
    before : ndarray, shape (row,)
        How many events came in the numbers before it.
    """
    if by.dtype == np.uint64:
        return np.minimum(_binomial(_uniform(by[0], of), np.floor(number), share), number)
    counted = np.cumsum(share > by, axis=0)
    counted = np.concatenate([np.zeros((1, counted.shape[1])), counted])
    columns = np.arange(counted.shape[1])
    ends = (
        np.minimum(np.floor(n).astype(np.int64), len(counted) - 1)
        for n in (before, before + number)
    )
    first, last = (counted[end, columns] for end in ends)
    return np.minimum(last - first, number)


def _shares_of_rest(weights: Floats) -> list[Floats]:
    """Share of each place but the last in what it and those after it weigh, shape (row or 1,)."""
    rest = running_sums(weights[::-1])[::-1]
    shares = []
    for weight, after in zip(weights[:-1], rest[:-1], strict=True):
        share = np.divide(weight, after, out=np.zeros(weight.shape), where=after > 0.0)
        shares.append(np.clip(share, 0.0, 1.0))
    return shares


def _uniform(seeds: NDArray[np.uint64], k: int) -> Floats:
    """Return the k-th uniform of each seed (splitmix64: Steele, Lea & Flood 2014, OOPSLA, 453)."""
    z = seeds + np.uint64((k + 1) * _WEYL % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_FIRST)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_SECOND)
    top = (z ^ (z >> np.uint64(31))) >> np.uint64(11)
    return top.astype(np.float64) * 2.0**-53


def _binomial(u: Floats, number: Floats, share: Floats) -> Floats:
    """Return quantiles of binomial laws."""
    from scipy import stats

    found = np.clip(stats.binom.ppf(u, number, share), 0.0, number)
    return np.asarray(np.where(number > 0.0, found, 0.0), dtype=np.float64)
