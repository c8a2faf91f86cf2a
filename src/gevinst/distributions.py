"""Distributions fitted to what is stated of them."""

from __future__ import annotations

from functools import cache

import numpy as np

__all__ = ["beta_from_range", "beta_moments"]

TAIL = 0.05
"""A stated 90 % range leaves this much on either side."""


@cache
def beta_from_range(low: float, high: float) -> tuple[float, float] | None:
    """Fit a Beta law to a stated 90 % range.

    Parameters
    ----------
    low, high : float
        5 % and 95 % points.

    Returns
    -------
    tuple of float or None
        The two parameters; None where the two points are one, which is then certain.

    Raises
    ------
    ValueError
        If the range does not lie inside (0, 1), or no Beta law has these points.
    """
    if low == high and 0.0 <= low <= 1.0:
        return None
    if not 0.0 < low < high < 1.0:
        raise ValueError("the two points must lie between 0 and 1, the smaller first")
    from scipy.optimize import least_squares
    from scipy.special import betainc

    def missed(logs: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
        a, b = np.exp(logs)
        return [betainc(a, b, low) - TAIL, betainc(a, b, high) - (1.0 - TAIL)]

    mean, sd = (low + high) / 2.0, (high - low) / 3.29
    worth = max(mean * (1.0 - mean) / sd**2 - 1.0, 0.5)
    start = np.log([mean * worth, (1.0 - mean) * worth])
    found = least_squares(missed, start, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    if float(np.abs(found.fun).max()) > 1e-8:
        raise ValueError("no Beta law has these two points")
    a, b = np.exp(found.x)
    return float(a), float(b)


def beta_moments(a: float, b: float) -> tuple[float, float]:
    """Mean and variance of a Beta law."""
    mean = a / (a + b)
    return mean, mean * (1.0 - mean) / (a + b + 1.0)
