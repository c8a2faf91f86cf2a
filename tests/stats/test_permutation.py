"""Exact permutation and sign-flip tests."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats import random_sums
from gevinst.stats.permutation import permutation_test, sign_flip_test
from gevinst.stats.random_sums import frequency_tails

# R12: R coin, permeability of human chorioamnion (Hollander & Wolfe 1999, table 4.1).
DIFFUSION_X = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
DIFFUSION_Y = [1.15, 0.88, 0.90, 0.74, 1.21]
# R9: Darwin's maize, eighths of an inch (Fisher 1935, The Design of Experiments, section 21).
MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]

ALTERNATIVES = ("two-sided", "less", "greater")


def difference_of_means(x, y, axis):
    """Return the statistic as scipy calls it."""
    return x.mean(axis) - y.mean(axis)


def scipy_permutation(x, y, alternative):
    """Return scipy's p-value by full enumeration."""
    return stats.permutation_test(
        (x, y), difference_of_means, n_resamples=np.inf, vectorized=True, alternative=alternative
    ).pvalue


def scipy_sign_flip(d, alternative):
    """Return scipy's p-value by full enumeration of the signs."""
    return stats.permutation_test(
        (d,),
        lambda d, axis: d.mean(axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
        alternative=alternative,
    ).pvalue


def test_diffusion_equals_coin():
    """R coin's exact two-sided p of the diffusion data, by distance, is 396/3003 (R12)."""
    result = permutation_test(DIFFUSION_X, DIFFUSION_Y, alternative="absolute")
    assert result.pvalue == pytest.approx(396 / 3003, abs=1e-15)
    assert result.exact


def test_maize_equals_fisher():
    """Fisher counted 863 of 32,768 sign flips; two-sided is .052673 (R9)."""
    assert sign_flip_test(MAIZE, alternative="greater").pvalue == 863 / 32768
    assert sign_flip_test(MAIZE).pvalue == pytest.approx(0.052673, abs=5e-7)
    assert sign_flip_test(MAIZE, alternative="absolute").pvalue == 2 * 863 / 32768


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3, np.pi, 13_652.0])
def test_small_tied_cases_equal_scipys_enumeration(alternative, unit):
    """Every labelling counted by scipy gives our p, ties and rounding included."""
    rng = np.random.default_rng(12)
    for m, n in ((2, 2), (3, 5), (6, 4), (5, 6)):
        x, y = rng.integers(0, 4, m) * unit, rng.integers(-1, 4, n) * unit
        result = permutation_test(x, y, alternative=alternative)
        assert result.exact
        assert result.pvalue == pytest.approx(scipy_permutation(x, y, alternative), abs=1e-14)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3, np.pi])
def test_small_sign_flips_equal_scipys_enumeration(alternative, unit):
    """Every sign flip counted by scipy gives our p, zeros and ties included."""
    rng = np.random.default_rng(13)
    for n in (2, 5, 9):
        d = rng.integers(-3, 4, n) * unit
        result = sign_flip_test(d, alternative=alternative)
        assert result.pvalue == pytest.approx(scipy_sign_flip(d, alternative), abs=1e-14)


def test_distance_equals_plain_enumeration():
    """Counting labellings at least as far from zero, one by one, gives the same p."""
    x, y = [0, 0, 7, 3, 12], [1, 0, 2, 2]
    both = np.array(x + y)
    far = [
        abs(len(both) * both[list(pick)].sum() - len(x) * both.sum())
        for pick in itertools.combinations(range(9), 5)
    ]
    observed = abs(len(both) * sum(x) - len(x) * both.sum())
    expected = np.mean([f >= observed for f in far])
    assert permutation_test(x, y, alternative="absolute").pvalue == pytest.approx(expected)


def test_decimals_written_in_floating_point_are_ties():
    """0.1 + 0.2 ties with 0.3, so the p-value is the one of whole tenths."""
    tenths = permutation_test([3, 3, 1], [3, 2, 0])
    floats = permutation_test([0.1 + 0.2, 0.3, 0.1], [0.3, 0.2, 0.0])
    assert floats.pvalue == tenths.pvalue


def test_all_distinct_groups_of_200_answer_in_seconds():
    """At 200 against 200 distinct values the frequency recursion answers, with its certificate."""
    rng = np.random.default_rng(4)
    x, y = rng.lognormal(size=200), rng.lognormal(0.2, size=200)
    began = time.perf_counter()
    result = permutation_test(x, y)
    assert time.perf_counter() - began < 5
    assert not result.exact
    assert result.method == "frequency"
    assert result.error < 1e-6
    # 99,999 draws: the odds of six standard errors are below 2e-9; a wrong law misses by more.
    both, draws = np.concatenate([x, y]), 99_999
    means = rng.permuted(np.broadcast_to(both, (draws, 400)), axis=1)[:, :200].mean(axis=1)
    tail = min((means <= x.mean()).mean(), (means >= x.mean()).mean())
    assert result.pvalue == pytest.approx(2 * tail, abs=12 * np.sqrt(tail / draws))


