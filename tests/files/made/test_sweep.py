"""Whatever is wrong with tables is said of data frames as of files, at its place."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gevinst as gv
from gevinst.files.studies import read_study
from gevinst.text.problems import Problem
from tests.conftest import DATA, cell, person_rows, to_csv
from tests.files.counted.test_strata import BROKEN as BROKEN_STRATA
from tests.files.test_broken_studies import BROKEN
from tests.files.test_container import held
from tests.files.test_people import BROKEN as BROKEN_PERSONS
from tests.files.test_rates import BROKEN as BROKEN_RATES
from tests.files.test_rates import _pairs
from tests.files.test_restated import CODES
from tests.files.test_slips import SLIPS

Change = Callable[[Path], object]
READERS = (
    *("people", "claims", "stated", "settings", "choices", "tables", "separated", "toml"),
    *(f"priced/{name}" for name in ("rates", "lines", "means", "money", "restated", "effects")),
    *(f"counted/{name}" for name in ("columns", "sets", "outcomes", "accounts")),
)

FILES_ONLY = {
    **dict.fromkeys(("E002", "E004", "E162", "E178", "N006"), "a file that is no text, or no TOML"),
    **dict.fromkeys(("E074", "E075"), "quotation marks of a CSV file"),
    "E012": "a row longer than the others",
    "E142": "a title above a header: a frame's columns have names",
    "E368": "a rate that is called nearly as a status: only a workbook's rates are prices by name",
}
"""Codes that no frame can have, and why."""


def arguments(folder: Path) -> dict[str, Any]:
    """What a folder holds, as arguments of from_tables: text stays as it is written."""
    frames = held(folder)
    renamed = {"activity": "activity_items", "survey": "survey_names"}
    renamed |= {"outcomes": "outcome_items", "accounts": "account_items"}
    renamed |= {"effects": "effect_factors"}
    stated = {renamed.get(key, key): value for key, value in frames.stated.items()}
    tables = {"persons" if k == "citizens" else k: v for k, v in frames.frames.items()}
    return {**stated, **tables}


def _rows_of(file: str, text: str) -> Change:
    return lambda folder: (folder / file).write_text(text, "utf-8")


def _many(*changes: Change) -> Change:
    return lambda folder: [change(folder) for change in changes]


def _without_sections(folder: Path, name: str) -> None:
    """Leave out the sections whose names begin so."""
    path = folder / TOP
    kept = re.sub(
        rf"(?m)^\[{re.escape(name)}[^\n]*\n(?:[^\[\n][^\n]*\n|\n)*", "", path.read_text("utf-8")
    )
    path.write_text(kept, "utf-8")


def _counted(*change: str) -> Change:
    """Change a table of outcomes, none of a column: a frame of text holds no numbers."""
    return _many(cell(TOP, 'column = "trivsel"', 'status = "benefit"'), cell(*change))


def _shares(row: str) -> Change:
    """Say that hours are shares, and of them one row."""
    head = "outcome;arm;amount;rate;share;citizens;source\nvisits;mentor;6;;;;opfundet\n"
    return _many(
        _counted(TOP, 'id = "hours"', 'id = "hours"\nshares = true'),
        _rows_of("outcomes.csv", f"{head}hours;mentor;{row};opfundet\n"),
    )


def _open_counts(folder: Path) -> None:
    """Let every count of an arm at the last time be anything."""
    path = folder / "counts.csv"
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        if row[0] == "control":
            row[4] = "0–26"
    path.write_text("\n".join(";".join(row) for row in rows), "utf-8")


def _persons(
    change: Callable[[Any], Any] = lambda frame: frame, *, sizes: bool = False, **columns: object
) -> Change:
    """Put person rows, as they are changed, in the place of the counts."""

    def make(folder: Path) -> None:
        frame = person_rows(gv.load("ishoj-smc"))
        frame.loc[3, ["0", "1", "1.5"]] = "cash_benefit"
        to_csv(change(frame).assign(**columns), folder)
        if not sizes:
            path = folder / "study.toml"
            path.write_text(
                re.sub(r"(enrolled|analysed) = \d+\n", "", path.read_text("utf-8")), "utf-8"
            )

    return make


def _with(row: int, column: str, value: object) -> Change:
    def change(frame: Any) -> Any:
        frame.loc[row, column] = value
        return frame

    return _persons(change)


def _dropped(status: str, n: int) -> Change:
    """Count dropouts of the first arm who started in a status."""

    def change(folder: Path) -> None:
        path = folder / "counts.csv"
        head, *rows = path.read_text("utf-8").splitlines()
        there = f"intervention;{status};"
        rows = [f"{row};{n if row.startswith(there) else ''}" for row in rows]
        path.write_text("\n".join([f"{head};dropouts", *rows]), "utf-8")

    return change


def _everybody(folder: Path) -> None:
    """Put everybody of an arm in one status at one time."""
    path = folder / "counts.csv"
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    for row in rows[1:]:
        if row[0] == "control":
            row[4] = "26" if row[1] == "ordinary_employment" else "0"
    path.write_text("\n".join(";".join(row) for row in rows), "utf-8")


def _mask(folder: Path, *statuses: str, write: str = "<5") -> None:
    """Suppress counts of an arm at the last time."""
    path = folder / "counts.csv"
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        if row[0] == "intervention" and row[1] in statuses:
            row[4] = write
    path.write_text("\n".join(";".join(row) for row in rows), "utf-8")


def _discount(stated: str) -> Change:
    """Say how later amounts are discounted."""
    return cell("study.toml", "[title]", f"[discount]\n{stated}\n\n[title]")


def _periods(*spans: str) -> Change:
    """Say when the first periods are."""
    ids = ("0-6", "7-12")
    named = zip(ids, spans, strict=True)
    return _many(*(cell("study.toml", f'id = "{i}"', f'id = "{i}"\n{span}') for i, span in named))


SOMEBODY_BACK = _many(
    cell("counts.csv", "control;moved;0;1;1", "control;moved;0;1;0"),
    cell("counts.csv", "control;ordinary_employment;0;0;1", "control;ordinary_employment;0;0;2"),
)
TOP, LINES = "study.toml", "lines.csv"
CASH = "12.031;kr/month;gamma;0,10;;;rates;mean_of_many"
SURVEY = "survey.csv"

SUMMARIES, ACCOUNTS = "summaries.csv", "accounts.csv"
EFFECTS, FOLLOWS = "effects.csv", "consequences.csv"
MEANS = """name = "means"
da = "Gennemsnittene er af få borgere."
en = "The means are of few citizens."
"""
HOSPITAL = "before;900;EUR;region;fixed;accounts;made up\n"

MORE: dict[str, tuple[str, Change]] = {
    "E366": (
        "ishoj",
        cell("counts.csv", "intervention;cash_benefit;14;", "intervention;cash_benefit;-;"),
    ),
    "E367": ("ishoj", lambda folder: _without_sections(folder, "assumptions.")),
    "E310": ("ishoj", cell(TOP, "years = 1.5", "years = 1.5\nfrom = 1\nto = 2")),
    "E311": ("ishoj", cell(TOP, "years = 1.5", "from = 1")),
    "E312": ("ishoj", cell(TOP, "years = 1.5", "from = 2\nto = 2")),
    "E313": ("gladsaxe", cell(TOP, "[title]", '[discount]\nschedule = "treasury"\n\n[title]')),
    "E314": ("ishoj", _discount('schedule = "treasury"\nrates = [{rate = 0.04}]')),
    "E315": ("ishoj", _discount('schedule = "own"\nsource = "s"\nrates = [{rate = 3.5}]')),
    "E323": (
        "ishoj",
        _many(
            cell(TOP, "years = 1.5", "from = 1\nto = 1.5"),
            cell(TOP, 'horizon = "annual_end"', 'horizon = "period_sum"'),
        ),
    ),
    "W313": ("gladsaxe", _periods("from = 0\nto = 0.5", "from = 0.75\nto = 1")),
    "N313": (
        "effects",
        _many(
            cell(TOP, 'da = "år 1"', 'da = "år 1"\nfrom = 0\nto = 1'),
            cell(TOP, 'da = "år 2"', 'da = "år 2"\nfrom = 1\nto = 1.5'),
        ),
    ),
    "W310": ("gladsaxe", _periods("from = 0\nto = 0.5", "from = 0.4\nto = 1")),
    "N310": ("ishoj", cell(TOP, "years = 1.5", "years = 2")),
    "E242": (
        "ishoj",
        cell(TOP, "investment = true", "investment = true\nincome = true"),
    ),
    "E220": ("ishoj", cell(TOP, 'currency = "DKK"', 'currency = "kroner"')),
    "E241": ("ishoj", cell(TOP, "[title]", '[citizen.en]\none = "family"\n\n[title]')),
    "E056": (
        "ishoj",
        _many(
            cell(TOP, 'id = "ordinary_employment"', 'id = "ordinary_employment"\nlost = true'),
            _everybody,
        ),
    ),
    "E058": ("gladsaxe", cell(LINES, "municipality=0,7 state=0,3", "municipality=0,7 state=0,4")),
    "E059": ("gladsaxe", cell(LINES, "municipality=0,7 state=0,3", "municipality=1,7 state=0,3")),
    "E061": (
        "ishoj",
        _many(
            _persons(),
            cell(
                TOP,
                "[[statuses]]",
                "".join(f'[[strata]]\nid = "{s}"\nda = "s"\ncitizens = 1\n\n' for s in "ab")
                + "[[statuses]]",
            ),
        ),
    ),
    "E063": ("two_types", cell(LINES, "7-12;700;kr;benefit_half", "7-12;710;kr;benefit_half")),
    "E064": (
        "ishoj",
        _many(
            cell(TOP, "[[times]]", '[[payers]]\nid = "state"\nda = "Staten"\n\n[[times]]'),
            _rows_of(
                "prices.csv",
                "status;rate;arm;paid_by;source\nflexjob;flexjob;;state;s\n"
                "flexjob;moved;control;municipality;s\n",
            ),
        ),
    ),
    "E065": (
        "ishoj",
        _rows_of("published.csv", "figure;value;unit;rounding;source;follows\na;1;kr;1;s;a b\n"),
    ),
    "E080": ("ishoj", cell(TOP, 'name = "outcomes"', 'name = "outcomes"\nlaw = "wild"')),
    "E089": ("ishoj", cell(LINES, "kr;citizen;other_provider;p", "kr;group;other_provider;p")),
    "E090": ("ishoj", cell(LINES, ";other_provider_in_rate;printed;", ";x;published;")),
    "E099": ("ishoj", cell(LINES, "low_after_start;no", "low_after_start;yes")),
    "E100": (
        "ishoj",
        _many(
            cell(TOP, 'name = "rates"', 'name = "events"'),
            cell(TOP, 'name = "investment"', 'name = "suppressed"'),
        ),
    ),
    "E106": (
        "ishoj",
        _many(_persons(sizes=True), cell(TOP, "analysed = 28", "analysed = 27")),
    ),
    "E107": ("ishoj", lambda f: person_rows(gv.load("ishoj-smc")).to_csv(f / "citizens.csv")),
    "E128": ("ishoj", cell(TOP, "[stratification]", '[stratification]\ncolumn = "x"')),
    "E133": (
        "ishoj",
        _rows_of(
            "published.csv",
            "figure;value;unit;rounding;source;follows\na;1;kr;1;s;b\nb;1;kr;1;s;a\n",
        ),
    ),
    "E140": ("ishoj", cell(LINES, "2.300.000;kr", "2.300.000.000.000.000;kr")),
    "E141": ("ishoj", cell("activity.csv", "2016", "216")),
    **{
        code: (
            "gladsaxe",
            _rows_of(SURVEY, f"question;answer;time;asked;count;percent;figure;source\n{row}"),
        )
        for code, row in {
            "E073": "employment;benefit;phase_1;;;105;;s\n",
            "E153": "employment;benefit;phase_1;;3;;survey.benefit.phase_1;\n",
            "E154": "employment;benefit;phase_1;43;;;;s\n",
            "E155": "employment;benefit;phase_1;43;44;;;s\n",
            "E156": "employment;benefit;phase_1;43;4;;;s\n"
            "employment;full_time_work;phase_1;4;3;;;s\n",
        }.items()
    },
    "E207": ("ishoj", _dropped("resource_programme", 3)),
    "E210": ("ishoj", _dropped("moved", 1)),
    "N110": ("ishoj", _with(3, "1", None)),
    "E159": ("gladsaxe", cell(TOP, 'reference = "control"', 'reference = "intervention"')),
    "E171": ("ishoj", SLIPS["percent"][0]),
    "E280": ("ishoj", cell("counts.csv", ";14;", ";51 %;")),
    "E281": ("ishoj", _open_counts),
    "E282": ("outcomes", _shares(";;57;")),
    "E283": ("ishoj", cell(TOP, 'id = "ishoj-smc"', 'id = "ishoj-smc"\nrounded_counts = 5')),
    "E284": ("outcomes", _shares(";57;;")),
    "E285": ("ishoj", cell(TOP, 'id = "ishoj-smc"', 'id = "ishoj-smc"\nrounded_counts = 1')),
    "E286": ("outcomes", _shares("9;;;8")),
    "W280": ("outcomes", _shares(";;57 %;")),
    "W281": ("outcomes", _shares(";;57 %;")),
    "N280": ("ishoj", lambda folder: _mask(folder, "flexjob", write="3–4")),
    "W282": (
        "ishoj",
        lambda folder: _mask(folder, "early_retirement", "flexjob", write="3–4"),
    ),
    "W011": ("ishoj", cell("counts.csv", ";source", ";sauce;source")),
    "W024": (
        "ishoj",
        lambda folder: _mask(folder, "early_retirement", "flexjob", "ordinary_employment"),
    ),
    "W025": ("ishoj", lambda folder: _mask(folder, "early_retirement")),
    "N020": ("ishoj", lambda folder: folder),
    "W044": ("ishoj", cell("rates.csv", "144.372,81;kr/year", "144.372,81;kr/month")),
    "W043": ("ishoj", cell("rates.csv", "158.634,84;kr/year", "158.634,84;kr/month")),
    "W053": ("ishoj", cell(TOP, "enrolled = 30", "enroled = 3\nenrolled = 30")),
    "W091": (
        "ishoj",
        _pairs(
            "cash_benefit;rehabilitation;0,9;mean_of_many",
            "cash_benefit;flexjob;0,9;mean_of_many",
            "rehabilitation;flexjob;-0,9;mean_of_many",
        ),
    ),
    "W140": ("ishoj", cell(LINES, "fixed;;;;", "fixed;0,1;;;")),
    "W141": ("ishoj", _many(_with(3, "1", "moved"))),
    "E191": ("alone", cell(TOP, 'kind = "before"', 'kind = "control"')),
    "E192": ("alone", cell(TOP, 'kind = "before"', 'kind = "before"\nreference = "project"')),
    "E194": ("alone", cell(TOP, "share = 0.4", "share = 1.4")),
    "E195": ("alone", cell("published.csv", ";net_gain_per_citizen;project;", ";difference;;")),
    "E250": ("outcomes", cell(TOP, 'column = "trivsel"', 'column = "trivsel"\nevents = true')),
    "E251": ("outcomes", cell(TOP, "per = 10", "per = 0")),
    "E252": (
        "alone",
        _rows_of("outcomes.csv", "outcome;arm;amount;source\nvisits;project;3;opfundet\n"),
    ),
    "E253": (
        "outcomes",
        _counted(
            "outcomes.csv", "hours;mentor;;120,5;;8;opfundet\nhours;usual;;14;;;opfundet\n", ""
        ),
    ),
    "E254": ("outcomes", _counted("outcomes.csv", "end;6;;;", "end;6;7,5;;")),
    "E255": ("outcomes", cell(TOP, 'column = "trivsel"', 'column = "humør"')),
    "W250": ("outcomes", _counted("outcomes.csv", ";15,7;", ";15,0;")),
    "N250": ("outcomes", _counted("outcomes.csv", ";14;", ";15;")),
    "E340": ("accounts", cell(ACCOUNTS, "8000000;50000", "8000000;0")),
    "E341": ("accounts", cell(TOP, "unit = {", "price_year = 2023\nunit = {")),
    "E342": ("accounts", cell(TOP, "unit = {", "per = 10\nunit = {")),
    "E343": ("accounts", cell(ACCOUNTS, "2017;120;;", "2017;120;9;")),
    "E344": ("accounts", cell(ACCOUNTS, "stays;town;2017", "stays;;2017")),
    "E345": ("accounts", cell(TOP, "unit = {", 'compared_with = "hostels"\nunit = {')),
    "E346": (
        "accounts",
        cell(TOP, "[accounts.stays]", '[accounts.beds]\nen = "b"\n[accounts.stays]'),
    ),
    "E347": ("accounts", cell(TOP, "unit = {", 'compared_with = "country"\nunit = {')),
    "W340": ("accounts", cell(TOP, "start = 2020", "start = 2017")),
    "W341": (
        "accounts",
        _rows_of(
            "accounts.csv",
            "account;group;year;amount;of;source\nhostels;town;2018;1;2;s\n"
            "hostels;town;2022;1;2;s\nhostels;country;2022;1;2;s\nstays;;2018;1;;s\n",
        ),
    ),
    "W342": (
        "accounts",
        _rows_of(
            "accounts.csv",
            "account;group;year;amount;of;source\nhostels;country;2022;1;2;s\nstays;;2018;1;;s\n",
        ),
    ),
    "N340": ("accounts", lambda folder: folder),
    "E260": ("means", cell(SUMMARIES, "before;40;9.400", "before;1;9.400")),
    "E261": ("means", cell(SUMMARIES, "before;40;9.400", "before;43;9.400")),
    "E262": ("means", cell(SUMMARIES, "5.200;;", "5.200;800;")),
    "E263": ("means", cell(SUMMARIES, "0,95", "95")),
    "E264": ("means", cell(SUMMARIES, "1.200;3.421", "2.400;3.421")),
    "E265": ("means", cell(SUMMARIES, "4.000;11.000", "11.000;4.000")),
    "E266": (
        "means",
        cell("lines.csv", "support;programme;", f"support;hospital;{HOSPITAL}support;programme;"),
    ),
    "E267": (
        "means",
        cell(
            TOP,
            "[[times]]",
            "".join(f'[[strata]]\nid = "{s}"\nen = "s"\ncitizens = 1\n\n' for s in "ab")
            + "[[times]]",
        ),
    ),
    "E268": ("means", cell(SUMMARIES, "38;6.150", "38;0")),
    "E272": (
        "means",
        _rows_of(
            "lines.csv",
            "arm;item;time;rate;amount;unit;paid_by;distribution;assumption;source\n"
            "support;programme;before;hospital/support/before;9;EUR;region;fixed;accounts;x\n",
        ),
    ),
    "E273": ("means", cell(SUMMARIES, "9.400;EUR", "9.400;SEK")),
    "E274": ("means", cell(SUMMARIES, "5.200;;;;", "5.200;;;;0,9")),
    "W260": ("means", cell(SUMMARIES, "3.421", "5.000")),
    "W261": ("means", cell(TOP, f"[[sources]]\n{MEANS}", "")),
    "W262": (
        "means",
        cell(SUMMARIES, "usual;earnings;after;30;2.600;EUR;;;;;;;;;municipality;;made up\n", ""),
    ),
    "N260": ("means", cell(TOP, "price_year = 2024", "price_year = 2023")),
    "N261": ("means", cell(TOP, "price_year = 2024", "price_year = 2022")),
    "E290": (
        "effects",
        cell(
            TOP,
            "[[times]]",
            "".join(f'[[strata]]\nid = "{s}"\nen = "s"\ncitizens = 1\n\n' for s in "ab")
            + "[[times]]",
        ),
    ),
    "E291": ("effects", cell(TOP, 'kind = "stated"', 'kind = "control"')),
    "E292": ("effects", cell(TOP, '[conventions]\nhorizon = "period_sum"\n', "")),
    "E293": (
        "effects",
        cell(EFFECTS, "work;pp;13,4;5,0;21,8;0,95;;0,46", "work;rr;1,3;1,1;1,5;0,95;;"),
    ),
    "E294": ("effects", cell(EFFECTS, "0,46", "0,96")),
    "E295": ("effects", cell(EFFECTS, "work;pp;13,4;5,0", "work;or;13,4;-5,0")),
    "E296": ("effects", cell(EFFECTS, "1,2;;;", "1,2;0,4;;")),
    "E297": ("effects", cell(EFFECTS, "0,95;;0,46", "0,95;3;0,46")),
    "E298": ("effects", cell(EFFECTS, "13,4;5,0", "13,4;15,0")),
    "E299": (
        "effects",
        _rows_of(
            FOLLOWS,
            "effect;item;rate;amount;unit;paid_by;distribution;assumption;source\n"
            "work;benefit;year;9;kr;state;fixed;average;x\n"
            "work;tax;year;8;kr;state;fixed;average;x\n",
        ),
    ),
    "E300": (
        "effects",
        cell(
            FOLLOWS,
            "work;tax;;;62000;kr;;municipality=0,6 state=0,4",
            "work;programme;2;;62000;kr;state;",
        ),
    ),
    "E301": ("effects", cell(FOLLOWS, "140000;kr;;", "140000;kr;state;")),
    "E302": ("effects", cell(FOLLOWS, "work;tax;;", "work;benefit;2;")),
    "E303": ("effects", cell(TOP, "share = 0.1\n", "share = 10\n")),
    "E304": ("effects", cell(TOP, "high = 0.2\n", "")),
    "E305": ("effects", cell(TOP, "level = 0.9\n", 'level = 0.9\nlaw = "pert"\n')),
    "E306": ("effects", cell(TOP, "low = 0.1\n", "low = 0.3\n")),
    "E309": (
        "effects",
        cell(EFFECTS, "work;pp;13,4;5,0;21,8", "work;rr;1,3;0,00000000001;90000000000"),
    ),
    "W290": ("effects", cell(TOP, '[[sources]]\nname = "effects"', '[[sources]]\nname = "events"')),
    "W291": ("effects", cell(FOLLOWS, "days;hospital", "work;hospital")),
    "W292": ("effects", cell(EFFECTS, "21,8", "31,8")),
    "W293": ("effects", cell(EFFECTS, "0,46", "0,80")),
    "N290": ("effects", cell(EFFECTS, ";1,2;", ";;")),
    "N291": ("effects", cell(TOP, "price_year = 2024", "price_year = 2023")),
    "N292": ("effects", cell(EFFECTS, "work;pp;13,4;5,0;21,8", "work;rr;1,3;1,1;1,536")),
    "E206": (
        "alone",
        _many(
            cell(TOP, '[[times]]\nid = "1"\nyears = 1.0\nda = "efter 1 år"\n', ""),
            cell(TOP, 'en = "after 1 year"\n', ""),
            _rows_of("counts.csv", "arm;status;0;source\nproject;cash_benefit;24;opfundet\n"),
        ),
    ),
    "W142": ("ishoj", _persons(vægt=2.0)),
    "W143": ("ishoj", _with(3, "id", "0101701234")),
    "W144": ("ishoj", _persons(sted=["a", "b", *["c"] * 58])),
    "W145": ("ishoj", _persons(nr=[f"x{k}" for k in range(60)])),
    "W146": ("ishoj", SOMEBODY_BACK),
    "N091": ("ishoj", cell("rates.csv", CASH, CASH.replace("0,10;;", ";120.000;170.000"))),
    "N109": ("ishoj", _persons()),
    **{code: ("counted", change) for code, change in BROKEN_STRATA.items()},
    **CODES,
}
"""Code -> a study, and a change of its folder that gives it."""


SWEEP = {
    **{f"broken: {name}": ("ishoj", case[0]) for name, case in BROKEN.items()},
    **{f"rates: {name}": ("ishoj", case[0]) for name, case in BROKEN_RATES.items()},
    **{f"slip: {name}": ("ishoj", case[0]) for name, case in SLIPS.items()},
    **{f"persons: {name}": ("ishoj", _persons(case[0])) for name, case in BROKEN_PERSONS.items()},
    **MORE,
}

WHERE = {
    "ishoj": gv.bundled()["ishoj-smc"],
    "gladsaxe": gv.bundled()["gladsaxe"],
    "two_types": DATA / "two_types",
    "alone": DATA / "one_arm",
    "outcomes": DATA / "outcomes",
    "means": DATA / "means",
    "accounts": DATA / "accounts",
    "effects": DATA / "effects",
    "counted": DATA / "counted",
}

TABLES = (
    *("counts", "persons", "index", "rates", "prices", "lines", "correlations"),
    *("published", "activity", "survey", "outcomes", "summaries", "accounts"),
    *("effects", "persistence", "consequences"),
)


def _table(file: str) -> str:
    stem = file.removesuffix(".csv")
    return "persons" if stem == "citizens" else stem


def _place(problem: Problem) -> tuple[str, str, int | None, str]:
    """Code, table, row and what was read; of settings no line, and any argument."""
    name = _table(problem.file)
    if name not in TABLES:
        return problem.code, "settings", None, problem.read
    header = 1 if problem.file.endswith(".csv") else 0
    row = None if problem.line is None or problem.line == header else problem.line - header
    return problem.code, name, row, problem.read


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("name", SWEEP)
def test_frames_are_told_what_files_are(tmp_path: Path, name: str) -> None:
    """Errors, warnings and notes have the same codes, rows and words read in both."""
    study, change = SWEEP[name]
    folder = tmp_path / "study"
    shutil.copytree(WHERE[study], folder)
    change(folder)
    _, of_files = gv.check(folder)
    if {problem.code for problem in of_files.errors} & FILES_ONLY.keys():
        pytest.skip("no frame can hold it")
    frames = held(folder)
    found = read_study(frames)
    places = [Counter(map(_place, problems)) for problems in (frames.problems, of_files)]
    assert places[0] == places[1]
    assert name not in MORE or name in {problem.code for problem in frames.problems}
    if found is None:
        with pytest.raises(gv.StudyError) as caught:
            gv.from_tables(**arguments(folder))
        assert [p.say() for p in caught.value.problems] == [p.say() for p in frames.problems]
    else:
        assert gv.from_tables(**arguments(folder)).hash == found.hash


def test_every_code_of_a_reader_is_swept() -> None:
    """Each code that a reader of tables or settings can say is in the sweep, or no frame has it."""
    room = Path(gv.__file__).parent / "files"
    code = "".join((room / f"{name}.py").read_text("utf-8") for name in READERS)
    swept = {case[1] for case in (*BROKEN.values(), *BROKEN_RATES.values(), *SLIPS.values())}
    swept |= {case[1] for case in BROKEN_PERSONS.values()} | MORE.keys() | FILES_ONLY.keys()
    assert set(re.findall(r'"([EWN]\d{3})"', code)) - swept == set()
