"""The agreement law: one question has one answer, whoever is asked, calculated or drawn."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.bootstrap import bootstrap
from gevinst.analyses.start.standardise import RAW
from gevinst.stats.margins.band import standard_error_band
from gevinst.study.people import COUPLINGS, OBSERVED, standard_errors, stratum_sizes
from gevinst.study.strata import divided
from tests.conftest import FACTORS, SIX, courses, person_rows, simulated, two_times

WEIGHTS = ("pooled", "intervention", "control", "overlap")


@pytest.fixture(scope="module")
def found(ishoj):
    """Ishøj under all couplings."""
    return bootstrap(ishoj)


def test_estimates_are_the_published_gains(ishoj, found) -> None:
    """Under every coupling the estimates are the published gains: the mean needs no coupling."""
    gain = gv.gain(ishoj)
    for coupling in COUPLINGS:
        assert found.difference[coupling].estimate == pytest.approx(gain.difference, abs=1e-6)
        for arm, net in zip(ishoj.axes.arms, gain.net_gain_per_citizen, strict=True):
            assert found.arms[arm][coupling].estimate == pytest.approx(net, abs=1e-6)


@pytest.mark.parametrize("coupling", ["narrowest", "widest"])
def test_fixed_couplings_are_the_bootstrap_of_their_gains(ishoj, found, coupling) -> None:
    """Along a coupling's paths the study's law is that of the array function."""
    costs, counted = ishoj.status_costs, ishoj.status_horizon
    gains = [
        sum(counted[t] * costs[a, t, at] for t, at in enumerate(courses(ishoj, coupling, arm)))
        for a, arm in enumerate(ishoj.axes.arms)
    ]
    plain = gv.stats.bootstrap_mean_difference(*gains)
    ours = found.difference[coupling]
    shift = ours.shift
    assert plain.standard_error == pytest.approx(ours.standard_error)
    for method in ("welch", "expanded", "percentile", "basic", "bca", "bayesian"):
        a, b = plain.interval(method), ours.interval(method)
        assert (b.low, b.high) == pytest.approx((a.low + shift, a.high + shift), abs=0.01)


def test_agreement_with_the_simulation(ishoj, found) -> None:
    """With outcomes alone the sd of `simulate` is the standard error of `bootstrap` (law)."""
    draws = gv.simulate(ishoj, n=40_000, vary=["outcomes"], rng=5)
    for coupling in COUPLINGS:
        row = draws.by_coupling[coupling].to_dict()
        expected = found.difference[coupling].standard_error
        # Six Monte Carlo errors: fails by chance less than once in 500 million.
        error = 6 * row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - expected) < error
        assert expected == pytest.approx(np.hypot(*standard_errors(ishoj, coupling)))


def test_agreement_law(paired) -> None:
    """With outcomes alone the sd of `simulate` is the standard error of `bootstrap` (law)."""
    row = gv.simulate(paired, n=40_000, vary=["outcomes"], rng=3).by_coupling[OBSERVED].to_dict()
    expected = gv.bootstrap(paired).difference[OBSERVED].standard_error
    # Six Monte Carlo errors: fails by chance less than once in 500 million.
    error = 6 * row["mcse"]["standard_deviation"]
    assert abs(row["standard_deviation"] - expected) < error


def test_outcomes_alone_give_the_standard_error(ishoj) -> None:
    """With outcomes alone the sd is the classical standard error of each coupling."""
    simulation, found = simulated(ishoj, ["outcomes"])
    for coupling in COUPLINGS:
        row = found[coupling]
        expected = np.hypot(*standard_errors(ishoj, coupling))
        error = row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - expected) < SIX * error
        assert abs(row["mean"] - simulation.point) < SIX * row["mcse"]["mean"]


@pytest.mark.parametrize("coupling", ["narrowest", "widest"])
def test_outcomes_alone_give_the_stratified_standard_error(ishoj, coupling: str) -> None:
    """With outcomes alone the variance is the sum of w² s²/n over cells, mean the point."""
    found = gv.simulate(ishoj, n=40_000, vary=["outcomes"], weights="pooled", rng=2)
    study = divided(ishoj, "pooled")
    costs, counted = ishoj.status_costs, ishoj.status_horizon
    variance = 0.0
    for a, arm in enumerate(ishoj.axes.arms):
        path = courses(ishoj, coupling, arm)
        gains = sum(counted[t] * costs[a, t, path[t]] for t in range(len(path)))
        for k in range(len(study.strata)):
            stratum = gains[study.start_strata[path[0]] == k]
            share = study.weights["stated"][a, k]
            variance += share**2 * stratum.var(ddof=1) / len(stratum)
    row = found.by_coupling[coupling].to_dict()
    error = SIX * row["mcse"]["standard_deviation"]
    assert abs(row["standard_deviation"] - variance**0.5) < error
    assert abs(row["mean"] - found.points[coupling]) < SIX * row["mcse"]["mean"]


def test_the_array_function_says_the_same(ishoj) -> None:
    """`standard_error_band` of the costs at both ends is the study's band: one number."""
    costs = ishoj.status_costs
    for a in range(2):
        start, end = (np.repeat(costs[a, t], ishoj.counts[a, t]) for t in (0, 2))
        band = standard_error_band(start, end)
        for kind in COUPLINGS:
            assert getattr(band, kind) == pytest.approx(standard_errors(ishoj, kind)[a])


