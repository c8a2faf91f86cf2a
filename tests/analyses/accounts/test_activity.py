"""The account of contacts: changes, chance, fragility and scenarios, against known answers."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

import gevinst as gv
from gevinst.reports.page import render
from gevinst.stats.intervals import DISPERSIONS
from gevinst.study.claims import Activity
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from tests.analyses.test_arms import arms_of
from tests.conftest import analysed, cell, page_of

TABLE = {
    "intervention": {
        2016: ((13, 115_338), (216, 143_402), (630, 19_371)),
        2018: ((8, 63_172), (148, 108_416), (546, 9_855)),
    },
    "control": {
        2016: ((6, 44_707), (149, 103_249), (680, 24_811)),
        2018: ((8, 91_810), (71, 59_199), (572, 10_066)),
    },
}
"""Table 3 of the memo, first and last year: contacts and kr. of the three items."""


@pytest.fixture(scope="module")
def found(ishoj):
    """Of the bundled study that brings an account."""
    return gv.activity(ishoj)


def test_the_published_changes(found) -> None:
    """Figure 4 and table 3: −35 and −7 % of all; each printed change is what the table gives."""
    shares = {total.arm: round(100 * total.share()) for total in found.totals}
    assert shares == {"intervention": -35, "control": -7}
    printed = [(c, kind, f) for c in found.courses for kind, f in c.printed.items()]
    assert len(printed) == 14
    for course, kind, figure in printed:
        share = course.share() if kind == "kr" else course.contacts_share()[0]
        assert figure.agrees(100 * share), (course.arm, course.item, kind)
    assert "(printed" not in found.summary("en")
    assert len(found.claims) == 1


def test_two_end_points_hide_a_fall_by_half(found) -> None:
    """The control group: 172,767, 86,594 and 161,075 kr.: −50 and +86 %, two differences."""
    total = found.of("control")
    assert total.kr == (172_767, 86_594, 161_075)
    assert [round(100 * total.share(t, t + 1)) for t in (0, 1)] == [-50, 86]
    assert sum(kr for *_, kr in found.steps) == pytest.approx(found.difference)
    assert found.steps[0][2] > 0 > found.steps[1][2]
    said = found.summary("en").replace("\u00a0", " ")
    assert "year by year −50 %, +86 %, and from the first year to the last −7 %" in said


def test_the_interval_is_the_compound_models(found) -> None:
    """By hand: each cell's variance is phi kr^2 / contacts, per citizen of 28 and 26."""
    variance, difference = 0.0, 0.0
    for arm, n, sign in (("intervention", 28, 1), ("control", 26, -1)):
        for year, times in ((2016, -1), (2018, 1)):
            for contacts, kr in TABLE[arm][year]:
                variance += kr**2 / contacts / n**2
                difference += sign * times * kr / n
    assert found.difference == pytest.approx(difference)
    for phi in DISPERSIONS:
        half = 1.959964 * sqrt(phi * variance)
        assert found.intervals[phi] == pytest.approx((difference - half, difference + half))
    assert found.intervals[1.0][0] < 0 < found.intervals[1.0][1]
    narrow = gv.activity(gv.load("ishoj-smc"), confidence_level=0.5).intervals[1.0]
    assert narrow[1] < 0


def test_the_variance_is_what_drawing_gives() -> None:
    """A Poisson number of contacts at a fixed cost each: the standard deviation, to 6 errors."""
    rng = np.random.default_rng(7)
    draws = 100_000
    sd = {}
    for arm, n in (("intervention", 28), ("control", 26)):
        total = np.zeros(draws)
        for year, times in ((2016, -1), (2018, 1)):
            for contacts, kr in TABLE[arm][year]:
                total += times * rng.poisson(contacts, draws) * kr / contacts
        sd[arm] = total.std() / n
    found = gv.activity(gv.load("ishoj-smc"))
    low, high = found.intervals[1.0]
    drawn = sqrt(sd["intervention"] ** 2 + sd["control"] ** 2)
    assert (high - low) / 2 / 1.959964 == pytest.approx(drawn, rel=6 / sqrt(2 * draws) + 1e-3)


