"""Outcomes side by side: each in its own unit, and a study that prices nothing."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

import gevinst as gv
from gevinst.cli.commands import COMMANDS
from gevinst.cli.main import main
from gevinst.study.study import Study
from gevinst.text.language import language
from gevinst.text.problems import StudyError
from tests.conftest import DATA, SIX
from tests.test_forms import QUESTIONS, unpriced

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

MONEY = {
    *("gain", "bootstrap", "simulate", "variance_shares", "tornado", "stratify", "standardise"),
    *("missing", "scenarios", "switch_worth", "two_way", "break_even", "deadweight", "fragility"),
    *("stress", "sensitivity", "robustness", "plan", "ask", "value_of_information"),
    *("adjust", "progression"),
}
"""Questions about money."""

COMMANDS_OF_MONEY = {
    *("gain", "bootstrap", "stratify", "simulate", "missing", "scenarios", "progression"),
    *("sensitivity", "deadweight", "robustness", "plan", "ask", "sentence"),
}


@cache
def alone() -> Study:
    """The invented study of outcomes alone."""
    return gv.read(DATA / "outcomes")


def rates(
    amounts: tuple[float, float] = (1420, 15500),
    citizens: tuple[int, int] = (1000, 10_000),
    **outcome: Any,
) -> Study:
    """Two arms of which totals of one outcome are known."""
    sizes = {"a": citizens[0], "b": citizens[1]}
    arms = {name: {"enrolled": n, "analysed": n, "source": "report"} for name, n in sizes.items()}
    return gv.from_tables(
        id="x",
        title="x",
        arms=arms,
        comparison={"treated": "a"},
        outcome_items={"x": {"unit": "events", "per": 100, "events": True, **outcome}},
        outcomes={"outcome": "x", "arm": ["a", "b"], "amount": list(amounts), "source": "report"},
    )


def test_events_are_as_written_out_by_hand() -> None:
    """142 and 155 per 100: -13, the ratio 142/155, and three intervals of one variance."""
    found = gv.outcomes(rates()).of("x")
    assert found.difference == pytest.approx(-13.0)
    assert found.ratio == pytest.approx(142 / 155)
    sd = 100 * math.sqrt(1420 / 1000**2 + 15500 / 10_000**2)
    for phi in (1, 2, 5):
        half = stats.norm.ppf(0.975) * sd * math.sqrt(phi)
        assert found.intervals[phi] == pytest.approx((-13.0 - half, -13.0 + half))


def test_events_cover_what_they_say() -> None:
    """Of 4,000 pairs of negative binomial totals 95 % at their own dispersion, within 6 errors."""
    rng = np.random.default_rng(7)
    phi, n, hits = 2.0, 4_000, 0
    mean = np.array([400.0, 900.0])
    drawn = rng.negative_binomial(mean / (phi - 1.0), 1.0 / phi, size=(n, 2))
    study = rates()
    truth = 100 * (mean[0] / 1000 - mean[1] / 10_000)
    outcome = study.outcomes[0]
    for totals in drawn:
        rows = tuple(
            replace(row, amount=(float(k), float(k)))
            for row, k in zip(outcome.rows, totals.tolist(), strict=True)
        )
        other = replace(study, outcomes=(replace(outcome, rows=rows),))
        low, high = gv.outcomes(other).of("x").intervals[phi]
        hits += low <= truth <= high
    # The normal interval of totals of some hundred misses its level by less than half a point.
    assert abs(hits / n - 0.95) < SIX * math.sqrt(0.95 * 0.05 / n) + 0.005


def test_a_status_is_counted_as_outcome_test_counts_it() -> None:
    """The same citizens, and Newcombe's limits of their shares."""
    found, test = gv.outcomes(alone()).of("in_work"), gv.outcome_test(alone(), "job")
    assert {v.arm: (v.total, v.citizens) for v in found.values} == {
        arm: (test.yes[arm], test.citizens[arm]) for arm in test.yes
    }
    assert found.difference == pytest.approx(5 / 8 - 2 / 7)


def test_a_column_is_welchs() -> None:
    """As statsmodels has it, of those who have a number."""
    found = gv.outcomes(alone()).of("score")
    x, y = [7, 8.5, 6, 5, 9, 4, 8], [6, 5, 4.5, 3, 7, 4, 5]
    other = CompareMeans(DescrStatsW(x), DescrStatsW(y)).tconfint_diff(usevar="unequal")
    assert found.intervals[1.0] == pytest.approx(other)
    assert gv.outcomes(alone()).lost == {"score": (("mentor", 1),)}


