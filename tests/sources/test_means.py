"""Means: their joint law under each coupling, and the spread a published difference lends."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.sources.registry import chosen
from gevinst.stats.copula import directions
from gevinst.stats.mean.widening import effective_degrees_of_freedom
from gevinst.study.people import COUPLINGS, NO_COUPLING, couplings_of
from gevinst.study.prices import Summary, spread_means, worth
from gevinst.study.study import Study
from tests.conftest import DATA, unspread

ROWS = 40_000


@pytest.fixture
def study() -> Study:
    """Two groups before and after, with each kind of spread and each law."""
    return gv.read(DATA / "means")


def with_law(study: Study, law: str) -> Study:
    """The same means under one law."""
    return replace(study, summaries=tuple(replace(s, law=law) for s in study.summaries))


def reach_of(study: Study, arm: str) -> np.ndarray:
    """What each mean that moves counts for, times its standard error."""
    return np.array([worth(study, s) * s.standard_error for s in spread_means(study, arm)])


def by_hand(reach: np.ndarray, coupling: str) -> float:
    """Variance of the sum of means of one group, as the page of methods says."""
    long = np.abs(reach)
    return {
        "narrowest": max(0.0, 2.0 * long.max() - long.sum()) ** 2,
        "independent": float((long**2).sum()),
        "widest": long.sum() ** 2,
    }[coupling]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_directions_have_the_variance_of_their_coupling(size: int) -> None:
    """Unit vectors; the sum has the closed form, and no correlations give less or more."""
    rng = np.random.default_rng(size)
    for _ in range(50):
        reach = rng.normal(size=size) * rng.lognormal(sigma=1.0, size=size)
        found = {}
        for coupling in COUPLINGS:
            leans = directions(reach, coupling)
            np.testing.assert_allclose((leans**2).sum(axis=1), 1.0)
            found[coupling] = float(((reach @ leans) ** 2).sum())
            scale = np.abs(reach).sum() ** 2
            assert found[coupling] == pytest.approx(by_hand(reach, coupling), abs=1e-12 * scale)
        some = rng.normal(size=(size, size))
        some /= np.linalg.norm(some, axis=1, keepdims=True)
        other = float(((reach @ some) ** 2).sum())
        assert found["narrowest"] <= other + 1e-9
        assert other <= found["widest"] + 1e-9


def test_standard_errors_follow_from_what_is_printed() -> None:
    """Of sd, se and an interval exactly; quartiles of normal data give nearly its sd."""
    of = Summary("a", "b", "c", "r", 25, 100.0)
    t = stats.t.ppf(0.975, 24)
    for spread, printed, level, error in (
        ("sd", (50.0,), 0.0, 10.0),
        ("se", (10.0,), 0.0, 10.0),
        ("interval", (100.0 - 10.0 * t, 100.0 + 10.0 * t), 0.95, 10.0),
    ):
        each = replace(of, spread=spread, printed=printed, level=level)
        assert each.standard_error == pytest.approx(error, rel=1e-12)
    quartiles = tuple(stats.norm.ppf([0.25, 0.75], 100.0, 50.0))
    large = replace(of, n=1_000_000, spread="quartiles", printed=quartiles)
    assert large.standard_error == pytest.approx(50.0 / 1_000.0, rel=1e-5)


@pytest.mark.parametrize("perspective", ["all", "region"])
@pytest.mark.parametrize("law", ["normal", "gamma", "lognormal"])
def test_the_draws_have_the_closed_form(study: Study, law: str, perspective: str) -> None:
    """Each arm's sd is that of the covariances, within six errors; the means stay as printed.

    Six errors: the sd of an sd is by the draws' own kurtosis, below 6 for these laws.
    """
    study = with_law(study, law).choose(perspective=perspective)
    found = gv.simulate(study, n=ROWS, rng=3)
    (source,) = chosen(study)
    for coupling, draws in found.by_coupling.items():
        parts = source.sampled(study, coupling)
        for a, (arm, part) in enumerate(zip(study.arms, parts, strict=True)):
            gains = draws.net_gain[:, a]
            sd = math.sqrt(part.variance)
            error = sd * math.sqrt(5.0 / 4.0 / ROWS)
            assert gains.std() == pytest.approx(sd, abs=6.0 * error + 1e-3)
            published = float(gv.gain(study).net_gain_per_citizen[a])
            room = 6.0 * sd / math.sqrt(ROWS) + 1e-9 * abs(published)
            assert gains.mean() == pytest.approx(published, abs=room)
            if law == "normal" or coupling in ("independent", "widest"):
                hand = by_hand(reach_of(study, arm.id), coupling)
                # Scores that are wholly correlated make skewed means at most so.
                assert part.variance <= hand * (1.0 + 1e-9) + 1e-6
                assert law != "normal" or part.variance == pytest.approx(hand, abs=1e-6)


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_the_interval_is_welchs(study: Study, coupling: str) -> None:
    """Point, degrees of freedom and limits by hand; the limits within six of their own errors."""
    study = with_law(study, "normal").choose(perspective="region")
    found = gv.simulate(study, n=100_000, rng=5).by_coupling[coupling].found
    variances = [by_hand(reach_of(study, arm.id), coupling) for arm in study.arms]
    sizes = [min(s.n for s in spread_means(study, arm.id)) for arm in study.arms]
    total = sum(variances)
    df = total**2 / sum(v**2 / (n - 1) for v, n in zip(variances, sizes, strict=True))
    (source,) = chosen(study)
    assert effective_degrees_of_freedom(total, source.sampled(study, coupling)) == pytest.approx(df)
    half = stats.t.ppf(0.975, df) * math.sqrt(total)
    point = gv.gain(study).difference
    for limit, hand in (("low", point - half), ("high", point + half)):
        assert getattr(found, limit) == pytest.approx(hand, abs=6.0 * found.mcse[limit])


def test_one_mean_an_arm_has_one_coupling(study: Study) -> None:
    """Where of each arm one mean has a spread there is nothing to couple."""
    told = gv.to_tables(study)
    kept = told["summaries"]
    columns = ["sd", "se", "low", "high", "level", "q1", "q3", "law"]
    kept.loc[~((kept["item"] == "hospital") & (kept["time"] == "before")), columns] = None
    one = gv.from_tables(**told)
    assert couplings_of(one) == (NO_COUPLING,)
    (draws,) = gv.simulate(one, n=ROWS, rng=1).by_coupling.values()
    sd = math.hypot(5_200 / math.sqrt(40), 4_900 / math.sqrt(30))
    assert draws.difference.std() == pytest.approx(sd, abs=6.0 * sd / math.sqrt(2 * ROWS))


def test_a_new_group_is_wider_by_one_sample(study: Study) -> None:
    """The variance of as many others comes on top: twice, in closed form."""
    study = with_law(study, "normal").choose(perspective="region")
    (mean,), (group,) = (chosen(study, target=target) for target in ("mean", "new_group"))
    for coupling in COUPLINGS:
        parts = zip(mean.sampled(study, coupling), group.sampled(study, coupling), strict=True)
        for one, two in parts:
            assert two.variance == pytest.approx(2.0 * one.variance, rel=1e-9)


def test_closed_form_and_swapping_agree(study: Study) -> None:
    """The closed form's variance is that of the draws, within six errors."""
    closed = gv.variance_shares(study, method="closed_form").by_coupling
    drawn = gv.simulate(study, n=ROWS, rng=7).by_coupling
    for coupling, shares in closed.items():
        variance = drawn[coupling].difference.var()
        assert variance == pytest.approx(shares.variance, rel=6.0 * math.sqrt(5.0 / ROWS))


