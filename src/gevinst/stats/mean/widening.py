"""How many citizens an uncertainty rests on, and the law of draws widened by Student's t for it.

Draws of a mean know the spread that a sample of citizens has, and not that this spread is itself
estimated from few of them. Where it is, quantiles of the draws are too narrow, as normal limits are
beside Student's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["FEW", "Sampled", "effective_degrees_of_freedom", "pick_factor", "widened"]

Floats = NDArray[np.float64]

FEW = 5
"""Fewer citizens than this in an arm have a mean and a spread, and no law beyond Student's t."""
_ROUNDING = 1e-12
_NODES = 4097
"""Points at which Student's quantiles are looked up; between them the factor is straight to 1e-6.
"""


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a sample of citizens brings into the variance of a difference.

    Attributes
    ----------
    variance : float
        In the square of the difference's unit.
    degrees_of_freedom : float
        Of the spread it is estimated from: citizens less one.
    citizens : int
        How many there are in the whole arm.
    """

    variance: float
    degrees_of_freedom: float
    citizens: int


def effective_degrees_of_freedom(variance: float, sampled: Sequence[Sampled]) -> float:
    """Degrees of freedom of a variance of which some parts are estimated from samples.

    V^2 / sum(V_a^2 / nu_a), V the whole variance and V_a what sample a brings into it; what is no
    sample counts as known (Welch-Satterthwaite; JCGM 100:2008, GUM, annex G.4, equation G.2b).

    Parameters
    ----------
    variance : float
        The whole; at least the sum of the parts, whatever a simulation makes of it.
    sampled : sequence of Sampled
        Its parts that are estimated.

    Returns
    -------
    float
        Infinite where no part is estimated, or none that is more than rounding.

    Examples
    --------
    >>> arms = [Sampled(4.0, 9, 10), Sampled(4.0, 9, 10)]
    >>> effective_degrees_of_freedom(8.0, arms)
    18.0
    >>> effective_degrees_of_freedom(16.0, arms)  # half of the variance is known
    72.0
    """
    estimated = math.fsum(part.variance for part in sampled)
    if estimated <= _ROUNDING * variance:
        return math.inf
    doubt = math.fsum(part.variance**2 / part.degrees_of_freedom for part in sampled)
    return max(variance, estimated) ** 2 / doubt


def widened(ordered: Floats, degrees_of_freedom: float) -> Floats:
    """Widen the law of draws by Student's t.

    A draw x of rank u becomes m + (x - m) t(u) / z(u): m the median, t the quantile of Student's
    law, z that of the normal. Normal draws become Student's; a skewness stays; the order, too.

    Parameters
    ----------
    ordered : ndarray, shape (draw,)
        In ascending order.
    degrees_of_freedom : float
        Above 0; infinitely many change nothing.

    Returns
    -------
    ndarray, shape (draw,)
        In ascending order.
    """
    if math.isinf(degrees_of_freedom):
        return ordered
    from scipy.special import erf, ndtri, stdtrit

    size = len(ordered)
    z = ndtri((np.arange(size) + 0.5) / size)
    nodes = np.linspace(0.0, max(z[-1], 1e-3), _NODES)[1:]
    factors = stdtrit(degrees_of_freedom, 0.5 + 0.5 * erf(nodes / math.sqrt(2.0))) / nodes
    median = float(np.median(ordered))
    found: Floats = median + (ordered - median) * np.interp(np.abs(z), nodes, factors)
    return found


def pick_factor(n: ArrayLike, more: int) -> Floats:
    """Return what picks like those seen make of the variance of a mean, as a factor.

    A mean over n citizens and `more` who each get the value of one of them, at random, has a
    variance larger by 1 + more n / (n + more)^2, as each pick varies as the citizens do.

    Examples
    --------
    >>> float(pick_factor(28, 2))
    1.0622222222222222
    """
    seen = np.asarray(n, dtype=np.float64)
    factor: Floats = 1.0 + more * seen / np.maximum(seen + more, 1.0) ** 2
    return factor
