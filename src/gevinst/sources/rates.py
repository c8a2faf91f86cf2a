"""Rates: an average price is uncertain, and every cell that uses it moves with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst import latents
from gevinst.latents import Latents
from gevinst.problems import Problems
from gevinst.study import Distribution, Study


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
