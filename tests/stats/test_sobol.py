"""Shares of a variance: estimated by swapping blocks, and in closed form."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.sensitivity.sobol import Shares, multilinear_shares, sobol_shares, swap_blocks

# R24: Ishigami & Homma 1990, a = 7, b = 0.1.
ISHIGAMI_VARIANCE = 13.844588
ISHIGAMI_FIRST = np.array([0.313905, 0.442411, 0])
ISHIGAMI_TOTAL = np.array([0.557589, 0.442411, 0.243684])
# R25: the g function with these a; 99 four times.
G_A = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
G_FIRST = np.array([0.716192, 0.179048, 0.023676, 0.007162, *[7.16e-5] * 4])
G_TOTAL = np.array([0.787144, 0.242198, 0.034317, 0.010460, *[1.05e-4] * 4])
FALSE_ALARM = 1e-6  # of a whole test, shared equally by its comparisons


def ishigami(x):
    """Return sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1."""
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def g_function(x):
    """Return the product of (|4 x - 2| + a) / (1 + a) over the inputs."""
    return np.prod([(abs(4 * x - 2) + a) / (1 + a) for x, a in zip(x, G_A, strict=True)], axis=0)


def ishigami_draws(rng, n):
    """Return two independent sets of draws of three blocks."""
    return rng.uniform(-np.pi, np.pi, (2, 3, n))


def assert_within_errors(shares: Shares, first, total, *, rounding=0.0):
    """Hold every share against its truth at FALSE_ALARM for all of them together (Bonferroni)."""
    z = stats.norm.isf(FALSE_ALARM / 2 / (2 * len(first)))
    assert (abs(shares.first - first) <= z * shares.first_error + rounding).all()
    assert (abs(shares.total - total) <= z * shares.total_error + rounding).all()


def random_multilinear(rng, blocks, terms, scale=1.0):
    """Return means and covariances of blocks, and loadings that draw them from normals."""
    means = rng.normal(1.0, 1.0, (blocks, terms))
    loadings = scale * rng.normal(size=(blocks, terms, terms))
    return means, loadings @ loadings.transpose(0, 2, 1), loadings


def test_ishigami_equals_theory():
    """The Ishigami function's shares are those of theory (R24) within z errors, z = 5.2.

    A false alarm has probability below 1e-6. A first share for a total one would miss by 60
    errors, a missing factor of two by 200.
    """
    shares = swap_blocks(ishigami, *ishigami_draws(np.random.default_rng(24), 2**16))
    assert_within_errors(shares, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, rounding=1e-6)
    assert shares.first_error.max() < 0.005
    # Six standard deviations of a variance with kurtosis 3.5 and 2**17 draws are 2.6 %.
    assert shares.variance == pytest.approx(ISHIGAMI_VARIANCE, rel=0.026)
    assert shares.mean == pytest.approx(3.5, abs=6 * np.sqrt(ISHIGAMI_VARIANCE / 2**17))
    assert not shares.additive


def test_g_function_equals_theory():
    """The g function's shares are those of theory (R25) within z errors, z = 5.4.

    A false alarm has probability below 1e-6; shares down to 7e-5 are seen.
    """
    a, b = np.random.default_rng(25).uniform(size=(2, 8, 2**16))
    shares = swap_blocks(g_function, a, b)
    assert_within_errors(shares, G_FIRST, G_TOTAL, rounding=5e-7)
    assert shares.total_error[4] < 1e-5


def test_g_function_is_a_multilinear_model_of_one_term():
    """In closed form the g function's shares are its formulas to 1e-12, and R25 as printed."""
    part = 1 / (3 * (1 + G_A) ** 2)  # variance of a factor of mean 1
    variance = np.prod(1 + part) - 1
    shares = multilinear_shares(np.ones((8, 1)), part[:, None, None])
    assert shares.variance == pytest.approx(variance, rel=1e-12)
    assert shares.first == pytest.approx(part / variance, rel=1e-12)
    others = np.array([np.prod(np.delete(1 + part, j)) for j in range(8)])
    assert shares.total == pytest.approx(part * others / variance, rel=1e-12)
    assert shares.first[:4] == pytest.approx(G_FIRST[:4], abs=6e-7)
    assert shares.total[:4] == pytest.approx(G_TOTAL[:4], abs=6e-7)
    assert not shares.additive
    assert not shares.first_error.any()
    assert not shares.total_error.any()


