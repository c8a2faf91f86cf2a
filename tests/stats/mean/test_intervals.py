"""Intervals for a mean and for a difference of means."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.intervals import DEFAULTS, METHODS, Interval
from gevinst.stats.mean import drawn, estimate
from gevinst.stats.mean.bayesian import DirichletLaw
from gevinst.stats.mean.estimate import MeanEstimate, bootstrap_mean_difference
from gevinst.stats.mean.law import Component
from gevinst.text.language import language

# R1: scipy's check against R boot with 10^6 resamples (scipy/stats/tests/test_resampling.py).
BOOT = [10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213]
# R2: mouse data, treated first (Efron & Tibshirani 1993, table 2.1).
TREATED = [16, 23, 38, 94, 99, 141, 197]
CONTROL = [10, 27, 31, 40, 46, 50, 52, 104, 146]
OF_THE_DATA = tuple(m for m in METHODS if m != "anderson")  # it has a support to say what they lack
DETERMINISTIC = tuple(m for m in OF_THE_DATA if m != "studentized")


def mean_difference(x, y, axis):
    """Return the statistic as scipy calls it."""
    return x.mean(axis=axis) - y.mean(axis=axis)


@pytest.mark.parametrize(
    ("method", "published", "exact"),
    [
        ("basic", (23.77, 79.12), (23.75, 79.125)),
        ("percentile", (28.86, 84.21), (28.8625, 84.2375)),
        ("bca", (32.31, 91.43), None),
    ],
)
def test_boot_data_equal_r(method, published, exact):
    """R boot's limits of 10^6 resamples hold to half a percent, the exact ones to 1e-9 (R1)."""
    interval = bootstrap_mean_difference(BOOT).interval(method)
    assert (interval.low, interval.high) == pytest.approx(published, rel=0.005)
    if exact:
        assert (interval.low, interval.high) == pytest.approx(exact, abs=1e-9)


def test_acceleration_of_the_mouse_data():
    """The two-sample acceleration, treated first, is the published one (R2)."""
    result = bootstrap_mean_difference(TREATED, CONTROL)
    assert result.acceleration == pytest.approx(0.011008228344026734, rel=1e-12)
    swapped = bootstrap_mean_difference(CONTROL, TREATED)
    assert swapped.acceleration == pytest.approx(-result.acceleration)


@pytest.mark.parametrize(
    ("n", "level"),
    [
        (5, 0.000954),
        (10, 0.008551),
        (20, 0.015881),
        (26, 0.017850),
        (28, 0.018332),
        (40, 0.020258),
        (100, 0.023064),
    ],
)
def test_expanded_level_equals_hesterberg(n, level):
    """The expanded tail of .025 is the one in the literature, for any data of n (R7)."""
    values = np.random.default_rng(n).lognormal(size=n)
    tail = bootstrap_mean_difference(values).expanded_tail(0.025)
    assert tail == pytest.approx(level, abs=6e-7)


@pytest.mark.parametrize("method", ["percentile", "basic", "BCa"])
def test_scipy_bootstrap_agrees_within_its_noise(method):
    """Limits of 100,000 resamples by scipy are within seven Monte Carlo errors of ours."""
    rng = np.random.default_rng(6)
    x, y = rng.lognormal(size=20), rng.lognormal(size=15)
    theirs = stats.bootstrap(
        (x, y),
        mean_difference,
        n_resamples=100_000,
        vectorized=True,
        batch=10_000,
        method=method,
        rng=rng,
    ).confidence_interval
    result = bootstrap_mean_difference(x, y)
    ours = result.interval(method.lower())
    # sqrt(p (1 - p) / B) / density: .01 sd at these tails for B = 10^5; BCa adds that of z0.
    assert np.abs(np.subtract((ours.low, ours.high), theirs)).max() < 0.09 * result.law.sd


def test_welch_equals_scipy():
    """The Welch interval is that of scipy.stats.ttest_ind and, for one sample, ttest_1samp."""
    theirs = stats.ttest_ind(TREATED, CONTROL, equal_var=False).confidence_interval(0.9)
    ours = bootstrap_mean_difference(TREATED, CONTROL, confidence_level=0.9).interval("welch")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    theirs = stats.ttest_1samp(BOOT, 0).confidence_interval(0.95)
    ours = bootstrap_mean_difference(BOOT).interval("welch")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def listed_t(x, y, draws, rng):
    """Bootstrap t by listing the citizens of each replicate."""
    a, b = (g[rng.integers(g.size, size=(draws, g.size))] for g in (x, y))
    se = np.sqrt(a.var(axis=1, ddof=1) / x.size + b.var(axis=1, ddof=1) / y.size)
    return (a.mean(axis=1) - b.mean(axis=1) - x.mean() + y.mean()) / se