def test_a_published_p_lends_its_standard_error(study: Study) -> None:
    """|difference| / t(1 - p/2), the citizens of both arms less 2; the interval is Student's."""
    bare = unspread(study)
    (source,) = chosen(bare)
    error = 2_300 / stats.t.ppf(1.0 - 0.005, 38 + 30 - 2)
    assert source.standard_error(bare) == pytest.approx(error, rel=1e-12)
    (draws,) = gv.simulate(bare, n=100_000, rng=2).by_coupling.values()
    half = stats.t.ppf(0.975, 66) * error
    point = gv.gain(bare).difference
    assert draws.found.low == pytest.approx(point - half, abs=6.0 * draws.found.mcse["low"])
    assert draws.found.high == pytest.approx(point + half, abs=6.0 * draws.found.mcse["high"])
    closed = gv.variance_shares(bare, method="closed_form").by_coupling[NO_COUPLING]
    assert closed.variance == pytest.approx(error**2, rel=1e-9)


def test_a_published_interval_lends_its_standard_error(study: Study) -> None:
    """Half the width over Student's quantile."""
    bare = unspread(study)
    (figure,) = bare.published
    ranged = replace(bare, published=(replace(figure, low=300.0, high=4_300.0),))
    ranged = ranged.assume("difference", p=0.0, level=0.9)
    (source,) = chosen(ranged)
    error = 2_000.0 / stats.t.ppf(0.95, 66)
    assert source.standard_error(ranged) == pytest.approx(error, rel=1e-12)


@pytest.mark.parametrize(
    ("code", "settings"),
    [("E030", {"figure": "none"}), ("E270", {"p": 0.0}), ("E270", {"level": 0.9})],
)
def test_a_difference_that_says_nothing_is_refused(
    study: Study, code: str, settings: dict[str, object]
) -> None:
    """An unknown figure, and neither or both of p and level."""
    with pytest.raises(gv.StudyError, match=code):
        gv.simulate(unspread(study).assume("difference", **settings), n=10)


def test_a_difference_is_for_means_without_spread(study: Study) -> None:
    """E271 where they have their own, or one group is looked at alone; E269 without any spread."""
    bare = unspread(study)
    with pytest.raises(gv.StudyError, match="E271"):
        gv.simulate(bare.compare("support"), n=10)
    with pytest.raises(gv.StudyError, match="E271"):
        gv.simulate(replace(study, sources=bare.sources, published=bare.published), n=10)
    with pytest.raises(gv.StudyError, match="E269"):
        gv.simulate(replace(bare, sources=study.sources), n=10)


def test_means_that_cannot_be_seen_by_a_payer_do_not_move(study: Study) -> None:
    """Under a perspective that pays none of it a mean is no part of the coupling."""
    assert len(spread_means(study, "support")) == 3
    assert len(spread_means(study.choose(perspective="region"), "support")) == 2


def test_a_longer_run_begins_alike(study: Study) -> None:
    """Draws are the first of those of a longer run, to the last bit, whoever draws beside."""
    short, long = (gv.simulate(study, n=n, rng=4).by_coupling for n in (3_000, 9_000))
    for coupling, draws in short.items():
        assert np.array_equal(draws.difference, long[coupling].difference[:3_000])