def enumerated_shares(values, odds, constant):
    """Return mean, variance, first and total shares by enumerating every outcome."""
    blocks = len(values)
    shape = tuple(map(len, odds))
    d, probability = np.zeros(shape), np.zeros(shape)
    for at in itertools.product(*map(range, shape)):
        d[at] = constant + np.prod([values[b][i] for b, i in enumerate(at)], axis=0).sum()
        probability[at] = np.prod([odds[b][i] for b, i in enumerate(at)])
    mean = (probability * d).sum()
    variance = (probability * (d - mean) ** 2).sum()
    first, total = [], []
    for b in range(blocks):
        rest = tuple(c for c in range(blocks) if c != b)
        alone = (probability * d).sum(axis=rest) / odds[b]
        first.append((odds[b] * (alone - mean) ** 2).sum() / variance)
        weight = probability.sum(axis=b)
        known = (probability * d).sum(axis=b) / weight
        total.append(1 - (weight * (known - mean) ** 2).sum() / variance)
    return mean, variance, first, total


@pytest.mark.parametrize(("blocks", "terms"), [(1, 1), (1, 3), (2, 1), (2, 4), (3, 2), (4, 3)])
def test_closed_form_equals_enumeration(blocks, terms):
    """For blocks of two or three outcomes, all outcomes counted give the closed form."""
    rng = np.random.default_rng(blocks + 10 * terms)
    values = [rng.normal(0.5, 1.0, (2 + b % 2, terms)) for b in range(blocks)]
    odds = [rng.dirichlet(np.ones(len(v))) for v in values]
    means = np.array([p @ v for p, v in zip(odds, values, strict=True)])
    covariances = np.array(
        [np.cov(v.T, aweights=p, ddof=0) for p, v in zip(odds, values, strict=True)]
    ).reshape(blocks, terms, terms)
    shares = multilinear_shares(means, covariances, 7.0)
    mean, variance, first, total = enumerated_shares(values, odds, 7.0)
    assert shares.mean == pytest.approx(mean, rel=1e-12)
    assert shares.variance == pytest.approx(variance, rel=1e-12)
    assert shares.first == pytest.approx(first, abs=1e-12)
    assert shares.total == pytest.approx(total, abs=1e-12)


def test_estimator_equals_closed_form():
    """Vector blocks of a random multilinear model, swapped, agree with the closed form.

    Within z errors, z = 5.2: a false alarm has probability below 1e-6.
    """
    rng = np.random.default_rng(7)
    means, covariances, loadings = random_multilinear(rng, 3, 4, scale=0.4)
    n = 2**16
    a, b = (
        [means[j, :, None] + loadings[j] @ rng.normal(size=(4, n)) for j in range(3)]
        for _ in range(2)
    )
    exact = multilinear_shares(means, covariances, -2.0)
    drawn = swap_blocks(lambda x: np.prod(x, axis=0).sum(axis=0) - 2.0, a, b)
    assert_within_errors(drawn, exact.first, exact.total)
    assert drawn.variance == pytest.approx(exact.variance, rel=0.1)
    assert drawn.mean == pytest.approx(exact.mean, abs=6 * np.sqrt(exact.variance / (2 * n)))


def test_errors_have_the_right_size():
    """The spread of 2,000 repeated runs is the mean reported error within 12 %, for every error.

    A standard deviation of 2,000 nearly normal values has a relative error of 1.6 to 2 %, so
    with 7 comparisons the probability of a false alarm is below 1e-6. A delta method that forgets
    the ratio's denominator reports a quarter too little for the total share of x2.
    """
    rng = np.random.default_rng(11)
    runs = [swap_blocks(ishigami, *ishigami_draws(rng, 500)) for _ in range(2_000)]
    for name, error in (
        ("first", "first_error"),
        ("total", "total_error"),
        ("sum_first", "sum_first_error"),
    ):
        spread = np.std([getattr(run, name) for run in runs], axis=0, ddof=1)
        reported = np.mean([getattr(run, error) for run in runs], axis=0)
        assert spread / reported == pytest.approx(np.ones_like(spread), abs=0.12), name


