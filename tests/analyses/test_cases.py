"""Described cases, and courses that somebody wrote down: nobody was compared with anybody."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.reports.page import render
from gevinst.reports.results import analyse
from gevinst.text.problems import WrongValueError
from tests.conftest import run


@pytest.fixture(scope="module")
def gladsaxe():
    """The bundled study of stated courses."""
    return gv.load("gladsaxe")


def test_without_each_case_is_the_study_without_it(gladsaxe) -> None:
    """The weights of the others, in proportion, put into the calculation itself."""
    found = gv.cases(gladsaxe)
    name = gladsaxe.conventions.weights
    for k, case in enumerate(found.cases):
        shares = gladsaxe.weights[name].copy()
        shares[:, k] = 0.0
        shares /= shares.sum(axis=1, keepdims=True)
        left = replace(gladsaxe, weights={**gladsaxe.weights, name: shares})
        assert case.without == pytest.approx(gv.gain(left).difference)
    assert found.difference == pytest.approx(gv.gain(gladsaxe).difference)
    assert sum(c.citizens * c.difference for c in found.cases) / 46 == pytest.approx(35_607.74)
    assert [c.citizens for c in found.cases] == [12, 11, 16, 0, 7]


def test_the_case_that_turns_it_is_named(gladsaxe) -> None:
    """Citizen 3, 16 of 46: a saving of 35,608 kr. becomes a cost of 14,170."""
    found = gv.cases(gladsaxe)
    assert found.turning.id == "case_3"
    danish = found.summary("da").replace("\u00a0", " ")
    assert "16 af 46) bliver besparelsen på 35.608 kr. pr. borger over tre år" in danish
    assert "merudgift på 14.170 kr." in danish
    swapped = replace(gladsaxe, shares={k: -v for k, v in gladsaxe.shares.items()})
    assert "extra cost of 35,608" in gv.cases(swapped).summary("en").replace("\u00a0", " ")


def test_cases_that_keep_the_sign(two_types) -> None:
    """Two cases: without one the difference is the other's own."""
    found = gv.cases(two_types)
    one, other = found.cases
    assert one.without == pytest.approx(other.difference)
    assert other.without == pytest.approx(one.difference)
    for lang in ("en", "da"):
        assert found.summary(lang)


def test_a_study_without_cases_is_refused(ishoj, capsys) -> None:
    """In words, in Python and on the command line."""
    with pytest.raises(gv.StudyError, match="not told by cases"):
        gv.cases(ishoj)
    code, _, said = run(capsys, "cases", "ishoj-smc")
    assert code == 1
    assert "Traceback" not in said


def test_stated_courses_have_no_share_above_zero(gladsaxe, capsys) -> None:
    """Not in an answer, not in JSON, not in a curve; the interval of the prices stays."""
    simulation = gv.simulate(gladsaxe, n=2_000, rng=1)
    draws = simulation.by_coupling["none"]
    assert draws.to_dict()["probability_positive"] is None
    assert draws.to_dict()["reason"] == "stated"
    assert "curve" not in simulation.pictures
    for ask in (draws.probability, draws.curve):
        with pytest.raises(WrongValueError, match="nobody was compared"):
            ask()
    for lang, word in (("en", "above zero  "), ("da", "over nul  ")):
        assert word not in simulation.summary(lang)
    _, out, _ = run(capsys, "simulate", "gladsaxe", "--draws", "2000", "--json")
    plain = json.loads(out)["difference"]["by_coupling"]["none"]
    assert plain["probability_positive"] is None
    assert np.isfinite(plain["interval"]["low"])


def test_stated_draws_that_are_read_again_have_none(gladsaxe, tmp_path) -> None:
    """A file of draws remembers that nobody was compared."""
    gv.write_draws(gv.simulate(gladsaxe, n=500, rng=1), tmp_path / "draws.npz")
    again = gv.read_draws(tmp_path / "draws.npz")
    assert again.by_coupling["none"].stated
    assert again.to_dict()["difference"]["by_coupling"]["none"]["probability_positive"] is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("da", ("effekt", "kontrolgruppe minus", "over nul", "indsatsgruppe")),
        ("en", ("effect", "control group minus", "above zero", "intervention group")),
    ],
)
def test_the_report_of_stated_courses(gladsaxe, lang: str, words: tuple[str, ...]) -> None:
    """It says first that it cannot be decided, and nowhere how often it is above zero.

    Nor is there a word of effect, but in what the memo itself is quoted with.
    """
    page = render(analyse(gladsaxe, n=500, rng=1), lang)
    text = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ")
    verdict = {"da": "Kan ikke afgøres", "en": "It cannot be decided"}[lang]
    assert verdict in text
    assert {"da": "14.170 kr.", "en": "14,170 kr."}[lang] in text
    assert {"da": "1.637.943 kr.", "en": "1,637,943 kr."}[lang] in text
    unquoted = re.sub(r"«[^»]*»|“[^”]*”|”[^”]*”|\"[^\"]*\"", "", text)
    for word in words:
        assert word not in unquoted.lower(), word


def test_payers_add_up(gladsaxe, ishoj, two_types) -> None:
    """Every payer's difference, to what everybody has, whatever the perspective."""
    for study in (gladsaxe, ishoj, two_types):
        for perspective in study.choices["perspective"]:
            found = gv.gain(study.choose(perspective=perspective))
            everybody = gv.gain(study.choose(perspective="all")).difference
            payers = found.to_dict()["payers"]
            assert sum(p["difference"] for p in payers.values()) == pytest.approx(everybody)
            one = payers.get(perspective)
            assert one is None or one["difference"] == pytest.approx(found.difference)
    assert gv.gain(gladsaxe).total == pytest.approx(1_637_956.0)
    assert gv.gain(gladsaxe).printed_total == 1_637_943.0


def test_comparison_is_read(folder) -> None:
    """The kind, the arms, what it rests on; a wrong one is one message with a place."""
    path = folder / "study.toml"
    before = path.read_text("utf-8")
    stated = '\n[comparison]\nkind = "stated"\nda = "Skrevet af en."\n'
    path.write_text(before + stated, "utf-8")
    study = gv.read(folder)
    assert study.stated
    assert study.contrast.arms == ("intervention", "control")
    for wrong, code in (
        ('kind = "guess"', "E030"),
        ('treated = "control"', "E159"),
        ('reference = "nobody"', "E030"),
        ('basis = "x"', "W053"),
    ):
        path.write_text(before + "\n[comparison]\n" + wrong + "\n", "utf-8")
        _, problems = gv.check(folder)
        assert [p.code for p in problems if p.severity != "note"] == [code], wrong


def test_a_stated_study_of_persons_has_no_share_either(paired) -> None:
    """Citizens counted on both sides, but one side is written: no share, and no curve."""
    from gevinst.study.comparison import Comparison

    study = replace(paired, comparison=Comparison("stated", paired.contrast))
    page = render(analyse(study, n=500, rng=1), "en")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    assert "It cannot be decided" in text
    unsaid = re.sub(r"«[^»]*»", "", text).replace("to lie above zero", "")  # an interval can
    assert "above zero" not in unsaid.lower()
