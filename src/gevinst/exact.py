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
gives P(X < t) + P(X = t) / 2, which differs by less than its certificate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gevinst.lattice import as_numbers, on_a_step
from gevinst.series import Series, fit_series

__all__ = ["Component", "MeanLaw", "difference_law", "mean_law"]

Floats = NDArray[np.float64]

_FEW_ATOMS = 20_000  # enumerated at once
_SMALL_LATTICE = 2**14  # cells: as fast as the series, and exact
_LARGE_LATTICE = 2**23  # cells: about a second; only where the series is not sure
_SURE = 1e-6  # a certificate below this is small


@dataclass(frozen=True, slots=True)
class Component:
    """A signed mean of ``n`` independent draws from one discrete distribution.

    Attributes
    ----------
    values : ndarray, shape (d,)
        Distinct values, in kr. or any one unit.
    probabilities : ndarray, shape (d,)
        Sum to one.
    n : int
        Number of draws, at least one.
    sign : {1, -1}
        Whether the mean is added or subtracted.
    """

    values: Floats
    probabilities: Floats
    n: int
    sign: int = 1

    @classmethod
    def of(cls, x: Floats, sign: int = 1) -> Component:
        """Return the resampled mean of one group of citizens."""
        values, counts = np.unique(x, return_counts=True)
        return cls(values, counts / x.size, x.size, sign)

    def cumulant_generating(self, s: float) -> tuple[float, float, float]:
        """Return K(s) of the signed mean and its first two derivatives."""
        z = (self.sign * s / self.n) * self.values
        top = float(z.max())
        weights = self.probabilities * np.exp(z - top)
        total = float(weights.sum())
        weights = weights / total
        mean = float(weights @ self.values)
        variance = float(weights @ (self.values - mean) ** 2)
        return self.n * (math.log(total) + top), self.sign * mean, variance / self.n


def mean_law(x: object) -> MeanLaw:
    """Return the bootstrap law of the mean of ``x`` (shape (n,)).

    Raises
    ------
    ValueError
        Values that are not finite numbers, or no value.
    """
    return MeanLaw([Component.of(as_numbers(x, "x"))])


