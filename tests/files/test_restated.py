"""Other currencies and other years' prices: what is multiplied by what, and what is refused."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.files.written.script import write_script
from gevinst.study.restated import Restated
from gevinst.text.language import LANGUAGES, language
from tests.conftest import DATA, cell, run

Change = Callable[[Path], object]

RATES = "rate;amount;unit;price_year;distribution;cv;drawn_by;assumption;source\n"
NOTHING = "nothing;0;kr/year;;fixed;;;mean;s\n"
LINES = "arm;item;time;amount;unit;rate;price_year;per;distribution;assumption;source\n"
INDEX = "year;index;source\n2014;98,4;series\n2016;100;series\n2020;104,3;series\n"
SEK = '[[exchange]]\ncurrency = "SEK"\nrate = 0.65\nyear = 2016\nsource = "the bank"\n\n'


def _rates(benefit: str = ";", other: str = ";", kr: str = "12.031") -> Change:
    """Write the rates with a currency and a price year of two of them."""
    (money, year), (its, own) = (each.split(";") for each in (benefit, other))
    rows = [
        f"cash_benefit;{kr};{money or 'kr'}/month;{year};gamma;0,1;rates;mean;s\n",
        f"rehabilitation;155.000;{its or 'kr'}/year;{own};gamma;0,1;rates;mean;s\n",
    ]
    text = RATES + "".join(rows) + NOTHING
    return lambda folder: (folder / "rates.csv").write_text(text, "utf-8")


def _index(text: str = INDEX) -> Change:
    return lambda folder: (folder / "index.csv").write_text(text, "utf-8")


def _exchange(text: str = SEK) -> Change:
    return cell("study.toml", "[[times]]", text + "[[times]]")


def _in(currency: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Say that amounts are of another currency."""
    return frame.assign(unit=frame["unit"].str.replace("kr", currency))


def many(*changes: Change) -> Change:
    """Make several changes."""
    return lambda folder: [change(folder) for change in changes]


def _two_amounts(first: str, second: str) -> Change:
    """Write one price in two rows, each with its currency and price year."""
    more = '[[items]]\nid = "more"\nda = "mere"\n\n[[sources]]'
    rows = [
        f"project;{item};0;480.000;{money or 'kr'};one;{year};group;fixed;printed;s\n"
        for item, each in (("project", first), ("more", second))
        for money, year in [each.split(";")]
    ]
    return many(
        cell("study.toml", "[[sources]]", more),
        lambda folder: (folder / "lines.csv").write_text(LINES + "".join(rows), "utf-8"),
    )


IMPLIED = (
    RATES.replace("cv;", "cv;printed;printed_unit;")
    + "cash_benefit;12.031;kr/month;2016;gamma;0,1;12.000;kr/month;rates;mean;s\n"
    + "rehabilitation;155.000;kr/year;;gamma;0,1;;;rates;mean;s\n"
    + "nothing;0;kr/year;;fixed;;;;;mean;s\n"
)

