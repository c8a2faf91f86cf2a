"""Gaussian copula: numbers that move together by stated rank correlations.

Scores (standard normal deviates, `gevinst.stats.laws`) get a correlation and go back through each
law, so that no law changes. For a normal pair with Pearson correlation p the Spearman rank
correlation is r = (6/π) asin(p/2), so p = 2 sin(πr/6): Kruskal (1958), Ordinal measures of
association, Journal of the American Statistical Association 53(284), 814-861.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.laws import Law

__all__ = ["Copula", "copula_of", "covariance", "directions"]

Floats = NDArray[np.float64]

_ROUNDING = 1e-10
"""An eigenvalue nearer zero is zero: rates that always rank alike make one."""


@dataclass(frozen=True, eq=False)
class Copula:
    """Correlations of some named numbers.

    Parameters
    ----------
    names : tuple of str
        Whose.
    stated : ndarray, shape (name, name)
        Rank correlations as stated, 0 where nothing is.
    pearson : ndarray, shape (name, name)
        Correlations of the scores that are used.
    repaired : bool
        Whether what is used is not what is stated, because nothing can be.
    """

    names: tuple[str, ...]
    stated: Floats
    pearson: Floats
    repaired: bool

    @property
    def used(self) -> Floats:
        """Rank correlations that are used, shape (name, name)."""
        ranks: Floats = 6.0 / np.pi * np.arcsin(self.pearson / 2.0)
        return ranks

    @property
    def change(self) -> tuple[str, str, float, float]:
        """The pair that the repair changes most: names, rank correlation stated and used."""
        changed = np.triu(np.abs(self.used - self.stated), 1)
        i, j = divmod(int(changed.round(9).argmax()), len(self.names))  # of equals the first
        return self.names[i], self.names[j], float(self.stated[i, j]), float(self.used[i, j])

    @property
    def factor(self) -> Floats:
        """Lower triangle L with LL' = `pearson`; a number that others determine adds nothing."""
        n = len(self.names)
        factor = np.zeros((n, n))
        for j in range(n):
            left = self.pearson[j:, j] - factor[j:, :j] @ factor[j, :j]
            if left[0] > _ROUNDING:
                factor[j:, j] = left / np.sqrt(left[0])
        return factor

    def mix(self, scores: list[Floats]) -> list[Floats]:
        """Correlate independent scores, each of shape (row,); what stands alone stays itself."""
        mixed = []
        for weights in self.factor:
            used = [w * z for w, z in zip(weights, scores, strict=True) if w != 0.0]
            mixed.append(np.sum(used, axis=0))
        return mixed


@cache
def copula_of(names: tuple[str, ...], pairs: tuple[tuple[str, str, float], ...]) -> Copula:
    """Return the Gaussian copula with stated rank correlations.

    Parameters
    ----------
    names : tuple of str
        In the order in which scores are mixed: the first keeps its own.
    pairs : tuple of (str, str, float)
        Two names and their Spearman rank correlation, each pair once; others have 0.

    Returns
    -------
    Copula
        Where no numbers can have these correlations together (the matrix has a negative
        eigenvalue) that of a correlation matrix near it, `repaired`.
    """
    stated = np.eye(len(names))
    for first, other, rank in pairs:
        i, j = names.index(first), names.index(other)
        stated[i, j] = stated[j, i] = rank
    pearson: Floats = 2.0 * np.sin(np.pi * stated / 6.0)
    np.fill_diagonal(pearson, 1.0)
    repaired = not _valid(pearson)
    return Copula(names, stated, _repair(pearson) if repaired else pearson, repaired)


def _valid(matrix: Floats) -> bool:
    return bool(np.linalg.eigvalsh(matrix).min(initial=0.0) > -_ROUNDING)


