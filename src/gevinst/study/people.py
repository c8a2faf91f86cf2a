"""People: who an arm's citizens are, as far as counts or paths tell it.

Counts per status at each time (margins) do not say who went where. The mean gain is known all the
same; its standard error is not. A coupling is one answer to "who went where", never a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.band import pair, standard_error
from gevinst.stats.margins.paths import extremes, quasi_independent
from gevinst.stats.mean.atoms import Component
from gevinst.study.study import Study
from gevinst.study.transitions import Possible, Switch, possible

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


COUPLINGS = ("narrowest", "independent", "widest")
"""The couplings shown side by side for margins."""


OBSERVED = "observed"
"""The one coupling of paired data: each citizen's own path."""


NO_COUPLING = "none"
"""The one coupling of a study that counts no citizens in statuses: there is nothing to couple."""


def couplings_of(study: Study) -> tuple[str, ...]:
    """Name the couplings a study's data leave open."""
    if not study.statuses:
        return (NO_COUPLING,)
    return COUPLINGS if study.paths is None else (OBSERVED,)


def members(study: Study, arm: str, start: Integers) -> list[Integers]:
    """Places of each stratum's citizens among an arm's, given their statuses at the start.

    Parameters
    ----------
    study : Study
        With one stratum, or divided into strata (`Study.start_strata`, `Study.citizen_strata`).
    arm : str
        Id of the arm.
    start : ndarray of int, shape (n,)
        Item position of each citizen's status at the first time.
    """
    if len(study.strata) == 1:
        return [np.arange(len(start))]
    of = study.citizen_strata[arm] if study.citizen_strata else study.start_strata[start]
    return [np.flatnonzero(of == k) for k in range(len(study.strata))]


def stratum_sizes(study: Study, a: int) -> list[int]:
    """Citizens of an arm in each stratum; all of them where there is one."""
    arm = study.arms[a]
    if len(study.strata) == 1:
        return [arm.analysed]
    if study.citizen_strata:
        of = study.citizen_strata[arm.id]
        return [int((of == k).sum()) for k in range(len(study.strata))]
    start = study.counts[a, 0]
    return [int(start[study.start_strata == k].sum()) for k in range(len(study.strata))]


def most_lost(study: Study, a: int) -> list[int]:
    """Largest number of an arm's citizens lost to follow-up at each time."""
    counts = [[at_time] for at_time in study.counts[a]]
    sets = study.masked.get(study.arms[a].id, counts)
    lost = list(study.lost)
    return [int(np.max(np.asarray(each)[:, lost].sum(axis=1))) for each in sets]


def gains_apart(study: Study, kind: str) -> tuple[tuple[Floats, ...], ...]:
    """Return what citizens gain under a coupling, without lines and investment, per arm.

    Parameters
    ----------
    study : Study
        A study with counted statuses, under its conventions.
    kind : str
        One of `couplings_of`.

    Returns
    -------
    tuple of tuple of ndarray, shape (n,)
        kr. per citizen: one array per arm, or, for ``independent``, one per time that counts.
    """
    costs, counted = study.status_costs, study.status_horizon
    found: list[tuple[Floats, ...]] = []
    for a, arm in enumerate(study.arms):
        if kind == OBSERVED:
            path = observed_paths(study)[arm.id]
            at = np.arange(len(study.times))
            gains: Floats = (counted * costs[a][at, path]).sum(axis=1)
            found.append((gains,))
        else:
            by_time = [np.repeat(c, n) for c, n in zip(costs[a], study.counts[a], strict=True)]
            found.append(pair(by_time, counted.tolist(), kind))
    return tuple(found)


def standard_errors(study: Study, kind: str) -> Floats:
    """Classical standard error of each arm's mean gain under one coupling, shape (arm,).

    kr. per citizen, of `gains_apart`, variances with n - 1; for ``independent`` the variances of
    the times add (`gevinst.stats.margins.band.standard_error`).
    """
    return np.array([standard_error(parts) for parts in gains_apart(study, kind)])


def observed_paths(study: Study) -> Mapping[str, Integers]:
    """Return the paths of paired data; margins have none."""
    if study.paths is None:
        raise ValueError(
            f"{study.id}: the data are margins, which say nothing of who went where; "
            f"write one of: {', '.join(COUPLINGS)}"
        )
    return study.paths


def gains_by_coupling(
    study: Study, impossible: Sequence[Switch] = ()
) -> dict[str, list[tuple[Component, ...]]]:
    """Return each arm's gains, per coupling, as the independent components of its mean.

    Without lines and investment, kr. per citizen. Where transitions are impossible, along the paths
    they leave open.
    """
    if impossible:
        return _open_gains(possible(study, impossible))
    if not study.statuses:  # nobody is counted: a known mean, and nothing to resample
        nobody: list[tuple[Component, ...]] = [
            (Component.of(np.zeros(max(arm.analysed, 1))),) for arm in study.arms
        ]
        return {NO_COUPLING: nobody}
    return {
        kind: [tuple(map(Component.of, parts)) for parts in gains_apart(study, kind)]
        for kind in couplings_of(study)
    }


def _open_gains(left: Possible) -> dict[str, list[tuple[Component, ...]]]:
    found: dict[str, list[tuple[Component, ...]]] = {coupling: [] for coupling in COUPLINGS}
    for allowed in left.arms:
        narrow, wide = extremes(allowed)
        values, place = np.unique(allowed.gains, return_inverse=True)
        shares = np.bincount(place, weights=quasi_independent(allowed)).astype(np.float64)
        parts = (
            Component.of(narrow),
            Component(values, shares, allowed.citizens),
            Component.of(wide),
        )
        for coupling, part in zip(COUPLINGS, parts, strict=True):
            found[coupling].append((part,))
    return found
