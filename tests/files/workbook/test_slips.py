"""Slips of an evaluator in a workbook that a script fills in: each is one message, at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import gevinst as gv
from gevinst.cli.main import main
from gevinst.files.studies import check
from gevinst.files.workbook.followed import followed, following, follows
from gevinst.files.workbook.sheets import LISTS, MORE, START, TABLES, list_key, sheet_name
from gevinst.files.written.new import write_new
from gevinst.text.language import LANGUAGES, language
from tests.files.workbook import Change, cells

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

ROWS: dict[str, Mapping[str, Sequence[Sequence[object]]]] = {
    "da": {
        "Grupper": [
            ["Indsats", None, 21, 20, "rapporten, side 3"],
            ["Kontrol", None, 18, 18, "rapporten, side 3"],
        ],
        "Tidspunkter": [["ved start"], ["efter 1 år"]],
        "Statusser": [["Kontanthjælp"], ["Job"], ["Fraflyttet", None, "ja"]],
        "Antal": [
            ["Kontanthjælp", 18, 9, None, None, None, 16, 12],
            ["Job", 2, 10, None, None, None, 2, 6],
            ["Fraflyttet", None, 1],
        ],
        "Satser": [
            *(
                ["Kontanthjælp", 12500, "kr/måned", "gamma", 0.1, None, None, "Udgiftssatser"],
                ["Job", 0, "kr/måned", "fast", None, None, None, None],
                ["Fraflyttet", 0, "kr/måned", "fast", None, None, None, None],
            ),
        ],
        "Beløb": [
            [
                *("Indsats", "Indsatsen", "ved start", 300000, "kr", "hele gruppen", "jævn", None),
                *(250000, 350000, "Investeringens afrunding", "afrunding", "rapporten, side 4"),
            ]
        ],
        "Start": [["Mentorer", 2024, "Indsats", "Kontrol"]],
    },
    "en": {
        "Groups": [
            ["Programme", None, 21, 20, "report, page 3"],
            ["Control", None, 18, 18, "report, page 3"],
        ],
        "Times": [["at start"], ["after 1 year"]],
        "Statuses": [["Cash benefit"], ["Job"], ["Moved", None, "yes"]],
        "Counts": [
            ["Cash benefit", 18, 9, None, None, None, 16, 12],
            ["Job", 2, 10, None, None, None, 2, 6],
            ["Moved", None, 1],
        ],
        "Rates": [
            ["Cash benefit", 12500, "kr/month", "gamma", 0.1, None, None, "Cost rates"],
            ["Job", 0, "kr/month", "fixed", None, None, None, None],
            ["Moved", 0, "kr/month", "fixed", None, None, None, None],
        ],
        "Amounts": [
            [
                *("Programme", "The intervention", "at start", 300000, "kr", "the whole group"),
                *("uniform", None, 250000, 350000, "The investment's rounding", "rounding", "p. 4"),
            ]
        ],
        "Start": [["Mentors", 2024, "Programme", "Control"]],
    },
}
"""A small evaluation: what is typed in each sheet, and in the fields of the first."""

FIELDS = {
    "da": ("Titel", "Prisår", "Gruppen, der fik indsatsen", "Gruppen, der sammenlignes med"),
    "en": (
        *("Title", "Price year"),
        *("The group that got the intervention", "The group it is compared with"),
    ),
}
REASONS = {"da": ("gennemsnit", "kendt", "kendt"), "en": ("average", "known", "known")}


def typed(path: Path, lang: str) -> Path:
    """Type it into a new workbook with a program that calculates no formula."""
    write_new(path, language(lang))
    book = load_workbook(path)
    for name, rows in ROWS[lang].items():
        sheet = book[name]
        if name == "Start":
            places = {row[0].value: row[0].row for row in sheet["A1:A60"]}
            for field, value in zip(FIELDS[lang], rows[0], strict=True):
                sheet.cell(places[field], 2).value = value
            continue
        for line, (row, values) in enumerate(enumerate(rows, 6)):
            more = [REASONS[lang][line], "p. 5"] if name in ("Satser", "Rates") else []
            for column, value in enumerate([*values, *more], 1):
                sheet.cell(row, column).value = value
    book.save(path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evaluation in Danish, never opened in a spreadsheet."""
    return typed(tmp_path_factory.mktemp("typed") / "mentorer.xlsx", "da")


