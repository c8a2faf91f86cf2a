"""The report of a study whose effect was measured elsewhere: whose it is, and what is needed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.reports.front.page_one import page_one, rows
from gevinst.reports.front.quote import quote, quoted
from gevinst.reports.page import render
from gevinst.reports.results import Results
from gevinst.study.elsewhere.effects import with_elsewhere
from gevinst.text.language import LANGUAGES, language
from gevinst.text.voice import spoken
from tests.conftest import DATA, analysed


@pytest.fixture(scope="module")
def results() -> Results:
    """Of the invented effects."""
    return analysed(gv.read(DATA / "effects"))


def test_rows_are_with_and_without(results) -> None:
    """As calculated, with what is uncertain, with all of the effect, with nothing taken off."""
    found = {row.key: row for row in rows(results)}
    assert list(found) == ["published", "prices", "whole", "nothing_off"]
    assert found["prices"].quote
    years = 2.1 * 0.134 * 202_000
    assert found["whole"].point == pytest.approx(years * 0.72 + 12_600 - 18_000)
    assert found["nothing_off"].point == pytest.approx(years * 0.8 + 12_600 - 18_000)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_whose_effect_it_is(results, lang: str) -> None:
    """The verdict, what would turn it, and no word of written courses, cases or dots."""
    with spoken(results.study.voice):
        text = language(lang)
        page = page_one(results, text)
        quote = quoted(results, text)
    assert page["dots"] is None
    assert any(
        ("taken from elsewhere" if lang == "en" else "et andet sted") in s for s in page["others"]
    )
    effect, part, _ = (said for _, said in page["turns"])
    for number in ("2.2", "13.4") if lang == "en" else ("2,2", "13,4"):
        assert number in effect
    assert "40" in part
    assert len(quote.split()) < 30
    html = re.sub(r"<style.*?</style>|<[^>]+>", " ", render(results, lang), flags=re.DOTALL)
    assert not re.search(r"written course|estimated course|described case|skønnede forløb", html)
    assert not re.search(r"beskrevne cases|skrevne forløb", html)
    for word in ("50 %", "60 %") if lang == "en" else ("50 pct.", "60 pct."):
        assert word in html.replace("\xa0", " ")  # how much of it is there, by year


def test_where_nothing_varies_no_interval_is_quoted() -> None:
    """Nobody's word that it is sure: of effects that stand as they are there is no interval."""
    study = gv.read(DATA / "effects")
    assert study.elsewhere is not None
    effects = tuple(replace(e, transfer=0.0) for e in study.elsewhere.effects)
    still = with_elsewhere(study, replace(study.elsewhere, effects=effects))
    for lang in LANGUAGES:
        said = quote(still, language(lang), n=200, rng=1)
        assert "interval" not in said
        assert "interval" in quote(study, language(lang), n=200, rng=1)
        assert "18,000" in said or "18.000" in said


@pytest.mark.parametrize(("sign", "softens"), [(1.0, False), (-1.0, True)])
def test_what_comes_off_a_harm_softens_it(sign: float, softens: bool) -> None:
    """Deadweight makes a saving smaller; of what costs more than it saves, a loss smaller."""
    study = gv.read(DATA / "effects")
    assert study.elsewhere is not None
    effects = tuple(
        replace(e, estimate=sign * e.estimate, level=0.0, baseline=None)
        for e in study.elsewhere.effects
    )
    turned = with_elsewhere(study, replace(study.elsewhere, effects=effects))
    for lang, word in (("en", "not more cautious"), ("da", "ikke mere forsigtigt")):
        assert (word in gv.gain(turned).summary(lang)) is softens
