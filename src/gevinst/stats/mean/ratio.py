"""A ratio of two means, and which values of it the data do not refuse (Fieller 1954)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gevinst.text.language import Lang, language
from gevinst.text.problems import WrongValueError
from gevinst.text.result import Listed


@dataclass(frozen=True, repr=False)
class RatioInterval(Listed):
    """The values of a ratio that are not refused, and the ratio.

    Parameters
    ----------
    ratio : float
        The numerator's estimate over the denominator's; NaN where that is zero.
    low, high : float
        Ends; NaN where every value is left.
    shape : str
        ``between``: the values from low to high. ``outside``: those up to low and those from high
        on, as the denominator's own interval holds zero. ``all``: every value.
    """

    ratio: float
    low: float
    high: float
    shape: str

    def heading(self, lang: Lang) -> str:
        """Say the ratio and what is left."""
        text = language(lang)
        written = {name: text.significant(getattr(self, name)) for name in ("ratio", "low", "high")}
        return text(f"ratio.{self.shape}", **written)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values; what is no number is None."""
        return {k: v if v == v else None for k, v in vars(self).items()}


def fieller_interval(
    numerator: float,
    denominator: float,
    *,
    quantile: float,
    variances: tuple[float, float],
    covariance: float = 0.0,
) -> RatioInterval:
    """Return which values of a ratio of two means are not refused.

    Parameters
    ----------
    numerator, denominator : float
        Estimates of the two means.
    quantile : float
        Of Student's t (or the normal law), above 0: 1.96 for 95 %.
    variances : (float, float)
        Squared standard errors of the two.
    covariance : float
        Of the two estimates.

    Returns
    -------
    RatioInterval
        The ratios r with (numerator - r denominator)^2 <= quantile^2 times the variance of that
        difference.

    Raises
    ------
    ValueError
        A quantile that is not above zero, or variances below it.

    References
    ----------
    Fieller (1954), J. R. Stat. Soc. B 16, 175-185: the roots of (b^2 - t^2 v_b) r^2
    - 2 (a b - t^2 c) r + (a^2 - t^2 v_a) = 0.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.fieller_interval(20.0, 50.0, quantile=2.0, variances=(0.0, 25.0))
    <RatioInterval: Ratio 0.4, from 0.333333 to 0.5>
    """
    if not quantile > 0.0:
        raise WrongValueError("quantile", quantile, "above_zero")
    if not min(variances) >= 0.0:
        raise WrongValueError("variances", min(variances), "above_zero")
    t = quantile**2
    square = denominator**2 - t * variances[1]
    middle = numerator * denominator - t * covariance
    rest = numerator**2 - t * variances[0]
    ratio = numerator / denominator if denominator else math.nan
    under = middle**2 - square * rest
    if square == 0.0 or under < 0.0:  # nothing is refused, or all on one side of one value
        return RatioInterval(ratio, math.nan, math.nan, "all")
    low, high = sorted((middle + side * math.sqrt(under)) / square for side in (-1.0, 1.0))
    return RatioInterval(ratio, low, high, "between" if square > 0.0 else "outside")
