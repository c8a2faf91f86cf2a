"""Rates and correlations: what is read of them, what is fitted, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats.distributions import points
from gevinst.study.prices import Correlation, Distribution
from tests.conftest import cell

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
        *("E046", "rates.csv", 2, "The rate 144372,81 does not lie"),
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


def test_all_rates_in_a_wrong_unit_are_warnings(folder: Path) -> None:
    """Rates that are alike give no W043; each is still far from what is printed."""
    path = folder / "rates.csv"
    path.write_text(path.read_text("utf-8").replace(";kr/year;", ";kr/month;"), "utf-8")
    study, problems = gv.check(folder)
    assert study is not None
    found = [p for p in problems if p.code == "W044"]
    assert [p.line for p in found] == [2, 3, 4, 5, 6]
    assert "144.372,81 kr/month" in found[0].say()
    assert "12.031 kr/month" in found[0].say()


def test_a_year_in_a_month_column_is_a_warning(folder: Path) -> None:
    """A rate twelve times the others is warned about and used as written."""
    cell("rates.csv", "flexjob;158.634,84;kr/year", "flexjob;158.634,84;kr/month")(folder)
    study, problems = gv.check(folder)
    assert study is not None
    (warning,) = [p for p in problems if p.code == "W043"]
    assert warning.line == 5
    assert "158.634,84 kr/month" in warning.say("da")


def test_more_specific_prices_win(ishoj) -> None:
    """A row that names arm, time and basis prices its cells before a general one."""
    names = [rate.id for rate in ishoj.rates]
    low = names.index("resource_programme_low")
    at = ishoj.axes.at
    item = at("item", "resource_programme")
    for basis, expected in {
        "published": [[False, True, True], [False, False, False]],
        "printed": [[False] * 3] * 2,
        "low_after_start": [[False, True, True]] * 2,
    }.items():
        assert (ishoj.rate_maps[basis][:, 0, :, item] == low).tolist() == expected