def difference_law(x: object, y: object) -> MeanLaw:
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
        Bound of the error of ``cdf``: 0 for a point, rounding for atoms, and for a series the
        dropped terms, sum of abs(phi_k) / (pi k), over the frequencies looked at, plus the
        aliasing (Chernoff bound of the mass outside the period). Details finer than
        ``resolution`` belong to frequencies that were not looked at.
    resolution : float
        In the unit of the values; 0 for atoms.
    """

    components: Sequence[Component]
    mean: float = field(init=False)
    sd: float = field(init=False)

    def __post_init__(self) -> None:
        mean = variance = 0.0
        for part in self.components:
            _check(part)
            expected = float(part.probabilities @ part.values)
            spread = float(part.probabilities @ (part.values - expected) ** 2)
            mean += part.sign * expected
            variance += spread / part.n
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "sd", math.sqrt(variance))

    @cached_property
    def _held(self) -> _Atoms | Series | _SeriesOnLattice:
        enumerated = _enumerated_size(self.components)
        if enumerated <= _FEW_ATOMS:
            return _enumerate(self.components)
        lattice = _lattice(self.components)
        if lattice is not None and lattice.cells <= _SMALL_LATTICE:
            return _convolve(lattice)
        series = fit_series(
            [c.values for c in self.components],
            [c.probabilities for c in self.components],
            [(c.n, c.sign) for c in self.components],
        )
        if lattice is None:
            return series
        if series.certificate > _SURE and lattice.cells <= _LARGE_LATTICE:
            return _convolve(lattice)
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
        """Size of the details that a series does not look at, in the unit of the values."""
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

    def saddlepoint_cdf(self, t: float) -> float:
        """Approximate P(X <= t) by the saddlepoint, a cross-check that shares no code.

        Lugannani & Rice (1980), as in Davison & Hinkley (1997), equation 9.29. Relative error of
        some percent far out in the tails; it does not see atoms.
        """
        from scipy.special import ndtr

        low, high = self._support()
        if not low < t < high:
            return float(t >= high)
        if abs(t - self.mean) < 1e-5 * self.sd:  # the formula's limit at the mean
            third = sum(
                c.sign
                * float(c.probabilities @ (c.values - c.probabilities @ c.values) ** 3)
                / c.n**2
                for c in self.components
            )
            return 0.5 + third / (6 * math.sqrt(2 * math.pi) * self.sd**3)
        s, value, curvature = self._saddlepoint(t)
        w = math.copysign(math.sqrt(max(2 * (s * t - value), 0.0)), s)
        u = s * math.sqrt(curvature)
        density = math.exp(-w * w / 2) / math.sqrt(2 * math.pi)
        return float(ndtr(w)) + density * (1 / w - 1 / u)

    def _support(self) -> tuple[float, float]:
        ends = [sorted((c.sign * c.values.min(), c.sign * c.values.max())) for c in self.components]
        return float(sum(e[0] for e in ends)), float(sum(e[1] for e in ends))

    def _cumulant_generating(self, s: float) -> tuple[float, float, float]:
        parts = [c.cumulant_generating(s) for c in self.components]
        return tuple(map(sum, zip(*parts, strict=True)))  # type: ignore[return-value]

    def _saddlepoint(self, t: float) -> tuple[float, float, float]:
        """Solve K'(s) = t by Newton steps inside a bracket; K' is increasing."""
        low, high = -math.inf, math.inf
        s = (t - self.mean) / self.sd**2
        for _ in range(200):
            value, slope, curvature = self._cumulant_generating(s)
            if abs(slope - t) <= 1e-12 * self.sd:
                break
            low, high = (s, high) if slope < t else (low, s)
            step = s + (t - slope) / curvature if curvature > 0 else math.inf
            if not low < step < high or not math.isfinite(step):
                ends = 2 * s if math.isinf(low) or math.isinf(high) else (low + high) / 2
                step = ends
            s = step
        return s, value, curvature


def _check(part: Component) -> None:
    if part.n < 1 or part.sign not in (1, -1) or part.values.size != part.probabilities.size:
        raise ValueError(
            f"component: read n={part.n}, sign={part.sign}, {part.values.size} values and "
            f"{part.probabilities.size} probabilities; write n >= 1, sign 1 or -1, one probability "
            "per value"
        )
    if (part.probabilities < 0).any() or abs(float(part.probabilities.sum()) - 1) > 1e-9:
        raise ValueError(
            f"component: read probabilities that sum to {part.probabilities.sum()}; "
            "write shares between 0 and 1 that sum to 1"
        )


@dataclass(frozen=True, slots=True)
class _Atoms:
    """Possible means in ascending order and the probability of at most each."""

    support: Floats
    cumulated: Floats
    tolerance: float  # two means nearer than this are one
    representation: str
    certificate: float
    resolution: float = 0.0

    def cdf(self, t: Floats, tie: float) -> Floats:
        padded = np.concatenate([[0.0], self.cumulated])
        at_most = padded[np.searchsorted(self.support, t + self.tolerance, side="right")]
        if tie == 1.0:
            return at_most
        below = padded[np.searchsorted(self.support, t - self.tolerance, side="left")]
        return np.asarray(below + tie * (at_most - below), np.float64)

    def quantile(self, p: Floats) -> Floats:
        place = np.searchsorted(self.cumulated, p - 1e-12, side="left")
        return np.asarray(self.support[np.minimum(place, self.support.size - 1)], np.float64)


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


def _enumerated_size(components: Sequence[Component]) -> float:
    size = 1.0
    for part in components:
        size *= math.comb(part.n + part.values.size - 1, part.n)
    return size


def _enumerate(components: Sequence[Component]) -> _Atoms:
    """Enumerate the compositions of every component; sums that agree are merged."""
    support, mass = np.zeros(1), np.ones(1)
    for part in components:
        sums, ways, left = np.zeros(1), np.ones(1), np.full(1, part.n)
        for value, probability in zip(
            part.values.tolist(), part.probabilities.tolist(), strict=True
        ):
            # The last value takes what is left; log-factorials cancel into the multinomial.
            last = value == part.values[-1]
            taken = [np.array([m]) if last else np.arange(m + 1) for m in left.tolist()]
            repeats = [t.size for t in taken]
            k = np.concatenate(taken)
            before = np.repeat(left, repeats)
            factor = probability**k / _factorials(part.n)[k]
            ways = np.repeat(ways, repeats) * factor
            sums = np.repeat(sums, repeats) + k * value
            left = before - k
        ways = ways * _factorials(part.n)[part.n]
        support = np.add.outer(support, part.sign * sums / part.n).ravel()
        mass = np.multiply.outer(mass, ways).ravel()
    return _merged(support, mass)


def _factorials(n: int) -> Floats:
    return np.concatenate([[1.0], np.cumprod(np.arange(1.0, n + 1))])


def _merged(support: Floats, mass: Floats) -> _Atoms:
    order = np.argsort(support)
    support, mass = support[order], mass[order]
    tolerance = 1e-11 * max(float(np.abs(support).max()), float(np.ptp(support)))
    starts = np.flatnonzero(np.concatenate([[True], np.diff(support) > tolerance]))
    merged = np.add.reduceat(mass, starts)
    kind = "point" if starts.size == 1 else "enumerated"
    error = 0.0 if starts.size == 1 else 1e-13
    cumulated = _to_one(merged)
    return _Atoms(support[starts], cumulated, tolerance, kind, error)


def _to_one(mass: Floats) -> Floats:
    # Rounding must not leave a chance beyond the last possible mean.
    cumulated = np.cumsum(mass)
    return np.asarray(cumulated / cumulated[-1], np.float64)


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Components on one step: means are ``origin + step * integer``, integers below ``cells``."""

    weights: tuple[tuple[NDArray[np.int64], Floats, int], ...]
    origin: float
    step: float
    cells: int


