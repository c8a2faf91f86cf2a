"""Which choice makes the spread: exact Shapley shares of a variance over listed combinations.

Each row is a combination of choices, one along every axis, with a value. The variance is that of
the values with equal weight on every row. It is what the choices make of the value and nothing that
chance does: rows are no sample, and their number is no sample size.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MOST_AXES", "shapley_shares"]

Floats = NDArray[np.float64]

MOST_AXES = 12
"""Every set of axes is gone through, and there are two to the power of their number."""
_ROUNDING = 1e-12  # of the square of the largest value: a variance below it is rounding


def shapley_shares(choices: ArrayLike, values: ArrayLike) -> Floats:
    """Return each axis' share of the variance of the values.

    What a set S of axes explains is Var(E[value | the choices along S]), each row counting the
    same. The share of an axis is what it adds to that, averaged over all orders in which the axes
    can be made known, divided by what all of them explain (Shapley 1953; for variances Owen 2014,
    SIAM/ASA Journal on Uncertainty Quantification 2, 245-251). Rows need not be all combinations:
    choices are then dependent (Song, Nelson & Staum 2016, ibid. 4, 1060-1083), and an axis can have
    a share for going with another that matters. Shares are never negative and add up to one.

    Parameters
    ----------
    choices : array_like of int, shape (n, k)
        The choice along each axis, by number, of each row.
    values : array_like, shape (n,)
        In any one unit.

    Returns
    -------
    ndarray, shape (k,)
        Shares that add up to one; all 0 where the values do not vary.

    Raises
    ------
    ValueError
        Shapes that do not fit, no rows, more than `MOST_AXES` axes.

    Examples
    --------
    >>> shapley_shares([[0, 0], [0, 1], [1, 0], [1, 1]], [0.0, 1.0, 3.0, 4.0]).round(6).tolist()
    [0.9, 0.1]
    """
    chosen, value = np.asarray(choices, np.int64), np.asarray(values, np.float64)
    if chosen.ndim != 2 or value.shape != chosen.shape[:1] or not value.size:
        raise ValueError(
            f"choices, values: read shapes {chosen.shape} and {value.shape}; write (n, k) and (n,) "
            "with n at least 1"
        )
    k = chosen.shape[1]
    if k > MOST_AXES:
        raise ValueError(f"choices: read {k} axes; write {MOST_AXES} at most")
    explained = {
        axes: _explained(chosen[:, axes], value)
        for size in range(k + 1)
        for axes in combinations(range(k), size)
    }
    whole = explained[tuple(range(k))]
    shares = np.zeros(k)
    if whole <= _ROUNDING * float(np.square(value).max()):
        return shares
    for axis in range(k):
        for axes, before in explained.items():
            if axis not in axes:
                after = explained[tuple(sorted((*axes, axis)))]
                orders = math.factorial(len(axes)) * math.factorial(k - len(axes) - 1)
                shares[axis] += orders / math.factorial(k) * (after - before)
    found: Floats = shares / whole
    return found


def _explained(chosen: NDArray[np.int64], values: Floats) -> float:
    """Variance of the mean of the rows that are alike along some axes."""
    _, group = np.unique(chosen, axis=0, return_inverse=True)
    rows = np.bincount(group.ravel())
    means = np.bincount(group.ravel(), values - values.mean()) / rows
    return float(rows @ means**2) / values.size
