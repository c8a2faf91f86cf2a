"""Exact bootstrap laws of means and differences of means."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from gevinst.stats.lattice import on_a_step
from gevinst.stats.mean import law as exact
from gevinst.stats.mean.atoms import common_lattice, convolve, enumerate_atoms
from gevinst.stats.mean.law import Component, MeanLaw, difference_law, mean_law
from gevinst.stats.mean.many import difference_laws, mean_laws
from gevinst.stats.mean.series import fit_series
from tests.stats.mean.saddlepoint import saddlepoint_cdf

# R1: the data of scipy's own check against R boot.
BOOT = [10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213]
GAINS = np.array([0, 51_321, -12_000, 30_211, 77_777, -40_000, 10_203, 99_999, -5_005, 64_000])


def study_like(seed=0):
    """Return 28 and 26 whole-krone gains with ten distinct sizes."""
    rng = np.random.default_rng(seed)
    return rng.choice(GAINS, 28), rng.choice(GAINS, 26)


def plain_law(x, y=None):
    """Return the law as exact fractions, one draw after another: the oracle."""

    def mean(values):
        law = Counter({Fraction(0): Fraction(1)})
        for _ in values:
            grown = Counter()
            for (total, p), v in itertools.product(law.items(), values):
                grown[total + Fraction(int(v))] += p / len(values)
            law = grown
        return Counter({total / len(values): p for total, p in law.items()})

    first = mean(x)
    if y is None:
        return first
    law = Counter()
    for (a, p), (b, q) in itertools.product(first.items(), mean(y).items()):
        law[a - b] += p * q
    return law


small = st.lists(st.integers(-4, 6), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(small, small)
def test_small_laws_equal_the_plain_oracle(x, y):
    """At every atom and beside it the distribution is the one of exact fractions."""
    law, oracle = difference_law(x, y), plain_law(x, y)
    for atom in oracle:
        t = float(atom)
        at_most = float(sum(p for a, p in oracle.items() if a <= atom))
        below = float(sum(p for a, p in oracle.items() if a < atom))
        assert law.cdf(t) == pytest.approx(at_most, abs=1e-12)
        assert law.mid_cdf(t) == pytest.approx((at_most + below) / 2, abs=1e-12)
        assert law.cdf(t - 1e-3) == pytest.approx(below, abs=1e-12)
        assert law.quantile((below + at_most) / 2) == pytest.approx(t, abs=1e-9)
    positive = float(sum(p for a, p in oracle.items() if a > 0))
    assert law.probability_positive == pytest.approx(positive, abs=1e-12)


def test_an_atom_at_zero_is_not_positive():
    """With P(X = 0) = 3/8 the probability above zero is 5/16, and P(X <= 0) is 11/16."""
    law = difference_law([0, 1], [0, 1])
    assert law.probability_positive == pytest.approx(5 / 16)
    assert law.cdf(0.0) == pytest.approx(11 / 16)
    assert law.mid_cdf(0.0) == pytest.approx(1 / 2)


def test_boot_data_have_the_published_quantiles():
    """The percentile limits are exactly 28.8625 and 84.2375 (R1)."""
    low, high = mean_law(BOOT).quantile(np.array([0.025, 0.975]))
    assert (low, high) == pytest.approx((28.8625, 84.2375), abs=1e-9)


def test_series_equals_the_whole_krone_lattice():
    """For 28 against 26 citizens the series is the lattice's law to 1e-6, its limits to a step."""
    x, y = (np.round(g, -2) for g in study_like())
    law = difference_law(x, y)
    assert law.representation == "series"
    lattice = common_lattice(law.components)
    atoms = convolve(lattice)
    some = atoms.support[:: lattice.cells // 5000]
    assert np.abs(atoms.cdf(some, 1.0) - law.cdf(some)).max() < 1e-6
    p = np.array([0.001, 0.025, 0.5, 0.975, 0.999])
    assert np.abs(atoms.quantile(p) - law.quantile(p)).max() <= 1.001 * lattice.step


def test_certificate_holds_at_the_resolution():
    """Whatever the data, F(t - r) - c <= series <= F(t + r) + c against the exact lattice."""
    rng = np.random.default_rng(5)
    checked = 0
    for case in range(50):
        sizes = [(28, 26), (11, 11), (11, 5), (20, 20), (7, 9)][case % 5]
        unit = [100, 1000][case % 2]
        values = np.round(rng.normal(0, 50_000, rng.integers(4, 13)) / unit) * unit
        shares = rng.dirichlet(np.ones(values.size))
        x, y = (rng.choice(values, n, p=shares) for n in sizes)
        parts = [Component.of(x), Component.of(y, -1)]
        lattice = common_lattice(parts)
        if min(np.ptp(x), np.ptp(y)) == 0 or lattice.cells > 2**21:
            continue
        atoms = convolve(lattice)
        series = fit_series(
            [c.values for c in parts],
            [c.probabilities for c in parts],
            [(c.n, c.sign) for c in parts],
        )
        t = np.linspace(atoms.support[0], atoms.support[-1], 2000)
        ours, r, c = series.cdf(t), series.resolution, series.certificate
        assert (ours >= atoms.cdf(t - r, 1.0) - c - 1e-10).all()
        assert (ours <= atoms.cdf(t + r, 1.0) + c + 1e-10).all()
        checked += 1
    assert checked > 25


def test_coarse_atoms_switch_to_the_lattice():
    """Costs in steps of 10,000 kr. have visible atoms; the law is then the exact lattice's."""
    rng = np.random.default_rng(2)
    law = difference_law(*(rng.integers(0, 12, n) * 10_000 for n in (28, 26)))
    assert law.representation == "lattice"
    assert law.certificate < 1e-11
    assert law.resolution < 1e-5  # kr.


def test_all_equal_values_are_a_point():
    """Without spread the law is a point and every quantile is it."""
    law = difference_law([5, 5, 5], [2, 2])
    assert law.representation == "point"
    assert law.quantile(np.array([0.025, 0.975])).tolist() == [3, 3]
    assert (law.cdf(2.999), law.cdf(3.0)) == (0, 1)


@pytest.mark.parametrize("seed", [0, 1])
def test_law_lies_in_the_band_of_a_million_resamples(seed):
    """A million resamples lie within the DKW band; false alarm below 1e-6, a wrong law misses."""
    x, y = study_like(seed)
    if seed:
        x, y = x[:11], y[:5]
    rng = np.random.default_rng(17 + seed)
    draws = 10**6
    sample = np.concatenate(
        [
            x[rng.integers(x.size, size=(10**5, x.size))].mean(axis=1)
            - y[rng.integers(y.size, size=(10**5, y.size))].mean(axis=1)
            for _ in range(10)
        ]
    )
    sample.sort()
    law = difference_law(x, y)
    points = np.linspace(sample[100], sample[-100], 999) + 1e-4
    empirical = np.searchsorted(sample, points, side="right") / draws
    band = math.sqrt(math.log(2 / 1e-6) / (2 * draws))  # Massart 1990
    assert np.abs(empirical - law.cdf(points)).max() < band + law.certificate


def test_independent_coupling_has_the_variance_of_independence():
    """Start and end drawn apart add their variances; 10^6 draws agree within the DKW band."""
    starts, ends = np.array([0.0, 76_440, 128_940]), np.array([0.0, 13_652, 102_648])
    p, q = np.array([0.1, 0.6, 0.3]), np.array([0.2, 0.3, 0.5])
    law = MeanLaw([Component(starts, p, 28), Component(ends, q, 28, -1)])
    variance = (p @ starts**2 - (p @ starts) ** 2 + q @ ends**2 - (q @ ends) ** 2) / 28
    assert law.sd == pytest.approx(math.sqrt(variance))
    rng = np.random.default_rng(8)
    sample = np.sort(
        rng.multinomial(28, p, 10**6) @ starts / 28 - rng.multinomial(28, q, 10**6) @ ends / 28
    )
    points = np.linspace(law.mean - 3 * law.sd, law.mean + 3 * law.sd, 501)
    empirical = np.searchsorted(sample, points, side="right") / 10**6
    assert np.abs(empirical - law.cdf(points)).max() < math.sqrt(math.log(2e6) / 2e6)


@pytest.mark.parametrize("sizes", [(28, 26), (11, 11), (200, 200)])
def test_saddlepoint_agrees(sizes):
    """The saddlepoint, which shares no code, agrees to 2e-3 in the body and 3 % in the tails."""
    rng = np.random.default_rng(9)
    x, y = (rng.lognormal(size=n) for n in sizes)
    law = difference_law(x, y)
    for p in (1e-4, 0.025, 0.3, 0.7):
        t = float(law.quantile(p))
        assert saddlepoint_cdf(law, t) == pytest.approx(p, abs=2e-3, rel=0.03)
    assert saddlepoint_cdf(law, law.mean) == pytest.approx(float(law.cdf(law.mean)), abs=2e-3)
    assert saddlepoint_cdf(law, 1e9) == 1
    assert saddlepoint_cdf(law, -1e9) == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=12),
    st.lists(st.integers(0, 9), min_size=2, max_size=12),
    st.integers(-50, 50),
    st.sampled_from([1.0, 1000.0, 0.01]),
    st.randoms(use_true_random=False),
)
def test_shift_scale_and_relabelling(x, y, shift, scale, random):
    """Shifting moves the law, a unit scales it, the order of citizens is nothing."""
    p = np.array([0.0251, 0.4993, 0.9749])
    law = difference_law(x, y)
    moved = difference_law(scale * (np.array(x) + shift), scale * np.array(y))
    assert moved.quantile(p) == pytest.approx(scale * (law.quantile(p) + shift), abs=1e-7 * scale)
    random.shuffle(x)
    assert difference_law(x, y).quantile(p) == pytest.approx(law.quantile(p), abs=1e-9)
    assert mean_law(x).mean == pytest.approx(np.mean(x))


