"""Number styles: a study is one whether its files write numbers in Danish or in English."""

from __future__ import annotations

import csv
import json
import re
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.analyses.audit.formulas import restyled
from gevinst.analyses.audit.registry import audit_table
from gevinst.files.bare.figures import read_figures
from gevinst.files.tables import PROSE
from gevinst.files.written.script import write_script
from gevinst.text.language import LANGUAGES, language
from gevinst.text.numerals import DANISH, ENGLISH
from tests.conftest import DATA, cell, person_rows, run, to_csv
from tests.files.written.invented import invented

SHARES = ("shares", "label_shares")
NUMBERS = {"kr", "amount", "cv", "value", "rounding", "low", "high", "percent", "follows", *SHARES}
STUDIES = {
    **gv.bundled(),
    **{name: DATA / name for name in ("two_types", "one_arm", "outcomes", "accounts")},
}


def _english(column: str, text: str) -> str:
    """A Danish cell as an English table prints it."""
    if column in SHARES:
        return text.replace(",", ".")
    if column == "follows":
        return restyled(text, ENGLISH)
    return DANISH.turned(text) if column not in PROSE and DANISH.is_number(text) else text


def in_english(folder: Path) -> None:
    """Rewrite a Danish folder with English numbers."""
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, delimiter=";")
        rows = [[_english(*pair) for pair in zip(header, row, strict=True)] for row in rows]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
    settings = folder / "study.toml"
    settings.write_text('number_style = "en"\n' + settings.read_text("utf-8"), "utf-8")


@pytest.fixture
def english(folder: Path) -> Path:
    """Ishøj's folder with English numbers."""
    in_english(folder)
    return folder


@pytest.mark.parametrize("name", STUDIES)
def test_the_same_study_in_english(tmp_path: Path, name: str) -> None:
    """Rewritten in English it has the same hash, gain and audit, and as many echoes."""
    shutil.copytree(STUDIES[name], tmp_path / "study")
    in_english(tmp_path / "study")
    study, problems = gv.check(tmp_path / "study")
    own, others = gv.check(STUDIES[name])
    assert study is not None, [problem.say() for problem in problems.errors]
    assert own is not None
    assert study.hash == own.hash
    assert study.number_style == "en"
    if study.priced:
        assert gv.gain(study).to_dict() == gv.gain(own).to_dict()
    if study.outcomes:
        assert gv.outcomes(study).to_dict() == gv.outcomes(own).to_dict()
    assert gv.audit(study).to_dict() == gv.audit(own).to_dict()
    places = [[(p.code, p.file, p.line) for p in said] for said in (problems, others)]
    assert places[0] == places[1]
    echoed = [(p.read, p.values["value"]) for p in problems if p.code == "N020"]
    assert echoed == [
        (DANISH.turned(p.read), DANISH.turned(p.values["value"]))
        for p in others
        if p.code == "N020"
    ]


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("seed", [*STUDIES, *range(12)])
def test_a_study_is_written_in_its_style(tmp_path: Path, seed: str | int) -> None:
    """Folder, frames and script of a study in English give it back, the style too."""
    found = gv.read(STUDIES[seed]) if isinstance(seed, str) else gv.from_tables(**invented(seed))
    study = replace(found, number_style="en")
    gv.write(study, tmp_path / "study")
    script = write_script(tmp_path / "study.py", language("en"), study).read_text("utf-8")
    made: dict[str, gv.Study] = {}
    exec(compile(script.partition("\nprint(")[0], "study.py", "exec"), made)  # noqa: S102
    for again in (
        gv.read(tmp_path / "study"),
        gv.from_tables(**gv.to_tables(study)),
        made["study"],
    ):
        assert again.hash == found.hash
        assert again.number_style == "en"
        assert again.published == found.published
    for path in (tmp_path / "study").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        cells = [row[column] for row in rows for column in NUMBERS & row.keys()]
        assert not [cell for cell in cells if re.search(r"\d,\d", cell)]


