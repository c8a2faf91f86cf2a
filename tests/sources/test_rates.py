"""Rates: how they are drawn, how they move together, and their moments.

Statistical bounds are six standard errors: a normal deviate exceeds them less than once in 500
million times, so each test here fails by chance less than once in a million.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.sources import latents
from gevinst.sources.rates import Rates
from gevinst.sources.registry import chosen, problems_of
from gevinst.stats import streams
from gevinst.stats.copula import copula_of
from gevinst.stats.laws import Gamma
from gevinst.study.prices import Correlation
from gevinst.study.study import Study
from gevinst.text.problems import Problems
from tests.conftest import PAIRS, RATE_KINDS, SIX, draw_rates, simulated

N = 200_000

CLASH = tuple(
    Correlation(*pair, "mean_of_many")
    for pair in (
        ("cash_benefit", "rehabilitation", 0.9),
        ("cash_benefit", "flexjob", 0.9),
        ("rehabilitation", "flexjob", -0.9),
    )
)
"""Two rates that follow a third and go against each other."""


def _draw(study: Study, rows: int = N, **settings: float):
    return draw_rates(study, rows, **settings)


def _laws(study: Study):
    return {r.id: r.distribution.law(r.kr) for r in study.rates if r.drawn_by == "rates"}


def test_gamma_and_uniform_draws_stay_what_they_were(ishoj, two_types) -> None:
    """Draws of gamma and uniform rates come from numpy in the order of the study's rates."""
    for study in (ishoj, two_types):
        for name in ("rates", "investment"):
            drawn = Rates(name).draw(study, 500, streams.stream(3, name, 2))
            rng = streams.stream(3, name, 2)
            for rate in study.rates:
                stated = rate.distribution
                if rate.drawn_by != name or stated.kind == "fixed":
                    continue
                if stated.kind == "uniform":
                    expected = rng.uniform(stated.low, stated.high, 500)
                else:
                    shape = stated.cv**-2
                    expected = rng.gamma(shape, rate.kr / shape, 500)
                assert np.array_equal(drawn[latents.rate(rate.id)], expected)


def test_every_kind_is_drawn(mixed) -> None:
    """Every rate with a distribution is drawn, and its draws have its mean."""
    drawn = _draw(mixed)
    assert list(drawn) == [rate.id for rate in mixed.rates if rate.drawn_by == "rates"]
    assert drawn.keys() >= RATE_KINDS.keys()
    for rate, law in _laws(mixed).items():
        assert abs(drawn[rate].mean() - law.mean) <= SIX * law.sd / math.sqrt(N)
    for rate in mixed.rates:
        if rate.id in RATE_KINDS and rate.distribution.kind != "uniform":
            assert rate.distribution.law(rate.kr).mean == rate.kr


@pytest.mark.parametrize("basis", ["published", "printed", "low_after_start"])
def test_rates_alone_give_the_closed_form(ishoj, basis: str) -> None:
    """With rates alone the sd is the root of the summed squares of coefficient x rate x cv."""
    study = ishoj.choose(basis=basis)
    variance = 0.0
    for rate in study.rates:
        if rate.drawn_by == "rates":
            up = {latents.rate(rate.id): np.array([rate.kr + 1.0])}
            slope = evaluate(build(study, up)).difference()[0] - gv.gain(study).difference
            variance += (slope * rate.kr * rate.distribution.cv) ** 2
    simulation, found = simulated(study, ["rates"])
    row = found["widest"]
    assert abs(row["standard_deviation"] - variance**0.5) < SIX * row["mcse"]["standard_deviation"]
    assert abs(row["mean"] - simulation.point) < SIX * row["mcse"]["mean"]
    assert found["narrowest"] == found["widest"]  # who went where says nothing about rates


def test_investment_is_its_rounding(ishoj) -> None:
    """The investment alone is uniform over 2.25 to 2.35 million, divided by 28 citizens."""
    _, found = simulated(ishoj, ["investment"])
    row = found["independent"]
    expected = 100_000 / 28 / 12**0.5
    assert abs(row["standard_deviation"] - expected) < SIX * row["mcse"]["standard_deviation"]


