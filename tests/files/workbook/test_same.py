"""A study is the same in a workbook: same hash, same answer, and the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

import gevinst as gv
from gevinst.files.studies import evaluations
from gevinst.files.workbook.filled import filled_with
from gevinst.files.workbook.sheets import (
    LISTS,
    MORE,
    START,
    TABLES,
    about,
    folded,
    head,
    list_key,
    sheet_name,
)
from gevinst.files.workbook.template import MOST_MESSAGE, workbook
from gevinst.files.written.study import _TABLES, tables_of
from gevinst.text.language import LANGUAGES
from tests.conftest import DATA
from tests.files.workbook import as_workbook, edited
from tests.files.written.invented import invented

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

NAMES = ("ishoj-smc", "gladsaxe", *evaluations())


@pytest.mark.parametrize("name", NAMES)
def test_every_study_is_the_same_in_a_workbook(tmp_path: Path, name: str) -> None:
    """Written with sheets in Danish or English, and read back, it has its hash."""
    study = gv.load(name)
    for lang in LANGUAGES:
        assert gv.read(as_workbook(study, tmp_path / f"{lang}.xlsx", lang)).hash == study.hash


@pytest.mark.parametrize("seed", range(12))
def test_invented_studies_are_the_same(tmp_path: Path, seed: int) -> None:
    """Persons, suppressed counts, long numbers, strata and odd marks in labels too."""
    study = gv.from_tables(**invented(seed))
    path = as_workbook(study, tmp_path / "x.xlsx", LANGUAGES[seed % 2])
    assert gv.read(path).hash == study.hash


FOLDERS = ("two_types", "paired", "effects", "accounts", "counted", "means")


@pytest.mark.parametrize("folder", FOLDERS)
def test_other_shapes(tmp_path: Path, folder: str) -> None:
    """Studies of the tests' own folders, as far as there are such."""
    if not (DATA / folder / "study.toml").exists():
        pytest.skip("no such folder")
    study = gv.read(DATA / folder)
    gv.write(study, tmp_path / "x.xlsx")
    assert gv.read(tmp_path / "x.xlsx").hash == study.hash


def test_rates_of_ones_own_are_the_same(tmp_path: Path) -> None:
    """Entries of an array without names are numbered in a workbook, and an array again."""
    settings, tables = tables_of(gv.read(DATA / "effects"))
    for number, time in enumerate(settings["times"]):
        time |= {"from": number, "to": number + 1}
    rates = [{"to": 10, "rate": 0.04}, {"rate": 0.03}]
    settings["discount"] = {"schedule": "own", "rates": rates, "source": "the budget"}
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(filled_with(settings, tables, "da"), "da"))
    assert tables_of(gv.read(path))[0]["discount"]["rates"] == rates


def test_it_is_the_same_twice() -> None:
    """A workbook is equal byte for byte, and holds no time of today's."""
    content = tables_of(gv.load("ishoj-smc"))
    one, other = (workbook(filled_with(*content, "da"), "da") for _ in range(2))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert b"2020-01-01" in archive.read("docProps/core.xml")


def test_excel_saves_it_as_it_was(tmp_path: Path) -> None:
    """What another program writes of it, with inline texts, is the same study."""
    study = gv.load("ishoj-smc")
    path = edited(as_workbook(study, tmp_path / "x.xlsx"), lambda book: None)
    assert gv.read(path).hash == study.hash


def test_sums_are_those_of_the_study(tmp_path: Path) -> None:
    """Above each column stand its sum, the group's size, and that they agree."""
    path = as_workbook(gv.load("ishoj-smc"), tmp_path / "x.xlsx")
    sheet = load_workbook(path, data_only=True)["Antal"]
    heads = {cell.column_letter: cell.value for cell in sheet[5] if cell.value}
    assert heads["B"] == "Indsatsgruppen: ved start"
    for column, sizes in (("B", 28), ("D", 28), ("F", 26), ("H", 26)):
        found = [sheet[f"{column}{row}"].value for row in (2, 3, 4)]
        assert found == [sizes, sizes, "OK"], heads[column]
    live = load_workbook(path)["Antal"]
    assert live["B2"].value == "=SUM(B6:B205)"
    assert live["B3"].value == "='Grupper'!$D$6"


