"""Coupling: draw the paths of citizens under one answer to "who went where"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.latents import Latents
from gevinst.stats.margins.band import offsetting
from gevinst.stats.margins.matching import (
    Matching,
    comonotone,
    matched_at_random,
    paths_at_random,
)
from gevinst.study.people import COUPLINGS, OBSERVED, distinct_paths
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Coupling:
    """Who went where, as far as the margins leave it open.

    Citizens of one path are alike: a path is drawn with how many citizens are on it. Where counts
    are kept per stratum, times are matched within each.

    Parameters
    ----------
    study : Study
        Under its conventions.
    kind : str
        ``narrowest``: costs at every time in ascending order, so that the expensive stay
        expensive, or as `gevinst.stats.margins.band.offsetting` says; the smallest variance
        between two times, and over more times a smallest is at most that. ``widest``: every
        time's contribution to the gain in ascending order; the largest variance at any number of
        times. ``independent``: a fresh random matching of the
        times in every row, which is the hypergeometric law of the table given its margins.
        ``observed``: the paths of paired data.

    Notes
    -----
    Statuses of equal cost are in an order that no order of rows in a file changes: those seen
    before those lost, then by their costs at other times, then by id.

    References
    ----------
    Fréchet-Hoeffding bounds by sorting: Aronow, Green & Lee (2014), Annals of Statistics 42(3),
    850-871, section 3.
    """

    study: Study
    kind: str
    name: str = "coupling"

    def __post_init__(self) -> None:
        if self.kind not in (*COUPLINGS, OBSERVED):
            known = ", ".join((*COUPLINGS, OBSERVED))
            raise ValueError(f"no coupling '{self.kind}'; there are: {known}")

    def draw(
        self, rows: int, rng: np.random.Generator, drawn: Latents | None = None
    ) -> dict[str, NDArray[Any]]:
        """Draw ``path:<arm>:<time>`` and ``size:<arm>``, shape (row or 1, path).

        Of a study with strata also ``stratum:<arm>``, (1, path).

        Parameters
        ----------
        rows : int
            How many.
        rng : numpy.random.Generator
            Source of randomness.
        drawn : mapping of str to ndarray, optional
            What sources drew: suppressed counts, if any, are those to find paths for.
        """
        found: dict[str, NDArray[Any]] = {}
        for a, arm in enumerate(self.study.arms):
            sets = (drawn or {}).get(latents.counts(arm.id))
            if sets is None and self.kind != "independent":
                found |= self._still[a]
                continue
            known = self._known[a] if sets is None else [self._places(a, sets.swapaxes(0, 1))]
            found |= self._latents(
                a,
                [items for items, _ in known],
                [
                    matched_at_random(counts, rows, rng)
                    if self.kind == "independent"
                    else comonotone(counts)
                    for _, counts in known
                ],
            )
        return found

    @cached_property
    def most_paths(self) -> int:
        """How many paths `draw` makes at most in an arm: of the study's own counts, if sorted."""
        if self.kind != "independent":
            return max(int(each.shape[1]) for still in self._still for each in still.values())
        masked = self.study.masked
        return max(
            sum(
                paths_at_random(counts)
                for _, counts in (
                    [self._places(a, masked[arm.id])] if arm.id in masked else self._known[a]
                )
            )
            for a, arm in enumerate(self.study.arms)
        )

    @cached_property
    def _still(self) -> list[dict[str, NDArray[Any]]]:
        """Each arm's latents where no row has other paths than the next."""
        found = []
        for a, arm in enumerate(self.study.arms):
            if self.kind != OBSERVED:
                items, counts = zip(*self._known[a], strict=True)
                found.append(self._latents(a, items, list(map(comonotone, counts))))
                continue
            paths, citizens, strata = distinct_paths(self.study, arm.id)
            places = {
                latents.path(arm.id, time): path[np.newaxis]
                for time, path in zip(self.study.axes.times, paths.T, strict=True)
            }
            divided = {} if strata is None else {latents.stratum(arm.id): strata[np.newaxis]}
            found.append({**places, latents.size(arm.id): citizens[np.newaxis], **divided})
        return found

    def _latents(
        self, a: int, items: Sequence[list[Integers]], matched: Sequence[Matching]
    ) -> dict[str, NDArray[Any]]:
        """Name what was found in each block: the items of its places, and how many are there."""
        arm, found = self.study.arms[a].id, dict[str, NDArray[Any]]()
        for t, time in enumerate(self.study.axes.times):
            own = [of[t][each.places[t]] for of, each in zip(items, matched, strict=True)]
            found[latents.path(arm, time)] = latents.row_first(_joined(own))
        if len(self.study.strata) > 1 and self.study.stratum_counts.size:
            sizes, of = [len(each.citizens) for each in matched], self._filled(a)
            found[latents.stratum(arm)] = np.repeat(of, sizes)[np.newaxis]
        elif len(self.study.strata) > 1:
            start = found[latents.path(arm, self.study.times[0].id)]
            found[latents.stratum(arm)] = self.study.start_strata[start]
        citizens = _joined([each.citizens for each in matched])
        return {**found, latents.size(arm): latents.row_first(citizens)}

    @cached_property
    def _order(self) -> list[list[Integers]]:
        """Items at each time, of each arm, in the coupling's order."""
        study, counted = self.study, self.study.status_horizon
        lost = [item.lost for item in study.items]
        ids = np.argsort(np.argsort(study.axes.items))
        found = []
        for costs in study.status_costs:
            # A time that counts for nothing is sorted by cost; no result depends on it.
            contribution = np.where(counted == 0.0, 1.0, counted)[:, np.newaxis] * costs
            narrow = offsetting(counted)[:, np.newaxis] * costs
            first = contribution if self.kind == "widest" else narrow
            found.append([np.lexsort([ids, *costs[::-1], lost, of_time]) for of_time in first])
        return found

    @cached_property
    def _known(self) -> list[list[tuple[list[Integers], list[Integers]]]]:
        """Places and counts of each arm's blocks as they are published."""
        return [
            [self._places(a, blocks[b][:, np.newaxis]) for b in self._filled(a)]
            for a, blocks in enumerate(self.study.blocks)
        ]

    def _filled(self, a: int) -> Integers:
        """Blocks that some of an arm are in."""
        return np.flatnonzero(self.study.blocks[a].any(axis=(1, 2)))

    def _places(self, a: int, sets: Iterable[Integers]) -> tuple[list[Integers], list[Integers]]:
        """Places of an arm at each time: items that hold somebody, and citizens (place, set).

        `sets` has one or more counts (set, item) for each time.
        """
        items, counts = [], []
        for order, each in zip(self._order[a], sets, strict=True):
            items.append(order[each[:, order].any(axis=0)])
            counts.append(each[:, items[-1]].T)
        return items, counts


def _joined(each: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Put paths, shape (path, row or 1), one after another; as many rows as any has."""
    if len(each) == 1:
        return each[0]
    rows = max(array.shape[1] for array in each)
    return np.concatenate([np.broadcast_to(array, (len(array), rows)) for array in each])
