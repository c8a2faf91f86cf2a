"""Outcomes: other citizens like these could have ended in other statuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.cells import Cells
from gevinst.sources.couplings import Coupling
from gevinst.sources.latents import Latents
from gevinst.sources.settings import choice
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.stats import streams
from gevinst.stats.weights import dirichlet_weights, multinomial_weights, running_sums, urn
from gevinst.study.people import stratum_sizes
from gevinst.study.study import Study
from gevinst.text.problems import Problems

Floats = NDArray[np.float64]

LARGE_PRIOR = 0.1
"""A prior that counts for more than this share of the citizens is warned of."""


@dataclass(frozen=True)
class Outcomes(Source):
    """Weight the citizens of each arm at random, whole paths at a time.

    Parameters
    ----------
    law : {"calibrated", "rubin", "plug_in"}
        ``calibrated``: Dirichlet with concentration (n - 2)/n per citizen. A weighted mean then has
        the observed mean and the variance s_n^2/(A + 1) = s_n^2/(n - 1), A = n - 2 and s_n^2 the
        plug-in variance, which is the classical s^2/n. ``rubin``: concentration 1, variance
        s_n^2/(n + 1). ``plug_in``: multinomial counts, variance s_n^2/n.
    prior : {"none", "perks", "jeffreys", "uniform"}
        Mass on every status that has a rate at a time, so that statuses nobody was seen in get
        some: in all 1 citizen, spread over rates and then statuses (``perks``); 1/2 a status; 1 a
        status. A sensitivity, not a default.
    target : {"mean", "new_group"}
        ``new_group`` draws the enrolled of a new group from an urn (`gevinst.stats.weights.urn`).

    References
    ----------
    Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1), 130-134; Perks (1947), Journal
    of the Institute of Actuaries 73, 285-334.
    """

    name: str = "outcomes"
    law: str = choice("calibrated", "rubin", "plug_in")
    prior: str = choice("none", "perks", "jeffreys", "uniform")
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a law that does not exist, and warn of a prior that weighs much."""
        if study.statuses:
            self._check_sizes(study, problems)
        if len(study.strata) > 1 and study.statuses and self.prior != "none":
            problems.add("E131", "study.toml", None, self.prior)
        if self.prior == "none":
            return
        if self.law == "plug_in" or self.target != MEAN:
            problems.add("E082", "study.toml", None, self.prior)
            return
        for a, arm in enumerate(study.arms):
            mass = float(self.prior_mass(study, a).sum(axis=-1).max())
            if mass > LARGE_PRIOR * arm.analysed:
                shift = self._shift(study, a)
                problems.add(
                    "W081",
                    "study.toml",
                    None,
                    self.prior,
                    arm=arm.id,
                    mass=f"{mass:g}",
                    n=arm.analysed,
                    kr=f"{shift:+.0f}",
                )

    def _check_sizes(self, study: Study, problems: Problems) -> None:
        """Refuse too few citizens for the law, where they weigh: one has no spread at all."""
        for a, arm in enumerate(study.arms):
            for n, weight in zip(stratum_sizes(study, a), study.stratum_shares[a], strict=True):
                if weight > 0.0 and n == 1:
                    problems.add("E079", "study.toml", None, n, arm=arm.id)
                elif weight > 0.0 and n < 3 and self.law == "calibrated":
                    problems.add("E081", "study.toml", None, n, arm=arm.id)

    def mass(self, n: int) -> float:
        """Total Dirichlet mass of n citizens seen; for the plug-in law that of infinitely many."""
        return {"calibrated": n - 2.0, "rubin": float(n), "plug_in": float("inf")}[self.law]

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``weight:<arm>`` (row, n), mean 1 in a row; of a new group ``urn:<arm>``."""
        drawn: dict[str, NDArray[np.generic]] = {}
        if not study.statuses:
            return drawn
        for a, arm in enumerate(study.arms):
            n = arm.analysed
            if self.target != MEAN:
                mass = min(self.mass(n), 1e12)  # so much that nobody copies a newcomer
                drawn[latents.urn(arm.id)] = latents.row_first(
                    urn(n, mass, arm.enrolled, rows, rng)
                )
                continue
            parts = []
            for size in stratum_sizes(study, a):  # within each stratum its own law
                if self.law == "plug_in" and size:
                    parts.append(multinomial_weights(size, rows, rng))
                elif self.mass(size) <= 0.0 or not size:
                    parts.append(np.ones((size, rows)))  # of a stratum that weighs nothing
                else:
                    parts.append(dirichlet_weights(size, self.mass(size) / size, rows, rng))
            weights = np.concatenate(parts) if len(parts) > 1 else parts[0]
            drawn[latents.weight(arm.id)] = latents.row_first(weights)
            if self.prior != "none":
                seen = rng.standard_gamma(self.mass(n), size=rows)
                mass_at = self.prior_mass(study, a)[..., np.newaxis]
                unseen = rng.standard_gamma(mass_at, size=(*mass_at.shape[:2], rows))
                unseen /= unseen.sum(axis=1, keepdims=True) + seen
                drawn[_prior(arm.id)] = latents.row_first(unseen)
        return drawn

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Give statuses nobody was seen in the shares that a prior gives them."""
        for arm, strata in zip(cells.study.arms, cells.counted, strict=True):
            if (prior := drawn.get(_prior(arm.id))) is None:
                continue
            unseen = np.moveaxis(prior, 0, -1)
            for counted in strata:
                seen = 1.0 - running_sums(unseen.swapaxes(0, 1))[-1][:, np.newaxis]
                counted.citizens *= seen
                counted.citizens += counted.total * unseen

    def follows(self, drawn: Latents) -> bool:
        """Weighted citizens matter with their paths."""
        return any(name.startswith((latents.weight(""), latents.urn(""))) for name in drawn)

    def prior_mass(self, study: Study, a: int) -> Floats:
        """Mass of each status at each time in one arm, in citizens, shape (time, item)."""
        rate_of = study.rate_of[a, 0]
        priced = np.array([item.status and not item.lost for item in study.items])
        mass = np.zeros(rate_of.shape)
        for t, positions in enumerate(rate_of):
            reachable = np.flatnonzero(priced & (positions >= 0))
            if self.prior == "perks":
                rates, which = np.unique(positions[reachable], return_inverse=True)
                mass[t, reachable] = 1.0 / len(rates) / np.bincount(which)[which]
            else:
                mass[t, reachable] = {"jeffreys": 0.5, "uniform": 1.0}[self.prior]
        return mass

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Covariance of the citizens' shares in each term, per share; None with a prior.

        Under a coupling of fixed paths the covariance of an arm's shares is the plug-in covariance
        of its citizens' places over A + 1; under ``independent`` places at different times have
        none, as the matching is drawn too.
        """
        if self.prior != "none" or self.target != MEAN:
            return None
        mean, covariance = no_factor(terms)
        if not study.statuses:
            return mean, covariance
        status = np.array([study.items[i].status for i in terms.of(3)])
        for a, arm in enumerate(study.arms):
            n = arm.analysed
            at = np.flatnonzero(status & (terms.of(0) == a))
            times, items = terms.of(2)[at], terms.of(3)[at]
            path = Coupling(kind).draw(study, 1, streams.generator(0))
            there = np.array(
                [
                    path[latents.path(arm.id, study.times[t].id)][0] == i
                    for t, i in zip(times, items, strict=True)
                ]
            ).reshape(len(at), n)
            spread = np.cov(there, ddof=0).reshape(len(at), len(at))
            if kind == "independent":
                spread *= times[:, np.newaxis] == times
            spread /= n if self.law == "plug_in" else self.mass(n) + 1.0
            share = there.mean(axis=1)
            covariance[np.ix_(at, at)] = spread / np.outer(share, share)
        return mean, covariance

    def _shift(self, study: Study, a: int) -> float:
        """How far the prior moves the arm's mean gain, kr. per citizen."""
        mass = self.prior_mass(study, a)
        counts = study.counts[a].astype(np.float64)
        seen = counts / study.arms[a].analysed
        expected = mass / (mass.sum(axis=-1, keepdims=True) + self.mass(study.arms[a].analysed))
        change = expected - seen * expected.sum(axis=-1, keepdims=True)
        return float((study.status_horizon[:, np.newaxis] * study.status_costs[a] * change).sum())


def _prior(arm: str) -> str:
    """Latent of the share that a prior gives each status of an arm, shape (row, time, item)."""
    return f"prior:{arm}"
