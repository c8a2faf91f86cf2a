"""A study's own currency and word for its people: no command, figure or report says another."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.commands import COMMANDS
from gevinst.reports.figures import FIGURES
from gevinst.text.language import LANGUAGES, Language
from gevinst.text.problems import StudyError
from gevinst.text.voice import FORMS, UNSPOKEN, Voice
from tests.cli.test_change import ASKED, ELSEWHERE, GIVEN, words
from tests.conftest import run

OTHER = re.compile(
    r"(?<![\w.\"])kr\b\.?|\bkroner?\b|\bborgere?[ns]?\b|\bcitizens?\b(?! =|\.\w)", re.IGNORECASE
)
"""What nothing says of a study in euros whose people are families or participants."""

PEOPLE = """
[citizen.da]
one = "barn"
many = "børn"
the_one = "barnet"
the_many = "børnene"
neuter = true

[citizen.en]
one = "applicant"
many = "applicants"
"""


def _in_euros(bundled: str, folder: Path) -> Path:
    """Write a bundled study as one in euros, whose own words say nothing of kroner or citizens."""
    shutil.copytree(gv.bundled()[bundled], folder)
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        if path.suffix == ".toml":
            text = text.replace('currency = "DKK"', 'currency = "EUR"')
            text = OTHER.sub("X", text) + PEOPLE
        else:
            head, _, body = text.partition("\n")
            head = re.sub(r"(^|;)kr(?=;)", r"\1amount", head)
            body = re.sub(r";kr(/month|/year)?(?=;)", r";EUR\1", body)
            body = re.sub(r"(?<=;)(citizens?)(?=;)", r"@\1@", body)  # a unit, and per whom
            body = re.sub("@X@", "citizen", OTHER.sub("X", body.replace("@citizens@", "@all@")))
            body = body.replace("@all@", "citizens")
            text = f"{head}\n{body}"
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def euros(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Both bundled studies in euros."""
    made = tmp_path_factory.mktemp("euros")
    return {name: str(_in_euros(name, made / name)) for name in ("ishoj-smc", "gladsaxe")}


def assert_its_own(said: str) -> None:
    """Hold a text against what it must not say."""
    found = OTHER.search(said)
    assert found is None, said[max(0, found.start() - 100) : found.end() + 60]


def units(plain: object) -> list[str]:
    """Every unit of plain values."""
    if isinstance(plain, dict):
        own = [plain["unit"]] if isinstance(plain.get("unit"), str) else []
        return [*own, *(unit for each in plain.values() for unit in units(each))]
    return [unit for each in plain for unit in units(each)] if isinstance(plain, list) else []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("study", ["ishoj-smc", "gladsaxe"])