def test_printed_digits_leave_a_range() -> None:
    """1,415 to 1,425 against 15,450 to 15,550: from -14 to -12 per 100."""
    study = rates()
    (outcome,) = study.outcomes
    rows = tuple(
        replace(row, amount=None, rate=rate, rounding=1.0)
        for row, rate in zip(outcome.rows, (142.0, 155.0), strict=True)
    )
    found = gv.outcomes(replace(study, outcomes=(replace(outcome, rows=rows),))).of("x")
    assert [(v.least, v.most) for v in found.values] == [(1415, 1425), (15450, 15550)]
    assert found.room == pytest.approx((-14.0, -12.0))
    assert found.difference == pytest.approx(-13.0)


@pytest.mark.parametrize(
    ("study", "reason"),
    [
        (rates((0, 12)), "no_event"),
        (rates((3, 12), events=False), "amount"),
        (rates().compare("a"), "one_time"),
        (
            replace(
                rates(), outcomes=(replace(rates().outcomes[0], rows=rates().outcomes[0].rows[:1]),)
            ),
            "one_arm",
        ),
    ],
)
def test_no_interval_says_why(study: Study, reason: str) -> None:
    """None is made up, and the sentence stands in both languages."""
    found = gv.outcomes(study)
    assert found.of("x").reason == reason
    assert found.of("x").intervals == {}
    for lang in ("da", "en"):
        assert language(lang)(f"outcomes.reason.{reason}") in found.summary(lang)


def test_stated_courses_have_values_and_no_interval() -> None:
    """Nobody was compared, so nothing is said of chance."""
    study = rates()
    assert study.comparison is not None
    stated = replace(study, comparison=replace(study.comparison, kind="stated"))
    found = gv.outcomes(stated).of("x")
    assert found.reason == "stated"
    assert found.difference == pytest.approx(-13.0)


def test_of_several_arms_each_has_its_value_and_the_pair_its_difference() -> None:
    """The pair is the one the study compares, or the one asked for."""
    arm = {"enrolled": 100, "analysed": 100, "source": "report"}
    study = gv.from_tables(
        id="x",
        title="x",
        arms={"a": arm, "b": arm, "c": arm},
        comparison={"treated": "a", "reference": "c"},
        outcome_items={"x": {"unit": "events", "events": True}},
        outcomes={"outcome": "x", "arm": ["a", "b", "c"], "amount": [30, 50, 90], "source": "s"},
    )
    found = gv.outcomes(study).of("x")
    assert [value.value for value in found.values] == [0.3, 0.5, 0.9]
    assert found.difference == pytest.approx(-0.6)
    assert gv.outcomes(study.compare("b", "c")).of("x").difference == pytest.approx(-0.4)


def test_one_arm_is_a_change_over_time(ishoj) -> None:
    """The first and the last time, called a change, with no word of effect or of another group."""
    study = replace(ishoj.compare("intervention"), outcomes=(alone().outcomes[0],))
    study = replace(study, outcomes=(replace(study.outcomes[0], status="ordinary_employment"),))
    found = gv.outcomes(study)
    each = found.of("in_work")
    assert each.pair is not None
    assert [value.total for value in each.pair] == [4, 0]
    assert each.reason == "same_citizens"
    assert "change" in found.to_dict()["found"][0]
    said = found.summary("en") + found.summary("da")
    assert "minus" not in said
    assert "effect" not in said
    assert "effekt" not in said


def test_a_suppressed_count_is_a_range() -> None:
    """What the sets of counts leave is shown, and calculated with is what the study takes."""
    tables = gv.to_tables(alone().as_margins())
    counts = tables["counts"].set_index(["arm", "status"])
    counts.loc[("usual", "job"), "end"] = "<5"
    counts.loc[("usual", "benefit"), "end"] = "<5"
    tables["counts"] = counts.reset_index()
    study = gv.from_tables(**tables)
    usual = gv.outcomes(study).of("in_work").values[1]
    assert (usual.least, usual.most) == (2, 4)
    assert usual.total == study.counts[1, 1, 0]


