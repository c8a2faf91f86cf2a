"""The first page: the answer is that of the results, for any study, in both languages."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.reports.front.axis import Axis, nice
from gevinst.reports.front.dots import dots
from gevinst.reports.front.page_one import page_one, rows
from gevinst.reports.front.people import each_stands_for
from gevinst.reports.front.people import rows as people_rows
from gevinst.reports.front.verdict import verdict
from gevinst.reports.page import render
from gevinst.reports.results import analyse
from gevinst.text.language import LANGUAGES, language
from tests.conftest import analysed, page_of, run, two_times

CASH, DEAR, JOB = "cash_benefit", "resource_programme", "ordinary_employment"


def _sized(study):
    """A study whose arms hold at least those analysed."""
    arms = tuple(replace(a, enrolled=a.analysed) for a in study.arms)
    return replace(study, arms=arms, published=())


@pytest.fixture(scope="module")
def results(ishoj):
    """What Ishøj's page is written from."""
    return analyse(ishoj, n=4_000, rng=1)


def _text(page: str) -> str:
    """The words of the first page."""
    front = page[page.index('<section id="front"') : page.index("</section>")]
    return html.unescape(re.sub(r"<[^>]+>", " ", front)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("ends", "key"),
    [
        (({JOB: 38, CASH: 2}, {DEAR: 20, CASH: 20}), "above_gain"),
        (({DEAR: 30, CASH: 10}, {JOB: 35, CASH: 5}), "below_loss"),
    ],
)
def test_a_clear_difference_is_answered_yes(ishoj, ends, key: str) -> None:
    """A saving, and an extra cost, that all couplings leave on one side of zero."""
    start = ({DEAR: 20, CASH: 20}, {DEAR: 20, CASH: 20})
    found = analyse(_sized(two_times(ishoj, start, ends)), n=2_000, rng=1)
    for lang in LANGUAGES:
        first, _ = verdict(found, language(lang))
        assert first == language(lang)(f"front.{key}")


def test_ishoj_is_answered_no(results) -> None:
    """The verdict, the number to quote, and what would turn it, all from the results."""
    for lang, no in (("da", "Nej, gevinsten er ikke påvist."), ("en", "No, the gain has not")):
        said = _text(render(results, lang))
        assert no in said
        wide = results.simulation.by_coupling["widest"].found
        for end in (wide.low, wide.high):
            assert language(lang).number(abs(round(end, -2))) in said
        point = "1.631" if lang == "da" else "1,631"
        assert point in said
        assert ("−68.800" if lang == "da" else "−68,800") in said
        assert ("14.128" if lang == "da" else "14,128") in said
        assert ("mellem 8 og 19 af de 27" if lang == "da" else "between 8 and 19 of the 27") in said


def test_fifty_dots_are_quantiles_on_their_side_of_zero(results) -> None:
    """As many above zero as quantiles are, none across it, no two in one place."""
    law = results.simulation.by_coupling["widest"].law
    values = results.simulation.widest.dots()
    laid = dots(values, Axis.of(values.tolist()))
    assert len(laid) == 50
    assert sum(dot.above for dot in laid) == int((values > 0).sum())
    zero = Axis.of(values.tolist()).at(0.0)
    assert all((dot.x > zero) == dot.above for dot in laid)
    assert len({(dot.x, dot.level) for dot in laid}) == 50
    assert abs(sum(dot.above for dot in laid) / 50 - (law > 0).mean()) <= 0.02


@pytest.mark.parametrize("step", [0.3, 1.0, 17.0, 24_000.0, 9.99e8])
def test_ticks_are_numbers_that_a_reader_counts_in(step: float) -> None:
    """The step is the next of 1, 2, 2.5 and 5 times a power of ten; zero is a tick."""
    found = nice(step)
    assert step <= found <= 2.5 * step
    assert round(found / 10 ** np.floor(np.log10(found)), 6) in (1.0, 2.0, 2.5, 5.0, 10.0)
    assert 0.0 in Axis.of([-3 * step, 2 * step]).ticks


def test_every_citizen_is_shown_once(ishoj, paired) -> None:
    """Blocks of a row add up to those analysed, dearest first, the lost last."""
    for study in (ishoj, paired):
        for arm in study.arms:
            for row in people_rows(study, arm.id, language("en")):
                assert sum(block.citizens for block in row.blocks) == arm.analysed
                shades = [block.shade for block in row.blocks if not block.lost]
                assert shades == sorted(shades, reverse=True)
                assert len(row.blocks) <= 7


