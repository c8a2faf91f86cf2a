"""An interval as a value that carries its kind and its level, and what an interval can be."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gevinst.text.language import Lang, Language, language
from gevinst.text.result import Listed

__all__ = ["DEFAULTS", "METHODS", "Interval", "level_of", "quantile_error"]

Floats = NDArray[np.float64]

Method = Literal[
    "welch", "expanded", "percentile", "basic", "bca", "studentized", "bayesian", "anderson"
]
METHODS: tuple[Method, ...] = get_args(Method)
DEFAULTS: tuple[Method, ...] = ("welch", "expanded")
"""Shown side by side: what `studies/coverage` found to keep their promise."""


@dataclass(frozen=True, repr=False)
class Interval(Listed):
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

    def written(self, text: Language) -> str:
        """Write the limits in whole numbers, simulated ones with the digits known, or none."""
        if not self.available:
            return text("bootstrap.none")
        errors = self.monte_carlo_error or (1.0, 1.0)
        low, high = (text.earned(v, max(e, 1.0)) for v, e in zip(self, errors, strict=True))
        return text("bootstrap.limits", low=low, high=high)

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
            "monte_carlo_error": self.monte_carlo_error and list(self.monte_carlo_error),
        }

    def heading(self, lang: Lang) -> str:
        """Say method, level and limits, simulated ones with their error, and a caution."""
        text = language(lang)
        method = text(f"method.{self.kind}") if text.has(f"method.{self.kind}") else self.kind
        errors = self.monte_carlo_error or (0.0, 0.0)
        low, high = (
            text.earned(v, e) if e > 1e-9 * abs(v) else text.significant(v)
            for v, e in zip(self, errors, strict=True)
        )
        key = "interval" if self.available else "interval_none"
        said = text(
            f"stats.{'interval_simulated' if any(errors) else key}",
            method=method,
            level=text.level(self.level),
            low=low,
            high=high,
            low_error=text.significant(errors[0], 2),
            high_error=text.significant(errors[1], 2),
        )
        reason = f"stats.reason.{self.reason}"
        return f"{said} ({text(reason)})" if self.reason and text.has(reason) else said


DISPERSIONS = (1.0, 2.0, 5.0)
"""Variance of a number of events over its mean: by itself, and where they come several to one."""


def dispersed(
    point: float, variance: float, level: float, dispersions: Sequence[float] = DISPERSIONS
) -> dict[float, tuple[float, float]]:
    """Return, per dispersion, the normal interval of what is made of numbers of events.

    Parameters
    ----------
    point, variance : float
        The estimate, and its variance where each number of events has that of a Poisson law.
    level : float
        Nominal level, between 0 and 1.
    dispersions : sequence of float
        How many times as much the numbers vary: the quasi-Poisson factor (McCullagh & Nelder 1989,
        section 6.2.3).

    Examples
    --------
    >>> {phi: round(low, 2) for phi, (low, _) in dispersed(0.0, 1.0, 0.95).items()}
    {1.0: -1.96, 2.0: -2.77, 5.0: -4.38}
    """
    deviate = NormalDist().inv_cdf((1.0 + level) / 2.0)
    halves = {phi: deviate * math.sqrt(phi * variance) for phi in dispersions}
    return {phi: (point - half, point + half) for phi, half in halves.items()}


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
