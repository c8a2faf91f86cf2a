"""Couplings: paths of citizens that fit published counts per status and time.

Counts per status at each time (margins) do not say who went where. The mean gain is known all the
same; its standard error is not. A coupling is one answer to "who went where", never a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gevinst import latents
from gevinst.band import pair, standard_error
from gevinst.build import counted_shares
from gevinst.horizons import horizon
from gevinst.latents import Latents
from gevinst.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COUPLINGS = ("narrowest", "independent", "widest")
"""The couplings shown side by side for margins."""
OBSERVED = "observed"
"""The one coupling of paired data: each citizen's own path."""
_STATUS_BITS = 16
"""Room for 65,536 statuses beside 48 random bits."""

NO_COUPLING = "none"
"""The one coupling of a study that counts no citizens in statuses: there is nothing to couple."""


def couplings_of(study: Study) -> tuple[str, ...]:
    """Name the couplings a study's data leave open."""
    if not study.statuses:
        return (NO_COUPLING,)
    return COUPLINGS if study.paths is None else (OBSERVED,)


def status_costs(study: Study) -> Floats:
    """Cost of each cell under the study's rate basis and perspective, shape (arm, time, item).

    kr. per citizen-year; 0 where nothing prices the cell. The first stratum's rates: studies with
    counted statuses have one.
    """
    kr = np.array([*(rate.kr for rate in study.rates), 0.0])  # position -1: no rate, no cost
    counts = counted_shares(study)[:, 0].sum(axis=-1)
    costs: Floats = kr[study.rate_maps[study.conventions.rates][:, 0]] * counts
    return costs


def status_horizon(study: Study) -> Floats:
    """What a status's cost counts for at each time, shape (time,)."""
    first = study.items[study.statuses[0]]
    years = [time.years for time in study.times]
    return horizon(study.conventions.horizon, years, [first.kind])[:, 0]


def _slots(counts: Integers, keys: Floats) -> Integers:
    """Citizens of one arm at one time, by status, in ascending order of `keys`; ties by status."""
    order = np.argsort(keys, kind="stable")
    return np.repeat(order, counts[order])


@dataclass(frozen=True)
class Coupling:
    """Who went where, as far as the margins leave it open.

    Parameters
    ----------
    kind : str
        ``narrowest``: costs at every time in ascending order, so that the expensive stay
        expensive; the smallest variance of a change between two times, and at most that over
        more times. ``widest``: every time's contribution to the gain in ascending order; the
        largest variance at any number of times. ``independent``: a fresh random matching of the
        times in every row, which is the hypergeometric law of the table given its margins.
        ``observed``: the paths of paired data.
    counts : mapping of str to ndarray
        Latents ``counts:<arm>`` where suppressed counts were drawn: the rows to find paths for.
    every_time : bool
        Whether ``independent`` matches times that count for nothing too; it need not, but for
        results that follow citizens through them.

    References
    ----------
    Fréchet-Hoeffding bounds by sorting: Aronow, Green & Lee (2014), Annals of Statistics 42(3),
    850-871, section 3.
    """

    kind: str
    counts: Latents = field(default_factory=dict)
    every_time: bool = False
    name: str = "coupling"

    def __post_init__(self) -> None:
        if self.kind not in (*COUPLINGS, OBSERVED):
            known = ", ".join((*COUPLINGS, OBSERVED))
            raise ValueError(f"no coupling '{self.kind}'; there are: {known}")

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``path:<arm>:<time>`` (row, n), or one row where everybody's place is fixed."""
        if self.kind == OBSERVED:
            known = _observed(study)
            return {
                latents.path(arm, time): path[np.newaxis, :, t]
                for arm, path in known.items()
                for t, time in enumerate(study.axes.times)
            }
        costs, counted = status_costs(study), status_horizon(study)
        # A time that counts for nothing is sorted by cost; no result depends on it.
        contribution = np.where(counted == 0.0, 1.0, counted)[:, np.newaxis] * costs
        drawn: dict[str, Integers] = {}
        for a, arm in enumerate(study.arms):
            keys = (contribution if self.kind == "widest" else costs)[a]
            sets = self.counts.get(latents.counts(arm.id))
            for t, time in enumerate(study.times):
                if sets is None:
                    places = _slots(study.counts[a, t], keys[t])[:, np.newaxis]
                else:
                    places = _slots_by_row(sets[:, t], keys[t])
                if self.kind == "independent" and t and (counted[t] or self.every_time):
                    places = _shuffled(places, rows, rng)
                drawn[latents.path(arm.id, time.id)] = latents.row_first(places)
        return drawn


def _slots_by_row(counts: Integers, keys: Floats) -> Integers:
    """Return `_slots` of counts that differ from row to row, shape (n, row)."""
    order = np.argsort(keys, kind="stable")
    filled = np.cumsum(counts[:, order], axis=1)
    slots = np.arange(int(filled[0, -1]))
    after: Integers = (slots[:, np.newaxis, np.newaxis] >= filled).sum(axis=-1)
    return order[after]


def _shuffled(places: Integers, rows: int, rng: np.random.Generator) -> Integers:
    """Put each row's citizens in random order, shape (n, row).

    Whole numbers with random high bits and the status in the low ones are sorted: sorting is the
    fastest shuffle there is. Two high parts agree once in 10^14 pairs.
    """
    keys = rng.integers(0, 2**64, size=(rows, len(places)), dtype=np.uint64)
    keys &= np.uint64(2**64 - 2**_STATUS_BITS)
    keys |= places.T.astype(np.uint64)
    keys.sort(axis=1)
    keys &= np.uint64(2**_STATUS_BITS - 1)
    return np.ascontiguousarray(keys.T).view(np.int64)


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
    costs, counted = status_costs(study), status_horizon(study)
    found: list[tuple[Floats, ...]] = []
    for a, arm in enumerate(study.arms):
        if kind == OBSERVED:
            path = _observed(study)[arm.id]
            at = np.arange(len(study.times))
            gains: Floats = (counted * costs[a][at, path]).sum(axis=1)
            found.append((gains,))
        else:
            by_time = [np.repeat(c, n) for c, n in zip(costs[a], study.counts[a], strict=True)]
            found.append(pair(by_time, counted.tolist(), kind))
    return tuple(found)


def standard_errors(study: Study, kind: str) -> Floats:
    """Classical standard error of each arm's mean gain under one coupling, shape (arm,).

    kr. per citizen: `gevinst.band.standard_error` of `gains_apart`, variances with n - 1; for
    ``independent`` the variances of the times add.
    """
    return np.array([standard_error(parts) for parts in gains_apart(study, kind)])


def _observed(study: Study) -> Mapping[str, Integers]:
    if study.paths is None:
        raise ValueError(
            f"{study.id}: the data are margins, which say nothing of who went where; "
            f"write one of: {', '.join(COUPLINGS)}"
        )
    return study.paths