@pytest.mark.parametrize("command", [c.name for c in COMMANDS if c.name not in ELSEWHERE])
def test_commands(capsys, euros, command: str, study: str, lang: str) -> None:
    """Each answers in the study's own money and of its own people, or says why it cannot."""
    asked = [command, euros[study], *ASKED.get(command, ()), "--lang", lang]
    code, said, aside = run(capsys, *asked)
    assert code in (0, 1), aside
    if code == 0:
        assert_its_own(said.replace(euros[study], ""))
        assert not re.search(r"\d\u00a0?EUR [A-ZÆØÅ][a-zæøå]", said), "a sentence without its stop"
        plain = json.loads(run(capsys, *asked, "--json")[1])
        assert not [unit for unit in units(plain) if unit.startswith("kr")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("figure", [figure.name for figure in FIGURES])
def test_figures(capsys, euros, tmp_path: Path, figure: str, lang: str) -> None:
    """Each is drawn in them."""
    path = tmp_path / "figure.svg"
    more = GIVEN.get(figure, [])
    asked = ["figure", figure, euros["ishoj-smc"], "-o", str(path), "--lang", lang, *more]
    code, said, _ = run(capsys, *asked)
    if code == 0:
        assert_its_own(said.replace(str(path), "") + words(path.read_text("utf-8")))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("study", ["ishoj-smc", "gladsaxe"])
def test_reports(capsys, euros, tmp_path: Path, study: str, lang: str) -> None:
    """The whole page is written in them, and so are its numbers."""
    out = tmp_path / "report"
    more = ["--draws", "2000", "--no-figures", "--lang", lang]
    code, _, aside = run(capsys, "report", euros[study], "-o", str(out), *more)
    assert code == 0, aside
    assert_its_own(words((out / "report.html").read_text("utf-8")))
    plain = json.loads((out / "numbers.json").read_text("utf-8"))
    assert not [unit for unit in units(plain) if unit.startswith("kr")]


def test_numbers_are_those_of_kroner(euros) -> None:
    """A currency is a name: the calculation is the same, the study another."""
    for name, folder in euros.items():
        own, other = gv.load(name), gv.read(folder)
        assert gv.gain(other).difference == gv.gain(own).difference
        assert other.currency == "EUR"
        assert other.hash != own.hash


def test_written_and_read_back(euros, tmp_path: Path) -> None:
    """A folder, frames and a file of draws keep them."""
    study = gv.read(euros["ishoj-smc"])
    gv.write(study, tmp_path / "copy")
    assert gv.read(tmp_path / "copy").hash == study.hash
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash
    drawn = gv.simulate(study, n=50, rng=1)
    gv.write_draws(drawn, tmp_path / "draws.npz")
    assert gv.read_draws(tmp_path / "draws.npz").summary("da") == drawn.summary("da")


def test_kroner_in_a_study_of_euros_are_refused(euros, tmp_path: Path) -> None:
    """A column called kr, or a unit of it, is no euro."""
    folder = tmp_path / "copy"
    shutil.copytree(euros["ishoj-smc"], folder)
    lines = folder / "lines.csv"
    lines.write_text(lines.read_text("utf-8").replace(";EUR;", ";kr;"), "utf-8")
    with pytest.raises(StudyError, match="E030") as caught:
        gv.read(folder)
    assert "EUR" in str(caught.value)


def test_kr_or_dkk_is_the_same_study(tmp_path: Path) -> None:
    """In kroner a unit is kr or DKK: what is read is one."""
    folder = tmp_path / "copy"
    shutil.copytree(gv.bundled()["ishoj-smc"], folder)
    for path in (folder / "rates.csv", folder / "lines.csv"):
        head, _, body = path.read_text("utf-8").partition("\n")
        body = re.sub(r";kr(/month|/year)?(?=;)", r";DKK\1", body)
        path.write_text(f"{head}\n{body}", "utf-8")
    assert gv.read(folder).hash == gv.load("ishoj-smc").hash


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text(lang: str) -> None:
    """No text keeps a word of either, its blanks stay, and no sentence loses its full stop."""
    forms = dict.fromkeys(FORMS[lang], "zebra")
    voice = Voice(currency="EUR", citizen=((lang, tuple(forms.items())),))

    def pairs(plain: object, other: object) -> list[tuple[str, str]]:
        if isinstance(plain, dict) and isinstance(other, dict):
            return [pair for key in plain for pair in pairs(plain[key], other[key])]
        return [(str(plain), str(other))]

    own, spoken_ = Language(lang)._texts, Language(lang, voice)._texts
    for name in own.keys() - {"problem", *UNSPOKEN}:
        for plain, other in pairs(own[name], spoken_[name]):
            bare = re.sub(r"\{\w*", "", other)
            assert not re.search(r"(?<!\w)kr\.|borger|citizen", bare, re.I), other
            assert re.findall(r"\{\w*", plain) == re.findall(r"\{\w*", other)
            assert not re.search(r"(?<!\.)\bkr\. [A-ZÆØÅ{]", plain), f"write kr.. before: {plain}"


def test_danish_neuter() -> None:
    """What goes before the word agrees with it, wherever a text has it."""
    people = {"one": "barn", "many": "børn", "the_one": "barnet", "the_many": "børnene"}
    voice = Voice(citizen=(("da", (*people.items(), ("neuter", "yes"))),))
    texts = json.dumps(dict(Language("da", voice)._texts), ensure_ascii=False)
    outside = {k: v for k, v in json.loads(texts).items() if k not in ("problem", "cli", "why")}
    found = re.findall(r"\b(\w+ )?(\w+) barns?\b", json.dumps(outside, ensure_ascii=False))
    before = {word.lower() for _, word in found}
    assert before <= {"pr", "et", "ét", "hvert", "intet", "ene", "frafaldet"}, before


def test_a_table_by_itself_says_each_figure_in_its_own_currency(tmp_path: Path, capsys) -> None:
    """No study speaks for it, so a figure's unit does."""
    path = tmp_path / "claims.csv"
    rows = ["a;100;GBP;1;s;", "b;250;GBP;1;s;", "c;300;GBP/year;1;s;a + b"]
    path.write_text("\n".join(["figure;value;unit;rounding;source;follows", *rows]) + "\n", "utf-8")
    code, said, _ = run(capsys, "audit", str(path), "--lang", "da")
    assert code == 0
    assert "300\u00a0GBP pr. år" in said
    assert not OTHER.search(said)
