"""What another sample would do to a mean, or to a difference of means, that one sample has given.

Everything is closed: the estimate of the first sample, and the variance of one citizen of each
group, stand for what is believed before the second is seen. Variances are taken as known, so
chances are normal; only a half width is Student's, as the interval that it is half of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gevinst.stats.mean.estimate import MeanEstimate
from gevinst.stats.mean.widening import Sampled, effective_degrees_of_freedom

__all__ = ["Design"]

_ROUNDING = 1e-12
_FEWEST = 2
"""Citizens of a group whose spread can be told."""


@dataclass(frozen=True)
class Design:
    """A sample that was seen, as the ground of one that is planned.

    Parameters
    ----------
    estimate : float
        Mean of the first group less that of the second, or of the one there is.
    variances : tuple of float
        Of one citizen of each group, in the square of the estimate's unit.
    sizes : tuple of int
        Citizens seen in each group.
    confidence_level : float
        Of the intervals, and one less the two-sided level of the tests.
    """

    estimate: float
    variances: tuple[float, ...]
    sizes: tuple[int, ...]
    confidence_level: float

    @classmethod
    def of(cls, found: MeanEstimate) -> Design:
        """Take an estimate, with variances of n - 1; one that is zero but for rounding is zero."""
        squared = zip(found.squared_errors, found.sizes, strict=True)
        variances = tuple(error * n for error, n in squared)
        zero = abs(found.estimate) <= _ROUNDING * found.standard_error
        estimate = 0.0 if zero else found.estimate
        return cls(estimate, variances, found.sizes, found.confidence_level)

    @property
    def seen(self) -> float:
        """Variance of the estimate that was seen."""
        return self.variance(self.sizes)

    def variance(self, sizes: Sequence[float]) -> float:
        """Variance of an estimate from so many citizens of each group."""
        return math.fsum(v / n for v, n in zip(self.variances, sizes, strict=True))

    def each(self, citizens: float) -> tuple[float, ...]:
        """So many citizens of every group."""
        return (citizens,) * len(self.sizes)

    @property
    def alike(self) -> float:
        """Citizens of each group, as many in one as in the other, that tell as much as those seen.

        Infinite where there is no spread.
        """
        return math.fsum(self.variances) / self.seen if self.seen else math.inf

    def half_width(self, sizes: Sequence[float]) -> float:
        """Half of Welch's interval from so many citizens of each group, who differ as those seen.

        Degrees of freedom are Welch-Satterthwaite's.
        """
        return self._half([v / n for v, n in zip(self.variances, sizes, strict=True)], sizes)

    def new_group(self, sizes: Sequence[float]) -> float:
        """Half of the interval for the difference that a new sample of so many would itself show.

        Around the estimate. The variance of the new sample adds to that of the first.
        """
        each = zip(self.variances, self.sizes, sizes, strict=True)
        return self._half([v * (1.0 / n + 1.0 / m) for v, n, m in each], self.sizes)

    def _half(self, variances: Sequence[float], sizes: Sequence[float]) -> float:
        from scipy.special import stdtrit

        variance = math.fsum(variances)
        if not variance:
            return 0.0
        parts = [Sampled(v, n - 1, int(n)) for v, n in zip(variances, sizes, strict=True)]
        freedom = effective_degrees_of_freedom(variance, parts)
        return float(stdtrit(freedom, (1.0 + self.confidence_level) / 2.0)) * math.sqrt(variance)

    def moved(self, more: int) -> float:
        """Standard deviation of what so many more citizens of each group move the estimate by.

        With theta ~ N(estimate, V/n) the mean of m more is around the estimate with variance
        V (1/n + 1/m) and counts for m/(n + m): in all V (1/n + 1/m) (m/(n + m))^2, which is what
        the variance falls by, V/n - V/(n + m). None move it by nothing, and infinitely many by the
        standard error.
        """
        pairs = zip(self.variances, self.sizes, strict=True)
        return math.sqrt(math.fsum(v * more / (n * (n + more)) for v, n in pairs))

    def turned(self, more: int) -> float:
        """Probability that so many more citizens of each group turn the estimate's sign.

        NaN where the estimate is zero and has none.
        """
        from scipy.special import ndtr

        if not self.estimate:
            return math.nan
        moved = self.moved(more)
        return float(ndtr(-abs(self.estimate) / moved)) if moved else 0.0

    def assurance(self, sizes: Sequence[float]) -> tuple[float, float]:
        """Probability that a new sample of so many shows a gain, and that it shows a loss.

        That is: that the whole interval of the new sample, by itself, lies above zero, or below it.
        It is the power averaged over what is believed of the true difference, N(d, s^2), d the
        estimate and s its standard error: Phi((d - z t) / sqrt(s^2 + t^2)) with t the standard
        error of the new sample.

        References
        ----------
        O'Hagan, Stevens & Campbell (2005), Pharmaceutical Statistics 4(3), 187-201, section 3: the
        assurance of a normal prior and a known variance.
        """
        return self._shown(self.variance(sizes), self.seen)

    def power(self, sizes: Sequence[float]) -> tuple[float, float]:
        """Return the same, were the true difference the estimate itself: no doubt about it."""
        return self._shown(self.variance(sizes), 0.0)

    def _shown(self, sampling: float, prior: float) -> tuple[float, float]:
        from scipy.special import ndtr

        spread = math.sqrt(sampling + prior)
        if not spread:
            return float(self.estimate > 0.0), float(self.estimate < 0.0)
        beyond = self._z * math.sqrt(sampling)
        gain, loss = ((sign * self.estimate - beyond) / spread for sign in (1.0, -1.0))
        return float(ndtr(gain)), float(ndtr(loss))

    def detectable(self, power: float, sizes: Sequence[float]) -> float:
        """Smallest true difference that a sample of so many shows with so much power.

        (z_a + z_b) times the standard error: z_a of the two-sided level, z_b of the power.
        """
        return self._detected(power) * math.sqrt(self.variance(sizes))

    def citizens(self, power: float, difference: float) -> int:
        """Citizens of each group for a sample to show a true difference with so much power."""
        each = self._detected(power) ** 2 * math.fsum(self.variances) / difference**2
        return max(math.ceil(each), _FEWEST)

    def _detected(self, power: float) -> float:
        from scipy.special import ndtri

        return self._z + float(ndtri(power))

    @property
    def _z(self) -> float:
        from scipy.special import ndtri

        return float(ndtri((1.0 + self.confidence_level) / 2.0))
