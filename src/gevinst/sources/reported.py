"""Reported starts: a job that only the caseworker reports may not have begun, or may not last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst import latents
from gevinst.distributions import beta_from_range, beta_moments, check_share_range
from gevinst.latents import Latents
from gevinst.problems import Problems, suggest
from gevinst.sources.settings import flag, ids, one_id, span
from gevinst.study import Study
from gevinst.terms import INSTEAD, REAL, Factor, Terms, no_factor


@dataclass(frozen=True)
class Reported:
    """Let a share of the reported starts be something else: probabilistic bias analysis.

    Parameters
    ----------
    statuses : sequence of str
        The reported statuses in doubt, after the start.
    instead : str
        The status that citizens are in whose start was none, or did not last.
    real : (float, float)
        90 % range of the predictive value: the share of reported starts that happened. A Beta law
        with these 5 % and 95 % points; two equal numbers are fixed.
    lasting : (float, float)
        90 % range of the share of the year counted that a start lasts.
    shared : bool
        Whether both arms have the same shares in a row, or each its own.
    target : {"mean", "new_group"}
        In a new group each citizen's start is real or not: binomial, given the shares.

    References
    ----------
    Fox, MacLehose & Lash (2021), Applying Quantitative Bias Analysis to Epidemiologic Data, 2nd
    ed., chapter 6: reclassification by predictive values.
    """

    name: str = "reported"
    statuses: tuple[str, ...] = ids()
    instead: str = one_id()
    real: tuple[float, float] = span((1.0, 1.0), 0.0, 1.0)
    lasting: tuple[float, float] = span((1.0, 1.0), 0.0, 1.0)
    shared: bool = flag(True)
    target: str = "mean"

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse statuses that the study has not, and ranges that no Beta law has."""
        known = [study.items[i].id for i in study.statuses if not study.items[i].lost]
        for key in ("statuses", "instead"):
            if not getattr(self, key):
                problems.add("E050", "study.toml", key=key, section=self.name)
        for status in filter(None, (*self.statuses, self.instead)):
            if status not in known:
                problems.add(
                    "E030",
                    "study.toml",
                    None,
                    status,
                    column=self.name,
                    known=suggest(status, known),
                )
        if self.instead in self.statuses:
            problems.add("E098", "study.toml", None, self.instead)
        elif self.instead in known:
            self._check_priced(study, problems)
        for low, high in (self.real, self.lasting):
            try:
                check_share_range(low, high)
            except ValueError as error:
                stated = f"[{low:g}, {high:g}]"
                problems.add("E084", "study.toml", None, stated, reason=str(error))

    def _check_priced(self, study: Study, problems: Problems) -> None:
        """Refuse a status instead that costs nobody knows what."""
        basis, i = study.conventions.rates, study.axes.at("item", self.instead)
        for a, arm in enumerate(study.arms):
            rate_of = study.rate_maps[basis][a, 0, :, i]
            times = [study.times[t].id for t in range(1, len(rate_of)) if rate_of[t] < 0]
            if times:
                where = {"arm": arm.id, "time": times, "basis": basis}
                problems.add("E041", "prices.csv", None, self.instead, **where)

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``real:<arm>:<status>`` (row,); of a new group ``start:<arm>`` (row, enrolled)."""
        drawn: dict[str, NDArray[np.generic]] = {}
        share = np.ones(1)
        for a, arm in enumerate(study.arms):
            if a == 0 or not self.shared:
                share = self._shares(rows, rng)
            drawn |= {latents.real(arm.id, status): share for status in self.statuses}
            drawn[latents.instead(arm.id)] = np.array([study.axes.at("item", self.instead)])
            if self.target != "mean":
                drawn[latents.start(arm.id)] = latents.row_first(rng.random((arm.enrolled, rows)))
        return drawn

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of the share of starts that count, and of those that do not."""
        if self.target != "mean":
            return None
        mean, covariance = no_factor(terms)
        first, second = 1.0, 1.0  # moments of the product of the two shares
        for stated in (self.real, self.lasting):
            law = beta_from_range(*stated)
            m, v = (stated[0], 0.0) if law is None else beta_moments(*law)
            first *= m
            second *= m**2 + v
        starts = terms.start.astype(float)
        mean[terms.start == REAL] = first
        mean[terms.start == INSTEAD] = 1.0 - first
        for a in range(len(study.arms)):
            ours = np.where(self.shared | (terms.of(0) == a), starts, 0.0)
            if a == 0 or not self.shared:
                covariance += (second - first**2) * np.outer(ours, ours)
        return mean, covariance

    def _shares(self, rows: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the share of starts that count: they happened, and they lasted."""
        share = np.ones(rows)
        for stated in (self.real, self.lasting):
            law = beta_from_range(*stated)
            share *= stated[0] if law is None else rng.beta(*law, size=rows)
        return share
