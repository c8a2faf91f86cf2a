"""The ends of a group's mean by integer programmes over the paths of all strata jointly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.groups import TIE, End, GroupMargins, largest, placings
from gevinst.stats.margins.largest_variance import Places, largest_variances

__all__ = ["lowest_by_programme"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_SECONDS = 20.0  # for one end


def lowest_by_programme(group: GroupMargins, weights: Floats) -> End:
    """Lowest end by one integer programme over all strata jointly, per placing of the lost."""
    allowed, stratum, gone = group.listed
    offsets = np.cumsum([0, *(len(m) for m in allowed.margins)])
    places = (allowed.paths + offsets[:-1]).T
    totals = np.concatenate(allowed.margins)
    lost = [int(c[m].sum()) for c, m in zip(group.counts, group.lost, strict=True)]
    least, most = max(lost), min(sum(lost), int(group.sizes.sum()))
    # The lost are counted per stratum, so that the number seen is known and the sum linear.
    places = np.vstack([places, np.where(gone, offsets[-1] + stratum, -1)])
    found = []
    for missing in placings(group.sizes, least, most):
        seen = group.sizes - missing
        filled = (weights > 0) & (seen > 0)
        per_citizen = np.divide(weights, seen, out=np.zeros(len(seen)), where=filled)
        worth = np.where(gone, 0.0, per_citizen[stratum] * allowed.gains)
        citizens = _solve(worth, Places(places, np.concatenate([totals, missing])))
        if citizens is None:
            continue
        empty = (weights > 0) & (seen == 0)
        value = float(worth @ citizens) + float(weights[empty] @ group.reach[empty, 0])
        found.append((value, missing, worth, float(worth @ citizens)))
    if not found:
        raise ValueError(
            "impossible: the margins and the impossible transitions leave no table with citizens "
            "seen as they are counted; allow more"
        )
    value = min(candidate[0] for candidate in found)
    ends = []
    for reached, missing, worth, optimum in found:
        if reached <= value + TIE * max(1.0, abs(value)):
            seen = group.sizes - missing
            counted = Places(places, np.concatenate([totals, missing]))
            among, attained = np.where(gone, -1, stratum), (worth, optimum)
            variances = largest_variances(
                allowed.gains, among, counted, weights, seen, attained=attained
            )
            ends.append(End(reached, seen, variances))
    return largest(ends, weights, value)


def _solve(worth: Floats, counted: Places) -> Counts | None:
    """Citizens per path where the sum is smallest; None where none fit."""
    from scipy.optimize import LinearConstraint, milp

    solution = milp(
        worth / (float(np.abs(worth).max()) or 1.0),
        integrality=np.ones(len(worth), dtype=np.int64),
        constraints=LinearConstraint(counted.matrix, counted.totals, counted.totals),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-12},
    )
    if solution.status == 2:
        return None
    if solution.status != 0:
        raise ValueError(
            f"impossible: no end of the bounds was found in {_SECONDS:g} seconds; "
            "merge small statuses"
        )
    citizens: Counts = np.rint(solution.x).astype(np.int64)
    return citizens