BROKEN: dict[str, tuple[Change, str, str, int | None, str]] = {
    "no code": (_rates("sek;"), "E030", "rates.csv", 2, "«sek/month»"),
    "no code of a rate of exchange": (
        many(_rates(";"), _exchange(SEK.replace("SEK", "kroner"))),
        *("E220", "study.toml", 40, "«kroner»"),
    ),
    "its own currency": (
        many(_rates(";"), _exchange(SEK.replace("SEK", "DKK"))),
        *("E221", "study.toml", 4, "or correct 'currency' at the top"),
    ),
    "two rates": (
        many(_rates("SEK;2016"), _index(), _exchange(SEK + SEK.replace("0.65", "0.66"))),
        *("E222", "study.toml", 47, "«0.66». SEK has two exchange rates; the first is 0.65"),
    ),
    "a rate of nothing": (
        many(_rates("SEK;2016"), _index(), _exchange(SEK.replace("0.65", "0"))),
        *("E223", "study.toml", 41, "'rate' is no number above 0"),
    ),
    "a rate that is no number": (
        many(_rates("SEK;2016"), _index(), _exchange(SEK.replace("0.65", '"0.65"'))),
        *("E051", "study.toml", 41, "«0.65»"),
    ),
    "an index of nothing": (
        many(_rates(";2014"), _index(INDEX.replace("98,4", "0"))),
        *("E223", "index.csv", 2, "'index' is no number above 0"),
    ),
    "no exchange rate": (
        _rates("SEK;"),
        *("E224", "rates.csv", 2, 'Write [[exchange]] with currency = "SEK", rate (how many DKK'),
    ),
    "no index": (_rates(";2016"), "E225", "rates.csv", 2, "than those of 2020, and"),
    "a year missing": (
        many(_rates(";2015"), _index()),
        *("E226", "rates.csv", 2, "prices of 2020, and the table index lacks 2015"),
    ),
    "the study's year missing": (
        many(_rates(";2016"), _index(INDEX.replace("2020", "2021"))),
        *("E226", "rates.csv", 2, "the table index lacks 2020"),
    ),
    "one price of two years": (
        many(_rates(), _two_amounts(";2016", ";2014"), _index()),
        *("E228", "lines.csv", 3, "The rate 'one' is in another currency"),
    ),
    "implied by its own cells": (
        many(lambda folder: (folder / "rates.csv").write_text(IMPLIED, "utf-8"), _index()),
        *("E229", "rates.csv", 2, "«12.000»"),
    ),
    "no year": (many(_rates(";16"), _index()), "E141", "rates.csv", 2, "«16»"),
    "too much": (
        many(_rates(";2016", kr="999.999.999.999.999"), _index()),
        *("E140", "rates.csv", 2, "999.999.999.999.999"),
    ),
}
DOUBTFUL: dict[str, tuple[Change, str, str, int | None, str]] = {
    "an index for nothing": (
        many(_rates(";2020"), _index()),
        *("W220", "index.csv", None, "another year's prices than 2020"),
    ),
    "an exchange rate for nothing": (
        many(_rates(), _exchange()),
        *("W221", "study.toml", 40, "«SEK». No amount is in that currency"),
    ),
    "an exchange rate of another year": (
        many(_rates("SEK;2014"), _index(), _exchange()),
        *("W222", "rates.csv", 2, "«2014». The amount is in that year's prices, and the exchange"),
    ),
}
CODES: dict[str, tuple[str, Change]] = {
    case[1]: ("alone", case[0]) for case in (*BROKEN.values(), *DOUBTFUL.values())
}
"""Code -> a study, and a change of its folder that gives it."""


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A copy of the study of one arm, in Danish kroner of 2020."""
    return shutil.copytree(DATA / "one_arm", tmp_path / "study")


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said_at_its_place(alone: Path, name: str) -> None:
    """Each contradiction is one error, with file, line, and the other place."""
    change, code, file, line, words = BROKEN[name]
    change(alone)
    study, problems = gv.check(alone)
    assert study is None
    found = [(p.code, p.file, p.line) for p in problems.errors]
    assert found == [(code, file, line)], [p.say() for p in problems.errors]
    assert words in problems.errors[0].say("en")
    assert problems.errors[0].say("da")


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_doubtful_is_said(alone: Path, name: str) -> None:
    """What nothing uses, and what is of unlike years, is a warning."""
    change, code, file, line, words = DOUBTFUL[name]
    change(alone)
    study, problems = gv.check(alone)
    assert study is not None
    warnings = [p for p in problems if p.severity == "warning"]
    assert [(p.code, p.file, p.line) for p in warnings] == [(code, file, line)]
    assert words in warnings[0].say("en")


def test_an_index_that_cannot_be_read_is_said_once(alone: Path) -> None:
    """What is wrong with it is said where it stands, and not of every rate."""
    many(_rates(";2014", ";2016"), _index(INDEX.replace("98,4", "98.4")))(alone)
    assert [(p.code, p.file) for p in gv.check(alone)[1].errors] == [("E021", "index.csv")]


EVERYTHING = many(_rates(";2014", "SEK;2016"), _index(), _exchange())


def test_an_amount_is_exchanged_and_then_indexed(alone: Path) -> None:
    """The rate, its range and its rounding: each times both factors, from its own price year."""
    EVERYTHING(alone)
    study = gv.read(alone)
    benefit, other, nothing = study.rates[:3]
    assert benefit.restated == Restated(12_031.0, 2014, index=104.3 / 98.4)
    assert benefit.kr == pytest.approx(12_031 * 12 * 104.3 / 98.4, rel=1e-12)
    assert benefit.rounding == pytest.approx(0.5 * 12 * 104.3 / 98.4, rel=1e-12)
    assert other.restated == Restated(155_000.0, 2016, "SEK", 0.65, 104.3 / 100.0)
    assert other.kr == pytest.approx(155_000 * 0.65 * 1.043, rel=1e-12)
    assert nothing.restated is None
    ranged = "cash_benefit;12.031;kr/month;2014;gamma;0,1"
    cell("rates.csv", "cv;", "cv;low;high;")(alone)
    cell("rates.csv", ranged, "cash_benefit;12.031;kr/month;2014;uniform;;11.000;13.062")(alone)
    cell("rates.csv", "SEK/year;2016;gamma;0,1;", "SEK/year;2016;gamma;0,1;;;")(alone)
    cell("rates.csv", ";fixed;;", ";fixed;;;;")(alone)
    law = gv.read(alone).rates[0].distribution
    assert (law.low, law.high) == pytest.approx(
        (11_000 * 12 * 104.3 / 98.4, 13_062 * 12 * 104.3 / 98.4)
    )


@given(
    kr=st.integers(1, 10**6),
    factor=st.floats(0.01, 100.0),
    base=st.floats(0.01, 1000.0),
    exchange=st.floats(0.001, 1000.0),
)
def test_the_base_of_an_index_does_not_matter(
    kr: int, factor: float, base: float, exchange: float
) -> None:
    """A whole series times a number, or kroner of another name at one to one, change nothing."""
    tables = gv.to_tables(gv.read(DATA / "one_arm"))

    def cost(scale: float, rate: float) -> float:
        rates = _in("SEK", tables["rates"].assign(price_year=2016))
        rates["kr"] = kr
        index = {"year": [2016, 2020], "index": [scale, scale * factor], "source": "s"}
        sek = {"SEK": {"rate": rate, "source": "s"}}
        study = gv.from_tables(**{**tables, "rates": rates}, index=index, exchange=sek)
        return float(study.kr[0])

    assert cost(base, exchange) == pytest.approx(cost(1.0, 1.0) * exchange, rel=1e-12)


def test_it_is_the_study_of_the_amounts_it_comes_to(alone: Path) -> None:
    """The gain, and every draw, are those of the multiplied amounts stated as they are."""
    EVERYTHING(alone)
    study = gv.read(alone)
    plain = replace(study, rates=tuple(replace(rate, restated=None) for rate in study.rates))
    assert gv.gain(study).difference == gv.gain(plain).difference
    drawn, same = (gv.simulate(each, n=100, rng=1) for each in (study, plain))
    means = [
        [coupling.found.mean for coupling in each.by_coupling.values()] for each in (drawn, same)
    ]
    assert means[0] == means[1]
    assert study.hash != plain.hash


def test_what_is_the_studys_own_is_not_restated(alone: Path) -> None:
    """Its own year and currency written out give the study that leaves both empty."""
    before = gv.read(DATA / "one_arm")
    cell("rates.csv", "unit;", "unit;price_year;")(alone)
    for amount in (";140.000;", ";155.000;", ";0;"):
        cell("rates.csv", f"{amount}kr/year;", f"{amount}DKK/year;2020;")(alone)
    assert gv.read(alone).hash == before.hash


def test_lines_are_restated(alone: Path) -> None:
    """Amounts that name one price are round as they are stated; a line alone as it is printed."""
    many(_rates(), _two_amounts("SEK;2016", "SEK;2016"), _index(), _exchange())(alone)
    study = gv.read(alone)
    rate = study.rates[-1]
    assert rate.restated == Restated(480_000.0, 2016, "SEK", 0.65, 1.043)
    assert rate.kr == pytest.approx(480_000 * 0.65 * 1.043, rel=1e-12)
    for amount in study.amounts:
        assert amount.kr == pytest.approx(rate.kr, rel=1e-12)
        assert (amount.printed, amount.half) == (480_000.0, pytest.approx(0.5 * 0.65 * 1.043))


def _foreign_gladsaxe() -> gv.Study:
    """Gladsaxe with every line in Swedish kroner of another year, one of them uncounted."""
    tables = gv.to_tables(gv.load("gladsaxe"))
    lines = _in("SEK", tables["lines"].assign(price_year=2010))
    return gv.from_tables(
        **{**tables, "lines": lines},
        index={"year": [2010, 2013], "index": [94.7, 101.3], "source": "series"},
        exchange=[{"currency": "SEK", "rate": 0.7812, "source": "bank", "year": 2010}],
    )


def _foreign_ishoj() -> gv.Study:
    """Ishøj with its lines, uncounted ones too, in euros of the study's own year."""
    tables = gv.to_tables(gv.load("ishoj-smc"))
    lines = _in("EUR", tables["lines"])
    return gv.from_tables(
        **{**tables, "lines": lines}, exchange={"EUR": {"rate": 7.45, "source": "bank"}}
    )


