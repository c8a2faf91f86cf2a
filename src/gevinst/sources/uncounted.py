"""Uncounted: a cost line that the calculation leaves out, for a share of citizens not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst import latents
from gevinst.axes import INTERVENTION
from gevinst.latents import Latents
from gevinst.problems import Problems, suggest
from gevinst.sources.settings import one_id, span
from gevinst.study import Study
from gevinst.terms import Factor, Terms, no_factor


@dataclass(frozen=True)
class Uncounted:
    """Let a share of an arm's citizens have had an effort that nobody counted.

    Parameters
    ----------
    item : str
        The cost line of the effort, whose amounts are ``counted = no`` in the study.
    arm : str
        Whose citizens may have had it.
    share : (float, float)
        Lowest and highest share of the arm's citizens: uniform between.
    target : {"mean", "new_group"}
        In a new group each citizen had it or not: binomial, given the share.
    """

    name: str = "uncounted"
    item: str = one_id()
    arm: str = one_id()
    share: tuple[float, float] = span((0.0, 1.0), 0.0, 1.0)
    target: str = "mean"

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse an arm or a line that the study has not."""
        lines = [item.id for item in study.items if not item.status]
        if self.item not in lines:
            known = suggest(self.item, lines)
            problems.add("E030", "study.toml", None, self.item, column="item", known=known)
        elif (
            not study.uncounted.size
            or not study.uncounted[..., study.axes.at("item", self.item)].any()
        ):
            problems.add("E085", "lines.csv", None, self.item)
        if self._whose not in study.axes.arms:
            known = list(study.axes.arms)
            problems.add("E030", "study.toml", None, self.arm, column="arm", known=known)

    @property
    def _whose(self) -> str:
        return self.arm or INTERVENTION

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of the share of citizens who had it."""
        if self.target != "mean":
            return None
        mean, covariance = no_factor(terms)
        mean[terms.uncounted] = 0.0  # of other lines and arms nothing is counted
        low, high = self.share
        arm, item = study.axes.at("arm", self._whose), study.axes.at("item", self.item)
        its = terms.uncounted & (terms.of(0) == arm) & (terms.of(3) == item)
        mean[its] = (low + high) / 2.0
        covariance[np.ix_(its, its)] = (high - low) ** 2 / 12.0
        return mean, covariance

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``share:<arm>:<item>``, shape (row,)."""
        share = rng.uniform(*self.share, size=rows)
        if self.target != "mean":
            analysed = study.arms[study.axes.at("arm", self._whose)].analysed
            share = rng.binomial(analysed, share) / analysed
        return {latents.share(self._whose, self.item): share}
