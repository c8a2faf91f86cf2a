"""What another sample would do: held against simulated samples, limits, and Welch's interval."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from gevinst.stats.mean.design import Design
from gevinst.stats.mean.estimate import bootstrap_mean_difference
from tests.conftest import SIX

DESIGNS = {
    "a gain": Design(4.0, (90.0, 40.0), (9, 5), 0.95),
    "a loss": Design(-9.0, (200.0, 10.0), (28, 26), 0.9),
    "one group without spread": Design(1.0, (0.0, 50.0), (6, 8), 0.95),
}
N = 400_000
"""Simulated pilots: shares are known to 0.08 points."""


def normal(design: Design, variance: float, seed: int):
    """True differences as they are believed, and the estimates of new samples around them."""
    rng = np.random.default_rng(seed)
    true = rng.normal(design.estimate, math.sqrt(design.seen), N)
    return true, rng.normal(true, math.sqrt(variance))


def agrees(found: float, simulated: np.ndarray) -> bool:
    """Whether a share is that of simulated cases: false alarms below 1e-8 (six errors)."""
    share = simulated.mean()
    return abs(found - share) < SIX * math.sqrt(share * (1 - share) / N) + 1e-9


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("more", [1, 10, 300])
def test_more_citizens_as_if_they_came(name: str, more: int) -> None:
    """Each group's mean is drawn anew for so many more, and pooled with what was seen."""
    design, rng = DESIGNS[name], np.random.default_rng(more)
    pooled = np.zeros(N)
    for v, n, seen, sign in zip(
        design.variances, design.sizes, (design.estimate, 0.0), (1, -1), strict=True
    ):
        true = rng.normal(seen, math.sqrt(v / n), N)
        new = rng.normal(true, math.sqrt(v / more))
        pooled += sign * (n * seen + more * new) / (n + more)
    sd = (pooled - design.estimate).std()
    assert abs(design.moved(more) - sd) < SIX * sd / math.sqrt(2 * N)
    assert agrees(design.turned(more), pooled * design.estimate < 0)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("n", [3, 30, 2000])
def test_assurance_is_how_often_new_samples_tell(name: str, n: int) -> None:
    """A true difference is drawn, then a sample around it, then its interval is looked at."""
    design = DESIGNS[name]
    sizes = design.each(n)
    variance = sum(v / n for v in design.variances)
    _, new = normal(design, variance, n)
    z = stats.norm.ppf(0.5 + design.confidence_level / 2)
    gain, loss = design.assurance(sizes)
    assert agrees(gain, new - z * math.sqrt(variance) > 0)
    assert agrees(loss, new + z * math.sqrt(variance) < 0)


@pytest.mark.parametrize("name", DESIGNS)
def test_assurance_is_expected_power(name: str) -> None:
    """The closed form is the integral of the power over what is believed."""
    design = DESIGNS[name]
    s = math.sqrt(design.seen)

    def power(theta: float) -> float:
        sure = Design(theta, design.variances, design.sizes, design.confidence_level)
        return sure.power((40, 40))[0]

    def weighted(theta: float) -> float:
        return power(theta) * stats.norm.pdf(theta, design.estimate, s)

    ends = design.estimate - 12 * s, design.estimate + 12 * s
    expected, _ = integrate.quad(weighted, *ends, limit=400, points=[0.0])
    assert design.assurance((40, 40))[0] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("name", DESIGNS)
def test_limits(name: str) -> None:
    """None move nothing, infinitely many the standard error; then the sign alone is in doubt."""
    design, many = DESIGNS[name], 10**15
    s = math.sqrt(design.seen)
    assert design.moved(0) == 0.0
    assert design.turned(0) == 0.0
    assert design.moved(many) == pytest.approx(s)
    positive = stats.norm.cdf(design.estimate / s)
    assert design.assurance(design.each(many)) == pytest.approx((positive, 1 - positive), abs=1e-5)
    wrong = min(positive, 1 - positive)
    assert design.turned(many) == pytest.approx(wrong)
    zero = Design(0.0, design.variances, design.sizes, 0.95)
    assert math.isnan(zero.turned(10))
    gain, loss = zero.assurance((20, 20))
    assert gain == pytest.approx(loss)


