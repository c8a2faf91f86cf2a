"""Fieller's interval of a ratio: against brute force, its three shapes, and its coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from scipy.stats import t as student

import gevinst as gv

MEANS = st.floats(-50, 50).filter(lambda x: abs(x) > 0.1)
VARIANCES = st.floats(0.01, 200)


@given(MEANS, MEANS, VARIANCES, VARIANCES, st.floats(-0.9, 0.9), st.floats(0.5, 4))
def test_values_that_are_not_refused(a, b, va, vb, correlation, quantile) -> None:
    """On a grid of ratios exactly those are left whose difference is within its error."""
    covariance = correlation * math.sqrt(va * vb)
    found = gv.stats.fieller_interval(
        a, b, quantile=quantile, variances=(va, vb), covariance=covariance
    )
    ratios = np.tan(np.linspace(-1.57, 1.57, 4001))
    error = va - 2 * ratios * covariance + ratios**2 * vb
    left = (a - ratios * b) ** 2 <= quantile**2 * error
    if found.shape == "all":
        assert left.all()
        return
    inside = (found.low < ratios) & (ratios < found.high)
    expected = inside if found.shape == "between" else ~inside
    near = np.isclose(ratios, found.low, rtol=1e-6) | np.isclose(ratios, found.high, rtol=1e-6)
    assert (left == expected)[~near].all()


def test_a_known_numerator_turns_the_interval_of_the_mean() -> None:
    """Where the numerator is known the ends are it over the ends of the denominator's interval."""
    found = gv.stats.fieller_interval(20.0, 50.0, quantile=2.0, variances=(0.0, 25.0))
    assert (found.shape, found.low, found.high) == ("between", 20 / 60, 20 / 40)
    opened = gv.stats.fieller_interval(20.0, 50.0, quantile=2.0, variances=(0.0, 900.0))
    assert opened.shape == "outside"
    assert opened.high == pytest.approx(20 / 110)
    assert opened.low == pytest.approx(-20 / 10)


def test_coverage_of_a_ratio_of_means() -> None:
    """Of 20,000 samples of 24 normal pairs 95 % hold the true ratio, where it is often open too.

    Exact for normal data, so the count is binomial: the test fails by chance in 1 of 10 million.
    """
    rng, n, repeats = np.random.default_rng(1), 24, 20_000
    means, spread = np.array([2.0, 5.0]), np.array([[4.0, 3.0], [3.0, 100.0]])
    data = rng.multivariate_normal(means, spread, size=(repeats, n))
    quantile = float(student.ppf(0.975, n - 1))
    held = opened = 0
    for sample in data:
        v = np.cov(sample.T) / n
        found = gv.stats.fieller_interval(
            *sample.mean(axis=0),
            quantile=quantile,
            variances=(v[0, 0], v[1, 1]),
            covariance=v[0, 1],
        )
        inside = found.low <= 0.4 <= found.high
        held += found.shape == "all" or (inside == (found.shape == "between"))
        opened += found.shape != "between"
    low, high = binom.ppf([5e-8, 1 - 5e-8], repeats, 0.95)
    assert low <= held <= high
    assert opened > repeats / 20


@pytest.mark.parametrize(
    ("quantile", "variances"), [(0.0, (1.0, 1.0)), (math.nan, (1.0, 1.0)), (2.0, (-1.0, 1.0))]
)
def test_what_is_no_quantile_and_no_variance(quantile, variances) -> None:
    """A quantile of zero and a variance below zero are refused."""
    with pytest.raises(ValueError, match="read"):
        gv.stats.fieller_interval(1.0, 2.0, quantile=quantile, variances=variances)
