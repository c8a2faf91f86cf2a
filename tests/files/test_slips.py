"""Typical slips of those who fill in a study: each is recognised, and said once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import gevinst as gv
from gevinst.cli.main import main
from gevinst.text.language import language
from tests.conftest import person_rows, to_csv

Rows = list[list[str]]


def _rows(change: Callable[[Rows], Rows], file: str = "counts.csv") -> Callable[[Path], None]:
    def slip(folder: Path) -> None:
        path = folder / file
        rows = change([line.split(";") for line in path.read_text("utf-8").splitlines()])
        path.write_text("\n".join(";".join(row) for row in rows), "utf-8")

    return slip


def _swapped(one: str, other: str) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        i, j = rows[0].index(one), rows[0].index(other)
        for row in rows[1:]:
            row[i], row[j] = row[j], row[i]
        return rows

    return change


def _counts(write: Callable[[float], str]) -> Callable[[Rows], Rows]:
    """Write each count as its share of those of its arm and time."""

    def change(rows: Rows) -> Rows:
        sizes = {"intervention": 28, "control": 26}
        for row in rows[1:]:
            row[2:5] = [write(int(cell) / sizes[row[0]]) for cell in row[2:5]]
        return rows

    return change


def _pasted(rows: Rows) -> Rows:
    return [rows[0], *(["\t".join(row)] for row in rows[1:])]


def _persons_swapped(folder: Path) -> None:
    frame = person_rows(gv.load("ishoj-smc"))
    frame = frame.rename(columns={"arm": "0", "0": "arm"})
    to_csv(frame, folder)


SLIPS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "title": (_rows(lambda rows: [["Borgere", "", "", "", "", ""], *rows]), "E142", "line 2"),
    "merged": (_rows(lambda rows: [["", "", "antal", "", "", ""], *rows]), "E142", "line 2"),
    "pasted": (_rows(_pasted), "E173", "the same sign"),
    "percent": (_rows(_counts(lambda share: f"{100 * share:.0f}")), "E171", "100"),
    "decimals": (_rows(_counts(lambda share: f"{100 * share:.1f}".replace(".", ","))), "E171", "1"),
    "shares": (_rows(_counts(lambda share: f"{share:.3f}".replace(".", ","))), "E171", "«"),
    "arm and status": (_rows(_swapped("arm", "status")), "E170", "'arm' and 'status'"),
    "kr and unit": (_rows(_swapped("kr", "unit"), "rates.csv"), "E170", "'kr' and 'unit'"),
    "status and rate": (_rows(_swapped("status", "rate"), "prices.csv"), "E170", "'rate'"),
    "item and arm": (_rows(_swapped("item", "arm"), "activity.csv"), "E170", "'item' and 'arm'"),
    "amount and unit": (_rows(_swapped("amount", "unit"), "lines.csv"), "E170", "'unit'"),
    "person rows": (_persons_swapped, "E170", "'arm' and '0'"),
    **{
        name: (
            _rows(lambda rows, name=name: [*rows, ["control", name, "26", "26", "26", "memo"]]),
            "E174",
            "Leave total rows out",
        )
        for name in ("I alt", "Total", "total", "Samlet", "Sum", "In all")
    },
    **{
        read: (
            _rows(lambda rows, read=read: [rows[0], [*rows[1][:2], read, *rows[1][3:]], *rows[2:]]),
            "E172",
            "or <5",
        )
        for read in ("ca. 14", "14 borgere", "~14", "14-", "15-14", "under 5")
    },
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_recognised_and_said_once(folder: Path, slip: str) -> None:
    """One error, of that code, in both languages; nothing else is said of it."""
    make, code, says = SLIPS[slip]
    make(folder)
    study, problems = gv.check(folder)
    assert study is None
    first = next(p for p in problems.errors if p.code != "E107")
    others = [p for p in problems.errors if p.code != "E107"]
    assert [(p.code, says in p.say()) for p in others] == [(code, True)]
    assert first.say("da") != first.say("en")


TABLES = {"ishoj-smc": 6, "gladsaxe": 3}
"""Bundled studies, and how many tables each has."""

WHOLE: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_text("", "utf-8"),
    "header alone": lambda path: path.write_text(path.read_text("utf-8").split("\n")[0], "utf-8"),
    "packed": lambda path: path.write_bytes(b"PK\x03\x04\x14\x00"),
    "title": lambda path: path.write_text("Title\n" + path.read_text("utf-8"), "utf-8"),
    "no column": lambda path: path.write_text(
        re.sub("source|question", "sauce", path.read_text("utf-8"), count=1), "utf-8"
    ),
    "pasted": lambda path: _rows(_pasted, path.name)(path.parent),
    "quotation mark": lambda path: path.write_text(path.read_text("utf-8") + '\n"', "utf-8"),
}
"""What makes a whole table unreadable."""


@pytest.mark.parametrize("fault", WHOLE)
@pytest.mark.parametrize("name", TABLES)
def test_nothing_follows_from_a_table_that_cannot_be_read(
    tmp_path: Path, name: str, fault: str
) -> None:
    """Whatever ails a whole table is said of it, and no other table is held against it."""
    tables = [path.name for path in gv.bundled()[name].glob("*.csv")]
    assert len(tables) == TABLES[name]
    for table in tables:
        folder = tmp_path / table
        shutil.copytree(gv.bundled()[name], folder)
        WHOLE[fault](folder / table)
        errors = gv.check(folder)[1].errors
        assert {p.file for p in errors} <= {table}, [p.say() for p in errors]
        assert len(errors) == 1 or (table, fault) == ("published.csv", "missing")


def test_tabs_are_read(folder: Path) -> None:
    """A whole table pasted from a spreadsheet, with tabs, is the table."""
    before = gv.read(folder).hash
    path = folder / "counts.csv"
    path.write_text(path.read_text("utf-8").replace(";", "\t"), "utf-8")
    assert gv.read(folder).hash == before


def test_frames_have_the_slips_of_files() -> None:
    """Swapped columns of a data frame are named as in a file."""
    study = gv.load("ishoj-smc")
    frame = person_rows(study).rename(columns={"arm": "0", "0": "arm"})
    with pytest.raises(gv.StudyError, match=r"E170 frame: .*'arm' and '0'") as caught:
        gv.from_persons(frame, study)
    assert len(caught.value.problems) == 1


def test_times_in_another_order_are_said_by_check(folder: Path, capsys) -> None:
    """Where 1 and 1.5 years stand for each other, the headline is named first of what is wrong.

    Where they stand right nothing is said to be wrong with it.
    """
    says, headline = language("en")("check.not_rebuilt"), "The printed headline cannot be rebuilt"
    path = folder / "counts.csv"
    text = path.read_text("utf-8")
    for times in (";0;1;1.5;", ";0;1.5;1;"):
        path.write_text(text.replace(";0;1;1.5;", times), "utf-8")
        assert main(["check", str(folder), "--lang", "en"]) == 0
        out = capsys.readouterr().out
        lines = out.splitlines()
        if times == ";0;1;1.5;":
            assert headline not in out
            assert "1,631" not in out
            continue
        first = lines[lines.index(says) + 1]
        assert headline in first
        assert "1,631" in first
        assert out.count(headline) == 1


def test_a_path_that_is_no_study_says_what_it_is(folder: Path, tmp_path: Path, monkeypatch) -> None:
    """A workbook, a table, a folder of something else and nothing at all are told apart."""
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foo.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "foo.txt").write_text("x", "utf-8")
    (tmp_path / "other").mkdir()
    for path, code, says in (
        (folder / "counts.csv", "E176", str(folder)),
        ("foo.xlsx", "E350", "no workbook"),
        ("foo.txt", "E177", "gevinst new"),
        (tmp_path / "other", "E175", "no study.toml"),
        ("bar.xlsx", "E179", "nothing at that path"),
        ("no/such", "E179", "nothing at that path"),
        ("~/nothing", "E179", "nothing at that path"),
        ("~nobody-of-that-name/x", "E179", "nothing at that path"),
        ("ishoj", "E001", "do you mean"),
    ):
        problems = gv.check(path)[1]
        assert [(p.code, says in p.say()) for p in problems] == [(code, True)], path
    assert gv.check(f"~/{folder.name}")[0] is not None
    assert gv.check(folder / "study.toml")[0] is not None


def test_a_workbook_is_no_text(folder: Path) -> None:
    """A packed file where a table should be is named as one, in a folder and read alone."""
    (folder / "rates.csv").write_bytes(b"PK\x03\x04\x14\x00")
    assert "E178" in [p.code for p in gv.check(folder)[1]]
    with pytest.raises(gv.StudyError, match="E178"):
        gv.read_persons(folder / "rates.csv", gv.load("ishoj-smc"))


def test_columns_that_could_be_either_are_not_swapped() -> None:
    """Where each cell could stand in either column, nothing is said."""
    frame = pd.DataFrame({"arm": ["a", "b"], "x": ["b", "a"]})
    from gevinst.files.container import Frames
    from gevinst.text.problems import Problems

    problems = Problems()
    table = Frames({"t": frame}, problems).needed("t")
    either = {"arm": ("a", "b").__contains__, "x": ("a", "b").__contains__}
    assert len(table.rows(("arm", "x"), (), (), either)) == 2
    assert problems == []
