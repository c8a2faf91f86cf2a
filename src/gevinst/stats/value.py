"""What it is worth to know more before a choice: the value of information, from draws.

One adopts something, or does not. Adopting has a net benefit NB that nobody knows for certain; not
adopting has 0. With what is known now the better choice is worth max(E NB, 0). Whoever knew NB
would be worth E max(NB, 0): the difference is the expected value of perfect information (EVPI).
Whoever knew some inputs x alone would choose by E[NB | x], which is worth E max(E[NB | x], 0): the
expected value of partial perfect information (EVPPI).

Where E[NB | x] is known in every draw of x, EVPPI is the EVPI of those numbers. Where it is not, it
is what a regression of NB on x fits (Strong, Oakley & Brennan 2014, Medical Decision Making 34(3),
311-326, doi 10.1177/0272989X13505910).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats import streams
from gevinst.stats.sensitivity.sobol import finite_numbers
from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

__all__ = ["InformationValue", "evpi", "evppi", "normal_evpi"]

Floats = NDArray[np.float64]

DEGREE = 5
"""Degree of the polynomial that is fitted: enough for smooth curves, few enough to be stable."""
MOST_TERMS = 500
"""Terms of a polynomial, of which there are squares in memory."""
_ROUNDING = 1e-12  # of the largest net benefit
_DEPENDENT = 1e-11  # of the largest eigenvalue: terms that are sums of the others


@dataclass(frozen=True, repr=False)
class InformationValue(Listed):
    """What knowing something is worth, in the unit of the net benefit.

    Attributes
    ----------
    value : float
        Never below 0.
    error : float
        Monte Carlo standard error; 0 where nothing was drawn. It is no statement about the model.
    bias : float
        What the same regression gives where there is nothing to know: the net benefits are dealt
        anew among the draws. A value not far above it is none. 0 without a regression.
    """

    value: float
    error: float = 0.0
    bias: float = 0.0

    def heading(self, lang: Lang) -> str:
        """Say the value and its error."""
        text = language(lang)
        said = {name: text.significant(value, 4) for name, value in self.to_dict().items()}
        return text("stats.information", **said)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def evpi(net_benefit: ArrayLike, probabilities: ArrayLike | None = None) -> InformationValue:
    """Return the expected value of perfect information, E max(NB, 0) - max(E NB, 0).

    Parameters
    ----------
    net_benefit : array_like, shape (n,)
        What adopting is worth in each draw, against 0 for not adopting, in any unit. Of draws of
        E[NB | x] it is the EVPPI of x.
    probabilities : array_like, shape (n,), optional
        Of the net benefits, where they are all that there can be: the value is then exact. Equally
        likely draws by default.

    Returns
    -------
    InformationValue
        The error is that of the mean regret of what is now the better choice: max(-NB, 0) where
        E NB is above zero, max(NB, 0) where it is not. Where zero is within a few errors of E NB
        the value is too low by up to 0.4 errors of the mean, as the better choice is found from
        the same draws. Raiffa & Schlaifer (1961).

    Raises
    ------
    ValueError
        No draws, values that are not finite numbers, or probabilities that do not sum to one.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.evpi([-100.0, 300.0], [0.5, 0.5]).value  # to adopt would be wrong half of the time
    50.0
    """
    values = finite_numbers(net_benefit, "net_benefit", 1)
    if not values.size:
        raise ValueError("net_benefit: read no draws; write at least one")
    if probabilities is None:
        mean = float(values.mean())
        regret = _regret(values, mean)
        return InformationValue(float(regret.mean()), float(regret.std()) / math.sqrt(values.size))
    share = finite_numbers(probabilities, "probabilities", 1)
    if share.shape != values.shape or share.min() < 0.0 or abs(math.fsum(share) - 1.0) > 1e-9:
        raise ValueError("probabilities: write one for each net benefit, with sum 1")
    mean = math.fsum(share * values)
    return InformationValue(math.fsum(share * _regret(values, mean)))


def normal_evpi(mean: float, standard_deviation: float) -> InformationValue:
    """Return the exact EVPI of a normal net benefit.

    s (phi(z) - z Phi(-z)) with z = abs(mean) / s, the unit normal loss (Raiffa & Schlaifer 1961,
    Applied Statistical Decision Theory, section 5.3). Where NB is a sum of independent normal
    inputs, the EVPPI of some is this with their own standard deviation.

    Parameters
    ----------
    mean, standard_deviation : float
        Of the net benefit, in its unit.

    Returns
    -------
    InformationValue
        In that unit, without error.

    Raises
    ------
    ValueError
        If they are not finite, or the standard deviation is below 0.

    Examples
    --------
    >>> import gevinst as gv
    >>> round(gv.stats.normal_evpi(0.0, 2.0).value, 6)
    0.797885
    """
    if not (math.isfinite(mean) and math.isfinite(standard_deviation) and standard_deviation >= 0):
        raise ValueError(
            f"mean, standard_deviation: read {mean}, {standard_deviation}; write finite numbers, "
            "the second not below 0"
        )
    if standard_deviation == 0.0:
        return InformationValue(0.0)
    z = abs(mean) / standard_deviation
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    beyond = 0.5 * math.erfc(z / math.sqrt(2.0))
    return InformationValue(max(standard_deviation * (density - z * beyond), 0.0))


def evppi(
    net_benefit: ArrayLike,
    inputs: ArrayLike,
    *,
    degree: int = DEGREE,
    rng: streams.Rng = None,
) -> InformationValue:
    """Estimate the expected value of partial perfect information by regression.

    E[NB | x] is fitted by a polynomial in the standardised inputs, by normal equations
    (Strong, Oakley & Brennan 2014, section "Nonparametric regression", with a polynomial in the
    place of splines).

    Parameters
    ----------
    net_benefit : array_like, shape (n,)
        What adopting is worth in each draw, against 0 for not adopting.
    inputs : array_like, shape (n,) or (n, k)
        The inputs that would be known, row i those of draw i. Inputs that do not vary are left out;
        where none varies the value is 0.
    degree : int
        Of the polynomial, all inputs together; 1 or more.
    rng : what `numpy.random.default_rng` takes, optional
        Seed of how the draws are dealt anew for `bias`.

    Returns
    -------
    InformationValue
        With the error of the fit in the error: by the delta method over mean and coefficients.

    Raises
    ------
    ValueError
        Shapes that do not fit, values that are not finite numbers, or so many inputs that the
        polynomial has more than 500 terms or a tenth as many as there are draws.

    Notes
    -----
    With X the terms and r the residuals, the error is that of the mean of
    max(g, 0) - 1{E NB > 0} NB + h r, where g is the fit and h the fit of 1{g > 0} on X: an error in
    the coefficients moves the mean of max(g, 0) by the mean of 1{g > 0} X. Sums go by `einsum`,
    as BLAS would give other last bits with another number of threads.

    Examples
    --------
    >>> import gevinst as gv
    >>> known, unknown = [-1.0, 1.0] * 500, [-3.0, -3.0, 3.0, 3.0] * 250
    >>> net_benefit = [x + y for x, y in zip(known, unknown)]
    >>> found = gv.stats.evppi(net_benefit, known, degree=1, rng=1)
    >>> round(found.value, 6)  # half of the time it is 1
    0.5
    """
    values = finite_numbers(net_benefit, "net_benefit", 1)
    columns = finite_numbers(inputs, "inputs")
    columns = columns[:, np.newaxis] if columns.ndim == 1 else columns
    if columns.ndim != 2 or len(columns) != len(values):
        raise ValueError(
            f"net_benefit, inputs: read shapes {values.shape} and {np.shape(inputs)}; write (n,) "
            "and (n,) or (n, k)"
        )
    moving = [column for column in columns.T if np.ptp(column) > 0.0]
    if not moving or np.ptp(values) == 0.0:
        return InformationValue(0.0)
    if degree < 1:
        raise ValueError(f"degree: read {degree}; write 1 or more")
    terms = math.comb(len(moving) + degree, degree)
    if terms > min(MOST_TERMS, len(values) // 10):
        raise ValueError(
            f"inputs: {len(moving)} of them make {terms} terms of degree {degree}, too many for "
            f"{len(values)} draws; write fewer inputs, a lower degree or more draws"
        )
    design = _terms(moving, degree)
    solve = _pseudo_inverse(np.einsum("in,jn->ij", design, design))

    def fit(of: Floats) -> Floats:
        found: Floats = np.einsum("i,in->n", solve @ np.einsum("in,n->i", design, of), design)
        return found

    mean = float(values.mean())
    centred = values - mean  # so that a large mean takes no digits from the fit
    fitted = fit(centred)
    known = fitted + mean
    adopted = (known > 0.0).astype(np.float64)
    influence = np.maximum(known, 0.0) + fit(adopted) * (centred - fitted)
    if mean > 0.0:
        influence -= values
    dealt = streams.generator(rng).permutation(centred)
    value, bias = (float(_regret(each, mean).mean()) for each in (known, fit(dealt) + mean))
    if value <= _ROUNDING * float(np.abs(values).max()):  # no choice changes
        return InformationValue(0.0, 0.0, bias)
    return InformationValue(value, float(influence.std()) / math.sqrt(values.size), bias)


def _regret(values: Floats, mean: float) -> Floats:
    """What the choice that is better by the mean loses in each draw, against the better there."""
    return np.maximum(-values if mean > 0.0 else values, 0.0)


def _terms(columns: list[Floats], degree: int) -> Floats:
    """Return every product of at most so many standardised columns, shape (term, n)."""
    standard = [(column - column.mean()) / column.std() for column in columns]
    found = np.empty((math.comb(len(columns) + degree, degree), len(columns[0])))
    found[0], places = 1.0, dict[tuple[int, ...], int]({(): 0})
    for power in range(1, degree + 1):
        for which in combinations_with_replacement(range(len(columns)), power):
            places[which] = len(places)
            np.multiply(found[places[which[:-1]]], standard[which[-1]], out=found[places[which]])
    return found


def _pseudo_inverse(gram: Floats) -> Floats:
    """Invert a matrix of products, leaving out directions in which it is zero but for rounding."""
    scale = gram.diagonal() ** -0.5
    sizes, directions = np.linalg.eigh(gram * np.outer(scale, scale))
    kept = sizes > _DEPENDENT * sizes[-1]
    found: Floats = (directions[:, kept] / sizes[kept]) @ directions[:, kept].T
    return found * np.outer(scale, scale)
