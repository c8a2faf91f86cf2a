"""What sources work on: an arm's people before they are counted, and the cells of a row after."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents as names
from gevinst.sources.latents import Latents
from gevinst.study.named import Arm
from gevinst.study.people import distinct_paths
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
    copies, stays : ndarray, shape (path, row), or None
        Dropouts who come into the sum: how many take each path as a whole, and how many start as
        those on it did and stay there.
    placed : (int, ndarray of shape (time, item)), or None
        Dropouts who come into the sum without a path of theirs: how many, and how many of them are
        in each status. What those cost who are in none is charged (`Cells.charge`).
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
    placed: tuple[int, Floats] | None = None
    keeps_last: bool = False
    counts_absent: bool = False

    @property
    def arm(self) -> Arm:
        """The arm itself."""
        return self.study.arms[self.a]

    @property
    def followed(self) -> bool:
        """Whether some citizen counts for more than another, or is followed through the times."""
        moved = self.copies is not None or self.stays is not None or self.keeps_last
        return moved or names.weight(self.arm.id) in self.latents

    @property
    def averaged(self) -> Floats | int:
        """How many gains are averaged: one number, or one a row."""
        followed = self.latents.get(names.followed(self.arm.id))
        if followed is not None:
            return followed
        came = (self.copies, self.stays, self.placed)
        counted = any(each is not None for each in came)
        return self.arm.enrolled if counted else self.arm.analysed

    @cached_property
    def paths(self) -> list[Integers]:
        """Statuses at each time, shape (row or 1, path) each; none where nothing gives them."""
        of_time = (names.path(self.arm.id, time) for time in self.study.axes.times)
        found = [self.latents[name] for name in of_time if name in self.latents]
        if not found and self.study.citizen_strata:
            found = [path[np.newaxis] for path in self._known[0].T]
        return found

    @cached_property
    def strata(self) -> Integers:
        """Stratum of each path, shape (path,)."""
        if (drawn := self.latents.get(names.stratum(self.arm.id))) is not None:
            return np.asarray(drawn[0], dtype=np.int64)
        known = self._known[2] if self.study.citizen_strata else None
        return np.zeros(self.paths[0].shape[1], np.int64) if known is None else known

    @cached_property
    def weighted(self) -> tuple[Floats, Floats]:
        """How many each path counts for, shape (path, row), and how many in all, (row or 1,)."""
        followed = self.latents.get(names.followed(self.arm.id))
        heads = np.array([self.arm.analysed]) if followed is None else followed
        drawn = self.latents.get(names.weight(self.arm.id))
        weight = self.sizes if drawn is None else drawn.T
        shape = (len(weight), self.rows)
        return np.broadcast_to(weight, shape), np.asarray(heads, dtype=np.float64)

    @property
    def sizes(self) -> Floats:
        """How many of the analysed citizens are on each path, shape (path, row or 1)."""
        size = self.latents.get(names.size(self.arm.id))
        return self._known[1][:, np.newaxis] if size is None else size.T

    @property
    def _known(self) -> tuple[Integers, Floats, Integers | None]:
        """Paths, sizes and strata of paired data."""
        return distinct_paths(self.study, self.arm.id)


@dataclass(eq=False)
class Counted:
    """The counted citizens of one arm and stratum.

    Parameters
    ----------
    citizens : ndarray, shape (time, item, row)
        How many of those analysed are in each status; changed in place.
    total : ndarray, shape (row or 1,)
        How many there are, dropouts who come into the sum among them.
    absent : ndarray, shape (time, row or 1)
        How many of them are missing.
    came : ndarray, shape (time, item, row), or None
        Dropouts who come into the sum, by the statuses they are given; changed in place. Nobody
        else is like one of them.
    """

    citizens: Floats
    total: Floats
    absent: Floats
    came: Floats | None = None

    @property
    def layers(self) -> tuple[Floats, ...]:
        """The analysed, and the dropouts where some come into the sum."""
        return (self.citizens,) if self.came is None else (self.citizens, self.came)


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
    charged : dict of (arm, stratum, time) to list of (ndarray, float)
        Citizens whose cost is known and whose status is not: how many, (row or 1,), and kr. a year.
    """

    study: Study
    counted: tuple[tuple[Counted, ...], ...]
    units: dict[Cell, Floats | float]
    rates: list[Floats]
    rate_of: Integers
    charged: dict[tuple[int, int, int], list[tuple[Floats, float]]] = field(default_factory=dict)
    _own: bool = field(default=False, repr=False)

    def charge(self, a: int, k: int, t: int, citizens: Floats, kr: float) -> None:
        """Let citizens of an arm and stratum cost so much a year at a time, in no status."""
        self.charged.setdefault((a, k, t), []).append((citizens, kr))

    def reprice(self, a: int, items: list[int], kr: Floats) -> None:
        """Give items of one arm a price of their own, kr. per unit, shape (row or 1,)."""
        if not self._own:
            self.rate_of, self._own = self.rate_of.copy(), True
        self.rate_of[a, :, :, items] = len(self.rates)
        self.rates.append(kr)
