"""Rates: what a study states of them, how they are drawn, and how they move together.

Statistical bounds are six standard errors: a normal deviate exceeds them less than once in 500
million times, so each test here fails by chance less than once in a million.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import gevinst as gv
from gevinst.reports.sections.assumptions import _spread
from gevinst.sources.registry import chosen, problems_of
from gevinst.stats.distributions import law_of, points
from gevinst.study.prices import Correlation, Distribution
from gevinst.text.language import language
from tests.conftest import PAIRS, cell

NBSP = "\u00a0"


# Drawing


# Moving together


# Moments


# Reading

TOP = "cash_benefit;144.372,81;kr/year;144.372,8077;144.372,8214;12.031;kr/month;"
CASH = TOP + "gamma;0,10;;;rates"
LINE = "uniform;;2.250.000;2.350.000;investment"


def _cash(stated: str) -> Callable[[Path], None]:
    return cell("rates.csv", CASH, f"{TOP}{stated};rates")


def _line(stated: str) -> Callable[[Path], None]:
    return cell("lines.csv", LINE, f"{stated};investment")


def _pairs(*rows: str, header: str = "rate;with;rank_correlation;assumption"):
    def change(folder: Path) -> None:
        (folder / "correlations.csv").write_text("\n".join((header, *rows)) + "\n", "utf-8")

    return change


BROKEN = {
    "a range no gamma has": (
        _cash("gamma;;140.000;200.000"),
        *("E091", "rates.csv", 2, "«140.000 - 200.000». The gamma"),
    ),
    "a range no lognormal has": (
        _line("lognormal;;2.290.000;2.350.000"),
        *("E091", "lines.csv", 2, "Write that range, 'cv' in its place, or pert"),
    ),
    "a mode outside": (
        _cash("pert;;140.000;200.000"),
        *("E092", "rates.csv", 2, "would be 131559, outside"),
    ),
    "what a PERT can be": (
        _line("pert;;2.290.000;2.590.000"),
        *("E092", "lines.csv", 2, "the rate lies between 2340000 and 2540000"),
    ),
    "cv and a range": (
        _cash("gamma;0,10;130.000;160.000"),
        *("E093", "rates.csv", 2, "say how wide the gamma is"),
    ),
    "cv beside bounds": (
        _line("uniform;0,10;2.250.000;2.350.000"),
        *("E093", "lines.csv", 2, "«0,10»"),
    ),
    "cv too large": (_cash("lognormal;2,5;;"), "E045", "rates.csv", 2, "between 0 and 2"),
    "half a range": (_cash("lognormal;;130.000;"), "E014", "rates.csv", 2, "'high'"),
    "neither cv nor range": (_cash("lognormal;;;"), "E014", "rates.csv", 2, "'cv'"),
    "half a PERT": (_cash("pert;;;160.000"), "E014", "rates.csv", 2, "'low'"),
    "a range beside the rate": (
        _cash("gamma;;150.000;160.000"),
        *("E046", "rates.csv", 2, "The rate 144372.81 does not lie"),
    ),
    "a negative end": (_cash("pert;;-10;160.000"), "E022", "rates.csv", 2, "«-10»"),
    "unknown kind": (_cash("normal;0,10;;"), "E030", "rates.csv", 2, "gamma, lognormal, pert"),
    "correlated with nothing": (
        _pairs("cash_benefit;rehabilitaton;0,5;mean_of_many"),
        *("E030", "correlations.csv", 2, "Write one of: rehabilitation"),
    ),
    "unknown assumption": (
        _pairs("cash_benefit;rehabilitation;0,5;because"),
        *("E030", "correlations.csv", 2, "«because»"),
    ),
    "no assumption": (
        _pairs("cash_benefit;rehabilitation;0,5;"),
        *("E014", "correlations.csv", 2, "'assumption'"),
    ),
    "correlated with a fixed rate": (
        _pairs("cash_benefit;rehabilitation;0,5;mean_of_many", "moved;flexjob;0,5;mean_of_many"),
        *("E094", "correlations.csv", 3, "«moved». The rate has no spread"),
    ),
    "across sources": (
        _pairs("cash_benefit;investment;0,5;mean_of_many"),
        *("E095", "correlations.csv", 2, "drawn by 'rates', the other by 'investment'"),
    ),
    "above one": (
        _pairs("cash_benefit;rehabilitation;1,5;mean_of_many"),
        *("E096", "correlations.csv", 2, "«1,5»"),
    ),
    "with itself": (
        _pairs("flexjob;flexjob;0,5;mean_of_many"),
        *("E097", "correlations.csv", 2, "«flexjob». A rate always moves with itself"),
    ),
    "a pair twice": (
        _pairs(
            "flexjob;cash_benefit;0,5;mean_of_many",
            "flexjob;rehabilitation;0,2;mean_of_many",
            "cash_benefit;flexjob;0,4;mean_of_many",
        ),
        *("E013", "correlations.csv", 4, "first: 2"),
    ),
    "no number": (
        _pairs("flexjob;cash_benefit;some;mean_of_many"),
        *("E020", "correlations.csv", 2, "«some»"),
    ),
    "no column": (
        _pairs("flexjob;cash_benefit;0,5", header="rate;with;rank_correlation"),
        *("E010", "correlations.csv", 1, "'assumption'"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said_at_its_place(folder: Path, name: str) -> None:
    """Each thing that can be wrong is one error, with file, line and what to write."""
    change, code, file, line, words = BROKEN[name]
    change(folder)
    study, problems = gv.check(folder)
    assert study is None
    assert [(p.code, p.file, p.line) for p in problems.errors] == [(code, file, line)]
    assert words in problems.errors[0].say("en")
    assert problems.errors[0].say("da")


def test_the_range_to_write_can_be_written(folder: Path) -> None:
    """The points that E091 names are a range that is accepted."""
    _cash("gamma;;140.000;200.000")(folder)
    (error,) = gv.check(folder)[1].errors
    cell("rates.csv", "140.000;200.000", f"{error.values['low']};{error.values['high']}")(folder)
    study, problems = gv.check(folder)
    assert not problems.errors
    assert study is not None


def test_a_range_is_read_and_its_fit_shown(folder: Path) -> None:
    """A 90 % range in kr. a month is fitted per year, and a note shows both points."""
    cell(
        "rates.csv",
        "cash_benefit;144.372,81;kr/year;144.372,8077;144.372,8214;",
        "cash_benefit;12.031;kr/month;;;",
    )(folder)
    cell("rates.csv", "kr/month;gamma;0,10;;;", "kr/month;lognormal;;10.000;14.200;")(folder)
    study, problems = gv.check(folder)
    rate = study.rates[0]
    assert rate.distribution == Distribution("lognormal", "mean_of_many", 0.0, 120_000.0, 170_400.0)
    law = rate.distribution.law(rate.kr)
    assert law.mean == rate.kr == 12_031 * 12
    low, high = (round(kr / 12) for kr in points(law))
    (note,) = (p for p in problems if p.code == "N091")
    assert (note.file, note.line, note.read) == ("rates.csv", 2, "10.000 - 14.200")
    assert f"{low} and {high}" in note.say("en")
    assert f"{low} og {high}" in note.say("da")
    assert f"{law.cv:.3g}".replace(".", ",") in note.say("da")


@pytest.mark.parametrize("stated", ["lognormal;0,10;;", "pert;;120.000;180.000", "gamma;0;;"])
def test_other_kinds_are_read_without_a_word(folder: Path, stated: str) -> None:
    """A lognormal by its cv and a PERT need no note; what is stated is what is kept."""
    before = [p.code for p in gv.check(folder)[1]]
    _cash(stated)(folder)
    study, problems = gv.check(folder)
    assert [p.code for p in problems if p.code != "N020"] == [c for c in before if c != "N020"]
    assert study.rates[0].distribution.kind == stated.partition(";")[0]


def test_correlations_are_read(folder: Path) -> None:
    """A correlations file becomes the study's correlations, and part of its hash."""
    before = gv.read(folder)
    assert before.correlations == ()
    _pairs(
        "cash_benefit;rehabilitation;0,6;mean_of_many", "flexjob;cash_benefit;-0,25;mean_of_many"
    )(folder)
    study = gv.read(folder)
    assert study.correlations == (
        Correlation("cash_benefit", "rehabilitation", 0.6, "mean_of_many"),
        Correlation("flexjob", "cash_benefit", -0.25, "mean_of_many"),
    )
    assert study.hash != before.hash
    assert replace(study, correlations=()).hash == before.hash
    assert np.isfinite(gv.simulate(study, n=50, rng=1).by_coupling["widest"].difference).all()


# Shown


def test_distribution_fits(mixed) -> None:
    """Each rate's law stands beside what is stated of it, in kr. per unit."""
    frame = gv.distribution_fits(mixed)
    assert list(frame.index) == [rate.id for rate in mixed.rates]
    for rate, row in zip(mixed.rates, frame.itertuples(), strict=True):
        law = rate.distribution.law(rate.kr)
        assert (row.kr, row.kind, row.mean) == (rate.kr, rate.distribution.kind, law.mean)
        assert row.sd == law.sd
        assert row.cv * row.mean == pytest.approx(row.sd)
        np.testing.assert_allclose((row.p5, row.p95), points(law))
        assert row.p5 <= row.p50 <= row.p95
        assert (row.drawn_by, row.assumption) == (rate.drawn_by, rate.distribution.assumption)
    stated = frame[["stated_low", "stated_high"]].dropna()
    ranged = {"early_retirement", "flexjob", "resource_programme", "investment"}
    assert ranged <= set(stated.index)
    assert not {"cash_benefit", "rehabilitation", "moved"} & set(stated.index)
    assert stated.loc["resource_programme"].tolist() == [300_000.0, 405_000.0]


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