def test_the_price_level_multiplies_the_own_draws(mixed) -> None:
    """With a price level each rate is its own draw times one factor per row, a gamma of mean 1."""
    own, level = _draw(mixed), _draw(mixed, common_cv=0.2)
    factor = level["resource_programme_low"] / own["resource_programme_low"]
    for rate in own:
        np.testing.assert_allclose(level[rate], factor * own[rate], rtol=1e-14)
    law = Gamma(1.0, 0.2)
    assert abs(factor.mean() - 1.0) < SIX * law.sd / math.sqrt(N)
    for p in (0.05, 0.5, 0.95):
        below = (factor < law.quantile(p)).mean()
        assert abs(below - p) < SIX * math.sqrt(p * (1 - p) / N)


def test_the_price_level_is_a_setting(ishoj) -> None:
    """`assume` states it, widens the difference, and refuses what it cannot be."""
    level = ishoj.assume("rates", common_cv=0.2)
    assert next(s for s in chosen(level) if s.name == "rates") == Rates("rates", 0.2)
    for wrong in (-0.1, 2.5, "much"):
        with pytest.raises(ValueError, match=r"rates.common_cv: read .* a number from 0 to 2"):
            chosen(ishoj.assume("rates", common_cv=wrong))
    problems = Problems()
    Rates("rates", 0.2).check(ishoj, problems)
    assert not problems


def test_rank_correlations_are_those_stated(mixed) -> None:
    """Draws have the stated Spearman correlations, 0 for pairs not stated, and their own laws."""
    study = replace(mixed, correlations=PAIRS)
    drawn, laws = _draw(study), _laws(study)
    stated = {frozenset((pair.rate, pair.other)): pair.rank for pair in PAIRS}
    uniform = {
        rate: (np.argsort(np.argsort(values)) + 0.5) / N - 0.5
        for rate, values in drawn.items()
        if laws[rate].sd > 0
    }
    names = list(uniform)
    for i, first in enumerate(names):
        for p in (0.05, 0.5, 0.95):
            below = (drawn[first] < laws[first].quantile(p)).mean()
            assert abs(below - p) < SIX * math.sqrt(p * (1 - p) / N)
        for other in names[:i]:
            # Spearman's coefficient; ranks instead of probabilities only make it vary less.
            products = 12.0 * uniform[first] * uniform[other]
            expected = stated.get(frozenset((first, other)), 0.0)
            assert abs(products.mean() - expected) < SIX * products.std() / math.sqrt(N)


def test_rates_that_rank_alike(mixed) -> None:
    """A rank correlation of 1 or -1 is allowed: the second is then the first, or its mirror."""
    pairs = (
        Correlation("cash_benefit", "rehabilitation", 1.0, "mean_of_many"),
        Correlation("cash_benefit", "flexjob", -1.0, "mean_of_many"),
        Correlation("rehabilitation", "flexjob", -1.0, "mean_of_many"),
    )
    study = replace(mixed, correlations=pairs)
    assert not problems_of(study, chosen(study))
    drawn = _draw(study, 2_000)
    order = np.argsort(drawn["cash_benefit"])
    assert (np.diff(drawn["rehabilitation"][order]) > 0).all()
    assert (np.diff(drawn["flexjob"][order]) < 0).all()


def test_an_impossible_matrix_is_repaired_and_said(mixed) -> None:
    """Correlations that cannot hold together become a correlation matrix, with W091."""
    study = replace(mixed, correlations=CLASH)
    copula = copula_of(
        ("cash_benefit", "rehabilitation", "flexjob"),
        tuple((pair.rate, pair.other, pair.rank) for pair in CLASH),
    )
    assert copula.repaired
    np.testing.assert_array_equal(np.diag(copula.pearson), 1.0)
    np.testing.assert_array_equal(copula.pearson, copula.pearson.T)
    assert np.linalg.eigvalsh(copula.pearson)[0] > -1e-9
    np.testing.assert_allclose(copula.factor @ copula.factor.T, copula.pearson, atol=1e-6)
    rate, other, stated, used = copula.change
    assert (rate, other) == ("cash_benefit", "rehabilitation")  # all change alike
    assert abs(used - stated) == pytest.approx(np.abs(copula.used - copula.stated).max())
    assert abs(used - stated) > 0.2
    (warning,) = problems_of(study, chosen(study))
    said = warning.say("en")
    assert said.startswith(f"W091 ishoj-smc: Read «{rate} / {other}».")
    assert f"from {stated:.3f} to {used:.3f}".replace(".", ",") in said
    assert f"fra {stated:.3f} til {used:.3f}".replace(".", ",") in warning.say("da")
    assert [p.code for p in gv.simulate(study, n=20, vary=["rates"], rng=1).problems] == ["W091"]
    drawn = _draw(study)
    laws = _laws(study)
    scores = [laws[rate].score(drawn[rate]) for rate in copula.names]
    # The error of a correlation r is (1 - r^2)/sqrt(N), at most 1/sqrt(N).
    assert np.abs(np.corrcoef(scores) - copula.pearson).max() < SIX / math.sqrt(N)


