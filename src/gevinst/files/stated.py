"""What study.toml names and what the tables fill in, and how their rows refer to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gevinst.axes import AXES
from gevinst.files.persons import Persons
from gevinst.files.tables import MOST, Row
from gevinst.sources import RATE_SOURCES
from gevinst.study import (
    Activity,
    Amount,
    Arm,
    Distribution,
    Item,
    Label,
    Named,
    Published,
    Rate,
    Time,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_MASKED = 1000
"""A count is suppressed because it is small."""

DISTRIBUTIONS = ("gamma", "uniform", "fixed")


@dataclass(frozen=True)
class Stated:
    """What study.toml names, for the tables to refer to."""

    arms: tuple[Arm, ...]
    strata: tuple[Named, ...]
    times: tuple[Time, ...]
    items: tuple[Item, ...]
    payers: tuple[Named, ...]
    groups: Mapping[str, tuple[Label, tuple[str, ...]]]
    bases: tuple[str, ...]
    sources: tuple[str, ...]
    assumptions: tuple[str, ...]
    activity: tuple[str, ...]
    least_masked: int = 1

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Lengths of (arm, stratum, time, item)."""
        return len(self.arms), len(self.strata), len(self.times), len(self.items)

    def ids(self, axis: str) -> tuple[str, ...]:
        """Ids of one axis: ``arm``, ``stratum``, ``time``, ``item``, ``payer``, or ``status``."""
        if axis == "status":
            return tuple(item.id for item in self.items if item.status)
        named = (self.arms, self.strata, self.times, self.items, self.payers)
        return tuple(entry.id for entry in dict(zip(AXES, named, strict=True))[axis])


@dataclass
class Tables:
    """What the tables hold, filled table by table."""

    counts: Integers
    lines: Floats
    group_lines: Floats
    uncounted: Floats
    share: Floats
    rate_maps: dict[str, Integers]
    masked: dict[str, dict[int, Integers]] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    published: tuple[Published, ...] = ()
    amounts: tuple[Amount, ...] = ()
    activity: tuple[Activity, ...] = ()
    persons: Persons | None = None
    positions: dict[str, int] = field(default_factory=dict)

    def add_rate(self, rate: Rate) -> int:
        """Keep a rate and return its position."""
        self.positions[rate.id] = len(self.rates)
        self.rates = (*self.rates, rate)
        return self.positions[rate.id]


def count_of(row: Row, column: str) -> tuple[int, ...] | None:
    """Read a count: the whole numbers it can be; ``<5`` is 1 to 4."""
    text = row.needed(column)
    if masked := re.fullmatch(r"<\s*0*([0-9]+)", text):
        below = int(masked[1]) if len(masked[1]) < 10 else MOST
        if 2 <= below <= MOST_MASKED:
            return tuple(range(1, below))
        row.problem("E066", text, column=column)
        return None
    number = row.number(column) if text else None
    if number is None:
        return None
    if number < 0:
        row.problem("E022", text, column=column)
        return None
    if number != int(number):
        row.problem("E023", text, column=column)
        return None
    if number > MOST:
        row.problem("E066", text, column=column)
        return None
    return (int(number),)


def distribution_of(row: Row, mean: float, scale: float, stated: Stated) -> Distribution:
    """Read how uncertain a rate is; every rate says so, and why."""
    kind = row.choice("distribution", DISTRIBUTIONS) or "fixed"
    assumption = row.choice("assumption", stated.assumptions) or ""
    if kind == "gamma":
        cv = row.number("cv")
        if cv is not None and not 0.0 <= cv <= 2.0:
            row.problem("E045", row.text("cv"), column="cv")
        return Distribution(kind, assumption, cv=cv or 0.0)
    if kind == "uniform":
        low, high = ((row.number(column) or 0.0) * scale for column in ("low", "high"))
        if low < 0.0:
            row.problem("E022", row.text("low"), column="low")
        if not low <= mean <= high:
            row.problem("E046", f"{row.text('low')} - {row.text('high')}", mean=f"{mean:.10g}")
        return Distribution(kind, assumption, low=low, high=high)
    return Distribution(kind, assumption)


def drawn_by(row: Row, stated: Stated) -> str:
    """Read which source draws a rate; a fixed one has none."""
    if row.text("distribution") == "fixed":
        return ""
    drawing = [source for source in stated.sources if source in RATE_SOURCES]
    return row.choice("drawn_by", drawing) or ""


def payer_of(row: Row, stated: Stated) -> int:
    """Read who pays; with one payer nobody needs to say."""
    if len(stated.payers) == 1 and not row.text("paid_by"):
        return 0
    payer = row.choice("paid_by", stated.ids("payer"))
    return stated.ids("payer").index(payer) if payer else 0
