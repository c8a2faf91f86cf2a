"""Outcomes: other citizens like these could have ended in other statuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst import latents
from gevinst.latents import Latents
from gevinst.problems import Problems, StudyError
from gevinst.study import Study


@dataclass(frozen=True)
class Outcomes:
    """Weight the citizens of each arm at random, whole paths at a time.

    Notes
    -----
    Dirichlet weights with concentration (n - 2)/n per citizen: a weighted mean then has the
    observed mean, and variance s_n^2/(A + 1) = s_n^2/(n - 1) with A = n - 2 and s_n^2 the plug-in
    variance, which is the classical s^2/n. Rubin's Bayesian bootstrap has concentration 1 and
    variance s_n^2/(n + 1) instead.

    References
    ----------
    Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1), 130-134.
    """

    name: str = "outcomes"

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``weight:<arm>``, shape (row, n), mean 1 over the citizens of a row.

        Raises
        ------
        StudyError
            If an arm has fewer than 3 citizens: the law does not exist.
        """
        drawn = {}
        for arm in study.arms:
            if arm.analysed < 3:
                problems = Problems()
                problems.add("E081", "study.toml", None, arm.analysed, arm=arm.id)
                raise StudyError(problems)
            gammas = rng.standard_gamma(
                (arm.analysed - 2) / arm.analysed, size=(arm.analysed, rows)
            )
            gammas *= arm.analysed / gammas.sum(axis=0)
            drawn[latents.weight(arm.id)] = latents.row_first(gammas)
        return drawn
