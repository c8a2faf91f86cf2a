"""Missing: citizens who moved or dropped out did not become free of cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst import latents
from gevinst.axes import INTERVENTION
from gevinst.build import counted_shares
from gevinst.citizens import most_lost
from gevinst.horizons import horizon
from gevinst.latents import Latents
from gevinst.problems import Problems
from gevinst.sources.settings import choice, per_arm
from gevinst.study import Study

MOST_KR = 1e7

_OF_THE_GROUP = ("as_published", "at_random")
"""Treatments that need no citizen beside those an urn draws: fewer of them count, or all."""


@dataclass(frozen=True)
class Missing:
    """Say what became of the missing: of those who moved, and of those who dropped out.

    Parameters
    ----------
    moved : {"at_random", "as_published", "last_status", "worst", "best"}
        A citizen lost to follow-up at a time gets the status of a random other citizen of the arm
        at that time (a hot deck); stays at the published cost; keeps the last status seen; or gets
        the status that is worst, or best, for the difference between the arms.
    dropouts : {"at_random", "as_published", "unchanged", "worst", "best"}
        A dropout, whose start status is not known either, gets the whole course of a random citizen
        of the arm; stays out of the calculation; starts like a random citizen and stays there; or
        gets the course that is worst, or best, for the difference.
    extra_cost : mapping of arm to number
        kr. a year that each missing citizen of an arm costs more than the status given says: the
        delta of a delta-adjustment (0 is missing at random within the arm).
    target : {"mean", "new_group"}
        In a new group the number of dropouts is drawn too: beta-binomial, with Jeffreys' prior.
        Missing at random all of the group count, as newcomers are exchangeable.

    Notes
    -----
    Picks are made anew in every row, from the row's own citizen weights when outcomes vary too.
    ``worst`` and ``best`` are among statuses with a rate in that arm at that time, at published
    rates: attainable limits in the sense of Horowitz & Manski (2000), JASA 95(449), 77-84.

    References
    ----------
    Rubin & Schenker (1986), Multiple imputation for interval estimation from simple random samples
    with ignorable nonresponse, JASA 81(394), 366-374: draws from the Bayesian bootstrap.
    """

    name: str = "missing"
    moved: str = choice("at_random", "as_published", "last_status", "worst", "best")
    dropouts: str = choice("at_random", "as_published", "unchanged", "worst", "best")
    extra_cost: tuple[tuple[str, float], ...] = per_arm(-MOST_KR, MOST_KR)
    target: str = "mean"

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse an extra cost of an arm there is not, or of which no status of the lost has it."""
        if len(study.strata) > 1 and study.statuses and self.dropouts in ("worst", "best"):
            problems.add("E131", "study.toml", None, self.dropouts)
        for arm, kr in self.extra_cost:
            if arm not in study.axes.arms:
                problems.add(
                    "E030", "study.toml", None, arm, column="extra_cost", known=study.axes.arms
                )
            if kr and not any(item.lost for item in study.items):
                problems.add("E083", "study.toml", None, f"{arm} = {kr:g}")

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw what `gevinst.build` gives the missing; see `gevinst.latents`."""
        drawn: dict[str, NDArray[np.generic]] = {}
        for a, arm in enumerate(study.arms):
            most = max(most_lost(study, a)) if study.statuses else 0
            if most and self.moved == "at_random":
                # In a new group more can be lost than in the one seen.
                mean = self.target == "mean"
                name, picks = (latents.moved, most) if mean else (latents.lost, arm.enrolled)
                drawn[name(arm.id)] = latents.row_first(rng.random((picks, rows)))
            elif most and self.moved == "last_status":
                drawn[latents.kept(arm.id)] = np.ones(1)
            elif most and self.moved != "as_published":
                drawn[latents.given(arm.id)] = self._extreme(study, a, self.moved)
            if self.target != "mean" and self.dropouts in _OF_THE_GROUP:
                share = rng.beta(arm.dropouts + 0.5, arm.analysed + 0.5, size=rows)
                # A group that nobody is left of shows nothing: one citizen stays.
                left = np.minimum(rng.binomial(arm.enrolled, share), arm.enrolled - 1)
                drawn[latents.left(arm.id)] = left
                seen = arm.enrolled - left if self.dropouts == "as_published" else [arm.enrolled]
                drawn[latents.followed(arm.id)] = np.asarray(seen)
            elif arm.dropouts and self.dropouts in ("at_random", "unchanged"):
                kind = latents.dropout if self.dropouts == "at_random" else latents.unchanged
                drawn[kind(arm.id)] = latents.row_first(rng.random((arm.dropouts, rows)))
            elif arm.dropouts and self.dropouts != "as_published":
                drawn[latents.course(arm.id)] = self._extreme(study, a, self.dropouts)
        for whose, kr in self.extra_cost:
            drawn[latents.extra_cost(whose)] = np.full(1, kr)
        return drawn

    def _extreme(self, study: Study, a: int, which: str) -> NDArray[np.int64]:
        """Position of the status with the extreme contribution at each time, shape (1, time)."""
        rate_of = study.rate_maps[study.conventions.rates][a, 0]
        kr = np.array([*(rate.kr for rate in study.rates), 0.0])[rate_of]
        kr = kr * counted_shares(study)[a, 0].sum(axis=-1)
        counted = horizon(
            study.conventions.horizon,
            [time.years for time in study.times],
            [item.kind for item in study.items],
        )
        possible = np.array([item.status and not item.lost for item in study.items])
        gains = np.where(possible & (rate_of >= 0), counted * kr, np.nan)
        # Worst for the difference: a small gain in the intervention, a large one in the control.
        smallest = (which == "worst") == (study.arms[a].id == INTERVENTION)
        pick = np.nanargmin if smallest else np.nanargmax
        return np.asarray(pick(gains, axis=1), dtype=np.int64)[np.newaxis]