@pytest.mark.parametrize("arm", ["intervention", "control"])
def test_contacts_more_or_less_by_putting_them_back(ishoj, found, arm: str) -> None:
    """The account with so many contacts more, at the average cost, has the change that is said."""
    nudge = next(nudge for nudge in found.nudges if nudge.arm == arm)
    assert (nudge.item, nudge.contacts) == ("somatic", 8)

    def with_more(k: int):
        rows = tuple(
            replace(a, contacts=(a.contacts[0] + k,), kr=a.kr + k * nudge.kr)
            if (a.item, a.arm, a.year) == ("somatic", arm, 2018)
            else a
            for a in ishoj.activity
        )
        return gv.activity(replace(ishoj, activity=rows))

    for k, share in nudge.shares.items():
        assert with_more(k).of(arm).share() == pytest.approx(share)
    assert set(nudge.shares) == {-2, -1, 1, 2}
    one = 1 if nudge.turning > 0 else -1
    assert with_more(nudge.turning).difference * found.difference < 0
    assert with_more(nudge.turning - one).difference * found.difference > 0


def test_turning_needs_admissions(found) -> None:
    """Eleven more in the intervention group, or seven of the control group's eight fewer."""
    assert {nudge.arm: nudge.turning for nudge in found.nudges} == {
        "intervention": 11,
        "control": -7,
    }


def test_the_cost_before_a_jump(found) -> None:
    """Primary care of 2018 at the kr. per service of 2017: −31 and +1 % of all."""
    (scenario,) = found.scenarios
    assert (scenario.jump.item, scenario.jump.before, scenario.jump.after) == (
        "primary_care",
        2017,
        2018,
    )
    control = 161_075 - 10_066 + 572 * 30_928 / 730
    treated = 181_443 - 9_855 + 546 * 27_157 / 704
    assert scenario.shares["control"] == pytest.approx(control / 172_767 - 1)
    assert scenario.shares["intervention"] == pytest.approx(treated / 278_111 - 1)
    expected = (treated - 278_111) / 28 - (control - 172_767) / 26
    assert scenario.difference == pytest.approx(expected)


def test_a_suppressed_number_is_narrowed(found) -> None:
    """<5 admissions for 25,691 kr. are 3 or 4 at the cost of the other cells, as the audit says."""
    ((cell_, low, high),) = found.masked
    assert (cell_.arm, cell_.year, cell_.contacts, low, high) == (
        "control",
        2017,
        (1, 2, 3, 4),
        3,
        4,
    )
    course = found.of("control", "somatic")
    assert (course.least[1], course.most[1]) == (3, 4)
    prices = [63_172 / 8, 106_731 / 17, 115_338 / 13, 44_707 / 6, 91_810 / 8]
    fits = [k for k in range(1, 5) if min(prices) <= 25_691 / k <= max(prices)]
    assert fits == [3, 4]


def test_of_whom_is_said_or_not(ishoj, folder) -> None:
    """Without a number of citizens both can be; with one it is that, and no note."""
    found = gv.activity(ishoj)
    assert not found.stated
    assert found.citizens == {"intervention": (28, 30), "control": (26, 30)}
    assert "28 / 30" in found.summary("da")
    enrolled = gv.activity(ishoj.choose(heads="enrolled"))
    assert enrolled.citizens["control"] == (30, 26)
    path = folder / "activity.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    rows = [f"{row};30" for row in rows]
    path.write_text("\n".join([head + ";citizens", *rows]), "utf-8")
    told = gv.activity(gv.read(folder))
    assert told.stated
    expected = (181_443 - 278_111 - 161_075 + 172_767) / 30
    assert told.difference == pytest.approx(expected)
    assert "not stated" not in told.summary("en")
    cell("activity.csv", "tabel 3;30", "tabel 3;none")(folder)
    assert [p.code for p in gv.check(folder)[1].errors] == ["E020"]


