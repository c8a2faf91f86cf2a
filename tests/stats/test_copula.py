"""How rates move together: the matrix that is used, and covariances of the laws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gevinst.stats.copula import copula_of, covariance
from gevinst.stats.laws import Gamma, Lognormal, Pert, Uniform


def test_possible_matrices_are_left_alone() -> None:
    """A matrix that can be is used as stated, and others say nothing of it."""
    copula = copula_of(("a", "b", "c"), (("a", "b", 0.5), ("b", "c", -0.3)))
    assert not copula.repaired
    np.testing.assert_allclose(copula.used, copula.stated, atol=1e-15)
    assert copula.pearson[0, 1] == pytest.approx(2 * math.sin(math.pi / 12))
    assert not copula_of((), ()).repaired


@pytest.mark.parametrize("pearson", [-1.0, -0.7, 0.3, 0.95, 1.0])
def test_covariances_have_closed_forms(pearson: float) -> None:
    """Lognormals have covariance m m'(exp(s s' p) - 1), uniforms w w' asin(p/2)/(2 pi)."""
    one, other = Lognormal(100.0, 0.5), Lognormal(7.0, 1.2)
    expected = 700.0 * math.expm1(one.sigma * other.sigma * pearson)
    assert covariance(one, other, pearson) == pytest.approx(expected, rel=1e-9)
    expected = 10.0 * 4.0 * math.asin(pearson / 2.0) / (2.0 * math.pi)
    found = covariance(Uniform(90.0, 100.0), Uniform(0.0, 4.0), pearson)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "law", [Gamma(5.0, 0.01), Gamma(5.0, 1.0), Gamma(5.0, 2.0), Pert(110.0, 90.0, 150.0)]
)
def test_covariance_with_itself_is_the_variance(law) -> None:
    """At a correlation of 1 the series adds up to the variance, at 0 to nothing."""
    assert covariance(law, law, 1.0) == pytest.approx(law.sd**2, rel=1e-9)
    assert covariance(law, law, 0.0) == 0.0


def test_covariance_is_the_double_integral() -> None:
    """The series gives what two nested Gauss-Hermite rules over the normal pair give."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(50)
    weights = weights / weights.sum()
    one, other, p = Gamma(1.0, 0.5), Pert(110.0, 90.0, 150.0), -0.6
    second = p * nodes[:, None] + math.sqrt(1 - p**2) * nodes
    product = (one.at(nodes) - 1.0)[:, None] * (other.at(second) - 110.0)
    expected = float(weights @ product @ weights)
    assert covariance(one, other, p) == pytest.approx(expected, rel=1e-7)
