"""`gevinst figure`: each figure as a file that stands alone."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.plots.picture import FORMATS
from gevinst.reports.figures import FIGURES
from gevinst.text.language import LANGUAGES, language
from tests.conftest import DATA, run

TWO_TYPES = str(DATA / "two_types")

SWITCH = ["--query", "* -> flexjob"]
MORE: dict[str, list[str]] = {
    "bounds": ["--query", "cheaper at the end"],
    "switch-worth": SWITCH,
    "switch-worth-difference": SWITCH,
    "two-way": ["--inputs", "rate.flexjob,heads.intervention"],
}
"""What a figure cannot be drawn without."""

OF_CITIZENS = {
    *("intervals", "standardised", "balance", "methods", "fragility", "bounds"),
    *("switch-worth", "switch-worth-difference", "lost", "dropouts", "composition"),
    *("detectable", "assurance"),
}
NONE_OF = {
    "ishoj-smc": {"methods", "cases", "survey", "outcomes", "accounts"},
    "gladsaxe": OF_CITIZENS
    | {"curve", "dots", "years", "activity", "value", "deadweight", "outcomes"}
    | {"accounts"},
    TWO_TYPES: OF_CITIZENS
    | {"years", "activity", "survey", "scenarios", "questions", "deadweight", "outcomes"}
    | {"accounts"},
}
"""Figures that a study has nothing for."""


def _asked(figure, study: str) -> list[str]:
    quick = ["--draws", "200"] if "n" in figure.takes else []
    more = MORE.get(figure.name, [])
    if figure.name == "two-way" and study != "ishoj-smc":
        more = ["--inputs", ",".join(each.input for each in _two(study))]
    return ["figure", figure.name, study, *quick, *more]


def _two(study: str):
    """Two inputs of a study of lines."""
    read = gv.read if study == TWO_TYPES else gv.load
    inputs = gv.break_even(read(study)).inputs
    return [each for each in inputs if each.kind in ("rate", "citizens")][:2]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
@pytest.mark.parametrize("study", ["ishoj-smc", "gladsaxe", TWO_TYPES])
def test_every_figure_is_a_file_or_refused_in_words(capsys, tmp_path, figure, study: str) -> None:
    """In both languages; a refusal is a numbered problem and leaves no file."""
    for lang in LANGUAGES:
        out = tmp_path / f"{lang}.svg"
        code, said, err = run(capsys, *_asked(figure, study), "--lang", lang, "-o", str(out))
        if figure.name in NONE_OF[study]:
            assert out.exists() is False
            assert re.match(r"E\d{3} |gevinst: figure: ", err), err
            assert code in (1, 2)
            continue
        assert code == 0, err
        assert out.name in said
        drawn = out.read_text("utf-8")
        assert f"gevinst\u00a0{version('gevinst')}" in drawn
        if "confidence_level" in figure.takes:
            assert language(lang)("figure.level", level=language(lang).level(0.95)) in drawn
        assert ("memo" in drawn or "Gladsaxe" in drawn or "Ishøj" in drawn) == (study != TWO_TYPES)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_command_gives_the_same_bytes(capsys, tmp_path, kind: str) -> None:
    """Twice the same, of each kind; another seed gives others."""
    words = ["figure", "difference", "ishoj-smc", "--draws", "200"]
    outs = [tmp_path / f"{name}.{kind.upper()}" for name in ("first", "again", "other")]
    for out, more in zip(outs, ([], [], ["--rng", "1"]), strict=True):
        assert run(capsys, *words, *more, "-o", str(out))[0] == 0
    first, again, other = (out.read_bytes() for out in outs)
    assert first == again != other
    assert first[:5] in (b"<?xml", b"\x89PNG\r", b"%PDF-")


@pytest.mark.parametrize(("width", "cm"), [("160mm", 16.0), (" 12,5 cm", 12.5), ("6in", 15.24)])
def test_a_width_has_its_unit(capsys, tmp_path, width: str, cm: float) -> None:
    """The file is so wide, to the dot."""
    import struct

    out = tmp_path / "x.png"
    words = ["figure", "intervals", "ishoj-smc", "--width", width, "-o", str(out), "--json"]
    code, said, err = run(capsys, *words)
    assert code == 0, err
    assert json.loads(said)["width_cm"] == pytest.approx(cm)
    across = struct.unpack(">I", out.read_bytes()[16:20])[0]
    assert across == pytest.approx(cm / 2.54 * 300, abs=1)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_the_narrowest_and_the_widest_hold_every_figure(capsys, tmp_path, figure) -> None:
    """No figure is too much for the narrowest file: a warning that it is were an error."""
    for study in ("ishoj-smc", "gladsaxe"):
        for width in ("12cm", "50cm"):
            if figure.name not in NONE_OF[study]:
                words = [*_asked(figure, study), "--width", width, "-o", str(tmp_path / "x.svg")]
                assert run(capsys, *words)[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["tornado", "ishoj-smc", "-o", "x.gif"], ".svg, .png, .pdf"),
        (["tornado", "ishoj-smc", "-o", "png"], ".svg, .png, .pdf"),
        (["tornado", "ishoj-smc", "--width", "16"], "16cm, 160mm or 6.3in"),
        (["tornado", "ishoj-smc", "--width", "11.9cm"], "from 12 to 50 cm"),
        (["tornado", "ishoj-smc", "--width", "-16cm"], "argument"),
        (["pie", "ishoj-smc"], "difference, curve"),
        (["tornado"], "gevinst figure FIGURE STUDY"),
        (["shares", "ishoj-smc", "--strata", "flexjob", "--lang", "en"], "leave it out"),
        (["curve", "ishoj-smc", "--confidence-level", "0.9", "--lang", "en"], "leave it out"),
        (["switch-worth", "ishoj-smc", "--lang", "en"], "--query 'FROM -> TO'"),
        (["switch-worth", "ishoj-smc", "--query", "cheaper", "--lang", "en"], "write a switch"),
        (["two-way", "ishoj-smc", "--lang", "en"], "--inputs FIRST,SECOND"),
        (["two-way", "ishoj-smc", "--inputs", "rate.flexjob", "--lang", "en"], "FIRST,SECOND"),
        (["two-way", "ishoj-smc", "--inputs", "rate.fleks,x", "--lang", "en"], "rate.flexjob"),
        (["intervals", "ishoj-smc", "--rng", "3", "--lang", "en"], "rng: read '3'"),
    ],
)
def test_what_is_no_figure_is_refused_in_one_message(capsys, monkeypatch, tmp_path, words, says):
    """Endings, widths, names, and what a figure is not drawn with; nothing is written."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "figure", *words)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("read '") <= 1
    assert list(tmp_path.iterdir()) == []


