"""Exact laws of sums of means as lists of atoms: every possible mean and its probability.

Two ways to the same list. Enumeration goes through the compositions of n over the distinct values,
and needs few of both; convolution on the common step of the values raises a generating function to
the n-th power (Davison & Hinkley 1997, section 2.3.2), and needs a step that is coarse.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.lattice import equal_but_for_rounding, on_a_step

__all__ = [
    "Atoms",
    "Component",
    "Lattice",
    "common_lattice",
    "convolve",
    "enumerate_atoms",
    "enumerated_size",
]

Floats = NDArray[np.float64]


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

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def of(cls, x: Floats, sign: int = 1, *, counts: Floats | None = None) -> Component:
        """Return the resampled mean of one group of citizens, of whom so many have each value.

        Values that are equal but for rounding are one: they hold no spread.
        """
        if counts is None:
            counts = np.ones(x.size)
        values, place = np.unique(x, return_inverse=True)
        each = np.bincount(place, weights=counts, minlength=values.size)
        n = round(float(each.sum()))
        values, each = values[each > 0], each[each > 0]
        if equal_but_for_rounding(values):
            values, each = values[:1], each.sum(keepdims=True)
        return cls(values, each / n, n, sign)


@dataclass(frozen=True, slots=True)
class Atoms:
    """Possible means in ascending order and the probability of at most each.

    Attributes
    ----------
    support, cumulated : ndarray, shape (k,)
        Means in the unit of the values; probabilities, the last one 1.
    resolution : float
        Two means nearer than this are one; nothing else is smoothed.
    representation : {"point", "enumerated", "lattice"}
        How the list was made.
    certificate : float
        Bound of the rounding in ``cumulated``.
    """

    support: Floats
    cumulated: Floats
    resolution: float
    representation: str
    certificate: float

    def cdf(self, t: Floats, tie: float) -> Floats:
        """Return P(X < t) + tie P(X = t)."""
        padded = np.concatenate([[0.0], self.cumulated])
        at_most = padded[np.searchsorted(self.support, t + self.resolution, side="right")]
        if tie == 1.0:
            return at_most
        below = padded[np.searchsorted(self.support, t - self.resolution, side="left")]
        return np.asarray(below + tie * (at_most - below), np.float64)

    def quantile(self, p: Floats) -> Floats:
        """Return the smallest mean with P(X <= t) >= p, less 1e-12."""
        place = np.searchsorted(self.cumulated, p - 1e-12, side="left")
        return np.asarray(self.support[np.minimum(place, self.support.size - 1)], np.float64)


def enumerated_size(components: Sequence[Component]) -> float:
    """Return the number of compositions, before sums that agree are merged."""
    sizes = [(part.n, part.values.size) for part in components]
    log = sum(math.lgamma(n + d) - math.lgamma(n + 1) - math.lgamma(d) for n, d in sizes)
    if log > 700.0:  # no float holds so many
        return math.inf
    return float(math.prod(math.comb(n + d - 1, n) for n, d in sizes))


def enumerate_atoms(components: Sequence[Component]) -> Atoms:
    """Enumerate the compositions of every component; sums that agree are merged."""
    from scipy.special import xlogy

    support, mass = np.zeros(1), np.ones(1)
    for part in components:
        counts, large = np.arange(part.n + 1), part.n > _MOST_FACTORIAL
        sums, ways, left = np.zeros(1), np.ones(1), np.full(1, part.n)
        logs = np.zeros(1)  # of ways, where factorials are no floats
        for value, probability in zip(
            part.values.tolist(), part.probabilities.tolist(), strict=True
        ):
            # The last value takes what is left; log-factorials cancel into the multinomial.
            last = value == part.values[-1]
            repeats = np.ones_like(left) if last else left + 1
            before = np.repeat(left, repeats)
            k = before
            if not last:
                k = np.arange(before.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
            if large:
                logs = np.repeat(logs, repeats) + (xlogy(counts, probability) - _logs(counts))[k]
            else:
                factor = probability**counts / _factorials(part.n)
                ways = np.repeat(ways, repeats) * factor[k]
            sums = np.repeat(sums, repeats) + k * value
            left = before - k
        ways = np.exp(logs + _logs(counts)[-1]) if large else ways * _factorials(part.n)[part.n]
        support = np.add.outer(support, part.sign * sums / part.n).ravel()
        mass = np.multiply.outer(mass, ways).ravel()
    return _merged(support, mass)


_MOST_FACTORIAL = 170
"""No larger number has a factorial that is a float."""


def _logs(counts: NDArray[np.int64]) -> Floats:
    """Logarithms of factorials."""
    from scipy.special import gammaln

    return np.asarray(gammaln(counts + 1.0), np.float64)


def _factorials(n: int) -> Floats:
    return np.concatenate([[1.0], np.cumprod(np.arange(1.0, n + 1))])


def _merged(support: Floats, mass: Floats) -> Atoms:
    order = np.argsort(support)
    support, mass = support[order], mass[order]
    apart = _apart(support)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(support) > apart]))
    merged = np.add.reduceat(mass, starts)
    kind = "point" if starts.size == 1 else "enumerated"
    error = 0.0 if starts.size == 1 else 1e-13
    cumulated = _to_one(merged)
    return Atoms(support[starts], cumulated, apart, kind, error)


def _apart(support: Floats) -> float:
    """How far apart two means are at least, given what sums of so large numbers lose."""
    return 1e-11 * max(float(np.abs(support).max()), float(np.ptp(support)))


def _to_one(mass: Floats) -> Floats:
    # Rounding must not leave a chance beyond the last possible mean.
    cumulated = np.cumsum(mass)
    return np.asarray(cumulated / cumulated[-1], np.float64)


@dataclass(frozen=True, slots=True)
class Lattice:
    """Components on one step: means are ``origin + step * integer``, integers below ``cells``."""

    weights: tuple[tuple[NDArray[np.int64], Floats, int], ...]
    origin: float
    step: float
    cells: int


def common_lattice(components: Sequence[Component]) -> Lattice | None:
    """Put the components on their common step, or return None when they have none.

    Each has an origin of its own: what is added to all values of one moves its mean and no more.
    """
    lowest = [float(c.values.min()) for c in components]
    whole = on_a_step(
        np.concatenate([c.values - low for c, low in zip(components, lowest, strict=True)]),
        max(float(np.abs(c.values).max()) for c in components),
    )
    if whole is None:
        return None
    common = math.lcm(*(c.n for c in components))
    parts, start, offset, cells = [], 0, 0, 1
    steps = []
    for part in components:
        integers = whole.integers[start : start + part.values.size] * part.sign
        start += part.values.size
        least = int(integers.min())
        factor = common // part.n
        parts.append(((integers - least) * factor, part.probabilities, part.n))
        offset += least * factor * part.n
        steps.append(int(np.gcd.reduce((integers - least) * factor)))
    divisor = math.gcd(*steps) or 1
    weights = tuple((integers // divisor, p, n) for integers, p, n in parts)
    cells += sum(n * int(integers.max()) for integers, _, n in weights)
    origin = sum(c.sign * low for c, low in zip(components, lowest, strict=True))
    origin += whole.step * offset / common
    return Lattice(weights, origin, whole.step * divisor / common, cells)


def convolve(lattice: Lattice) -> Atoms:
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
    apart = min(_apart(support), lattice.step * 1e-3)
    return Atoms(support, cumulated, apart, "lattice", 1e-12)


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
