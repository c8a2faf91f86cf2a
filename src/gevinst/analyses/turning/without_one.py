"""The difference without one of the citizens: known of paths, a range of margins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.turning.ends import difference
from gevinst.study.people import distinct_paths
from gevinst.study.study import Study
from gevinst.study.transitions import Switch, possible


def without_one(study: Study, impossible: tuple[Switch, ...]) -> dict[str, tuple[float, float]]:
    """Return the lowest and the highest difference without one citizen, per arm.

    A citizen's gain moves the difference one way, so of margins the smallest and the largest gain
    that one can have had are enough; where one has an arm to himself there is none to leave out.
    """
    found = {}
    worth = study.status_horizon[:, np.newaxis] * study.status_costs
    for arm in study.contrast.arms:
        a = study.axes.at("arm", arm)
        if study.arms[a].analysed < 2:
            continue
        if study.paths is not None:
            paths = distinct_paths(study, arm)[0]
        elif impossible:
            allowed = possible(study, impossible).arms[a]
            paths = allowed.paths[[np.argmin(allowed.gains), np.argmax(allowed.gains)]]
            paths = paths % len(study.items)
        else:
            here = study.blocks[a] > 0
            here = here[here[:, 0].any(axis=1)]
            paths = np.concatenate(
                [
                    np.where(here, worth[a], np.inf).argmin(axis=2),
                    np.where(here, worth[a], -np.inf).argmax(axis=2),
                ]
            )
        each = [difference(_leaving_out(study, a, path)) for path in paths]
        found[arm] = (min(each), max(each))
    return found


def _leaving_out(study: Study, a: int, path: NDArray[np.int64]) -> Study:
    """Return the study without one citizen, of the statuses of a path."""
    counts = study.counts.copy()
    counts[a, np.arange(len(path)), path] -= 1
    arm = study.arms[a]
    fewer = replace(arm, analysed=arm.analysed - 1, enrolled=arm.enrolled - 1)
    arms = (*study.arms[:a], fewer, *study.arms[a + 1 :])
    none = study.stratum_counts[:0]
    return replace(study.as_margins(), counts=counts, arms=arms, masked={}, stratum_counts=none)