@pytest.mark.parametrize("ties", [False, True])
def test_studentized_draws_have_the_law_of_listed_citizens(ties):
    """Counts of citizens draw the t of listed citizens: limits within six Monte Carlo errors.

    Four limits; false alarm below 1e-8. A divisor of n for n - 1, or a replicate of one citizen
    less, would move them by hundreds.
    """
    x, y = (np.array(g, float) // (25 if ties else 1) for g in (TREATED, CONTROL))
    result = bootstrap_mean_difference(x, y)
    ours = result.interval("studentized", rng=5, n_resamples=200_000)
    t = listed_t(x, y, 200_000, np.random.default_rng(6))
    high, low = np.quantile(t, [0.025, 0.975])
    for limit, by_list, error in zip(ours, (low, high), ours.monte_carlo_error, strict=True):
        listed = result.estimate - by_list * result.standard_error
        assert abs(limit - listed) < 6 * math.sqrt(2) * error
        assert 0 < error < 2
    assert result.interval("studentized", rng=5, n_resamples=200_000) == ours


def test_drawn_bayesian_limits_are_those_of_the_law(monkeypatch):
    """Weights of groups of citizens give the computed limits, within six Monte Carlo errors.

    Four limits; false alarm below 1e-8. A weight of each value for a weight of each citizen would
    move them by a tenth of the width.
    """
    for data in ((BOOT,), (BOOT[:9], BOOT[3:])):
        result = bootstrap_mean_difference(*data)
        computed = result.interval("bayesian")
        assert computed.monte_carlo_error is None
        with monkeypatch.context() as patch:
            patch.setattr(estimate, "MOST_CITIZENS", 1)
            found = result.interval("bayesian", rng=3, n_resamples=200_000)
        for ours, exact, error in zip(found, computed, found.monte_carlo_error, strict=True):
            assert abs(ours - exact) < 6 * error < 6


@pytest.mark.parametrize("n", [300, 1_000, 3_000])
def test_many_citizens_all_unlike_have_their_limits(n):
    """More tables than a float can count are no traceback: the normal law's limits nearly hold."""
    values = np.random.default_rng(n).normal(size=n)
    result = bootstrap_mean_difference(values)
    welch, exact = result.interval("welch"), result.interval("percentile")
    assert exact.limits == pytest.approx(welch.limits, abs=0.1 * (welch.high - welch.low))


@pytest.mark.parametrize("method", ["studentized", "bayesian"])
def test_what_is_drawn_does_not_grow_with_the_citizens(monkeypatch, method):
    """Of 28 as of 28 million citizens a block has a row per value, and large groups are normal.

    Within six Monte Carlo errors and a thousandth of the width; false alarm below 1e-8.
    """
    sizes = []

    def spied(draw):
        def drawing(*args):
            sizes.append((found := draw(*args)).shape)
            return found

        return drawing

    for name in ("dealt", "gammas"):
        monkeypatch.setattr(drawn, name, spied(getattr(drawn, name)))
    monkeypatch.setattr(estimate, "MOST_CITIZENS", 1)
    values, counts, seen = np.array([0.0, 51_321.0, -12_000.0]), np.array([20.0, 5.0, 3.0]), []
    for k in (1, 1_000_000):
        parts = [Component.of(values, counts=counts * k * size) for size in (1, 2)]
        result = MeanEstimate(tuple((part,) for part in parts), 0.95)
        interval = result.interval(method, rng=1, n_resamples=100_000)
        seen.append(sizes.copy())
        sizes.clear()
    assert seen[0] == seen[1]
    assert {shape[0] for shape in seen[0]} == {3}
    normal = result.interval("welch")
    for ours, exact, error in zip(interval, normal, interval.monte_carlo_error, strict=True):
        assert abs(ours - exact) < 6 * error + 1e-3 * (normal.high - normal.low)


def test_simulated_limits_say_their_error_and_no_digit_beyond_it():
    """The limits of twenty seeds scatter as their standard errors say, and are written so.

    The ratio of a standard deviation of twenty to its expectation is within 0.4 and 1.7 but once
    in a million; an error of one arm alone, or without the standard error's factor, is outside.
    """
    result = bootstrap_mean_difference(TREATED, CONTROL)
    found = [result.interval("studentized", rng=seed, n_resamples=2000) for seed in range(20)]
    for end in (0, 1):
        scatter = np.std([i.limits[end] for i in found], ddof=1)
        assert 0.4 < scatter / np.mean([i.monte_carlo_error[end] for i in found]) < 1.7
    one = found[0]
    assert one.to_dict()["monte_carlo_error"] == list(one.monte_carlo_error)
    for lang, word in (("en", "simulated"), ("da", "simuleret")):
        said = one.summary(lang)
        assert word in said
        text = language(lang)
        for limit, error in zip(one, one.monte_carlo_error, strict=True):
            assert text.earned(limit, error) in said
            assert text.significant(error, 2) in said
    computed = result.interval("welch")
    assert computed.to_dict()["monte_carlo_error"] is None
    assert "simulated" not in computed.summary("en")


def test_replicates_without_spread_are_dropped_and_counted():
    """Of three and two yes/no values many replicates are flat: they are counted, not infinite."""
    interval = bootstrap_mean_difference([0, 1, 1], [0, 1]).interval("studentized", rng=1)
    # P(flat) = (1/3) (1/2): 1667 of 9999 on average, sd 37; nine sd, false alarm below 1e-17.
    assert abs(interval.dropped - 9999 / 6) < 9 * 37
    assert interval.available


def test_bayesian_variance_is_rubins():
    """The sd of the law is sqrt(s_n^2/(n+1)) (R33), and integrates from its quantiles."""
    law = DirichletLaw(np.array(BOOT, float))
    assert law.sd == pytest.approx(math.sqrt(np.var(BOOT) / (len(BOOT) + 1)))
    levels = (np.arange(400) + 0.5) / 400
    quantiles = np.array([law.quantile(p) for p in levels])
    assert quantiles.mean() == pytest.approx(np.mean(BOOT), rel=1e-4)
    assert quantiles.std() == pytest.approx(law.sd, rel=5e-3)


def test_bayesian_laws_in_closed_form():
    """Two values have a uniform law, ten of which one differs Beta(1, 9), two pairs a triangle."""
    assert DirichletLaw(np.array([0.0, 4.0])).quantile(0.3) == pytest.approx(1.2)
    beta = DirichletLaw(np.array([0.0] * 9 + [1.0]))
    assert beta.cdf(0.2) == pytest.approx(stats.beta(1, 9).cdf(0.2), abs=1e-10)
    triangle = DirichletLaw(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    assert triangle.cdf(-0.4) == pytest.approx(0.6**2 / 2, abs=1e-6)
    flat = DirichletLaw(np.array([2.0, 2.0]), np.array([0.0, 1.0]))
    assert flat.quantile(0.25) == pytest.approx(1.25)


@pytest.mark.parametrize(("m", "n"), [(28, 26), (5, 3), (120, 150)])
def test_bayesian_law_lies_in_the_band_of_draws(m, n):
    """200,000 Dirichlet draws lie within the DKW band; false alarm below 1e-6."""
    rng = np.random.default_rng(m)
    x, y = rng.choice([0, 0, 0, 51_321, -12_000, 30_211.0], m), rng.lognormal(9, 1, n)
    law = DirichletLaw(x, y)
    draws = 200_000
    sample = np.sort(
        np.concatenate(
            [
                rng.dirichlet(np.ones(m), 20_000) @ x - rng.dirichlet(np.ones(n), 20_000) @ y
                for _ in range(10)
            ]
        )
    )
    points = sample[draws // 50 :: draws // 25]
    empirical = np.searchsorted(sample, points, side="right") / draws
    ours = np.array([law.cdf(t) for t in points])
    assert np.abs(ours - empirical).max() < math.sqrt(math.log(2e6) / (2 * draws))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=3, max_size=9).filter(lambda v: len(set(v)) > 1),
    st.lists(st.integers(0, 9), min_size=3, max_size=9).filter(lambda v: len(set(v)) > 1),
    st.integers(-30, 30),
    st.sampled_from([1.0, 1000.0, 0.5]),
)
def test_shift_scale_and_relabelling(x, y, shift, scale):
    """Intervals move with a shift, stretch with a unit, and mirror when the groups swap."""
    result = bootstrap_mean_difference(x, y, confidence_level=0.9473)
    moved = bootstrap_mean_difference(
        scale * (np.array(x) + shift), scale * np.array(y), confidence_level=0.9473
    )
    swapped = bootstrap_mean_difference(y, x, confidence_level=0.9473)
    for method in DETERMINISTIC:
        # A law known to 1e-6 gives a limit known to 1e-6 over its density; a bug moves it by 0.1.
        a, b, c = (r.interval(method) for r in (result, moved, swapped))
        assert b.low == pytest.approx(scale * (a.low + shift), abs=1e-4 * scale)
        assert b.high == pytest.approx(scale * (a.high + shift), abs=1e-4 * scale)
        if method in ("welch", "bayesian"):  # atoms tie differently from above and from below
            assert (c.low, c.high) == pytest.approx((-a.high, -a.low), abs=1e-4)


@pytest.mark.parametrize(
    ("x", "y", "reason", "available"),
    [
        ([1], [2, 3], "one-citizen", False),
        ([3], None, "one-citizen", False),
        ([5, 5], None, "no-spread", False),
        ([1, 1, 1], [2, 2], "no-spread", False),
        ([1, 1, 1], [2, 3, 4], "no-spread-in-x", True),
        ([2, 3, 4], [0.1, 0.1], "no-spread-in-y", True),
    ],
)
@pytest.mark.parametrize("method", OF_THE_DATA)
def test_degenerate_data_give_a_reason(x, y, reason, available, method):
    """One citizen, equal values and a flat group give a reason code, and no warning."""
    result = bootstrap_mean_difference(x, y)
    interval = result.interval(method, rng=1)
    assert interval.reason == reason
    assert interval.available is available
    json.dumps(result.to_dict(), allow_nan=False)
    assert len(str(result).splitlines()) >= 3


def test_result_carries_kind_and_level():
    """Frames, dictionaries and text name the method, the level and the citizens."""
    result = bootstrap_mean_difference(TREATED, CONTROL, confidence_level=0.9)
    frame = result.to_frame()
    assert frame.method.tolist() == list(DEFAULTS)
    assert set(frame.level) == {0.9}
    assert result.to_dict()["citizens"] == [7, 9]
    assert "7 against 9 citizens" in str(result)
    assert "Welch t 90\u00a0%" in str(result)
    assert "7 mod 9 borgere" in result.summary("da")
    low, high = result.interval("welch")
    assert (low, high) == result.interval("welch").limits
    assert "<table" in result._repr_html_()
    keys = {"method", "level", "low", "high", "reason", "monte_carlo_error"}
    assert result.to_dict()["intervals"][0].keys() == keys
    with pytest.raises(AttributeError):
        Interval(0, 1, 0.95, "welch").low = 5


def test_probabilities_come_from_the_exact_law():
    """The probability above zero and the distribution function are those of the exact law."""
    result = bootstrap_mean_difference([0, 1], [0, 1])
    assert result.probability_positive == pytest.approx(5 / 16)
    assert result.cdf(0.0) == pytest.approx(11 / 16)
    assert result.certificate < 1e-11


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bootstrap_mean_difference([1, np.nan], [1]), "x: read nan at position 1"),
        (lambda: bootstrap_mean_difference([1], [np.inf]), "y: read inf"),
        (lambda: bootstrap_mean_difference([], [1]), "no values"),
        (lambda: bootstrap_mean_difference(["12.031"], [1]), "not a number"),
        (lambda: bootstrap_mean_difference([1], [2], confidence_level=95), "between 0 and 1"),
        (lambda: bootstrap_mean_difference([1], [2], confidence_level=0), "between 0 and 1"),
        (lambda: bootstrap_mean_difference([1], [2], confidence_level="95%"), "between 0 and 1"),
        (lambda: bootstrap_mean_difference([1, 2]).interval("odd"), "write one of: welch"),
        (
            lambda: bootstrap_mean_difference([1, 2]).interval("studentized", n_resamples=9),
            "100 or more",
        ),
    ],
)
def test_bad_input_is_named(call, words):
    """Gaps, text, empty groups, levels and methods that do not exist are refused in words."""
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("n", [3, 5, 10, 28])
def test_how_much_too_narrow_a_percentile_interval_is(n: int) -> None:
    """One group that varies, beside one that does not: 1 - sqrt((n - 1)/n) z/t, also of few values.

    63 % for three, where limits of the few values there are would say nothing.
    """
    changed = np.zeros(n)
    changed[0] = 148_600.0
    found = bootstrap_mean_difference(changed, np.zeros(n)).percentile_shortfall
    t = stats.t.ppf(0.975, n - 1)
    assert found == pytest.approx(1.0 - np.sqrt((n - 1) / n) * stats.norm.ppf(0.975) / t)
    assert n != 3 or round(found, 2) == 0.63
