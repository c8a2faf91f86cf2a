"""Described cases, and courses that somebody wrote down: nobody was compared with anybody."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.text.problems import WrongValueError
from tests.conftest import page_of, run


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


def test_citizens_who_differ_by_brute_force(gladsaxe) -> None:
    """The standard errors are those of 46 citizens drawn around their cases, on both sides."""
    found, rng, rows = gv.cases(gladsaxe), np.random.default_rng(46), 4_000
    a = [gladsaxe.axes.at("arm", arm) for arm in gladsaxe.contrast.arms]
    alone = replace(gladsaxe, weights={"as_printed": np.ones((2, 5))})
    cost = evaluate(build(alone), by=("stratum",)).over("arm", "stratum")[0, a]
    for spread in found.spreads:
        total = {"apart": np.zeros(rows), "alike": np.zeros(rows)}
        for k, case in enumerate(found.cases):
            each = rng.normal(0.0, spread.cv, (2, rows, int(case.citizens)))
            total["apart"] += (cost[0, k] * each[0] - cost[1, k] * each[1]).sum(axis=1) / 46
            total["alike"] += (case.difference * each[0]).sum(axis=1) / 46
        error = 6 / (2 * rows) ** 0.5
        assert total["apart"].std() == pytest.approx(spread.apart, rel=error)
        assert total["alike"].std() == pytest.approx(spread.alike, rel=error)


def test_cases_as_a_sample_by_brute_force(gladsaxe, two_types) -> None:
    """The spread behind the limits is that of Dirichlet shares; two cases have none."""
    found = gv.cases(gladsaxe)
    behind = [case for case in found.cases if case.citizens]
    share = np.array([case.citizens / 46 for case in behind])
    worth = np.array([case.difference for case in behind])
    drawn = np.random.default_rng(5).dirichlet((len(behind) - 2) * share, 40_000) @ worth
    low, high = found.as_sample
    error = (high - low) / 2 / stats.t.ppf(0.975, len(behind) - 1)
    assert drawn.std() == pytest.approx(error, rel=6 / 40_000**0.5)
    assert (low + high) / 2 == pytest.approx(found.difference)
    assert "are no sample" in found.summary()
    assert gv.cases(two_types).as_sample is None


def test_events_by_enumeration(gladsaxe) -> None:
    """For whom it comes, one by one: none of 11 at 10 %, and what the number does."""
    found = gv.cases(gladsaxe)
    assert [each.citizens for each in found.chances] == [11, 7]
    for each in found.chances:
        n, p = each.citizens, each.probability
        law = stats.binom(n, p).pmf(np.arange(n + 1))
        assert each.nobody == pytest.approx(law[0])
        event = next(e for e in gladsaxe.events if e.id == each.event)
        kr = []
        for k in range(n + 1):
            lines = gladsaxe.lines.copy()
            for cell in gladsaxe.event_cells(event):
                lines[cell] *= k / n / p
            kr.append(gv.gain(replace(gladsaxe, lines=lines)).difference)
        mean = law @ np.array(kr)
        assert mean == pytest.approx(found.difference)
        assert each.spread == pytest.approx((law @ (np.array(kr) - mean) ** 2) ** 0.5)
    text = found.summary("da").replace("\u00a0", " ")
    assert "31 pct. rammer det ingen" in text
    assert "Borger 4" not in text[text.index("«Herberg") :]  # nobody stands behind it


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
    page = page_of(gladsaxe, lang)
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
    page = page_of(study, "en")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    assert "It cannot be decided" in text
    unsaid = re.sub(r"«[^»]*»", "", text).replace("to lie above zero", "")  # an interval can
    unsaid = unsaid.replace("stays above zero", "")  # as a sum of years can
    assert "above zero" not in unsaid.lower()