def test_raw_is_the_bootstrap(ishoj) -> None:
    """One number for one thing: the raw row is `bootstrap`'s estimate and widest interval."""
    found = gv.stratify(ishoj)
    for basis in ishoj.rate_maps:
        boot = gv.bootstrap(ishoj.choose(basis=basis))
        raw = found.of(RAW, basis)
        assert raw.estimate == pytest.approx(boot.estimate, abs=1e-6)
        widest = boot.difference["widest"].interval("welch")
        assert (raw.interval.low, raw.interval.high) == pytest.approx((widest.low, widest.high))


@pytest.mark.parametrize("basis", ["published", "printed", "low_after_start"])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_points_are_those_of_standardise(ishoj, weights: str, basis: str) -> None:
    """The independent value is `standardise`'s, and every coupling's lies in its range."""
    study = ishoj.choose(basis=basis)
    found = gv.simulate(study, n=2, vary=[], weights=weights, rng=1)
    expected = gv.standardise(study, weights=weights)
    assert found.points["independent"] == pytest.approx(expected.independent)
    for point in found.points.values():
        assert expected.low - 1e-6 <= point <= expected.high + 1e-6
    assert np.isnan(found.point)
    assert found.to_dict()["difference"]["point"] is None
    assert found.to_dict()["standardised"]["weights"] == weights
    assert not found.published


def test_paired_data_by_a_column(ishoj) -> None:
    """Person rows are standardised along their own paths: the point is `standardise`'s estimate."""
    study = gv.from_persons(person_rows(ishoj), ishoj)
    found = gv.simulate(study, n=20_000, vary=["outcomes"], strata="stratum", rng=6)
    expected = gv.standardise(study, strata="stratum")
    assert found.point == pytest.approx(expected.low)
    row = found.by_coupling["observed"].to_dict()
    error = SIX * row["mcse"]["standard_deviation"]
    assert abs(row["standard_deviation"] - expected.found.standard_error) < error
    cells = divided(study, "pooled", "stratum")
    assert [sum(stratum_sizes(cells, a)) for a in range(2)] == [28, 26]


@pytest.mark.parametrize("basis", ["published", "printed", "low_after_start"])
def test_closed_form_and_swapping_agree(ishoj, basis: str) -> None:
    """Both ways give the same shares, variance and mean, for every coupling.

    Six Monte Carlo errors: a false alarm in 30 comparisons comes less than once in ten million.
    """
    study = ishoj.choose(basis=basis)
    exact = gv.variance_shares(study, vary=FACTORS)
    drawn = gv.variance_shares(study, vary=FACTORS, method="swapping", n=30_000, rng=3)
    assert (exact.method, drawn.method) == ("closed_form", "swapping")
    for coupling in COUPLINGS:
        ours, theirs = exact.by_coupling[coupling], drawn.by_coupling[coupling]
        assert (np.abs(ours.first - theirs.first) <= 6 * theirs.first_error + 1e-9).all()
        assert (np.abs(ours.total - theirs.total) <= 6 * theirs.total_error + 1e-9).all()
        assert abs(ours.mean - theirs.mean) < 6 * (ours.variance / 30_000) ** 0.5
        assert (ours.first <= ours.total + 1e-12).all()


@pytest.mark.parametrize("law", ["calibrated", "rubin", "plug_in"])
def test_closed_form_of_outcomes_is_the_standard_error(ishoj, law: str) -> None:
    """With outcomes alone the closed variance is the classical one, times the law's own factor."""
    found = gv.variance_shares(ishoj.assume("outcomes", law=law), vary=["outcomes"])
    for coupling in COUPLINGS:
        n = np.array([arm.analysed for arm in ishoj.arms])
        factor = {"calibrated": 1.0, "rubin": (n - 1) / (n + 1), "plug_in": (n - 1) / n}[law]
        expected = (standard_errors(ishoj, coupling) ** 2 * factor).sum()
        assert found.by_coupling[coupling].variance == pytest.approx(expected)
        assert found.by_coupling[coupling].first == pytest.approx([1.0])


