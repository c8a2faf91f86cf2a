"""Random weights of citizens: Dirichlet, multinomial, and the urn that predicts a new group.

All arrays have the citizen first and the row last, so that a citizen's rows are contiguous.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["dirichlet_weights", "gammas", "multinomial_weights", "pick", "running_sums", "urn"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_PIECE = 16_384


def gammas(shape: float, size: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw standard gamma variables with a shape of at most 1.

    Parameters
    ----------
    shape : float
        Above 0 and at most 1.
    size : tuple of int
        Shape of the result.
    rng : numpy.random.Generator
        Source of randomness.

    Raises
    ------
    ValueError
        If the shape lies outside (0, 1].

    Notes
    -----
    Rejection from a Weibull (Devroye 1986, Non-Uniform Random Variate Generation, IX.3.5): with E
    exponential, X = E^(1/a) has density a x^(a-1) exp(-x^a), and is kept with probability
    exp(x^a - x - b), b the maximum of x^a - x. Near a = 1 nearly all are kept, and all of it is
    vector arithmetic: 2.5 times as fast as numpy's sampler for one shape below 1.
    """
    if not 0.0 < shape <= 1.0:
        raise ValueError(f"shape: read {shape}; write a number above 0 and at most 1")
    count = math.prod(size)
    if shape == 1.0:
        return rng.standard_exponential(size)
    peak = shape ** (1.0 / (1.0 - shape))
    bound = peak**shape - peak
    kept = math.gamma(1.0 + shape) * math.exp(-bound)  # share of candidates that are kept
    found = np.empty(count)
    have = 0
    while have < count:
        short = count - have
        # Enough candidates with near certainty, in pieces that stay in the processor's cache.
        candidates = min(math.ceil(short / kept) + 4 * math.isqrt(short) + 8, _PIECE)
        power = rng.standard_exponential(candidates)
        x = np.log(power)
        x *= 1.0 / shape
        np.exp(x, out=x)
        power -= x
        power -= bound
        accepted = x[rng.random(candidates) < np.exp(power, out=power)][:short]
        found[have : have + len(accepted)] = accepted
        have += len(accepted)
    return found.reshape(size)


def dirichlet_weights(n: int, concentration: float, rows: int, rng: np.random.Generator) -> Floats:
    """Draw weights of n citizens, mean 1 in every row, from one Dirichlet law.

    Parameters
    ----------
    n : int
        Citizens.
    concentration : float
        Dirichlet parameter of each citizen, at most 1. A weighted mean has variance
        s_n^2/(n x concentration + 1), with s_n^2 the plug-in variance (Rubin 1981, Annals of
        Statistics 9(1), 130-134).
    rows : int
        Draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (n, rows)
    """
    weights = gammas(concentration, (n, rows), rng)
    weights *= n / weights.sum(axis=0)
    return weights


def multinomial_weights(n: int, rows: int, rng: np.random.Generator) -> Floats:
    """Count how often each of n citizens is picked in n picks with replacement.

    The plain bootstrap: a weighted mean has the plug-in variance s_n^2/n. Shape (n, rows).
    """
    picked = rng.integers(0, n, size=(n, rows))
    picked *= rows
    picked += np.arange(rows)
    return np.bincount(picked.ravel(), minlength=n * rows).reshape(n, rows).astype(float)


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
