"""Uncounted: a cost line that the calculation leaves out, for a share of citizens not known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gevinst.sources.cells import Cells
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.settings import one_id, span
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, coefficients, no_factor
from gevinst.sources.unknown import Unknown
from gevinst.study.named import label_of
from gevinst.study.study import Study
from gevinst.text.problems import Problems, suggest

_SHARE = "share:{}:{}"
"""Latent of the share of an arm's citizens who had a line that nobody counted, shape (row,)."""


@dataclass(frozen=True)
class Uncounted(Source):
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
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse an arm or a line that the study has not."""
        lines = [item.id for item in study.items if not item.status]
        if self.item not in lines:
            known = suggest(self.item, lines)
            problems.add("E030", "settings", None, self.item, column="item", known=known)
        elif (
            not study.uncounted.size
            or not study.uncounted[..., study.axes.at("item", self.item)].any()
        ):
            problems.add("E085", "lines", None, self.item)
        if self._whose(study) not in study.axes.arms:
            known = list(study.axes.arms)
            problems.add("E030", "settings", None, self.arm, column="arm", known=known)

    def _whose(self, study: Study) -> str:
        return self.arm or study.contrast.treated

    @property
    def moves_mean(self) -> bool:
        """A publication takes an effort that it does not count as none."""
        return self.share[1] > 0.0

    def terms(self, study: Study, terms: Terms) -> Terms:
        """Add the line that the calculation leaves out."""
        a, i = study.axes.at("arm", self._whose(study)), study.axes.at("item", self.item)
        worth = coefficients(study)[a, :, :, i] * study.uncounted[a, :, :, i]
        places = np.argwhere((worth != 0.0) & (study.rate_of[a, :, :, i] >= 0)).tolist()
        cells = [(a, k, t, i) for k, t in places]
        rates = [int(study.rate_of[cell]) for cell in cells]
        return terms.with_more(cells, rates, self._part, [float(worth[k, t]) for k, t in places])

    @property
    def _part(self) -> str:
        return f"{self.name}:{self.item}"

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of the share of citizens who had it."""
        if self.target != MEAN:
            return None
        mean, covariance = no_factor(terms)
        low, high = self.share
        its = terms.part == self._part
        mean[its] = (low + high) / 2.0
        covariance[np.ix_(its, its)] = (high - low) ** 2 / 12.0
        return mean, covariance

    def expected(self, study: Study) -> Latents:
        """The middle of the range."""
        return {_SHARE.format(self._whose(study), self.item): np.full(1, sum(self.share) / 2.0)}

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return the share of citizens who had it; of a new group what happens is no number."""
        low, high = self.share
        if self.target == MEAN:
            whose = self._whose(study)
            yield Scalar(
                f"share.{whose}.{self.item}",
                0.0,
                "share",
                lambda p: low + (high - low) * p,
                lambda share: {_SHARE.format(whose, self.item): share},
                (label_of(study.items, self.item), label_of(study.arms, whose)),
            )

    def unknowns(self, study: Study) -> Iterator[Unknown]:
        """Ask how many had it, and what it cost: the ends of both."""
        whose = self._whose(study)
        answers = tuple(
            partial(self._counted, share=share, end=end) for share in self.share for end in (0, 1)
        )
        names = {
            "arm": label_of(study.arms, whose),
            "item": label_of(study.items, self.item),
        }
        yield Unknown(f"uncounted.{self.item}", answers, names)

    def _counted(self, study: Study, share: float, end: int) -> Study:
        """Return the study with the line for a share of citizens, at an end of its own price."""
        a, i = study.axes.at("arm", self._whose(study)), study.axes.at("item", self.item)
        lines = study.lines.copy()
        lines[a, ..., i] += share * study.uncounted[a, ..., i]
        maps = study.rate_maps.values()
        elsewhere = {int(rate) for each in maps for rate in np.delete(each, i, axis=-1).flat}
        alone = {int(rate) for each in maps for rate in each[a, ..., i].flat} - elsewhere
        rates = tuple(
            replace(rate, kr=rate.distribution.ends[end])
            if k in alone and rate.distribution.ends
            else rate
            for k, rate in enumerate(study.rates)
        )
        return replace(study, lines=lines, rates=rates)

    def keeps(self, study: Study) -> Collection[str]:
        """A line is no status."""
        return ()

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw the share of citizens who had it, shape (row,)."""
        whose = self._whose(study)
        share = rng.uniform(*self.share, size=rows)
        if self.target != MEAN:
            analysed = study.arms[study.axes.at("arm", whose)].analysed
            share = rng.binomial(analysed, share) / analysed
        return {_SHARE.format(whose, self.item): share}

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Count the line for the share of citizens who had it."""
        study, whose = cells.study, self._whose(cells.study)
        if (share := drawn.get(_SHARE.format(whose, self.item))) is None:
            return
        a, i = study.axes.at("arm", whose), study.axes.at("item", self.item)
        for k, t in np.argwhere(study.uncounted[a, :, :, i] != 0.0).tolist():
            units = cells.units.get((a, k, t, i), 0.0)
            cells.units[a, k, t, i] = units + study.uncounted[a, k, t, i] * share
