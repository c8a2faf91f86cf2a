"""The exact bootstrap law of a mean, and of a difference of means, without resampling.

A resampled mean is a sum of independent draws from the observed values, so its characteristic
function is a product of powers. Three representations of the same law, the first that is small:

atoms
    every possible mean with its probability, enumerated, or on the common step of the values by
    convolution (Davison & Hinkley 1997, section 2.3.2); exact, and right at the atoms.
series
    a Fourier series of the distribution function at half-integer frequencies (Davies 1973,
    Biometrika 60, equation 6), with a certificate.

Distribution functions are right-continuous, P(X <= t); a series does not see single atoms and
gives P(X < t) + P(X = t) / 2, and where the values have a common step it is read between the
atoms, so that P(X <= t) is right at them too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats.lattice import as_numbers
from gevinst.stats.mean.atoms import (
    Atoms,
    Component,
    common_lattice,
    convolve,
    enumerate_atoms,
    enumerated_size,
)
from gevinst.stats.mean.series import Series, fit_series

__all__ = ["Component", "MeanLaw", "difference_law", "mean_law"]

Floats = NDArray[np.float64]

_FEW_ATOMS = 20_000  # enumerated at once
_SMALL_LATTICE = 2**16  # cells: two milliseconds, and exact
_MANY_ATOMS = 2**21  # a third of a second; only where the series is not sure
_LARGE_LATTICE = 2**21  # cells: a quarter of a second; likewise
_SURE = 1e-8  # a certificate below this is small


def mean_law(x: ArrayLike) -> MeanLaw:
    """Return the bootstrap law of the mean of ``x`` (shape (n,)).

    Raises
    ------
    ValueError
        Values that are not finite numbers, or no value.
    """
    return MeanLaw([Component.of(as_numbers(x, "x"))])


def difference_law(x: ArrayLike, y: ArrayLike) -> MeanLaw:
    """Return the bootstrap law of mean(x) - mean(y), the groups resampled independently.

    Raises
    ------
    ValueError
        Values that are not finite numbers, or an empty group.
    """
    first, second = as_numbers(x, "x"), as_numbers(y, "y")
    return MeanLaw([Component.of(first), Component.of(second, -1)])


@dataclass(frozen=True)
class MeanLaw:
    """The law of a sum of signed, independent means.

    One component is a mean; two with signs 1 and -1 a difference of means. Under the independent
    coupling of published margins a citizen's start and end are drawn apart, so a group's mean
    change is two components, and the difference between two groups is four.

    Attributes
    ----------
    components : sequence of Component
        At least one.
    representation : {"point", "enumerated", "lattice", "series"}
        How the law is held.
    certificate : float
        Bound c of the error of ``cdf``: 0 for a point, rounding for atoms, and for a series the
        dropped terms, sum of abs(phi_k) / (pi k), over the frequencies looked at, plus the
        aliasing (Chernoff bound of the mass outside the period). It is a statement at the
        ``resolution`` r: the series lies between F(t - r) - c and F(t + r) + c. Atoms that crowd
        within r of each other are frequencies that were not looked at, and F itself may differ
        by their mass.
    resolution : float
        In the unit of the values. Of atoms: the distance within which two are one, 1e-11 of their
        size.
    """

    components: Sequence[Component]
    mean: float = field(init=False)
    sd: float = field(init=False)

    def __post_init__(self) -> None:
        mean = variance = 0.0
        for part in self.components:
            expected = float(part.probabilities @ part.values)
            spread = float(part.probabilities @ (part.values - expected) ** 2)
            mean += part.sign * expected
            variance += spread / part.n
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "sd", math.sqrt(variance))

    @cached_property
    def _held(self) -> Atoms | Series | _SeriesOnLattice:
        enumerated = enumerated_size(self.components)
        if enumerated <= _FEW_ATOMS:
            return enumerate_atoms(self.components)
        lattice = common_lattice(self.components)
        if lattice is not None and lattice.cells <= _SMALL_LATTICE:
            return convolve(lattice)
        series = fit_series(
            [c.values for c in self.components],
            [c.probabilities for c in self.components],
            [(c.n, c.sign) for c in self.components],
        )
        if series.certificate > _SURE:
            if enumerated <= _MANY_ATOMS:
                return enumerate_atoms(self.components)
            if lattice is not None and lattice.cells <= _LARGE_LATTICE:
                return convolve(lattice)
        if lattice is None:
            return series
        return _SeriesOnLattice(series, lattice.origin, lattice.step)

    @property
    def representation(self) -> str:
        """How the law is held."""
        return self._held.representation

    @property
    def certificate(self) -> float:
        """Bound of the error of ``cdf``."""
        return self._held.certificate

    @property
    def resolution(self) -> float:
        """Size of the details that are not told apart, in the unit of the values."""
        return self._held.resolution

    def cdf(self, t: float | Floats) -> Floats:
        """Return P(X <= t), elementwise; an atom at t counts in full."""
        return self._held.cdf(np.asarray(t, np.float64), 1.0)

    def mid_cdf(self, t: float | Floats) -> Floats:
        """Return P(X < t) + P(X = t) / 2, elementwise: ties count half."""
        return self._held.cdf(np.asarray(t, np.float64), 0.5)

    @property
    def probability_positive(self) -> float:
        """P(X > 0): an atom at zero is not positive."""
        return float(1.0 - self.cdf(0.0))

    def quantile(self, p: float | Floats) -> Floats:
        """Return the smallest t with P(X <= t) >= p, elementwise, for 0 < p < 1.

        Where P(X <= t) equals p to within 1e-12 the tie is kept at t.
        """
        level = np.asarray(p, np.float64)
        if not ((level > 0) & (level < 1)).all():
            raise ValueError(f"p: read {p}; write probabilities between 0 and 1, such as 0.025")
        return self._held.quantile(level)


@dataclass(frozen=True, slots=True)
class _SeriesOnLattice:
    """A series read halfway between the points of the lattice, where it is the exact law's.

    Between two points the exact distribution function is flat and the series crosses it in the
    middle, so P(X <= t) is right at the atoms too.
    """

    series: Series
    origin: float
    step: float

    @property
    def representation(self) -> str:
        return "series"

    @property
    def certificate(self) -> float:
        return self.series.certificate

    @property
    def resolution(self) -> float:
        return self.series.resolution

    def cdf(self, t: Floats, tie: float) -> Floats:
        place = (t - self.origin) / self.step
        point = np.rint(place)
        on_point = np.abs(place - point) < 1e-3
        after = np.where(on_point, point, np.floor(place)) + 0.5
        at_most = self.series.cdf(self.origin + self.step * after)
        if tie == 1.0:
            return at_most
        below = self.series.cdf(self.origin + self.step * np.where(on_point, after - 1, after))
        return np.asarray(below + tie * (at_most - below), np.float64)

    def quantile(self, p: Floats) -> Floats:
        place = (self.series.quantile(p) - self.origin) / self.step
        return np.asarray(self.origin + self.step * np.ceil(place - 0.5 - 1e-9), np.float64)