@pytest.mark.parametrize(
    ("change", "code", "read", "says"),
    [
        (cell("lines.csv", "2,300,000;kr", "2.300,5;kr"), "E021", "2.300,5", "2300.5 / 23005"),
        (cell("lines.csv", "2,300,000;kr", "2300,5;kr"), "E021", "2300,5", "2300.5 / 23005"),
        (
            cell("rates.csv", ";0.10;", ";0,1;"),
            "E021",
            "0,1",
            "could be 0.1. Write what is meant: i",
        ),
        (cell("rates.csv", ";0.10;", ";4.5;"), "E045", "4.5", "Write 10 % as 0.10"),
        (cell("rates.csv", "144,372.81;", "many;"), "E020", "many", "12031 or 12,031 or 12031.5"),
        (
            cell("rates.csv", "gamma;0.10;;;", "gamma;;150,000;160,000;"),
            *("E046", "150,000 - 160,000", "The rate 144372.81"),
        ),
        (
            cell("rates.csv", "gamma;0.10;;;", "gamma;;120,000;170,000;"),
            *("N091", "120,000 - 170,000", "variation 0.10"),
        ),
        (
            cell("published.csv", ";0;;;memo, Proj", ";0;;enrolled * 1,5;memo, Proj"),
            *(
                "E065",
                "enrolled * 1,5",
                "'1,5' is no English number. Write figures' ids and English",
            ),
        ),
    ],
)
def test_messages_write_numbers_as_the_files_do(
    english: Path, change, code: str, read: str, says: str
) -> None:
    """What is wrong is said in the style of the table, and nothing is said of Danish."""
    change(english)
    _, problems = gv.check(english)
    found = [problem for problem in problems if problem.code == code]
    assert [problem.read for problem in found] == [read]
    assert says in found[0].say("en")
    for problem in problems:
        assert "Danish" not in problem.say("en")
        assert "dansk" not in problem.say("da")


def test_shares_and_correlations(tmp_path: Path) -> None:
    """Parts of a price and rank correlations are read in English, and Danish ones refused."""
    shutil.copytree(STUDIES["two_types"], tmp_path / "study")
    in_english(tmp_path / "study")
    cell("lines.csv", "municipality=0.7 state=0.3", "municipality=0,7 state=1.3")(
        tmp_path / "study"
    )
    said = {p.code: p.say("en") for p in gv.check(tmp_path / "study")[1].errors}
    assert "it could be 0.7" in said["E021"]
    assert "Write 70 % as 0.7" in said["E059"]


CORRELATED = """rate;with;rank_correlation;assumption
cash_benefit;rehabilitation;0.9;mean_of_many
cash_benefit;flexjob;0.9;mean_of_many
rehabilitation;flexjob;-0.9;mean_of_many
"""


def test_correlations_are_said_in_the_style(english: Path) -> None:
    """Those that cannot hold together are named with their numbers as the table has them."""
    (english / "correlations.csv").write_text(CORRELATED, "utf-8")
    said = [p.say("en") for p in gv.check(english)[1] if p.code == "W091"]
    assert len(said) == 1
    assert re.search(r"from -?0\.900 to -?0\.\d{3}", said[0])
    one_more = CORRELATED.replace("-0.9", "-1.9")
    (english / "correlations.csv").write_text(one_more, "utf-8")
    said = [p.say("en") for p in gv.check(english)[1].errors]
    assert "«-1.9»" in said[0]
    assert "Write 0.5 for rates that often rise together, -0.5 for" in said[0]


def test_an_unknown_style_is_refused(folder: Path) -> None:
    """It is one of two, and said before any table is read wrongly."""
    cell("study.toml", 'language = "da"', 'language = "da"\nnumber_style = "us"')(folder)
    (error,) = gv.check(folder)[1].errors
    assert (error.code, error.read) == ("E030", "us")
    assert "da, en" in error.say()


