"""What Excel does to cells, and what people do to sheets: read, or refused with its cell."""

from __future__ import annotations

import datetime
import re
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

import gevinst as gv
from gevinst.cli.main import main
from gevinst.files.studies import check
from gevinst.text.language import LANGUAGES, language
from tests.files.workbook import Change, as_workbook, cells, edited

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

HASH = "3c4dd052"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled study as a workbook in Danish."""
    return as_workbook(gv.load("ishoj-smc"), tmp_path_factory.mktemp("book") / "ishoj.xlsx")


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copy(made, tmp_path / "ishoj.xlsx"))


def _many(*changes: Change) -> Change:
    return lambda book: [change(book) for change in changes]


def _percent(place: str, value: float, shown: str, sheet: str = "Antal") -> Change:
    def change(book: Any) -> None:
        book[sheet][place] = value
        book[sheet][place].number_format = shown

    return change


def _swapped(sheet: str, one: str, other: str) -> Change:
    def change(book: Any) -> None:
        for row in range(6, 40):
            a, b = book[sheet][f"{one}{row}"], book[sheet][f"{other}{row}"]
            a.value, b.value = b.value, a.value

    return change


def _as_percent(book: Any) -> None:
    sheet = book["Antal"]
    for column, size in zip("BCDFGH", (28,) * 3 + (26,) * 3, strict=True):
        for row in range(6, 20):
            if sheet[f"{column}{row}"].value is not None:
                sheet[f"{column}{row}"] = round(100 * sheet[f"{column}{row}"].value / size)


def _twice(book: Any) -> None:
    book.create_sheet("Counts")["A1"] = "Status"


def _long(rows: Any) -> Change:
    """Put rows as of counts.csv in the place of the grid."""

    def change(book: Any) -> None:
        del book["Antal"]
        sheet = book.create_sheet("Antal")
        for row in rows:
            sheet.append(row)

    return change


def _of_counts(arm: int = 0, status: int = 1) -> list[list[object]]:
    text = (gv.bundled()["ishoj-smc"] / "counts.csv").read_text("utf-8")
    rows: list[list[Any]] = [line.split(";") for line in text.splitlines()]
    for row in rows[1:]:
        row[arm], row[status] = row[0], row[1]
        row[2:5] = [int(cell) for cell in row[2:5]]
    return rows


WRONG: dict[str, tuple[Change, str, str]] = {
    "formula": (cells("Antal", {"B6": "=7+7"}), "E354", "Antal!B6"),
    "formula in a setting": (cells("Start", {"B18": "=1+1"}), "E354", "Start!B18"),
    "error": (cells("Satser", {"B6": "#REF!"}), "E355", "Satser!B6"),
    "date": (cells("Antal", {"C7": datetime.datetime(2026, 5, 3)}), "E356", "Antal!C7"),
    "percent": (_percent("D6", 2_300_000, "0%", "Beløb"), "E357", "Beløb!D6"),
    "merged": (lambda book: book["Antal"].merge_cells("A6:A7"), "E358", "Antal!A6"),
    "true": (cells("Antal", {"C7": True}), "E359", "Antal!C7"),
    "misspelt header": (cells("Antal", {"B5": "Indsatsen: ved start"}), "E360", "Antal!B5"),
    "group twice": (cells("Statusgrupper", {"D7": "cash_benefit_all"}), "E361", "Statusgrupper!D7"),
    "field twice": (
        cells("Flere indstillinger", {"A40": "price_year", "B40": 2019}),
        "E361",
        "Flere indstillinger!B40",
    ),
    "path through a value": (
        cells("Flere indstillinger", {"A40": "id.x", "B40": 1}),
        "E362",
        "Flere indstillinger!B40",
    ),
    "sheet twice": (_twice, "E353", "ishoj.xlsx"),
    "total row": (
        cells("Antal", {"A30": "I alt", "B30": 28, "C30": 28, "D30": 28, "F30": 26}),
        "E174",
        "Antal!A30",
    ),
    "ca.": (cells("Antal", {"B6": "ca. 15"}), "E172", "Antal!B6"),
    "percent as counts": (_as_percent, "E171", "Antal"),
    "pasted with tabs": (cells("Antal", {"A30": "Kontanthjælp\t14\t4\t5\t15\t12"}), "E173", "A30"),
    "swapped columns": (_swapped("Satser", "B", "C"), "E170", "Satser"),
    "arm and status": (_long(_of_counts(arm=1, status=0)), "E170", "Antal"),
    "a count that does not close": (cells("Antal", {"G6": 99}), "E040", "Antal!G5"),
    "negative": (cells("Satser", {"B6": -1}), "E022", "Satser!B6"),
    "unit": (cells("Satser", {"C6": "kr/uge"}), "E030", "Satser!C6"),
    "number in English": (cells("Satser", {"B6": "12031.5"}), "E021", "Satser!B6"),
    "no source": (cells("Satser", {"J6": None}), "E014", "Satser!J6"),
    "analysed in words": (cells("Grupper", {"D6": "femten"}), "E020", "Grupper!D6"),
    "no group": (cells("Grupper", {"C6": None}), "E050", "Grupper!C6"),
    "no time convention": (cells("Start", {"B26": "årligt"}), "E030", "Start!B26"),
    "empty sheet": (lambda book: book["Satser"].delete_rows(6, 60), "E003", "Satser"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_slip_is_said_once_at_its_cell(book: Path, name: str) -> None:
    """One error, of that code, at that place, in both languages; no traceback."""
    change, code, place = WRONG[name]
    problems = check(edited(book, change))[1]
    errors = problems.errors
    assert [problem.code for problem in errors] == [code], [p.say() for p in problems.errors]
    for lang in LANGUAGES:
        assert place in errors[0].say(lang)
    assert problems.language == "da"


SAID: dict[str, tuple[Change, str, str]] = {
    "title": (lambda book: book["Satser"].insert_rows(1), "N353", "Satser!A2"),
    "hidden row": (lambda book: _hide(book["Antal"].row_dimensions[6]), "N351", "6:6"),
    "hidden column": (lambda book: _hide(book["Antal"].column_dimensions["C"]), "N351", "C:C"),
    "hidden sheet": (lambda book: setattr(book["Satser"], "sheet_state", "hidden"), "N352", "Sats"),
    "extra sheet": (lambda book: cells_of(book.create_sheet("Mine noter")), "N354", "Mine noter"),
    "far below": (cells("Antal", {"A900": "Kontanthjælp"}), "W350", "Antal!A900"),
    "no header": (cells("Antal", {"AZ8": "se her"}), "W351", "Antal!AZ8"),
    "newer": (lambda book: cells_of(book["gevinst"], "B1", 99), "W352", "99"),
    "text number": (cells("Satser", {"B6": "144372,810"}), "N020", "Satser!B6"),
}


def _hide(dimension: Any) -> None:
    dimension.hidden = True


def cells_of(sheet: Any, place: str = "A1", value: object = "x") -> None:
    """Put something into a sheet."""
    sheet[place] = value


@pytest.mark.parametrize("name", SAID)
def test_what_can_be_read_is_read_and_said(book: Path, name: str) -> None:
    """The study is the same, and one message says what was odd."""
    change, code, says = SAID[name]
    study, problems = check(edited(book, change))
    assert study is not None, [p.say() for p in problems.errors]
    assert study.hash.startswith(HASH)
    said = [problem.say("en") for problem in problems]
    assert [problem.code for problem in problems] == [code], said
    assert says in said[0]


def test_a_count_shown_as_a_percentage_is_one(book: Path) -> None:
    """14 of 28 shown as 50.0 % are the counts that are printed so; as 49.0 % there is none."""
    assert gv.read(edited(book, _percent("B6", 0.5, "0.0%"))).hash.startswith(HASH)
    problems = check(edited(book, _percent("B6", 0.49, "0.0%")))[1]
    assert [(problem.code, problem.read) for problem in problems] == [("E280", "49,0 %")]


def test_counts_can_stand_as_in_a_file(book: Path) -> None:
    """Rows per group and status, from row 1, as counts.csv has them."""
    study, problems = check(edited(book, _long(_of_counts())))
    assert study is not None, [p.say() for p in problems]
    assert study.hash.startswith(HASH)


def test_times_in_another_order_are_said_by_check(book: Path, capsys: Any) -> None:
    """Where two times stand for each other the headline is named first of what is wrong."""

    def swap(workbook: Any) -> None:
        sheet = workbook["Antal"]
        for one, other in (("C5", "D5"), ("G5", "H5")):
            sheet[one].value, sheet[other].value = sheet[other].value, sheet[one].value

    assert main(["check", str(edited(book, swap)), "--lang", "da"]) == 0
    lines = capsys.readouterr().out.splitlines()
    first = lines[lines.index(language("da")("check.not_rebuilt")) + 1]
    assert "Det trykte hovedtal kan ikke genberegnes" in first


def test_a_million_empty_rows_cost_nothing(book: Path, tmp_path: Path) -> None:
    """Formatted rows below the last are not gone through, nor said: nothing stands in them."""
    large = tmp_path / "large.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as new:
        names = re.findall(r'name="([^"]+)" sheetId="(\d+)"', old.read("xl/workbook.xml").decode())
        part = f"xl/worksheets/sheet{dict(names)['Antal']}.xml"
        rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(300, 400_000))
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                content = content.replace(b"</sheetData>", f"{rows}</sheetData>".encode())
            new.writestr(name, content)
    began = time.process_time()
    study, problems = check(large)
    assert time.process_time() - began < 6.0
    assert study is not None
    assert [problem.code for problem in problems] == []


NO_BOOK = {
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old"),
    "locked.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "macros.xlsm": (b"PK\x03\x04", "macro"),
    "calc.ods": (b"PK\x03\x04", "other"),
    "csv.xlsx": (b"status;start\nx;1\n", "text"),
    "empty.xlsx": (b"", "empty"),
    "broken.xlsx": (b"PK\x03\x04" + b"\0" * 50, "broken"),
    "~$ishoj.xlsx": (b"\x05Bo", "lock"),
}


@pytest.mark.parametrize("name", NO_BOOK)
def test_what_is_no_workbook_says_what_it_is(tmp_path: Path, name: str) -> None:
    """Each kind of file is named, with what to give in its place."""
    content, kind = NO_BOOK[name]
    (tmp_path / name).write_bytes(content)
    study, problems = check(tmp_path / name)
    assert study is None
    assert [problem.code for problem in problems] == ["E350"]
    for lang in LANGUAGES:
        said = problems[0].say(lang)
        assert language(lang)(f"workbook.kind.{kind}") in said
        assert ".xlsx" in said


def test_every_truncated_workbook_is_refused(made: Path, tmp_path: Path) -> None:
    """Wherever the file ends, or a byte of it is otherwise, there is a message and no traceback."""
    raw = made.read_bytes()
    for end in range(0, len(raw), len(raw) // 12):
        (tmp_path / "x.xlsx").write_bytes(raw[:end])
        assert [p.code for p in check(tmp_path / "x.xlsx")[1]] == ["E350"]
    for at in range(40, len(raw), len(raw) // 25):
        (tmp_path / "x.xlsx").write_bytes(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :])
        check(tmp_path / "x.xlsx")


def test_a_workbook_without_our_sheets(tmp_path: Path) -> None:
    """Another workbook says which sheets it has and how to begin."""
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "Budget"
    book.active.title = "Ark1"
    book.save(tmp_path / "x.xlsx")
    problems = check(tmp_path / "x.xlsx")[1]
    assert [(p.code, p.read) for p in problems] == [("E352", "Ark1")]
    assert "gevinst new" in problems[0].say()


def test_a_workbook_that_is_open(book: Path) -> None:
    """Excel's lock file beside it is said: what was saved is what is read."""
    book.with_name(f"~${book.name}").write_bytes(b"x")
    study, problems = check(book)
    assert study is not None
    assert [problem.code for problem in problems] == ["N350"]


def test_too_large_a_part(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that would fill memory is not unpacked."""
    from gevinst.files.workbook import cells as opened

    monkeypatch.setattr(opened, "LARGEST", 1000)
    assert [problem.code for problem in check(book)[1]] == ["E351"]


def test_an_older_template(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read, and a note says how to move on."""
    from gevinst.files.workbook import read

    monkeypatch.setattr(read, "VERSION", 2)
    study, problems = check(book)
    assert study is not None
    assert [problem.code for problem in problems] == ["N355"]


def test_every_code_of_workbooks_is_tested() -> None:
    """Each code that reading a workbook can say stands in a test here."""
    room = Path(gv.__file__).parent / "files" / "workbook"
    code = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    own = set(re.findall(r'"([EWN]3[5-9]\d)"', code))
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("*.py"))
    assert own - set(re.findall(r'"([EWN]3[5-9]\d)"', tests)) == set()