def test_text_stays_text(tmp_path: Path) -> None:
    """What looks like a formula in a label is a text."""
    study = gv.load("ishoj-smc")
    made = tables_of(study)
    made[0]["arms"][0]["da"] = "=1+1"
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(filled_with(*made, "da"), "da"))
    cell = load_workbook(path)["Grupper"]["A6"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert gv.read(path).arms[0].label["da"] == "=1+1"


def test_every_table_has_a_sheet() -> None:
    """What the package writes as tables, the workbook has sheets for."""
    assert set(TABLES) == set(_TABLES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_say_which_column_and_fit_into_excel(lang: str) -> None:
    """Two languages' headers of a sheet never mean two columns; messages and names are short."""
    every = {**{list_key(name): sheet for name, sheet in LISTS.items()}, **TABLES}
    titles = [sheet_name(key, lang) for key in (START, MORE, *every)]
    assert len(set(map(folded, titles))) == len(titles)
    assert max(map(len, titles)) <= 31
    assert not any(re.search(r"[\[\]:*?/\\']", title) for title in titles)
    for key, sheet in every.items():
        meant: dict[str, str] = {}
        for column in sheet.columns:
            assert 0 < len(about(column, lang, key)) <= MOST_MESSAGE, (key, column)
            for code in LANGUAGES:
                assert meant.setdefault(folded(head(column, code, key)), column) == column


@pytest.mark.parametrize(
    ("folder", "sheet", "cells", "chosen"),
    [
        ("accounts", "Account numbers", "A6:A205", "Accounts"),
        ("accounts", "Account numbers", "B6:B205", "Whose accounts"),
        ("effects", "Effects by time", "A6:A205", "Effects"),
        ("effects", "What follows", "A6:A205", "Effects"),
        ("counted", "Counts", "H6:H205", "Strata"),
        ("outcomes", "Outcome numbers", "A6:A205", "Outcomes"),
    ],
)
def test_names_are_chosen_where_they_are_given(
    tmp_path: Path, folder: str, sheet: str, cells: str, chosen: str
) -> None:
    """A list to choose from is of the sheet that gives the names, never of its own."""
    book = load_workbook(as_workbook(gv.read(DATA / folder), tmp_path / "x.xlsx", "en"))
    rules = {str(rule.sqref): rule for rule in book[sheet].data_validations.dataValidation}
    assert rules[cells].formula1 == f"'{chosen}'!$A$6:$A$205"
    assert "<5" not in rules[cells].prompt


def test_lists_messages_and_locks(tmp_path: Path) -> None:
    """Statuses are chosen from their sheet, cells say what goes into them, headers are locked."""
    book = load_workbook(as_workbook(gv.load("ishoj-smc"), tmp_path / "x.xlsx"))
    sheet = book["Antal"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    status = rules["A6:A205"]
    assert status.formula1 == "'Statusser'!$A$6:$A$205"
    assert status.prompt
    assert all(rule.type != "list" or rule.errorStyle for rule in rules.values())
    assert "<5" in rules["B6:B205"].prompt
    assert sheet.protection.sheet
    assert sheet["A5"].protection.locked
    assert not sheet["B6"].protection.locked
    assert book["gevinst"].sheet_state == "veryHidden"
    units = {str(r.sqref): r for r in book["Satser"].data_validations.dataValidation}["C6:C205"]
    place = units.formula1.partition("!")[2].replace("$", "")
    said = [cell.value for row in book["gevinst"][place] for cell in row]
    assert said == ["kr/måned", "kr/år"]