def test_figures_are_listed(capsys) -> None:
    """A line each, in the language asked for; and as JSON."""
    for lang in LANGUAGES:
        code, out, _ = run(capsys, "figure", "--lang", lang)
        assert code == 0
        assert out.splitlines() == [f"{f.name}: {f.about(language(lang))}" for f in FIGURES]
    listed = json.loads(run(capsys, "figure", "--json")[1])["figures"]
    assert list(listed) == [figure.name for figure in FIGURES]


def test_a_figure_without_a_name_for_its_file(capsys, monkeypatch, tmp_path) -> None:
    """It is called after the study and itself; what was chosen stands on it."""
    monkeypatch.chdir(tmp_path)
    code, *_ = run(
        *(capsys, "figure", "tornado", "ishoj-smc", "--draws", "20", "--basis", "printed"),
        *("--assume", "outcomes.law=rubin", "--confidence-level", "0.9"),
    )
    assert code == 0
    drawn = Path("ishoj-smc-tornado.svg").read_text("utf-8")
    for said in (
        "basis\u00a0=\u00a0printed",
        "outcomes.law\u00a0=\u00a0rubin",
        "90",
        "5\u00a0pct.",
    ):
        assert said in drawn


def test_every_picture_has_a_figure(ishoj) -> None:
    """No figure of the package is left out: those of every public answer are drawn by name."""
    from tests.test_results import STUDY, with_an_outcome

    by_name = set()
    for figure in FIGURES:
        if figure.name != "methods":
            words = {"n": 100} if "n" in figure.takes else {}
            if "query" in figure.needs:
                words["query"] = "* -> flexjob"
            if "inputs" in figure.needs:
                words["inputs"] = ("rate.flexjob", "rate.investment")
            study = gv.load("gladsaxe") if figure.name in ("cases", "survey") else ishoj
            if figure.name == "outcomes":
                study = with_an_outcome(ishoj)
            if figure.name == "accounts":
                study = gv.read(DATA / "accounts")
            found = figure.ask(study, **words)
            by_name.add((type(found), figure.picture))
    kinds = {
        type(ask(ishoj)) for name, ask in STUDY.items() if name not in ("adjust", "covariates")
    }
    kept = {(kind, name) for kind in kinds for name in kind.drawn}
    # A part of `stratify` is drawn with it.
    parts = {(type(gv.standardise(ishoj)), "standardised")}
    assert {name for _, name in kept - parts} == {name for _, name in by_name}
