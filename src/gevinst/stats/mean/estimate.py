"""A mean, or a difference of means, of small groups: its exact bootstrap law and its intervals.

The bootstrap laws are computed, not sampled, so every interval is the same each time, but for the
studentized one and the Bayesian one of large groups. Welch's t and expanded percentile are default.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats import streams
from gevinst.stats.intervals import DEFAULTS, METHODS, Interval, Method, level_of, quantile_error
from gevinst.stats.lattice import as_numbers
from gevinst.stats.mean.bayesian import MOST_CITIZENS, DirichletLaw
from gevinst.stats.mean.bounded import Support, mean_limits
from gevinst.stats.mean.drawn import replicated_t, weighted_means
from gevinst.stats.mean.law import Component, MeanLaw
from gevinst.text.language import Lang, language
from gevinst.text.problems import one_of, whole
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Group", "MeanEstimate", "bootstrap_mean_difference"]

Floats = NDArray[np.float64]
Generator = np.random.Generator
Group = tuple[Component, ...]
"""One group's mean as a sum of independent means: one, or one per time if so coupled."""


@dataclass(frozen=True, repr=False)
class MeanEstimate(Result):
    """A mean, or a difference of two, with its exact bootstrap law and its intervals.

    Attributes
    ----------
    groups : tuple of Group
        One group, or two: the first less the second. Each component's sign is within its group.
    confidence_level : float
        Level of the intervals.
    shift : float
        A known amount added to the estimate, in the unit of the values; it has no variance.
    support : tuple of (float, float), optional
        Smallest and largest value there can be in each group, without the shift: what "anderson"
        needs.
    """

    groups: tuple[Group, ...]
    confidence_level: float
    shift: float = 0.0
    support: tuple[Support, ...] | None = None

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """Every component with its sign in the estimate."""
        signed = list(self.groups[0])
        for group in self.groups[1:]:
            signed += [replace(part, sign=-part.sign) for part in group]
        return tuple(signed)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Citizens of each group."""
        return tuple(group[0].n for group in self.groups)

    @property
    def estimate(self) -> float:
        """Mean of the first group, less the mean of the second, with the shift."""
        return self.shift + self.law.mean

    @cached_property
    def reason(self) -> str | None:
        """Code of what is degenerate in the data, or None."""
        if any(n == 1 for n in self.sizes):
            return "one-citizen"
        flat = [all(part.values.size == 1 for part in group) for group in self.groups]
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
    def squared_errors(self) -> list[float]:
        """Squared standard error of each group: its variances with n - 1, over n."""
        return [sum(_moment(part, 2) / (part.n - 1) for part in group) for group in self.groups]

    @cached_property
    def standard_error(self) -> float:
        """Classical standard error, variances with n - 1; NaN for a group of one citizen."""
        if self.reason == "one-citizen":
            return math.nan
        return math.sqrt(sum(self.squared_errors))

    @cached_property
    def degrees_of_freedom(self) -> float:
        """Welch-Satterthwaite degrees of freedom over the groups; n - 1 for one mean.

        Under the independent coupling too a group counts n - 1, as it would if its citizens' gains
        were known. Start and end estimated apart would count up to twice that: no more is claimed
        of margins than of the citizens themselves.
        """
        if not self.measurable:
            return math.nan
        total = sum(self.squared_errors)
        parts = zip(self.squared_errors, self.sizes, strict=True)
        return 1 / sum((v / total) ** 2 / (n - 1) for v, n in parts)

    @cached_property
    def law(self) -> MeanLaw:
        """The exact bootstrap law of the estimate, without the shift."""
        return MeanLaw(self.components)

    @property
    def certificate(self) -> float:
        """Bound of the error of ``cdf`` at the `resolution`; see `gevinst.stats.mean.law`."""
        return self.law.certificate

    @property
    def resolution(self) -> float:
        """Distance within which ``cdf`` does not tell values apart, in their unit."""
        return self.law.resolution

    def cdf(self, t: float | Floats) -> Floats:
        """Return the bootstrap probability of at most t; an atom at t counts in full."""
        return self.law.cdf(np.asarray(t, np.float64) - self.shift)

    @property
    def probability_positive(self) -> float:
        """Bootstrap probability of more than zero; NaN where the data hold no spread.

        It is a summary of the resampled estimate, and no p-value.
        """
        return float(1.0 - self.cdf(0.0)) if self.measurable else math.nan

    @cached_property
    def acceleration(self) -> float:
        """Acceleration of the difference: the first group counts positive, the second negative.

        sum_k sum_i U^3/n_k^3 / (6 (sum_k sum_i U^2/n_k^2)^1.5), U the influence values (Davison &
        Hinkley 1997, equation 5.27; Efron & Tibshirani 1993, section 14.3, for one sample).
        """
        cubes = sum(part.sign * _moment(part, 3) / part.n**2 for part in self.components)
        squares = sum(_moment(part, 2) / part.n for part in self.components)
        return cubes / (6 * squares**1.5) if squares > 0 else math.nan

    def interval(
        self,
        method: Method = "expanded",
        *,
        rng: streams.Rng = None,
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
            "bayesian": equal-tailed, flat Dirichlet weights (Rubin 1981); drawn where a group has
            more than 500 citizens.
            "anderson": holds at least as often as it says whatever the law of the values, as long
            as they lie in the support (`gevinst.stats.mean.bounded`); wide.
        rng : int, Generator or None
            For what draws (`draws`).
        n_resamples : int
            For what draws.

        Returns
        -------
        Interval
            Without limits, and with a reason, where the data have none to give.

        Raises
        ------
        ValueError
            An unknown method, or fewer than 100 resamples.
        """
        method = one_of("method", method, METHODS)
        if method == "anderson" and self.support is None:
            return self._unavailable(method, "no-support")
        if not self.measurable and method != "anderson":
            return self._unavailable(method, self.reason)
        if method in ("studentized", "bayesian", "anderson") and not self._whole:
            return self._unavailable(method, "no-paths")
        if self.draws(method):
            n_resamples = whole("n_resamples", n_resamples, 100)
            drawn = self._studentized if method == "studentized" else self._weighted
            return drawn(streams.generator(rng), n_resamples)
        compute: Callable[[float], tuple[float, float] | None] = getattr(self, f"_{method}")
        limits = compute((1 - self.confidence_level) / 2)
        if limits is None:
            return self._unavailable(method, "acceleration")
        low, high = limits
        reason = None if method == "anderson" else self.reason  # no spread is no caution for it
        return Interval(low, high, self.confidence_level, method, reason)

    def draws(self, method: Method) -> bool:
        """Whether an interval of this method is drawn, and so carries a Monte Carlo error."""
        large = max(self.sizes) > MOST_CITIZENS
        possible = self.measurable and self._whole
        return possible and (method == "studentized" or (method == "bayesian" and large))

    def _unavailable(self, method: str, reason: str | None, dropped: int = 0) -> Interval:
        return Interval(math.nan, math.nan, self.confidence_level, method, reason, dropped=dropped)

    def _welch(self, tail: float) -> tuple[float, float]:
        from scipy.special import stdtrit

        reach = -float(stdtrit(self.degrees_of_freedom, tail)) * self.standard_error
        return self.estimate - reach, self.estimate + reach

    def _percentile(self, tail: float) -> tuple[float, float]:
        return self._quantiles(np.array([tail, 1 - tail]))

    def _quantiles(self, levels: Floats) -> tuple[float, float]:
        low, high = (self.law.quantile(levels) + self.shift).tolist()
        return low, high

    def _expanded(self, tail: float) -> tuple[float, float]:
        return self._percentile(self.expanded_tail(tail))

    @property
    def percentile_shortfall(self) -> float:
        """Share by which the percentile interval is too narrow: 1 - z SE_plug-in / (t SE).

        By the formula of the level that makes up for it, so also where the few values that so small
        groups have would hide it (Hesterberg 2015, section 4.4).
        """
        from scipy import special

        tail = (1.0 - self.confidence_level) / 2.0
        return 1.0 - float(special.ndtri(tail) / special.ndtri(self.expanded_tail(tail)))

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

        z0 = float(ndtri(self.law.mid_cdf(self.law.mean)))
        shifted = z0 + np.array([1.0, -1.0]) * float(ndtri(tail))
        room = 1 - self.acceleration * shifted
        if (room <= 0).any():
            return None
        return self._quantiles(np.clip(ndtr(z0 + shifted / room), 1e-12, 1 - 1e-12))

    @cached_property
    def _whole(self) -> bool:
        """Whether each group is citizens, so many of them at each value."""
        repeats = [part.probabilities * part.n for part in self.components]
        alike = all(np.allclose(each, np.rint(each), rtol=1e-12, atol=1e-9) for each in repeats)
        return alike and all(len(group) == 1 for group in self.groups)

    def _bayesian(self, tail: float) -> tuple[float, float]:
        citizens = (
            part.sign * np.repeat(part.values, np.rint(part.probabilities * part.n).astype(int))
            for (part,) in self.groups
        )
        law = DirichletLaw(*citizens)
        return law.quantile(tail) + self.shift, law.quantile(1 - tail) + self.shift

    def _weighted(self, generator: Generator, draws: int) -> Interval:
        means = weighted_means(self.components, generator, draws)
        tails = (1 - self.confidence_level) / 2, (1 + self.confidence_level) / 2
        low, high = (np.quantile(means, tails) + self.shift).tolist()
        error = quantile_error(means, tails[0]), quantile_error(means, tails[1])
        return Interval(low, high, self.confidence_level, "bayesian", self.reason, error)

    def _anderson(self, tail: float) -> tuple[float, float]:
        """A limit on each side of each group, the error shared among them (Bonferroni)."""
        low = high = self.shift
        for (part,), support, sign in zip(self.groups, self.support or (), (1, -1), strict=False):
            ends = mean_limits(part, support, tail / len(self.groups))
            low, high = low + sign * ends[sign < 0], high + sign * ends[sign > 0]
        return low, high

    def _studentized(self, generator: Generator, draws: int) -> Interval:
        t, dropped = replicated_t(self.components, generator, draws)
        tail = (1 - self.confidence_level) / 2
        if t.size < 100:
            return self._unavailable("studentized", "no-replicate", dropped)
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

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not available is None."""
        return {
            "estimate": self.estimate,
            "standard_error": or_none(self.standard_error),
            "citizens": list(self.sizes),
            "intervals": [self.interval(method).to_dict() for method in DEFAULTS],
            "probability_positive": or_none(self.probability_positive),
            "certificate": self.certificate,
            "resolution": self.resolution,
            "reason": self.reason,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row per default method: method, level, low, high, reason."""
        import pandas as pd

        return pd.DataFrame([self.interval(method).to_dict() for method in DEFAULTS])

    def summary(self, lang: Lang = "en") -> str:
        """Say the estimate, its standard error and the default intervals, a line each."""
        text = language(lang)
        sizes = text("stats.against").join(map(str, self.sizes))
        what = "mean" if len(self.groups) == 1 else "difference"
        estimate = text.significant(self.estimate)
        lines = [text(f"stats.{what}", sizes=sizes, estimate=estimate)]
        if math.isfinite(self.standard_error):
            error = text.significant(self.standard_error)
            lines.append(f"{text('stats.label.standard_error')}: {error}")
        return "\n".join([*lines, *(self.interval(m).heading(lang) for m in DEFAULTS)])


