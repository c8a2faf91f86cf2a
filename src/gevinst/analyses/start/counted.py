"""Margins of an arm for its strata: of everybody, or of each stratum that counts are kept in."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.band import pair
from gevinst.stats.margins.groups import GroupMargins
from gevinst.stats.margins.matching import Tally
from gevinst.stats.margins.paths import side_by_side
from gevinst.study.people import COUPLINGS
from gevinst.study.strata import Strata
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def margins_of(
    blocks: Integers,
    values: Floats,
    strata: Strata,
    reach: Floats,
    unseen: Mask,
    barred: Sequence[Mask] | None,
) -> tuple[GroupMargins, ...]:
    """Return an arm's margins: one for each stratum that counts are kept in, else one for all.

    Parameters
    ----------
    blocks : ndarray of int, shape (block, time, item)
        Citizens, who stay in their block.
    values : ndarray, shape (time, item)
        What being there adds to a gain, kr.
    strata : Strata
        What the arm is divided into.
    reach : ndarray, shape (strata, 2)
        Smallest and largest gain a citizen of each can have.
    unseen : ndarray of bool, shape (time, item)
        Where a citizen is not seen.
    barred : sequence of ndarray of bool or None
        Steps that nobody makes, where some are named.
    """
    steps = None if barred is None else tuple(barred)
    if strata.counted:
        return tuple(
            GroupMargins(
                tuple(counts),
                tuple(values),
                np.where(counts[0] > 0, 0, -1),
                reach[k : k + 1],
                tuple(unseen),
                steps,
            )
            for k, counts in enumerate(blocks)
        )
    of_item = strata.of_item
    if len(blocks) > 1:
        # Times that say nothing of a gain, or of who is seen, say nothing of who goes where.
        times = np.flatnonzero(values.any(axis=1) | unseen.any(axis=1) | (barred is not None))
        times = np.union1d(0, times)
        none = np.zeros(unseen.shape[1:] * 2, np.bool_)
        margins, steps = side_by_side(blocks[:, times], barred or [none] * (len(times) - 1))
        values = np.tile(values[times], len(blocks))
        unseen = np.tile(unseen[times], len(blocks))
        of_item = np.tile(of_item, len(blocks))
    else:
        margins = tuple(blocks[0])
    stratum = np.where(margins[0] > 0, of_item, -1)
    return (GroupMargins(margins, tuple(values), stratum, reach, tuple(unseen), steps),)


def coupled_variances(study: Study) -> dict[str, Floats]:
    """Return the variance of the gains of each arm's citizens of each stratum, per coupling.

    Of counts kept per stratum, everybody seen. With n - 1, shape (2, strata); NaN for one citizen
    or none. Under ``independent`` the variances of the times add.
    """
    found = {kind: np.full((2, study.stratum_counts.shape[1]), math.nan) for kind in COUPLINGS}
    for a, arm in enumerate(study.contrast.arms):
        at = study.axes.at("arm", arm)
        for k, counts in enumerate(study.stratum_counts[at].astype(np.float64)):
            if counts[0].sum() < 2:
                continue
            costs = [Tally(*each) for each in zip(study.status_costs[at], counts, strict=True)]
            for kind, variances in found.items():
                parts = pair(costs, study.status_horizon.tolist(), kind)
                variances[a, k] = sum(part.variance for part in parts)
    return found
