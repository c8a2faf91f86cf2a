"""Direct standardisation: two groups compared as if both had the same mix of strata.

Arrays only. A cell is a group and a stratum. Cells are weighted by shares of a standard population,
so a skewed mix drops out of the difference; each choice of standard is an estimand of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gevinst.text.form import one_form
from gevinst.text.numerals import LARGEST
from gevinst.text.problems import WrongValueError

__all__ = [
    "GIVEN",
    "OWN",
    "WEIGHTS",
    "Direct",
    "StandardPopulation",
    "Weighting",
    "degrees_of_freedom",
    "direct",
    "imbens_manski",
    "smd",
    "standard_error",
    "standard_population",
    "weight_variance",
]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

WeightName = Literal["pooled", "intervention", "control", "overlap", "own", "stated"]
Weighting = WeightName | Mapping[str, float] | Sequence[float]
"""How weights are asked for: by name, by stratum, or in the order of the strata. What is stated a
study knows."""

WEIGHTS: tuple[WeightName, ...] = ("pooled", "intervention", "control", "overlap")
"""Standard populations by name: both groups together, the first group's own mix (the effect on
those treated), the second's, and overlap, proportional to n1 n2 / (n1 + n2) of each stratum."""
OWN, GIVEN = "own", "given"
"""Each group with its own mix: no adjustment; and weights the caller gave."""


@dataclass(frozen=True, eq=False)
class StandardPopulation:
    """Whom a standardised difference is for.

    Parameters
    ----------
    name : str
        One of `WEIGHTS`, `OWN`, or `GIVEN`.
    shares : ndarray, shape (2, strata)
        Share of each stratum, per group; rows sum to one, and are the same but for `OWN`.
    """

    name: str
    shares: Floats


def standard_population(
    weights: Weighting, counts: Counts, strata: Sequence[str]
) -> StandardPopulation:
    """Return the standard population that weights ask for.

    Parameters
    ----------
    weights : str, mapping of str to float, or sequence of float
        One of `WEIGHTS`, or `OWN`; or given weights, by stratum or in their order, that need not
        sum to one.
    counts : ndarray of int, shape (2, strata)
        Citizens of each group in each stratum, intervention first.
    strata : sequence of str
        Ids of the strata.

    Raises
    ------
    ValueError
        An unknown name; given weights that are negative, above `LARGEST`, all zero, or name other
        strata; overlap weights where no stratum holds citizens of both groups.
    """
    sizes = counts.astype(np.float64)
    name = one_form(weights).casefold() if isinstance(weights, str) else GIVEN
    if name == OWN:
        return StandardPopulation(OWN, sizes / sizes.sum(axis=1, keepdims=True))
    if isinstance(weights, str):
        if name not in WEIGHTS:
            raise WrongValueError("weights", weights, "weights", known=(*WEIGHTS, OWN))
        raw = _named_weights(name, sizes)
        if raw.sum() == 0.0:
            raise WrongValueError("weights", None, "no_overlap")
    else:
        raw = _given_weights(weights, strata)
    return StandardPopulation(name, np.tile(raw / raw.sum(), (2, 1)))


def _named_weights(name: str, sizes: Floats) -> Floats:
    """Return unscaled weights of a standard population, shape (strata,)."""
    both: Floats = sizes.sum(axis=0)
    if name == "overlap":
        product: Floats = sizes[0] * sizes[1]
        return np.divide(product, both, out=np.zeros_like(both), where=both > 0)
    named: dict[str, Floats] = {"pooled": both, "intervention": sizes[0], "control": sizes[1]}
    return named[name]


def _given_weights(given: Mapping[str, float] | Sequence[float], strata: Sequence[str]) -> Floats:
    if isinstance(given, Mapping):
        given = {one_form(str(stratum)): weight for stratum, weight in given.items()}
        if set(given) != set(strata):
            raise ValueError(
                f"weights: read {', '.join(map(str, given))}; write one number for each of "
                f"{', '.join(strata)}"
            )
        given = [given[stratum] for stratum in strata]
    raw = np.asarray(given, np.float64)
    if raw.shape != (len(strata),) or not ((raw >= 0) & (raw <= LARGEST)).all():
        raise ValueError(
            f"weights: read {raw.tolist()}; write a number from 0 "
            f"to {LARGEST:.0f} for each of {', '.join(strata)}"
        )
    if raw.sum() == 0.0:
        raise ValueError("weights: all are 0; write a number above 0 for some stratum")
    return raw