def _everything(tmp_path: Path) -> gv.Study:
    folder = shutil.copytree(DATA / "one_arm", tmp_path / "restated")
    EVERYTHING(folder)
    return gv.read(folder)


def _of_euros() -> gv.Study:
    """A study in euros with one rate in kroner of another year."""
    tables = gv.to_tables(gv.read(DATA / "one_arm"))
    rates = _in("EUR", tables["rates"].rename(columns={"kr": "amount"}))
    rates.loc[0, ["unit", "price_year"]] = ["DKK/year", 2014]
    others = {name: _in("EUR", tables[name]) for name in ("lines", "published")}
    return gv.from_tables(
        **{**tables, "rates": rates, **others},
        currency="EUR",
        index={"year": [2014, 2020], "index": [98.4, 104.3], "source": "series"},
        exchange={"DKK": {"rate": 0.1342, "source": "bank"}},
    )


def test_a_krone_is_foreign_in_a_study_of_euros() -> None:
    """What was stated is said in kroner, and what it was exchanged at in euros."""
    study = _of_euros()
    said = re.sub("\u00a0", " ", gv.gain(study).summary("en"))
    assert "Cash benefit: 140,000 DKK a year in 2014 prices × 0.1342 × 1.06" in said
    assert "Exchange rate: 1 DKK = 0.1342 EUR (bank)" in said
    assert "kr." not in said
    assert study.kr[0] == pytest.approx(140_000 * 0.1342 * 104.3 / 98.4, rel=1e-12)


