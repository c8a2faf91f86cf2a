"""The Mantel-Haenszel odds ratio of a yes/no outcome over strata, by statsmodels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from gevinst.stats.intervals import level_of
from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

if TYPE_CHECKING:
    pass

__all__ = ["MantelHaenszel", "mantel_haenszel"]


@dataclass(frozen=True, repr=False)
class MantelHaenszel(Listed):
    """A pooled odds ratio.

    Attributes
    ----------
    estimate : float
        Odds of yes in the first group over those in the second; NaN where there is none.
    low, high : float
        Interval (Robins, Breslow & Greenland).
    level : float
        Of the interval.
    pvalue : float
        Of the test that no stratum's odds differ.
    """

    estimate: float
    low: float
    high: float
    level: float
    pvalue: float

    def heading(self, lang: Lang) -> str:
        """Say the odds ratio, its interval and the test, or that there is none."""
        text = language(lang)
        if not math.isfinite(self.estimate):
            return text("stats.odds_ratio_none")
        return text(
            "stats.odds_ratio",
            estimate=text.significant(self.estimate, 3),
            level=text.level(self.level),
            low=text.significant(self.low, 3),
            high=text.significant(self.high, 3),
            p=text.p(self.pvalue),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not there is None."""
        return {name: value if math.isfinite(value) else None for name, value in vars(self).items()}


def mantel_haenszel(tables: ArrayLike, *, confidence_level: float = 0.95) -> MantelHaenszel:
    """Return the Mantel-Haenszel odds ratio over strata, with its test.

    Parameters
    ----------
    tables : array_like of int, shape (strata, 2, 2)
        Citizens per stratum: rows the two groups, columns yes and no.
    confidence_level : float
        Between 0 and 1, ends excluded.

    Returns
    -------
    MantelHaenszel
        By `statsmodels.stats.contingency_tables.StratifiedTable`: the pooled odds ratio, its
        interval (Robins, Breslow & Greenland), and the p-value of the test with continuity
        correction that no stratum's odds differ. NaN where nobody, or everybody, says yes.

    Raises
    ------
    ValueError
        Tables of another shape.
    """
    from statsmodels.stats.contingency_tables import (  # type: ignore[import-untyped]
        StratifiedTable,
    )

    level = level_of(confidence_level)
    counts = np.asarray(tables)
    if counts.ndim != 3 or counts.shape[1:] != (2, 2) or (counts < 0).any():
        raise ValueError(
            f"tables: read shape {counts.shape}; write counts of shape (strata, 2, 2), "
            "groups as rows, yes and no as columns"
        )
    # A stratum in which one group or one answer is missing says nothing of the odds ratio.
    told = (counts.sum(axis=1) > 0).all(axis=1) & (counts.sum(axis=2) > 0).all(axis=1)
    kept = counts[told].astype(float)
    products = (kept[:, 0, 0] * kept[:, 1, 1]).sum(), (kept[:, 0, 1] * kept[:, 1, 0]).sum()
    if not (products[0] > 0 and products[1] > 0):
        return MantelHaenszel(math.nan, math.nan, math.nan, level, math.nan)
    found = StratifiedTable(np.moveaxis(kept, 0, 2))
    low, high = found.oddsratio_pooled_confint(alpha=1 - level)
    return MantelHaenszel(
        float(found.oddsratio_pooled),
        float(low),
        float(high),
        level,
        float(found.test_null_odds(correction=True).pvalue),
    )
