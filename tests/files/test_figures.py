"""Tables of figures: printed ones with their totals, and those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

import gevinst as gv
from gevinst.files.bare.figures import read_figures
from gevinst.study.claims import Published


def _figures(tmp_path: Path, text: str) -> dict[str, Published]:
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    return {figure.id: figure for figure in read_figures(path)}


@pytest.mark.parametrize(
    ("of", "value", "code"),
    [
        ("0", "50", "E069"),
        ("2,5", "50", "E069"),
        ("46", "101", "E073"),
        ("46", "-1", "E073"),
    ],
)
def test_percentages_of_people(tmp_path: Path, of: str, value: str, code: str) -> None:
    """A percentage of people lies between 0 and 100, and those asked are whole people."""
    path = tmp_path / "t.csv"
    path.write_text(f"figure;value;unit;rounding;source;of\na;{value};pct;1;p. 1;{of}\n", "utf-8")
    with pytest.raises(gv.StudyError, match=f"{code} t.csv, line 2"):
        read_figures(path)


def test_what_a_printed_total_is_the_sum_of(tmp_path: Path) -> None:
    """Columns that are called a total, rows that begin so; no parts of parts, people or shares."""
    found = _figures(
        tmp_path,
        "Post;Antal borgere;Samlet udgift start;Andel pct.;Kommune;Stat;I alt (kr.)\n"
        "A;3;100;40;1 000;2.000;3.000\n"
        "- heraf løn;1;10;;500;;\n"
        "Løn i alt for B;4;200;60;;10,5;–\n"
        "I alt udgifter;7;300;100;1.000;2.010,5;3.010,5\n",
    )
    follows = {name: figure.follows for name, figure in found.items() if figure.follows}
    assert follows == {
        "r1.c6": "r1.c2 + r1.c4 + r1.c5",
        "r4.c1": "r1.c1 + r3.c1",
        "r4.c2": "r1.c2 + r3.c2",
        "r4.c3": "r1.c3 + r3.c3",
        "r4.c5": "r1.c5 + r3.c5",
        "r4.c6": "r4.c2 + r4.c4 + r4.c5",
    }
    assert found["r1.c4"].value == 1000.0
    assert [found[name].rounding for name in ("r1.c1", "r1.c2", "r3.c5")] == [0.0, 1.0, 0.1]


@pytest.mark.parametrize("text", ["\ufeff", "sep=;\n"])
def test_a_table_without_a_header(tmp_path: Path, text: str) -> None:
    """A file that holds a mark or a separator and no more holds no rows."""
    with pytest.raises(gv.StudyError, match=r"E005 table.csv"):
        _figures(tmp_path, text)


def test_people_add_up_to_people(tmp_path: Path) -> None:
    """Where every column counts people, so does their total."""
    found = _figures(tmp_path, "Post;Antal mænd;Antal kvinder;Total\nA;3;4;7\n")
    assert found["r1.c3"].follows == "r1.c1 + r1.c2"


@pytest.mark.parametrize("cell", ["(5)", "12 03", "ca. 5", "kr.", "9" * 400])
def test_a_printed_cell_that_is_no_number(tmp_path: Path, cell: str) -> None:
    """A cell that holds something and no number is an error; a dash or nothing is none."""
    with pytest.raises(gv.StudyError, match=r"E020 table.csv, line 3:.*'År 2'"):
        _figures(tmp_path, f"Post;År 1;År 2\nA;-;–\nB;;{cell}\n")


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    """An English decimal or an unknown figure in a table is an error with its line."""
    path = tmp_path / "t.csv"
    path.write_text("Post;Kr\nA;1631.5\n", "utf-8")
    with pytest.raises(gv.StudyError, match=r"E021 t.csv, line 2"):
        read_figures(path)
    path.write_text("figure;value;unit;rounding;source;follows\na;1;kr;1;p. 1;b + 1\n", "utf-8")
    with pytest.raises(gv.StudyError, match=r"E030 t.csv, line 2: Read «b»"):
        read_figures(path)
    path.write_text("figure;value;unit;rounding;source;follows\na;1;kr;1;p. 1;1 +\n", "utf-8")
    with pytest.raises(gv.StudyError, match=r"E065"):
        read_figures(path)
