"""What an effect measured elsewhere does to a share here: relative measures on a baseline.

With baseline share b, the share with the intervention is

===========================  ====================================
percentage points d          b + d / 100
relative risk r              b r
odds ratio o                 the share whose odds are o b / (1 - b)
hazard ratio h               1 - (1 - b)^h, over the period of b
===========================  ====================================

The last holds where the hazards are proportional: survival without the event is (1 - b)^h.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats.laws import Fixed, Lognormal, Normal

__all__ = ["OF_SHARES", "RATIOS", "Effective", "measured", "share_with"]

Floats = NDArray[np.float64]

_WITH: Mapping[str, Callable[[Floats, float], Floats]] = {
    "pp": lambda x, b: b + x / 100.0,
    "rr": lambda x, b: b * x,
    "or": lambda x, b: b * x / (1.0 - b + b * x),
    "hr": lambda x, b: -np.expm1(x * math.log1p(-b)),
}

OF_SHARES = tuple(_WITH)
"""Measures of a share of citizens; any other is an amount per citizen."""

RATIOS = OF_SHARES[1:]
"""Those of them that need a baseline, and whose law is of the logarithm."""

_FAR = 9.0
"""Scores beyond are left out: 2e-19 of the probability."""
_NODES = 200


def share_with(measure: str, x: ArrayLike, baseline: float) -> Floats:
    """Return the share with the intervention, from a measure and the share without it.

    Parameters
    ----------
    measure : str
        One of `OF_SHARES`.
    x : array_like
        Values of the measure, any shape.
    baseline : float
        Share without the intervention; of a ratio 0 < baseline < 1.

    Examples
    --------
    >>> round(float(share_with("or", 2.0, 0.5)), 6), round(float(share_with("hr", 2.0, 0.5)), 6)
    (0.666667, 0.75)
    """
    return np.asarray(_WITH[measure](np.asarray(x, np.float64), baseline), np.float64)


@dataclass(frozen=True)
class Effective:
    """The effect per citizen: a change in a share, or an amount; a law where it is uncertain.

    Parameters
    ----------
    measure : str
        One of `OF_SHARES`, or what is an amount per citizen.
    law : Normal or Lognormal or Fixed
        Of the measure.
    baseline : float or None
        Share without the intervention, where it is known.

    Notes
    -----
    A share is never below 0 or above 1: draws beyond are held there, and `beyond` is how often.
    Mean and standard deviation are of what is then drawn, by Gauss-Legendre quadrature over the
    score; where nothing is held and the effect is straight in the measure, exact.
    """

    measure: str
    law: Normal | Lognormal | Fixed
    baseline: float | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """Least and most that it can be."""
        if self.measure not in OF_SHARES:
            return -math.inf, math.inf
        return (-1.0, 1.0) if self.baseline is None else (-self.baseline, 1.0 - self.baseline)

    def free(self, x: ArrayLike) -> Floats:
        """Effects of values of the measure, wherever they lie."""
        if self.measure not in OF_SHARES:
            return np.asarray(x, np.float64)
        if self.measure == "pp":
            return np.asarray(x, np.float64) / 100.0
        b = self.baseline or 0.0
        return share_with(self.measure, x, b) - b

    def of(self, x: ArrayLike) -> Floats:
        """Effects of values of the measure, held where a share would leave 0 to 1."""
        return np.clip(self.free(x), *self.limits)

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw effects per citizen, shape (row,)."""
        return self.of(self.law.draw(rng, rows))

    def quantile(self, p: ArrayLike) -> Floats:
        """Effects with probability `p` below them."""
        return self.of(self.law.quantile(p))

    @property
    def mean(self) -> float:
        """Mean of what is drawn."""
        return self._moments[0]

    @property
    def sd(self) -> float:
        """Standard deviation of what is drawn."""
        return self._moments[1]

    @cached_property
    def beyond(self) -> float:
        """Probability that the share would leave 0 to 1, were it not held."""
        from scipy.special import ndtr

        low, high = self._held
        return float(ndtr(low) + ndtr(-high))

    @cached_property
    def _held(self) -> tuple[float, float]:
        """Scores below and above which the share is held at its limits."""
        if isinstance(self.law, Fixed) or self.measure in ("or", "hr"):
            return -math.inf, math.inf
        least, most = self.limits
        if isinstance(self.law, Normal):
            scale = 0.01 if self.measure == "pp" else 1.0
            middle, spread = self.law.mean * scale, self.law.sd * scale
            return (least - middle) / spread, (most - middle) / spread
        return -math.inf, float(self.law.score(1.0 + most / (self.baseline or 1.0)))

    @cached_property
    def _moments(self) -> tuple[float, float]:
        if isinstance(self.law, Fixed):
            return float(self.of(self.law.value)), 0.0
        straight = self.measure not in ("or", "hr")
        if straight and self.beyond == 0.0:
            scale = {"pp": 0.01, "rr": self.baseline or 0.0}.get(self.measure, 1.0)
            return float(self.free(self.law.mean)), scale * self.law.sd
        from scipy.special import ndtr

        low, high = (float(np.clip(each, -_FAR, _FAR)) for each in self._held)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        z = (low + high) / 2.0 + (high - low) / 2.0 * nodes
        mass = weights * (high - low) / 2.0 * np.exp(-(z**2) / 2.0) / math.sqrt(2.0 * math.pi)
        x, mass = self.of(self.law.at(z)), np.append(mass, [ndtr(low), ndtr(-high)])
        x = np.append(x, self.of(self.law.at(np.array([low, high]))))
        mean = float(np.sum(mass * x))
        return mean, math.sqrt(float(np.sum(mass * (x - mean) ** 2)))


def measured(measure: str, estimate: float, se: float) -> Normal | Lognormal | Fixed:
    """Return the law of a measure: a ratio's logarithm is normal, a difference is.

    Parameters
    ----------
    measure : str
        As in `Effective`.
    estimate : float
        Middle of the law: of a ratio its median, above 0.
    se : float
        Standard error, of a ratio that of its logarithm; 0 where it is taken as certain.
    """
    if se == 0.0:
        return Fixed(estimate)
    if measure in RATIOS:
        return Lognormal(estimate * math.exp(se**2 / 2.0), math.sqrt(math.expm1(se**2)))
    return Normal(estimate, se)
