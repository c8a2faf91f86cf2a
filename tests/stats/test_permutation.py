"""Exact permutation and sign-flip tests."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.permutation import _frequency_tails, permutation_test, sign_flip_test

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
    below, above, error = _frequency_tails(values, repeats, 8, (observed, observed))
    sums = np.array([values[list(c)].sum() for c in itertools.combinations(range(18), 8)])
    assert error < 1e-9
    assert below == pytest.approx((sums <= observed).mean(), abs=error + 1e-12)
    assert above == pytest.approx((sums >= observed).mean(), abs=error + 1e-12)


def test_long_sign_flips_equal_counting_by_the_lattice():
    """Sixty distinct differences fall back on the Fourier series; integer convolution agrees."""
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
    assert not result.exact
    assert result.pvalue == pytest.approx(expected, abs=1e-9)


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
