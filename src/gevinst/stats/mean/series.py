"""Fourier series of the distribution function of a sum of means, for one or many data sets.

On half-integer frequencies w_j = (2j + 1) pi / P the square wave of half-period P gives

    F(t) = 1/2 + sum_j Im( exp(i w_j (t - mean)) conj(phi(w_j)) ) / (pi (j + 1/2))

without a constant to determine; its only error besides truncation is the mass further than P from
t (Davies 1973, equations 5 and 6). P comes from Chernoff bounds with the law's own cumulant
generating function, so that mass is below 2e-13 and no guess about tails is made.

Leading axes of the values are data sets: a coverage study inverts thousands of laws at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Series", "fit_series"]

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_OUTSIDE = 1e-13  # mass allowed beyond each end of the period
_LOOKED_AT = 4096  # frequencies of one law; 64 x 64, by the outer product of powers
_LOOKED_AT_BATCH = 128  # for many laws of some citizens
_FEW = 20  # citizens; fewer repeat themselves further out, so a batch looks there too
_WORTH_KEEPING = 1e-11
_GRID = 256


@dataclass(frozen=True)
class Series:
    """Distribution functions as Fourier series; leading axes ``batch`` are data sets.

    Attributes
    ----------
    mean : ndarray, shape batch
        Centre of each law.
    low, high : ndarray, shape batch
        Chernoff limits: the law has less than 1e-13 beyond each.
    weights : ndarray, shape (*batch, terms)
        conj(phi_j) / (pi (j + 1/2)).
    bounds : ndarray, shape batch
        Bound of each law's error: dropped terms looked at, plus aliasing.
    resolution : float
        Width of the details beyond the last frequency looked at, in the unit of the values.
    """

    mean: Floats
    low: Floats
    high: Floats
    weights: Complexes
    bounds: Floats
    resolution: float
    representation: str = "series"

    @property
    def certificate(self) -> float:
        """Largest bound; see `gevinst.stats.mean.law.MeanLaw`."""
        return float(np.max(self.bounds))

    @property
    def _unit(self) -> Floats:
        return np.asarray(math.pi / (self.high - self.low), np.float64)

    def cdf(self, t: Floats, tie: float = 0.5) -> Floats:
        """Return P(X <= t): t has the batch's shape plus any trailing axes (tie is not seen)."""
        value, _ = self._value_and_density(self._behind(t))
        return np.clip(value, 0.0, 1.0)

    def _behind(self, t: Floats) -> Floats:
        # Beyond the Chernoff limits the series would repeat itself; the law is 0 or 1 there.
        extra = (1,) * (t.ndim - self.mean.ndim)
        shape = self.mean.shape + extra
        return np.clip(t, self.low.reshape(shape), self.high.reshape(shape))

    def _value_and_density(self, t: Floats) -> tuple[Floats, Floats]:
        extra = (1,) * (t.ndim - self.mean.ndim)
        centre = self.mean.reshape(self.mean.shape + extra)
        unit = self._unit.reshape(self.mean.shape + extra)
        terms = self.weights.shape[-1]
        weights = self.weights.reshape((*self.mean.shape, *extra, terms))
        odd = 2.0 * np.arange(terms) + 1.0
        angle = unit * (t - centre)
        turned = np.exp(1j * angle[..., None] * odd) * weights
        value = 0.5 + turned.imag.sum(axis=-1)
        density = unit * (turned.real @ odd)
        return value, density

    def quantile(self, p: Floats) -> Floats:
        """Return t with P(X <= t) = p; p has the batch's shape plus any trailing axes.

        A table on a grid brackets each quantile, cubic Hermite interpolation starts it, Newton
        steps inside the bracket finish it to 1e-12 of the period.
        """
        levels = p.reshape((*self.mean.shape, -1))
        left, right, t = self._brackets(levels)
        for _ in range(60):
            value, density = self._value_and_density(t)
            gap = value - levels
            left, right = np.where(gap < 0, t, left), np.where(gap < 0, right, t)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = t - gap / density
            # A point on a bracket's end may be the root itself: keep it.
            inside = (step >= left) & (step <= right)
            step = np.where(inside, step, (left + right) / 2)
            # Newton squares the error: after a step of 1e-7 of the period the next is below 1e-12.
            small = np.where(inside, 1e-7, 1e-12) * (self.high - self.low)[..., None]
            done = np.abs(step - t) <= small
            t = step
            if done.all():
                break
        return np.asarray(t.reshape(p.shape), np.float64)

    @cached_property
    def table(self) -> tuple[Floats, Floats, Floats]:
        """Grid points, distribution and density on a grid, by one transform per data set."""
        terms = self.weights.shape[-1]
        size = max(_GRID, 1 << (terms - 1).bit_length())
        span = (self.high - self.low)[..., None]
        points = self.low[..., None] + span * (np.arange(size) / size)
        # exp(i w_j (t_m - mean)) = exp(i w_j (low - mean)) exp(i pi m / N) exp(2 pi i j m / N)
        odd = 2.0 * np.arange(terms) + 1.0
        phase = self._unit * (self.low - self.mean)
        turned = self.weights * np.exp(1j * phase[..., None] * odd)
        half = np.exp(1j * math.pi * np.arange(size) / size)
        value = 0.5 + (np.fft.ifft(turned, size, axis=-1) * half).imag * size
        density = (np.fft.ifft(turned * odd, size, axis=-1) * half).real * size
        return points, value, density * self._unit[..., None]

    def _brackets(self, levels: Floats) -> tuple[Floats, Floats, Floats]:
        points, value, density = self.table
        width = points[..., 1] - points[..., 0]
        # The law is not below its running maximum; ripples of rounding size are ironed out.
        rising = np.maximum.accumulate(value, axis=-1)
        place = (rising[..., None, :] < levels[..., None]).sum(axis=-1) - 1
        place = np.clip(place, 0, value.shape[-1] - 2)
        f0, f1, d0, d1 = (
            np.take_along_axis(a, place + k, -1) for a in (value, density) for k in (0, 1)
        )
        left = np.take_along_axis(points, place, -1)
        share = _hermite_root(f0, f1, d0, d1, levels, width[..., None])
        end = np.where(place == value.shape[-1] - 2, self.high[..., None], left + width[..., None])
        slack = 0.5 * width[..., None]
        return left - slack, end + slack, left + share * width[..., None]


