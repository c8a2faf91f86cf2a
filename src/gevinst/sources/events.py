"""Events: a cost that comes with a probability somebody has estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst import latents
from gevinst.build import event_cells
from gevinst.latents import Latents
from gevinst.problems import Problems
from gevinst.sources.settings import number
from gevinst.study import Study
from gevinst.terms import Factor, Terms, no_factor


@dataclass(frozen=True)
class Events:
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
    target: str = "mean"

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a study without events."""
        if not study.events:
            problems.add("E086", "lines.csv")

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of each event's probability per stated probability."""
        if self.target != "mean":
            return None
        mean, covariance = no_factor(terms)
        for event in study.events:
            at = np.zeros(study.axes.sizes(("arm", "stratum", "time", "item")), dtype=bool)
            for time in event.times:
                at[event_cells(study, event, time)] = True
            its = at[tuple(terms.cell.T)]
            p = event.probability
            covariance[np.ix_(its, its)] = (1.0 - p) / p / (self.worth + 1.0)
        return mean, covariance

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``event:<event>``: probability per stated probability, shape (row,)."""
        drawn = {}
        for event in study.events:
            stated = event.probability
            p = rng.beta(stated * self.worth, (1.0 - stated) * self.worth, size=rows)
            if self.target != "mean":
                a, share = study.axes.at("arm", event.arm), 1.0
                if event.stratum:
                    shares = study.weights[study.conventions.weights][a]
                    share = float(shares[study.axes.at("stratum", event.stratum)])
                citizens = max(round(share * study.arms[a].analysed), 1)
                p = rng.binomial(citizens, p) / citizens
            drawn[latents.event(event.id)] = p / stated
        return drawn
