"""The saddlepoint approximation of a mean's law: a cross-check that shares no code."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from gevinst.stats.mean.law import MeanLaw


def saddlepoint_cdf(law: MeanLaw, t: float) -> float:
    """Approximate P(X <= t): Lugannani & Rice (1980), as in Davison & Hinkley (1997), (9.29).

    Relative error of some percent far out in the tails; it does not see atoms.
    """
    ends = [sorted((c.sign * c.values.min(), c.sign * c.values.max())) for c in law.components]
    low, high = sum(e[0] for e in ends), sum(e[1] for e in ends)
    if not low < t < high:
        return float(t >= high)
    if abs(t - law.mean) < 1e-5 * law.sd:  # the formula's limit at the mean
        third = sum(
            c.sign * float(c.probabilities @ (c.values - c.probabilities @ c.values) ** 3) / c.n**2
            for c in law.components
        )
        return 0.5 + third / (6 * math.sqrt(2 * math.pi) * law.sd**3)
    reach = 1.0 / law.sd
    while _cumulants(law, reach)[1] < t or _cumulants(law, -reach)[1] > t:
        reach *= 2.0
    s = brentq(lambda s: _cumulants(law, s)[1] - t, -reach, reach, xtol=1e-14, rtol=1e-14)
    value, _, curvature = _cumulants(law, s)
    w = math.copysign(math.sqrt(max(2 * (s * t - value), 0.0)), s)
    u = s * math.sqrt(curvature)
    density = math.exp(-w * w / 2) / math.sqrt(2 * math.pi)
    return float(ndtr(w)) + density * (1 / w - 1 / u)


def _cumulants(law: MeanLaw, s: float) -> tuple[float, float, float]:
    """K(s) of the law and its first two derivatives."""
    total = np.zeros(3)
    for c in law.components:
        z = (c.sign * s / c.n) * c.values
        weights = c.probabilities * np.exp(z - z.max())
        whole = float(weights.sum())
        weights = weights / whole
        mean = float(weights @ c.values)
        variance = float(weights @ (c.values - mean) ** 2)
        total += c.n * (math.log(whole) + float(z.max())), c.sign * mean, variance / c.n
    return float(total[0]), float(total[1]), float(total[2])
