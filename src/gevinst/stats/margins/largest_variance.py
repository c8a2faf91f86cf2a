"""The largest sampling variance among the tables that attain an end of the bounds.

Margins fix what an end is, often not who attains it: strata whose citizens weigh the same can share
what followed in any way. The standard error of the end is then the largest over those tables.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.places import Places

__all__ = ["largest_variances"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_ROUNDS = 40  # of tangents; a handful is usual
_CLOSE = 1e-6  # of the variance


def largest_variances(
    gains: Floats,
    stratum: Counts,
    counted: Places,
    weights: Floats,
    seen: Counts,
    *,
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
    counted : Places
        Which totals each path counts in.
    weights, seen : ndarray, shape (strata,)
        Shares, and citizens behind each mean.
    attained : (ndarray, float), optional
        What each path adds, and what all must add to: the tables that attain an end.

    Returns
    -------
    ndarray, shape (strata,)
        With n - 1; NaN for strata without weight or with fewer than two citizens.
    """
    variances = np.full(len(seen), math.nan)
    used = np.flatnonzero((weights > 0) & (seen > 1))
    if not used.size:
        return variances
    scale = float(np.abs(gains).max()) or 1.0
    unit, members = gains / scale, [stratum == s for s in used]
    factors = weights[used] ** 2 / (seen[used] * (seen[used] - 1.0))
    factors = factors / factors.max()
    tangents = _Tangents(unit, members, seen[used], counted, factors)
    if attained is not None:
        tangents.hold(*attained)
    for k, mine in enumerate(members):
        for mean in np.linspace(unit[mine].min(), unit[mine].max(), 9).tolist():
            tangents.touch(k, mean)
    best = -math.inf
    for _ in range(_ROUNDS):
        x, above = tangents.solve()
        means = [float(x[m] @ unit[m]) / n for m, n in zip(members, seen[used], strict=True)]
        within = [
            float(x[m] @ (unit[m] - mean) ** 2) for m, mean in zip(members, means, strict=True)
        ]
        reached = float(factors @ within)
        if reached > best:
            best = reached
            variances[used] = np.array(within) * scale**2 / (seen[used] - 1.0)
        if above - best <= _CLOSE * max(best, 1e-9):
            break
        for k, mean in enumerate(means):
            tangents.touch(k, mean)
    return variances


class _Tangents:
    """The programme whose unknowns are citizens per path and, per stratum, t at least n m^2."""

    def __init__(
        self,
        unit: Floats,
        members: list[NDArray[np.bool_]],
        seen: Counts,
        counted: Places,
        factors: Floats,
    ) -> None:
        self.unit, self.members, self.seen, self.counted = unit, members, seen, counted
        parts = zip(factors, members, strict=True)
        square = np.sum([f * m * unit**2 for f, m in parts], axis=0)
        self.cost = np.concatenate([-square, factors])
        self.bounds = [(0, None)] * len(unit) + [(None, None)] * len(members)
        self.limits: list[Floats] = []
        self.right: list[float] = []

    @cached_property
    def totals(self) -> Any:
        """The totals as a sparse matrix over the unknowns, which t is in none of."""
        from scipy.sparse import csr_array, hstack

        unbound = csr_array((len(self.counted.totals), len(self.members)))
        return hstack([self.counted.matrix, unbound])

    def hold(self, worth: Floats, optimum: float) -> None:
        """Keep to tables that attain an end: sum(worth x) at most the optimum."""
        size = float(np.abs(worth).max()) or 1.0
        self.limits.append(np.concatenate([worth / size, np.zeros(len(self.members))]))
        self.right.append(optimum / size + 1e-9 * max(1.0, abs(optimum) / size))

    def touch(self, k: int, mean: float) -> None:
        """Hold n m^2 of one stratum above its tangent at a mean: 2 m sum(x g) - n m^2 <= t."""
        slopes = np.zeros(len(self.members))
        slopes[k] = -1.0
        self.limits.append(np.concatenate([2 * mean * self.members[k] * self.unit, slopes]))
        self.right.append(float(self.seen[k]) * mean**2)

    def solve(self) -> tuple[Floats, float]:
        """Return citizens per path, and the largest sum that the tangents allow."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        paths = len(self.unit)
        solution = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices
            self.cost,
            A_ub=csr_array(np.array(self.limits)),
            b_ub=np.array(self.right),
            A_eq=self.totals,
            b_eq=self.counted.totals,
            bounds=self.bounds,
            method="highs-ds",
        )
        if solution.status != 0:
            raise ValueError("strata: the largest variance was not found; merge small statuses")
        return solution.x[:paths], -float(solution.fun)
