"""The largest sampling variance among the tables that attain an end of the bounds.

Margins fix what an end is, often not who attains it: strata whose citizens weigh the same can share
what followed in any way. The standard error of the end is then the largest over those tables.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["largest_variances", "matrix_of"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_ROUNDS = 40  # of tangents; a handful is usual
_CLOSE = 1e-6  # of the variance


def matrix_of(places: Counts, rows: int) -> Any:
    """Return which totals each path counts in, as a sparse matrix; a place of -1 is none."""
    from scipy.sparse import csr_array

    columns = np.broadcast_to(np.arange(places.shape[1]), places.shape)
    counted = places >= 0
    return csr_array(
        (np.ones(int(counted.sum())), (places[counted], columns[counted])),
        shape=(rows, places.shape[1]),
    )


def largest_variances(
    gains: Floats,
    stratum: Counts,
    places: Counts,
    totals: Counts,
    weights: Floats,
    seen: Counts,
    attained: tuple[Floats, float] | None = None,
) -> Floats:
    """Return variances per stratum where sum w^2 s^2 / n is largest over tables at an end.

    A stratum's sum of squares is linear in how many citizens take each path but for its own mean,
    n m^2, which is convex: the sum is concave, and tangents to n m^2 give it from above (Kelley
    1960). Parts of citizens are allowed, so it is never too small by more than the tolerance.

    Parameters
    ----------
    gains, stratum : ndarray, shape (path,)
        A citizen's gain on each path, and the stratum; -1 is not seen.
    places : ndarray of int, shape (totals per path, path)
        Rows of `totals` that a path counts in; -1 is none.
    totals : ndarray of int
        Citizens.
    weights, seen : ndarray, shape (strata,)
        Shares, and citizens behind each mean.
    attained : (ndarray, float), optional
        What each path adds, and what all must add to: the tables that attain an end.

    Returns
    -------
    ndarray, shape (strata,)
        With n - 1; NaN for strata without weight or with fewer than two citizens.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    variances = np.full(len(seen), math.nan)
    used = np.flatnonzero((weights > 0) & (seen > 1))
    if not used.size:
        return variances
    scale = float(np.abs(gains).max()) or 1.0
    unit = gains / scale
    factors = weights[used] ** 2 / (seen[used] * (seen[used] - 1.0))
    factors = factors / factors.max()
    mine = [stratum == s for s in used]
    paths, extra = len(unit), len(used)
    square = np.sum([f * m * unit**2 for f, m in zip(factors, mine, strict=True)], axis=0)
    cost = np.concatenate([-square, factors])
    equal: Any = hstack([matrix_of(places, len(totals)), csr_array((len(totals), extra))])
    limits: list[Floats] = []
    right: list[float] = []
    if attained is not None:
        size = float(np.abs(attained[0]).max()) or 1.0
        limits.append(np.concatenate([attained[0] / size, np.zeros(extra)]))
        right.append(attained[1] / size + 1e-9 * max(1.0, abs(attained[1]) / size))

    def touch(k: int, mean: float) -> None:
        """Hold n m^2 of one stratum above its tangent at a mean: 2 m sum(x g) - n m^2 <= t."""
        row = np.concatenate([2 * mean * mine[k] * unit, np.zeros(extra)])
        row[paths + k] = -1.0
        limits.append(row)
        right.append(float(seen[used[k]]) * mean**2)

    for k in range(extra):
        for mean in np.linspace(unit[mine[k]].min(), unit[mine[k]].max(), 9).tolist():
            touch(k, mean)
    best = -math.inf
    for _ in range(_ROUNDS):
        solution = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices
            cost,
            A_ub=vstack([csr_array(row[np.newaxis]) for row in limits], format="csr"),
            b_ub=np.array(right),
            A_eq=equal,
            b_eq=totals,
            bounds=[(0, None)] * paths + [(None, None)] * extra,
            method="highs-ds",
        )
        if solution.status != 0:
            raise ValueError("strata: the largest variance was not found; merge small statuses")
        x = solution.x[:paths]
        means = [float(x[m] @ unit[m]) / seen[s] for m, s in zip(mine, used, strict=True)]
        within = [float(x[m] @ (unit[m] - mean) ** 2) for m, mean in zip(mine, means, strict=True)]
        reached = float(factors @ within)
        if reached > best:
            best = reached
            variances[used] = np.array(within) * scale**2 / (seen[used] - 1.0)
        if -solution.fun - best <= _CLOSE * max(best, 1e-9):
            break
        for k, mean in enumerate(means):
            touch(k, mean)
    return variances
