"""Sections of the report: what each says, and when it is left out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest

import gevinst as gv
from gevinst.reports.page import render
from gevinst.reports.sections.appendix.assumptions import _spread
from gevinst.sources.registry import chosen, problems_of
from gevinst.stats.distributions import law_of, points
from gevinst.text.language import LANGUAGES, language
from tests.conftest import PAIRS, analysed, page_of, persons

NBSP = "\u00a0"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_report_of_paired_data(paired, lang: str) -> None:
    """The report of paired data has one coupling and speaks of no other."""
    page = page_of(paired, lang)
    known = {"da": "Hver borgers eget forløb", "en": "Each citizen&#39;s own path"}[lang]
    assert known in page
    assert {"da": "kobles", "en": "coupled"}[lang] not in page
    assert page.count('role="img"') == 17 + 1


def test_report_section(ishoj) -> None:
    """The section stands in the report of a study with strata, and is left out without."""
    page = page_of(ishoj, "en")
    assert '<section id="stratify">' in page
    assert "The 1,631\u00a0kr. per citizen change sign when both" in page
    without = page_of(replace(ishoj, stratification=None), "en")
    assert '<section id="stratify">' not in without
    paired = page_of(persons(ishoj), "da")
    assert "usikkerhedsinterval (95\u00a0pct.)" in paired


def test_spread_in_words(mixed) -> None:
    """The report says each kind in words, with the fitted points, the price level and pairs."""
    study = replace(mixed, correlations=PAIRS).assume("rates", common_cv=0.025)
    rates = {rate.id: rate for rate in study.rates}

    def said(rate: str, lang: str = "en") -> str:
        return _spread(rates[rate], study, language(lang)).replace(NBSP, " ")

    level = "; times a price level that the rates share, coefficient of variation 2.5 %"
    assert said("rehabilitation") == (
        f"lognormal, coefficient of variation 30 %{level}"
        "; moves with All cash benefit, rank correlation 0.60"
    )
    assert said("early_retirement").startswith("PERT from 60,000 to 160,000, most likely 81,995;")
    assert "moves with All cash benefit, rank correlation −0.40" in said("early_retirement")
    low, high = points(law_of("gamma", 349_152.0, low=300_000.0, high=405_000.0))
    fitted = f"5 % and 95 % points {low:,.0f} and {high:,.0f}, stated 300,000 and 405,000"
    assert fitted in said("resource_programme")
    assert "angivet 300.000 og 405.000; gange et prisniveau" in said("resource_programme", "da")
    assert said("investment") == "uniform from 2,250,000 to 2,350,000"
    assert said("moved") == "fixed"


def test_bundled_studies_say_what_they_said(ishoj) -> None:
    """A study without the new statements is described, hashed and noted as before."""
    text = language("en")
    words = [_spread(rate, ishoj, text).replace(NBSP, " ") for rate in ishoj.rates]
    assert words[0] == "gamma, coefficient of variation 10 %"
    assert "uniform from 2,250,000 to 2,350,000" in words
    assert not [said for said in words if ";" in said]
    assert ishoj.correlations == ()
    codes = {p.code for p in gv.check("ishoj-smc")[1]}
    assert not codes & {"N091", "W091"}
    json.dumps([p.to_dict() for p in problems_of(ishoj, chosen(ishoj))])


TURNED = "\u05d0\u05d1 (3) \u202e\u200f\u2069"
"""A name from right to left, with marks that turn what follows it."""

TURNING = ("R", "AL", "AN", "RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")
"""Bidirectional classes that move what stands beside them."""


def turned(value: object) -> object:
    """Put `TURNED` before every label, quote and source of a study, however deep."""
    if is_dataclass(value):
        return replace(value, **{f.name: _turned_field(value, f.name) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(map(turned, value))
    if isinstance(value, Mapping):
        if value and value.keys() <= set(LANGUAGES):
            return {lang: TURNED + said for lang, said in value.items()}
        return {key: turned(each) for key, each in value.items()}
    return value


def _turned_field(value: object, name: str) -> object:
    found = getattr(value, name)
    if name in ("quote", "source") and isinstance(found, str):
        return TURNED + found
    return found if name.endswith("label_shares") else turned(found)


class _Said(HTMLParser):
    """Keeps, of each section, every run of text and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.section, self.said = "", {"": [""]}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section" or dict(attrs).get("class") == "fold":
            self.section = dict(attrs).get("id") or tag
        self.said.setdefault(self.section, []).extend(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.said[self.section].append(data)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_label_turns_the_words_beside_it(ishoj, lang: str) -> None:
    """From right to left, or with marks of direction: each label, quote and source is isolated.

    In every section that shows one, in figures and what is said of them, and in summaries.
    """
    results = analysed(turned(ishoj))
    page = _Said()
    page.feed(render(results, lang))
    shown = ("simulation", "bootstrap", "variance", "tornado", "audit", "stratified", "gain")
    page.said["summaries"] = [getattr(results, name).summary(lang) for name in shown]
    named: set[str] = set()
    for section, said in page.said.items():
        for each in said:
            loose = re.sub("\u2068[^\u2066-\u2069]*\u2069", "", each)
            turning = [char for char in loose if unicodedata.bidirectional(char) in TURNING]
            assert turning == [], f"{section}: {each}"
        named |= {section} if "\u05d0" in "".join(said) else set()
    assert named >= {"stratify", "calculation", "audit", "scenarios", "assumptions", "summaries"}