def test_frequency_recursion_equals_counting():
    """On data that can be counted, the Fourier fallback gives both tails within its certificate."""
    rng = np.random.default_rng(5)
    values = np.sort(rng.choice(60, 18, replace=False))
    values -= values[0]
    repeats = np.ones(18, int)
    observed = int(values[rng.permutation(18)[:8]].sum())
    below, above, error = frequency_tails(values, repeats, 8, (observed, observed))
    sums = np.array([values[list(c)].sum() for c in itertools.combinations(range(18), 8)])
    assert error < 1e-9
    assert below == pytest.approx((sums <= observed).mean(), abs=error + 1e-12)
    assert above == pytest.approx((sums >= observed).mean(), abs=error + 1e-12)


def test_long_sign_flips_equal_counting_by_the_lattice():
    """Sixty distinct whole differences are counted by their sums; the Fourier series agrees."""
    rng = np.random.default_rng(6)
    sizes = rng.choice(np.arange(1, 400), 60, replace=False)
    d = sizes * rng.choice([-1, 1], 60, p=[0.4, 0.6])
    ways = np.array([1.0])
    for size in sizes:
        grown = np.zeros(ways.size + size)
        grown[: ways.size] += ways / 2
        grown[size:] += ways / 2
        ways = grown
    expected = ways[d[d > 0].sum() :].sum()
    result = sign_flip_test(d, alternative="greater")
    assert result.exact
    assert result.pvalue == pytest.approx(expected, rel=1e-12)
    beside = sign_flip_test(d + rng.uniform(-1e-7, 1e-7, 60), alternative="greater")
    assert beside.method == "frequency"
    # Moving each difference by so little moves the sum past other sums, of 1e-4 of the law each.
    assert beside.pvalue == pytest.approx(expected, abs=1e-3)
    sizes = np.sort(sizes)
    limits = (int(d[d > 0].sum()), int(d[d > 0].sum()))
    _, above, error = frequency_tails(sizes, np.ones(60, int), None, limits)
    assert above == pytest.approx(expected, abs=error + 1e-12)


@pytest.mark.parametrize("alternative", [*ALTERNATIVES, "absolute"])
@pytest.mark.parametrize(("m", "n"), [(1, 7), (4, 9), (9, 4), (6, 6)])
def test_counting_by_sums_equals_meeting_in_the_middle(monkeypatch, alternative, m, n):
    """Both ways of counting give one p, and one sign-flip p, on whole numbers with ties."""
    rng = np.random.default_rng(m)
    x, y = rng.integers(0, 40, m) * 250.0, rng.integers(5, 45, n) * 250.0
    d = np.concatenate([x, -y])
    halves = [permutation_test(x, y, alternative=alternative)]
    halves.append(sign_flip_test(d, alternative=alternative))
    monkeypatch.setattr(random_sums, "_MAX_STATES", 1)
    sums = [permutation_test(x, y, alternative=alternative)]
    sums.append(sign_flip_test(d, alternative=alternative))
    for one, other in zip(halves, sums, strict=True):
        assert one.method == other.method == "counted"
        assert one.pvalue == pytest.approx(other.pvalue, rel=1e-12)
    monkeypatch.setattr(random_sums, "_MAX_CELLS", 1)
    assert permutation_test(x, y, alternative=alternative, rng=1).method != "counted"


def test_hundreds_of_different_whole_values_are_counted():
    """80 citizens against 70, no two alike: every one of 10**44 labellings, within seconds.

    Amounts in whole hundreds of kroner have few sums; the Fourier series agrees.
    """
    values = np.random.default_rng(8).permutation(300)[:150] * 100.0
    x, y = values[:80], values[80:]
    began = time.perf_counter()
    result = permutation_test(x, y)
    assert time.perf_counter() - began < 20
    assert result.exact
    whole = np.sort(values / 100.0).astype(np.int64)
    observed = int(x.sum() / 100.0) - 80 * int(whole[0])
    tails = frequency_tails(whole - whole[0], np.ones(150, int), 80, (observed, observed))
    assert result.pvalue == pytest.approx(2 * min(tails[:2]), abs=2 * tails[2])


@pytest.mark.parametrize("n", [20, 100, 400, 3000])
def test_the_smallest_tail_has_its_digits(n):
    """All of one group above all of the other: one labelling of so many, to ten digits.

    A tail got as one less the rest would be zero, or noise, from n = 30 on; and binomial
    coefficients of 6,000 are no floating-point numbers.
    """
    result = permutation_test(np.ones(n), np.zeros(n), alternative="greater")
    assert result.exact
    expected = stats.hypergeom(2 * n, n, n).sf(n - 1)
    assert result.pvalue == pytest.approx(expected, rel=1e-10, abs=1e-300)
    assert result.pvalue > 0
    flips = sign_flip_test(np.ones(n), alternative="greater")
    assert flips.pvalue == pytest.approx(max(0.5**n, np.finfo(float).tiny), rel=1e-12)


