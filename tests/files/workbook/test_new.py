"""`new` writes a workbook or a folder to start from, and a filled-in workbook gives its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import gevinst as gv
from gevinst.cli.main import main
from gevinst.files.studies import check
from gevinst.files.written.new import write_new
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import WrongValueError
from tests.conftest import DATA
from tests.files.workbook import as_workbook, cells, edited

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")


def test_like_a_study(tmp_path: Path, capsys: Any) -> None:
    """A workbook like the bundled study gives its difference, and so does one like that."""
    first, second = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    assert main(["new", str(first), "--like", "ishoj-smc", "--lang", "da"]) == 0
    assert str(first) in capsys.readouterr().out
    assert main(["new", str(second), "--like", str(first), "--lang", "en"]) == 0
    capsys.readouterr()
    assert main(["gain", str(second), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert round(found["difference"]["net_gain_per_citizen"]) == 1631
    assert gv.read(second).hash == gv.load("ishoj-smc").hash


def _filled(book: Any) -> None:
    """Fill in what the page on workbooks fills in."""
    rows: dict[str, list[list[object]]] = {
        "Grupper": [
            ["Mentorgruppen", None, 13, 12, "rapporten, tabel 1"],
            ["Sammenligningsgruppen", None, 12, 12, "rapporten, tabel 1"],
        ],
        "Tidspunkter": [["ved start"], ["efter 1 år"]],
        "Statusser": [["Kontanthjælp"], ["Revalidering"], ["Job"], ["Flyttet", None, "ja"]],
        "Antal": [
            ["Kontanthjælp", 9, 4, None, None, None, 10, 8],
            ["Revalidering", 3, 2, None, None, None, 2, 1],
            ["Job", None, 5, None, None, None, None, 3],
            ["Flyttet", None, 1],
        ],
        "Satser": [
            _rate("Kontanthjælp", 12_500),
            _rate("Revalidering", "15.000"),
            _rate("Job", 0),
            _rate("Flyttet", 0),
        ],
        "Beløb": [
            [
                *("Mentorgruppen", "Indsatsen", "ved start", 300_000, "kr", "hele gruppen"),
                *("jævn", None, 250_000, 350_000, "Investeringens afrunding", "afrunding"),
                "rapporten, side 3",
            ]
        ],
        "Offentliggjort": [
            ["forskel", "Forskel i nettogevinst pr. borger", None, 12_500, "kr", 1, "side 4"]
        ],
    }
    for sheet, lines in rows.items():
        for row, line in enumerate(lines, 6):
            for column, value in enumerate(line, 1):
                if value is not None:
                    book[sheet].cell(row, column, value)
    heads = ("Mentorgruppen: ved start", "Mentorgruppen: efter 1 år", "–", "–", "–")
    others = (head.replace("Mentor", "Sammenlignings") for head in heads)
    for column, head in enumerate((*heads, *others), 2):  # what Excel makes of the formulas
        book["Antal"].cell(5, column, head)
    for (cell,) in book["Start"]["A1:A60"]:
        value = {
            "Titel": "Mentorer",
            "Prisår": 2024,
            "Gruppen, der fik indsatsen": "Mentorgruppen",
            "Gruppen, der sammenlignes med": "Sammenligningsgruppen",
        }.get(cell.value)
        if value is not None:
            book["Start"].cell(cell.row, 2, value)


def _rate(name: str, kr: object) -> list[object]:
    how = ["gamma", 0.1, None, None, "Udgiftssatser", "gennemsnit"]
    if kr == 0:
        how = ["fast", None, None, None, None, "kendt"]
    return [name, kr, "kr/måned", *how, "rapporten, tabel 2"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A workbook that an evaluator filled in."""
    return edited(write_new(tmp_path / "mentorer.xlsx", language("da")), _filled)


def test_a_workbook_that_was_filled_in(own: Path) -> None:
    """The difference is that of hand calculation; rates price the statuses of their names."""
    study, problems = check(own)
    assert study is not None, [problem.say("da") for problem in problems]
    assert [problem.code for problem in problems] == ["N020"]
    start, end = 9 * 150 + 3 * 180, 4 * 150 + 2 * 180
    control = (10 * 150 + 2 * 180) - (8 * 150 + 1 * 180)
    by_hand = 1000 * ((start - end - 300) / 12 - control / 12)
    assert gv.gain(study).difference == pytest.approx(by_hand)
    assert study.id == "mentorer"
    assert study.contrast.treated == "Mentorgruppen"
    assert not gv.audit(study).not_rebuilt()
    assert [source.name for source in study.sources] == [
        *("rates", "outcomes", "missing", "investment")
    ]