def test_batch_equals_one_by_one():
    """Inverting many data sets together gives each one's own law, smooth, lumpy or flat."""
    rng = np.random.default_rng(10)
    shapes = [
        (rng.lognormal(size=(30, 28)), rng.lognormal(size=(30, 26))),
        (rng.choice(GAINS, (30, 28)) * 1.0, rng.choice(GAINS, (30, 26)) * 1.0),
        (rng.integers(0, 2, (30, 3)) * 1.0, rng.integers(0, 2, (30, 2)) * 1.0),
    ]
    p = np.tile([0.02, 0.5, 0.9801], (30, 1))
    for x, y in shapes:
        laws = difference_laws(x, y)
        quantiles, mid = laws.quantile(p), laws.mid_cdf(laws.mean)
        for row in range(30):
            law = difference_law(x[row], y[row])
            near = 1e-5 * law.sd + 2e-12 + law.resolution / 50
            assert np.abs(law.quantile(p[row]) - quantiles[row]).max() <= near
            assert mid[row] == pytest.approx(float(law.mid_cdf(law.mean)), abs=2e-6)
            assert laws.sd[row] == pytest.approx(law.sd)


def test_batch_of_one_mean_is_the_mean_law():
    """A batch without a second group holds laws of single means."""
    x = np.random.default_rng(11).lognormal(size=(4, 30))
    laws = mean_laws(x)
    assert laws.quantile(np.full((4, 1), 0.9))[2, 0] == pytest.approx(
        float(mean_law(x[2]).quantile(0.9)), rel=1e-7
    )


