"""Limits of a mean that hold whatever the law of the values, where these are known to be bounded.

Anderson (1969), Confidence limits for the expected value of an arbitrary bounded random variable
with a continuous distribution function, Bulletin of the International Statistical Institute 43,
249-251. With probability 1 - error the distribution function lies nowhere further than e above the
observed one, e the one-sided Kolmogorov-Smirnov point of n values (Birnbaum & Tingey 1951), which
is conservative where values are tied. The mean is then at least that of the values with the
topmost share e of them moved to the lower end of the support; likewise from above.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gevinst.stats.mean.atoms import Component

__all__ = ["Support", "mean_limits"]

Support = tuple[float, float]
"""Smallest and largest value that anybody can have, in the unit of the values."""


def mean_limits(part: Component, support: Support, error: float) -> Support:
    """Return a lower and an upper limit of the mean that values like these are drawn from.

    Parameters
    ----------
    part : Component
        The values seen, how common each is, and of how many citizens.
    support : tuple of float
        Smallest and largest value there can be.
    error : float
        Probability, at most, that the lower limit is above the mean; and the same of the upper one.

    Returns
    -------
    tuple of float
        The support itself where there are too few values to say more.

    Raises
    ------
    ValueError
        A value outside the support.
    """
    low, high = support
    last = 1e-12 * max(abs(low), abs(high))  # digits that sums of costs lose
    if not low - last <= part.values.min() <= part.values.max() <= high + last:
        raise ValueError(
            f"support: read ({low}, {high}) beside values from {part.values.min()} to "
            f"{part.values.max()}; write the smallest and the largest value there can be"
        )
    turned = replace(part, values=-part.values[::-1], probabilities=part.probabilities[::-1])
    return _lower(part, low, error), -_lower(turned, -high, error)


def _lower(part: Component, least: float, error: float) -> float:
    """Mean with the topmost share of the values moved to the least there can be."""
    from scipy.special import smirnovi

    moved = float(smirnovi(part.n, error))
    order = np.argsort(part.values)
    up_to = np.minimum(np.cumsum(part.probabilities[order]), 1.0 - moved)
    kept = np.diff(up_to, prepend=0.0)
    return float(kept @ part.values[order]) + (1.0 - float(kept.sum())) * least