def test_many_citizens_share_a_figure(ishoj) -> None:
    """A row has at most sixty figures, and the page says how many each stands for."""
    arms = tuple(replace(a, enrolled=a.enrolled * 12, analysed=a.analysed * 12) for a in ishoj.arms)
    many = replace(ishoj, arms=arms, counts=ishoj.counts * 12, published=())
    assert each_stands_for(many) == 10
    page = page_of(many, "en")
    assert "A figure stands for 10 citizens." in _text(page)
    assert page.count("<circle") < 300


def test_stated_courses_have_cases_and_no_dots() -> None:
    """Gladsaxe: each case with its bar, the range without one of them to quote, no dots."""
    found = analysed(gv.load("gladsaxe"))
    shown = page_one(found, language("da"))
    assert shown["dots"] is None
    assert len(shown["cases"]) == 5
    assert [row.key for row in rows(found)] == ["published", "prices", "readings", "chosen"]
    (quoted,) = (row for row in rows(found) if row.quote)
    assert [round(end, -2) for end in quoted.band] == [-14_200, 62_600]
    assert "Kan ikke afgøres" in _text(render(found, "da"))


@pytest.mark.parametrize("name", ["paired", "two_types", "eight", "still"])
def test_pages_of_other_studies(ishoj, paired, two_types, name: str) -> None:
    """Persons, lines, eight citizens, nothing uncertain: no id, no NaN, a row to quote if any."""
    start = ({DEAR: 2, CASH: 2}, {DEAR: 2, CASH: 2})
    eight = _sized(two_times(ishoj, start, ({JOB: 2, CASH: 2}, {DEAR: 1, CASH: 3})))
    still = replace(eight, sources=())
    study = {"paired": paired, "two_types": two_types, "eight": eight, "still": still}[name]
    found = analysed(study)
    for lang in LANGUAGES:
        said = _text(render(found, lang))
        assert not re.search(r"\bnan\b|\binf\b|None", said)
        for foreign in ("resource_programme", "cash_benefit", "ordinary_employment", "after_start"):
            assert foreign not in said
    shown = page_one(found, language("en"))
    assert (shown["dots"] is None) == (name in ("eight", "still"))
    assert any(row["quote"] for row in shown["rows"]) == (name != "still")


def test_a_headline_that_cannot_be_rebuilt_comes_first(ishoj) -> None:
    """Both numbers stand before the verdict."""
    printed = tuple(
        replace(p, value=9_755.0) if p.measure == "difference" else p for p in ishoj.published
    )
    said = _text(page_of(replace(ishoj, published=printed), "da"))
    assert said.index("9.755") < said.index("Nej, gevinsten")


def test_hostile_labels_are_shown_and_not_run(ishoj) -> None:
    """Markup in a label is text on the first page."""
    arms = (replace(ishoj.arms[0], label={"da": "<b>x</b>", "en": "<b>x</b>"}), ishoj.arms[1])
    page = page_of(replace(ishoj, arms=arms), "en")
    front = page[page.index('<section id="front"') : page.index("</section>")]
    assert "<b>x</b>" not in front
    assert "&lt;b&gt;x&lt;/b&gt;" in front


def test_numbers_of_the_page_are_in_numbers_json(ishoj, tmp_path) -> None:
    """The rows and the fifty quantiles."""
    written = gv.report(ishoj, tmp_path / "out", n=50, rng=1, figures=False)
    front = json.loads(written.numbers.read_text("utf-8"))["front"]
    assert [row["row"] for row in front["rows"]] == ["published", "small", "everything", "same_mix"]
    assert len(front["dots"]) == 50


@pytest.mark.parametrize("study", ["ishoj-smc", "gladsaxe"])
def test_the_sentence_to_quote_is_short(capsys, study: str) -> None:
    """Under thirty words, in both languages, with the number and how sure it is."""
    code, out, _ = run(capsys, "sentence", study, "--draws", "2000", "--json")
    assert code == 0
    for said in json.loads(out)["sentence"].values():
        assert len(said.split()) < 30
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("which", "first", "second"),
    [
        ("ishoj", "As published", "What else is uncertain, too"),
        ("two_types", "As calculated", "What is uncertain"),
    ],
)
def test_rows_are_called_what_they_are(request, which: str, first: str, second: str) -> None:
    """Nothing is called published that is not, or stands beside a row that is not there."""
    results = analysed(request.getfixturevalue(which))
    labels = [row["label"] for row in page_one(results, language("en"))["rows"]]
    assert labels[0] == first
    assert second in labels
