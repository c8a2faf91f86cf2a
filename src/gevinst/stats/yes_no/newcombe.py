"""The interval of a difference of two shares."""

from __future__ import annotations

import math
from statistics import NormalDist

from gevinst.stats.intervals import level_of

__all__ = ["newcombe_interval"]


def newcombe_interval(
    yes: tuple[int, int], citizens: tuple[int, int], *, confidence_level: float = 0.95
) -> tuple[float, float]:
    """Return Newcombe's hybrid score interval of the first share minus the second.

    Parameters
    ----------
    yes, citizens : tuple of int
        How many, of how many, in the first group and the second.
    confidence_level : float
        Between 0 and 1, ends excluded.

    Returns
    -------
    tuple of float
        Limits of the difference, from -1 to 1. By method 10 of Newcombe 1998 ("Interval estimation
        for the difference between independent proportions", Statistics in Medicine 17, 873-890):
        each share's Wilson limits, put together by squares.

    Raises
    ------
    ValueError
        More yes than citizens, a group of nobody, or a level that is none.

    Examples
    --------
    >>> low, high = newcombe_interval((56, 48), (70, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    level = level_of(confidence_level)
    for k, n in zip(yes, citizens, strict=True):
        if not 0 <= k <= n or n < 1:
            raise ValueError(f"yes: read {k} of {n}; write a number from 0 to that of citizens")
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    first, second = (_wilson(k, n, z) for k, n in zip(yes, citizens, strict=True))
    p, q = yes[0] / citizens[0], yes[1] / citizens[1]
    low = p - q - math.hypot(p - first[0], second[1] - q)
    high = p - q + math.hypot(first[1] - p, q - second[0])
    return max(low, -1.0), min(high, 1.0)


def _wilson(k: int, n: int, z: float) -> tuple[float, float]:
    """Wilson's score limits of one share."""
    middle, half = k + z * z / 2.0, z * math.sqrt(k * (n - k) / n + z * z / 4.0)
    return max(0.0, (middle - half) / (n + z * z)), min(1.0, (middle + half) / (n + z * z))