@given(
    st.floats(-1e5, 1e5),
    st.tuples(st.floats(0, 1e9), st.floats(1, 1e9)),
    st.tuples(st.integers(2, 500), st.integers(2, 500)),
    st.integers(2, 10_000),
)
def test_more_is_never_less(d: float, variances, sizes, n: int) -> None:
    """With more citizens the estimate moves further, intervals and what is shown get smaller."""
    design = Design(d, variances, sizes, 0.95)
    few, many = design.each(n), design.each(n + 1)
    assert design.moved(n) <= design.moved(n + 1) <= math.sqrt(design.seen)
    assert design.half_width(many) < design.half_width(few)
    assert design.detectable(0.8, many) < design.detectable(0.8, few)
    assert design.turned(n) <= design.turned(n + 1) <= 0.5 or not d
    assert sum(design.assurance(few)) <= sum(design.assurance(many)) + 1e-12 <= 1 + 1e-12


@given(st.integers(0, 2**32), st.sampled_from([0.5, 0.8, 0.95]))
def test_citizens_are_the_fewest_that_show_it(seed: int, power: float) -> None:
    """So many show the difference with so much power; one fewer does not, unless two are fewest."""
    rng = np.random.default_rng(seed)
    design = Design(1.0, tuple(rng.uniform(1, 1e4, 2)), (5, 9), 0.95)
    difference = float(rng.uniform(0.5, 500))
    n = design.citizens(power, difference)
    shown = Design(difference, design.variances, design.sizes, 0.95)
    assert design.detectable(power, design.each(n)) <= difference * (1 + 1e-9)
    assert shown.power(design.each(n))[0] >= power - 1e-9
    if n > 2:
        assert shown.power(design.each(n - 1))[0] < power
    assert n == design.citizens(power, -difference)


@pytest.mark.parametrize("seed", range(4))
def test_half_the_interval_is_welchs(seed: int) -> None:
    """At the sizes that were seen it is half of Welch's interval, as scipy gives it."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(3, 5, 9), rng.exponential(7, 14)
    design = Design.of(bootstrap_mean_difference(x, y))
    low, high = stats.ttest_ind(x, y, equal_var=False).confidence_interval()
    assert design.half_width(design.sizes) == pytest.approx((high - low) / 2)
    assert design.estimate == pytest.approx((low + high) / 2)
    # As many more, all like those seen, in both groups: the variance of the mean halves.
    twice = tuple(2 * n for n in design.sizes)
    assert design.variance(twice) == pytest.approx(design.seen / 2)
    assert design.alike == pytest.approx((x.var(ddof=1) + y.var(ddof=1)) / design.seen)


def test_a_new_group_falls_into_its_interval() -> None:
    """Of pairs of samples of normal data, the second's difference is in the first's interval 95 %.

    Welch's degrees of freedom are a little short of exact: 20,000 pairs, 6 errors and half a point.
    """
    rng, pairs, sizes, new = np.random.default_rng(5), 20_000, (12, 9), (30, 20)
    first = [rng.normal(0, sd, (pairs, n)) for sd, n in zip((1, 2), sizes, strict=True)]
    again = [rng.normal(0, sd, (pairs, n)).mean(axis=1) for sd, n in zip((1, 2), new, strict=True)]
    inside = []
    for k in range(pairs):
        x, y = first[0][k], first[1][k]
        d = x.mean() - y.mean()
        design = Design(d, (x.var(ddof=1), y.var(ddof=1)), sizes, 0.95)
        inside.append(abs(again[0][k] - again[1][k] - d) < design.new_group(new))
    assert abs(np.mean(inside) - 0.95) < SIX * math.sqrt(0.95 * 0.05 / pairs) + 0.005


def test_rounding_is_no_difference() -> None:
    """Means that are equal but for rounding have no sign that could turn."""
    found = replace(bootstrap_mean_difference([1.0, 2.0, 3.0], [6.0, 0.0, 0.0]), shift=1e-15)
    assert found.estimate == 1e-15
    assert Design.of(found).estimate == 0.0
