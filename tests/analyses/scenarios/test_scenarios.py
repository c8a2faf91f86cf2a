"""All combinations: what goes together, what is said of them, and what they change."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from statistics import median

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.scenarios.over_time import over_time
from gevinst.analyses.scenarios.specifications import Scenarios
from gevinst.study.named import Named
from gevinst.text.language import LANGUAGES
from tests.analyses.test_arms import arms_of
from tests.conftest import two_times


@pytest.fixture(scope="module")
def found(ishoj) -> Scenarios:
    """The bundled study's scenarios."""
    return gv.scenarios(ishoj)


@pytest.fixture(scope="module")
def cases() -> Scenarios:
    """Those of the study of stated courses."""
    return gv.scenarios(gv.load("gladsaxe"))


def plain(study):
    """Two arms at two times with nothing left open: no alternatives, nobody lost, no strata."""
    start, end = {"cash_benefit": 6}, {"cash_benefit": 3, "flexjob": 2, "ordinary_employment": 1}
    other = {"cash_benefit": 5, "flexjob": 1}
    two = two_times(study, (start, start), (end, other))
    return replace(
        two,
        arms=tuple(replace(arm, enrolled=arm.analysed) for arm in two.arms),
        rate_maps={"published": two.rate_maps["published"]},
        alternatives={},
        stratification=None,
    )


def test_every_combination_is_there_once(found) -> None:
    """The possible and the impossible are all combinations, none twice."""
    each = [each.choices for each in found.specifications]
    each += [choices for kind in found.impossible for choices in kind.combinations]
    assert len(each) == prod(len(axis.choices) for axis in found.axes)
    assert len({tuple(choices.items()) for choices in each}) == len(each)


def test_counted_dropouts_go_with_the_enrolled(found) -> None:
    """No specification counts the dropouts and spreads the investment over the analysed alone."""
    counted = [e.choices for e in found.specifications if e.choices["dropouts"] == "at_random"]
    assert {choices["heads"] for choices in counted} == {"enrolled"}
    reasons = {kind.reason: len(kind.combinations) for kind in found.impossible}
    assert reasons == {"heads": 90, "strata": 72}


def test_questions_and_conventions_are_told_apart(found, cases) -> None:
    """Rates and what became of people are questions; heads, time and mix are ways of counting."""
    kinds = {axis.name: axis.question for axis in (*found.axes, *cases.axes)}
    questions = {name for name, question in kinds.items() if question}
    assert questions == {"basis", "moved", "dropouts", "weights", "payers"}
    assert kinds.keys() - questions == {"heads", "time", "estimand"}


def test_a_summary_stands_within_one_answer(found) -> None:
    """Median, ends and shares of every row are those of its specifications, by hand."""
    rows = found.to_dict()["summary"]
    assert len(rows) == 3 * 3 * 2
    assert sum(row["specifications"] for row in rows) == len(found.specifications)
    for row in rows:
        mine = [e for e in found.specifications if row["questions"].items() <= e.choices.items()]
        lows, highs = [e.low for e in mine], [e.high for e in mine]
        assert (row["low"], row["high"]) == (min(lows), max(highs))
        assert row["median_low"] == median(lows)
        assert row["median_low"] <= row["median"] <= row["median_high"] == median(highs)
        assert row["share_negative"] == sum(high < 0 for high in highs) / len(mine)
        above = sum(low > 0 for low in lows) / len(mine)
        assert row["share_either"] == pytest.approx(1 - above - row["share_negative"])


def test_opposite_signs_come_first(found) -> None:
    """The second line of the summary counts answers by sign, before any median."""
    lines = found.summary("en").splitlines()
    assert "answered in 18 ways: 12 of them give an extra cost" in lines[1]
    signs = [answer.sign for answer in found.answers]
    assert found.signs == {sign: signs.count(sign) for sign in ("negative", "either", "positive")}
    assert "For 6 of them some ways of counting are not worked out" in lines[1]


def test_a_swing_changes_one_axis_and_what_it_forces(found) -> None:
    """All else is the study's own, but the enrolled where the dropouts are counted."""
    own = found.own.choices
    for swing in found.swings:
        chosen = [each.choices[swing.axis.name] for each in swing.specifications]
        assert tuple(chosen) == swing.axis.choices
        for each in swing.specifications:
            other = {n for n in own if each.choices[n] != own[n]} - {swing.axis.name}
            counted = each.choices["dropouts"] == "at_random"
            assert other == ({"heads"} if counted else set())