def test_step_of_values_is_found():
    """Differences of whole and decimal values are on their largest step; others have none."""
    whole = on_a_step(np.array([0.1 + 0.2, 0.7, -0.1]))
    assert whole.integers.tolist() == [1, 2, 0]
    assert whole.step == pytest.approx(0.4)
    assert on_a_step(np.array([np.pi, np.e, 0.0])) is None


@pytest.mark.parametrize("unit", [1.0, 0.25, 1 / 3, np.pi, 144_372.81 / 7, 15_000.0, 1e-7])
@pytest.mark.parametrize("origin", [0.0, 1.0, -800_000 / 38, np.e, 2_300_000 / 28])
def test_a_step_is_that_of_the_differences(unit: float, origin: float) -> None:
    """Whatever is added to all values: the same whole numbers, and the values back."""
    whole = np.array([9, -4, 0, 30, 5, 9])
    values = origin + unit * whole
    found = on_a_step(values)
    assert found.integers.tolist() == (whole + 4).tolist()
    last = 1e-14 * np.abs(values).max()
    assert found.origin + found.step * found.integers == pytest.approx(values, abs=last)
    shown = np.random.default_rng(1).lognormal(size=12) * unit + origin
    assert on_a_step(shown) is None or unit < 1e-6  # of one ten-millionth little is left