def _hermite_root(f0: Floats, f1: Floats, d0: Floats, d1: Floats, p: Floats, h: Floats) -> Floats:
    """Share of the cell at which the cubic through values and slopes reaches p."""
    rise = np.where(f1 > f0, f1 - f0, 1.0)
    u = np.clip((p - f0) / rise, 0.0, 1.0)
    m0, m1 = d0 * h, d1 * h
    for _ in range(3):
        value = f0 + u * (m0 + u * (3 * (f1 - f0) - 2 * m0 - m1 + u * (2 * (f0 - f1) + m0 + m1)))
        slope = m0 + u * (2 * (3 * (f1 - f0) - 2 * m0 - m1) + 3 * u * (2 * (f0 - f1) + m0 + m1))
        u = np.clip(u - (value - p) / np.where(slope > 0, slope, 1.0), 0.0, 1.0)
    return np.asarray(u, np.float64)


def fit_series(
    values: Sequence[Floats],
    probabilities: Sequence[Floats | None],
    means: Sequence[tuple[int, int]],
) -> Series:
    """Fit the series of a sum of signed means of draws from discrete distributions.

    Parameters
    ----------
    values : sequence of ndarray, each shape (*batch, d)
        Values of each component, any one unit; the batch is common, d need not be.
    probabilities : sequence of ndarray or None, shapes as values
        None for equal probabilities, as in the bootstrap of a sample.
    means : sequence of (n, sign)
        Number of draws and sign of each component's mean.

    Returns
    -------
    Series
    """
    batch = values[0].shape[:-1]
    parts = []
    mean = np.zeros(batch)
    variance = np.zeros(batch)
    for v, p, (n, sign) in zip(values, probabilities, means, strict=True):
        shares = np.full(v.shape[-1], 1.0 / v.shape[-1]) if p is None else p
        expected = (v * shares).sum(axis=-1)
        centred = (v - expected[..., None]) * (sign / n)
        mean = mean + sign * expected
        variance = variance + n * (centred**2 * shares).sum(axis=-1)
        parts.append((centred, shares, n))
    below, above = _chernoff_limits(parts, np.sqrt(variance))
    unit = math.pi / (above + below)
    looked_at = _LOOKED_AT
    if batch:
        looked_at = _LOOKED_AT_BATCH * (8 if min(n for n, _ in means) < _FEW else 1)
    phi = _characteristic(parts, np.asarray(unit), looked_at)
    weights = np.conj(phi) / (math.pi * (np.arange(looked_at) + 0.5))
    size = np.abs(weights)
    rest = size[..., ::-1].cumsum(axis=-1)[..., ::-1]
    # Where nothing is small at the end half is kept, so that the rest can tell; a batch is not
    # held up by such data sets, which have large bounds and are for another representation.
    half = looked_at // 2
    decaying = rest[..., half] <= _WORTH_KEEPING
    kept = int((rest[decaying] > _WORTH_KEEPING).sum(axis=-1).max()) if decaying.any() else half
    kept = max(kept, 1)
    finest = float(np.max((above + below) / looked_at))
    return Series(
        np.asarray(mean),
        np.asarray(mean - below),
        np.asarray(mean + above),
        np.ascontiguousarray(weights[..., :kept]),
        np.asarray(rest[..., kept] + 2 * _OUTSIDE),
        finest,
    )


