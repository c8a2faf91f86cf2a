"""The Mantel-Haenszel odds ratio of a yes/no outcome over strata."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gevinst.stats.intervals import level_of
from gevinst.stats.pvalue import never_zero
from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

__all__ = ["MantelHaenszel", "mantel_haenszel"]


@dataclass(frozen=True, repr=False)
class MantelHaenszel(Listed):
    """A pooled odds ratio.

    Attributes
    ----------
    estimate : float
        Odds of yes in the first group over those in the second: 0 or infinite where a zero in
        every stratum makes it so; NaN where there is none.
    low, high : float
        Interval (Robins, Breslow & Greenland); NaN where the estimate has no logarithm.
    level : float
        Of the interval.
    pvalue : float
        Of the test that no stratum's odds differ; NaN where there is no odds ratio.
    reason : str or None
        Code of why there is no interval: ``no-contrast`` where no stratum has both groups and both
        answers, ``zero-cells`` where the estimate is 0 or infinite.
    """

    estimate: float
    low: float
    high: float
    level: float
    pvalue: float
    reason: str | None = None

    def heading(self, lang: Lang) -> str:
        """Say the odds ratio, its interval and the test, or that there is none."""
        text = language(lang)
        return text(
            f"stats.odds_ratio_{self.reason or 'found'}",
            estimate=text.significant(self.estimate, 3),
            level=text.level(self.level),
            low=text.significant(self.low, 3),
            high=text.significant(self.high, 3),
            p=text.p(self.pvalue),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not there, or not finite, is None."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in vars(self).items()
        }


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
        The pooled odds ratio; its interval with the variance of Robins, Breslow & Greenland (1986,
        Biometrics 42, 311-323); and the p-value of Mantel & Haenszel's test that no stratum's odds
        differ, with the continuity correction of a half, or of the whole difference where that is
        less. A zero in a cell is counted as it is, and nothing is added to it.

    Raises
    ------
    ValueError
        Tables of another shape, or that hold something else than counts.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.mantel_haenszel([[[4, 24], [1, 25]]]).estimate
    4.166666666666667
    """
    from scipy.special import chdtrc, ndtri

    level = level_of(confidence_level)
    counts = np.asarray(tables)
    if counts.ndim != 3 or counts.shape[1:] != (2, 2):
        raise ValueError(
            f"tables: read shape {counts.shape}; write counts of shape (strata, 2, 2), "
            "groups as rows, yes and no as columns"
        )
    if counts.dtype.kind not in "iuf" or not ((counts >= 0) & (counts == np.rint(counts))).all():
        raise ValueError(f"tables: read {counts.tolist()}; write whole numbers of citizens")
    # A stratum in which one group or one answer is missing says nothing of the odds ratio.
    told = (counts.sum(axis=1) > 0).all(axis=1) & (counts.sum(axis=2) > 0).all(axis=1)
    (a, b), (c, d) = np.moveaxis(counts[told].astype(np.float64), 0, 2)
    n = a + b + c + d
    if not n.size:
        return MantelHaenszel(math.nan, math.nan, math.nan, level, math.nan, "no-contrast")
    excess = abs(float((a - (a + b) * (a + c) / n).sum()))
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))).sum())
    p = never_zero(float(chdtrc(1, max(excess - 0.5, 0.0) ** 2 / variance)))
    r, s = a * d / n, b * c / n
    above, below = float(r.sum()), float(s.sum())
    if not (above and below):
        ratio = math.inf if above else 0.0
        return MantelHaenszel(ratio, math.nan, math.nan, level, p, "zero-cells")
    # Robins, Breslow & Greenland's variance of the logarithm.
    agree, differ = (a + d) / n, (b + c) / n
    error = math.sqrt(
        float((agree * r).sum()) / (2 * above**2)
        + float((agree * s + differ * r).sum()) / (2 * above * below)
        + float((differ * s).sum()) / (2 * below**2)
    )
    reach = float(ndtri((1 + level) / 2)) * error
    ratio = above / below
    return MantelHaenszel(ratio, ratio * math.exp(-reach), ratio * math.exp(reach), level, p)
