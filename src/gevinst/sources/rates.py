"""Rates: an average price is uncertain, and every cell that uses it moves with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.settings import number
from gevinst.sources.source import Source, varied
from gevinst.sources.terms import Factor, Terms
from gevinst.stats.copula import Copula, copula_of, covariance
from gevinst.stats.distributions import MOST_CV
from gevinst.stats.laws import Gamma, Law
from gevinst.study.prices import Correlation, Rate, priced
from gevinst.study.study import Study
from gevinst.text.language import Label
from gevinst.text.numerals import STYLES
from gevinst.text.problems import Problem, Problems, suggest

Floats = NDArray[np.float64]

CORRELATIONS = "correlations"
"""Where a study states which rates move together."""


@dataclass(frozen=True)
class Rates(Source):
    """Draw each rate once per row from its own law.

    Parameters
    ----------
    name : str
        The source's name: it draws the rates that name it in `drawn_by`.
    common_cv : float
        Coefficient of variation of a price level, from 0 to 2: a gamma with mean 1, drawn once per
        row, that every rate of this source is multiplied by.

    Notes
    -----
    The order of draws is that of the study's rates, and the price level comes last; so a rate's
    own draw is the same with and without one. Rates are independent of each other, but for the
    price level and the study's correlations. Those hold for the own draws: a Gaussian copula
    (`gevinst.stats.copula`) mixes their scores, so that each keeps its law, and the first of a pair
    its very draws. A rate without spread is the rate itself, to the last bit, times the price
    level.
    """

    name: str
    common_cv: float = number(0.0, 0.0, MOST_CV)

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse correlations that cannot be, and warn of those that cannot be together."""
        style = STYLES[study.number_style]
        wrong = [
            Problem(code, CORRELATIONS, None, read, {"mark": style.decimal, **values})
            for _, code, read, values in wrong_correlations(study.rates, study.correlations)
        ]
        problems.extend(problem for problem in wrong if problem not in problems)
        if wrong or not (copula := self._copula(study)).repaired:
            return
        rate, other, stated, used = copula.change
        problems.add(
            "W091",
            CORRELATIONS,
            None,
            f"{rate} / {other}",
            source=self.name,
            stated=style.turned(f"{stated:.3f}"),
            used=style.turned(f"{used:.3f}"),
        )

    def keeps(self, study: Study) -> Collection[str]:
        """A rate is drawn for all who have it."""
        return ()

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``rate:<id>`` for each rate, shape (row,)."""
        laws = self._laws(study)
        drawn = {rate: law.draw(rng, rows) for rate, law in laws.items()}
        copula = self._copula(study)
        alone = [laws[rate].score(drawn[rate]) for rate in copula.names]
        mixed = zip(copula.names, alone, copula.mix(alone), strict=True)
        drawn |= {rate: laws[rate].at(z) for rate, before, z in mixed if (z != before).any()}
        if self.common_cv > 0.0:
            level = Gamma(1.0, self.common_cv).draw(rng, rows)
            drawn = {rate: level * kr for rate, kr in drawn.items()}
        return {latents.rate(rate): kr for rate, kr in drawn.items()}

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return each rate, with the law it has by itself, and the price level."""
        laws = self._laws(study)
        for k, rate in enumerate(study.rates):
            if rate.id in laws:
                yield _alone(rate, laws[rate.id], priced(study, k))
        if self.common_cv > 0.0:
            yield Scalar(
                f"level.{self.name}",
                1.0,
                "times",
                Gamma(1.0, self.common_cv).quantile,
                lambda level: {latents.rate(rate): level * law.mean for rate, law in laws.items()},
                (varied(self).label,),
            )

    def moments(self, study: Study) -> Factor:
        """Return the exact mean and covariance of what this source draws.

        Parameters
        ----------
        study : Study
            Whose rates.

        Returns
        -------
        means : ndarray, shape (rate,)
            kr. per unit, in the order of the study's rates; a rate that this source does not draw
            is its published value.
        covariance : ndarray, shape (rate, rate)
            Zero where this source does not draw. A price level F with coefficient of variation c,
            independent of the own draws X and Y, gives Cov(FX, FY) = (1 + c^2) Cov(X, Y)
            + c^2 E[X] E[Y].
        """
        laws, copula = self._laws(study), self._copula(study)
        places = {rate.id: i for i, rate in enumerate(study.rates)}
        means = np.array([rate.kr for rate in study.rates], dtype=np.float64)
        cov = np.zeros((len(means), len(means)))
        for rate, law in laws.items():
            means[places[rate]] = law.mean
            cov[places[rate], places[rate]] = law.sd**2
        for i, j in np.argwhere(np.triu(copula.pearson, 1)):
            first, other = copula.names[i], copula.names[j]
            pair = places[first], places[other]
            cov[pair] = cov[pair[::-1]] = covariance(
                laws[first], laws[other], float(copula.pearson[i, j])
            )
        level = self.common_cv**2
        drawn = np.array([rate.id in laws for rate in study.rates], dtype=np.float64) * means
        return means, (1.0 + level) * cov + level * np.outer(drawn, drawn)

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of what each term's rate is, of its stated value."""
        mean, covariance = self.moments(study)
        stated = np.array([rate.kr or 1.0 for rate in study.rates])
        mean, covariance = mean / stated, covariance / np.outer(stated, stated)
        mean[[rate.drawn_by != self.name for rate in study.rates]] = 1.0
        return mean[terms.rate], covariance[np.ix_(terms.rate, terms.rate)]

    def expected(self, study: Study) -> Latents:
        """Each rate's mean."""
        return {latents.rate(rate): np.full(1, law.mean) for rate, law in self._laws(study).items()}

    def _laws(self, study: Study) -> dict[str, Law]:
        """Laws of the rates this source draws, in the order of draws."""
        return {
            rate.id: rate.distribution.law(rate.kr)
            for rate in study.rates
            if rate.drawn_by == self.name and rate.distribution.kind != "fixed"
        }

    def _copula(self, study: Study) -> Copula:
        """How this source's rates move together, in the study's order; empty where none do."""
        moving = {rate for rate, law in self._laws(study).items() if law.sd > 0.0}
        pairs = tuple(
            (stated.rate, stated.other, stated.rank)
            for stated in study.correlations
            if moving.issuperset((stated.rate, stated.other))
        )
        paired = {rate for pair in pairs for rate in pair[:2]}
        return copula_of(tuple(r.id for r in study.rates if r.id in paired), pairs)


