"""Tables as people save them: separators, encodings, line ends and what nothing reads."""

from __future__ import annotations

from pathlib import Path

import pytest

import gevinst as gv
from gevinst.files.separated import read_csv
from gevinst.text.problems import Problems
from tests.conftest import cell

FIRST = "intervention;cash_benefit;14;4;5;memo, tabel 1"


def test_tables_from_a_spreadsheet(folder: Path) -> None:
    """Empty cells after the header, and a first line that names the separator, change nothing."""
    path = folder / "counts.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("sep=;\n" + "".join(f"{line};;\n" for line in lines), "utf-8")
    study, problems = gv.check(folder)
    assert study is not None
    assert study.hash == gv.load("ishoj-smc").hash
    assert not [p for p in problems if p.severity == "warning"]
    cell("counts.csv", ";14;", ";-14;")(folder)
    assert [p.line for p in gv.check(folder)[1].errors if p.code == "E022"] == [3]


def test_line_ends_within_cells(folder: Path) -> None:
    """A line end within quotes and a line separator are text; later rows keep their lines."""
    said = "memo,\u2028tabel\n1"
    cell("counts.csv", FIRST, FIRST.replace("memo, tabel 1", f'"{said}"'))(folder)
    problems = Problems()
    table = read_csv(folder / "counts.csv", problems)
    rows = table.rows(("arm", "status", "0", "1", "1.5", "source"))
    assert not problems
    assert rows[0].text("source") == said
    assert [row.line for row in rows[:3]] == [2, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_encodings(folder: Path, encoding: str) -> None:
    """A mark before utf-8 is nothing; cp1252 is read and noted; the study is the same."""
    for path in folder.iterdir():
        if path.suffix == ".csv":
            path.write_bytes(path.read_text("utf-8").encode(encoding))
    study, problems = gv.check(folder)
    assert study is not None
    assert study.hash == gv.load("ishoj-smc").hash
    assert any(p.code == "N006" for p in problems) == (encoding == "cp1252")


def test_misspelt_keys_and_columns_are_warned_about(folder: Path) -> None:
    """A key or column nothing reads is a warning that lists those there are."""
    cell("study.toml", "lost = true", "lost = true\nlots = true")(folder)
    cell("counts.csv", "arm;status;0;1;1.5;source", "arm;status;0;1;1.5;source;remark")(folder)
    study, problems = gv.check(folder)
    assert study is not None
    assert {p.code for p in problems if p.severity == "warning"} == {"W011", "W053"}


def test_misspelt_keys_stand_in_the_order_of_the_file(folder: Path) -> None:
    """Several keys that nothing reads are named as they stand, the same in every run."""
    names = [f"z{letter}" for letter in "hbfdgaec"]
    keys = "\n".join(f"{name} = 1" for name in names)
    cell("study.toml", "lost = true", f"lost = true\n{keys}")(folder)
    assert [p.read for p in gv.check(folder)[1] if p.code == "W053"] == names
