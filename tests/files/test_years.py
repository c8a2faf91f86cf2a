"""When a time is, and how later amounts are discounted: read, written, no part of old hashes."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

import gevinst as gv
from gevinst.model.discounting import Discounting
from gevinst.study.study import Study
from gevinst.text.problems import StudyError
from tests.analyses.years.test_years import periods
from tests.conftest import run

HASHES = {"ishoj-smc": "3c4dd052", "gladsaxe": "072f7eb7"}
OWN = {
    "schedule": "own",
    "timing": "mid",
    "rates": [{"to": 10, "rate": 0.04}, {"to": 20, "rate": 0.03}, {"rate": 0.02}],
    "source": "the municipality's budget",
}


@pytest.mark.parametrize("name", HASHES)
def test_a_study_without_it_is_what_it_was(name: str) -> None:
    """Neither its hash nor what it can be asked with has moved."""
    study = gv.load(name)
    assert study.hash.startswith(HASHES[name])
    assert (study.discount, study.conventions.discount) == (None, "none")
    assert not study.undiscounted


def test_periods_and_a_schedule_are_read() -> None:
    """The periods, their order, and the rates until which year."""
    study = periods((7, 10), (6, 10), paid=5, discount=OWN)
    assert [(t.years, t.span) for t in study.times] == [
        (0.0, None),
        (None, (0.0, 1.0)),
        (None, (1.0, 2.0)),
    ]
    rates = ((10.0, 0.04), (20.0, 0.03), (None, 0.02))
    assert study.discount == Discounting("own", rates, "mid", "the municipality's budget")
    assert study.choices["discount"] == ("own", "none", "finance_ministry", "treasury")
    by_hand = -5 + 3 * 1.04**-0.5 + 4 * 1.04**-1.5
    assert gv.gain(study).difference == pytest.approx(by_hand)
    assert gv.gain(study.choose(discount="none")).difference == pytest.approx(2)


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"discount": OWN},
        {"discount": {"schedule": "treasury"}},
        {"discount": {"schedule": "none", "source": "the authors"}},
        {"discount": OWN, "conventions": {"horizon": "period_sum", "discount": "none"}},
        {"conventions": {"horizon": "period_sum", "discount": "finance_ministry"}},
    ],
)
def test_what_is_written_is_read_again(tmp_path, stated: dict[str, Any]) -> None:
    """As a folder and as tables: the same content, conventions and hash."""
    study = periods((7, 10), (6, 10), paid=5, **stated)
    gv.write(study, tmp_path / "there")
    for again in (gv.read(tmp_path / "there"), gv.from_tables(**gv.to_tables(study))):
        assert again.hash == study.hash
        assert again.conventions == study.conventions
        assert again.discount == study.discount
        assert again.times == study.times


def test_it_is_part_of_what_a_study_is() -> None:
    """Another schedule, timing or period is another study; a choice about it is not."""
    study = periods((7, 10), discount=OWN)
    others = [
        periods((7, 10)),
        periods((7, 10), discount={**OWN, "timing": "end"}),
        periods((7, 10), discount=OWN, times={"y0": {"from": 0, "to": 2}}),
    ]
    assert len({each.hash for each in (study, *others)}) == 4
    assert study.choose(discount="none").hash == study.hash


@pytest.mark.parametrize(
    ("times", "codes"),
    [
        ({"y0": {"from": 0, "to": 1, "years": 0}}, ["E310"]),
        ({"y0": {"from": 0}}, ["E311"]),
        ({"y0": {"to": 1}}, ["E311"]),
        ({"y0": {"from": 1, "to": 1}}, ["E312"]),
        ({"y0": {"from": -1, "to": 1}}, ["E068"]),
        ({"y0": {"from": "0", "to": 1}}, ["E051"]),
    ],
)
def test_wrong_periods_are_said(times: dict[str, Any], codes: list[str]) -> None:
    """Each by its code, at the time."""
    with pytest.raises(StudyError) as refused:
        periods((7, 10), times=times)
    assert [problem.code for problem in refused.value.problems] == codes


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ({}, ["E050"]),
        ({"schedule": "usual"}, ["E030"]),
        ({"schedule": "treasury", "timing": "noon"}, ["E030"]),
        ({"schedule": "own", "source": "s"}, ["E315"]),
        ({"schedule": "own", "rates": [{"rate": 0.03}]}, ["E050"]),
        ({"schedule": "treasury", "rates": [{"rate": 0.03}]}, ["E314"]),
        *(
            ({"schedule": "own", "source": "s", "rates": rates}, ["E315"])
            for rates in (
                [],
                [{"rate": 3.5}],
                [{"rate": -0.01}],
                [{"rate": True}],
                [{"rate": float("nan")}],
                [{"to": 5}],
                [{"to": 5, "rate": 0.03}, {"to": 5, "rate": 0.02}],
                [{"to": 0, "rate": 0.03}],
                [{"rate": 0.03}, {"to": 5, "rate": 0.02}],
            )
        ),
        ({"schedule": "own", "source": "s", "rates": 0.03}, ["E051"]),
    ],
)
def test_wrong_schedules_are_said(stated: dict[str, Any], codes: list[str]) -> None:
    """Each by its code."""
    with pytest.raises(StudyError) as refused:
        periods((7, 10), discount=stated)
    assert [problem.code for problem in refused.value.problems] == codes


def test_amounts_that_nothing_places_are_not_discounted() -> None:
    """As the study states it, and as it is chosen."""
    for stated in ({"discount": {"schedule": "treasury"}}, {"conventions": CHOSEN}):
        with pytest.raises(StudyError) as refused:
            periods((7, 10), times={"y0": "a year"}, **stated)
        assert [problem.code for problem in refused.value.problems] == ["E313"]
    study = periods((7, 10), times={"y0": "a year"})
    with pytest.raises(ValueError, match="none"):
        study.choose(discount="treasury")


CHOSEN = {"horizon": "period_sum", "discount": "treasury"}


def test_a_study_of_years_says_that_it_is_not_discounted(tmp_path, capsys) -> None:
    """From two years on: `check`, `gain` and `audit`, in one sentence; nothing where it says so."""
    said = "Amounts are not discounted"
    short, long = periods((7, 10)), periods((7, 10), (6, 10))
    stated = periods((7, 10), (6, 10), discount={"schedule": "none"})
    for study, expected in ((short, 0), (long, 1), (stated, 0)):
        assert study.undiscounted == bool(expected)
        folder = tmp_path / str(id(study))
        gv.write(study, folder)
        for command in ("check", "gain", "audit"):
            out = run(capsys, command, str(folder), "--lang", "en")[1]
            assert out.count(said) == expected, command


def test_a_schedule_is_a_convention_that_every_answer_prints(ishoj, capsys) -> None:
    """In words and in JSON; an annual level is said not to move."""
    study: Study = ishoj.choose(discount="treasury")
    for found in (gv.gain(study), gv.simulate(study, n=10, rng=1), gv.bootstrap(study)):
        assert "HM Treasury's real rates: 3.5 % a year to year 30" in found.summary("en")
        assert "An annual level is no sum over years" in found.summary("en")
        assert found.to_dict()["provenance"]["discounting"]["schedule"] == "treasury"
        assert "realrenter" in found.summary("da")
    code, out, _ = run(capsys, "gain", "ishoj-smc", "--discount", "treasury", "--lang", "en")
    assert (code, "HM Treasury" in out) == (0, True)
    assert gv.gain(study).difference == gv.gain(ishoj).difference


def test_scenarios_have_it_as_a_choice() -> None:
    """Where the study states a schedule: by it, and not at all."""
    study = periods((7, 10), (6, 10), paid=5, discount=OWN)
    found = gv.scenarios(study)
    axis = next(axis for axis in found.axes if axis.name == "discount")
    assert (axis.choices, axis.own, axis.question) == (("own", "none"), "own", False)
    values = {each.choices["discount"]: each.low for each in found.specifications}
    assert values["none"] == pytest.approx(2)
    assert values["own"] == pytest.approx(gv.gain(study).difference)
    assert all(axis.name != "discount" for axis in gv.scenarios(gv.load("ishoj-smc")).axes)


def test_kept_draws_remember_it(tmp_path) -> None:
    """Written and read again, a simulation has the schedule that it was made with."""
    study = periods((7, 10), discount=OWN)
    drawn = gv.simulate(study, n=20, rng=1)
    gv.write_draws(drawn, tmp_path / "draws.npz")
    again = gv.read_draws(tmp_path / "draws.npz")
    assert again.provenance == drawn.provenance
    assert again.provenance.discounting == study.discount


def _placed(study: Study, *spans: tuple[float, float]) -> dict[str, Any]:
    """A study's tables with its times as periods, added up."""
    tables = gv.to_tables(study)
    placed = zip(study.times, spans, strict=True)
    times = {t.id: {**t.label, "from": begins, "to": ends} for t, (begins, ends) in placed}
    return {**tables, "times": times, "conventions": {"horizon": "period_sum"}}


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
def test_annual_rates_are_of_years(ishoj: Study) -> None:
    """Statuses over periods of a year count a rate a year; over others a sum is refused."""
    study = gv.from_tables(**_placed(ishoj, (0, 1), (1, 2), (2, 3)))
    every, ends = _costs(ishoj)
    paid = gv.gain(ishoj).difference - ends
    assert gv.gain(study).difference == pytest.approx(paid - every)
    with pytest.raises(StudyError) as refused:
        gv.from_tables(**_placed(ishoj, (0, 0.5), (0.5, 1.5), (1.5, 3)))
    [problem] = refused.value.problems
    assert (problem.code, problem.values["times"]) == ("E323", ["0", "1.5"])


