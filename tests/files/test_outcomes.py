"""Outcomes as they are written down: of counts, rates as printed, columns, and without prices."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gevinst as gv
from gevinst.study.outcomes import Outcome, OutcomeRow
from tests.conftest import DATA, cell

HOLDS = ("in_work", "visits", "score", "hours")

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")


def changed(tmp_path: Path, *changes: Any) -> Path:
    """Return a copy of the invented study, with changes."""
    folder = tmp_path / "study"
    shutil.copytree(DATA / "outcomes", folder)
    for change in changes:
        change(folder)
    return folder


def test_a_study_of_outcomes_alone_needs_no_prices() -> None:
    """Neither rates nor payers nor a price year: read, and noted."""
    study, problems = gv.check(DATA / "outcomes")
    assert study is not None
    assert not study.priced
    assert tuple(outcome.id for outcome in study.outcomes) == HOLDS
    assert [p.code for p in problems if p.severity == "note" and p.code != "N020"] == ["N250"]


def test_it_is_written_and_read_again(tmp_path: Path) -> None:
    """Folder and frames give the same study, printed rates with their digits."""
    study = gv.read(DATA / "outcomes")
    gv.write(study, tmp_path / "copy")
    assert gv.read(tmp_path / "copy").hash == study.hash
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_outcomes_are_part_of_the_hash_and_their_absence_is_not(ishoj, tmp_path: Path) -> None:
    """Old studies are what they were; a digit more of a printed rate is another study."""
    assert ishoj.hash.startswith("3c4dd052")
    assert gv.load("gladsaxe").hash.startswith("072f7eb7")
    other = changed(tmp_path, cell("outcomes.csv", ";15,7;", ";15,70;"))
    assert gv.read(other).hash != gv.read(DATA / "outcomes").hash


@pytest.mark.parametrize("table", ["rates", "prices", "lines"])
def test_a_study_with_any_table_of_prices_needs_them_all(tmp_path: Path, table: str) -> None:
    """What is there of prices says that there is a gain: what it lacks is an error as before."""
    folder = changed(tmp_path)
    shutil.copy(DATA / "one_arm" / f"{table}.csv", folder)
    study, problems = gv.check(folder)
    assert study is None
    assert {"E050", "N250"} & {p.code for p in problems} == {"E050"}


def test_what_is_said_of_money_is_not_used(tmp_path: Path) -> None:
    """A time convention that needs years, or two groups, is no matter where nothing is priced."""
    said = '[[outcomes]]\nid = "in_work"'
    for horizon in ("cumulative_trapezoid", "period_sum"):
        convention = f'[conventions]\nhorizon = "{horizon}"\n\n{said}'
        folder = changed(tmp_path / horizon, cell("study.toml", said, convention))
        study, problems = gv.check(folder)
        assert study is not None, problems
        assert gv.outcomes(study).of("in_work").difference is not None


def test_rows_alone_may_have_times_of_their_own() -> None:
    """Several, or one by another name, and still no statuses, payers or prices."""
    arm = {"enrolled": 9, "analysed": 9, "source": "s"}
    study = gv.from_tables(
        id="x",
        title="x",
        arms={"a": arm},
        times={"before": 0, "after": 1},
        outcome_items={"falls": {"unit": "falls", "events": True}},
        outcomes={"outcome": "falls", "arm": "a", "time": ["before", "after"], "amount": [7, 3]}
        | {"source": "s"},
    )
    assert gv.outcomes(study).of("falls").difference == pytest.approx(-4 / 9)


def test_one_time_need_not_be_stated() -> None:
    """Of rows alone the one time has a name of its own; stated so it is the same study."""
    arms = {name: {"enrolled": 9, "analysed": 9, "source": "s"} for name in "ab"}
    given: dict[str, Any] = {
        "id": "x",
        "title": "x",
        "arms": arms,
        "comparison": {"treated": "a"},
        "outcome_items": {"falls": {"unit": "falls", "events": True}},
        "outcomes": {"outcome": "falls", "arm": ["a", "b"], "amount": [3, 7], "source": "s"},
    }
    unsaid = gv.from_tables(**given)
    said = {"times": {"end": {"en": "at the end", "da": "ved slutningen"}}}
    assert gv.from_tables(**given, **said).hash == unsaid.hash
    assert unsaid.outcomes[0].rows[0].time == "end"


@pytest.mark.parametrize("rate", [0.0, 7.0, 33.0, 142.0, 155.5, 250.0])
@pytest.mark.parametrize("rounding", [0.1, 1.0])
@pytest.mark.parametrize("citizens", [1, 3, 40, 1000])
def test_events_behind_a_printed_rate(rate: float, rounding: float, citizens: int) -> None:
    """By going through every number: those whose rate lies within half a digit of the printed."""
    outcome = Outcome("x", {}, per=100.0, events=True)
    found = outcome.whole(OutcomeRow("a", "t", None, rate, rounding, None, ""), citizens)
    fits = [
        k
        for k in range(4 * citizens + 1)
        if abs(200 * k - 2 * rate * citizens) <= rounding * citizens * (1 + 1e-9)
    ]
    assert found == ((fits[0], fits[-1]) if fits else None)


def test_a_suppressed_number_of_events_is_a_range(tmp_path: Path) -> None:
    """`<5` is 1 to 4, and is written so again."""
    study = gv.read(changed(tmp_path, cell("outcomes.csv", "end;6;;;", "end;<5;;;")))
    assert study.outcomes[1].rows[0].amount == (1.0, 4.0)
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_person_rows_hold_the_columns_of_outcomes() -> None:
    """Rows put in the place of others must have them, and as numbers; counts alone have none."""
    study = gv.read(DATA / "outcomes")
    rows = pd.DataFrame(gv.to_tables(study)["persons"])
    assert gv.from_persons(rows, study).citizens == study.citizens
    for other in (rows.drop(columns="trivsel"), rows.assign(trivsel="god")):
        with pytest.raises(gv.StudyError, match="E255"):
            gv.from_persons(other, study)
    assert all(not outcome.column for outcome in study.as_margins().outcomes)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (cell("outcomes.csv", "visits;mentor", "visit;mentor"), "E030"),
        (cell("outcomes.csv", "visits;mentor;end", "visits;mentor;slut"), "E030"),
        (cell("outcomes.csv", "end;6;", "end;6,5;"), "E023"),
        (cell("outcomes.csv", "end;6;", "end;-6;"), "E022"),
        (cell("outcomes.csv", ";15,7;", ";-15,7;"), "E022"),
        (cell("outcomes.csv", ";8;opfundet", ";0;opfundet"), "E069"),
        (cell("outcomes.csv", "hours;usual;;14;", "hours;mentor;end;14;"), "E013"),
        (cell("study.toml", 'status = "job"', 'status = "arbejde"'), "E030"),
        (cell("study.toml", 'id = "score"', 'id = "hours"'), "E013"),
        (cell("study.toml", 'unit = { da = "timer", en = "hours" }', ""), "E050"),
        (cell("study.toml", "per = 10", 'per = "ti"'), "E251"),
        (lambda folder: (folder / "outcomes.csv").unlink(), "E003"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, change: Any, code: str) -> None:
    """Each by the code of its kind, and nothing else."""
    study, problems = gv.check(changed(tmp_path, change))
    assert study is None
    assert {problem.code for problem in problems.errors} == {code}
