"""Laws of a rate: what their draws, points and fits must be.

Draws are held against exact figures with six standard errors; a normal deviate exceeds six less
than once in 500 million times, and there are fewer than 200 comparisons, so a test fails by chance
less than once in two million. A wrong parameter is off by tens.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.distributions import (
    KINDS,
    MOST_MISS,
    beta_from_range,
    law_of,
    miss,
    nearest,
    points,
)
from gevinst.stats.laws import Beta, Fixed, Gamma, Lognormal, Pert, Uniform
from tests.conftest import SIX

N = 200_000

LAWS = {
    "gamma": Gamma(144_372.81, 0.1),
    "skewed gamma": Gamma(50.0, 1.5),
    "lognormal": Lognormal(144_372.81, 0.1),
    "skewed lognormal": Lognormal(50.0, 0.8),
    "pert": Pert(110.0, 90.0, 150.0),
    "pert at its end": Pert((5 * 90.0 + 150.0) / 6, 90.0, 150.0),
    "uniform": Uniform(90.0, 150.0),
    "beta": Beta(0.1, 25.0),
}


def _scipy(law):
    """The same law by scipy's own parameters."""
    match law:
        case Gamma(mean, cv):
            return stats.gamma(a=1 / cv**2, scale=mean * cv**2)
        case Lognormal(mean, cv):
            sigma = math.sqrt(math.log(1 + cv**2))
            return stats.lognorm(s=sigma, scale=mean * math.exp(-(sigma**2) / 2))
        case Pert(mean, low, high):
            mode = (6 * mean - low - high) / 4
            width = high - low
            a, b = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
            return stats.beta(a, b, loc=low, scale=width)
        case Uniform(low, high):
            return stats.uniform(low, high - low)
        case Beta(mean, worth):
            return stats.beta(mean * worth, (1 - mean) * worth)


@pytest.mark.parametrize("name", LAWS)
def test_laws_are_those_of_scipy(name: str) -> None:
    """Mean, sd and points are those of scipy.stats under the textbook's parameters."""
    law, theirs = LAWS[name], _scipy(LAWS[name])
    p = np.array([1e-9, 1e-4, 0.05, 0.3, 0.5, 0.7, 0.95, 0.9999])
    assert law.mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert law.sd == pytest.approx(theirs.std(), rel=1e-12)
    np.testing.assert_allclose(law.quantile(p), theirs.ppf(p), rtol=1e-9)
    upper = law.at(-stats.norm.ppf(p))
    np.testing.assert_allclose(upper, theirs.isf(p), rtol=1e-9)
    np.testing.assert_allclose(points(law), theirs.ppf([0.05, 0.95]), rtol=1e-9)


@pytest.mark.parametrize("name", LAWS)
def test_draws_have_the_mean_sd_and_points(name: str) -> None:
    """Draws agree with the exact mean, sd, and share below each of nine points."""
    law, theirs = LAWS[name], _scipy(LAWS[name])
    drawn = law.draw(np.random.default_rng(11), N)
    assert drawn.shape == (N,)
    assert abs(drawn.mean() - law.mean) < SIX * law.sd / math.sqrt(N)
    kurtosis = float(theirs.stats(moments="k")) + 3.0
    error = law.sd**2 * math.sqrt((kurtosis - 1.0) / N)
    assert abs(((drawn - law.mean) ** 2).mean() - law.sd**2) < SIX * error
    for p in np.linspace(0.1, 0.9, 9):
        below = (drawn < law.quantile(p)).mean()
        assert abs(below - p) < SIX * math.sqrt(p * (1 - p) / N)


@pytest.mark.parametrize("name", LAWS)
def test_scores_lead_back(name: str) -> None:
    """A value's score gives the value again, in both tails, and the scores of draws are finite."""
    law = LAWS[name]
    z = np.linspace(-6.0, 6.0, 49)
    np.testing.assert_allclose(law.score(law.at(z)), z, atol=1e-6)
    assert (np.diff(law.at(z)) > 0).all()
    assert np.isfinite(law.score(law.draw(np.random.default_rng(2), 10_000))).all()


def test_an_end_of_a_range_has_a_finite_score() -> None:
    """A draw rounded to a bound does not become an infinite score."""
    for law in (Pert(110.0, 90.0, 150.0), Uniform(90.0, 150.0)):
        assert np.isfinite(law.score([90.0, 150.0])).all()


@given(
    kind=st.sampled_from(["gamma", "lognormal"]),
    mean=st.floats(0.5, 1e6),
    cv=st.floats(0.005, 1.99),
)
def test_a_range_finds_the_spread_that_made_it(kind: str, mean: float, cv: float) -> None:
    """From its own 5 % and 95 % points a law is found again; its mean is the rate."""
    low, high = points(law_of(kind, mean, cv=cv))
    found = law_of(kind, mean, low=low, high=high)
    assert found.mean == mean
    assert found.sd == pytest.approx(mean * cv, rel=1e-5)
    assert miss(found, low, high) < 1e-6