def _costs(study: Study) -> tuple[float, float]:
    """Differences, treated minus reference: annual costs at all times, and their fall."""
    cost = np.einsum("ati,ati->at", study.counts, study.status_costs)
    cost /= np.array([[arm.analysed] for arm in study.arms])
    one, other = (study.axes.at("arm", arm) for arm in study.contrast.arms)
    course = cost[one] - cost[other]
    return float(course.sum()), float(course[0] - course[-1])


def test_no_sum_of_other_periods_is_chosen(ishoj: Study) -> None:
    """Nor by a choice: of annual levels a study may have such periods."""
    tables = _placed(ishoj, (0, 0.5), (0.5, 1.5), (1.5, 3))
    study = gv.from_tables(**{**tables, "conventions": {"horizon": "annual_end"}})
    assert study.choices["horizon"] == ("annual_end",)
    with pytest.raises(ValueError, match="annual_end"):
        study.choose(horizon="period_sum")


@pytest.mark.parametrize(
    ("spans", "told"),
    [
        (((0, 1), (1, 2)), []),
        (((0, 1), (1.5, 2)), [("1", "1.5")]),
        (((0.25, 1), (2, 3)), [("0", "0.25"), ("1", "2")]),
        (((1, 2), (0, 1)), []),
    ],
)
def test_years_that_no_time_tells_of(spans: Any, told: list[tuple[str, str]]) -> None:
    """Each gap between periods is said, and the years before the first."""
    times = {f"y{k}": {"from": low, "to": high} for k, (low, high) in enumerate(spans)}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        periods((7, 10), (6, 10), times=times)
    found = " ".join(str(each.message) for each in said)
    assert re.findall(r"W313 .*? from (\S+) to (\S+);", found) == told
