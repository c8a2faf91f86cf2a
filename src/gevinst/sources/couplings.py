"""Coupling: draw the paths of citizens under one answer to "who went where"."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.latents import Latents
from gevinst.study.people import COUPLINGS, OBSERVED, observed_paths
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_STATUS_BITS = 16
"""Room for 65,536 statuses beside 48 random bits."""


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
            known = observed_paths(study)
            return {
                latents.path(arm, time): path[np.newaxis, :, t]
                for arm, path in known.items()
                for t, time in enumerate(study.axes.times)
            }
        costs, counted = study.status_costs, study.status_horizon
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
