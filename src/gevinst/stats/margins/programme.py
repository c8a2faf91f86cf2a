"""The ends of a group's mean by integer programmes over the paths of all strata jointly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.groups import TIE, End, GroupMargins, largest, placings
from gevinst.stats.margins.largest_variance import largest_variances
from gevinst.stats.margins.places import Places, cheapest, stacked

__all__ = ["lowest_by_programme"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def lowest_by_programme(group: GroupMargins, weights: Floats) -> End:
    """Lowest end by one integer programme over all strata jointly, per placing of the lost."""
    allowed, stratum, gone = group.listed
    counted = stacked(allowed.paths, allowed.margins)
    lost = [int(c[m].sum()) for c, m in zip(group.counts, group.lost, strict=True)]
    least, most = max(lost), min(sum(lost), int(group.sizes.sum()))
    # The lost are counted per stratum, so that the number seen is known and the sum linear.
    places = np.vstack([counted.places, np.where(gone, len(counted.totals) + stratum, -1)])

    def counted_where(missing: Counts) -> Places:
        return group.holding(Places(places, np.concatenate([counted.totals, missing])))

    found = []
    for missing in placings(group.sizes, least, most):
        seen = group.sizes - missing
        filled = (weights > 0) & (seen > 0)
        per_citizen = np.divide(weights, seen, out=np.zeros(len(seen)), where=filled)
        worth = np.where(gone, 0.0, per_citizen[stratum] * allowed.gains)
        citizens = cheapest(worth, counted_where(missing))
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
            among, attained = np.where(gone, -1, stratum), (worth, optimum)
            places_of = counted_where(missing)
            variances = largest_variances(
                allowed.gains, among, places_of, weights, seen, attained=attained
            )
            ends.append(End(reached, seen, variances))
    return largest(ends, weights, value)
