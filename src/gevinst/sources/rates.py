"""Rates: an average price is uncertain, and every cell that uses it moves with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst import latents
from gevinst.latents import Latents
from gevinst.problems import Problems
from gevinst.study import Distribution, Study
from gevinst.terms import Factor, Terms


@dataclass(frozen=True)
class Rates:
    """Draw each rate once per row from its own distribution.

    Parameters
    ----------
    name : str
        The source's name: it draws the rates that name it in `drawn_by`.

    Notes
    -----
    A gamma with mean m and coefficient of variation c has shape 1/c^2 and scale m c^2. Rates are
    independent of each other. The order of draws is that of the study's rates.
    """

    name: str

    def check(self, study: Study, problems: Problems) -> None:
        """Find nothing wrong: a rate's distribution is held against it where it is read."""

    def moments(self, study: Study) -> Factor:
        """Mean of every rate of the study, kr., and the covariance of those this source draws."""
        mean = np.array([rate.kr for rate in study.rates])
        covariance = np.zeros((len(mean), len(mean)))
        for position, rate in enumerate(study.rates):
            law = rate.distribution
            if rate.drawn_by == self.name and law.kind == "gamma":
                covariance[position, position] = (rate.kr * law.cv) ** 2
            if rate.drawn_by == self.name and law.kind == "uniform":
                mean[position] = (law.low + law.high) / 2.0
                covariance[position, position] = (law.high - law.low) ** 2 / 12.0
        return mean, covariance

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of what each term's rate is, of its stated value."""
        mean, covariance = self.moments(study)
        stated = np.array([rate.kr or 1.0 for rate in study.rates])
        mean, covariance = mean / stated, covariance / np.outer(stated, stated)
        mean[[rate.drawn_by != self.name for rate in study.rates]] = 1.0
        return mean[terms.rate], covariance[np.ix_(terms.rate, terms.rate)]

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``rate:<id>`` for each rate, shape (row,)."""
        return {
            latents.rate(rate.id): _draw(rate.kr, rate.distribution, rows, rng)
            for rate in study.rates
            if rate.drawn_by == self.name and rate.distribution.kind != "fixed"
        }


def _draw(
    mean: float, distribution: Distribution, rows: int, rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Draw one rate; a distribution without spread gives the rate itself, to the last bit."""
    if distribution.kind == "uniform":
        return rng.uniform(distribution.low, distribution.high, rows)
    if distribution.cv == 0.0:
        return np.full(rows, mean)
    shape = distribution.cv**-2
    return rng.gamma(shape, mean / shape, rows)