def test_closed_form_has_the_moments_of_the_draws(ishoj) -> None:
    """Mean and sd in closed form are those of `simulate`, within its Monte Carlo error."""
    exact = gv.variance_shares(ishoj, vary=FACTORS)
    found = gv.simulate(ishoj, n=40_000, vary=FACTORS, rng=8)
    for coupling, draws in found.by_coupling.items():
        row, shares = draws.to_dict(), exact.by_coupling[coupling]
        assert abs(row["mean"] - shares.mean) < 6 * row["mcse"]["mean"]
        error = 6 * row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - shares.variance**0.5) < error


# --- one law behind interval, share and curve -----------------------------------------


@pytest.mark.parametrize("rows", [20_000, 100_000])
@pytest.mark.parametrize("known", ["margins", "paths"])
def test_interval_is_welchs(ishoj, paired, known: str, rows: int) -> None:
    """With outcomes alone: its width is Welch's to 2 %, each limit to 3 % of the width.

    For paired data too. Six Monte Carlo errors are added: fails by chance less than once in 500
    million.
    """
    study = ishoj if known == "margins" else paired
    simulation = gv.simulate(study, n=rows, vary="outcomes", rng=7)
    for coupling, estimate in gv.bootstrap(study).difference.items():
        welch, draws = estimate.interval("welch"), simulation.by_coupling[coupling]
        found, width = draws.found, welch.high - welch.low
        errors = SIX * found.mcse["low"], SIX * found.mcse["high"]
        assert found.low == pytest.approx(welch.low, abs=0.03 * width + errors[0])
        assert found.high == pytest.approx(welch.high, abs=0.03 * width + errors[1])
        assert found.high - found.low == pytest.approx(width, abs=0.02 * width + sum(errors) / 2)
        degrees = estimate.degrees_of_freedom
        assert draws.degrees_of_freedom == pytest.approx(degrees, rel=0.05)


@pytest.mark.parametrize("sizes", [(3, 3), (3, 12), (4, 28)])
def test_few_citizens_have_welchs_limits_and_no_share(ishoj, sizes) -> None:
    """Below five citizens in an arm: Welch's limits with a reason, no share, no curve."""
    cash, job = "cash_benefit", "ordinary_employment"
    starts = tuple({cash: n} for n in sizes)
    study = two_times(ishoj, starts, ({cash: sizes[0] - 1, job: 1}, {cash: sizes[1]}))
    simulation = gv.simulate(study, n=100_000, vary="outcomes", rng=1)
    assert simulation.pictures == ("difference",)
    for coupling, estimate in gv.bootstrap(study).difference.items():
        draws, welch = simulation.by_coupling[coupling], estimate.interval("welch")
        found = draws.found
        assert found.low == pytest.approx(welch.low, abs=SIX * found.mcse["low"])
        assert found.high == pytest.approx(welch.high, abs=SIX * found.mcse["high"])
        assert found.probability_positive is None
        assert found.reason == "few_citizens"
        for ask in (draws.probability, draws.curve, lambda d=draws: d.quantile(0.5)):
            with pytest.raises(ValueError, match=r"draws: read '\d'; fewer than 5 citizens"):
                ask()
    for lang, few in (("en", "Fewer than 5 citizens"), ("da", "Færre end 5 borgere")):
        assert few in simulation.summary(lang)


def test_one_law_stands_behind_everything(ishoj) -> None:
    """Interval, share, curve and quantiles are those of one law; the draws keep their spread."""
    draws = gv.simulate(ishoj, n=20_000, rng=5).by_coupling["widest"]
    found = draws.found
    assert draws.quantile([0.025, 0.975]) == pytest.approx([found.low, found.high], rel=1e-12)
    assert draws.probability() == found.probability_positive == (draws.law > 0).mean()
    assert draws.curve([0.0])["probability"][0] == found.probability_positive
    assert found.standard_deviation == pytest.approx(draws.difference.std(ddof=1))
    assert found.high - found.low > np.ptp(np.quantile(draws.difference, [0.025, 0.975]))


@pytest.mark.parametrize("weights", WEIGHTS)
def test_standardised_interval_is_students(paired, weights: str) -> None:
    """With citizens' own paths, drawn or calculated, a standardised difference has one interval.

    Its degrees of freedom are Satterthwaite's over arms and strata.
    """
    calculated = gv.standardise(paired, weights=weights)
    draws = gv.simulate(paired, n=40_000, vary="outcomes", weights=weights, rng=2)
    found, width = draws.by_coupling[OBSERVED].found, np.ptp(calculated.interval.limits)
    for ours, theirs in zip((found.low, found.high), calculated.interval, strict=True):
        assert ours == pytest.approx(theirs, abs=0.03 * width + SIX * found.mcse["low"])


def test_rates_alone_rest_on_no_sample(ishoj) -> None:
    """Rates are no sample of these citizens: nothing is widened."""
    draws = gv.simulate(ishoj, n=5_000, vary="rates", rng=5).by_coupling["widest"]
    assert np.isinf(draws.degrees_of_freedom)
    assert np.array_equal(draws.law, np.sort(draws.difference))
