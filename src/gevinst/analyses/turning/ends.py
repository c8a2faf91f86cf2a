"""Where an arm's citizens end, at what price, and what one of them who ended otherwise would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.study.study import Study

TIE = 1e-6
"""kr. per citizen: sums closer than this are one, however they were rounded."""


class Target(NamedTuple):
    """A price that a citizen can end at.

    Attributes
    ----------
    kr : float
        Cost of a citizen-year.
    statuses : tuple of int
        Positions of the arm's statuses that cost it, those seen most first; empty for no cost
        where no status of the arm costs nothing.
    """

    kr: float
    statuses: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Ends:
    """The end of one arm: who is where, and what there is to change to.

    Parameters
    ----------
    study : Study
        Under its conventions.
    arm : str
        One of its contrast.
    """

    study: Study
    arm: str

    @property
    def a(self) -> int:
        """Position of the arm."""
        return self.study.axes.at("arm", self.arm)

    @cached_property
    def time(self) -> int:
        """Position of the end: the last time whose cost counts."""
        return int(np.flatnonzero(self.study.status_horizon)[-1])

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Prices that a status of the arm has at the end, and no cost; ascending."""
        study, a, t = self.study, self.a, self.time
        priced = [i for i in study.statuses if study.rate_of[a, 0, t, i] >= 0]
        seen = sorted(
            (i for i in priced if i not in study.lost), key=lambda i: -study.counts[a, t, i]
        )
        prices = sorted({0.0, *(self.cost(i) for i in priced)})
        return tuple(Target(kr, tuple(i for i in seen if self.cost(i) == kr)) for kr in prices)

    @property
    def least(self) -> float:
        """The least that a citizen can cost at the end: nothing, or what a status brings in."""
        return min(target.kr for target in self.targets)

    def cost(self, i: int) -> float:
        """Return what a citizen-year in a status costs at the end, kr."""
        return float(self.study.status_costs[self.a, self.time, i])

    def here(self, *, lost: bool = True) -> Iterator[tuple[int, int]]:
        """Yield each status that somebody ended in, and how many did."""
        for i in self.study.statuses:
            citizens = int(self.study.counts[self.a, self.time, i])
            if citizens and (lost or i not in self.study.lost):
                yield i, citizens

    def moves(self, i: int, kr: float) -> float:
        """Return what one citizen of a status who ended at a price moves the difference by."""
        per_citizen = self.study.status_horizon[self.time] / self.study.arms[self.a].analysed
        return float(self.study.contrast.sign(self.arm) * per_citizen * (kr - self.cost(i)))

    def best(
        self, towards: float, fixed: bool
    ) -> Iterator[tuple[tuple[str, str, str], float, int]]:
        """Yield the change of each status that moves the difference most: where, kr., how many."""
        ids = self.study.axes.items
        for i, citizens in self.here(lost=not fixed):
            kr, target = max(
                ((towards * self.moves(i, t.kr), t) for t in self.targets), key=lambda each: each[0]
            )
            after = ids[target.statuses[0]] if target.statuses else ""
            yield (self.arm, ids[i], after), kr, citizens


def difference(study: Study) -> float:
    """Difference in net gain per citizen under the study's conventions, kr."""
    return float(evaluate(build(study)).difference()[0])
