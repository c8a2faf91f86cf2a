"""Means: other citizens like these could have cost more or less, as the printed spread says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.stats.copula import covariance, directions
from gevinst.stats.laws import Law, Normal
from gevinst.stats.mean.widening import Sampled
from gevinst.study.people import NO_COUPLING, couplings_of
from gevinst.study.prices import priced, spread_means, worth
from gevinst.study.study import Study
from gevinst.text.problems import Problems

Floats = NDArray[np.float64]

_SCORES = "means:"
"""Latent of one arm's independent standard normal scores, shape (row, mean)."""


@dataclass(frozen=True)
class _Moving:
    """A mean that is drawn.

    Parameters
    ----------
    rate : str
        Id of its rate.
    worth : float
        What a unit of it counts for in the gain of its arm.
    law : Law
        Of the mean.
    degrees_of_freedom : int
        That its standard error rests on.
    """

    rate: str
    worth: float
    law: Law
    degrees_of_freedom: int


@dataclass(frozen=True)
class Means(Source):
    """Draw the printed means of each arm together, each by its standard error.

    Parameters
    ----------
    target : {"mean", "new_group"}
        ``new_group`` is the mean of as many other citizens: the variance of one more such sample.

    Notes
    -----
    Arms are independent. Means of one arm are of the same citizens, and what hangs together in them
    nobody prints: that is the coupling (`gevinst.stats.copula.directions`), of the means' scores.
    Under normal laws, and for ``widest`` under any, the variance is then exactly the coupling's.
    """

    name: str = "means"
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a source that has nothing to draw."""
        if not any(spread_means(study, arm.id) for arm in study.arms):
            problems.add("E269", "settings", None, self.name)

    def _moving(self, study: Study) -> Mapping[str, tuple[_Moving, ...]]:
        """Return the means of each arm that move."""
        factor = 1.0 if self.target == MEAN else 2.0
        return {
            arm.id: tuple(
                _Moving(each.rate, worth(study, each), each.sampling_law(factor), each.n - 1)
                for each in spread_means(study, arm.id)
            )
            for arm in study.arms
        }

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``means:<arm>``: scores; the means themselves where nothing is to couple."""
        moving = {arm: each for arm, each in self._moving(study).items() if each}
        scores = {arm: rng.standard_normal((len(each), rows)) for arm, each in moving.items()}
        if couplings_of(study) == (NO_COUPLING,):
            return {
                latents.rate(each.rate): each.law.at(scores[arm][0])
                for arm, (each,) in moving.items()
            }
        return {_SCORES + arm: latents.row_first(each) for arm, each in scores.items()}

    def draw_along(
        self,
        study: Study,
        rows: int,
        paths: Mapping[str, Latents],
        drawn: Latents,
        rngs: Mapping[str, np.random.Generator],
    ) -> Mapping[str, Latents]:
        """Draw ``rate:<mean>`` per coupling, shape (row,), from the same scores under each."""
        found: dict[str, dict[str, Floats]] = {coupling: {} for coupling in paths}
        for arm, moving in self._moving(study).items():
            if (scores := drawn.get(_SCORES + arm)) is None:
                continue
            for coupling, rates in found.items():
                for each, leans in zip(moving, _leaning(moving, coupling), strict=True):
                    score = np.zeros(len(scores))
                    for k in np.flatnonzero(leans):
                        score += leans[k] * scores[:, k]
                    rates[latents.rate(each.rate)] = each.law.at(score)
        return found

    def follows(self, drawn: Latents) -> bool:
        """What hangs together matters where an arm has several means that move."""
        return any(name.startswith(_SCORES) for name in drawn)

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Covariance of what each term's mean is, of its printed value."""
        mean, found = no_factor(terms)
        places = {rate.id: k for k, rate in enumerate(study.rates)}
        for moving in self._moving(study).values():
            at = [np.flatnonzero(terms.rate == places[each.rate]) for each in moving]
            for first, one in zip(at, _covariances(moving, kind), strict=True):
                for other, value in zip(at, one, strict=True):
                    found[np.ix_(first, other)] = value
        stated = np.array([rate.kr or 1.0 for rate in study.rates])[terms.rate]
        return mean, found / np.outer(stated, stated)

    def expected(self, study: Study) -> Latents:
        """Nothing: every mean is on average the printed one."""
        return {}

    def sampled(self, study: Study, coupling: str) -> tuple[Sampled, ...]:
        """Variance of each arm's sum of means, on the citizens of the mean that has the fewest."""
        found = []
        for arm, moving in self._moving(study).items():
            if arm in study.contrast.arms and moving:
                reach = np.array([each.worth for each in moving])
                variance = max(0.0, float(reach @ _covariances(moving, coupling) @ reach))
                degrees = min(each.degrees_of_freedom for each in moving)
                found.append(Sampled(variance, degrees, degrees + 1))
        return tuple(found)

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return each mean."""
        places = {rate.id: k for k, rate in enumerate(study.rates)}
        for each in (each for of in self._moving(study).values() for each in of):
            yield Scalar(
                f"rate.{each.rate}",
                each.law.mean,
                "kr",
                each.law.quantile,
                partial(_alone, each.rate),
                priced(study, places[each.rate]),
            )

    def keeps(self, study: Study) -> Collection[str]:
        """A mean is no status."""
        return ()


def _alone(rate: str, kr: Floats) -> Latents:
    return {latents.rate(rate): kr}


def _leaning(moving: tuple[_Moving, ...], coupling: str) -> Floats:
    return directions(np.array([each.worth * each.law.sd for each in moving]), coupling)


def _covariances(moving: tuple[_Moving, ...], coupling: str) -> Floats:
    """Covariances of the means of one arm, whose scores lean as a coupling says."""
    leans = _leaning(moving, coupling)
    found = np.empty((len(moving), len(moving)))
    for i, one in enumerate(moving):
        for j, other in enumerate(moving):
            both = isinstance(one.law, Normal) and isinstance(other.law, Normal)
            score = float(np.clip(leans[i] @ leans[j], -1.0, 1.0))
            plain = one.law.sd * other.law.sd * score
            found[i, j] = plain if both or i == j else covariance(one.law, other.law, score)
    return found
