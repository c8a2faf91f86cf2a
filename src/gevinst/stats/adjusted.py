"""One standardised difference by several methods, side by side, where every citizen is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.mean.atoms import Component
from gevinst.stats.mean.estimate import bootstrap_mean_difference, or_none
from gevinst.stats.mean.law import MeanLaw
from gevinst.stats.regression import Fitted, g_computation, interacted
from gevinst.stats.standardisation import Direct, StandardPopulation, direct

__all__ = [
    "COVARIATE_METHODS",
    "KR",
    "METHODS",
    "ODDS_RATIO",
    "SHARE",
    "SHARE_METHODS",
    "Adjusted",
    "adjusted_differences",
    "adjusted_for",
    "adjusted_shares",
    "raw",
]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

KR, ODDS_RATIO, SHARE = "kr", "odds_ratio", "share"
"""Units of a row: kr. per citizen, an odds ratio, and a difference of shares from -1 to 1."""
METHODS = ("raw", "direct", "weights", "bootstrap", "hc2", "hc3")
"""The rows of a difference in kr., by strata."""
COVARIATE_METHODS = ("lin_hc2", "lin_hc3", "g_computation")
"""Its rows by covariates."""
SHARE_METHODS = ("raw_share", "logistic")
"""The rows of a yes/no outcome by covariates."""


@dataclass(frozen=True)
class Adjusted:
    """One method's estimate.

    Parameters
    ----------
    method : str
        One of `METHODS`, `COVARIATE_METHODS` and `SHARE_METHODS`, or ``mantel_haenszel``.
    unit : str
        `KR` per citizen, `SHARE`, or `ODDS_RATIO`.
    estimate, standard_error, degrees_of_freedom : float
        NaN where the method has none.
    low, high : float
        Interval; NaN where there is none.
    pvalue : float
        Of the Mantel-Haenszel test that no stratum's odds differ; NaN for differences in kr., which
        get none.
    reason : str or None
        Code of why there is no interval, as `gevinst.stats.regression.Fitted`.
    """

    method: str
    unit: str
    estimate: float
    standard_error: float
    degrees_of_freedom: float
    low: float
    high: float
    pvalue: float = math.nan
    reason: str | None = None

    @classmethod
    def of(cls, method: str, unit: str, fitted: Fitted) -> Adjusted:
        """Return the row of a fit."""
        estimate, error, freedom, low, high, reason = fitted
        return cls(method, unit, estimate, error, freedom, low, high, reason=reason)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not there is None."""
        found = {
            "method": self.method,
            "unit": self.unit,
            "estimate": or_none(self.estimate),
            "standard_error": or_none(self.standard_error),
            "degrees_of_freedom": or_none(self.degrees_of_freedom),
            "low": or_none(self.low),
            "high": or_none(self.high),
            "reason": self.reason,
        }
        return found | ({"pvalue": or_none(self.pvalue)} if self.unit == ODDS_RATIO else {})

    def shifted(self, by: float) -> Adjusted:
        """Return the row with a known amount added to the estimate and its limits."""
        moved = {name: getattr(self, name) + by for name in ("estimate", "low", "high")}
        return replace(self, **moved)


def adjusted_differences(
    groups: Sequence[Sequence[Floats]],
    population: StandardPopulation,
    level: float,
    strata: Sequence[str],
    counted: Counts | None = None,
) -> list[Adjusted]:
    """Return a row per method for a difference of means.

    Parameters
    ----------
    groups : sequence of two sequences of ndarray
        Per group, the values of the citizens of each stratum, in one order of strata.
    population : StandardPopulation
        Whom the difference is for.
    level : float
        Of the intervals.
    strata : sequence of str
        Ids, for messages.
    counted : ndarray of int, shape (2, strata), optional
        As in `gevinst.stats.standardisation.direct`.

    Raises
    ------
    ValueError
        Where a stratum that has weight holds nobody of a group.
    """
    from scipy.special import stdtrit

    found = direct(groups, population, counted)
    if not math.isfinite(found.estimate):
        empty = strata[int(np.argmax(((found.weights > 0) & (found.sizes == 0)).any(axis=0)))]
        raise ValueError(
            f"strata: an arm has nobody in '{empty}', so there is no estimate; "
            'write weights="overlap", or merge strata'
        )
    t = float(stdtrit(found.degrees_of_freedom, (1 + level) / 2))
    estimate, freedom = found.estimate, found.degrees_of_freedom
    alone = math.isnan(found.standard_error)
    reason = "one-citizen" if alone else None if found.standard_error > 0 else "no-spread"
    rows = [raw([np.concatenate(list(group)) for group in groups], level)]
    for method, error in (
        ("direct", found.standard_error),
        ("weights", found.standard_error_with_weights),
    ):
        rows.append(
            Adjusted(
                *(method, KR, estimate, error, freedom),
                *(estimate - t * error, estimate + t * error),
                reason=reason,
            )
        )
    low, high = _exact_limits(groups, found, t)
    rows.append(Adjusted("bootstrap", KR, estimate, math.nan, freedom, low, high, reason=reason))
    return [*rows, *(_regressed(groups, found, kind, level) for kind in ("hc2", "hc3"))]