@pytest.mark.parametrize("style", LANGUAGES)
@pytest.mark.parametrize(
    "make",
    [lambda _: _of_euros(), _everything, lambda _: _foreign_gladsaxe(), lambda _: _foreign_ishoj()],
)
def test_it_is_written_as_it_was_stated(tmp_path: Path, make, style: str) -> None:
    """Folder, frames and script give the same hash, in either number style."""
    study = replace(make(tmp_path), number_style=style)
    gv.write(study, tmp_path / "again")
    script = write_script(tmp_path / "again.py", language("en"), study).read_text("utf-8")
    made: dict[str, gv.Study] = {}
    exec(compile(script.partition("\nprint(")[0], "again.py", "exec"), made)  # noqa: S102
    for again in (
        gv.read(tmp_path / "again"),
        gv.from_tables(**gv.to_tables(study)),
        made["study"],
    ):
        assert again.hash == study.hash
        assert np.array_equal(again.kr, study.kr)
    if make is _everything:
        row = (tmp_path / "again" / "rates.csv").read_text("utf-8").splitlines()[1]
        assert row.startswith("cash_benefit;12031;kr/month;2014;gamma")


def test_what_was_done_is_said(capsys, alone: Path) -> None:
    """The calculation and the report repeat what was stated, by what it was multiplied, and why."""
    EVERYTHING(alone)
    study = gv.read(alone)
    en, da = (re.sub("\u00a0", " ", gv.gain(study).summary(lang)) for lang in ("en", "da"))
    assert "12,031 kr. a month in 2014 prices × 1.06" in en
    assert "155,000 SEK a year in 2016 prices × 0.65 × 1.043" in en
    assert "Exchange rate: 1 SEK = 0.65 kr. (2016, the bank)" in en
    assert "98.4 in 2014 (series); 100 in 2016 (series); 104.3 in 2020 (series)" in en
    assert "12.031 kr. pr. måned i 2014-priser × 1,06" in da
    assert "Valutakurs: 1 SEK = 0,65 kr. (2016, the bank)" in da
    page = gv.report(study, alone.parent / "out", lang="en", n=200, figures=False).page
    said = re.sub("\u00a0|&nbsp;", " ", Path(page).read_text("utf-8"))
    assert "155,000 SEK a year in 2016 prices × 0.65 × 1.043" in said
    assert "Exchange rate: 1 SEK = 0.65 kr. (2016, the bank)" in said
    assert "restated" not in gv.gain(gv.load("ishoj-smc")).summary("en")
    code, out, _ = run(capsys, "gain", str(alone), "--lang", "en")
    assert (code, "in 2014 prices" in out) == (0, True)


@pytest.mark.parametrize(
    ("printed", "off"), [("12.031", False), ("12.752", False), ("12.400", True)]
)
def test_a_published_rate_is_of_either_year(alone: Path, printed: str, off: bool) -> None:
    """A rate printed as it was stated, or as it is in the study's year, agrees; no other does."""
    many(_rates(";2014"), _index())(alone)
    rows = f"rate;rate;project;cash_benefit;=;{printed};kr/month;1;s\n"
    header = "figure;measure;arm;item;relation;value;unit;rounding;source\n"
    (alone / "published.csv").write_text(header + rows, "utf-8")
    assert bool(gv.audit(gv.read(alone)).deviating) is off


def test_cells_are_not_held_against_rates_of_another_year(alone: Path) -> None:
    """A printed rate of another year says nothing of a cell's: what is unlike is left alone."""
    many(_rates(";2014"), _index())(alone)
    cost = round(18 * gv.read(alone).kr[0])
    header = "figure;measure;arm;time;item;value;unit;rounding;source\n"
    rate = "rate;rate;project;;cash_benefit;12.031;kr/month;1;s\n"
    spent = f"cost;cost;project;0;cash_benefit;{cost};kr;1;s\n"
    (alone / "published.csv").write_text(header + rate + spent, "utf-8")
    assert "rate" not in {finding.code for finding in gv.audit(gv.read(alone)).findings}
