"""The report of a study whose effect was measured elsewhere: whose it is, and what is needed."""

from __future__ import annotations

import re

import pytest

import gevinst as gv
from gevinst.reports.front.page_one import page_one, rows
from gevinst.reports.front.quote import quoted
from gevinst.reports.page import render
from gevinst.reports.results import Results, analyse
from gevinst.text.language import LANGUAGES, language
from gevinst.text.voice import spoken
from tests.conftest import DATA


@pytest.fixture(scope="module")
def results() -> Results:
    """Of the invented effects."""
    return analyse(gv.read(DATA / "effects"), n=200, rng=1)


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
