"""Citizen weights: the laws that their samplers claim."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gevinst.stats.weights import dirichlet_weights, gammas, multinomial_weights, urn
from tests.conftest import SIX


@pytest.mark.parametrize("shape", [1 / 3, 0.6, 26 / 28, 1.0])
def test_gammas_have_their_law(shape: float) -> None:
    """Draws follow the gamma law: Kolmogorov-Smirnov, false alarm below one in a million.

    A rejection step left out would move the distribution function by 0.02 and more.
    """
    drawn = gammas(shape, (400, 1000), np.random.default_rng(1)).ravel()
    assert stats.kstest(drawn, stats.gamma(shape).cdf).pvalue > 1e-6
    assert (drawn > 0).all()


def test_gammas_say_what_they_cannot() -> None:
    """A shape above one or not above zero is refused."""
    for shape in (0.0, 1.5):
        with pytest.raises(ValueError, match="shape: read"):
            gammas(shape, (2, 2), np.random.default_rng(1))


@pytest.mark.parametrize(("n", "concentration"), [(3, 1 / 3), (28, 26 / 28), (26, 1.0)])
def test_weighted_means_have_the_dirichlet_variance(n: int, concentration: float) -> None:
    """A weighted mean has the plain mean and the variance s_n^2/(A + 1): R33, and methods a."""
    values = np.random.default_rng(7).gamma(1.0, 50_000.0, n)
    rows = 100_000
    weights = dirichlet_weights(n, concentration, rows, np.random.default_rng(2))
    np.testing.assert_allclose(weights.mean(axis=0), 1.0)
    means = values @ weights / n
    expected = values.var() / (n * concentration + 1.0)
    spread = (means - values.mean()) ** 2
    assert abs(means.mean() - values.mean()) < SIX * (expected / rows) ** 0.5
    assert abs(spread.mean() - expected) < SIX * spread.std() / rows**0.5


def test_multinomial_weights_are_the_plain_bootstrap() -> None:
    """Counts add to n, and a weighted mean has the plug-in variance s_n^2/n."""
    values = np.arange(10.0) ** 2
    weights = multinomial_weights(10, 100_000, np.random.default_rng(3))
    assert (weights.sum(axis=0) == 10).all()
    means = values @ weights / 10
    spread = (means - values.mean()) ** 2
    assert abs(spread.mean() - values.var() / 10) < SIX * spread.std() / 100_000**0.5


@pytest.mark.parametrize(("n", "mass", "size"), [(4, 2.0, 6), (28, 26.0, 30), (5, 5.0, 3)])
def test_the_urn_is_dirichlet_then_multinomial(n: int, mass: float, size: int) -> None:
    """How often one citizen is copied has the beta-binomial law; pairs have its covariance.

    Chi-square against the exact law over all counts, false alarm below one in a million; moments
    within six standard errors. Forgetting the copies would give the binomial, whose variance is
    less by the factor (mass + 1)/(mass + size).
    """
    rows = 200_000
    like = urn(n, mass, size, rows, np.random.default_rng(4))
    assert like.shape == (size, rows)
    counts = (like == n - 1).sum(axis=0)
    law = stats.betabinom(size, mass / n, mass - mass / n)
    seen = np.bincount(counts, minlength=size + 1)
    expected = rows * law.pmf(np.arange(size + 1))
    cut = int(np.flatnonzero(expected >= 5)[-1])  # few are expected beyond: one cell for them all
    seen = np.append(seen[:cut], seen[cut:].sum())
    expected = np.append(expected[:cut], expected[cut:].sum())
    assert stats.chisquare(seen, expected).pvalue > 1e-6
    other = (like == 0).sum(axis=0)
    products = (counts - size / n) * (other - size / n)
    covariance = -size / n**2 * (mass + size) / (mass + 1)
    assert abs(products.mean() - covariance) < SIX * products.std() / rows**0.5


def test_newcomers_are_exchangeable() -> None:
    """The first of the group resembles each of those seen as often as the last does."""
    rows, n = 100_000, 6
    like = urn(n, 4.0, 8, rows, np.random.default_rng(5))
    for place in (0, 7):
        seen = np.bincount(like[place], minlength=n)
        assert stats.chisquare(seen).pvalue > 1e-6