def _repair(matrix: Floats) -> Floats:
    """Find a correlation matrix near one that is none, of two ways the nearer that gives one."""
    from statsmodels.stats.correlation_tools import (  # type: ignore[import-untyped]
        corr_clipped,
        corr_nearest,
    )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its iterations; what it gives is looked at here
        found = [way(matrix, threshold=_ROUNDING) for way in (corr_nearest, corr_clipped)]
    found = [(each + each.T) / 2.0 for each in found]
    for each in found:
        np.fill_diagonal(each, 1.0)
    near: Floats = min(filter(_valid, found), key=lambda each: float(np.sum((each - matrix) ** 2)))
    return near


def directions(reach: Floats, coupling: str) -> Floats:
    """Return what means of the same citizens lean on, so that their sum has a coupling's variance.

    Parameters
    ----------
    reach : ndarray, shape (mean,)
        What each counts for in the sum, times its standard error.
    coupling : {"narrowest", "independent", "widest"}
        ``widest``: variance (sum |v|)^2, the largest; ``independent``: sum v^2; ``narrowest``:
        max(0, 2 max |v| - sum |v|)^2, the smallest that any correlations give: the largest against
        all others, or, where it is no longer than they together, the sides of a closed polygon.

    Returns
    -------
    ndarray, shape (mean, score)
        Unit vectors: a mean's score is its row times independent standard normal scores.

    Examples
    --------
    >>> reach = np.array([3.0, -4.0, 5.0])
    >>> for coupling in ("narrowest", "independent", "widest"):
    ...     float(np.linalg.norm(reach @ directions(reach, coupling)).round(9))
    0.0
    7.071067812
    12.0
    """
    size = len(reach)
    if coupling == "independent" or size < 2:
        return np.eye(size)
    sign, long = np.where(reach < 0.0, -1.0, 1.0), np.abs(reach)
    found = np.zeros((size, size))
    found[:, 0] = sign
    largest = int(long.argmax())
    if coupling == "widest":
        return found
    if 2.0 * long[largest] >= long.sum() or size < 3:
        found[np.arange(size) != largest, 0] *= -1.0
        return found
    # The longest first, each to the shortest of three sides: no side is then longer than the others
    # together, so that they close a triangle.
    side = np.zeros(size, dtype=np.int64)
    sides = np.zeros(3)
    for k in np.argsort(-long, kind="stable"):
        side[k] = sides.argmin()
        sides[side[k]] += long[k]
    a, b, c = sides
    at_b = math.acos(np.clip((c**2 - a**2 - b**2) / (2.0 * a * b), -1.0, 1.0))
    at_c = -math.acos(np.clip((b**2 - a**2 - c**2) / (2.0 * a * c), -1.0, 1.0))
    angle = np.array([0.0, at_b, at_c])[side]
    found[:, 0], found[:, 1] = sign * np.cos(angle), sign * np.sin(angle)
    return found


def covariance(first: Law, other: Law, pearson: float) -> float:
    """Return the covariance of two laws whose scores have a correlation.

    Parameters
    ----------
    first, other : Law
        The laws.
    pearson : float
        Correlation of their scores.

    Notes
    -----
    With orthonormal Hermite polynomials h_k, E[h_j(Z) h_k(Z')] is ρ^k where j = k and else 0 for a
    normal pair with correlation ρ (Mehler 1866). So the covariance is the sum over k >= 1 of
    ρ^k a_k b_k with a_k = E[x(Z) h_k(Z)], x(z) the law's value at score z.
    """
    a, b = _hermite(first), _hermite(other)
    return float(np.sum(pearson ** np.arange(1, _TERMS) * a[1:] * b[1:]))


_TERMS = 80


@cache
def _hermite(law: Law) -> Floats:
    """Coefficients a_k, by sums over an even grid: exact to rounding for smooth functions."""
    z = np.linspace(-12.0, 12.0, 481)
    weighted = law.at(z) * np.exp(-(z**2) / 2.0) / np.sqrt(2.0 * np.pi) * (z[1] - z[0])
    before, now = np.zeros_like(z), np.ones_like(z)
    found = np.empty(_TERMS)
    for k in range(_TERMS):
        found[k] = np.sum(weighted * now)
        before, now = now, (z * now - np.sqrt(k) * before) / np.sqrt(k + 1.0)
    return found
