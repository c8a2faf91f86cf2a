"""Bounds for those whom both arms would have kept (Lee 2009), for citizens' gains."""

from __future__ import annotations

import math

import numpy as np

from gevinst.stats.margins.matching import Tally


def trimmed_mean(gains: Tally, share: float, *, largest: bool) -> float:
    """Return the mean of gains without a share of citizens, those who gain most or least.

    Parameters
    ----------
    gains : Tally
        kr., and how many citizens gain it.
    share : float
        Of the citizens; a citizen can be left out in part (fractional ranks), so that ties and
        small groups need no rounding.
    largest : bool
        Whether those who gain most are left out, or those who gain least.
    """
    order = np.argsort(-gains.values if largest else gains.values, kind="stable")
    values, citizens = gains.values[order], gains.citizens[order]
    n = float(citizens.sum())
    gone = np.clip(share * n - (np.cumsum(citizens) - citizens), 0.0, citizens)
    kept = citizens - gone
    return float(kept @ values) / float(kept.sum()) if kept.sum() > 0.0 else math.nan


def lee(treated: Tally, reference: Tally, kept: tuple[float, float]) -> tuple[float, float]:
    """Bound the difference of mean gains of those whom both arms would have kept.

    The arm that kept more holds citizens whom the other would have lost. Without its most, or its
    least, gaining citizens, as many as that share says, its mean is too low, or too high, for those
    whom both keep. It asks that the intervention made nobody leave who would otherwise have stayed,
    or the other way round for all.

    Parameters
    ----------
    treated, reference : Tally
        Gains of those seen, kr.
    kept : tuple of float
        Share of the enrolled who were seen, of the treated and of the reference.

    References
    ----------
    Lee (2009), Training, wages, and sample selection: estimating sharp bounds on treatment effects,
    Review of Economic Studies 76(3), 1071-1102, proposition 1a.
    """
    most, least = max(kept), min(kept)
    share = (most - least) / most if most else 0.0
    first = kept[0] >= kept[1]
    means = []
    for largest in (True, False):
        # It is lowest where the treated lose who gain most, or the others who gain least.
        shares = (share, 0.0) if first else (0.0, share)
        ends = (
            trimmed_mean(treated, shares[0], largest=largest),
            trimmed_mean(reference, shares[1], largest=not largest),
        )
        means.append(ends[0] - ends[1])
    return means[0], means[1]
