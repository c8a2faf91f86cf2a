"""Counts left open: "<5" or "59,9 %" is one of several numbers, and the totals leave some."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from gevinst.sources import latents
from gevinst.sources.latents import Latents
from gevinst.sources.source import Source
from gevinst.study.study import Study
from gevinst.text.problems import Problems


@dataclass(frozen=True)
class Suppressed(Source):
    """Draw the counts behind what is not printed exactly, each set that adds up being as likely.

    A stated prior over what the publication leaves open, uniform over the whole numbers that add up
    to the arm's citizens at each time. Without it the answer is the bounds that `gain` prints.
    """

    name: str = "suppressed"

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a study whose tables leave no count open."""
        if not study.masked:
            problems.add("E087", "counts")
        if len(study.strata) > 1:
            problems.add("E131", "counts", None, self.name)

    def keeps(self, study: Study) -> Collection[str]:
        """Counts of statuses that cost the same add up."""
        return ()

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``counts:<arm>``, shape (row, time, item)."""
        drawn = {}
        for arm, by_time in study.masked.items():
            picked = [sets[rng.integers(len(sets), size=rows)] for sets in by_time]
            drawn[latents.counts(arm)] = np.stack(picked, axis=1)
        return drawn