def test_additive_model_says_so():
    """A sum has first shares that sum to one; with a product of two of its blocks it has not.

    The sum's shares are z errors from one, z = 4.9: a false alarm has probability below 1e-6.
    """
    a, b = np.random.default_rng(3).normal(size=(2, 3, 4_000))
    plain = swap_blocks(lambda x: x[0] + 2 * x[1] + 3 * x[2], a, b)
    assert abs(plain.sum_first - 1) < 4.9 * plain.sum_first_error
    assert plain.additive
    assert not swap_blocks(lambda x: x[0] + 2 * x[1] * x[2], a, b).additive
    assert multilinear_shares(np.ones((2, 2)), [[[4, 0], [0, 0]], [[0, 0], [0, 9]]]).additive
    assert not multilinear_shares(np.ones((2, 1)), [[[4]], [[9]]]).additive


def test_estimator_is_the_table_written_out():
    """Plain loops over the rows of Saltelli et al. (2010), table 2, b and f, give the shares."""
    rng = np.random.default_rng(2)
    base, other, swapped = rng.normal(size=9), rng.normal(size=9), rng.normal(size=(2, 9))
    shares = sobol_shares(base, other, swapped)
    centre = (base.sum() + other.sum()) / 18
    variance = sum((v - centre) ** 2 for v in [*base, *other]) / 18
    for j in range(2):
        first = sum((other[i] - centre) * (swapped[j, i] - base[i]) for i in range(9)) / 9
        total = sum((base[i] - swapped[j, i]) ** 2 for i in range(9)) / 18
        assert shares.first[j] == pytest.approx(first / variance)
        assert shares.total[j] == pytest.approx(total / variance)
    assert shares.variance == pytest.approx(variance)


@pytest.mark.parametrize(("shift", "scale"), [(1e9, 1.0), (-24_144.0, 1e4), (0.0, -1e-6)])
def test_shift_and_scale_change_no_share(shift, scale):
    """Adding a constant or changing the unit leaves shares and errors alone, far from zero too."""
    rng = np.random.default_rng(8)
    values = [ishigami(x) for x in ishigami_draws(rng, 400)] + [ishigami_draws(rng, 400)[0]]
    plain, moved = sobol_shares(*values), sobol_shares(*(shift + scale * v for v in values))
    for name in ("first", "total", "first_error", "total_error", "sum_first_error"):
        assert getattr(moved, name) == pytest.approx(getattr(plain, name), rel=1e-5, abs=1e-6)
    assert moved.variance == pytest.approx(plain.variance * scale**2, rel=1e-5)
    assert moved.mean == pytest.approx(plain.mean * scale + shift)


def test_constant_and_unit_change_no_closed_share():
    """A constant moves the mean alone; kroner for millions of them change no share."""
    means, covariances, _ = random_multilinear(np.random.default_rng(4), 3, 3)
    plain = multilinear_shares(means, covariances)
    moved = multilinear_shares(means, covariances, 1e12)
    assert (moved.first == plain.first).all()
    assert moved.variance == plain.variance
    assert moved.mean == plain.mean + 1e12
    unit = np.array([1e6, 1, 1])
    scaled = multilinear_shares(means * unit[:, None], covariances * unit[:, None, None] ** 2)
    assert scaled.first == pytest.approx(plain.first, rel=1e-12)
    assert scaled.total == pytest.approx(plain.total, rel=1e-12)


def test_blocks_in_another_order_have_their_own_shares():
    """Permuting the blocks permutes the shares: to the last bit drawn, to 1e-12 in closed form."""
    order = [2, 0, 1]
    a, b = ishigami_draws(np.random.default_rng(5), 300)
    plain = swap_blocks(ishigami, a, b)
    moved = swap_blocks(lambda x: ishigami([x[1], x[2], x[0]]), a[order], b[order])
    assert (moved.first == plain.first[order]).all()
    assert (moved.total_error == plain.total_error[order]).all()
    means, covariances, _ = random_multilinear(np.random.default_rng(6), 3, 4)
    closed = multilinear_shares(means, covariances)
    permuted = multilinear_shares(means[order], covariances[order])
    assert permuted.first == pytest.approx(closed.first[order], rel=1e-12)
    assert permuted.total == pytest.approx(closed.total[order], rel=1e-12)


