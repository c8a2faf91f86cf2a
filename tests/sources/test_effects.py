"""Effects from elsewhere: what they come to by hand, their law, and what other questions say."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.analyses.turning.ends import difference
from gevinst.rows.build import build
from gevinst.sources.registry import chosen
from gevinst.study.elsewhere.effects import with_elsewhere, without_transfer
from gevinst.study.follow_up import until
from gevinst.study.people import NO_COUPLING
from gevinst.study.study import Study
from gevinst.text.language import language
from tests.conftest import DATA, cell

ROWS = 100_000


@pytest.fixture
def study() -> Study:
    """Two effects, of a share and of days, with what comes off one of them."""
    return gv.read(DATA / "effects")


def changed(study: Study, **values: object) -> Study:
    """The same with every effect changed alike."""
    said = study.elsewhere
    assert said is not None
    effects = tuple(replace(each, **values) for each in said.effects)
    return with_elsewhere(study, replace(said, effects=effects))


def by_hand(work: float, days: float, left: float = 0.9 * 0.8, transfer: float = 0.8) -> float:
    """Saving per citizen: years of work at what each is worth, days in hospital, the programme."""
    years = (0.5 + 1.0 + 0.6) * work * transfer * left
    return years * (140_000 + 62_000) - days * 4_200 - 18_000


def test_the_gain_by_hand(study: Study) -> None:
    """An item that falls saves, an income comes in, a day less saves; the programme is paid."""
    assert gv.gain(study).difference == pytest.approx(by_hand(0.134, -3.0))
    assert gv.gain(without_transfer(study)).difference == pytest.approx(
        by_hand(0.134, -3.0, transfer=1.0)
    )
    payers = gv.gain(study).payers()
    years = 2.1 * 0.134 * 0.8 * 0.72
    own = years * (0.7 * 140_000 + 0.6 * 62_000) - 18_000
    assert payers["municipality"]["difference"] == pytest.approx(own)
    assert payers["region"]["difference"] == pytest.approx(3.0 * 4_200)


def test_a_normal_effect_at_a_fixed_price_is_normal() -> None:
    """One effect at certain prices, nothing off: mean, standard deviation and limits are exact."""
    study = gv.read(DATA / "effects")
    told = gv.to_tables(study)
    del told["effect_factors"]
    told["consequences"]["distribution"] = "fixed"
    told["consequences"]["cv"] = told["consequences"]["drawn_by"] = None
    told["sources"] = [each for each in told["sources"] if each["name"] == "effects"]
    told["effects"].loc[1, "se"] = None
    alone = gv.from_tables(**told)
    found = gv.simulate(alone, n=ROWS, rng=1).by_coupling[NO_COUPLING].difference
    z = stats.norm.ppf(0.975)
    sd = 2.1 * 0.8 * (0.218 - 0.05) / 2.0 / z * 202_000
    mean = by_hand(0.134, -3.0, left=1.0)
    # Seven standard errors: less often than one in a hundred billion.
    assert abs(found.mean() - mean) < 7.0 * sd / math.sqrt(ROWS)
    assert abs(found.std() / sd - 1.0) < 7.0 / math.sqrt(2.0 * ROWS)
    assert stats.kstest((found - mean) / sd, "norm").pvalue > 1e-7
    shares = gv.variance_shares(alone, n=100, rng=1)
    assert shares.method == "closed_form"


def test_the_variance_of_a_product(study: Study) -> None:
    """An effect, what is left of it and gamma prices are independent: the product's variance."""
    z = stats.norm.ppf(0.975)
    said = study.elsewhere
    assert said is not None
    work = (0.134, (0.218 - 0.05) / 2.0 / z)
    left = [(1.0 - f.spread.mean, f.spread.sd) for f in said.factors]
    prices = [(140_000.0, 14_000.0), (62_000.0, 9_300.0)]
    worth = (sum(m for m, _ in prices), math.hypot(*(s for _, s in prices)))
    parts = [work, *left, worth]
    second = math.prod(m**2 + s**2 for m, s in parts)
    mean = math.prod(m for m, _ in parts)
    days = (3.0**2 + 1.2**2) * (4_200.0**2 + 840.0**2) - (3.0 * 4_200.0) ** 2
    variance = (2.1 * 0.8) ** 2 * (second - mean**2) + days
    found = gv.simulate(study, n=ROWS, rng=2).by_coupling[NO_COUPLING].difference
    sd = math.sqrt(variance)
    assert abs(found.mean() - by_hand(0.134, -3.0)) < 7.0 * sd / math.sqrt(ROWS)
    assert abs(found.std() / sd - 1.0) < 0.03
    shares = gv.variance_shares(study, n=100, rng=1)
    assert shares.method == "closed_form"
    assert math.sqrt(shares.by_coupling[NO_COUPLING].variance) == pytest.approx(sd, rel=1e-9)


