"""Laws of one number: frozen values with a mean, a spread, and a way to draw.

The mean of a gamma, a lognormal and a PERT is a parameter, so that what is published is what is
expected. None is a normal cut off at zero: a cut moves the mean.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Beta", "Fixed", "Gamma", "Law", "Lognormal", "Normal", "Pert", "Uniform"]

Floats = NDArray[np.float64]


class _Scored(ABC):
    """A distribution of one number, in that number's unit (for a rate kr. per unit).

    A *score* is a standard normal deviate: below the value at score z lies the probability Φ(z).
    """

    @abstractmethod
    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw values, shape (row,)."""

    def at(self, z: ArrayLike) -> Floats:
        """Values at scores, any shape; accurate in both tails."""
        from scipy.special import ndtr

        z = np.asarray(z, np.float64)
        tail, above = np.asarray(ndtr(-np.abs(z))), z > 0.0
        x = np.empty_like(z)
        x[above] = self._from_above(tail[above])
        x[~above] = self._from_below(tail[~above])
        return x

    def score(self, x: ArrayLike) -> Floats:
        """Scores of values, any shape: what `at` takes back to them. Needs a spread."""
        from scipy.special import ndtri

        below, above = self._tails(np.asarray(x, np.float64))
        # A value at the very end of a range would have an infinite score.
        z = np.where(
            below < above, ndtri(np.maximum(below, _LEAST)), -ndtri(np.maximum(above, _LEAST))
        )
        return np.asarray(z, np.float64)

    def quantile(self, p: ArrayLike) -> Floats:
        """Values with probability `p` below them, 0 < p < 1, any shape."""
        from scipy.special import ndtri

        return self.at(ndtri(np.asarray(p, np.float64)))

    @abstractmethod
    def _from_below(self, p: Floats) -> Floats:
        """Values with probability `p` <= 1/2 below them."""

    @abstractmethod
    def _from_above(self, p: Floats) -> Floats:
        """Values with probability `p` <= 1/2 above them."""

    @abstractmethod
    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        """Probabilities below and above values."""


_LEAST = 1e-300


@dataclass(frozen=True)
class Fixed(_Scored):
    """One value.

    Parameters
    ----------
    value : float
        In every draw, to the last bit.
    """

    value: float

    @property
    def mean(self) -> float:
        """The value."""
        return self.value

    @property
    def sd(self) -> float:
        """Zero."""
        return 0.0

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Repeat the value, and leave the generator as it is."""
        return np.full(rows, self.value)

    def _from_below(self, p: Floats) -> Floats:
        return np.full(np.shape(p), self.value)

    _from_above = _from_below

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        raise ValueError("a fixed value has no scores")


@dataclass(frozen=True)
class _Relative(_Scored):
    """A law whose spread is stated relative to its mean."""

    mean: float
    cv: float

    @property
    def sd(self) -> float:
        """Mean times coefficient of variation."""
        return self.mean * self.cv


@dataclass(frozen=True)
class Gamma(_Relative):
    """A gamma with mean m and coefficient of variation c: shape 1/c^2, scale m c^2.

    Parameters
    ----------
    mean, cv : float
        m >= 0 and c > 0.
    """

    @property
    def shape(self) -> float:
        """1/c^2."""
        return float(np.float64(max(self.cv, 1e-150)) ** -2)  # 1/c^2 stays a number

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw by numpy's gamma."""
        return rng.gamma(self.shape, self.mean / self.shape, rows)

    def _from_below(self, p: Floats) -> Floats:
        from scipy.special import gammaincinv

        return np.asarray(gammaincinv(self.shape, p) * (self.mean / self.shape))

    def _from_above(self, p: Floats) -> Floats:
        from scipy.special import gammainccinv

        return np.asarray(gammainccinv(self.shape, p) * (self.mean / self.shape))

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        from scipy.special import gammainc, gammaincc

        scaled = x / (self.mean / self.shape)
        return np.asarray(gammainc(self.shape, scaled)), np.asarray(gammaincc(self.shape, scaled))


@dataclass(frozen=True)
class Lognormal(_Relative):
    """A lognormal with mean m and coefficient of variation c.

    The logarithm has variance σ^2 = ln(1 + c^2) and mean ln m - σ^2/2.

    Parameters
    ----------
    mean, cv : float
        m >= 0 and c > 0.
    """

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return math.sqrt(math.log1p(self.cv**2))

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw by numpy's standard normal."""
        return self._at(rng.standard_normal(rows))

    def _at(self, z: Floats) -> Floats:
        return np.asarray(self.mean * np.exp(self.sigma * z - self.sigma**2 / 2.0))

    def _from_below(self, p: Floats) -> Floats:
        from scipy.special import ndtri

        return self._at(ndtri(p))

    def _from_above(self, p: Floats) -> Floats:
        from scipy.special import ndtri

        return self._at(-ndtri(p))

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        from scipy.special import ndtr

        z = np.log(x / self.mean) / self.sigma + self.sigma / 2.0
        return ndtr(z), ndtr(-z)