def test_shares_are_over_what_the_data_fix(found, paired) -> None:
    """They add up to one; from margins the mix at start has none, as it has no points."""
    shares = found.to_dict()["shares"]
    assert shares.pop("estimand") is None
    assert sum(shares.values()) == pytest.approx(1.0)
    assert found.to_dict()["shares_over"] == sum(e.low == e.high for e in found.specifications)
    known = gv.scenarios(paired).to_dict()["shares"]
    assert sum(known.values()) == pytest.approx(1.0)
    assert known["estimand"] > 0.0


def test_a_duplicate_changes_no_inferential_number(ishoj, found) -> None:
    """A rate basis stated twice leaves each interval, summary row and test as it was."""
    names = (*ishoj.alternatives["basis"], Named("again", {"da": "igen", "en": "again"}))
    twice = replace(
        ishoj,
        rate_maps={**ishoj.rate_maps, "again": ishoj.rate_maps["printed"]},
        alternatives={**ishoj.alternatives, "basis": names},
    )
    more = gv.scenarios(twice)
    assert len(more.specifications) == len(found.specifications) * 4 // 3
    before = {tuple(each.choices.items()): each for each in found.specifications}
    for each in more.specifications:
        basis = each.choices["basis"]
        same = {**each.choices, "basis": "printed" if basis == "again" else basis}
        assert replace(each, choices=same) == before[tuple(same.items())]
    rows = {tuple(row["questions"].values()): row for row in more.to_dict()["summary"]}
    for row in found.to_dict()["summary"]:
        assert rows[tuple(row["questions"].values())] == row
    assert (
        gv.bootstrap(twice).to_dict()["difference"] == gv.bootstrap(ishoj).to_dict()["difference"]
    )


def test_stated_courses_have_no_interval(cases) -> None:
    """Every reading is `gv.gain`'s, and neither words nor numbers speak of chance in groups."""
    study = gv.load("gladsaxe")
    assert len(cases.specifications) == 3 * 3 * 2
    for each in cases.specifications:
        assert each.difference == gv.gain(study.choose(**each.choices)).difference
        assert each.interval is None
    limits = cases.to_dict()["specifications"][0]["interval"]
    assert limits == {"level": 0.95, "low": None, "high": None, "coupling": None}
    assert cases.over_time == ()
    for lang in LANGUAGES:
        said = cases.summary(lang) + cases.picture(lang=lang).caption
        assert "interval" not in said


def test_payers_are_an_axis_where_there_are_several(cases) -> None:
    """Asked for, every payer and all together: the sum of the payers is what everybody has."""
    study = gv.load("gladsaxe")
    found = gv.scenarios(study, axes="perspective")
    assert len(found.specifications) == 5 * len(cases.specifications)
    own = {axis.name: axis.own for axis in found.axes}
    each = {
        e.choices["perspective"]: e.low
        for e in found.specifications
        if own.items() - {("perspective", own["perspective"])} <= e.choices.items()
    }
    everybody = each.pop("all")
    assert sum(each.values()) == pytest.approx(everybody)
    with pytest.raises(ValueError, match="axis: read 'perspective'"):
        gv.scenarios(gv.load("ishoj-smc"), axes="perspective")


def test_a_study_that_leaves_nothing_open(ishoj) -> None:
    """One specification, its own, with its interval; no figure, and words that say so."""
    study = plain(ishoj)
    found = gv.scenarios(study)
    assert found.axes == ()
    assert found.pictures == ()
    (only,) = found.specifications
    assert only.difference == pytest.approx(gv.gain(study).difference)
    assert only.interval == pytest.approx(gv.bootstrap(study).intervals("widest")[0].limits)
    for lang, said in (("en", "One way to calculate"), ("da", "Én måde at beregne")):
        assert found.summary(lang).startswith(said)
    assert found.to_dict()["summary"][0]["questions"] == {}
    assert len(found.to_frame()) == 1


