"""Every way in which the dropouts can have started and ended, and what the difference is then."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.lost.assumed import Arm

Floats = NDArray[np.float64]

MOST = 500_000
"""So many patterns of one arm are gone through; of more only the ends are known."""


@dataclass(frozen=True)
class Patterns:
    """The patterns of the dropouts of both arms.

    A dropout starts at a price that somebody of the arm was seen at, or at that of its own start
    where it is known, and is later at one of the distinct prices of the arm then, no cost among
    them; who of the dropouts that are known alike is which does not matter.

    Parameters
    ----------
    number : int
        How many there are.
    low, high : float
        Smallest and largest difference, kr. per citizen, the moved as published.
    above_zero : float or None
        Share of them whose difference is above zero; no probability. None where they are more than
        can be gone through, or where nobody was compared with anybody.
    """

    number: int
    low: float
    high: float
    above_zero: float | None


def groups(arm: Arm) -> list[tuple[Floats, int]]:
    """Return dropouts that are known alike: what one can gain (`courses`), and how many there are.

    Those of unknown start, and of each price at start.
    """
    known = np.flatnonzero(arm.starts)
    prices, place = np.unique(arm.study.status_costs[arm.a, 0, known], return_inverse=True)
    found = [(courses(arm), round(arm.unknown))] if arm.unknown or not known.size else []
    return found + [
        (courses(arm, price), int(arm.starts[known[place == k]].sum()))
        for k, price in enumerate(prices.tolist())
    ]


def courses(arm: Arm, start: float | None = None) -> Floats:
    """Return what a dropout can gain, kr., one per course, ascending; courses can gain the same.

    From any price that somebody started at, or from one that is known.
    """
    study, a, horizon = arm.study, arm.a, arm.study.status_horizon
    seen = (arm.counts[0] > 0) & ~arm.lost
    prices = [np.unique(study.status_costs[a, 0, seen]) if start is None else np.array([start])]
    for t in (t for t in arm.counted_times if t):
        priced = (study.rate_of[a, 0, t] >= 0) & np.isin(
            np.arange(len(study.items)), study.statuses
        )
        prices.append(np.unique(np.append(study.status_costs[a, t, priced], 0.0)))
    weights = [horizon[0], *(horizon[t] for t in arm.counted_times if t)]
    gains = (
        math.fsum(h * kr for h, kr in zip(weights, each, strict=True)) for each in product(*prices)
    )
    return np.sort(np.fromiter(gains, np.float64))


def totals(gains: Floats, dropouts: int) -> Floats | None:
    """Return what so many dropouts gain together under every pattern; None where they are many."""
    if math.comb(len(gains) + dropouts - 1, dropouts) > MOST:
        return None
    # Each pattern once: a dropout's course is no earlier than that of the one before.
    sums, last = np.zeros(1), np.zeros(1, np.int64)
    for _ in range(dropouts):
        ways = len(gains) - last
        which = np.repeat(np.arange(len(sums)), ways)
        first = np.repeat(np.cumsum(ways) - ways, ways)
        last = np.arange(len(which)) - first + last[which]
        sums = sums[which] + gains[last]
    return sums


def patterns(treated: Arm, reference: Arm, difference: float, *, share: bool = True) -> Patterns:
    """Go through the patterns of both arms.

    Parameters
    ----------
    treated, reference : Arm
        Of a contrast.
    difference : float
        What the difference is where no dropout gains anything, the moved as published.
    share : bool
        Whether the share of patterns above zero is counted.
    """
    number, low, high = 1, difference, difference
    parts: list[Floats | None] = []
    for arm, sign in ((treated, 1.0), (reference, -1.0)):
        found: Floats | None = np.zeros(1)
        ways = 1
        for gains, d in groups(arm):
            ways *= math.comb(len(gains) + d - 1, d)
            ends = sorted(
                sign * d * gain / (arm.n + arm.dropouts) for gain in (gains[0], gains[-1])
            )
            low, high = low + ends[0], high + ends[1]
            more = totals(gains, d) if ways <= MOST else None
            found = None if found is None or more is None else np.add.outer(found, more).ravel()
        number *= ways
        parts.append(None if found is None else sign * found / (arm.n + arm.dropouts))
    above = None
    if share and parts[0] is not None and parts[1] is not None:
        least = np.sort(-difference - parts[1])  # what the treated must add more than
        above = int(np.searchsorted(least, parts[0], side="left").sum()) / number
    return Patterns(number, low, high, above)
