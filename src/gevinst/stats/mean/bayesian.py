"""The Bayesian bootstrap's law of a mean, without draws.

With weights from a flat Dirichlet, the density of the weighted mean of x_1 .. x_n is the B-spline
whose knots are x_1 .. x_n (Curry & Schoenberg 1966; the weights are Rubin's, Annals of Statistics
9, 1981). De Boor's recursion adds positive numbers only, so it is stable at any n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

__all__ = ["MOST_CITIZENS", "DirichletLaw"]

Floats = NDArray[np.float64]

MOST_CITIZENS = 500
"""Most in a group for the law to be computed: a second, and eight times that at twice as many."""
_NODES = 8  # Gauss-Legendre nodes on a panel
_PANEL = 0.5  # standard deviations, where both laws are smooth
_FINE_PANEL = 0.01  # where one has kinks: few citizens, or few with another value
_SMOOTH = 6  # derivatives that a panel asks for
_MOST_EVALUATIONS = 20_000  # panels times citizens of fine panels


@dataclass(frozen=True, slots=True)
class DirichletLaw:
    """Law of the flat-Dirichlet mean of ``x``, or of its difference from that of ``y``.

    The variance of each mean is s_n**2 / (n + 1), s_n**2 the plug-in variance (Rubin 1981).
    Distribution functions are accurate to 1e-6 or better; there is nothing random in them.

    Attributes
    ----------
    x, y : ndarray, shapes (m,) and (n,)
        Not all equal within a group; y is None for one mean.
    """

    x: Floats
    y: Floats | None = None

    @property
    def mean(self) -> float:
        """Mean of the law: the observed mean, or difference."""
        return float(self.x.mean() - (0.0 if self.y is None else self.y.mean()))

    @property
    def sd(self) -> float:
        """Standard deviation of the law."""
        groups = (self.x,) if self.y is None else (self.x, self.y)
        return float(np.sqrt(sum(g.var() / (g.size + 1) for g in groups)))

    def cdf(self, t: float) -> float:
        """Return P(X <= t)."""
        return self._distribution()(t)

    def quantile(self, p: float) -> float:
        """Return t with P(X <= t) = p, 0 < p < 1."""
        from scipy.optimize import brentq

        distribution = self._distribution()
        low, high = float(self.x.min()), float(self.x.max())
        if self.y is not None:
            low, high = low - float(self.y.max()), high - float(self.y.min())
        return float(brentq(lambda t: distribution(t) - p, low, high, xtol=1e-9 * self.sd))

    def _distribution(self) -> _Distribution:
        nodes = weights = None
        if self.y is not None and float(np.ptp(self.y)) > 0:
            nodes, weights = _quadrature(self.y, min(_derivatives(self.x), _derivatives(self.y)))
        elif self.y is not None:
            nodes, weights = self.y[:1], np.ones(1)
        if float(np.ptp(self.x)) == 0 and self.y is not None:  # only the second mean is uncertain
            reflected = _Distribution(
                _integral(-self.y), float(-self.y.max()), float(-self.y.min())
            )
            return reflected.shifted(float(self.x[0]))
        end = (float(self.x.min()), float(self.x.max()))
        return _Distribution(_integral(self.x), *end, nodes, weights)


@dataclass(frozen=True, slots=True)
class _Distribution:
    """P(A - B <= t) as the integral of F_A(t + b) over nodes of the law of B."""

    integral: BSpline
    low: float
    high: float
    nodes: Floats | None = None
    weights: Floats | None = None
    shift: float = 0.0

    def shifted(self, by: float) -> _Distribution:
        return _Distribution(self.integral, self.low, self.high, self.nodes, self.weights, by)

    def __call__(self, t: float) -> float:
        points = np.asarray([t - self.shift]) if self.nodes is None else t + self.nodes
        inside = np.clip(points, self.low, self.high)
        value = self.integral(inside)
        value = np.where(points >= self.high, 1.0, np.where(points <= self.low, 0.0, value))
        weights = np.ones(1) if self.weights is None else self.weights
        return float(np.clip(weights @ value, 0.0, 1.0))


def _spline(values: Floats, degree: int, coefficients: Floats) -> BSpline:
    from scipy.interpolate import BSpline

    ends = values.size - 1  # clamped knots: values tied at an end need no special case
    knots = np.sort(values)
    return BSpline(np.pad(knots, ends, mode="edge"), coefficients, degree)


def _density(values: Floats) -> BSpline:
    """Return the density up to a factor: the one B-spline whose knots are the values."""
    n = values.size
    return _spline(values, n - 2, (np.arange(2 * n - 1) == n - 1).astype(np.float64))


def _integral(values: Floats) -> BSpline:
    """Return the distribution function: the sum of the B-splines from that one on."""
    n = values.size
    return _spline(values, n - 1, (np.arange(2 * n - 2) >= n - 1).astype(np.float64))


def _derivatives(values: Floats) -> int:
    """Continuous derivatives of the law's density: n - 2 - m for the value that occurs m times."""
    return values.size - 2 - int(np.unique(values, return_counts=True)[1].max())


def _quadrature(values: Floats, derivatives: int) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights of one Dirichlet mean's density, weights summing to one.

    Panels are half a standard deviation wide, finer when a density has few derivatives, and break
    at the values where this one has few.
    """
    low, high = float(values.min()), float(values.max())
    widths = (high - low) / float(values.std() / np.sqrt(values.size + 1))
    panels = math.ceil(widths / _PANEL) + 1
    if derivatives < _SMOOTH:
        fine = min(widths / _FINE_PANEL, _MOST_EVALUATIONS / values.size)
        panels = max(panels, math.ceil(fine))
    knots, repeats = np.unique(values, return_counts=True)
    rough = knots[values.size - 2 - repeats < _SMOOTH]
    edges = np.unique(np.concatenate([np.linspace(low, high, panels + 1), rough]))
    abscissa, weight = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(edges)[:, None] / 2
    nodes = (edges[:-1, None] + half * (1 + abscissa)).ravel()
    mass = (half * weight).ravel() * _density(values)(nodes)
    mass = mass / mass.sum()
    kept = mass > 1e-15
    return nodes[kept], mass[kept] / mass[kept].sum()