def test_a_constant_moves_the_law_and_nothing_else() -> None:
    """Gains of 40 and 35 citizens in steps of 15,000 kr., with and without 800,000/38 kr. of each.

    Atoms of up to one in a thousand lie at each step: a law that does not see them is off by that.
    """
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, y = rng.integers(-8, 12, 40) * 15_000.0, rng.integers(-8, 10, 35) * 15_000.0
        each = 800_000 / 38
        law, plain = difference_law(x - each, y), difference_law(x, y)
        assert law.representation == plain.representation == "lattice"
        t = plain.quantile(np.linspace(0.01, 0.99, 50))
        assert law.cdf(t - each) == pytest.approx(plain.cdf(t), abs=1e-12)
        assert law.mid_cdf(t - each) == pytest.approx(plain.mid_cdf(t), abs=1e-12)
        p = np.array([0.025, 0.5, 0.975])
        assert law.quantile(p) + each == pytest.approx(plain.quantile(p), abs=1e-6)


def test_large_lattice_is_not_built():
    """Beyond two million cells the series answers, however coarse: memory is guarded."""
    rng = np.random.default_rng(3)
    values = rng.choice([0.0, 1_000_003.0], 200)
    law = difference_law(values + rng.integers(0, 2, 200), rng.choice([0.0, 999_983.0], 199))
    assert law.representation == "series"
    assert law.certificate > exact._SURE


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mean_law([np.nan]), "not finite"),
        (lambda: mean_law([]), "no values"),
        (lambda: difference_law([1], ["x"]), "y: read"),
        (lambda: mean_law([1, 2]).quantile(0.0), "between 0 and 1"),
        (lambda: Component(np.array([1.0]), np.array([0.5]), 3), "sum to 1"),
        (lambda: Component(np.array([1.0]), np.array([1.0]), 0), "n >= 1"),
        (lambda: difference_laws([[1.0]], [[1.0], [2.0]]), "2 data sets for 1"),
        (lambda: mean_laws([1.0]), "shape"),
    ],
)
def test_bad_input_is_named(call, words):
    """Gaps, text, empty groups, levels and shares outside their range are refused."""
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("n", [170, 171, 2_000])
def test_many_citizens_of_few_values(n: int) -> None:
    """Two values: the binomial law, also where n! is no float; of one value all mass is there."""
    law = enumerate_atoms([Component(np.array([0.0, 1.0]), np.array([0.6, 0.4]), n)])
    # The rounding of a sum of n logarithms of size n ln n.
    np.testing.assert_allclose(law.cumulated, binom.cdf(np.arange(n + 1), n, 0.4), atol=1e-11)
    alone = enumerate_atoms([Component(np.array([7.0]), np.ones(1), n)])
    np.testing.assert_allclose([*alone.support, *alone.cumulated], [7.0, 1.0], rtol=1e-11)