@dataclass(frozen=True)
class Pert(_Scored):
    """A PERT with least a, most b and mean m: a Beta law stretched from a to b.

    With mode o = (6m - a - b)/4 the mean is (a + 4o + b)/6, as in PERT, and the parameters
    1 + 4(o - a)/(b - a) and 1 + 4(b - o)/(b - a) are 6(m - a)/(b - a) and 6(b - m)/(b - a). They
    add to 6, so the variance is (m - a)(b - m)/7; it is not PERT's rule of thumb (b - a)^2/36.

    Parameters
    ----------
    mean, low, high : float
        a < b, and a mode between them.

    References
    ----------
    Malcolm, Roseboom, Clark & Fazar (1959), Operations Research 7(5), 646-669; Clark (1962), The
    PERT model for the distribution of an activity time, Operations Research 10(3), 405-406.
    """

    mean: float
    low: float
    high: float

    @property
    def mode(self) -> float:
        """The most likely value."""
        return (6.0 * self.mean - self.low - self.high) / 4.0

    @property
    def sd(self) -> float:
        """Root of (m - a)(b - m)/7."""
        return math.sqrt((self.mean - self.low) * (self.high - self.mean) / 7.0)

    @property
    def parameters(self) -> tuple[float, float]:
        """Parameters of the Beta law."""
        width = self.high - self.low
        return 6.0 * (self.mean - self.low) / width, 6.0 * (self.high - self.mean) / width

    @property
    def possible(self) -> bool:
        """Whether the mode lies between least and most, but for rounding."""
        return min(self.parameters) > 1.0 - 1e-9

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw by numpy's beta."""
        return self.low + (self.high - self.low) * rng.beta(*self.parameters, size=rows)

    def _from_below(self, p: Floats) -> Floats:
        from scipy.special import betaincinv

        a, b = self.parameters
        return np.asarray(self.low + (self.high - self.low) * betaincinv(a, b, p))

    def _from_above(self, p: Floats) -> Floats:
        from scipy.special import betaincinv

        a, b = self.parameters
        return np.asarray(self.high - (self.high - self.low) * betaincinv(b, a, p))

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        from scipy.special import betainc

        a, b = self.parameters
        part = np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(betainc(a, b, part)), np.asarray(betainc(b, a, 1.0 - part))


@dataclass(frozen=True)
class Beta(_Scored):
    """A Beta law of a share, by its mean and what it is worth: parameters m w and (1 - m) w.

    Parameters
    ----------
    mean : float
        0 < mean < 1.
    worth : float
        How many citizens seen the share is worth.
    """

    mean: float
    worth: float

    @property
    def sd(self) -> float:
        """Root of m(1 - m)/(w + 1)."""
        return math.sqrt(self.mean * (1.0 - self.mean) / (self.worth + 1.0))

    @property
    def parameters(self) -> tuple[float, float]:
        """Parameters of the law."""
        return self.mean * self.worth, (1.0 - self.mean) * self.worth

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw by numpy's beta."""
        return rng.beta(*self.parameters, size=rows)

    def _from_below(self, p: Floats) -> Floats:
        from scipy.special import betaincinv

        return np.asarray(betaincinv(*self.parameters, p))

    def _from_above(self, p: Floats) -> Floats:
        from scipy.special import betaincinv

        a, b = self.parameters
        return np.asarray(1.0 - betaincinv(b, a, p))

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        from scipy.special import betainc

        a, b = self.parameters
        return np.asarray(betainc(a, b, x)), np.asarray(betainc(b, a, 1.0 - x))


@dataclass(frozen=True)
class Uniform(_Scored):
    """Any value between two bounds, each as likely; its mean is their middle.

    Parameters
    ----------
    low, high : float
        low < high.
    """

    low: float
    high: float

    @property
    def mean(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2.0

    @property
    def sd(self) -> float:
        """The width over the root of 12."""
        return (self.high - self.low) / math.sqrt(12.0)

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw by numpy's uniform."""
        return rng.uniform(self.low, self.high, rows)

    def _from_below(self, p: Floats) -> Floats:
        return self.low + (self.high - self.low) * p

    def _from_above(self, p: Floats) -> Floats:
        return self.high - (self.high - self.low) * p

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        width = self.high - self.low
        return (x - self.low) / width, (self.high - x) / width


@dataclass(frozen=True)
class Normal(_Scored):
    """A normal law: of a mean, and of no price, which it would let fall below zero.

    Parameters
    ----------
    mean, sd : float
        sd > 0.
    """

    mean: float
    sd: float

    def draw(self, rng: np.random.Generator, rows: int) -> Floats:
        """Draw by numpy's standard normal."""
        return self.mean + self.sd * rng.standard_normal(rows)

    def _from_below(self, p: Floats) -> Floats:
        from scipy.special import ndtri

        return np.asarray(self.mean + self.sd * ndtri(p))

    def _from_above(self, p: Floats) -> Floats:
        from scipy.special import ndtri

        return np.asarray(self.mean - self.sd * ndtri(p))

    def _tails(self, x: Floats) -> tuple[Floats, Floats]:
        from scipy.special import ndtr

        z = (x - self.mean) / self.sd
        return ndtr(z), ndtr(-z)


Law = Beta | Fixed | Gamma | Lognormal | Normal | Pert | Uniform
"""Each has a `mean` and an `sd`, draws, and knows its values by score and by probability."""