def _lattice(components: Sequence[Component]) -> _Lattice | None:
    """Put the components on their common step, or return None when they have none."""
    whole = on_a_step(np.concatenate([c.values for c in components]))
    if whole is None:
        return None
    common = math.lcm(*(c.n for c in components))
    parts, start, offset, cells = [], 0, 0, 1
    steps = []
    for part in components:
        integers = whole.integers[start : start + part.values.size] * part.sign
        start += part.values.size
        lowest = int(integers.min())
        factor = common // part.n
        parts.append(((integers - lowest) * factor, part.probabilities, part.n))
        offset += lowest * factor * part.n
        steps.append(int(np.gcd.reduce((integers - lowest) * factor)))
    divisor = math.gcd(*steps) or 1
    weights = tuple((integers // divisor, p, n) for integers, p, n in parts)
    cells += sum(n * int(integers.max()) for integers, _, n in weights)
    origin = whole.origin * sum(c.sign for c in components) + whole.step * offset / common
    return _Lattice(weights, origin, whole.step * divisor / common, cells)


def _convolve(lattice: _Lattice) -> _Atoms:
    """Raise the generating functions to their powers by one transform."""
    length = 1 << (lattice.cells - 1).bit_length()
    transform = np.ones(length // 2 + 1, np.complex128)
    for integers, probabilities, n in lattice.weights:
        single = np.zeros(length)
        np.add.at(single, integers, probabilities)
        transform *= np.fft.rfft(single) ** n
    mass = np.maximum(np.fft.irfft(transform, length)[: lattice.cells], 0.0)
    support: Floats = lattice.origin + lattice.step * np.arange(float(lattice.cells))
    cumulated = _to_one(mass)
    # Rounding of the transform is of the order eps per cell sum; a thousandfold is generous.
    return _Atoms(support, cumulated, lattice.step * 1e-3, "lattice", 1e-12)