def test_nothing_that_varies_has_no_interval(ishoj) -> None:
    """Where all citizens of both arms gain alike there is a difference and no interval of it."""
    same = {"cash_benefit": 5}
    study = replace(plain(ishoj), counts=two_times(ishoj, (same, same), (same, same)).counts)
    arms = tuple(replace(arm, analysed=5, enrolled=5) for arm in study.arms)
    (only,) = gv.scenarios(replace(study, arms=arms)).specifications
    assert only.interval is None
    assert np.isfinite(only.low)


def test_one_arm_is_asked_of_its_own_change(ishoj) -> None:
    """Without a reference nobody is standardised, and its own gain stands under each choice."""
    study = arms_of(ishoj, {"project": 0}, None)
    found = gv.scenarios(study)
    names = {axis.name for axis in found.axes}
    assert "estimand" not in names
    assert found.own.difference == pytest.approx(gv.gain(study).difference)
    assert {axis.name: axis.choices for axis in found.axes}["moved"] == (
        "as_published",
        "at_random",
    )


def test_suppressed_counts_are_said(masked) -> None:
    """Where counts are suppressed each way is of one set of them, and the summary says which."""
    found = gv.scenarios(masked)
    assert found.masked
    assert "Counts that the tables leave open" in found.summary("en")
    assert found.own.difference == pytest.approx(gv.gain(masked).difference)


def test_the_step_rules_stand_side_by_side(ishoj) -> None:
    """Each is `gv.gain` accumulated, with the bootstrap's interval."""
    found = over_time(ishoj, 0.95)
    assert [each.horizon for each in found] == [
        "cumulative_trapezoid",
        "cumulative_left",
        "cumulative_right",
    ]
    for each in found:
        chosen = ishoj.choose(horizon=each.horizon)
        assert each.difference == pytest.approx(gv.gain(chosen).difference)
        limits = gv.bootstrap(chosen).intervals("widest")[0].limits
        assert each.interval == pytest.approx(limits, rel=1e-9)


def paid(study, factor: float):
    """The study with another investment."""
    return replace(study, group_lines=factor * study.group_lines)


def test_payback_is_where_the_prolonged_follow_up_breaks_even(ishoj) -> None:
    """With a last time added at that many years, as the last was, the sum is zero."""
    each = {e.horizon: e for e in over_time(ishoj, 0.95)}
    assert each["cumulative_right"].back == "followed"
    left = each["cumulative_left"]
    assert (left.back, round(left.years, 2)) == ("extrapolated", 1.93)
    longer = [0, 1, 2, 2]
    prolonged = replace(
        ishoj,
        times=(*ishoj.times, replace(ishoj.times[2], id="later", years=left.years)),
        counts=ishoj.counts[:, longer],
        lines=_unpaid(ishoj.lines)[:, :, longer],
        group_lines=_unpaid(ishoj.group_lines)[:, :, longer],
        uncounted=ishoj.uncounted[:, :, longer],
        rate_maps={basis: rates[:, :, longer] for basis, rates in ishoj.rate_maps.items()},
        shares={reading: share[:, :, longer] for reading, share in ishoj.shares.items()},
    )
    gain = gv.gain(prolonged.choose(horizon="cumulative_left")).difference
    assert gain == pytest.approx(0.0, abs=1e-6)


def _unpaid(lines):
    """Lines, which are all paid at start."""
    assert not lines[:, :, 1:].any()
    return lines


def test_payback_is_not_extrapolated_where_it_means_nothing(ishoj) -> None:
    """Without a one-off there is nothing to earn back, and a yearly loss earns nothing back."""
    assert {e.back for e in over_time(paid(ishoj, 0.0), 0.95)} == {"nothing"}
    turned = replace(ishoj, counts=ishoj.counts[::-1])
    assert {e.back for e in over_time(turned, 0.95)} == {"never"}
    assert all(e.years is None for e in over_time(turned, 0.95))
    assert over_time(gv.load("gladsaxe"), 0.95) == ()


def test_the_curve_says_itself(found) -> None:
    """Its words hold the ends and the signs, and a column stands for every specification."""
    low = min(each.low for each in found.specifications)
    for lang, minus in (("en", f"−{abs(low):,.0f}"), ("da", f"−{abs(low):,.0f}".replace(",", "."))):
        drawn = found.picture(lang=lang)
        assert minus in drawn.alt
        assert str(len(found.specifications)) in drawn.title
    axes = found.plot()
    assert len(axes.child_axes) == 2