def standard_error(weights: Floats, variances: Floats, sizes: Counts) -> float:
    """Return sqrt(sum w^2 s^2 / n) over the cells; NaN where a weighted cell holds one citizen.

    Parameters
    ----------
    weights, variances : ndarray, shape (2, strata)
        Shares, and variances of the citizens' values with n - 1.
    sizes : ndarray of int, shape (2, strata)
        Citizens behind each cell; a cell of none adds nothing, its value is not an estimate.
    """
    parts = _parts(weights, variances, sizes)
    return math.nan if parts is None else math.sqrt(float(parts.sum()))


def degrees_of_freedom(weights: Floats, variances: Floats, sizes: Counts) -> float:
    """Satterthwaite's degrees of freedom of `standard_error`; NaN where it is not above zero.

    (sum v)^2 / sum (v^2 / (n - 1)) with v = w^2 s^2 / n (Satterthwaite 1946, Biometrics Bulletin
    2(6), 110-114).
    """
    parts = _parts(weights, variances, sizes)
    if parts is None or not parts.any():
        return math.nan
    shares = parts / parts.sum()
    return float(1.0 / (shares**2 / np.maximum(sizes - 1, 1)).sum())


def _parts(weights: Floats, variances: Floats, sizes: Counts) -> Floats | None:
    """Squared standard error of each weighted cell; None where one holds a single citizen."""
    used = (weights > 0) & (sizes > 0)
    if (used & (sizes == 1)).any():
        return None
    parts: Floats = np.zeros(weights.shape)
    parts[used] = weights[used] ** 2 * variances[used] / sizes[used]
    return parts


def weight_variance(population: StandardPopulation, counts: Counts, differences: Floats) -> float:
    """Return what uncertain weights add to the variance of a standardised difference.

    Where the citizens are a sample and the standard population is the one they come from, the
    shares are estimates too. Given the strata, the cells' means are unbiased whatever the shares,
    so the two parts add; this is the delta method over the two groups' multinomial shares.

    Parameters
    ----------
    population : StandardPopulation
        Given weights are known, and add nothing.
    counts : ndarray of int, shape (2, strata)
        Citizens of each cell.
    differences : ndarray, shape (strata,)
        Difference of the groups' means in each stratum; not read where it has no weight.
    """
    if population.name in (OWN, GIVEN):
        return 0.0
    sizes = counts.astype(np.float64)
    totals = sizes.sum(axis=1, keepdims=True)
    shares = sizes / totals
    weights = population.shares[0]
    delta = np.where(weights > 0, differences, 0.0)
    estimate = float(weights @ delta)
    both = sizes.sum(axis=0)
    if population.name == "overlap":
        scale = (sizes[0] * sizes[1] / np.maximum(both, 1.0)).sum()
        # d/dp of n1 p1 n2 p2 / (n1 p1 + n2 p2), for each group's p.
        slopes = totals * (sizes[::-1] / np.maximum(both, 1.0)) ** 2 / scale
    else:
        slopes = {
            "pooled": totals / totals.sum(),
            "intervention": np.array([[1.0], [0.0]]),
            "control": np.array([[0.0], [1.0]]),
        }[population.name] * np.ones_like(sizes)
    influence = slopes * np.where(weights > 0, delta - estimate, 0.0)
    means = (shares * influence).sum(axis=1, keepdims=True)
    return float(((shares * (influence - means) ** 2).sum(axis=1) / totals[:, 0]).sum())