@pytest.mark.parametrize("measure", ["rr", "or", "hr"])
def test_ratios_agree_with_their_closed_form(study: Study, measure: str) -> None:
    """Mean and spread of draws are those of the law that the closed form has."""
    said = study.elsewhere
    assert said is not None
    work = replace(said.effects[0], measure=measure, estimate=1.4, low=1.1, high=1.4**2 / 1.1)
    ratio = with_elsewhere(study, replace(said, effects=(work, said.effects[1])))
    found = gv.simulate(ratio, n=ROWS, rng=3).by_coupling[NO_COUPLING].difference
    shares = gv.variance_shares(ratio, n=100, rng=1)
    sd = math.sqrt(shares.by_coupling[NO_COUPLING].variance)
    assert abs(found.std() / sd - 1.0) < 0.03
    mean = by_hand(work.law.mean, -3.0)
    assert abs(found.mean() - mean) < 7.0 * sd / math.sqrt(ROWS)


def test_what_nothing_draws_stays_to_the_last_bit(study: Study) -> None:
    """Without spread the source draws what is calculated; without latents nothing moves."""
    (source,) = chosen(study, ["effects"])
    point = build(study).quantity
    still = {"effect:work": np.array([0.134]), "off:deadweight": np.array([0.1])}
    assert np.array_equal(build(study, still, (source,)).quantity, point)
    assert np.array_equal(build(study, {}, (source,)).quantity, point)
    certain = changed(study, low=0.0, high=0.0, level=0.0, se=0.0)
    assert not any(
        name.startswith("effect:")
        for name in chosen(certain, ["effects"])[0].draw(certain, 5, np.random.default_rng(1))
    )


def test_one_draw_for_all_that_follows(study: Study) -> None:
    """Items and years of one effect move together, in the same proportion in every row."""
    (source,) = chosen(study, ["effects"])
    drawn = source.draw(study, 50, np.random.default_rng(1))
    units = build(study, drawn, (source,)).quantity[:, 0, 0]
    point = build(study).quantity[:, 0, 0]
    benefit, tax, hospital = (study.axes.at("item", i) for i in ("benefit", "tax", "hospital"))
    ratio = units[:, :, benefit] / point[:, :, benefit]
    np.testing.assert_allclose(ratio, ratio[:, :1] * np.ones(3))
    np.testing.assert_allclose(units[:, :, tax] / point[:, :, tax], ratio)
    assert not np.allclose(units[:, 0, hospital] / point[:, 0, hospital], ratio[:, 0])
    left = (1.0 - drawn["off:deadweight"]) * (1.0 - drawn["off:displacement"])
    np.testing.assert_allclose(ratio[:, 0], drawn["effect:work"] * left / (0.134 * 0.72))


def test_an_effect_of_nothing_is_drawn(study: Study) -> None:
    """Its lines are 0 as calculated, and are drawn all the same, without a closed form."""
    said = study.elsewhere
    assert said is not None
    none = replace(said.effects[0], estimate=0.0, low=-8.4, high=8.4)
    still = with_elsewhere(study, replace(said, effects=(none, said.effects[1])))
    assert gv.gain(still).difference == pytest.approx(by_hand(0.0, -3.0))
    found = gv.simulate(still, n=ROWS, rng=4).by_coupling[NO_COUPLING].difference
    assert found.std() > 8_000.0
    assert gv.variance_shares(still, n=4_096, rng=1).method != "closed_form"


def test_break_even_is_put_back_in(study: Study) -> None:
    """Each effect, part and share that is solved gives no difference."""
    found, said = gv.break_even(study), study.elsewhere
    assert said is not None
    work, days = said.effects
    solved = {
        "effect.work": lambda x: replace(said, effects=(replace(work, estimate=x), days)),
        "effect.days": lambda x: replace(said, effects=(work, replace(days, estimate=x))),
        "transfer.work": lambda x: replace(said, effects=(replace(work, transfer=x), days)),
        "effects.all": lambda x: replace(
            said,
            effects=(replace(work, estimate=13.4 * x), replace(days, estimate=-3.0 * x)),
        ),
        "off.deadweight": lambda x: replace(
            said, factors=(replace(said.factors[0], share=x), said.factors[1])
        ),
        "off.displacement": lambda x: replace(
            said, factors=(said.factors[0], replace(said.factors[1], share=x))
        ),
    }
    for name, put in solved.items():
        value = found.of(name).value
        assert difference(with_elsewhere(study, put(value))) == pytest.approx(0.0, abs=1e-6), name
    assert found.of("effect.work").unit == "pp"
    bare = with_elsewhere(study, replace(said, factors=()))
    part = gv.break_even(bare).of("anyway.effects").value
    rest = replace(
        said,
        factors=(),
        effects=(
            replace(work, estimate=13.4 * (1.0 - part)),
            replace(days, estimate=-3.0 * (1.0 - part)),
        ),
    )
    assert difference(with_elsewhere(study, rest)) == pytest.approx(0.0, abs=1e-6)


