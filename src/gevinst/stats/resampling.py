"""Resampling for statistics that are not means: medians, shares, ratios, a function of one's own.

Means have an exact law and need no draws (`gevinst.stats.mean.law`). Everything else is resampled
by `scipy.stats.bootstrap`, within strata, and in whole clusters where citizens come in clusters.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats import streams
from gevinst.stats.intervals import Interval, level_of, quantile_error
from gevinst.stats.mean.estimate import or_none
from gevinst.text.language import Lang, language
from gevinst.text.problems import one_of, whole
from gevinst.text.result import Listed

__all__ = ["ResampledStatistic", "resample_statistic"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

ResamplingMethod = Literal["percentile", "basic", "bca"]
_METHODS = {"percentile": "percentile", "basic": "basic", "bca": "BCa"}
_FEWEST = 100


@dataclass(frozen=True, eq=False, repr=False)
class ResampledStatistic(Listed):
    """A statistic, its resampled distribution and the interval from it.

    Attributes
    ----------
    estimate : float
        The statistic of the data.
    standard_error : float
        Standard deviation of the replicates; NaN where some are not finite, as the others are those
        on which the statistic happened to exist.
    interval : Interval
        With the Monte Carlo standard error of each limit (for "bca" given the levels it chose).
        Where the statistic is not finite on some replicates there is no interval: ``dropped``
        counts them, and ``reason`` says so.
    replicates : ndarray, shape (n_resamples - dropped,)
        The finite resampled values, ascending.
    jackknife_standard_error, acceleration : float
        From leaving out one unit (citizen or cluster) at a time within its stratum; NaN where the
        statistic is not finite without one of them, the acceleration also where it does not move.
    """

    estimate: float
    standard_error: float
    interval: Interval
    replicates: Floats
    jackknife_standard_error: float
    acceleration: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "estimate": self.estimate,
            "standard_error": or_none(self.standard_error),
            "interval": self.interval.to_dict(),
            "replicates": self.replicates.size,
        }

    def heading(self, lang: Lang) -> str:
        """Say the statistic."""
        text = language(lang)
        return text("stats.resampled", estimate=text.significant(self.estimate))

    def listed(self, lang: Lang) -> list[tuple[str, str]]:
        """Return the standard error and the interval."""
        text = language(lang)
        error = text("stats.label.standard_error"), text.significant(self.standard_error)
        method, _, limits = self.interval.heading(lang).partition(": ")
        dropped = text("stats.label.dropped"), text.number(self.interval.dropped)
        return [error, (method, limits), *([dropped] if self.interval.dropped else [])]


def resample_statistic(
    data: object,
    statistic: Callable[[Any], float],
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    method: ResamplingMethod = "percentile",
    confidence_level: float = 0.95,
    n_resamples: int = 9999,
    rng: streams.Rng = None,
) -> ResampledStatistic:
    """Resample any statistic of the rows of ``data``.

    Parameters
    ----------
    data : array_like, shape (n,) or (n, k), or DataFrame with n rows
        One row per citizen; rows are handed to ``statistic`` as they are.
    statistic : callable
        Takes the rows (same type as data, n of them, or another number with clusters) and returns
        one number, e.g. ``np.median`` or ``lambda d: d[:, 0].sum() / d[:, 1].sum()``. A division by
        zero is a number that is not finite; it is counted, and numpy does not warn of it.
    strata : array_like of labels, shape (n,), optional
        Rows are resampled within their own stratum. The arms of a comparison are strata.
    clusters : array_like of labels, shape (n,), optional
        Rows with one label are kept together; a cluster lies in one stratum.
    method : {"percentile", "basic", "bca"}
        As in `scipy.stats.bootstrap`.
    confidence_level : float
        Between 0 and 1.
    n_resamples : int
        At least 100.
    rng : int, Generator or None
        Source of randomness.

    Returns
    -------
    ResampledStatistic
        Bias and acceleration of "bca" as in Efron & Tibshirani (1993), chapter 14.

    Raises
    ------
    ValueError
        An unknown method, labels that do not fit, a stratum of one unit, or a statistic that is
        not a finite number on the data.

    Examples
    --------
    >>> import gevinst as gv
    >>> import numpy as np
    >>> found = gv.stats.resample_statistic([0, 0, 3, 5, 9, 40], np.median, n_resamples=500, rng=1)
    >>> found.estimate
    4.0
    """
    method = one_of("method", method, get_args(ResamplingMethod))
    confidence_level = level_of(confidence_level)
    n_resamples = whole("n_resamples", n_resamples, _FEWEST)
    take, size = _rows_of(data)
    groups = _units(size, strata, clusters)

    def of_units(*picked: Any) -> float:
        rows = [units[int(u)] for units, chosen in zip(groups, picked, strict=True) for u in chosen]
        try:
            return float(statistic(take(np.concatenate(rows))))
        except ZeroDivisionError:
            return math.nan

    everyone = [np.arange(len(units)) for units in groups]
    with warnings.catch_warnings():
        # What is not finite, or all equal, is counted and named here.
        warnings.simplefilter("ignore", RuntimeWarning)
        estimate = of_units(*everyone)
        if not math.isfinite(estimate):
            raise ValueError(
                f"statistic: gave {estimate} on the data; write one that is finite there"
            )
        jackknife = _jackknife(of_units, everyone)
        interval, kept = _by_scipy(
            of_units, everyone, estimate, method, confidence_level, n_resamples, rng
        )
    spread = math.nan if interval.dropped else float(kept.std(ddof=1))
    return ResampledStatistic(estimate, spread, interval, kept, *jackknife)


def _rows_of(data: object) -> tuple[Callable[[Indices], Any], int]:
    """Return how to take rows of the data, and how many there are."""
    frame: Any = data
    if hasattr(frame, "iloc"):
        return (lambda index: frame.iloc[index]), len(frame)
    array = np.asarray(data)
    if array.ndim == 0 or array.shape[0] == 0:
        raise ValueError("data: read no rows; write one row per citizen")
    return (lambda index: array[index]), array.shape[0]


def _labels(labels: ArrayLike | None, size: int, name: str) -> Indices | None:
    if labels is None:
        return None
    array = np.asarray(labels)
    if array.shape != (size,):
        raise ValueError(
            f"{name}: read shape {array.shape} for {size} rows; write one label per row"
        )
    numbers: Indices = np.unique(array, return_inverse=True)[1]
    return numbers


def _units(size: int, strata: ArrayLike | None, clusters: ArrayLike | None) -> list[list[Indices]]:
    """Return, per stratum, the rows of each unit that is resampled."""
    stratum = _labels(strata, size, "strata")
    cluster = _labels(clusters, size, "clusters")
    stratum = np.zeros(size, np.intp) if stratum is None else stratum
    cluster = np.arange(size) if cluster is None else cluster
    groups: list[list[Indices]] = [[] for _ in range(int(stratum.max()) + 1)]
    for label in range(int(cluster.max()) + 1):
        rows = np.flatnonzero(cluster == label)
        if (stratum[rows] != stratum[rows[0]]).any():
            raise ValueError(
                f"clusters: the cluster of row {rows[0]} lies in more than one stratum; "
                "write labels that are nested"
            )
        groups[int(stratum[rows[0]])].append(rows)
    for number, units in enumerate(groups):
        if len(units) < 2:
            raise ValueError(
                f"strata: stratum {number} (in sorted order) has one unit to resample, so no "
                "variance; join it with another"
            )
    return groups


def _by_scipy(
    of_units: Callable[..., float],
    everyone: list[Indices],
    estimate: float,
    method: str,
    level: float,
    draws: int,
    rng: streams.Rng,
) -> tuple[Interval, Floats]:
    from scipy import stats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        result = stats.bootstrap(  # type: ignore[call-overload]  # the stubs know few samples
            tuple(everyone),
            of_units,
            n_resamples=draws,
            vectorized=False,
            confidence_level=level,
            method=_METHODS[method],
            rng=streams.generator(rng),
        )
    drawn = np.asarray(result.bootstrap_distribution, np.float64)
    kept = np.sort(drawn[np.isfinite(drawn)])
    dropped = drawn.size - kept.size
    low, high = (float(v) for v in result.confidence_interval)
    reason = None
    if dropped:
        reason = "not-finite"
    elif float(np.ptp(kept)) == 0:
        reason = "same-replicates"
    elif not (math.isfinite(low) and math.isfinite(high)):  # bca alone
        one_sided = not kept[0] <= estimate <= kept[-1]
        reason = "one-sided-replicates" if one_sided else "no-jackknife"
    if reason:
        return Interval(math.nan, math.nan, level, method, reason, None, dropped), kept
    shares = [float(np.clip((kept <= v).mean(), 0.5 / draws, 1 - 0.5 / draws)) for v in (low, high)]
    if method == "basic":  # reflected: the low limit comes from the upper tail
        shares = [(1 + level) / 2, (1 - level) / 2]
    errors = quantile_error(kept, shares[0]), quantile_error(kept, shares[1])
    return Interval(low, high, level, method, None, errors), kept


def _jackknife(of_units: Callable[..., float], everyone: list[Indices]) -> tuple[float, float]:
    """Return standard error and acceleration from leaving one unit out.

    Efron & Tibshirani (1993), equations 11.5 and 14.15; with strata the influences are weighted
    as in Davison & Hinkley (1997), equation 5.27.
    """
    influences = []
    for place, units in enumerate(everyone):
        before, after = everyone[:place], everyone[place + 1 :]
        left_out = np.array(
            [of_units(*before, np.delete(units, k), *after) for k in range(units.size)]
        )
        influences.append((units.size - 1) * (left_out.mean() - left_out))
    largest = max(float(np.abs(each).max()) for each in influences)
    if not (math.isfinite(largest) and largest > 0):
        return (0.0 if largest == 0 else math.nan), math.nan
    variance = cubes = squares = 0.0
    for influence in (each / largest for each in influences):  # no power falls out of range
        n = influence.size
        variance += float((influence**2).sum()) / (n * (n - 1))
        cubes += float((influence**3).sum()) / n**3
        squares += float((influence**2).sum()) / n**2
    return largest * math.sqrt(variance), cubes / (6 * squares**1.5)