def test_thousands_of_yes_and_no_equal_the_hypergeometric_law():
    """101 of 1,875 against 161 of 1,875 is Fisher's one-sided test, at any number of citizens."""
    x, y = np.repeat([1, 0], [101, 1774]), np.repeat([1, 0], [161, 1714])
    result = permutation_test(x, y, alternative="less")
    assert result.pvalue == pytest.approx(stats.hypergeom(3750, 262, 1875).cdf(101), rel=1e-9)
    assert "p < 0.001" in result.summary("en")
    assert "p < 0,001" in result.summary("da")


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_a_p_below_its_error_is_given_as_the_error(alternative):
    """Far apart and too many to count: p is not 0, and not below what the series can tell."""
    rng = np.random.default_rng(9)
    x, y = rng.normal(50, 1, 60), rng.normal(0, 1, 60)
    result = permutation_test(x, y, alternative=alternative)
    assert result.method == "frequency"
    assert 0 < result.error <= result.pvalue
    flips = sign_flip_test(x, alternative=alternative)
    assert 0 < flips.error <= flips.pvalue


def test_two_conventions_of_two_sided_are_told_apart():
    """On skewed values they differ; each says what it counts, and names the other."""
    x, y = [0, 0, 1, 30], [0, 2, 0, 1, 0, 1]
    doubled, far = (permutation_test(x, y, alternative=a) for a in ("two-sided", "absolute"))
    tails = [permutation_test(x, y, alternative=a).pvalue for a in ("less", "greater")]
    assert doubled.pvalue == pytest.approx(2 * min(tails))
    both = np.array(x + y)
    picks = [both[list(pick)].sum() for pick in itertools.combinations(range(10), 4)]
    distance = np.abs(np.array(picks) / 4 - (both.sum() - np.array(picks)) / 6)
    assert far.pvalue == pytest.approx(
        (distance >= abs(np.mean(x) - np.mean(y)) - 1e-9).mean(), abs=1e-14
    )
    assert doubled.pvalue != pytest.approx(far.pvalue)
    for lang in ("en", "da"):
        assert "absolute" in doubled.summary(lang)
        assert "two-sided" in far.summary(lang)
    assert far.to_dict()["alternative"] == "absolute"


def test_hopeless_spread_falls_back_on_labelled_draws():
    """Where every value dwarfs the sum of the smaller ones, the p is Monte Carlo, and says so."""
    values = 1.8 ** np.arange(44)
    result = permutation_test(values[::2], values[1::2], alternative="less", rng=1)
    assert result.method == "monte-carlo"
    assert not result.exact
    assert 0 < result.error < 0.01
    # Half of all labellings put the largest value into y, as here, and most of these tie or fall
    # below; p is a share of draws that counts the observed one.
    assert 0.1 < result.pvalue < 0.5
    assert permutation_test(values[::2], values[1::2], alternative="less", rng=1) == result


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-20, 20), min_size=1, max_size=8),
    st.lists(st.integers(-20, 20), min_size=1, max_size=8),
    st.integers(-1000, 1000),
    st.sampled_from([1.0, 7.0, 0.01]),
)
def test_shift_scale_and_relabelling(x, y, shift, scale):
    """Adding a constant or changing the unit leaves p alone; swapping groups swaps the tails."""
    moved = (scale * (np.array(x) + shift), scale * (np.array(y) + shift))
    for alternative in ALTERNATIVES:
        p = permutation_test(x, y, alternative=alternative).pvalue
        assert permutation_test(*moved, alternative=alternative).pvalue == pytest.approx(p)
    assert permutation_test(x, y, alternative="less").pvalue == pytest.approx(
        permutation_test(y, x, alternative="greater").pvalue
    )


def test_equal_values_give_one():
    """Without any difference between labellings p is 1, in both tests."""
    assert permutation_test([5, 5], [5, 5, 5]).pvalue == 1
    assert permutation_test([np.pi, np.pi], [np.pi]).pvalue == 1
    assert sign_flip_test([0, 0]).pvalue == 1


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([1.0, np.nan], "position 1"),
        ([1.0, np.inf], "not finite"),
        ([], "no values"),
        (["12.031", "5"], "not a number"),
        ([[1, 2], [3, 4]], "flat list"),
    ],
)
def test_bad_values_are_named(x, words):
    """Text, gaps, infinities and empty groups are refused with what was read and what to write."""
    with pytest.raises(ValueError, match=words):
        permutation_test(x, [1, 2])
    with pytest.raises(ValueError, match=words):
        sign_flip_test(x)


def test_unknown_alternative_is_refused():
    """The message lists the alternatives there are."""
    with pytest.raises(ValueError, match="two-sided"):
        permutation_test([1], [2], alternative="both")
