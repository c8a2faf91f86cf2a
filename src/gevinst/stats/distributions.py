"""Distributions made from what is stated of them: a spread, bounds, or a 90 % range."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.laws import Beta, Fixed, Gamma, Law, Lognormal, Pert, Uniform

__all__ = [
    "KINDS",
    "beta_around",
    "beta_from_range",
    "beta_moments",
    "law_of",
    "miss",
    "nearest",
    "points",
]

Floats = NDArray[np.float64]

TAIL = 0.05
"""A stated 90 % range leaves this much on either side."""

MOST_CV = 2.0
"""Largest coefficient of variation that a rate can have."""

_LEAST_CV = 1e-9

MOST_MISS = 0.1
"""A fit may miss a stated point by at most this part of the range's width."""

_WORTH = (0.1, 1e8)
"""Citizens that a share can be worth."""

FITTED = ("gamma", "lognormal")
"""Kinds whose spread is a coefficient of variation, stated or fitted to a 90 % range."""

KINDS = (*FITTED, "pert", "uniform", "fixed")
"""How uncertain a rate can be."""


def law_of(kind: str, mean: float, *, cv: float = 0.0, low: float = 0.0, high: float = 0.0) -> Law:
    """Return the law that is stated of a number.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    mean : float
        The number. It is the law's mean, but for ``uniform``, whose mean is the range's middle.
    cv : float
        For ``gamma`` and ``lognormal``: coefficient of variation; with 0 and no range the number is
        certain.
    low, high : float
        For ``gamma`` and ``lognormal`` a 90 % range, used where `high` is above 0; for ``pert`` the
        least and the most; for ``uniform`` its bounds.

    Raises
    ------
    ValueError
        If there is no such kind, both a `cv` and a range are given, a range does not hold the mean,
        no law of that kind has this mean and points near the range's ends, or a PERT's mode would
        lie outside.
    """
    if kind not in KINDS:
        raise ValueError(f"kind: read '{kind}'; write one of: {', '.join(KINDS)}")
    if kind == "fixed":
        return Fixed(mean)
    if kind == "uniform":
        return Uniform(low, high)
    ranged = kind == "pert" or high > 0.0
    if ranged and not low <= mean <= high:
        raise ValueError(f"the rate {mean:g} does not lie between {low:g} and {high:g}")
    if ranged and cv > 0.0:
        raise ValueError("cv and a range both say how wide it is; leave one out")
    if (low == high) if ranged else (cv == 0.0):
        return Fixed(mean)
    if kind == "pert":
        pert = Pert(mean, low, high)
        if not pert.possible:
            raise ValueError(f"the mode {pert.mode:g} does not lie between {low:g} and {high:g}")
        return pert
    if not ranged:
        return Gamma(mean, cv) if kind == "gamma" else Lognormal(mean, cv)
    law = nearest(kind, mean, low, high)
    if miss(law, low, high) > MOST_MISS:
        raise ValueError(f"no {kind} with mean {mean:g} has 90 % between {low:g} and {high:g}")
    return law


@cache
def nearest(kind: str, mean: float, low: float, high: float) -> Gamma | Lognormal:
    """Fit a gamma or lognormal with a given mean to a stated 90 % range.

    Parameters
    ----------
    kind : {"gamma", "lognormal"}
        Which.
    mean : float
        Kept as it is.
    low, high : float
        Stated 5 % and 95 % points, low < high.

    Returns
    -------
    Gamma or Lognormal
        Of those with a coefficient of variation up to 2, the one whose 5 % and 95 % points have the
        smallest sum of squared distances from the stated: one spread for two points, so that they
        may be missed. `miss` says by how much.
    """
    from scipy.optimize import least_squares

    made = Gamma if kind == "gamma" else Lognormal

    def missed(log_cv: Floats) -> Floats:
        return _missed(made(mean, float(np.exp(log_cv[0]))), low, high)

    # The distance may have several low places in a wide range: begin at the lowest of a grid.
    least, most = np.log(_LEAST_CV), np.log(MOST_CV)
    usual = np.log((high - low) / 3.29 / mean) if mean > 0.0 else 0.0
    grid = np.append(np.linspace(np.log(0.01), most, 60)[:-1], usual)
    start = min(
        np.clip(grid, least + 1e-6, most - 1e-6),
        key=lambda log_cv: float(np.sum(missed(np.array([log_cv])) ** 2)),
    )
    fit = least_squares(
        missed, [start], bounds=([least], [most]), xtol=1e-14, ftol=1e-14, gtol=1e-14
    )
    return made(mean, float(np.exp(fit.x[0])))


def miss(law: Law, low: float, high: float) -> float:
    """Largest distance of a law's 5 % and 95 % points from a stated range, in its widths."""
    return float(np.abs(_missed(law, low, high)).max())


def _missed(law: Law, low: float, high: float) -> Floats:
    off: Floats = np.subtract(points(law), (low, high)) / (high - low)
    return off


def points(law: Law) -> tuple[float, float]:
    """Return the 5 % and 95 % points of a law."""
    low, high = law.quantile([TAIL, 1.0 - TAIL])
    return float(low), float(high)


def check_share_range(low: float, high: float) -> None:
    """Refuse what is no 90 % range of a share: quick, for a study is read before it is drawn.

    Raises
    ------
    ValueError
        If the two points are neither one point from 0 to 1, nor lie between 0 and 1 in order.
    """
    if not (0.0 < low < high < 1.0 or 0.0 <= low == high <= 1.0):
        raise ValueError("the two points must lie between 0 and 1, the smaller first")


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
    check_share_range(low, high)
    if low == high:
        return None
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


@cache
def beta_around(mean: float, low: float, high: float, level: float) -> Beta:
    """Fit a Beta law with a given mean to a stated interval.

    Parameters
    ----------
    mean : float
        Kept as it is, 0 < mean < 1.
    low, high : float
        Limits of the interval, 0 <= low < high <= 1.
    level : float
        Probability between them.

    Returns
    -------
    Beta
        The one whose points have the smallest sum of squared distances from the limits: one spread
        for two points, so that they may be missed.
    """
    from scipy.optimize import minimize_scalar

    tails = np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0])

    def missed(log_worth: float) -> float:
        points = Beta(mean, float(np.exp(log_worth))).quantile(tails)
        return float(np.sum((points - (low, high)) ** 2))

    # The distance may have several low places: begin at the lowest of a grid.
    grid = np.linspace(np.log(_WORTH[0]), np.log(_WORTH[1]), 60)
    at = int(np.argmin([missed(each) for each in grid]))
    ends = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    found = minimize_scalar(missed, bounds=ends, method="bounded", options={"xatol": 1e-12})
    return Beta(mean, float(np.exp(found.x)))


def beta_moments(a: float, b: float) -> tuple[float, float]:
    """Mean and variance of a Beta law."""
    mean = a / (a + b)
    return mean, mean * (1.0 - mean) / (a + b + 1.0)