def _said(path: Path, change: Change, into: Path) -> list[gv.Problem]:
    book = load_workbook(path)
    change(book)
    book.save(into)
    return list(check(into)[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_that_no_spreadsheet_opened(tmp_path: Path, lang: str) -> None:
    """Headers that follow the lists are understood; the answer is that of hand calculation."""
    study, problems = check(typed(tmp_path / "x.xlsx", lang))
    assert study is not None, [problem.say() for problem in problems]
    assert [problem.code for problem in problems] == []
    assert problems.language == lang
    by_hand = ((18 - 9) * 150_000 - 300_000) / 20 - (16 - 12) * 150_000 / 18
    assert gv.gain(study).difference == pytest.approx(by_hand)


def test_formulas_of_headers() -> None:
    """One that follows the lists is calculated as a spreadsheet does, whatever its sheet's name."""
    texts = {"A6": "Mentors", "A7": "12", "A8": ""}

    def text(sheet: str, column: str, row: int) -> str:
        assert sheet in ("Groups", "Tom's list")
        return texts[f"{column}{row}"]

    for one in ("Groups!$A$6", "'Groups'!A6", "'Tom''s list'!$A$6"):
        assert followed(following(one, "Groups!$A$7"), text) == "Mentors: 12"
        assert followed(following(one, "Groups!$A$8"), text) == "–"
        assert followed(following(one, after=": dropouts"), text) == "Mentors: dropouts"
        assert followed(following(one, after=""), text) == "Mentors"
    for other in ('=IF(A1="","–",B2)', "=Groups!$A$6", '=IF(Groups!A6="",1,Groups!A6)', "x", 7):
        assert not follows(other)


def _renamed(sheet: str, name: str) -> Change:
    return lambda book: setattr(book[sheet], "title", name)


def _emptied(*sheets: str) -> Change:
    def change(book: Any) -> None:
        for name in sheets:
            for row in book[name].iter_rows(min_row=6):
                for cell in row:
                    cell.value = None

    return change


SLIPS: dict[str, tuple[Change, str, str, str]] = {
    "status twice": (cells("Statusser", {"A9": "Job"}), "E361", "Statusser!A9", "Statusser!A7"),
    "group twice": (cells("Grupper", {"A7": "Indsats"}), "E361", "Grupper!A7", "Grupper!A6"),
    "status called as an item": (
        cells("Statusser", {"A9": "Indsatsen"}),
        *("E013", "Poster!A6", "Statusser!A9"),
    ),
    "no title": (cells("Start", {"B19": None}), "E052", "Start!B19", "'Titel'"),
    "no price year": (cells("Start", {"B23": None}), "E050", "Start!B23", "'Prisår'"),
    "price year in words": (cells("Start", {"B23": "i år"}), "E020", "Start!B23", "'Prisår'"),
    "no comparison": (
        cells("Start", {"B25": None, "B26": None}),
        *("E190", "Start!B25", "Indsats, Kontrol"),
    ),
    "language": (cells("Start", {"B22": "svensk"}), "E030", "Start!B22", "dansk, engelsk"),
    "rates renamed": (_renamed("Satser", "Takster"), "E364", "Takster!A1", "'Satser'"),
    "counts renamed": (_renamed("Antal", "Tal"), "E364", "Tal!A1", "'Antal'"),
    "published renamed": (_renamed("Offentliggjort", "P"), "E364", "P!A1", "'Offentliggjort'"),
    "first sheet renamed": (_renamed("Start", "Forside"), "E364", "Forside!A1", "'Start'"),
    "reasons renamed": (_renamed("Begrundelser", "Hvorfor"), "E364", "Hvorfor!A1", "Begrundelser"),
    "rates deleted": (
        lambda book: book.remove(book["Satser"]),
        "E365",
        "Satser",
        "`gevinst new NY.xlsx`",
    ),
    "groups deleted": (lambda book: book.remove(book["Grupper"]), "E365", "Grupper", "gevinst"),
    "rates empty": (_emptied("Satser"), "E003", "Satser!A6", "tomt"),
    "statuses empty": (_emptied("Statusser"), "E003", "Statusser!A6", "tomt"),
    "groups empty": (_emptied("Grupper"), "E050", "Grupper!A6", "'Gruppe'"),
    "law": (cells("Satser", {"D6": "gama"}), "E030", "Satser!D6", "gamma"),
    "law of what is fixed": (cells("Satser", {"D7": "fst"}), "E030", "Satser!D7", "fast"),
    "formula": (cells("Satser", {"B6": "=1000*12"}), "E354", "Satser!B6", "=1000*12"),
    "formula in a header": (cells("Antal", {"B5": "=Grupper!A6"}), "E354", "Antal!B5", "Formlen"),
    "rate misspelt": (cells("Satser", {"A6": "Kontanthjelp"}), "E368", "Satser!A6", "Kontanthjælp"),
    "other word": (cells("Satser", {"A8": "Væk"}), "E368", "Satser!A8", "'Fraflyttet'"),
    "no rate": (
        cells("Satser", dict.fromkeys(("A8", "B8", "C8", "D8", "I8", "J8"))),
        *("E041", "Satser!A5", "Indsats"),
    ),
    "dash": (cells("Antal", {"C8": "-"}), "E366", "Antal!C8", "0"),
    "dots": (cells("Antal", {"C8": ".."}), "E366", "Antal!C8", "<5"),
    "half a citizen": (cells("Antal", {"B6": 18.5}), "E023", "Antal!B6", "«18,5»"),
    "half a group": (cells("Grupper", {"D6": 20.5}), "E023", "Grupper!D6", "'I beregningen'"),
    "more than there were": (cells("Grupper", {"C6": 19}), "E055", "Grupper!D6", "i beregningen"),
    "yes in another word": (cells("Statusser", {"C8": "x"}), "E030", "Statusser!C8", "ja, nej"),
    "column": (cells("Satser", {"J5": "Henvisning"}), "E010", "Satser!J5", "'Kilde'"),
    "range": (cells("Beløb", {"I6": 9e5, "J6": 1}), "E046", "Beløb!I6", "laveste"),
    "setting": (
        cells("Flere indstillinger", {"A3": "sources.missing.dropuots", "B3": "worst"}),
        *("E080", "Flere indstillinger!A3", "dropouts"),
    ),
    "value of a setting": (
        cells("Flere indstillinger", {"A3": "sources.missing.dropouts", "B3": "wurst"}),
        *("E080", "Flere indstillinger!B3", "worst"),
    ),
    "years": (cells("Tidspunkter", {"C6": 1, "C7": 0}), "E068", "Tidspunkter!C7", "«0»"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_one_slip_is_one_message(made: Path, tmp_path: Path, name: str) -> None:
    """With its cell, in the workbook's language, naming what is meant; nothing follows from it."""
    change, code, place, says = SLIPS[name]
    found = _said(made, change, tmp_path / "x.xlsx")
    messages = [problem.say("da") for problem in found]
    assert [problem.code for problem in found] == [code], messages
    assert messages[0].startswith(f"{code} {place}:")
    assert says in messages[0]


def test_columns_are_named_as_they_stand(made: Path, tmp_path: Path) -> None:
    """A column too many is answered with the sheet's headers, a label with the nearest one."""
    (column,) = _said(made, cells("Satser", {"P5": "Note", "P6": "husk"}), tmp_path / "x.xlsx")
    assert column.code == "W011"
    assert {"Sats", "Kilde", "Varierer med"} <= {*column.values["known"]}
    said = _said(made, cells("Start", {"A23": "Prisåret"}), tmp_path / "x.xlsx")
    assert [(p.code, p.cell) for p in said] == [("E050", ""), ("W053", "A23")]
    assert said[1].say("da").endswith("Der er: Prisår.")


def test_an_empty_list_is_said_once_of_each_sheet_that_needs_it(made: Path, tmp_path: Path) -> None:
    """Not once a row, and not as a choice between nothing."""
    found = _said(made, _emptied("Begrundelser"), tmp_path / "x.xlsx")
    assert [(p.code, p.file, p.cell) for p in found] == [
        ("E367", "Satser", "I5"),
        ("E367", "Beløb", "L5"),
    ]


def test_a_sheet_of_another_shape_is_none_renamed(made: Path, tmp_path: Path) -> None:
    """Notes of one's own are no sheet of the study, whatever stands in their first row."""

    def change(book: Any) -> None:
        book.remove(book["Satser"])
        book.create_sheet("Noter").append(["Sats", "Beløb", "Kilde"])

    found = _said(made, change, tmp_path / "x.xlsx")
    assert [problem.code for problem in found] == ["N354", "E365"]
    assert "Noter" in found[1].say("da")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_workbook_says_all_that_it_lacks(tmp_path: Path, lang: str) -> None:
    """The fields, the lists and the tables that the first page of help asks for, at once."""
    problems = check(write_new(tmp_path / "x.xlsx", language(lang)))[1]
    start = {problem.cell for problem in problems if problem.file == "Start"}
    sheets = {problem.file for problem in problems} - {"Start"}
    assert start == {"B19", "B23", "B25"}
    front = ("arms", "times", "statuses", "counts", "rates", "lines")
    assert sheets == {sheet_name(key, lang) for key in front}
    assert all(problem.cell == "A6" for problem in problems if problem.file != "Start")
    assert all(problem.say(lang).startswith(f"{problem.code} ") for problem in problems)


def test_an_older_workbook_is_moved_in_its_language(
    made: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --lang the new one, and the answer, are in the language of the old one's sheets."""
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["new", str(tmp_path / "new.xlsx"), "--from", str(made)]) == 0
    assert language("da")("new.written_xlsx", path=tmp_path / "new.xlsx") in capsys.readouterr().out
    assert "Grupper" in load_workbook(tmp_path / "new.xlsx").sheetnames
    assert gv.read(tmp_path / "new.xlsx").hash == gv.read(made).hash


def test_the_page_shows_what_is_typed_and_every_sheet() -> None:
    """The example of the page on workbooks is the one above, and it names every sheet."""
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "excel.md").read_text("utf-8")
    for name, rows in ROWS["en"].items():
        for values in rows if name != "Start" else ():
            row = " · ".join(f"*{value}*" if value is not None else "" for value in values)
            assert row.replace("  ", " ") in page, row
    for key in (START, MORE, *map(list_key, LISTS), *TABLES):
        for lang in LANGUAGES:
            assert sheet_name(key, lang) in page