def test_commands_take_a_workbook(own: Path, capsys: Any) -> None:
    """Every command reads it where it takes a folder, in the study's language."""
    for command in ("check", "gain", "audit", "missing"):
        assert main([command, str(own)]) == 0
        out = capsys.readouterr().out
        assert "Mentorgruppen" in out
        assert "borgere" in out


def test_write_and_read_again(own: Path, tmp_path: Path) -> None:
    """From the workbook to a folder and back it is the same study."""
    study = gv.read(own)
    gv.write(study, tmp_path / "folder")
    gv.write(gv.read(tmp_path / "folder"), tmp_path / "again.xlsx")
    assert gv.read(tmp_path / "again.xlsx").hash == study.hash
    with pytest.raises(gv.StudyError, match="E205"):
        gv.write(study, tmp_path / "again.xlsx")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_older_workbook_is_moved(own: Path, tmp_path: Path, lang: str) -> None:
    """A new template holds what the old one did, in either language of its sheets."""
    path = write_new(tmp_path / "new.xlsx", language(lang), old=own)
    study = gv.read(path)
    assert study.hash == gv.read(own).hash
    assert load_workbook(path)["gevinst"]["B1"].value == 1


@pytest.mark.parametrize("name", ["ishoj-smc", "gladsaxe", "gallery/unik", "gallery/ips-costs"])
def test_studies_are_moved(tmp_path: Path, name: str) -> None:
    """Rare settings, outcomes, means and lines too."""
    study = gv.load(name)
    old = as_workbook(study, tmp_path / "old.xlsx")
    assert gv.read(write_new(tmp_path / "new.xlsx", language("da"), old=old)).hash == study.hash


@pytest.mark.parametrize("folder", ["effects", "accounts", "counted"])
def test_every_table_is_moved(tmp_path: Path, folder: str) -> None:
    """Sheets of other kinds of studies too, into those of the other language."""
    study = gv.read(DATA / folder)
    old = as_workbook(study, tmp_path / "old.xlsx")
    assert gv.read(write_new(tmp_path / "new.xlsx", language("en"), old=old)).hash == study.hash


def test_shares_of_one_that_are_shown_as_percentages_are_moved(tmp_path: Path) -> None:
    """How much of an effect is there is a number from 0 to 1, however Excel shows it."""
    study = gv.read(DATA / "effects")

    def as_percentages(book: Any) -> None:
        for row in range(6, 11):
            book["Effekter over tid"].cell(row, 3).number_format = "0%"

    old = edited(as_workbook(study, tmp_path / "old.xlsx"), as_percentages)
    assert gv.read(old).hash == study.hash
    assert gv.read(write_new(tmp_path / "new.xlsx", language("da"), old=old)).hash == study.hash


def test_what_is_not_finished_is_moved(tmp_path: Path) -> None:
    """Half a study, which no command can calculate with, is not lost."""
    old = write_new(tmp_path / "old.xlsx", language("da"))
    edited(old, cells("Grupper", {"A6": "Mentorgruppen", "D6": "tolv"}))
    new = load_workbook(write_new(tmp_path / "new.xlsx", language("da"), old=old))
    assert [new["Grupper"][f"{column}6"].value for column in "AD"] == ["Mentorgruppen", "tolv"]


def test_what_cannot_be_moved_is_said(own: Path, tmp_path: Path) -> None:
    """A cell that cannot be read stops the move, and nothing is written."""
    edited(own, cells("Satser", {"B6": "#REF!"}))
    with pytest.raises(gv.StudyError, match="E355"):
        write_new(tmp_path / "new.xlsx", language("da"), old=own)
    assert not (tmp_path / "new.xlsx").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_folder_to_start_from(tmp_path: Path, lang: str) -> None:
    """A name without an ending is of a folder with the example; like a study it is that study."""
    path = write_new(tmp_path / "min", language(lang))
    assert gv.gain(gv.read(path)).difference == pytest.approx((750 - 300 - 300) / 12 * 1000)
    like = write_new(tmp_path / "like", language(lang), gv.load("ishoj-smc"))
    assert gv.read(like).hash == gv.load("ishoj-smc").hash


def test_names_that_are_refused(tmp_path: Path) -> None:
    """What is there is not replaced, and other endings are of nothing that can be written."""
    text = language("en")
    for name in ("x.csv", "x.html", "x.xls", "x.ods", "x.toml"):
        with pytest.raises(WrongValueError):
            write_new(tmp_path / name, text)
    for name in ("x.xlsx", "folder"):
        write_new(tmp_path / name, text)
        with pytest.raises(gv.StudyError, match="E205"):
            write_new(tmp_path / name, text)
    for name in ("y.py", "y"):
        with pytest.raises(WrongValueError):
            write_new(tmp_path / name, text, old=tmp_path / "x.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "x.xlsx"]
