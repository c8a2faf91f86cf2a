"""A study of one arm is a change: no command, no figure and no report calls it anything else."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.commands import COMMANDS
from gevinst.reports.figures import FIGURES
from gevinst.text.language import LANGUAGES, Language, language
from gevinst.text.voice import Voice, spoken
from tests.conftest import DATA, run

ALONE = str(DATA / "one_arm")
WORDS = re.compile(
    r"\bdifferences?\b|\beffects?\b|control group|intervention group|gain over|both groups"
    r"|\bforskel(?!lig)\w*|virkning|effekt|kontrolgruppe|indsatsgruppe|begge grupper",
    re.IGNORECASE,
)
"""What no sentence, axis or heading of one arm says. ``forskellig`` is Danish for diverse."""
ASKED = {
    "bounds": ["cheaper"],
    "simulate": ["--draws", "500"],
    "sensitivity": ["--draws", "500"],
    "sentence": ["--draws", "500"],
    "years": ["--draws", "500"],
}
ELSEWHERE = ("report", "figure", "studies", "gallery", "verify", "new", "batch")
"""Commands that have a test of their own here, or no study."""
GIVEN = {
    "bounds": ["--query", "cheaper"],
    "switch-worth": ["--query", "* -> job"],
    "switch-worth-difference": ["--query", "* -> job"],
    "two-way": ["--inputs", "rate.cash_benefit,rate.rehabilitation"],
    "curve": ["--draws", "500"],
    "dots": ["--draws", "500"],
    "years": ["--draws", "500"],
    "difference": ["--draws", "500"],
    "tornado": ["--draws", "500"],
    "shares": ["--draws", "500"],
}


def keys(plain: object) -> list[str]:
    """Every key of plain values."""
    if isinstance(plain, dict):
        return [*plain, *(key for each in plain.values() for key in keys(each))]
    return [key for each in plain for key in keys(each)] if isinstance(plain, list) else []


def words(svg_or_html: str) -> str:
    """What a reader sees of a picture or a page, and what is read aloud."""
    shown = re.sub(r"<(style|script).*?</\1>", "", svg_or_html, flags=re.DOTALL)
    aloud = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', shown)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", shown), *aloud]))


def assert_a_change(said: str) -> None:
    """Hold a text against the words."""
    found = WORDS.search(said)
    assert found is None, said[max(0, found.start() - 80) : found.end() + 80]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", [c.name for c in COMMANDS if c.name not in ELSEWHERE])
def test_no_command_says_otherwise(capsys, command: str, lang: str) -> None:
    """Each command answers of a change, in its words and its keys, or says why it cannot."""
    asked = [command, ALONE, *ASKED.get(command, ()), "--lang", lang]
    code, said, aside = run(capsys, *asked)
    assert code in (0, 1)
    assert (code == 1) == bool(re.match(r"E\d{3} ", aside))
    assert_a_change(said + aside)
    code, said, aside = run(capsys, *asked, "--json")
    if code == 0:
        assert_a_change(said)
        assert not [key for key in keys(json.loads(said)) if "difference" in key]


@pytest.mark.parametrize("command", ["gain", "bootstrap", "simulate"])
def test_a_change_has_the_keys_of_a_difference(capsys, command: str) -> None:
    """Beside its name nothing is another: the same keys in the same places."""
    more = ASKED.get(command, [])
    one = json.loads(run(capsys, command, ALONE, *more, "--json")[1])
    two = json.loads(run(capsys, command, "ishoj-smc", *more, "--json")[1])
    assert [key.replace("difference", "change") for key in two] == list(one)
    assert set(one["change"]) == set(two["difference"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("figure", [figure.name for figure in FIGURES])
def test_no_figure_says_otherwise(capsys, tmp_path: Path, figure: str, lang: str) -> None:
    """Each figure shows a change, or it is said why there is none."""
    path = tmp_path / "figure.svg"
    more = GIVEN.get(figure, [])
    asked = ["figure", figure, ALONE, "-o", str(path), "--lang", lang, *more]
    code, said, aside = run(capsys, *asked)
    if code:
        assert aside.strip()
        assert_a_change(aside.replace(f"'{figure}'", ""))
    else:
        assert_a_change(said.replace(str(path), "") + words(path.read_text("utf-8")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_report_says_otherwise(capsys, tmp_path: Path, lang: str) -> None:
    """The report and its numbers are of a change; its first words are that nobody can tell."""
    out = tmp_path / "report"
    code, said, aside = run(
        capsys, "report", ALONE, "-o", str(out), "--draws", "500", "--lang", lang, "--json"
    )
    assert code == 0, aside
    page = words((out / "report.html").read_text("utf-8"))
    assert_a_change(page + said.replace(str(out), ""))
    assert language(lang)("headline.alone") in page
    for content in (said, (out / "numbers.json").read_text("utf-8")):
        plain = json.loads(content)
        plain.pop("figures", None)  # a figure is called alike whatever it is of
        assert not [key for key in keys(plain) if "difference" in key]
    assert gv.verify(json.loads((out / "robustness.json").read_text("utf-8"))) == []


def test_words_of_a_change() -> None:
    """No text keeps a word of a difference, blanks stay as they are, and the voice ends."""

    def texts(held: object) -> list[str]:
        if isinstance(held, dict):
            return [text for each in held.values() for text in texts(each)]
        return [str(held)]

    for lang in LANGUAGES:
        plain = language(lang)
        with spoken(Voice(change=True)):
            other = language(lang)
        assert language(lang) is plain
        for text in texts({k: v for k, v in other._texts.items() if k not in ("cli", "problem")}):
            blanks = re.sub(r"\{\w+\}", "", text)
            assert not re.search(r"\bdifference\b|\bforskel(len)?\b", blanks), text
        assert other("gain.difference", treated="A", reference="B", kr="1") != plain(
            "gain.difference", treated="A", reference="B", kr="1"
        )


def test_a_text_of_its_own_has_a_text_that_it_stands_for() -> None:
    """Each of another voice stands in the place of one there is, with no other blanks."""
    for lang in LANGUAGES:
        held = Language(lang)._texts

        def check(own: dict, plain: dict, lang: str = lang) -> None:
            for key, text in own.items():
                assert key in plain, (lang, key)
                if isinstance(text, dict):
                    check(text, plain[key])
                else:
                    blanks = [set(re.findall(r"{(\w+)}", each)) for each in (text, plain[key])]
                    assert blanks[0] <= blanks[1], (lang, key)

        for voice in ("change", "means", "elsewhere"):
            check(held[voice]["text"], held)


def test_one_of_two_arms_is_a_change_too(capsys) -> None:
    """One of two arms, looked at alone, has no key of a difference, in its accounts either."""
    for command in ("gain", "audit", "activity", "progression", "scenarios", "robustness"):
        said = run(capsys, command, "ishoj-smc", "--compare", "intervention", "--json")[1]
        assert not [key for key in keys(json.loads(said)) if "difference" in key]


def test_frames_call_it_a_change() -> None:
    """Columns and rows are called as the keys are."""
    study = gv.read(ALONE)
    frame = gv.simulate(study, n=200, rng=1).by_coupling["widest"].to_frame()
    assert list(frame.columns) == ["project", "change"]
    for found in (gv.bootstrap(study), gv.scenarios(study), gv.tornado(study, n=200, rng=1)):
        frame = found.to_frame().reset_index()
        assert not [c for c in frame.columns if "difference" in str(c)]


def test_two_arms_speak_as_before(ishoj) -> None:
    """A change does not change how the next study is spoken of."""
    before = gv.gain(ishoj).summary("da")
    assert "ændring" in gv.gain(ishoj.compare("intervention")).summary("da").lower()
    assert gv.gain(ishoj).summary("da") == before
    assert "Forskel" in before


def test_words_of_means() -> None:
    """No text speaks of who went where, of a difference or of a change; the voices compose."""
    went = re.compile(r"who went (where|from which)|hvem der gik (hvorhen|fra hvilken)")
    for lang in LANGUAGES:
        for change in (False, True):
            with spoken(Voice(change=change, means=True)):
                other = language(lang)
            for table in ("headline", "front", "report", "coupling_explained", "variance"):
                assert not went.search(json.dumps(other._find(table), ensure_ascii=False))
            word = "change" if lang == "en" else "ændring"
            assert (word in other("report.uncertainty.lead").casefold()) == change