def test_the_result_says_itself() -> None:
    """Frame, plain values and words hold every outcome in the order stated."""
    found = gv.outcomes(alone())
    assert list(dict.fromkeys(found.to_frame().index.get_level_values("outcome"))) == [
        outcome.id for outcome in alone().outcomes
    ]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["study"] == "opfundet"
    said = found.summary("da")
    places = [said.index(outcome.label["da"]) for outcome in alone().outcomes]
    assert places == sorted(places)
    assert found.picture("outcomes", "da").svg().startswith("<svg")


def test_what_reads_rates_by_themselves_refuses_too() -> None:
    """The table of distributions has no row, and says why."""
    with pytest.raises(StudyError, match="E256"):
        gv.distribution_fits(alone())
    assert "opfundet" in repr(alone())
    assert alone()._repr_html_()


def test_without_outcomes_it_is_said(ishoj) -> None:
    """E257, and what to write."""
    with pytest.raises(StudyError, match="E257"):
        gv.outcomes(ishoj)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_answers_or_refuses_in_one_sentence(name: str, tmp_path) -> None:
    """What is of money by E256, in both languages; the rest answers, or says what it lacks."""
    ask = QUESTIONS[name] or (lambda study: gv.report(study, tmp_path / "report", figures=False))
    for study in (unpriced(gv.load("ishoj-smc")), rates()):
        try:
            ask(study)
        except StudyError as error:
            (problem,) = error.problems
            assert all(map(problem.told, ("da", "en")))
            if name in MONEY and study.statuses:
                assert problem.code == "E256"
        else:
            assert name not in MONEY


@pytest.mark.parametrize("command", [c.name for c in COMMANDS if c.name in COMMANDS_OF_MONEY])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_each_command_of_money_refuses(command: str, lang: str, capsys) -> None:
    """Exit code 1 and one line, without a traceback."""
    assert main([command, str(DATA / "outcomes"), "--lang", lang]) == 1
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if not line.startswith("W144")]
    assert len(lines) == 1
    assert lines[0].startswith("E256")
    assert said.out == ""


@pytest.mark.parametrize("command", ["check", "audit", "outcomes"])
def test_commands_without_money_answer(command: str, capsys) -> None:
    """Words, and the same as JSON."""
    assert main([command, str(DATA / "outcomes")]) == 0
    assert capsys.readouterr().out
    assert main([command, str(DATA / "outcomes"), "--json"]) == 0
    json.loads(capsys.readouterr().out)


def test_who_went_where_and_who_they_were_need_no_prices() -> None:
    """Bounds of switches, and the groups at start without a cost."""
    margins = alone().as_margins()
    found = gv.bounds(margins, "benefit -> job").arms["mentor"]
    assert (found.low, found.high) == (3, 5)
    assert gv.bounds(alone(), "benefit -> job").arms["mentor"].low == 3
    never = gv.bounds(margins, "benefit -> job", impossible=[("job", "*")]).arms["mentor"]
    assert (never.low, never.high) == (3, 3)
    start = gv.baseline(alone())
    assert start.cost == {}
    assert {row.kind for row in start.rows} == {"stratum", "status"}
    assert "kr." not in start.summary("en")
    assert "kr." not in start.summary("da")
    frame = gv.citizen_frame(alone())
    assert "gain" not in frame
    assert frame["trivsel"].dtype == np.float64


def test_the_audit_holds_people_against_people() -> None:
    """Shares, counts and formulas are calculated again; a gain is only stated."""
    found = gv.audit(alone())
    assert (found.figures, found.deviating) == (6, 0)
    assert "saved" in found.unchecked
    assert "share" not in found.unchecked


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_rate_that_no_whole_number_gives_is_said(lang: str) -> None:
    """Of 7 citizens nothing is printed as 150 per 100: calculated with as it is, and told."""
    rows = {"outcome": "x", "arm": ["a", "b"], "rate": [150, 200], "citizens": 7, "source": "s"}
    arm = {"enrolled": 9, "analysed": 9, "source": "s"}
    with pytest.warns(gv.StudyWarning, match="W250"):
        study = gv.from_tables(
            id="x",
            title="x",
            arms={"a": arm, "b": arm},
            comparison={"treated": "a"},
            outcome_items={"x": {"unit": "events", "per": 100, "events": True}},
            outcomes=rows,
        )
    found = gv.outcomes(study)
    assert found.of("x").difference == pytest.approx(-50.0)
    assert found.of("x").values[0].total == pytest.approx(10.5)
    notes = found.notes(language(lang))
    said = language(lang)("outcomes.no_whole", outcome="x", arm="a")
    assert notes.count(said) == 1