def bootstrap_mean_difference(
    x: ArrayLike,
    y: ArrayLike | None = None,
    *,
    confidence_level: float = 0.95,
    support: Support | None = None,
) -> MeanEstimate:
    """Return the exact bootstrap of mean(x) - mean(y), or of mean(x) alone.

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)
        One number per citizen, in kr. or any one unit; resampled within their own group.
    confidence_level : float
        Between 0 and 1, ends excluded.
    support : tuple of float, optional
        Smallest and largest value there can be in either group, known beforehand and not read off
        the values: what the interval "anderson" needs.

    Returns
    -------
    MeanEstimate
        Nothing is computed before it is asked for. Its interval "expanded" is Hesterberg's (2015),
        section 4.4; its law is `gevinst.stats.mean.law`.

    Raises
    ------
    ValueError
        Values that are not finite numbers, an empty group, a level outside (0, 1), values outside
        the support.

    Examples
    --------
    >>> import gevinst as gv
    >>> x, y = [0, 0, 51_000, 12_000], [0, 4_000, 0, 0, 9_000]
    >>> result = gv.stats.bootstrap_mean_difference(x, y)
    >>> result.estimate
    13150.0
    """
    level = level_of(confidence_level)
    groups = [as_numbers(x, "x")] + ([] if y is None else [as_numbers(y, "y")])
    parts = [Component.of(group) for group in groups]
    if support is not None:
        for part in parts:
            mean_limits(part, support, 0.5)  # says what lies outside, before anything is asked
    known = None if support is None else (support,) * len(parts)
    return MeanEstimate(tuple((part,) for part in parts), level, support=known)


def or_none(value: float) -> float | None:
    """Return a number, or None where there is none."""
    return value if math.isfinite(value) else None


def _moment(part: Component, order: int) -> float:
    """Central moment of one component's values."""
    mean = float(part.probabilities @ part.values)
    return float(part.probabilities @ (part.values - mean) ** order)