def test_two_ways_by_hand(study: Study) -> None:
    """An effect and what comes off it together are the calculation with both."""
    found = gv.two_way(study, "effect.work", "off.displacement", points=3)
    for i, work in enumerate(found.a.values):
        for j, off in enumerate(found.b.values):
            kr = by_hand(work / 100.0, -3.0, left=0.9 * (1.0 - off))
            assert found.differences[i, j] == pytest.approx(kr)


def test_scenarios_have_it_with_and_without(study: Study) -> None:
    """How much of it is expected here is a question that the scenarios answer both ways."""
    found = gv.scenarios(study)
    kr = {each.choices["transfer"]: each.difference for each in found.specifications}
    assert kr["stated"] == pytest.approx(by_hand(0.134, -3.0))
    assert kr["whole"] == pytest.approx(by_hand(0.134, -3.0, transfer=1.0))


def test_every_answer_says_whose_effect_it_is(study: Study) -> None:
    """And with and without what takes it down."""
    for lang, words in (("en", "taken from elsewhere"), ("da", "taget fra et andet sted")):
        whole, none = (
            gv.gain(each).difference
            for each in (
                without_transfer(study),
                with_elsewhere(study, replace(study.elsewhere, factors=())),
            )
        )
        text = language(lang)
        for answer in (gv.gain(study), gv.simulate(study, n=500, rng=1), gv.break_even(study)):
            said = answer.summary(lang)
            assert words in said
            assert text.kr(whole) in said
            assert text.kr(none) in said
    assert "borrowed" in gv.gain(study).provenance.to_dict()
    assert "borrowed" not in gv.gain(gv.load("gladsaxe")).provenance.to_dict()


def test_a_new_group_is_refused(study: Study) -> None:
    """How unlike its citizens are, nothing says."""
    with pytest.raises(gv.StudyError, match="E308"):
        gv.simulate(study, n=10, target="new_group")


def test_a_source_with_nothing_to_draw(study: Study) -> None:
    """Effects that are points and shares without a range: nothing varies."""
    said = study.elsewhere
    assert said is not None
    factors = tuple(replace(each, low=0.0, high=0.0, level=0.0) for each in said.factors)
    certain = changed(study, low=0.0, high=0.0, level=0.0, se=0.0)
    certain = with_elsewhere(
        certain, replace(said, effects=certain.elsewhere.effects, factors=factors)
    )
    with pytest.raises(gv.StudyError, match="E307"):
        gv.simulate(certain, n=10, vary=["effects"])


def test_periods_that_end_earlier(study: Study) -> None:
    """What comes after is no part of it."""
    early = until(study, "2")
    assert gv.gain(early).difference == pytest.approx(
        1.5 * 0.134 * 0.8 * 0.72 * 202_000 + 12_600 - 18_000
    )
    assert gv.simulate(early, n=100, rng=1).point == pytest.approx(gv.gain(early).difference)


def test_other_arms_keep_their_effects(study: Study) -> None:
    """Compared the other way round the sign turns, and the effects stay where they are."""
    turned = study.compare("usual", "support")
    assert gv.gain(turned).difference == pytest.approx(-by_hand(0.134, -3.0))
    found = gv.simulate(turned, n=200, rng=1)
    assert found.point == pytest.approx(-by_hand(0.134, -3.0))


def test_the_other_currency(tmp_path: Path) -> None:
    """In EUR an effect in money is of EUR, and so are its consequences."""
    folder = tmp_path / "study"
    shutil.copytree(DATA / "effects", folder)
    cell("study.toml", 'id = "effects"', 'id = "effects"\ncurrency = "EUR"')(folder)
    for file in ("consequences.csv", "lines.csv"):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(";kr;", ";EUR;"), "utf-8")
    cell("effects.csv", "days;days;", "days;EUR;")(folder)
    cell("consequences.csv", "4200;EUR", "1;EUR")(folder)
    study = gv.read(folder)
    assert gv.gain(study).difference == pytest.approx(
        2.1 * 0.134 * 0.8 * 0.72 * 202_000 + 3 - 18_000
    )
    assert "−3\xa0EUR" in gv.gain(study).summary("en")
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash
