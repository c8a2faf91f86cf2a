"""Years: net present value, payback and their laws, held against what is worked out by hand."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.scenarios.over_time import over_time
from gevinst.analyses.years.asked import persistence_of, seen
from gevinst.analyses.years.payback import paid_back, payback
from gevinst.analyses.years.said import _share
from gevinst.rows.by_time import ByTime, all_times
from gevinst.sources.registry import chosen
from gevinst.stats.mean.widening import effective_degrees_of_freedom, widened
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import StudyError
from tests.conftest import DATA, run


def periods(*costs: tuple[float, float], paid: float = 0.0, **settings: Any) -> Study:
    """Two groups: per period of a year what a citizen cost with and without, and what was paid."""
    times = {f"y{k}": {"from": k, "to": k + 1} for k in range(len(costs))}
    head = {"unit": "kr", "per": "citizen", "assumption": "guess", "source": "invented"}
    law = {"distribution": "gamma", "cv": 0.2, "drawn_by": "rates"}
    lines = [
        {"arm": arm, "item": "care", "time": f"y{k}", "amount": kr, **head, **law}
        for k, each in enumerate(costs)
        for arm, kr in zip(("with", "without"), each, strict=True)
        if kr
    ]
    if paid:
        fixed = {**head, "distribution": "fixed"}
        lines.append({"arm": "with", "item": "programme", "time": "now", "amount": paid, **fixed})
        times = {"now": {"years": 0}, **times}
    stated: dict[str, Any] = {
        "id": "periods",
        "title": "Periods",
        "price_year": 2024,
        "arms": {a: {"enrolled": 9, "analysed": 9, "source": "s"} for a in ("with", "without")},
        "comparison": {"treated": "with", "reference": "without"},
        "payers": ["municipality"],
        "times": times,
        "items": {
            "care": {},
            **({"programme": {"kind": "one_off", "investment": True}} if paid else {}),
        },
        "conventions": {"horizon": "period_sum"},
        "sources": {"rates": {"label": "guess"}},
        "assumptions": {"guess": "guess"},
        "lines": lines,
    }
    return gv.from_tables(**{**stated, **settings})


def annuity(rate: float, years: int) -> float:
    """What one krone at the end of each of so many years is worth now, in closed form."""
    return (1.0 - (1.0 + rate) ** -years) / rate


def test_constant_flows_are_an_annuity() -> None:
    """A saving of 300 a year for 12 years at 3.5 %, less 1,000 now."""
    found = gv.years(periods((700, 1000), paid=1000), years=12, persistence="constant", n=2, rng=1)
    (course,) = found.courses
    assert course.npv == pytest.approx(300 * annuity(0.035, 12) - 1000)
    assert course.flow.tolist() == pytest.approx([-1000, *[300] * 12])
    assert found.discounting.schedule == "finance_ministry"
    assert [found.kind(y) for y in (0, 1, 2)] == ["start", "observed", "extrapolated"]


def test_each_persistence_by_hand() -> None:
    """Nothing after, the same, and a fifth less every year, side by side."""
    study = periods((700, 1000), (600, 1000), paid=1000)
    found = gv.years(
        study, years=4, persistence=["none", "constant", 0.2], discount="none", n=2, rng=1
    )
    flows = {course.persistence.name: course.flow.tolist() for course in found.courses}
    assert flows == {
        "none": pytest.approx([-1000, 300, 400, 0, 0]),
        "constant": pytest.approx([-1000, 300, 400, 400, 400]),
        "fading=0.2": pytest.approx([-1000, 300, 400, 320, 256]),
    }
    assert {c.persistence.name: c.back for c in found.courses} == {
        "none": None,
        "constant": 3,
        "fading=0.2": 3,
    }
    assert [c.ratio for c in found.courses] == pytest.approx([0.7, 1.5, 1.276])


def test_the_interval_of_an_annuity_is_the_scaled_one() -> None:
    """What is worth k times a year's difference in every row has k times its interval."""
    study = periods((700, 1000))
    one = gv.simulate(study, n=4000, rng=7).by_coupling["none"].found
    ten = gv.years(study, years=10, persistence="constant", n=4000, rng=7)
    scale = annuity(0.035, 10)
    found = ten.courses[0].by_coupling["none"].worth.found
    for name in ("mean", "standard_deviation", "low", "high"):
        assert getattr(found, name) == pytest.approx(scale * getattr(one, name), rel=1e-9)
    assert found.probability_positive == one.probability_positive
    limits = ten.courses[0].by_coupling["none"].limits
    assert limits[-1] == pytest.approx([found.low, found.high])


def test_without_a_rate_it_is_the_cumulative_gain(ishoj) -> None:
    """Nothing after the follow-up and nothing discounted: what `gain` accumulates by each rule."""
    for rule in ("cumulative_trapezoid", "cumulative_left", "cumulative_right"):
        study = ishoj.choose(horizon=rule)
        found = gv.years(study, years=2, persistence="none", discount="none", n=2, rng=1)
        assert found.courses[0].npv == pytest.approx(gv.gain(study).difference, rel=1e-9)
        discounted = gv.years(study, years=2, persistence="none", n=2, rng=1)
        own = gv.gain(study.choose(discount="finance_ministry")).difference
        assert discounted.courses[0].npv == pytest.approx(own, rel=1e-9)


def test_payback_is_counted_row_by_row() -> None:
    """The first year from which on a sum stays above zero, by going through every row."""
    rng = np.random.default_rng(3)
    rows = np.cumsum(rng.normal(0.1, 1.0, (7, 500)), axis=0)

    def by_hand(row: list[float]) -> int:
        for year in range(len(row)):
            if all(value > 0.0 for value in row[year:]):
                return year
        return len(row)

    expected = [by_hand(row) for row in rows.T.tolist()]
    assert paid_back(rows).tolist() == expected
    counted = payback(rows)
    assert counted.shares == tuple(expected.count(year) / 500 for year in range(7))
    assert counted.never == expected.count(7) / 500
    assert sum(counted.shares) + counted.never == pytest.approx(1.0)


def test_the_law_of_payback_is_that_of_the_draws(ishoj) -> None:
    """Draw by draw from the rows themselves, each year's law widened as its interval is."""
    found = gv.years(ishoj, years=4, persistence=0.3, n=3000, rng=5)
    under = found.courses[0].by_coupling["widest"]
    assert under.payback is not None
    assert under.payback.never == pytest.approx(1.0 - under.worth.probability())
    rows = ByTime(all_times(ishoj, falls=True), chosen(ishoj))
    block = rows.evaluate(5, 0)["widest"][:3000].reshape(3000, 4, 3)
    recurring, once = block[:, :2].sum(axis=1), block[:, 2:].sum(axis=1)
    sums = []
    levels = recurring[:, 1:] - recurring[:, :1]
    part = levels[:, 1] * 0.5
    first = 0.5 * levels[:, 0]
    second = 0.25 * (levels[:, 0] + levels[:, 1]) + 0.7 * part
    third = 0.7 * part + 0.49 * part
    fourth = 0.49 * part + 0.343 * part
    flows = [once.sum(axis=1), first, second, third, fourth]
    worth = [flow / 1.035**year for year, flow in enumerate(flows)]
    sums = np.array(list(accumulate(worth)))
    np.testing.assert_allclose(np.sort(under.worth.difference), np.sort(sums[-1]), rtol=1e-9)
    degrees = under.worth.degrees_of_freedom
    law = widened(np.sort(sums[-1]), degrees)
    low, high = np.quantile(law, [0.025, 0.975])
    assert (under.worth.found.low, under.worth.found.high) == pytest.approx((low, high))
    assert degrees == pytest.approx(
        effective_degrees_of_freedom(float(sums[-1].var(ddof=1)), under.worth.sampled)
    )


def test_the_ratio_stands_beside_the_difference() -> None:
    """Benefits are the net present value and the investment; of a fixed one its limits scale."""
    study = periods((700, 1000), paid=250)
    found = gv.years(study, years=1, n=2000, rng=1).courses[0]
    under = found.by_coupling["none"]
    assert found.ratio == pytest.approx(300 / 250)
    assert under.ratio is not None
    assert under.ratio.low == pytest.approx(1.0 + under.worth.found.low / 250)
    assert under.ratio.high == pytest.approx(1.0 + under.worth.found.high / 250)
    nothing = gv.years(periods((700, 1000)), years=1, n=20, rng=1)
    assert nothing.courses[0].ratio is None
    assert "No ratio" in nothing.summary("en")


def test_scenarios_and_years_are_paid_back_alike(ishoj) -> None:
    """The moment that the scenarios give lies in the year that the years give."""
    for each in over_time(ishoj, 0.95):
        study = ishoj.choose(horizon=each.horizon)
        found = gv.years(study, years=9, persistence="constant", discount="none", n=2, rng=1)
        assert found.courses[0].back is not None
        if each.years is None:
            assert found.courses[0].back <= 2
        else:
            assert found.courses[0].back == np.ceil(each.years)


def test_a_discounted_payback_is_where_the_sum_is_nothing(ishoj) -> None:
    """Of a discounted study the moment is later, and the sum until it is zero."""
    study = ishoj.choose(horizon="cumulative_left", discount="finance_ministry")
    (found,) = (e for e in over_time(study, 0.95) if e.horizon == "cumulative_left")
    assert found.years is not None
    plain = ishoj.choose(horizon="cumulative_left")
    (earlier,) = (e for e in over_time(plain, 0.95) if e.horizon == "cumulative_left")
    assert earlier.years is not None
    assert found.years > earlier.years
    yearly = gv.gain(ishoj.choose(horizon="annual_end")).difference + 2_300_000 / 28
    year = int(np.ceil(found.years))
    begins = max(year - 1.0, 1.5)
    flows = [(min(2.0, found.years) - 1.5, 2)] + [(1.0, y) for y in range(3, year)]
    flows += [(found.years - begins, year)] * (year > 2)
    later = sum(yearly * length / 1.035**y for length, y in flows)
    assert found.difference + later == pytest.approx(0.0, abs=1e-6)


def test_which_schedule_and_why(ishoj) -> None:
    """As asked, as stated, none of few years or another currency, else the ministry's."""
    asked = {"n": 2, "rng": 1, "persistence": "none"}
    euros = periods((7, 10), currency="EUR", lines=_euros((7, 10)))
    stated = periods((7, 10), discount={"schedule": "treasury", "timing": "mid"})
    nothing = periods((7, 10), discount={"schedule": "none"})
    found = {
        "usual": gv.years(ishoj, years=2, **asked),
        "few_years": gv.years(ishoj, years=1, **asked),
        "no_schedule": gv.years(euros, years=5, **asked),
        "asked": gv.years(ishoj, discount="treasury", timing="start", **asked),
        "stated": gv.years(stated, **asked),
    }
    assert {why: each.why for why, each in found.items()} == {why: why for why in found}
    schedules = [each.discounting.schedule for each in found.values()]
    assert schedules == ["finance_ministry", "none", "none", "treasury", "treasury"]
    assert (found["asked"].discounting.timing, found["stated"].discounting.timing) == (
        "start",
        "mid",
    )
    assert gv.years(nothing, **asked).why == "stated"
    assert gv.years(stated.choose(discount="none"), **asked).discounting.schedule == "none"


def _euros(cost: tuple[float, float]) -> list[dict[str, Any]]:
    head = {"unit": "EUR", "per": "citizen", "assumption": "guess", "source": "invented"}
    return [
        {"arm": a, "item": "care", "time": "y0", "amount": kr, "distribution": "fixed", **head}
        for a, kr in zip(("with", "without"), cost, strict=True)
    ]


@pytest.mark.parametrize(
    ("study", "code"),
    [
        (lambda: gv.load("gladsaxe"), "E316"),
        (lambda: gv.load("gallery/ips-work"), "E256"),
        (lambda: gv.load("gallery/albuquerque"), "E316"),
    ],
)
def test_what_cannot_be_placed_is_refused(study, code: str) -> None:
    """In one sentence that says why."""
    with pytest.raises(StudyError) as refused:
        gv.years(study())
    assert [problem.code for problem in refused.value.problems] == [code]


def test_one_group_in_periods_and_one_time_are_refused(ishoj) -> None:
    """What was paid is no gain without a course to hold it against; one level is no flow."""
    alone = replace(periods((7, 10)), compared=None).choose(horizon="period_sum")
    lone = replace(alone, compared=type(alone.contrast)("with"))
    time = replace(periods((7, 10)).times[0], years=1.0, span=None)
    points = replace(periods((7, 10)), times=(time,)).choose(horizon="annual_end")
    spans = replace(
        ishoj,
        times=tuple(replace(t, years=None, span=(k, k + 1)) for k, t in enumerate(ishoj.times)),
    )
    for study, code in ((lone, "E318"), (points, "E317"), (spans, "E319")):
        with pytest.raises(StudyError) as refused:
            seen(study)
        assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize(
    "wrong",
    [
        {"persistence": "for ever"},
        {"persistence": "fading=1.2"},
        {"persistence": 0.0},
        {"persistence": []},
        {"years": 0},
        {"years": 101},
        {"timing": "noon"},
        {"discount": "usual"},
        {"confidence_level": 2.0},
        {"n": 1},
    ],
)
def test_wrong_values_are_said(ishoj, wrong: dict[str, Any]) -> None:
    """Each names itself and what to write."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        gv.years(ishoj, **{"n": 2, **wrong})


def test_persistence_is_read_in_either_form() -> None:
    """As a share, and as it is written on the command line."""
    assert persistence_of("fading=0.2") == persistence_of("fading = 0,2") == persistence_of(0.2)
    assert persistence_of(0.2).kept == pytest.approx(0.8)


def test_what_was_seen_after_the_years_is_left_out(ishoj) -> None:
    """One year of a follow-up of one and a half: said, and no more is counted."""
    found = gv.years(ishoj, years=1, n=2, rng=1)
    assert "after year 1 is left out" in found.summary("en")
    assert len(found.factors) == 2


def test_what_goes_on_is_what_recurs() -> None:
    """A one-off's longer period does not hide where the last of what recurs was seen."""
    study = periods((700, 1000), paid=900)
    times = (replace(study.times[0], years=None, span=(0.0, 3.0)), *study.times[1:])
    found = gv.years(
        replace(study, times=times), years=3, persistence="constant", discount="none", n=2, rng=1
    )
    assert found.seen == 1.0
    assert found.courses[0].flow.tolist() == pytest.approx([0.0, 0.0, 0.0, 0.0], abs=1e-9)


def test_few_citizens_have_limits_and_no_shares() -> None:
    """With fewer than five in an arm nothing is counted, and the interval is Student's."""
    study = gv.from_tables(
        id="few",
        title="Few",
        price_year=2024,
        arms={a: {"enrolled": n, "analysed": n, "source": "s"} for a, n in (("a", 3), ("b", 4))},
        comparison={"treated": "a", "reference": "b"},
        payers=["municipality"],
        times={"start": 0, "end": 1},
        statuses=["benefit", "job"],
        assumptions={"accounts": "accounts"},
        sources={"outcomes": {"label": "few"}},
        counts={
            "arm": ["a", "a", "b", "b"],
            "status": ["benefit", "job"] * 2,
            "start": [3, 0, 4, 0],
            "end": [1, 2, 3, 1],
            "source": "s",
        },
        rates=[
            {"rate": rate, "kr": kr, "unit": "kr/year", "distribution": "fixed"}
            | {"assumption": "accounts", "source": "s"}
            for rate, kr in (("benefit", 1000), ("job", 0))
        ],
        prices={"status": ["benefit", "job"], "rate": ["benefit", "job"], "source": "s"},
    )
    found = gv.years(study, years=3, n=300, rng=1).courses[1]
    under = found.by_coupling["widest"]
    assert (under.payback, under.ratio) == (None, None)
    assert under.limits[-1] == pytest.approx([under.worth.found.low, under.worth.found.high])
    assert "How often" not in gv.years(study, years=3, n=300, rng=1).summary("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_says_what_python_says(capsys, lang: str) -> None:
    """Words and numbers alike, in both languages; and what is assumed is called so."""
    asked = ("ishoj-smc", "--years", "3", "--draws", "500", "--persistence", "none,fading=0.1")
    code, said, _ = run(capsys, "years", *asked, "--lang", lang)
    plain = json.loads(run(capsys, "years", *asked, "--lang", lang, "--json")[1])
    found = gv.years(gv.load("ishoj-smc"), years=3, n=500, persistence=["none", 0.1], rng=2018)
    assert code == 0
    assert said.strip() == found.summary(lang).strip()
    assert plain == json.loads(json.dumps(found.to_dict()))
    assert {"en": "extrapolation", "da": "fremskrivning"}[lang] in said
    drawn = found.picture(lang=lang)
    assert found.courses[1].persistence.name == "fading=0.1"
    assert drawn.title
    assert len(found.to_frame()) == 2 * 4


def test_workers_of_the_same_seed_and_more_draws_agree(ishoj) -> None:
    """The first draws of many are those of few: one set of draws."""
    few = gv.years(ishoj, years=2, n=50, rng=4).courses[0].by_coupling["widest"].worth
    many = gv.years(ishoj, years=2, n=400, rng=4).courses[0].by_coupling["widest"].worth
    np.testing.assert_array_equal(few.difference, many.difference[:50])


def test_effects_of_known_years_are_discounted(tmp_path: Path) -> None:
    """An effect from elsewhere falls in its years, and each row of the table adds up to the end."""
    folder = tmp_path / "effects"
    shutil.copytree(DATA / "effects", folder)
    settings = (folder / "study.toml").read_text("utf-8")
    for year in (1, 2, 3):
        named = f'[[times]]\nid = "{year}"\n'
        settings = settings.replace(named, f"{named}from = {year - 1}\nto = {year}\n")
    (folder / "study.toml").write_text(settings, "utf-8")
    plain = gv.read(folder)
    found = gv.gain(plain.choose(discount="finance_ministry"))
    factors = 1.035 ** -np.arange(1.0, 4.0)
    by_hand = (gv.gain(plain).cost * factors).sum(axis=1) + factors[0] * 18_000 * np.array([120, 0])
    np.testing.assert_allclose(found.net_gain, -by_hand)
    np.testing.assert_allclose(found.present.sum(axis=1) + found.investment, by_hand)
    assert found.difference == pytest.approx((by_hand[1] - by_hand[0]) / 120)
    assert gv.gain(plain).present is None
    assert f"Discounted{' ' * 2}" in found.summary("en")


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_year_of_which_nothing_is_known_is_not_seen(lang: str) -> None:
    """A gap is neither seen nor assumed; half a period is seen in part; both in words and JSON."""
    spans = {"y0": {"from": 1, "to": 2}, "y1": {"from": 3, "to": 4.5}}
    study = periods((7, 10), (6, 10), times=spans)
    found = gv.years(study, years=6, n=50, rng=1)
    kinds = [found.kind(year) for year in range(7)]
    assert kinds[1:] == ["unknown", "observed", "unknown", "observed", "partly", "extrapolated"]
    assert found.unknown == [1, 3]
    assert [each["kind"] for each in found.to_dict()["by_year"]] == kinds
    assert found.courses[0].flow[[1, 3]].tolist() == [0, 0]
    text = found.summary(lang)
    assert ("count as 0: 1, 3." if lang == "en" else "tæller som 0: 1, 3.") in text
    assert text.count("not known" if lang == "en" else "ikke kendt") == 2 * len(found.courses)
    assert "4.5 years" in text or "4,5 år" in text
    ax, first = found.plot("years", lang=lang), found.courses[0]
    drawn = [line for line in ax.lines if line.get_color() == ax.lines[0].get_color()]
    assert [line.get_linestyle() for line in drawn if line.get_linestyle() != "None"] == [
        *(":", "-", ":", "-", "--"),
    ]
    seen, unseen = (line for line in drawn if line.get_marker() == "o")
    assert unseen.get_markerfacecolor() == "white"
    assert unseen.get_ydata().tolist() == first.cumulative[[1, 3, 5, 6]].tolist()
    assert seen.get_ydata().tolist() == first.cumulative[[0, 2, 4]].tolist()


def test_points_tell_of_what_lies_between_them(ishoj: Study) -> None:
    """Before the first of them nothing is known."""
    later = tuple(replace(t, years=(t.years or 0.0) + 1.0) for t in ishoj.times)
    found = gv.years(replace(ishoj, times=later), years=4, n=50, rng=1)
    assert [found.kind(y) for y in range(1, 5)] == ["unknown", "observed", "partly", "extrapolated"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_saw_what_is_stated(lang: str) -> None:
    """A stated course, or an effect from elsewhere, was not seen by the study."""
    found = gv.years(gv.load("gallery/homelessness"), years=3, n=50, rng=1)
    assert found.provenance.stated
    told = found.summary(lang) + found.picture(lang=lang).caption
    assert not re.search(r"\bseen\b|study saw|(?m:^\d +set\b)|[Uu]ndersøgelsen så", told)
    assert ("states 1 year;" if lang == "en" else "angiver 1 år;") in told


def test_shares_of_a_list_are_written_by_one_rule() -> None:
    """Whatever is below one in a hundred is under it, and above ninety-nine over it."""
    text = language("en")
    said = {share: _share(share, 10_000, text) for share in (0.004, 0.006, 0.0099, 0.991, 0.9999)}
    assert list(said.values()) == ["under 1\u00a0%"] * 3 + ["over 99\u00a0%"] * 2
    assert _share(0.0, 10_000, text) == "0.0 %"
    assert _share(0.06, 10_000, text).startswith("6")
