"""An interval as a value that carries its kind and its level, and what an interval can be."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULTS", "METHODS", "REASONS", "Interval", "level_of", "quantile_error"]

Floats = NDArray[np.float64]

METHODS = ("welch", "expanded", "percentile", "basic", "bca", "studentized", "bayesian")
DEFAULTS = ("welch", "expanded")
"""Shown side by side: what `studies/coverage` found to keep their promise."""

REASONS = {
    "one-citizen": "a group of one citizen has no variance",
    "no-spread": "all citizens have the same value, so the data hold no spread to measure",
    "no-spread-in-x": "all of x is equal; the interval reflects the spread of y alone",
    "no-spread-in-y": "all of y is equal; the interval reflects the spread of x alone",
    "not-finite": "the statistic is not a finite number on some of the replicates",
    "no-replicate": "too few replicates have a standard error above zero",
    "no-paths": "the method resamples citizens, and this coupling gives no citizen both ends",
    "acceleration": "the acceleration is too large for these tails",
}


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval that carries what it is.

    Attributes
    ----------
    low, high : float
        Limits in the unit of the data; NaN when there is no interval.
    level : float
        Nominal confidence level, between 0 and 1.
    kind : str
        One of `METHODS`.
    reason : str or None
        Code of why there is no interval, or of a caution about the one given.
    monte_carlo_error : tuple of float or None
        Standard errors of low and high, for the method that draws.
    dropped : int
        Replicates left out because their standard error was zero.
    """

    low: float
    high: float
    level: float
    kind: str
    reason: str | None = None
    monte_carlo_error: tuple[float, float] | None = None
    dropped: int = 0

    @property
    def available(self) -> bool:
        """Whether there are limits."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def limits(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high

    def __iter__(self) -> Iterator[float]:
        """Unpack the limits: ``low, high = interval``."""
        return iter(self.limits)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; missing limits are None."""
        return {
            "method": self.kind,
            "level": self.level,
            "low": self.low if self.available else None,
            "high": self.high if self.available else None,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        head = f"{self.kind} {100 * self.level:g} %"
        if not self.available:
            return f"{head}: not available, {REASONS[str(self.reason)]}"
        tail = f" ({REASONS[self.reason]})" if self.reason else ""
        return f"{head}: {self.low:,.6g} to {self.high:,.6g}{tail}"


def level_of(confidence_level: object) -> float:
    """Return a confidence level, or raise a ``ValueError`` that says what to write."""
    if isinstance(confidence_level, numbers.Real) and 0 < float(confidence_level) < 1:
        return float(confidence_level)
    raise ValueError(
        f"confidence_level: read {confidence_level!r}, which is not between 0 and 1; "
        "write a share such as 0.95"
    )


def quantile_error(draws: Floats, p: float) -> float:
    """Monte Carlo standard error of a quantile by order statistics (Vehtari et al. 2021, 4.3)."""
    from scipy.special import betaincinv

    size = draws.size
    ends = betaincinv(size * p + 1, size * (1 - p) + 1, np.array([0.158655, 0.841345]))
    low, high = np.quantile(draws, ends)
    return float(high - low) / 2
