"""Events: a cost that comes with a probability somebody has estimated."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.sources.cells import Cells
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.settings import number
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.study.prices import Event, place_of
from gevinst.study.study import Study
from gevinst.text.problems import Problems

Floats = NDArray[np.float64]

_EVENT = "event:"
"""Latent of the probability of an event, per stated probability, shape (row,)."""


@dataclass(frozen=True)
class Events(Source):
    """Draw the probability of each event: a line in an arm and stratum that may not come.

    What one estimate is of is one event: amounts of a line with the same stated probability, at
    whatever times, and in all strata where the amount names none.

    Parameters
    ----------
    worth : float
        How many citizens seen the estimates are worth: an estimated probability p is drawn from
        Beta(p worth, (1 - p) worth), which has mean p.
    target : {"mean", "new_group"}
        In a new group each citizen of the stratum has the event or not: binomial.
    """

    name: str = "events"
    worth: float = number(10.0, 0.1, 1e6)
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a study without events."""
        if not study.events:
            problems.add("E086", "lines")

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of each event's probability per stated probability."""
        if self.target != MEAN:
            return None
        mean, covariance = no_factor(terms)
        for event in study.events:
            cells = set(study.event_cells(event))
            its = np.array([tuple(cell) in cells for cell in terms.cell.tolist()], dtype=bool)
            p = event.probability
            covariance[np.ix_(its, its)] = (1.0 - p) / p / (self.worth + 1.0)
        return mean, covariance

    def expected(self, study: Study) -> Latents:
        """A probability is on average the one that is stated."""
        return {}

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return the probability of each event; of a new group what happens is no number."""
        if self.target == MEAN:
            yield from (self._alone(study, event) for event in study.events)

    def _alone(self, study: Study, event: Event) -> Scalar:
        stated = event.probability

        def quantile(p: Floats) -> Floats:
            from scipy.special import betaincinv

            return np.asarray(betaincinv(stated * self.worth, (1.0 - stated) * self.worth, p))

        return Scalar(
            f"probability.{event.id}",
            stated,
            "share",
            quantile,
            lambda p: {_EVENT + event.id: p / stated},
            place_of(study, event),
        )

    def keeps(self, study: Study) -> Collection[str]:
        """A line is no status."""
        return ()

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``event:<event>``: probability per stated probability, shape (row,)."""
        drawn = {}
        for event in study.events:
            stated = event.probability
            p = rng.beta(stated * self.worth, (1.0 - stated) * self.worth, size=rows)
            if self.target != MEAN:
                a, share = study.axes.at("arm", event.arm), 1.0
                if event.stratum:
                    share = float(study.stratum_shares[a, study.axes.at("stratum", event.stratum)])
                citizens = max(round(share * study.arms[a].analysed), 1)
                p = rng.binomial(citizens, p) / citizens
            drawn[_EVENT + event.id] = p / stated
        return drawn

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Change the units of each event's line by its probability."""
        for event in cells.study.events:
            if (factor := drawn.get(_EVENT + event.id)) is not None:
                for cell in cells.study.event_cells(event):
                    if cell in cells.units:
                        cells.units[cell] = cells.units[cell] * factor