@given(
    kind=st.sampled_from(["gamma", "lognormal"]),
    low=st.floats(1.0, 99.0),
    above=st.floats(1.0, 400.0),
)
def test_a_fit_is_the_nearest(kind: str, low: float, above: float) -> None:
    """No coefficient of variation up to 2 comes nearer, in squares, to a stated range."""
    high = 100.0 + above

    def distance(law) -> float:
        return float(np.sum((np.subtract(points(law), (low, high)) / (high - low)) ** 2))

    found = nearest(kind, 100.0, low, high)
    grid = [law_of(kind, 100.0, cv=cv) for cv in np.geomspace(0.001, 2.0, 200)]
    assert distance(found) <= min(map(distance, grid)) + 1e-12
    assert miss(found, low, high) ** 2 <= distance(found) + 1e-12


@given(low=st.floats(0.0, 1e5), width=st.floats(1.0, 1e5), part=st.floats(0.17, 0.83))
def test_the_mean_of_a_pert_is_the_rate(low: float, width: float, part: float) -> None:
    """Between a sixth and five sixths of the way any rate is the mean of a PERT, mode inside."""
    high, mean = low + width, low + part * width
    assume(low < mean < high)
    law = law_of("pert", mean, low=low, high=high)
    assert isinstance(law, Pert)
    assert low <= law.mode <= high
    a, b = law.parameters
    assert low + width * a / (a + b) == pytest.approx(mean)
    assert (low + 4 * law.mode + high) / 6 == pytest.approx(mean)  # the rule of PERT
    assert a == pytest.approx(1 + 4 * (law.mode - low) / width)


def test_zero_has_no_spread() -> None:
    """A rate of 0 kr. stays 0 whatever its coefficient of variation."""
    for kind in ("gamma", "lognormal"):
        law = law_of(kind, 0.0, cv=0.1)
        assert law.sd == 0.0
        assert (law.draw(np.random.default_rng(1), 10) == 0.0).all()


@pytest.mark.parametrize(
    ("kind", "stated", "message"),
    [
        ("normal", {"cv": 0.1}, "kind: read 'normal'; write one of: gamma, lognormal, pert"),
        ("gamma", {"cv": 0.1, "low": 90.0, "high": 110.0}, "leave one out"),
        ("pert", {"cv": 0.1, "low": 90.0, "high": 110.0}, "leave one out"),
        ("gamma", {"low": 101.0, "high": 110.0}, "100 does not lie between 101 and 110"),
        ("pert", {}, "100 does not lie between 0 and 0"),
        ("pert", {"low": 95.0, "high": 200.0}, "mode 76.25 does not lie between 95 and 200"),
        ("gamma", {"low": 95.0, "high": 200.0}, "no gamma with mean 100 has 90 % between 95"),
        ("lognormal", {"low": 1.0, "high": 101.0}, "no lognormal with mean 100"),
    ],
)
def test_what_no_law_has_is_refused(kind: str, stated: dict[str, float], message: str) -> None:
    """A contradiction is an error that names the numbers, not a law near it."""
    with pytest.raises(ValueError, match=message):
        law_of(kind, 100.0, **stated)


def test_a_range_may_be_missed_by_a_tenth_of_its_width() -> None:
    """A lopsided range is fitted while each point is off by at most a tenth of the width."""
    law = law_of("gamma", 100.0, low=80.0, high=130.0)
    assert 0.01 < miss(law, 80.0, 130.0) <= MOST_MISS
    with pytest.raises(ValueError, match="no gamma"):
        law_of("gamma", 100.0, low=80.0, high=140.0)


def test_kinds() -> None:
    """Every kind gives a law, and there is none beside them."""
    made = {
        kind: law_of(kind, 100.0, low=80.0, high=125.0) for kind in KINDS
    }  # a range serves them all
    assert [type(law) for law in made.values()] == [Gamma, Lognormal, Pert, Uniform, Fixed]


def test_beta_from_range_has_the_two_points() -> None:
    """A Beta law has the stated 5 % and 95 % points; equal points are certain."""
    a, b = beta_from_range(0.6, 0.9)
    np.testing.assert_allclose(stats.beta(a, b).ppf([0.05, 0.95]), [0.6, 0.9], rtol=1e-7)
    assert beta_from_range(0.7, 0.7) is None
    for low, high in ((0.9, 0.6), (0.0, 0.5), (0.5, 1.0)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            beta_from_range(low, high)


def test_ranges_that_no_beta_law_has() -> None:
    """Ranges at or beyond 0 and 1 are refused; equal ends are certain."""
    assert beta_from_range(0.7, 0.7) is None
    for low, high in ((0.0, 0.5), (0.5, 1.0), (0.6, 0.4)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            beta_from_range(low, high)