def _study(ishoj: Study, rows, items=("a",), arms=("intervention", "control")) -> Study:
    named = {item.id: item for item in ishoj.activity_items}
    ids = dict(zip(items, named, strict=False))
    activity = tuple(
        Activity(ids[item], arm, year, tuple(np.atleast_1d(n).tolist()), float(kr), "s")
        for item, arm, year, n, kr in rows
        if arm in arms
    )
    kept = tuple(replace(named[name], counted={}) for name in ids.values())
    return replace(ishoj, activity=activity, activity_items=kept, published=())


ODD = {
    "one year": [("a", "intervention", 2020, 3, 300), ("a", "control", 2020, 5, 100)],
    "one arm": [("a", "intervention", 2020, 3, 300), ("a", "intervention", 2021, 5, 100)],
    "nothing": [
        (i, a, y, 0, 0) for i in ("a",) for a in ("intervention", "control") for y in (2020, 2021)
    ],
    "from nothing": [
        ("a", "intervention", 2020, 0, 0),
        ("a", "intervention", 2021, 4, 400),
        ("a", "control", 2020, 2, 100),
        ("a", "control", 2021, 1, 100),
    ],
    "a gap": [
        ("a", "intervention", 2020, 3, 300),
        ("a", "intervention", 2021, 3, 300),
        ("a", "control", 2020, 3, 300),
        ("a", "control", 2021, 3, 300),
        ("b", "control", 2021, 3, 300),
    ],
    "only gaps": [("a", "intervention", 2020, 3, 300), ("a", "control", 2021, 3, 300)],
    "all alike": [
        ("a", a, y, 30, 300) for a in ("intervention", "control") for y in (2020, 2021, 2022)
    ],
    "many": [
        (
            "a",
            a,
            y,
            3000 + (a == "control") * (y - 2020) * 900,
            3_000_000 + (a == "control") * (y - 2020) * 900_000,
        )
        for a in ("intervention", "control")
        for y in (2020, 2021)
    ],
}


@pytest.mark.parametrize("name", ODD)
def test_words_for_other_accounts(ishoj, name: str) -> None:
    """One year, one arm, nothing, gaps, no change, thousands: said as it is, or not at all."""
    found = gv.activity(_study(ishoj, ODD[name], ("a", "b")))
    for lang in LANGUAGES:
        said = found.summary(lang)
        assert "nan" not in said
        assert "inf" not in said
        assert found.to_dict()
        for picture in found.pictures:
            assert found.picture(picture, lang).svg().startswith("<svg")
    said = " ".join([*found.sentences(language("en")), *found.notes(language("en"))])
    expected = {
        "one year": "one year",
        "one arm": "−67",
        "nothing": "no interval",
        "from nothing": "no interval",
        "a gap": "Not in every year of every group",
        "only gaps": "Not in every year of every group",
        "all alike": "The two changes are alike",
        "many": "Zero lies outside all of these",
    }
    assert expected[name] in said
    if name in ("one year", "one arm", "only gaps"):
        assert found.difference is None
        assert not found.intervals


def test_one_arm_of_the_bundled_account(ishoj) -> None:
    """Where nobody is the reference each arm's course stands, and no difference."""
    study = arms_of(ishoj, {"intervention": 0}, None)
    study = replace(study, activity=tuple(a for a in ishoj.activity if a.arm == "intervention"))
    found = gv.activity(study)
    assert found.difference is None
    assert found.steps == ()
    assert all(nudge.turning is None for nudge in found.nudges)
    assert len(found.totals) == 1


def test_a_study_without_an_account(ishoj) -> None:
    """Refused by number; the report leaves the section out, and shows it where there is one."""
    without = replace(ishoj, activity=(), activity_items=())
    with pytest.raises(gv.StudyError, match="E158"):
        gv.activity(without)
    assert '<div id="activity" class="fold">' not in page_of(without, "en")
    results = analysed(ishoj)
    for lang in LANGUAGES:
        page = render(results, lang)
        section = page.split('<div id="activity" class="fold">')[1].split("</details>")[0]
        assert section.count("<table>") == 2
        assert section.count('role="img"') == 1