_Parts = Sequence[tuple[Floats, Floats, int]]


def _chernoff_limits(parts: _Parts, sd: Floats) -> tuple[Floats, Floats]:
    """Distances below and above the mean beyond which each tail is below `_OUTSIDE`.

    P(X - mean > a) <= exp(K(s) - s a) for every s > 0, so a = (K(s) - log eps) / s does; the best
    of s = 1, 2, 4, 8 standard units is near the optimum, and squaring gets one from another.
    """
    rate = 1.0 / sd
    growth = [np.exp(rate[..., None] * centred) for centred, _, _ in parts]
    below = above = np.full(np.shape(sd), np.inf)
    for doubling in range(4):
        s = rate * 2.0**doubling
        if doubling:
            growth = [g * g for g in growth]
        up = down = np.zeros(np.shape(sd))
        for g, (_, shares, n) in zip(growth, parts, strict=True):
            up = up + n * np.log((g * shares).sum(axis=-1))
            down = down + n * np.log((shares / g).sum(axis=-1))
        above = np.minimum(above, (up - math.log(_OUTSIDE)) / s)
        below = np.minimum(below, (down - math.log(_OUTSIDE)) / s)
    return below, above


def _characteristic(parts: _Parts, unit: Floats, count: int) -> Complexes:
    """Characteristic function at (2j + 1) unit, j < count, shape (*batch, count).

    exp(i (2j + 1) u v) with j = a B + b is a product of two short tables of powers of exp(i u v),
    so a handful of exponentials and one small matrix product serve all frequencies.
    """
    fine = 1 << ((count.bit_length()) // 2)
    coarse = count // fine
    phi = np.ones((*unit.shape, count), np.complex128)
    for centred, shares, n in parts:
        turn = np.exp(1j * unit[..., None] * centred)
        low = _powers(turn, turn * turn, fine)
        high = _powers(np.ones_like(turn), low[..., -1, :] * turn, coarse)
        table = (high * shares[..., None, :]) @ np.swapaxes(low, -1, -2)
        phi *= _power(table.reshape((*unit.shape, count)), n)
    return phi


def _powers(first: Complexes, ratio: Complexes, count: int) -> Complexes:
    """Return first * ratio**k for k < count, on a new axis before the last, by doubling."""
    table = np.empty((*first.shape[:-1], count, first.shape[-1]), np.complex128)
    table[..., 0, :] = first
    done, factor = 1, ratio
    while done < count:
        size = min(done, count - done)
        table[..., done : done + size, :] = table[..., :size, :] * factor[..., None, :]
        done += size
        factor = factor * factor
    return table


def _power(base: Complexes, n: int) -> Complexes:
    """Return base**n by squaring: numpy's complex power is ten times slower."""
    result: Complexes | None = None
    while n:
        if n & 1:
            result = base if result is None else result * base
        n >>= 1
        if n:
            base = base * base
    assert result is not None  # noqa: S101 - n >= 1 is checked where components are made
    return result
