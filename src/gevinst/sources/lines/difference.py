"""Difference: the spread that a publication states of its own difference, and of no mean."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from gevinst.sources.cells import Cells
from gevinst.sources.latents import Latents
from gevinst.sources.settings import number, one_id
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.stats.mean.widening import Sampled
from gevinst.study.prices import Summary, spread_means, worth
from gevinst.study.study import Study
from gevinst.text.problems import Problems, suggest

_OFF = "difference:off"
"""Latent of how far off the difference is, kr. per citizen, shape (row,)."""


@dataclass(frozen=True)
class Difference(Source):
    """Let the difference be as unsure as a published one says of itself.

    Of means that are printed without a spread, in two groups. It is an assumption: the figure may
    be of more than the study's items, or adjusted otherwise.

    Parameters
    ----------
    figure : str
        Id of the published difference.
    p : float
        Its printed two-sided p-value, taken for that of Student's t with the citizens of both arms
        less 2: standard error |figure| / t(1 - p/2). 0 where none is printed.
    level : float
        Level of its printed interval, the figure's ``low`` and ``high``: standard error half the
        width over t(1/2 + level/2). 0 where none is printed.
    target : {"mean", "new_group"}
        As of `gevinst.sources.lines.means.Means`.

    References
    ----------
    Altman & Bland (2011), How to obtain the confidence interval from a P value, BMJ 343:d2090,
    with Student's t in the place of the normal law.
    """

    name: str = "difference"
    figure: str = one_id()
    p: float = number(0.0, 0.0, 1.0)
    level: float = number(0.0, 0.0, 1.0)
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a figure that there is not, or says nothing, and means with their own spread."""
        known = [figure.id for figure in study.published]
        spread = any(spread_means(study, arm.id) for arm in study.arms)
        if self.figure not in known:
            near = suggest(self.figure, known) or "–"
            problems.add("E030", "settings", None, self.figure, column="figure", known=near)
        elif spread or study.contrast.reference is None or self._carrier(study) is None:
            problems.add("E271", "settings", None, self.figure)
        elif self.standard_error(study) == 0.0:
            problems.add("E270", "settings", None, self.figure)

    def standard_error(self, study: Study) -> float:
        """Standard error of the difference, kr. per citizen; 0 where it cannot be worked out."""
        from scipy.special import stdtrit

        figure = next((each for each in study.published if each.id == self.figure), None)
        degrees = self._degrees(study)
        if figure is None or degrees < 1 or (0.0 < self.p < 1.0) == (0.0 < self.level < 1.0):
            return 0.0
        if self.p:
            return float(abs(figure.value) / stdtrit(degrees, 1.0 - self.p / 2.0))
        width = 0.0 if figure.low is None or figure.high is None else figure.high - figure.low
        return float(width / 2.0 / stdtrit(degrees, 0.5 + self.level / 2.0))

    def _degrees(self, study: Study) -> int:
        """Citizens of both arms less 2; of each arm the fewest that a mean is of."""
        arms = study.contrast.arms
        sizes = ([each.n for each in study.summaries if each.arm == arm] for arm in arms)
        return sum(min(each, default=0) for each in sizes) - 2

    def _carrier(self, study: Study) -> Summary | None:
        """Return the treated's largest mean that counts: what the difference is off, it is off."""
        treated = study.contrast.treated
        own = [each for each in study.summaries if each.arm == treated and worth(study, each)]
        return max(own, key=lambda each: each.mean, default=None)

    def _spread(self, study: Study) -> float:
        return self.standard_error(study) * (1.0 if self.target == MEAN else math.sqrt(2.0))

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``difference:off``: normal about 0, shape (row,)."""
        return {_OFF: self._spread(study) * rng.standard_normal(rows)}

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Let one mean carry what the difference is off."""
        study, off = cells.study, drawn.get(_OFF)
        if off is not None and (carrier := self._carrier(study)) is not None:
            place = [rate.id for rate in study.rates].index(carrier.rate)
            cells.rates[place] = cells.rates[place] + off / worth(study, carrier)

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Variance of the mean that carries it, of its printed value."""
        mean, found = no_factor(terms)
        carrier = self._carrier(study)
        if carrier is None or carrier.mean == 0.0:
            return None  # nothing can be said of it per printed krone
        place = [rate.id for rate in study.rates].index(carrier.rate)
        at = np.flatnonzero(terms.rate == place)
        spread = self._spread(study) / (worth(study, carrier) * carrier.mean)
        found[np.ix_(at, at)] = spread**2
        return mean, found

    def expected(self, study: Study) -> Latents:
        """Nothing: the difference is on average as calculated."""
        return {}

    def sampled(self, study: Study, coupling: str) -> tuple[Sampled, ...]:
        """The whole variance, on the citizens of both arms."""
        degrees = self._degrees(study)
        return (Sampled(self._spread(study) ** 2, degrees, degrees + 2),)

    def keeps(self, study: Study) -> Collection[str]:
        """A difference is no status."""
        return ()
