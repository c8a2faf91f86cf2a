"""Citizen weights: the laws that their samplers claim."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gevinst.stats import weights as ours
from gevinst.stats.weights import (
    FEW,
    beta_binomial,
    chances,
    dealt,
    gammas,
    happened,
    picked,
    split,
    sums_by,
    urn,
)
from tests.conftest import SIX


@pytest.mark.parametrize("most", [0, 32])
def test_gammas_have_their_law(monkeypatch, most: int) -> None:
    """Of every number of citizens, one shape for all rows or one a row: Kolmogorov-Smirnov.

    False alarm below one in a million over the ten tests.
    """
    monkeypatch.setattr(ours, "_MOST_SIZES", most)
    rng, rows = np.random.default_rng(1), 40_000
    still = np.array([[0.0], [1.0], [7.0]])
    by_row = rng.integers(0, 4, (1, rows)).astype(float)
    for citizens in (still, by_row):
        drawn = gammas(citizens, 0.9, rows, rng)
        citizens = np.broadcast_to(citizens, drawn.shape)
        assert (drawn[citizens == 0] == 0).all()
        for size in np.unique(citizens[citizens > 0]):
            own = drawn[citizens == size]
            assert stats.kstest(own, stats.gamma(0.9 * size).cdf).pvalue > 1e-7


@pytest.mark.parametrize(("n", "concentration"), [(3, 1 / 3), (28, 26 / 28), (26, 1.0)])
def test_weighted_means_have_the_dirichlet_variance(n: int, concentration: float) -> None:
    """A weighted mean has the plain mean and the variance s_n^2/(A + 1): R33, and methods a."""
    rng, rows = np.random.default_rng(7), 100_000
    sizes = rng.multinomial(n - 3, [0.5, 0.3, 0.2]).astype(float) + 1
    values = np.array([10_000.0, 50_000.0, 400_000.0])
    weights = gammas(sizes[:, np.newaxis], concentration, rows, rng)
    means = values @ weights / weights.sum(axis=0)
    mean = values @ sizes / n
    expected = sizes @ (values - mean) ** 2 / n / (n * concentration + 1.0)
    spread = (means - mean) ** 2
    assert abs(means.mean() - mean) < SIX * (expected / rows) ** 0.5
    assert abs(spread.mean() - expected) < SIX * spread.std() / rows**0.5


def test_parts_of_a_whole_are_independent_gammas() -> None:
    """Each part has its own gamma law, and no part tells of another (Lukacs)."""
    rng, rows = np.random.default_rng(3), 50_000
    citizens = np.array([[1.0], [4.0], [2.0]])
    whole = rng.standard_gamma(0.9 * 7, rows)
    parts = split(whole, citizens, 0.9, rng)
    np.testing.assert_allclose(parts.sum(axis=0), whole)
    for part, n in zip(parts, (1, 4, 2), strict=True):
        assert stats.kstest(part, stats.gamma(0.9 * n).cdf).pvalue > 1e-7
    assert (np.abs(np.corrcoef(parts)[np.triu_indices(3, 1)]) < SIX / rows**0.5).all()


def test_dealing_is_multinomial() -> None:
    """Counts add to what is dealt, with the law of a multinomial; nobody goes to no weight."""
    rng, rows = np.random.default_rng(3), 100_000
    found = dealt(5, np.array([[2.0], [0.0], [3.0], [5.0]]), rows, rng)
    assert (found.sum(axis=0) == 5).all()
    assert not found[1].any()
    distinct, seen = np.unique(found, axis=1, return_counts=True)
    expected = rows * stats.multinomial(5, [0.2, 0.0, 0.3, 0.5]).pmf(distinct.T)
    assert stats.chisquare(seen, expected).pvalue > 1e-6
    by_row = dealt(np.arange(4.0), np.array([[1.0, 0, 2, 1], [1.0, 3, 0, 1]]), 4, rng)
    assert (by_row.sum(axis=0) == [0, 1, 2, 3]).all()
    assert by_row[0, 1] == by_row[1, 2] == 0


@pytest.mark.parametrize("events", [5, 2 * FEW])
def test_picks_have_their_law_and_their_chances(events: int) -> None:
    """Few picks or many: multinomial counts; the same chances and weights decide alike."""
    rng, rows = np.random.default_rng(4), 50_000
    weights = np.broadcast_to(np.array([[1.0], [0.0], [6.0], [3.0]]), (4, rows))
    by = chances(events, rows, rng)
    found = picked(weights, events, by)
    assert (found == picked(weights, events, by)).all()
    assert (found.sum(axis=0) == events).all()
    assert not found[1].any()
    for place, share in ((0, 0.1), (2, 0.6), (3, 0.3)):
        law = stats.binom(events, share)
        spread = (found[place] - law.mean()) ** 2
        assert abs(found[place].mean() - law.mean()) < SIX * law.std() / rows**0.5
        assert abs(spread.mean() - law.var()) < SIX * spread.std() / rows**0.5
    covariance = ((found[0] - events * 0.1) * (found[2] - events * 0.6)).mean()
    assert covariance == pytest.approx(-events * 0.06, abs=SIX * events * 0.3 / rows**0.5)
    some = np.where(np.arange(rows) % 2, events, 2.5)
    np.testing.assert_allclose(picked(weights, some, by).sum(axis=0), some)


@pytest.mark.parametrize("events", [6, 2 * FEW])
def test_what_happened_is_binomial_and_no_more_than_there_was(events: int) -> None:
    """Of each number of like events as many as their share, and not the same ones twice."""
    rng, rows = np.random.default_rng(5), 50_000
    by = chances(events, rows, rng)
    half = np.full(rows, events / 2)
    first = happened(half, np.full(rows, 0.3), by, 0, np.zeros(rows))
    other = happened(half, np.full(rows, 0.8), by, 1, half)
    for found, share in ((first, 0.3), (other, 0.8)):
        law = stats.binom(events // 2, share)
        assert found.max() <= events / 2
        assert abs(found.mean() - law.mean()) < SIX * law.std() / rows**0.5
    assert abs(np.corrcoef(first, other)[0, 1]) < SIX / rows**0.5


@pytest.mark.parametrize("most", [0, 1000])
def test_beta_binomial_has_its_law(monkeypatch, most: int) -> None:
    """Listed or drawn in two steps, chi-square; false alarm below one in a million."""
    monkeypatch.setattr(ours, "_MOST_LISTED", most)
    rows = 100_000
    found = beta_binomial(30, 2.5, 28.5, rows, np.random.default_rng(6))
    expected = rows * stats.betabinom(30, 2.5, 28.5).pmf(np.arange(31))
    cut = int(np.flatnonzero(expected >= 5)[-1])
    seen = np.bincount(found, minlength=31)
    pooled = [np.append(each[:cut], each[cut:].sum()) for each in (seen, expected)]
    assert stats.chisquare(*pooled).pvalue > 1e-6


def test_sums_by_place() -> None:
    """What paths count for adds up by the place they end in, one for all rows or one a row."""
    weights = np.arange(6.0).reshape(3, 2)
    still, by_row = np.array([[1], [0], [1]]), np.array([[1, 0], [0, 0], [1, 1]])
    np.testing.assert_array_equal(sums_by(still, weights, 3), [[2, 3], [4, 6], [0, 0]])
    np.testing.assert_array_equal(sums_by(by_row, weights, 2), [[2, 4], [4, 5]])


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
