"""People: who an arm's citizens are, as far as counts or paths tell it.

Counts per status at each time (margins) do not say who went where. The mean gain is known all the
same; its standard error is not. A coupling is one answer to "who went where", never a finding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.band import pair_within, standard_error
from gevinst.stats.margins.matching import Tally
from gevinst.stats.margins.paths import extremes, quasi_independent
from gevinst.stats.mean.atoms import Component
from gevinst.study.prices import spread_means
from gevinst.study.study import Study
from gevinst.study.transitions import Possible, Switch, possible

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


COUPLINGS = ("narrowest", "independent", "widest")
"""The couplings shown side by side for margins."""


OBSERVED = "observed"
"""The one coupling of paired data: each citizen's own path."""


NO_COUPLING = "none"
"""The one coupling where nothing is to couple: nobody is counted in statuses, and of each arm one
mean at most has a spread."""


def couplings_of(study: Study) -> tuple[str, ...]:
    """Name the couplings a study's data leave open."""
    if not study.statuses:
        several = any(len(spread_means(study, arm.id)) > 1 for arm in study.arms)
        return COUPLINGS if several else (NO_COUPLING,)
    return COUPLINGS if study.paths is None else (OBSERVED,)


@lru_cache(maxsize=4)
def distinct_paths(study: Study, arm: str) -> tuple[Integers, Floats, Integers | None]:
    """Return the paths that somebody of an arm of paired data is on.

    Returns
    -------
    paths : ndarray of int, shape (path, time)
    citizens : ndarray, shape (path,)
        How many are on each.
    strata : ndarray of int, shape (path,), or None
        Of a study divided into strata: those of the citizens, who are alike within one.
    """
    known = observed_paths(study)[arm]
    if study.citizen_strata:
        known = np.column_stack([study.citizen_strata[arm], known])
    sizes = known.max(axis=0, initial=0) + 1
    if math.prod(sizes.tolist()) < 2**62:
        codes, counts = np.unique(np.ravel_multi_index(known.T, sizes), return_counts=True)
        distinct = np.column_stack(np.unravel_index(codes, sizes))
    else:
        distinct, counts = np.unique(known, axis=0, return_counts=True)
    strata = None
    if study.citizen_strata:
        strata, distinct = distinct[:, 0], distinct[:, 1:]
    elif len(study.strata) > 1:
        strata = study.start_strata[distinct[:, 0]]
    return distinct, counts.astype(np.float64), strata


def stratum_sizes(study: Study, a: int) -> list[int]:
    """Citizens of an arm in each stratum; all of them where there is one."""
    arm = study.arms[a]
    if len(study.strata) == 1:
        return [arm.analysed]
    if study.citizen_strata:
        of = study.citizen_strata[arm.id]
        return [int((of == k).sum()) for k in range(len(study.strata))]
    if study.stratum_counts.size:
        return list(map(int, study.stratum_counts[a, :, 0].sum(axis=1)))
    start = study.counts[a, 0]
    return [int(start[study.start_strata == k].sum()) for k in range(len(study.strata))]


def most_lost(study: Study, a: int) -> list[int]:
    """Largest number of an arm's citizens lost to follow-up at each time."""
    counts = [[at_time] for at_time in study.counts[a]]
    sets = study.masked.get(study.arms[a].id, counts)
    lost = list(study.lost)
    return [int(np.max(np.asarray(each)[:, lost].sum(axis=1))) for each in sets]


def starts_of(study: Study, a: int) -> Integers:
    """How many of an arm's dropouts are known to have started in each status, shape (item,)."""
    known = study.dropout_starts
    return known[a] if known.size else np.zeros(len(study.items), dtype=np.int64)


def starts_in(study: Study, a: int, start: int) -> Floats:
    """How many of an arm's dropouts start in each status, shape (item,).

    Those of unknown start in one status; -1 for none.
    """
    found = starts_of(study, a).astype(np.float64)
    if start >= 0:
        found[start] += study.arms[a].dropouts - found.sum()
    return found


def extreme_course(study: Study, a: int, which: str) -> tuple[int, Floats]:
    """Return the course of one of an arm's lost that is worst, or best, for the difference.

    Parameters
    ----------
    study : Study
        Under its conventions.
    a : int
        Position of the arm.
    which : {"worst", "best"}
        For the treated less the reference.

    Returns
    -------
    start : int
        Position of a status that somebody analysed of the arm was in at start, for a dropout of
        unknown start; -1 if there is none.
    kr : ndarray, shape (time,)
        What the citizen costs a year: nothing, or what the cheapest status of any arm brings in, or
        as much as the dearest costs.
    """
    small = (which == "worst") == (study.contrast.sign(study.arms[a].id) > 0)
    kr = np.where((study.status_horizon < 0.0) == small, study.dearest, study.cheapest)
    seen = [i for i in study.statuses if study.counts[a, 0, i] and i not in study.lost]
    gains = study.status_horizon[0] * study.status_costs[a, 0]
    start = (min if small else max)(seen, key=lambda i: gains[i], default=-1)
    return start, kr


def gains_apart(study: Study, kind: str) -> tuple[tuple[Tally, ...], ...]:
    """Return what citizens gain under a coupling, without lines and investment, per arm.

    Parameters
    ----------
    study : Study
        A study with counted statuses, under its conventions.
    kind : str
        One of `couplings_of`.

    Returns
    -------
    tuple of tuple of Tally
        kr. per citizen, and how many gain it: one per arm, or, for ``independent``, one per time
        that counts. Where counts are kept per stratum nobody changes stratum, and there is one.
    """
    costs, counted = study.status_costs, study.status_horizon
    found: list[tuple[Tally, ...]] = []
    for a, arm in enumerate(study.arms):
        if kind == OBSERVED:
            paths, citizens, _ = distinct_paths(study, arm.id)
            at = np.arange(len(study.times))
            found.append((Tally((counted * costs[a][at, paths]).sum(axis=1), citizens),))
        else:
            groups = [
                [Tally(*both) for both in zip(costs[a], counts, strict=True)]
                for counts in study.blocks[a].astype(np.float64)
            ]
            found.append(pair_within(groups, counted.tolist(), kind))
    return tuple(found)


def gain_support(study: Study) -> tuple[float, float]:
    """Return the smallest and the largest gain there can be, without lines and investment.

    kr. per citizen: at each time anything from nothing to the dearest status of either arm, under
    the study's rates.
    """
    counted = study.status_horizon
    ends = np.array([counted * study.cheapest, counted * study.dearest])
    return float(ends.min(axis=0).sum()), float(ends.max(axis=0).sum())


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
            (Component(np.zeros(1), np.ones(1), max(arm.analysed, 1)),) for arm in study.arms
        ]
        return {NO_COUPLING: nobody}
    return {
        kind: [tuple(map(_component, parts)) for parts in gains_apart(study, kind)]
        for kind in couplings_of(study)
    }


def _component(part: Tally) -> Component:
    return Component.of(part.values, counts=part.citizens)


def _open_gains(left: Possible) -> dict[str, list[tuple[Component, ...]]]:
    found: dict[str, list[tuple[Component, ...]]] = {coupling: [] for coupling in COUPLINGS}
    for allowed in left.arms:
        narrow, wide = extremes(allowed)
        values, place = np.unique(allowed.gains, return_inverse=True)
        shares = np.bincount(place, weights=quasi_independent(allowed)).astype(np.float64)
        parts = (
            _component(narrow),
            Component(values, shares, allowed.citizens),
            _component(wide),
        )
        for coupling, part in zip(COUPLINGS, parts, strict=True):
            found[coupling].append((part,))
    return found