def test_correlations_made_in_python_are_checked(ishoj) -> None:
    """What a file could not state, a study made in Python cannot either."""
    pairs = tuple(
        Correlation(*pair, "mean_of_many")
        for pair in (
            ("cash_benefit", "nothing", 0.5),
            ("cash_benefit", "moved", 0.5),
            ("cash_benefit", "investment", 0.5),
            ("cash_benefit", "flexjob", -1.1),
            ("flexjob", "cash_benefit", 0.2),
            ("flexjob", "flexjob", 0.2),
        )
    )
    study = replace(ishoj, correlations=pairs)
    with pytest.raises(gv.StudyError) as caught:
        gv.simulate(study, n=10, vary=["rates", "investment"], rng=1)
    codes = [p.code for p in caught.value.problems]
    assert codes == ["E030", "E094", "E095", "E096", "E013", "E097"]


def test_moments_of_the_bundled_study(ishoj) -> None:
    """Without price level or correlations the covariance is diagonal: that of each law."""
    means, cov = Rates("rates").moments(ishoj)
    assert not (cov - np.diag(np.diag(cov))).any()
    np.testing.assert_array_equal(means, [rate.kr for rate in ishoj.rates])
    for rate, variance in zip(ishoj.rates, np.diag(cov), strict=True):
        stated = rate.distribution
        if rate.drawn_by != "rates":
            assert variance == 0.0
        elif stated.kind == "gamma":
            assert variance == pytest.approx((rate.kr * stated.cv) ** 2, rel=1e-14)
        else:
            assert variance == pytest.approx((stated.high - stated.low) ** 2 / 12, rel=1e-14)
    means, cov = Rates("investment").moments(ishoj)
    (place,) = (i for i, rate in enumerate(ishoj.rates) if rate.id == "investment")
    assert cov[place, place] == pytest.approx(100_000.0**2 / 12)
    assert np.count_nonzero(cov) == 1


def test_moments_of_a_price_level(ishoj) -> None:
    """With a price level the variance is m^2 (c^2 + l^2 + c^2 l^2), the covariance m m' l^2."""
    _, cov = Rates("rates", common_cv=0.3).moments(ishoj)
    rates = [(i, r) for i, r in enumerate(ishoj.rates) if r.drawn_by == "rates"]
    laws = _laws(ishoj)
    for i, one in rates:
        for j, other in rates:
            own = (laws[one.id].sd / one.kr) ** 2
            part = own + 0.3**2 + own * 0.3**2 if i == j else 0.3**2
            assert cov[i, j] == pytest.approx(one.kr * other.kr * part, rel=1e-12)
    drawn = [i for i, _ in rates]
    rest = [i for i in range(len(ishoj.rates)) if i not in drawn]
    assert not cov[rest].any()
    assert not cov[:, rest].any()


def test_moments_are_those_of_draws(mixed) -> None:
    """Mean and covariance of every pair agree with draws, with correlations and a price level."""
    study = replace(mixed, correlations=PAIRS)
    source = Rates("rates", common_cv=0.15)
    means, cov = source.moments(study)
    assert np.linalg.eigvalsh(cov)[0] > -1e-6 * cov.max()
    drawn = _draw(study, common_cv=0.15)
    away = {}
    for i, rate in enumerate(study.rates):
        if rate.id in drawn:
            away[i] = drawn[rate.id] - means[i]
            assert abs(away[i].mean()) < SIX * math.sqrt(cov[i, i] / N)
        else:
            assert means[i] == rate.kr
    for i, one in away.items():
        for j, other in away.items():
            products = one * other
            assert abs(products.mean() - cov[i, j]) < SIX * products.std() / math.sqrt(N)