def test_a_block_that_does_nothing_has_exactly_no_share():
    """A block the model leaves alone, or one that is known, has zero shares and zero errors."""
    a, b = ishigami_draws(np.random.default_rng(9), 100)
    idle = np.arange(600.0).reshape(3, 2, 100)
    shares = swap_blocks(lambda x: 1e9 + ishigami(x[:3]), [*a, idle], [*b, -idle])
    for values in (shares.first, shares.total, shares.first_error, shares.total_error):
        assert values[3] == 0.0
    means, covariances, _ = random_multilinear(np.random.default_rng(10), 4, 3)
    covariances[2] = 0.0
    closed = multilinear_shares(means, covariances)
    assert closed.first[2] == closed.total[2] == 0.0
    assert closed.first[[0, 1, 3]].min() > 0


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9 / 3])
def test_nothing_varies(value):
    """A constant has variance, shares and errors of zero, and no warning, however it is written."""
    same = np.full(1001, value)
    drawn = sobol_shares(same, same, [same, same])
    cancelled = multilinear_shares(
        [[value, -value], [1, 1], [0.3, 0.3]], [[[0, 0]] * 2, [[0.1, 0.1]] * 2, [[0.7, 0.7]] * 2]
    )
    known = multilinear_shares([[value]], [[[0.0]]])
    for shares in (drawn, cancelled, known):
        assert shares.variance == 0.0
        assert not np.concatenate([shares.first, shares.total]).any()
        assert not np.concatenate([shares.first_error, shares.total_error]).any()
        assert shares.sum_first == shares.sum_first_error == 0.0
        assert shares.additive
    assert drawn.mean == known.mean == value


def test_terms_that_cancel_but_for_rounding_do_not_vary():
    """One source times 0.1 + 0.2 - 0.3 is no variance, though the products do not sum to 0."""
    parts = np.array([0.1, 0.2, -0.3])
    covariances = [np.outer(parts, parts), 0.5 * np.ones((3, 3))]
    assert np.sum(covariances[0]) != 0
    shares = multilinear_shares([parts, np.ones(3)], covariances)
    assert shares.variance == 0.0
    assert not shares.total.any()


def test_a_variance_far_below_the_mean_keeps_its_digits():
    """Factors of mean 1 and variance 1e-24 share equally, where squares would cancel to noise."""
    shares = multilinear_shares(np.ones((4, 1)), np.full((4, 1, 1), 1e-24))
    assert shares.variance == pytest.approx(4e-24, rel=1e-12)
    assert shares.first == pytest.approx(np.full(4, 0.25), rel=1e-12)


def test_the_model_is_evaluated_at_a_at_b_and_once_per_block():
    """Two sets and k swaps are 2 + k calls, with one block from b in each swap."""
    calls = []

    def model(x):
        calls.append([int(block[0]) for block in x])
        return x[0] + x[1]

    a, b = np.zeros((2, 5)), np.ones((2, 5))
    b[:, 1:] = np.arange(4)
    swap_blocks(model, a, b)
    assert calls == [[0, 0], [1, 1], [1, 0], [0, 1]]


def test_a_model_may_answer_in_one_array():
    """A model that writes every answer to the same array gives the shares of one that does not."""
    a, b = ishigami_draws(np.random.default_rng(12), 50)
    place = np.empty(50)

    def model(x):
        place[:] = ishigami(x)
        return place

    reused, plain = swap_blocks(model, a, b), swap_blocks(ishigami, a, b)
    assert (reused.first == plain.first).all()
    assert (reused.total == plain.total).all()


def test_swapping_is_estimating_from_the_swapped_values():
    """`swap_blocks` is `sobol_shares` of the values at the swapped blocks, to the last bit."""
    a, b = ishigami_draws(np.random.default_rng(13), 50)
    swapped = [ishigami(np.where(np.arange(3)[:, None] == j, b, a)) for j in range(3)]
    direct, by_blocks = sobol_shares(ishigami(a), ishigami(b), swapped), swap_blocks(ishigami, a, b)
    for name in ("first", "total", "first_error", "total_error"):
        assert (getattr(direct, name) == getattr(by_blocks, name)).all()
    assert direct.variance == by_blocks.variance


