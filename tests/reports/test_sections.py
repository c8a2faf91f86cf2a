"""Sections of the report: what each says, and when it is left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.reports.page import render
from gevinst.reports.results import analyse
from gevinst.reports.sections.assumptions import _spread
from gevinst.sources.registry import chosen, problems_of
from gevinst.stats.distributions import law_of, points
from gevinst.text.language import language
from tests.conftest import PAIRS, persons

NBSP = "\u00a0"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_report_of_paired_data(paired, lang: str) -> None:
    """The report of paired data has one coupling and speaks of no other."""
    page = render(analyse(paired, n=500, rng=1), lang)
    known = {"da": "Hver borgers eget forløb", "en": "Each citizen&#39;s own path"}[lang]
    assert known in page
    assert {"da": "kobles", "en": "coupled"}[lang] not in page
    assert page.count('role="img"') == 7


def test_report_section(ishoj) -> None:
    """The section stands in the report of a study with strata, and is left out without."""
    page = render(analyse(ishoj, n=200, rng=1), "en")
    assert '<section id="stratify">' in page
    assert "do not keep their sign" in page
    without = render(analyse(replace(ishoj, stratification=None), n=200, rng=1), "en")
    assert '<section id="stratify">' not in without
    paired = render(analyse(persons(ishoj), n=200, rng=1), "da")
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
        "; moves with cash_benefit, rank correlation 0.60"
    )
    assert said("early_retirement").startswith("PERT from 60,000 to 160,000, most likely 81,995;")
    assert "moves with cash_benefit, rank correlation −0.40" in said("early_retirement")
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
