"""Intervals for a mean and a difference of two means in small groups with lumpy values.

The bootstrap laws are computed, not sampled, so every interval but the studentized one is the same
each time. Welch's t and the expanded percentile interval are the defaults, shown side by side.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.exact import Component, MeanLaw
from gevinst.lattice import as_numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METHODS", "Interval", "MeanDifference", "bootstrap_mean_difference", "quantile_error"]

Floats = NDArray[np.float64]
Generator = np.random.Generator

METHODS = ("welch", "expanded", "percentile", "basic", "bca", "studentized", "bayesian")
DEFAULTS = ("welch", "expanded")

_REASONS = {
    "one-citizen": "a group of one citizen has no variance",
    "no-spread": "all citizens have the same value, so the data hold no spread to measure",
    "no-spread-in-x": "all of x is equal; the interval reflects the spread of y alone",
    "no-spread-in-y": "all of y is equal; the interval reflects the spread of x alone",
    "not-finite": "the statistic is not a finite number on some of the replicates",
    "no-replicate": "too few replicates have a standard error above zero",
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
            return f"{head}: not available, {_REASONS[str(self.reason)]}"
        tail = f" ({_REASONS[self.reason]})" if self.reason else ""
        return f"{head}: {self.low:,.6g} to {self.high:,.6g}{tail}"


@dataclass(frozen=True)
class MeanDifference:
    """A difference of two means (or one mean), its exact bootstrap law and its intervals.

    Attributes
    ----------
    x, y : ndarray, shapes (m,) and (n,)
        Values per citizen; y is None for one mean.
    confidence_level : float
        Level of the intervals.
    """

    x: Floats
    y: Floats | None
    confidence_level: float

    @property
    def groups(self) -> tuple[Floats, ...]:
        """The one or two groups."""
        return (self.x,) if self.y is None else (self.x, self.y)

    @property
    def estimate(self) -> float:
        """Mean of x, less the mean of y."""
        return float(self.x.mean() - (0.0 if self.y is None else self.y.mean()))

    @cached_property
    def reason(self) -> str | None:
        """Code of what is degenerate in the data, or None."""
        if any(g.size == 1 for g in self.groups):
            return "one-citizen"
        flat = [bool((g == g[0]).all()) for g in self.groups]
        if all(flat):
            return "no-spread"
        if any(flat):
            return "no-spread-in-x" if flat[0] else "no-spread-in-y"
        return None

    @property
    def measurable(self) -> bool:
        """Whether the data have a standard error."""
        return self.reason not in ("one-citizen", "no-spread")

    @cached_property
    def standard_error(self) -> float:
        """Classical standard error, variances with n - 1; NaN for a group of one citizen."""
        if self.reason == "one-citizen":
            return math.nan
        return math.sqrt(sum(float(g.var(ddof=1)) / g.size for g in self.groups))

    @cached_property
    def degrees_of_freedom(self) -> float:
        """Welch-Satterthwaite degrees of freedom; n - 1 for one mean."""
        if not self.measurable:
            return math.nan
        parts = [float(g.var(ddof=1)) / g.size for g in self.groups]
        return sum(parts) ** 2 / sum(
            v**2 / (g.size - 1) for v, g in zip(parts, self.groups, strict=True)
        )

    @cached_property
    def law(self) -> MeanLaw:
        """The exact bootstrap law of the estimate."""
        return MeanLaw([Component.of(g, s) for g, s in zip(self.groups, (1, -1), strict=False)])

    @property
    def certificate(self) -> float:
        """Bound of the error of ``cdf``; see `gevinst.exact.MeanLaw`."""
        return self.law.certificate

    def cdf(self, t: float | Floats) -> Floats:
        """Return the bootstrap probability of at most t; an atom at t counts in full."""
        return self.law.cdf(t)

    @property
    def probability_positive(self) -> float:
        """Bootstrap probability of more than zero; NaN where the data hold no spread.

        It is a summary of the resampled estimate, and no p-value.
        """
        return self.law.probability_positive if self.measurable else math.nan

    @cached_property
    def acceleration(self) -> float:
        """Acceleration of the difference: x counts positive, y negative.

        sum_k sum_i U^3/n_k^3 / (6 (sum_k sum_i U^2/n_k^2)^1.5), U the influence values (Davison &
        Hinkley 1997, equation 5.27; Efron & Tibshirani 1993, section 14.3, for one sample).
        """
        cubes = squares = 0.0
        for group, sign in zip(self.groups, (1, -1), strict=False):
            u = sign * (group - group.mean()) / group.size
            cubes += float((u**3).sum())
            squares += float((u**2).sum())
        return cubes / (6 * squares**1.5) if squares > 0 else math.nan

    def interval(
        self,
        method: str = "expanded",
        *,
        rng: int | Generator | None = None,
        n_resamples: int = 9999,
    ) -> Interval:
        """Return one interval at the confidence level.

        Parameters
        ----------
        method : str
            "welch": Student's t with Welch-Satterthwaite degrees of freedom.
            "percentile": quantiles of the exact bootstrap law.
            "expanded": the same at the wider level Phi(SE / SE_plug-in * t) (Hesterberg 2015,
            The American Statistician 69, section 4.4; Welch's SE and t for two groups).
            "basic": the percentile limits reflected at the estimate.
            "bca": bias corrected and accelerated (Efron 1987); ties count half in z0.
            "studentized": bootstrap t; the one that draws.
            "bayesian": equal-tailed, flat Dirichlet weights (Rubin 1981).
        rng : int, Generator or None
            For "studentized" only.
        n_resamples : int
            For "studentized" only.

        Returns
        -------
        Interval

        Raises
        ------
        ValueError
            An unknown method, or fewer than 100 resamples.
        """
        if method not in METHODS:
            raise ValueError(f"method: read {method!r}; write one of {', '.join(METHODS)}")
        if not self.measurable:
            return Interval(math.nan, math.nan, self.confidence_level, method, self.reason)
        if method == "studentized":
            return self._studentized(np.random.default_rng(rng), n_resamples)
        compute: Callable[[float], tuple[float, float] | None] = getattr(self, f"_{method}")
        limits = compute((1 - self.confidence_level) / 2)
        if limits is None:
            return Interval(math.nan, math.nan, self.confidence_level, method, "acceleration")
        low, high = limits
        return Interval(low, high, self.confidence_level, method, self.reason)

    def _welch(self, tail: float) -> tuple[float, float]:
        from scipy.special import stdtrit

        reach = -float(stdtrit(self.degrees_of_freedom, tail)) * self.standard_error
        return self.estimate - reach, self.estimate + reach

    def _percentile(self, tail: float) -> tuple[float, float]:
        low, high = self.law.quantile(np.array([tail, 1 - tail])).tolist()
        return low, high

    def _expanded(self, tail: float) -> tuple[float, float]:
        return self._percentile(self.expanded_tail(tail))

    def expanded_tail(self, tail: float) -> float:
        """Return the tail probability that makes up for n instead of n - 1, and z instead of t."""
        from scipy.special import ndtr, stdtrit

        t = float(stdtrit(self.degrees_of_freedom, tail))
        return max(float(ndtr(self.standard_error / self.law.sd * t)), 1e-12)

    def _basic(self, tail: float) -> tuple[float, float]:
        low, high = self._percentile(tail)
        return 2 * self.estimate - high, 2 * self.estimate - low

    def _bca(self, tail: float) -> tuple[float, float] | None:
        from scipy.special import ndtr, ndtri

        z0 = float(ndtri(self.law.mid_cdf(self.estimate)))
        shifted = z0 + np.array([1.0, -1.0]) * float(ndtri(tail))
        room = 1 - self.acceleration * shifted
        if (room <= 0).any():
            return None
        level = np.clip(ndtr(z0 + shifted / room), 1e-12, 1 - 1e-12)
        low, high = self.law.quantile(level).tolist()
        return low, high

    def _bayesian(self, tail: float) -> tuple[float, float]:
        from gevinst.dirichlet import DirichletLaw

        law = DirichletLaw(self.x, self.y)
        return law.quantile(tail), law.quantile(1 - tail)

    def _studentized(self, generator: Generator, draws: int) -> Interval:
        if draws < 100:
            raise ValueError(f"n_resamples: read {draws}; write at least 100, such as 9999")
        t, dropped = _replicated_t(self.groups, self.estimate, generator, draws)
        tail = (1 - self.confidence_level) / 2
        if t.size < 100:
            return Interval(
                math.nan,
                math.nan,
                self.confidence_level,
                "studentized",
                "no-replicate",
                None,
                dropped,
            )
        low, high = np.quantile(t, [tail, 1 - tail]).tolist()
        error = tuple(self.standard_error * quantile_error(t, p) for p in (1 - tail, tail))
        return Interval(
            self.estimate - high * self.standard_error,
            self.estimate - low * self.standard_error,
            self.confidence_level,
            "studentized",
            self.reason,
            (error[0], error[1]),
            dropped,
        )

    def to_dict(self, methods: Sequence[str] = DEFAULTS) -> dict[str, Any]:
        """Return plain values for JSON; what is not available is None."""
        return {
            "estimate": self.estimate,
            "standard_error": _or_none(self.standard_error),
            "citizens": [g.size for g in self.groups],
            "intervals": [self.interval(m).to_dict() for m in methods],
            "probability_positive": _or_none(self.probability_positive),
            "certificate": self.certificate,
            "reason": self.reason,
        }

    def to_frame(
        self, methods: Sequence[str] = DEFAULTS, *, rng: int | Generator | None = None
    ) -> pd.DataFrame:
        """Return one row per method: method, level, low, high, reason."""
        import pandas as pd

        return pd.DataFrame([self.interval(m, rng=rng).to_dict() for m in methods])

    def summary(self, methods: Sequence[str] = DEFAULTS) -> str:
        """Return the estimate, its standard error and the intervals in a few lines of text."""
        sizes = " against ".join(str(g.size) for g in self.groups)
        what = "mean" if self.y is None else "difference of means"
        lines = [f"{what}: {self.estimate:,.6g} ({sizes} citizens)"]
        if math.isfinite(self.standard_error):
            lines.append(f"standard error: {self.standard_error:,.6g}")
        lines += [str(self.interval(m)) for m in methods]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))


def bootstrap_mean_difference(
    x: object, y: object | None = None, *, confidence_level: float = 0.95
) -> MeanDifference:
    """Return the exact bootstrap of mean(x) - mean(y), or of mean(x) alone.

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)
        One number per citizen, in kr. or any one unit; resampled within their own group.
    confidence_level : float
        Between 0 and 1, ends excluded.

    Returns
    -------
    MeanDifference
        Nothing is computed before it is asked for.

    Raises
    ------
    ValueError
        Values that are not finite numbers, an empty group, a level outside (0, 1).

    Examples
    --------
    >>> result = bootstrap_mean_difference([0, 0, 51_000, 12_000], [0, 4_000, 0, 0, 9_000])
    >>> result.estimate
    13150.0
    """
    if not _is_level(confidence_level):
        raise ValueError(
            f"confidence_level: read {confidence_level!r}, which is not between 0 and 1; "
            "write a share such as 0.95"
        )
    second = None if y is None else as_numbers(y, "y")
    return MeanDifference(as_numbers(x, "x"), second, float(confidence_level))


def _is_level(value: object) -> bool:
    return isinstance(value, numbers.Real) and 0 < float(value) < 1


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _replicated_t(
    groups: Sequence[Floats], estimate: float, generator: Generator, draws: int
) -> tuple[Floats, int]:
    """Draw bootstrap t statistics; replicates of zero standard error are dropped and counted."""
    pieces, dropped, block = [], 0, 4096
    for start in range(0, draws, block):
        rows = min(block, draws - start)
        means, variance = np.zeros(rows), np.zeros(rows)
        for group, sign in zip(groups, (1, -1), strict=False):
            picked = group[generator.integers(group.size, size=(rows, group.size))]
            means += sign * picked.mean(axis=1)
            variance += picked.var(axis=1, ddof=1) / group.size
        # Rounding leaves a replicate of equal values some 1e-32 of variance.
        scale = max(float(np.abs(g).max()) for g in groups)
        kept = variance > (1e-13 * scale) ** 2
        dropped += int(rows - kept.sum())
        pieces.append((means[kept] - estimate) / np.sqrt(variance[kept]))
    return np.concatenate(pieces), dropped


def quantile_error(draws: Floats, p: float) -> float:
    """Monte Carlo standard error of a quantile by order statistics (Vehtari et al. 2021, 4.3)."""
    from scipy.special import betaincinv

    size = draws.size
    ends = betaincinv(size * p + 1, size * (1 - p) + 1, np.array([0.158655, 0.841345]))
    low, high = np.quantile(draws, ends)
    return float(high - low) / 2