def _alone(rate: Rate, law: Law, place: tuple[Label, ...]) -> Scalar:
    """Return one rate as a number of its own."""
    return Scalar(
        f"rate.{rate.id}",
        rate.kr / rate.per,
        rate.unit,
        lambda p: law.quantile(p) / rate.per,
        lambda kr: {latents.rate(rate.id): kr * rate.per},
        place,
    )


def wrong_correlations(
    rates: Sequence[Rate], correlations: Sequence[Correlation]
) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """Find correlations that cannot be: (position, problem code, what was read, text values).

    Positions are from 0; the text of a pair that is there twice counts from 1.
    """
    known = {rate.id: rate for rate in rates}
    seen: dict[frozenset[str], int] = {}
    for position, stated in enumerate(correlations):
        pair = frozenset((stated.rate, stated.other))
        unknown = sorted(pair - known.keys())
        for rate in unknown:
            yield position, "E030", rate, {"column": "rate", "known": suggest(rate, list(known))}
        if not -1.0 <= stated.rank <= 1.0:
            yield position, "E096", f"{stated.rank:g}", {}
        if len(pair) == 1:
            yield position, "E097", stated.rate, {}
        elif pair in seen:
            yield position, "E013", f"{stated.rate} / {stated.other}", {"first": seen[pair] + 1}
        elif not unknown:
            still = [i for i in (stated.rate, stated.other) if not _moves(known[i])]
            drawing = [known[i].drawn_by for i in (stated.rate, stated.other)]
            for rate in still:
                yield position, "E094", rate, {}
            if not still and drawing[0] != drawing[1]:
                read = f"{stated.rate} / {stated.other}"
                yield position, "E095", read, {"first": drawing[0], "other": drawing[1]}
        seen.setdefault(pair, position)


def _moves(rate: Rate) -> bool:
    """Whether a rate has a spread that some source draws."""
    return bool(rate.drawn_by) and rate.distribution.law(rate.kr).sd > 0.0