def _exact_limits(
    groups: Sequence[Sequence[Floats]], found: Direct, t: float
) -> tuple[float, float]:
    """Expanded percentile limits of the exact law of citizens resampled within their stratum.

    The standardised difference is a sum of independent means, each of values times its weight
    (`gevinst.stats.mean.law.MeanLaw`); the level is expanded as for two groups (Hesterberg 2015,
    4.4).
    """
    from scipy.special import ndtr

    parts = [
        Component.of(found.weights[a, s] * values, (1, -1)[a])
        for a, group in enumerate(groups)
        for s, values in enumerate(group)
        if found.weights[a, s] > 0
    ]
    law = MeanLaw(parts)
    if not (found.standard_error > 0 and law.sd > 0):
        return math.nan, math.nan
    tail = max(float(ndtr(-t * found.standard_error / law.sd)), 1e-12)
    low, high = law.quantile(np.array([tail, 1 - tail])).tolist()
    return low, high


def _regressed(
    groups: Sequence[Sequence[Floats]], found: Direct, kind: str, level: float
) -> Adjusted:
    """Return the coefficient of the arm in a regression on arm x strata centred at the weights.

    With every interaction the arm's coefficient is the effect at the strata's weighted mean, which
    is the standardised difference, and HC2's standard error is that of direct standardisation.
    """
    used = np.flatnonzero(found.weights.any(axis=0)).tolist()
    if (found.sizes[:, used] < 2).any():
        return Adjusted.of(kind, KR, Fitted(found.estimate, reason="one-citizen"))
    values = [np.concatenate([group[s] for s in used]) for group in groups]
    inside = [np.concatenate([np.full(group[s].size, s) for s in used]) for group in groups]
    centred = [(inside[a][:, np.newaxis] == used[1:]) - found.weights[a, used[1:]] for a in (0, 1)]
    return Adjusted.of(kind, KR, interacted(values, centred, kind, level))


def raw(values: Sequence[Floats], level: float, method: str = "raw", unit: str = KR) -> Adjusted:
    """Return the row of two groups as they are, by Welch."""
    plain = bootstrap_mean_difference(*values, confidence_level=level)
    welch = plain.interval("welch")
    return Adjusted(
        *(method, unit, plain.estimate, plain.standard_error, plain.degrees_of_freedom),
        *(welch.low, welch.high),
        reason=None if welch.available else welch.reason,
    )


def adjusted_for(
    values: Sequence[Floats], designs: Sequence[Floats], standard: tuple[bool, bool], level: float
) -> list[Adjusted]:
    """Return the rows of a difference adjusted for numbers of the citizens.

    Parameters
    ----------
    values, designs, standard, level
        As in `gevinst.stats.regression.g_computation`.
    """
    seen = [np.isfinite(each) for each in values]
    population = [x for x, belongs in zip(designs, standard, strict=True) if belongs]
    mean = np.vstack(population).mean(axis=0)
    outcomes = [y[s] for y, s in zip(values, seen, strict=True)]
    centred = [x[s] - mean for x, s in zip(designs, seen, strict=True)]
    return [
        *(
            Adjusted.of(f"lin_{kind}", KR, interacted(outcomes, centred, kind, level))
            for kind in ("hc2", "hc3")
        ),
        Adjusted.of("g_computation", KR, g_computation(values, designs, standard, level)),
    ]


def adjusted_shares(
    answers: Sequence[Floats], designs: Sequence[Floats], standard: tuple[bool, bool], level: float
) -> list[Adjusted]:
    """Return the rows of a yes/no outcome, 0 and 1 per citizen: as it is, and adjusted."""
    fitted = g_computation(answers, designs, standard, level, "logistic")
    return [
        raw(answers, level, "raw_share", SHARE),
        Adjusted.of("logistic", SHARE, fitted),
    ]
