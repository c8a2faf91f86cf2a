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
from gevinst.stats.standardisation import Direct, StandardPopulation, direct

__all__ = ["KR", "METHODS", "ODDS_RATIO", "Adjusted", "adjusted_differences"]

Floats = NDArray[np.float64]

KR, ODDS_RATIO = "kr", "odds_ratio"
"""Units of a row: kr. per citizen, and an odds ratio."""
METHODS = ("raw", "direct", "weights", "bootstrap", "hc2", "hc3")
"""The rows of a difference in kr."""


@dataclass(frozen=True)
class Adjusted:
    """One method's estimate.

    Parameters
    ----------
    method : str
        One of `METHODS`, or ``mantel_haenszel``.
    unit : str
        `KR` per citizen, or `ODDS_RATIO`.
    estimate, standard_error, degrees_of_freedom : float
        NaN where the method has none.
    low, high : float
        Interval; NaN where a weighted cell holds one citizen.
    pvalue : float
        Of the Mantel-Haenszel test that no stratum's odds differ; NaN for differences in kr., which
        get none.
    """

    method: str
    unit: str
    estimate: float
    standard_error: float
    degrees_of_freedom: float
    low: float
    high: float
    pvalue: float = math.nan

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

    Raises
    ------
    ValueError
        Where a stratum that has weight holds nobody of a group.
    """
    from scipy.special import stdtrit

    found = direct(groups, population)
    if not math.isfinite(found.estimate):
        empty = strata[int(np.argmax(((found.weights > 0) & (found.sizes == 0)).any(axis=0)))]
        raise ValueError(
            f"strata: an arm has nobody in '{empty}', so there is no estimate; "
            'write weights="overlap", or merge strata'
        )
    t = float(stdtrit(found.degrees_of_freedom, (1 + level) / 2))
    estimate = found.estimate
    plain = bootstrap_mean_difference(
        *(np.concatenate(list(group)) for group in groups), confidence_level=level
    )
    welch = plain.interval("welch")
    rows = [
        Adjusted(
            "raw",
            KR,
            plain.estimate,
            plain.standard_error,
            plain.degrees_of_freedom,
            welch.low,
            welch.high,
        )
    ]
    for method, error in (
        ("direct", found.standard_error),
        ("weights", found.standard_error_with_weights),
    ):
        rows.append(
            Adjusted(
                *(method, KR, estimate, error, found.degrees_of_freedom),
                *(estimate - t * error, estimate + t * error),
            )
        )
    low, high = _exact_limits(groups, found, t)
    freedom = found.degrees_of_freedom
    rows.append(Adjusted("bootstrap", KR, estimate, math.nan, freedom, low, high))
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
    is the standardised difference (Lin 2013, Annals of Applied Statistics 7(1), 295-318), and
    HC2's standard error is that of direct standardisation.
    """
    import statsmodels.api as sm  # type: ignore[import-untyped]

    used = [s for s in range(found.weights.shape[1]) if found.weights[0, s] > 0]
    if (found.sizes[:, used] < 2).any():
        return Adjusted(kind, KR, found.estimate, *[math.nan] * 4)
    values = np.concatenate([groups[a][s] for a in (0, 1) for s in used])
    arm = np.concatenate([np.full(groups[a][s].size, 1.0 - a) for a in (0, 1) for s in used])
    inside = [np.full(groups[a][s].size, s) for a in (0, 1) for s in used]
    stratum = np.concatenate(inside)
    centred = [(stratum == s) - found.weights[0, s] for s in used[1:]]
    columns = [np.ones_like(arm), arm, *centred, *(arm * column for column in centred)]
    fitted = sm.OLS(values, np.column_stack(columns)).fit(cov_type=kind.upper(), use_t=True)
    low, high = fitted.conf_int(alpha=1 - level)[1].tolist()
    return Adjusted(
        kind,
        KR,
        float(fitted.params[1]),
        float(fitted.bse[1]),
        float(fitted.df_resid),
        low,
        high,
    )
