"""Tables as they are printed: what is read of labels, headings, masks, notes, totals, averages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gevinst.analyses.audit.registry import Audit, audit_table
from gevinst.files.bare.figures import read_figures
from gevinst.files.bare.printed import normal, read_printed
from gevinst.files.tables import Table
from gevinst.study.claims import Published
from gevinst.text.problems import Problems
from tests.conftest import run


def _read(*rows: str) -> tuple[dict[str, Published], Problems]:
    """Figures of a printed table, by id, and what was said of it."""
    problems = Problems()
    header, *lines = ([cell.strip() for cell in row.split(";")] for row in rows)
    table = Table("t.csv", problems, header, list(enumerate(lines, start=2)))
    return {figure.id: figure for figure in read_printed(table)}, problems


def _audit(*rows: str) -> Audit:
    found, problems = _read(*rows)
    assert not problems.errors
    return audit_table(tuple(found.values()))


def _off(*rows: str) -> set[str]:
    return {finding.figure for finding in _audit(*rows).findings}


# --- what is counted is exact ------------------------------------------------------------


@pytest.mark.parametrize("column", ["Før", "Antal borgere", "2017", "Kommune", "Personer"])
@pytest.mark.parametrize(("total", "off"), [(28, False), (29, True), (30, True), (26, True)])
def test_whole_counts_are_exact(column: str, total: int, off: bool) -> None:
    """Five whole counts add up to the person, whatever their column is called."""
    rows = (f"Status;{column}", "A;12", "B;8", "C;3", "D;2", "E;3", f"I alt;{total}")
    assert (_off(*rows) == {"r6.c1"}) is off
    assert "6 as exact counts" in _audit(*rows).summary("en")
    assert "6 som nøjagtige antal" in _audit(*rows).summary("da")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Post;Kr.", ("12", "8", "3", "2", "5", "31")),
        ("Post;Udgift", ("12", "8", "3", "2", "5", "31")),
        ("Udgifter;2017", ("12", "8", "3", "2", "5", "31")),
        ("Post;2017", tuple(f"{n} kr." for n in (12, 8, 3, 2, 5, 31))),
        ("Post;2017", ("1,2", "0,8", "0,3", "0,2", "0,5", "3,1")),
        ("Post;Andel", tuple(f"{n} %" for n in (12, 8, 3, 2, 5, 31))),
    ],
)
def test_amounts_decimals_and_shares_may_be_rounded(header: str, cells: tuple[str, ...]) -> None:
    """Five parts that are rounded can be one unit off in their sum, which is said."""
    names = ("A", "B", "C", "D", "E", "I alt")
    rows = (header, *(f"{name};{cell}" for name, cell in zip(names, cells, strict=True)))
    assert _off(*rows) == set()
    assert "as within ±0." in _audit(*rows).summary("en")


def test_people_in_a_table_of_figures_are_whole(tmp_path: Path) -> None:
    """Printed to the unit, a count of people is that count."""
    path = tmp_path / "t.csv"
    head = "figure;value;unit;rounding;source;follows\n"
    rows = "a;14;{u};1;p;\nb;13;{u};1;p;\nt;28;{u};1;p;a + b\n"
    for unit, off in (("citizens", {"t"}), ("contacts", {"t"}), ("kr", set())):
        path.write_text(head + rows.format(u=unit), "utf-8")
        assert {f.figure for f in audit_table(read_figures(path)).findings} == off, unit


def test_counts_rounded_to_five() -> None:
    """Where four or more counts are multiples of 5 or 10, each is within half of that."""
    assert _off("Status;Før", "A;10", "B;5", "C;5", "I alt;15") == set()
    assert _off("Status;Før", "A;10", "B;5", "C;5", "I alt;35") == {"r4.c1"}
    assert _off("Status;Før", "A;10", "B;5", "C;6", "I alt;15") == {"r4.c1"}
    assert _off("Post;Kr.", "A;12.000", "B;8.000", "C;3.000", "I alt;24.000") == set()
    said = _audit("Status;Før", "A;10", "B;5", "C;5", "I alt;15")
    assert said.to_dict()["allowed"] == [{"rounding": 5.0, "figures": 4}]


# --- cells that hold no plain number ----------------------------------------------------


@given(st.integers(0, 4), st.integers(0, 40), st.integers(0, 60))
def test_a_masked_count_is_a_set(hidden: int, other: int, total: int) -> None:
    """A sum with `<5` in it follows exactly where some count from 0 to 4 gives it."""
    off = _off("Status;Før", "A;<5", f"B;{other}", "C;101", f"I alt;{total + 101}")
    assert (off == set()) is any(other + k == total for k in range(5))
    assert (
        _off("Status;Før", "A;<5", f"B;{other}", "C;101", f"I alt;{other + hidden + 101}") == set()
    )


def test_a_masked_total_is_below_its_number() -> None:
    """A total `<5` is held against its parts, and the parts are said as they are."""
    assert _off("Status;Før", "A;1", "B;2", "I alt;<5") == set()
    found = _audit("Status;Før", "A;3", "B;<3", "C;4", "I alt;<5")
    assert [f.figure for f in found.findings] == ["r4.c1"]
    assert "7 to 9" in found.findings[0].message("en")


@pytest.mark.parametrize("mask", ["..", "…", "x", "X", ":", ".", "*", "n.a.", "I.o."])
def test_what_is_not_stated_is_no_number(mask: str) -> None:
    """A cell that is masked whole is read; a sum with it is held against nothing."""
    found, problems = _read("Status;Før;Efter", f"A;{mask};1", "B;2;2", "I alt;9;3")
    assert not problems.errors
    assert "r1.c1" not in found
    assert found["r3.c1"].follows == ""
    assert found["r3.c2"].follows == "r1.c2 + r2.c2"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(("3¹", 3), ("3 ¹²", 3), ("3*", 3), ("3 **", 3), ("3†", 3), ("3 [1]", 3), ("3 a)", 3)),
        *(("3a)", 3), ("12.031²", 12031), ("3 1)", 3), ("45 %*", 45), ("<5¹", 5)),
    ],
)
def test_notes_are_left_out_and_said(cell: str, value: float) -> None:
    """A mark after a number is no part of it, and a note says so."""
    found, problems = _read("Status;Før", f"A;{cell}", "I alt;3")
    assert found["r1.c1"].value == value
    assert ("N134", cell) in {(p.code, p.read) for p in problems}


# --- headings and labels -----------------------------------------------------------------


def test_two_rows_of_headings() -> None:
    """A heading over several columns is joined with those below it; totals stay in their group."""
    found, problems = _read(
        ";Før;;;Efter;;",
        "Status;Mænd;Kvinder;I alt;Mænd;Kvinder;I alt",
        "A;1;2;3;4;5;9",
        "B;2;3;6;4;5;9",
        "I alt;3;5;8;8;10;18",
    )
    assert not problems.errors
    assert found["r1.c1"].time == "Før, Mænd"
    assert found["r1.c6"].follows == "r1.c4 + r1.c5"
    assert found["r3.c2"].follows == "r1.c2 + r2.c2"
    assert {f.figure for f in audit_table(tuple(found.values())).findings} == {
        "r2.c3",
        "r3.c3.again",
    }


def test_years_below_a_heading_and_a_total_of_groups() -> None:
    """Years are headings; a heading that is a total sums the groups, year by year."""
    found, _ = _read(
        "Status;Mænd;;Kvinder;;I alt;",
        ";2017;2018;2017;2018;2017;2018",
        "A;1;2;3;4;4;6",
        "B;1;1;1;1;2;3",
    )
    assert found["r1.c5"].follows == "r1.c1 + r1.c3"
    assert found["r2.c6"].follows == "r2.c2 + r2.c4"
    assert {f.figure for f in audit_table(tuple(found.values())).findings} == {"r2.c6"}


def test_a_missing_heading_is_not_a_second_row_of_headings() -> None:
    """Where the second row holds numbers, it is a row."""
    found, _ = _read("Køn;;Før;Efter", "Mænd;unge;3;4", "Mænd;gamle;5;6", "I alt;;8;10")
    assert found["r1.c2"].item == "Mænd, unge"
    assert found["r3.c3"].follows == "r1.c3 + r2.c3"


def test_two_columns_of_labels_with_totals_within() -> None:
    """A label over several rows is repeated; a grand total is the sum of the totals below it."""
    rows = (
        "Køn;Alder;Antal",
        "Mænd;18-25;3",
        ";26-35;4",
        ";I alt;7",
        "Kvinder;18-25;2",
        ";26-35;6",
    )
    found, problems = _read(*rows, ";I alt;8", "I alt;;15")
    assert not problems.errors
    assert found["r2.c2"].item == "Mænd, 26-35"
    assert [found[f"r{r}.c2"].follows for r in (3, 6, 7)] == [
        "r1.c2 + r2.c2",
        "r4.c2 + r5.c2",
        "r3.c2 + r6.c2",
    ]


def test_a_total_of_all_though_some_have_their_own() -> None:
    """A total that holds as the sum of totals and what follows them, or of all, is one."""
    assert _off("Post;Før", "A;1", "B;2", "Sum;3", "C;4", "D;5", "I alt;12") == set()
    assert _off("Post;Før", "A;1", "B;2", "Sum;3", "C;4", "D;5", "I alt;9") == set()
    assert _off("Post;Før", "A;1", "B;2", "Sum;3", "C;4", "D;5", "I alt;13") == {"r6.c1"}


def test_a_total_that_stands_first() -> None:
    """A total above or before its parts is their sum; of several divisions the first that adds."""
    rows = ("Post;I alt;Mænd;Kvinder", "I alt;30;14;16", "A;12;5;7", "B;18;9;9")
    found, problems = _read(*rows)
    assert found["r2.c1"].follows == "r2.c2 + r2.c3"
    assert found["r1.c2"].follows == "r2.c2 + r3.c2"
    assert not problems.errors
    assert _off(*rows) == set()
    assert _off(*rows[:3], "B;18;9;8") == {"r1.c3", "r3.c1"}
    blocks = ("Gruppe;Antal", "I alt;30", "A;12", "B;18", "I alt;50", "C;21", "D;29")
    assert _off(*blocks) == set()
    assert _off(*blocks[:-1], "D;28") == {"r4.c1"}
    both = ("Gruppe;Antal", "I alt;100", "Mænd;60", "Kvinder;40", "unge;33", "gamle;67")
    assert _read(*both)[0]["r1.c1"].follows == "r2.c1 + r3.c1"
    assert _off(*both[:2], "Mænd;61", *both[3:]) == set()  # 61 + 40 + 33 + 67 says nothing of 100
    assert _off("Gruppe;Antal", "I alt;30", "A;12", "B;8", "C;3", "D;2", "E;3") == {"r1.c1"}


# --- totals and averages ------------------------------------------------------------------

TOTALS = (
    *(
        "I alt",
        "i alt",
        "I  ALT",
        "I\u00a0alt",
        "Ialt",
        "Samlet",
        "Sum",
        "TOTAL",
        "Tilsammen",
    ),  # da
    *("Totalt", "Til sammen", "Samlet"),  # no
    *("Summa", "Totalt", "Sammanlagt", "Tillsammans"),  # sv
    *("Total", "In all", "Overall", "Grand total", "Subtotal"),  # en
    *("I alt¹", "I\u00ad alt", "I alt (kr.)", "I alt kr.", "Udgifter i alt", "Indtægter, total"),
)


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_known_by_their_name(name: str) -> None:
    """The last row so called is the sum of those above it, and nothing is said to be missing."""
    found, problems = _read("Post;Før", "A;1", "B;2", f"{name};4")
    assert found["r3.c1"].follows == "r1.c1 + r2.c1"
    assert "N135" not in {p.code for p in problems}


@pytest.mark.parametrize(
    "name", ["I alt", "Samlet", "Summa, kr.", "Total (kr.)", "In\u00a0all", "TOTALT"]
)
def test_total_columns_are_known_by_their_name(name: str) -> None:
    """A column so called is the sum of those before it."""
    found, problems = _read(f"Post;Før;Efter;{name}", "A;1;2;3", "B;1;1;1")
    assert found["r1.c3"].follows == "r1.c1 + r1.c2"
    assert "N135" not in {p.code for p in problems}


@pytest.mark.parametrize("name", ["Alle", "Sumpgas", "Totalentreprise", "Altid", "Løn i alt for B"])
def test_a_table_without_a_total_says_so(name: str) -> None:
    """A name that only begins like a total is none; where there is none, a note says so."""
    found, problems = _read("Post;Før", "A;1", "B;2", f"{name};4", "C;4")
    assert not any(figure.follows for figure in found.values())
    assert [p.code for p in problems] == ["N135"]


@pytest.mark.parametrize(
    "name",
    ["Gennemsnit", "Middelværdi", "Snitt", "Medel", "Average", "MEAN"],
)
def test_averages_are_held_against_the_column(name: str) -> None:
    """A row of averages that is a sum, or a sum with half of a number, is found."""
    rows = ("Post;Udgift", "A;366", "B;58.287", "C;75.611")
    for value, off in (("134.081", True), ("134.264", True), ("300", True), ("44.755", False)):
        assert (_off(*rows, f"{name};{value}") == {"r4.c1"}) is off
    assert _audit(*rows, f"{name};44.755").reproduced == 1
    # It may be weighted by what the table does not print.
    assert _audit(*rows, f"{name};60.000").reproduced == 0
    assert _off(*rows, f"{name};60.000") == set()


def test_an_average_over_people_is_one_too() -> None:
    """Where another column counts people, the average of each of them is an average."""
    rows = ("Post;Antal borgere;Udgift pr. borger, kr.", "A;1;100", "B;3;200")
    assert _off(*rows, "Gennemsnit;2;175") == set()
    assert _off(*rows, "Gennemsnit;2;150") == set()
    assert _off(*rows, "Gennemsnit;2;190") == {"r3.c2"}


def test_averages_of_counts_are_rounded() -> None:
    """Counts are whole and their average is not: it may be printed to the unit."""
    rows = ("Post;Før;Efter;Gennemsnit;I alt", "A;1;2;1;3", "B;3;5;4;8", "C;4;4;4;8")
    assert _off(*rows, "Gennemsnit;3;4;3;6") == set()
    assert "r4.c2" in _off(*rows, "Gennemsnit;3;6;3;6")


def test_averages_are_no_parts_of_totals() -> None:
    """A total below an average is the sum of what stands above both."""
    found, _ = _read("Post;Før", "A;2", "B;4", "Gennemsnit;3", "I alt;6")
    assert found["r4.c1"].follows == "r1.c1 + r2.c1"


@given(st.text(max_size=12))
def test_labels_are_compared_in_one_form(label: str) -> None:
    """Normalising twice changes nothing, and neither do case and odd spaces."""
    assert normal(normal(label)) == normal(label)
    assert normal(f"\u00a0{label}\u2009") == normal(label)


# --- commands ------------------------------------------------------------------------------


def test_what_can_be_read_in_two_ways_is_echoed(tmp_path: Path, capsys) -> None:
    """A separator that another country reads otherwise is echoed of tables too, or refused."""
    path = tmp_path / "t.csv"
    path.write_text("Post;Kr.\nA;1.631\nB;2,000\nI alt;1.633\n", "utf-8")
    said = run(capsys, "audit", str(path), "--lang", "en")[1]
    assert "N020 t.csv, line 2: Read «1.631»" in said
    assert "N020 t.csv, line 3: Read «2,000»" in said
    notes = json.loads(run(capsys, "audit", str(path), "--json")[1])["notes"]
    assert [note["read"] for note in notes] == ["1.631", "2,000", "1.633"]
    path.write_text("Post;Kr.\nA;1631.5\n", "utf-8")
    assert "E021" in run(capsys, "audit", str(path))[2]
    head = "figure;value;unit;rounding;source;follows\n"
    path.write_text(head + "a;2;kr;1;p;\nb;2.000;kr;1;p;a * 1.000\n", "utf-8")
    said = run(capsys, "audit", str(path), "--lang", "en")[1]
    assert "Read «1.000». In column 'follows' it was read as Danish: 1000." in said


def test_files_of_any_name_are_told_apart(tmp_path: Path) -> None:
    """Two tables of a folder whose names differ in letters or signs have figures of their own."""
    for name in ("år.csv", "ør.csv", "a b.csv", "a-b.csv"):
        (tmp_path / name).write_text("Post;Før\nA;1\nB;2\nI alt;4\n", "utf-8")
    found = audit_table(read_figures(tmp_path))
    assert {f.figure for f in found.findings} == {
        f"{stem}.r3.c1" for stem in ("år", "ør", "a b", "a-b")
    }
