"""Exact bootstrap laws of the means of many data sets at once, as a coverage study needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats.mean.law import Component, MeanLaw
from gevinst.stats.mean.series import Series, fit_series

__all__ = ["MeanLaws", "difference_laws", "mean_laws"]

Floats = NDArray[np.float64]

_BLOCK = 1024  # data sets inverted together: some 20 MB of terms


@dataclass(frozen=True)
class MeanLaws:
    """Bootstrap laws of mean(x[b]) - mean(y[b]) for every data set b, resampled within groups.

    Smooth laws are inverted together as Fourier series. A data set whose series is not sure (few
    citizens, few values) gets its own `gevinst.stats.mean.law.MeanLaw`, so both give the same
    numbers; one without spread has a point.

    Attributes
    ----------
    x, y : ndarray, shapes (B, m) and (B, n)
        One data set per row; y is None for one mean.
    accuracy : float
        Largest certificate with which a series is used.
    """

    x: Floats
    y: Floats | None = None
    accuracy: float = 1e-6
    _own: dict[bytes, MeanLaw] = field(default_factory=dict, init=False, repr=False)

    @property
    def _groups(self) -> tuple[Floats, ...]:
        return (self.x,) if self.y is None else (self.x, self.y)

    @cached_property
    def mean(self) -> Floats:
        """Mean of each law, shape (B,): the estimate."""
        means = self.x.mean(axis=1)
        return np.asarray(means if self.y is None else means - self.y.mean(axis=1), np.float64)

    @cached_property
    def sd(self) -> Floats:
        """Standard deviation of each law, shape (B,): the plug-in standard error."""
        variances = (g.var(axis=1) / g.shape[1] for g in self._groups)
        return np.asarray(np.sqrt(np.asarray(sum(variances))), np.float64)

    @cached_property
    def _series(self) -> list[tuple[NDArray[np.intp], Series]]:
        """Series of the data sets that have a smooth law, in blocks of rows."""
        means = [(g.shape[1], s) for g, s in zip(self._groups, (1, -1), strict=False)]
        spread = self.sd > 1e-12 * np.maximum(*(np.abs(g).max(axis=1) for g in self._pair))
        rows = np.flatnonzero(spread)
        fitted = []
        for start in range(0, rows.size, _BLOCK):
            block = rows[start : start + _BLOCK]
            series = fit_series([g[block] for g in self._groups], [None] * len(means), means)
            sure = series.bounds <= self.accuracy
            if not sure.any():
                continue
            fitted.append((block[sure], _rows_of(series, sure)))
        return fitted

    @property
    def _pair(self) -> tuple[Floats, Floats]:
        return self.x, (self.x if self.y is None else self.y)

    def _law_of(self, row: int) -> MeanLaw:
        groups = [np.sort(g[row]) for g in self._groups]
        key = b"".join(g.tobytes() for g in groups)
        if key not in self._own:  # small groups of lumpy values repeat each other
            parts = [Component.of(g, s) for g, s in zip(groups, (1, -1), strict=False)]
            self._own[key] = MeanLaw(parts)
        return self._own[key]

    def mid_cdf(self, t: Floats) -> Floats:
        """Return P(X < t) + P(X = t) / 2 per data set; t and the result have shape (B,)."""
        result = np.full(self.mean.shape, np.nan)
        for rows, series in self._series:
            result[rows] = series.cdf(t[rows])
        for row in np.flatnonzero(np.isnan(result)):
            result[row] = self._law_of(int(row)).mid_cdf(float(t[row]))
        return result

    def quantile(self, p: Floats) -> Floats:
        """Return quantiles; p and the result have shape (B, k)."""
        result = np.full(p.shape, np.nan)
        for rows, series in self._series:
            result[rows] = series.quantile(p[rows])
        for row in np.flatnonzero(np.isnan(result).any(axis=1)):
            result[row] = self._law_of(int(row)).quantile(p[row])
        return result


def _rows_of(series: Series, rows: NDArray[np.bool_]) -> Series:
    return Series(
        series.mean[rows],
        series.low[rows],
        series.high[rows],
        series.weights[rows],
        series.bounds[rows],
        series.resolution,
    )


def mean_laws(x: ArrayLike) -> MeanLaws:
    """Return the bootstrap laws of the means of the rows of ``x`` (shape (B, n))."""
    return MeanLaws(_table(x, "x"))


def difference_laws(x: ArrayLike, y: ArrayLike, *, accuracy: float = 1e-6) -> MeanLaws:
    """Return the bootstrap laws of mean(x[b]) - mean(y[b]); shapes (B, m) and (B, n).

    Raises
    ------
    ValueError
        Arrays that are not finite numbers in two dimensions, or numbers of rows that differ.
    """
    first, second = _table(x, "x"), _table(y, "y")
    if first.shape[0] != second.shape[0]:
        raise ValueError(
            f"y: read {second.shape[0]} data sets for {first.shape[0]} in x; write one row of each "
            "per data set"
        )
    return MeanLaws(first, second, accuracy)


def _table(values: ArrayLike, name: str) -> Floats:
    array = np.asarray(values, np.float64)
    if array.ndim != 2 or array.size == 0 or not np.isfinite(array).all():
        raise ValueError(
            f"{name}: read shape {array.shape}; write finite numbers of shape (data sets, citizens)"
        )
    return array
