"""Draws widened by Student's t, and the degrees of freedom their spread has."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.mean.widening import Sampled, effective_degrees_of_freedom, widened


@pytest.mark.parametrize("degrees", [1.0, 2.0, 4.0, 8.3, 26.0, 51.7, 1e6])
def test_normal_draws_become_students(degrees: float) -> None:
    """At the ranks of a normal sample the law is Student's, everywhere."""
    ranks = (np.arange(50_000) + 0.5) / 50_000
    found = widened(3.0 * stats.norm.ppf(ranks), degrees)
    assert found == pytest.approx(3.0 * stats.t.ppf(ranks, degrees), rel=1e-5, abs=1e-9)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60),
    st.floats(1.0, 200.0),
)
def test_order_and_median_stay(values: list[float], degrees: float) -> None:
    """No draw passes another, the median stays, and none comes nearer to it."""
    ordered = np.sort(values)
    found = widened(ordered, degrees)
    scale = max(1.0, float(np.abs(ordered).max()))
    assert (np.diff(found) >= -1e-9 * scale).all()
    middle = np.median(ordered)
    assert np.median(found) == pytest.approx(middle, abs=1e-6 * scale)
    assert (np.abs(found - middle) >= np.abs(ordered - middle) * (1 - 1e-9) - 1e-9 * scale).all()


def test_known_spread_widens_nothing() -> None:
    """Without a sample the draws are their own law."""
    ordered = np.sort(np.random.default_rng(1).normal(size=100))
    assert widened(ordered, math.inf) is ordered


def test_degrees_of_freedom_are_welchs() -> None:
    """Two samples alone: Welch's formula; more variance that is known: more degrees of freedom."""
    a, b = Sampled(4.0, 27, 28), Sampled(9.0, 25, 26)
    welch = 13.0**2 / (4.0**2 / 27 + 9.0**2 / 25)
    assert effective_degrees_of_freedom(13.0, [a, b]) == pytest.approx(welch)
    assert effective_degrees_of_freedom(26.0, [a, b]) == pytest.approx(4 * welch)
    assert effective_degrees_of_freedom(12.9, [a, b]) == pytest.approx(welch)  # simulation error


@pytest.mark.parametrize(
    "sampled",
    [(), (Sampled(0.0, 3, 4),), (Sampled(1e-20, 3, 4),)],
    ids=["none", "same", "rounding"],
)
def test_what_is_not_estimated_has_no_degrees_of_freedom(sampled) -> None:
    """No sample, or one without spread, widens nothing."""
    assert math.isinf(effective_degrees_of_freedom(7.0, sampled))