def test_persons_are_read_as_the_study(ishoj, tmp_path: Path) -> None:
    """A covariate 36.5 is a number in English, from a study's folder, a file beside it, a frame."""
    rows = person_rows(ishoj, dropouts=False)
    point = [f"{36 + k}.5" for k in range(len(rows))]
    danish, english = tmp_path / "da", tmp_path / "en"
    for folder in (danish, english):
        shutil.copytree(STUDIES["ishoj-smc"], folder)
    in_english(english)
    to_csv(rows.assign(age=[text.replace(".", ",") for text in point]), danish)
    to_csv(rows.assign(age=point), english)
    beside = replace(ishoj, number_style="en")
    with warnings.catch_warnings(action="ignore"):  # of columns that tell who citizens are
        folders = [gv.read(danish), gv.read(english)]
        beside_it = gv.read_persons(english / "citizens.csv", beside)
        texts = gv.from_persons(rows.assign(age=point), beside)
        numbers = gv.from_persons(rows.assign(age=list(map(float, point))), ishoj)
        other = gv.read_persons(english / "citizens.csv", ishoj)
    assert folders[0].hash == folders[1].hash
    assert beside_it.hash == texts.hash == numbers.hash != other.hash
    for study in (*folders, beside_it, texts, numbers):
        assert gv.citizen_frame(study)["age"].dtype == float


def test_text_of_frames_is_read_in_the_style(ishoj) -> None:
    """A number of a frame is a number; text is English where the study says so."""
    tables = gv.to_tables(ishoj)
    tables["rates"]["kr"] = [f"{kr:,.2f}" for kr in tables["rates"]["kr"]]
    assert gv.from_tables(number_style="en", **tables).kr.tolist() == ishoj.kr.tolist()
    with pytest.raises(gv.StudyError, match=r"could be 144372,81 / 14437281"):
        gv.from_tables(**tables)


TABLE = "Cost, kr.;City;State;Total\nBenefit;12,345;5,290.5;17,635.5\nHousing;8,000;0.5;8,000.5\n"


def test_a_table_by_itself(capsys, tmp_path: Path) -> None:
    """--numbers says how it is written; a study says it itself."""
    path = tmp_path / "costs.csv"
    path.write_text(TABLE, "utf-8")
    code, out, _ = run(capsys, "audit", str(path), "--numbers", "en", "--lang", "en")
    assert code == 0
    assert "6 published figures: 2 follow" in out
    assert "were read as English, for instance:" in out
    code, _, err = run(capsys, "audit", str(path), "--lang", "en")
    assert code == 1
    assert "E021" in err
    code, _, err = run(capsys, "audit", "ishoj-smc", "--numbers", "en", "--lang", "en")
    assert code == 2
    assert err.startswith("gevinst: --numbers: read 'en'; a study says it itself")


def test_check_says_the_style(capsys, english: Path) -> None:
    """Echoes are announced as what they were read as, in both languages."""
    for lang, words in {"en": "read as English, for", "da": "læst som engelske, for"}.items():
        _, out, _ = run(capsys, "check", str(english), "--lang", lang)
        assert words in out


def test_an_amount_that_matters(capsys, english: Path) -> None:
    """An option's amount is written as the study's numbers are."""
    asked = ("plan", str(english), "--lang", "en", "--matters")
    _, out, _ = run(capsys, *asked, "20,000")
    assert "If 20,000\u00a0kr. per citizen is the difference that matters" in out
    code, _, err = run(capsys, *asked, "20.000,5")
    assert (code, "--matters: read '20.000,5'" in err) == (2, True)


def test_a_formula_is_said_in_the_readers_language(tmp_path: Path) -> None:
    """Whatever the style, the number in a formula is written as the language writes it."""
    table = "figure;value;unit;rounding;source;follows\na;9;kr;1;s;\nb;99;kr;1;s;a * 2.5\n"
    (tmp_path / "figures.csv").write_text(table, "utf-8")
    found = audit_table(read_figures(tmp_path / "figures.csv", style=ENGLISH))
    said = {lang: json.dumps(found.to_dict(lang)) for lang in LANGUAGES}
    assert "a * 2.5" in said["en"]
    assert "a * 2,5" in said["da"]
