"""Broken studies: each thing that can be wrong is said at its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import gevinst as gv
from tests.conftest import cell


def _bytes(file: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / file).write_bytes(content)


def _without(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def _both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for each in changes:
            each(folder)

    return change


FIRST = "intervention;cash_benefit;14;4;5;memo, tabel 1"
STRATA = '[[strata]]\nid = "a"\nda = "a"\ncitizens = 1\n\n' * 2

BROKEN = {
    "column missing": (cell("counts.csv", ";1;1.5;", ";1;2;"), "E010", "counts.csv", 1, "'1.5'"),
    "unknown status": (
        cell("counts.csv", "intervention;cash_benefit;", "intervention;cash_benfit;"),
        *("E030", "counts.csv", 2, "Write one of: cash_benefit"),
    ),
    "unknown arm": (
        cell("counts.csv", "control;cash_benefit;", "kontrol;cash_benefit;"),
        *("E030", "counts.csv", 15, "kontrol"),
    ),
    "negative count": (cell("counts.csv", ";14;", ";-14;"), "E022", "counts.csv", 2, "«-14»"),
    "fractional count": (cell("counts.csv", ";14;", ";14,5;"), "E023", "counts.csv", 2, "14,5"),
    "English decimals": (
        cell("rates.csv", "144.372,81", "144,372.81"),
        *("E021", "rates.csv", 2, "144372,81 / 14437281"),
    ),
    "no number": (cell("counts.csv", ";14;", ";fjorten;"), "E172", "counts.csv", 2, "fjorten"),
    "empty count": (cell("counts.csv", ";14;", ";;"), "E014", "counts.csv", 2, "'0'"),
    "counts against size": (
        cell("counts.csv", ";14;", ";15;"),
        *("E040", "counts.csv", None, "28 analysed"),
    ),
    "suppressed twice": (
        cell(
            "counts.csv",
            FIRST + "\nintervention;cash_benefit_placement;3",
            FIRST.replace(";14;", ";<5;") + "\nintervention;cash_benefit_placement;<5",
        ),
        *("E024", "counts.csv", 2, "<5"),
    ),
    "rate missing": (
        cell("prices.csv", "flexjob;flexjob;;;;memo, tabel 1 og 2\n", ""),
        *("E041", "prices.csv", None, "flexjob"),
    ),
    "duplicate row": (
        cell("counts.csv", FIRST, f"{FIRST}\n{FIRST}"),
        *("E013", "counts.csv", 3, "first: 2"),
    ),
    "conflicting prices": (
        cell(
            "prices.csv",
            "flexjob;flexjob;;;;memo",
            "flexjob;flexjob;control;;;memo\nflexjob;rehabilitation;;1;;memo\nflexjob;flexjob;;;;m",
        ),
        *("E057", "prices.csv", 10, "'flexjob' in 'control' at time 1"),
    ),
    "empty file": (_bytes("counts.csv", b"\n"), "E005", "counts.csv", None, ""),
    "header only": (
        _bytes("rates.csv", b"rate;kr;unit;distribution;assumption;source\n"),
        "E005",
        "rates.csv",
        None,
        "",
    ),
    "utf-16": (_bytes("counts.csv", "arm;status".encode("utf-16")), "E004", "counts.csv", None, ""),
    "missing file": (_without("counts.csv"), "E003", "counts.csv", None, ""),
    "toml syntax": (
        cell("study.toml", 'id = "ishoj-smc"', "id = ishoj-smc"),
        *("E002", "study.toml", 4, "id = ishoj-smc"),
    ),
    "missing source": (
        cell("counts.csv", FIRST, FIRST.replace("memo, tabel 1", "")),
        "E014",
        "counts.csv",
        2,
        "'source'",
    ),
    "unknown unit": (cell("rates.csv", "kr/year", "kr/uge"), "E030", "rates.csv", 2, "kr/uge"),
    "unknown distribution": (
        cell("rates.csv", ";gamma;", ";normal;"),
        "E030",
        "rates.csv",
        2,
        "gamma",
    ),
    "no reason": (cell("rates.csv", ";mean_of_many;", ";;"), "E014", "rates.csv", 2, "assumption"),
    "cv in percent": (cell("rates.csv", ";0,10;", ";10;"), "E045", "rates.csv", 2, "10 % as 0,10"),
    "range beside the amount": (
        cell("lines.csv", "2.250.000", "2.310.000"),
        *("E046", "lines.csv", 2, "2.310.000"),
    ),
    "one arm only": (
        cell("study.toml", 'id = "control"', 'id = "kontrol"'),
        "E190",
        "study.toml",
        None,
        "intervention, kontrol",
    ),
    "analysed above enrolled": (
        cell("study.toml", "analysed = 28", "analysed = 31"),
        "E055",
        "study.toml",
        None,
        "31",
    ),
    "key missing": (
        cell("study.toml", "analysed = 28\n", ""),
        "E050",
        "study.toml",
        None,
        "analysed",
    ),
    "wrong kind": (
        cell("study.toml", "analysed = 28", 'analysed = "28"'),
        "E051",
        "study.toml",
        None,
        "28",
    ),
    "label missing": (
        cell("study.toml", 'da = "Kommunen"\n', ""),
        "E052",
        "study.toml",
        None,
        "da",
    ),
    "surplus cell": (cell("counts.csv", FIRST, FIRST + ";x"), "E012", "counts.csv", 2, "6"),
    "unknown convention": (
        cell("study.toml", '"annual_end"', '"yearly"'),
        "E030",
        "study.toml",
        None,
        "annual_end",
    ),
    "horizon without years": (
        _both(
            cell("study.toml", '"annual_end"', '"cumulative_left"'),
            cell("study.toml", "years = 1.0\n", ""),
        ),
        *("E062", "study.toml", None, "years"),
    ),
    "suppressed below one": (
        cell("counts.csv", ";14;", ";<1;"),
        *("E066", "counts.csv", 2, "<2 or more"),
    ),
    "one count wrong, the others still add up": (
        _both(cell("counts.csv", ";14;4;", ";<1;5;")),
        *("E040", "counts.csv", None, "at time 1 add up"),
    ),
    "suppressed contacts below one": (
        cell("activity.csv", ";<5;", ";<0;"),
        *("E066", "activity.csv", 6, "<2 or more"),
    ),
    "suppressed beyond measure": (
        cell("activity.csv", ";<5;", ";<99999999999;"),
        *("E066", "activity.csv", 6, "up to <1000"),
    ),
    "count beyond measure": (
        cell("counts.csv", ";14;", ";1000000001;"),
        *("E066", "counts.csv", 2, "«1000000001»"),
    ),
    "count that overflows": (
        cell("counts.csv", ";14;", f";{'9' * 400};"),
        *("E172", "counts.csv", 2, "'0'"),
    ),
    "enrolled beyond measure": (
        cell("study.toml", "enrolled = 30", "enrolled = 1" + "0" * 400),
        *("E066", "study.toml", None, "enrolled"),
    ),
    "years that are no number": (
        cell("study.toml", "years = 1.0", "years = nan"),
        *("E068", "study.toml", None, "nan"),
    ),
    "years without end": (
        cell("study.toml", "years = 1.5", "years = inf"),
        *("E068", "study.toml", None, "inf"),
    ),
    "years before the start": (
        cell("study.toml", "years = 0.0", "years = -1"),
        *("E068", "study.toml", None, "-1"),
    ),
    "years that do not grow": (
        cell("study.toml", "years = 1.5", "years = 1.0"),
        *("E068", "study.toml", None, "grow"),
    ),
    "negative amount": (
        cell("lines.csv", "2.300.000", "-2.300.000"),
        *("E022", "lines.csv", 2, "'amount'"),
    ),
    "negative end of a range": (
        cell("lines.csv", "2.250.000", "-2.250.000"),
        *("E022", "lines.csv", 2, "'low'"),
    ),
    "probability zero": (
        _both(
            cell("lines.csv", ";drawn_by", ";probability;drawn_by"),
            cell("lines.csv", ";investment;printed", ";0;investment;printed"),
        ),
        *("E078", "lines.csv", 2, "'probability'"),
    ),
    "negative rounding": (
        cell("published.csv", ";60;citizens;0;", ";60;citizens;-1;"),
        *("E022", "published.csv", 2, "'rounding'"),
    ),
    "fractional year": (
        cell("activity.csv", ";2016;", ";2016,5;"),
        *("E069", "activity.csv", 2, "2016,5"),
    ),
    "source twice": (
        cell("study.toml", 'name = "outcomes"', 'name = "rates"'),
        *("E013", "study.toml", None, "sources"),
    ),
    "arm twice": (
        cell("study.toml", 'id = "control"', 'id = "intervention"'),
        *("E013", "study.toml", None, "arms"),
    ),
    "stratum twice": (
        cell("study.toml", "[[statuses]]", STRATA + "[[statuses]]"),
        *("E013", "study.toml", None, "strata"),
    ),
    "id with a path": (
        cell("study.toml", 'id = "ishoj-smc"', 'id = "../ishoj"'),
        *("E077", "study.toml", None, "../ishoj"),
    ),
    "label that is no text": (
        cell("study.toml", 'da = "Kommunen"', "da = 7"),
        *("E051", "study.toml", None, "'da'"),
    ),
    "header again": (
        cell("counts.csv", FIRST, f"arm;status;0;1;1.5;source\n{FIRST}"),
        *("E076", "counts.csv", 2, "arm, status"),
    ),
    "quote left open": (
        cell("counts.csv", FIRST, FIRST.replace("memo,", '"memo,')),
        *("E075", "counts.csv", 2, '«"memo, tabel 1»'),
    ),
    "quote left open up to the next": (
        _both(
            cell("counts.csv", FIRST, FIRST.replace("memo,", '"memo,')),
            cell("counts.csv", "control;cash_benefit;", 'control;"cash_benefit";'),
        ),
        *("E075", "counts.csv", 2, '«"memo, tabel 1»'),
    ),
    "quote left open after a cell of two lines": (
        cell("counts.csv", FIRST, '"intervention";"cash\n_benefit";14;4;5;"memo'),
        *("E075", "counts.csv", 3, "«"),
    ),
    "cell without end": (
        cell("counts.csv", FIRST, FIRST + "x" * 140_000),
        *("E074", "counts.csv", 2, "131072"),
    ),
    "toml nested without end": (
        cell("study.toml", "price_year = 2018", "price_year = " + "[" * 100_000),
        *("E002", "study.toml", None, ""),
    ),
    "toml number without end": (
        cell("study.toml", "price_year = 2018", "price_year = " + "1" * 5000),
        *("E002", "study.toml", None, ""),
    ),
    "year for a measure of statuses": (
        cell("published.csv", "enrolled.total;enrolled;;;", "x;citizens;intervention;2016;"),
        *("E030", "published.csv", 2, "Write one of: 0, 1, 1.5"),
    ),
    "study time for a measure of activity": (
        cell("published.csv", "enrolled.total;enrolled;;;", "x;contacts;intervention;1;"),
        *("E030", "published.csv", 2, "2016, 2017, 2018"),
    ),
    "status for a measure of activity": (
        cell(
            *("published.csv", "enrolled.total;enrolled;;;;;"),
            "x;activity_kr;intervention;2016;;flexjob;",
        ),
        *("E030", "published.csv", 2, "somatic"),
    ),
    "group for a measure of cases": (
        _both(
            cell(
                *("published.csv", "enrolled.total;enrolled;;;;;"),
                "x;case_cost;intervention;;;cash_benefit_all;",
            ),
        ),
        *("E030", "published.csv", 2, "cash_benefit_all"),
    ),
    "unknown measure": (
        cell("published.csv", ";enrolled;", ";enroled;"),
        "E030",
        "published.csv",
        2,
        "enrolled",
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_studies(folder: Path, name: str) -> None:
    """Each thing that can be wrong is named with its code, file, line and what to write."""
    change, code, file, line, says = BROKEN[name]
    change(folder)
    with pytest.raises(gv.StudyError) as caught:
        gv.read(folder)
    found = [p for p in caught.value.problems if p.code == code and p.file == file]
    assert found, [p.say() for p in caught.value.problems]
    assert line is None or line in [p.line for p in found]
    for lang in ("da", "en"):
        for problem in caught.value.problems:
            assert "{" not in problem.say(lang)
    assert any(says in p.say() for p in found), [p.say() for p in found]


def test_one_mistake_gives_one_error(folder: Path) -> None:
    """A size that is missing is not also out of range, and a label of the wrong kind not absent."""
    for name, code in (("key missing", "E050"), ("label that is no text", "E051")):
        shutil.copytree(folder, folder.parent / code)
        BROKEN[name][0](folder.parent / code)
        assert [p.code for p in gv.check(folder.parent / code)[1].errors] == [code]


def test_all_problems_at_once(folder: Path) -> None:
    """Problems of several files are named together."""
    for name in ("negative count", "unknown unit", "unknown measure", "range beside the amount"):
        BROKEN[name][0](folder)
    study, problems = gv.check(folder)
    assert study is None
    assert {p.file for p in problems.errors} >= {
        "counts.csv",
        "rates.csv",
        "published.csv",
        "lines.csv",
    }
