"""A value that the data bound: its lowest and highest, sampling on top, and both in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gevinst.stats.intervals import Interval
from gevinst.stats.mean.estimate import or_none
from gevinst.stats.standardisation import imbens_manski
from gevinst.text.language import Language

EQUAL = 1e-9
"""Ends closer than this, relatively, are one."""

_KIND = "imbens-manski"


@dataclass(frozen=True)
class IdentifiedSet:
    """A difference, or a mean, over every table that fits the data.

    Parameters
    ----------
    low, high : float
        Ends, kr. per citizen; equal where the data fix the value.
    errors : tuple of float
        Standard error at each end, weights as known; NaN where a cell holds one citizen.
    freedom : float
        Satterthwaite's degrees of freedom at the end with the larger error.
    level : float
        Of the interval.
    """

    low: float
    high: float
    errors: tuple[float, float]
    freedom: float
    level: float

    @property
    def identified(self) -> bool:
        """Whether every table gives the same value."""
        return self.high - self.low <= EQUAL * max(1.0, abs(self.low), abs(self.high))

    @property
    def sign(self) -> str:
        """Say ``positive`` or ``negative`` where every table gives that, else ``either``."""
        if self.low > EQUAL:
            return "positive"
        return "negative" if self.high < -EQUAL else "either"

    @property
    def standard_error(self) -> float:
        """The larger of the two."""
        return max(self.errors) if all(map(math.isfinite, self.errors)) else math.nan

    @cached_property
    def interval(self) -> Interval:
        """What sampling leaves open on top of the bounds; without limits where a reason says so."""
        reason = None
        if not math.isfinite(self.standard_error):
            reason = "one-citizen"
        elif self.standard_error == 0.0:
            reason = "no-spread"
        if reason:
            return Interval(math.nan, math.nan, self.level, _KIND, reason)
        limits = imbens_manski(self.low, self.high, self.standard_error, self.freedom, self.level)
        return Interval(*limits, self.level, _KIND)

    def written(self, text: Language) -> list[str]:
        """Write the range and its interval as two cells."""
        ends = text.number(self.low)
        if not self.identified:
            ends = text("bootstrap.limits", low=ends, high=text.number(self.high))
        return [ends, self.interval.written(text)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        interval = self.interval.to_dict()
        return {
            "identified": self.identified,
            "low": self.low,
            "high": self.high,
            "interval": {key: interval[key] for key in ("level", "low", "high", "reason")},
            "sign": self.sign,
        }

    def clause(self, text: Language) -> str:
        """Say the tables' verdict with its ends, then the interval and where zero is."""
        ends = {"low": text.number(self.low), "high": text.kr(self.high)}
        kind = "fixed" if self.identified else self.sign
        said = text(f"stratify.clause.{kind}", kr=text.kr(self.low), **ends)
        interval = self.interval
        if not interval.available:
            return f"{said}{text(f'stratify.clause.{interval.reason}')}"
        zero = "above" if interval.low > 0 else "below" if interval.high < 0 else "inside"
        unit = self.standard_error / 100
        return said + text(
            f"stratify.clause.{zero}",
            low=text.earned(interval.low, unit),
            high=text.of_money(text.earned(interval.high, unit)),
        )


def plain_coupled(by_coupling: Mapping[str, IdentifiedSet]) -> dict[str, Any]:
    """Return what differs between the couplings of one value as plain values."""
    return {
        kind: {
            "standard_error": or_none(each.standard_error),
            "degrees_of_freedom": or_none(each.freedom),
            "interval": each.to_dict()["interval"],
        }
        for kind, each in by_coupling.items()
    }


def coupled_said(
    by_coupling: Mapping[str, IdentifiedSet], weights: str, text: Language
) -> list[str]:
    """Say the standard error under each coupling; nothing where one has no interval."""
    if not all(each.interval.available for each in by_coupling.values()) or not by_coupling:
        return []
    said = (
        text(
            "stratify.coupled_one",
            coupling=text(f"coupling.{kind}"),
            error=text.number(each.standard_error),
            interval=each.interval.written(text),
        )
        for kind, each in by_coupling.items()
    )
    level = text.level(next(iter(by_coupling.values())).level)
    return [text("stratify.coupled", weights=weights, level=level, each="; ".join(said))]