whole = st.integers(-3, 3)


@given(st.data(), st.integers(1, 4), st.integers(1, 3))
def test_closed_shares_are_shares(data, blocks, terms):
    """For any means and positive semidefinite covariances, 0 <= first <= total <= 1.

    Small whole numbers are multiplied and added without rounding, so the order holds exactly.
    """
    means = data.draw(st.lists(whole, min_size=blocks * terms, max_size=blocks * terms))
    size = blocks * terms * terms
    loadings = np.reshape(
        data.draw(st.lists(whole, min_size=size, max_size=size)), (blocks, terms, terms)
    )
    shares = multilinear_shares(
        np.reshape(means, (blocks, terms)), loadings @ loadings.transpose(0, 2, 1)
    )
    assert (shares.first >= 0).all()
    assert (shares.first <= shares.total).all()
    assert (shares.total <= 1).all()
    assert shares.sum_first <= 1 + 1e-12
    if shares.variance > 0:
        assert shares.total.sum() >= 1 - 1e-12
        assert shares.additive == (abs(shares.total.sum() - 1) < 1e-9)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (([1.0], [2.0], [[1.0]]), "at least 2"),
        (([1.0, 2], [2.0, 3, 4], [[1.0, 2]]), r"\(2,\), \(3,\), \(1, 2\)"),
        (([1.0, 2], [2.0, 3], [[1.0, 2, 3]]), r"\(k, n\)"),
        (([1.0, 2], [2.0, 3], [1.0, 2]), "swapped: read an array of shape"),
        (([1.0, 2], [2.0, 3], np.ones((0, 2))), "k at least 1"),
        (([1.0, np.nan], [2.0, 3], [[1.0, 2]]), r"base: read a value at \(1,\)"),
        (([1.0, 2], [2.0, 3], [[1.0, np.inf]]), r"swapped: read a value at \(0, 1\)"),
        ((["12.031", "2"], [2.0, 3], [[1.0, 2]]), "base: read <U6"),
    ],
)
def test_bad_values_are_named(values, words):
    """Shapes that do not fit, gaps, infinities and text are refused with what was read."""
    with pytest.raises(ValueError, match=words):
        sobol_shares(*values)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ([], [], "0 and 0 blocks"),
        ([[1, 2]], [[1, 2], [1, 2]], "1 and 2 blocks"),
        ([[1, 2], [1, 2, 3]], [[1, 2], [1, 2, 3]], r"block 1: .*\(3,\) in a"),
        ([[1, 2], [[1, 2]]], [[1, 2], [1, 2]], r"block 1: .*\(1, 2\) in a and \(2,\) in b"),
        ([3.0], [4.0], "block 0"),
        ([[1]], [[2]], "read 1 draws"),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], r"returned shape \(\)"),
    ],
)
def test_bad_blocks_are_named(a, b, words):
    """Blocks that do not match, and a model that does not answer per draw, are refused."""
    with pytest.raises(ValueError, match=words):
        swap_blocks(lambda x: x[0] if len(x) == 1 else np.sum(x), a, b)


@pytest.mark.parametrize(
    ("means", "covariances", "words"),
    [
        ([1.0], [[[1.0]]], "means: read an array of shape"),
        ([[1.0]], [[1.0]], "covariances: read an array of shape"),
        ([[1.0, 2]], [[[1.0]]], r"\(1, 2\) and \(1, 1, 1\)"),
        (np.ones((0, 1)), np.ones((0, 1, 1)), r"\(0, 1\)"),
        ([[1.0]], [[[-1.0]]], "below zero"),
        ([[np.nan]], [[[1.0]]], "not finite"),
    ],
)
def test_bad_moments_are_named(means, covariances, words):
    """Shapes that do not fit, gaps and negative variances are refused with what was read."""
    with pytest.raises(ValueError, match=words):
        multilinear_shares(means, covariances)
