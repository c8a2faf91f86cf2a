"""What comes in is a cost with a minus, wherever a cost is: by hand, and against its own twin."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.turning.inputs import brings_in
from gevinst.study.study import Study
from gevinst.text.language import language
from tests.conftest import run

TAX = 9_000.0  # kr. a month


@pytest.fixture
def taxed(tmp_path: Path) -> Path:
    """Ishøj, with tax that comes in of those in ordinary employment."""
    folder = tmp_path / "taxed"
    shutil.copytree(gv.bundled()["ishoj-smc"], folder)
    top = folder / "study.toml"
    own = 'id = "ordinary_employment"'
    top.write_text(top.read_text("utf-8").replace(own, f"{own}\nincome = true"), "utf-8")
    rates = folder / "rates.csv"
    row = "ordinary_employment;0;kr/year;;;0;kr/month;fixed;;;;;no_municipal_cost;"
    new = "ordinary_employment;9.000;kr/month;;;9.000;kr/month;gamma;0,10;;;rates;mean_of_many;"
    text = rates.read_text("utf-8")
    assert row in text
    rates.write_text(text.replace(row, new), "utf-8")
    return folder


def _moved_by_tax(study: Study) -> float:
    """What the tax adds to the difference: more in work at the end is more that comes in."""
    i = study.axes.at("item", "ordinary_employment")
    treated, reference = (
        12 * TAX * (study.counts[a, -1, i] - study.counts[a, 0, i]) / study.arms[a].analysed
        for a in (study.axes.at("arm", arm) for arm in study.contrast.arms)
    )
    return float(treated - reference)


def test_tax_of_those_in_work(taxed: Path) -> None:
    """The difference moves by the tax of those who came to work, in every place that has it."""
    study, own = gv.read(taxed), gv.load("ishoj-smc")
    found = gv.gain(study)
    assert found.difference == pytest.approx(gv.gain(own).difference + _moved_by_tax(study))
    assert found.difference == pytest.approx(gv.bootstrap(study).difference["widest"].estimate)
    a, i = study.axes.at("arm", "intervention"), study.axes.at("item", "ordinary_employment")
    assert found.cells[a, -1, i] == -12 * TAX * study.counts[a, -1, i]
    assert "(income)" in found.summary("en")
    assert gv.verify(gv.robustness(study).to_dict()) == []


def test_worst_and_best_reach_what_comes_in(taxed: Path) -> None:
    """Of those who were lost the best that can be is to bring in, no longer to cost nothing."""
    study, own = gv.read(taxed), gv.load("ishoj-smc")
    assert study.cheapest.tolist() == [-12 * TAX] * len(study.times)
    inner, outer = gv.missing(own).manski, gv.missing(study).manski
    assert inner is not None
    assert outer is not None
    moved = _moved_by_tax(study)
    lost = {arm.id: study.counts[a, -1, list(study.lost)].sum() for a, arm in enumerate(study.arms)}
    assert all(lost.values())
    assert outer[0] < inner[0] + moved < inner[1] + moved < outer[1]
    simulated = [_bound(study, which) for which in ("worst", "best")]
    assert outer == pytest.approx(tuple(simulated), abs=1e-6)


def _bound(study: Study, which: str) -> float:
    """What simulating the lost alone gives when they do what is worst, or best."""
    assumed = study.assume("missing", moved=which, dropouts=which)
    drawn = gv.simulate(assumed, vary=["missing"], n=2, rng=1).by_coupling["widest"]
    return float(drawn.difference[0])


def test_persons(tmp_path: Path) -> None:
    """Welch's standard error of citizens' own gains, worked out without the package."""
    generator = np.random.default_rng(7)
    cost = {"benefit": 12_000.0, "work": -8_000.0, "nothing": 0.0}
    names = list(cost)
    rows, gains = [], {"intervention": [], "control": []}
    for arm, n in (("intervention", 13), ("control", 11)):
        for k in range(n):
            before, after = generator.choice(names, 2)
            rows.append({"id": f"{arm}{k}", "arm": arm, "start": before, "end": after})
            gains[arm].append(12 * (cost[before] - cost[after]))
    study = gv.from_tables(
        id="taxes",
        title="taxes",
        price_year=2020,
        currency="GBP",
        arms=[{"id": arm, "en": arm, "source": "s"} for arm in gains],
        payers=["council"],
        times=["start", "end"],
        statuses=[{"id": "benefit"}, {"id": "work", "income": True}, {"id": "nothing"}],
        persons=rows,
        rates=[
            {
                "rate": name,
                "amount": abs(kr),
                "unit": "GBP/month",
                "distribution": "fixed",
                "assumption": "known",
                "source": "s",
            }
            for name, kr in cost.items()
        ],
        prices=[{"status": name, "rate": name, "source": "s"} for name in names],
        assumptions={"known": "known"},
        sources=[{"name": "outcomes", "en": "few people"}],
    )
    x, y = (np.array(each) for each in gains.values())
    found = gv.bootstrap(study).difference["observed"]
    assert gv.gain(study).difference == pytest.approx(x.mean() - y.mean())
    assert found.standard_error == pytest.approx(
        np.sqrt(x.var(ddof=1) / len(x) + y.var(ddof=1) / len(y))
    )
    gv.write(study, tmp_path / "copy")
    assert gv.read(tmp_path / "copy").hash == study.hash


def test_income_or_a_cost_with_a_minus(two_types: Path) -> None:
    """Turned into income, a line moves the difference by twice what it was."""
    text = (two_types / "study.toml").read_text("utf-8")
    study = gv.read(two_types)
    item = next(each.id for each in study.items if not each.investment)
    turned = text.replace(f'id = "{item}"\n', f'id = "{item}"\nincome = true\n', 1)
    assert turned != text
    (two_types / "study.toml").write_text(turned, "utf-8")
    other = gv.read(two_types)
    own = gv.gain(study)
    i = study.axes.at("item", item)
    citizens = [arm.analysed for arm in study.arms]
    cost = own.cells[:, :, i].sum(axis=1) / citizens
    a, b = (study.axes.at("arm", arm) for arm in study.contrast.arms)
    assert gv.gain(other).difference == pytest.approx(own.difference + 2 * (cost[a] - cost[b]))
    assert other.hash != study.hash


@pytest.fixture
def two_types(tmp_path: Path) -> Path:
    """A copy of the study of two case types."""
    from tests.conftest import DATA

    return Path(shutil.copytree(DATA / "two_types", tmp_path / "two_types"))


def test_a_rate_that_would_turn_it_brings_in(taxed: Path) -> None:
    """The nearest rate is said to bring in where it does, and the two others still to cost."""
    study = gv.read(taxed)
    inputs = {each.input: each for each in gv.break_even(study).inputs}
    assert brings_in(study, inputs["rate.ordinary_employment"])
    assert not brings_in(study, inputs["rate.flexjob"])
    assert not brings_in(study, inputs["heads.intervention"])
    tax = inputs["rate.ordinary_employment"]
    moved = _moved_by_tax(study)
    before = gv.gain(study).difference - moved
    assert tax.value == pytest.approx(-before / moved * TAX)


def test_a_report_says_what_comes_in(taxed: Path, tmp_path: Path, capsys) -> None:
    """The table of costs says that a row is one of income."""
    out = tmp_path / "report"
    asked = ["report", str(taxed), "-o", str(out), "--draws", "1000", "--no-figures"]
    code, _, aside = run(capsys, *asked, "--lang", "en")
    assert code == 0, aside
    assert "(income)" in (out / "report.html").read_text("utf-8")
    assert json.loads((out / "numbers.json").read_text("utf-8"))


def test_the_cheapest_end_brings_in(taxed: Path) -> None:
    """What it would take is counted from the end that costs least, which brings in."""
    study = gv.read(taxed)
    found = gv.stress(study)
    assert found.least == -12 * TAX
    assert "9,000" not in found.summary("en")
    assert "brings in 108,000" in found.summary("en")
    assert gv.stress(gv.load("ishoj-smc")).least == 0.0
    # Nobody changes who is there already, and one of another status moves it by both.
    kr = found.by_coupling["narrowest"].path
    assert -12 * TAX not in kr


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (-5_000.0, -25_000.0, "fell from"),
        (-25_000.0, -5_000.0, "rose from"),
        (100.0, -50.0, "fell from"),
        (0.0, 50.0, "rose from nothing"),
        (0.0, -50.0, "fell from"),
        (-50.0, -50.0, "the same at both times"),
        (0.0, 0.0, "no cost at either time"),
        (200.0, 100.0, "fell by 50"),
    ],
)
def test_a_cost_below_nothing_is_said_as_it_is(taxed: Path, before, after, key) -> None:
    """No share of a cost that is none or less, and none that came from nothing."""
    found = gv.progression(gv.read(taxed))
    part = found.of("intervention")
    other = replace(part, before=before, after=after, published=None)
    said = found.said(other, language("en"))
    assert key in said
    assert ("fell by" in said) == (key == "fell by 50")


def test_a_published_income_has_no_sign(taxed: Path) -> None:
    """A figure of one status of income follows as it is printed; in the sum it has a minus."""
    study = gv.read(taxed)
    i = study.axes.at("item", "ordinary_employment")
    n = int(study.counts[study.axes.at("arm", "intervention"), -1, i])
    row = "tax;cost;intervention;1.5;ordinary_employment;{};kr;0;s\n"
    for value, follows in ((12 * TAX * n, True), (-12 * TAX * n, False)):
        (taxed / "published.csv").write_text(
            "figure;measure;arm;time;item;value;unit;rounding;source\n"
            + row.format(f"{value:.0f}"),
            "utf-8",
        )
        found = gv.audit(gv.read(taxed)).findings
        assert (not [each for each in found if each.figure == "tax"]) == follows