@dataclass(frozen=True, slots=True)
class Direct:
    """A standardised difference of two groups whose every citizen is known.

    Attributes
    ----------
    estimate : float
        sum over strata of w (mean of the first group - mean of the second), in the unit of the
        values; NaN where a weighted cell is empty.
    standard_error : float
        With the weights taken as known; NaN where a weighted cell holds one citizen or none.
    standard_error_with_weights : float
        The same with the weights' own uncertainty, where they are shares of the sample.
    degrees_of_freedom : float
        Satterthwaite's.
    weights, means, variances : ndarray, shape (2, strata)
        Per cell; variances with n - 1, NaN for one citizen.
    sizes : ndarray of int, shape (2, strata)
        Citizens of each cell.
    """

    estimate: float
    standard_error: float
    standard_error_with_weights: float
    degrees_of_freedom: float
    weights: Floats
    means: Floats
    variances: Floats
    sizes: Counts


def direct(
    groups: Sequence[Sequence[Floats]],
    population: StandardPopulation,
    counted: Counts | None = None,
) -> Direct:
    """Standardise the difference of two groups directly.

    Parameters
    ----------
    groups : sequence of two sequences of ndarray
        Per group, the values of the citizens of each stratum, in one order of strata.
    population : StandardPopulation
        Whom the difference is for.
    counted : ndarray of int, shape (2, strata), optional
        The citizens whose mix the population's is, where some of them have no value.
    """
    sizes = np.array([[values.size for values in group] for group in groups], dtype=np.int64)
    shares = population.shares
    means, variances = np.full(shares.shape, math.nan), np.full(shares.shape, math.nan)
    for cell in zip(*np.nonzero(sizes), strict=True):
        values = groups[cell[0]][cell[1]]
        means[cell] = values.mean()
        if values.size > 1:
            variances[cell] = values.var(ddof=1)
    used = shares > 0
    whole = bool((sizes[used] > 0).all())
    signed = np.where(used, means, 0.0) * shares
    estimate = float(signed[0].sum() - signed[1].sum()) if whole else math.nan
    error = standard_error(shares, variances, sizes) if whole else math.nan
    of = sizes if counted is None else counted
    extra = weight_variance(population, of, means[0] - means[1]) if whole else math.nan
    return Direct(
        estimate,
        error,
        math.sqrt(error**2 + extra) if math.isfinite(error) else math.nan,
        degrees_of_freedom(shares, variances, sizes) if whole else math.nan,
        shares,
        means,
        variances,
        sizes,
    )


def imbens_manski(
    low: float, high: float, error: float, freedom: float, level: float
) -> tuple[float, float]:
    """Return an interval that holds a bounded value with the given confidence.

    Imbens & Manski (2004), Econometrica 72(6), 1845-1857, equations 6 and 7: low - c error to
    high + c error, where c solves F(c + (high - low) / error) - F(-c) = level. One error stands
    for both ends, the larger, which is on the safe side of theirs; F is Student's t and not the
    normal, so that bounds that meet give Satterthwaite's interval. The width is taken as it is
    estimated; Stoye (2009), Econometrica 77(4), 1299-1315, says what that asks.

    Parameters
    ----------
    low, high : float
        Estimated ends, low <= high.
    error : float
        The larger standard error of the two; above zero.
    freedom : float
        Degrees of freedom of it.
    level : float
        Between 0 and 1.
    """
    from scipy.optimize import brentq
    from scipy.special import stdtr, stdtrit

    width = (high - low) / error

    def short(c: float) -> float:
        return float(stdtr(freedom, c + width) - stdtr(freedom, -c)) - level

    most = float(stdtrit(freedom, (1 + level) / 2))
    if width <= 1e-12:
        return low - most * error, high + most * error
    c = float(brentq(short, 0.0, most, xtol=1e-12))
    return low - c * error, high + c * error


def smd(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Standardised mean difference of two groups, each (mean, variance); NaN without spread.

    (m1 - m2) / sqrt((v1 + v2) / 2); for a share p the variance is p (1 - p) (Austin 2009,
    Statistics in Medicine 28, 3083-3107).
    """
    spread = (first[1] + second[1]) / 2
    if not spread > 0:
        return 0.0 if first[0] == second[0] else math.nan
    return (first[0] - second[0]) / math.sqrt(spread)
