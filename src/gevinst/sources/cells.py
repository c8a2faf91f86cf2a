"""What sources work on: an arm's people before they are counted, and the cells of a row after."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents as names
from gevinst.sources.latents import Latents
from gevinst.stats.weights import pick, running_sums
from gevinst.study.named import Arm
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Cell = tuple[int, int, int, int]
"""Positions of arm, stratum, time and item."""


@dataclass(eq=False)
class People:
    """One arm's citizens before they are counted: who there is, and what becomes of whom.

    Parameters
    ----------
    study : Study
        Under its conventions.
    a : int
        Position of the arm.
    latents : mapping of str to ndarray
        What was drawn.
    rows : int
        How many rows.

    Attributes
    ----------
    copies, stays : ndarray, shape (n, row), or None
        Dropouts who come into the sum: how many take each citizen's whole course, and how many
        start as each citizen did and stay there.
    course : ndarray of int, shape (time,), or None
        Positions of the statuses that all dropouts have at each time.
    keeps_last : bool
        Whether the lost keep the last status seen.
    counts_absent : bool
        Whether it must be known how many are missing at each time.
    """

    study: Study
    a: int
    latents: Latents
    rows: int
    copies: Floats | None = None
    stays: Floats | None = None
    course: Integers | None = None
    keeps_last: bool = False
    counts_absent: bool = False

    @property
    def arm(self) -> Arm:
        """The arm itself."""
        return self.study.arms[self.a]

    @property
    def followed(self) -> bool:
        """Whether some citizen counts for more than another, or is followed through the times."""
        weights = (names.weight(self.arm.id), names.urn(self.arm.id))
        moved = self.copies is not None or self.stays is not None or self.keeps_last
        return moved or any(name in self.latents for name in weights)

    @cached_property
    def weighted(self) -> tuple[Floats, Floats]:
        """How much each citizen counts, shape (n, row), and how many they are, (row or 1,)."""
        weight, like, followed = (
            self.latents.get(latent(self.arm.id))
            for latent in (names.weight, names.urn, names.followed)
        )
        if like is not None:
            weight = resembled(self.arm, like, followed, self.rows)
        if weight is None:
            n = self.arm.analysed
            return np.ones((n, self.rows)), np.array([float(n)])
        heads = np.array([self.arm.analysed]) if followed is None else followed
        return weight.T, np.asarray(heads, dtype=np.float64)

    def pick(self, uniform: Floats) -> Floats:
        """Count how often each citizen is picked, by weight, shape (n, row).

        `uniform` has a number from 0 to 1 per pick, shape (row, picks).
        """
        weights, _ = self.weighted
        picks = np.zeros(weights.shape)
        cumulated = running_sums(weights)
        columns = np.arange(weights.shape[1])
        for u in uniform.T:
            picks[pick(cumulated, u), columns] += 1.0
        return picks


def resembled(
    arm: Arm, like: NDArray[Any], followed: NDArray[Any] | None, rows: int
) -> NDArray[Any]:
    """Count the newcomers who stay and resemble each of an arm's citizens, shape (row, n)."""
    stay = np.array([arm.analysed]) if followed is None else followed
    # Small whole numbers, so that all rows' counts stay in the processor's cache.
    counted = np.zeros((arm.analysed, rows), dtype=np.min_scalar_type(arm.enrolled))
    flat, columns = counted.reshape(-1), np.arange(rows)
    # Newcomers are exchangeable: those who stay are the first of them.
    for newcomer, citizen in enumerate(like.T[: np.max(stay)]):
        place = citizen.astype(np.int64)
        place *= rows
        place = place + columns  # one row's urn may serve all rows
        flat[place] += newcomer < stay
    return names.row_first(counted.astype(np.float64))


@dataclass(eq=False)
class Counted:
    """The counted citizens of one arm and stratum.

    Parameters
    ----------
    citizens : ndarray, shape (time, item, row)
        How many are in each status; changed in place.
    total : ndarray, shape (row or 1,)
        How many there are.
    absent : ndarray, shape (time, row or 1)
        How many of them are missing.
    """

    citizens: Floats
    total: Floats
    absent: Floats


@dataclass(eq=False)
class Cells:
    """What rows are made of once citizens are counted; sources change it in place.

    Parameters
    ----------
    study : Study
        Under its conventions.
    counted : tuple of tuple of Counted
        Per arm and stratum; empty tuples in a study without counted statuses.
    units : dict of Cell to ndarray or float
        Units of each cost line per citizen: one number, or one a row.
    rates : list of ndarray, shape (row or 1,)
        kr. per unit.
    rate_of : ndarray of int, shape (arm, stratum, time, item)
        Position in `rates` of each cell's rate; not to be changed but by `reprice`.
    """

    study: Study
    counted: tuple[tuple[Counted, ...], ...]
    units: dict[Cell, Floats | float]
    rates: list[Floats]
    rate_of: Integers
    _own: bool = field(default=False, repr=False)

    def reprice(self, a: int, items: list[int], kr: Floats) -> None:
        """Give items of one arm a price of their own, kr. per unit, shape (row or 1,)."""
        if not self._own:
            self.rate_of, self._own = self.rate_of.copy(), True
        self.rate_of[a, :, :, items] = len(self.rates)
        self.rates.append(kr)
