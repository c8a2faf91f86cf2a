"""Progression: what of a change in cost is citizens and what is rates, against known answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.accounts.parts import TOTAL
from gevinst.analyses.accounts.progression import progresses
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from tests.analyses.test_arms import arms_of
from tests.conftest import many_lost, persons, two_times

RESOURCE, CASH = "resource_programme_all", "cash_benefit_all"


@pytest.fixture(scope="module")
def found(ishoj):
    """Of the bundled study of margins."""
    return gv.progression(ishoj)


def test_a_published_fall_is_three_citizens_and_a_rate(found) -> None:
    """The memo's 66 % is a fall from 11 to 8 citizens, 3/11, at one rate; the rest is the rate."""
    part = found.of("intervention", RESOURCE)
    assert (part.citizens, part.stayed) == ((11, 10, 8), (0, 8))
    assert part.share(part.change) == pytest.approx(-0.659, abs=5e-4)
    assert part.published.value == -66.0
    assert part.share(part.quantity) == pytest.approx(-3 / 11)
    assert part.price == pytest.approx(8 * 12 * (13_652 - 29_096))
    assert part.rates == pytest.approx((29_096, 13_652))
    said = found.said(part, language("en")).replace("\u00a0", " ")
    assert "The document prints −66 %." in said
    assert "a fall of 1,047,456 kr. (27 %), for 11 citizens (at start) and 8" in said
    assert "13,652 kr. a month is counted in the place of 29,096" in said


def test_the_four_published_changes(found) -> None:
    """Figures 2 and 3 of the memo; where no rate differs, it is citizens alone."""
    published = {(p.arm, p.name): p for p in found.parts if p.published}
    assert {key: p.published.value for key, p in published.items()} == {
        ("intervention", CASH): -59.0,
        ("intervention", RESOURCE): -66.0,
        ("control", CASH): -19.0,
        ("control", RESOURCE): -20.0,
    }
    for key, part in published.items():
        assert 100 * part.share(part.change) == pytest.approx(part.published.value, abs=0.5)
        assert part.rates_differ == (key == ("intervention", RESOURCE))
        if not part.rates_differ:
            assert part.price == 0.0
            assert part.share(part.change) == pytest.approx(
                part.citizens[-1] / part.citizens[0] - 1
            )


def _studies(ishoj: Study) -> dict[str, Study]:
    odd = {"label": {"da": "{0} pct. <b>", "en": "{x} 'kr.'.."}}
    arms = (replace(ishoj.arms[0], **odd), *ishoj.arms[1:])
    return {
        "as published": ishoj,
        "one rate": ishoj.choose(basis="printed"),
        "lower after": ishoj.choose(basis="low_after_start"),
        "many lost": many_lost(ishoj),
        "paired": persons(ishoj),
        "hostile": replace(ishoj, arms=arms),
        "one arm": arms_of(ishoj, {"intervention": 0}, None),
        "overlapping": replace(
            ishoj,
            groups={**ishoj.groups, "job": ({"en": "jobs"}, ("flexjob", "ordinary_employment"))}
            | {"all": ({"en": "all benefits"}, ("cash_benefit", "flexjob"))},
        ),
        "eight": two_times(
            ishoj,
            ({"cash_benefit": 5, "resource_programme": 3}, {"flexjob": 8}),
            ({"ordinary_employment": 8}, {"moved": 8}),
        ),
        "thousands": replace(
            ishoj,
            counts=100 * ishoj.counts,
            arms=tuple(replace(a, analysed=100 * a.analysed, enrolled=3000) for a in ishoj.arms),
        ),
    }


NAMES = (
    *("as published", "one rate", "lower after", "many lost", "paired", "hostile", "one arm"),
    *("overlapping", "eight", "thousands"),
)


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_add_up(ishoj, name: str) -> None:
    """Quantity plus price is the change, from counts and rates by plain loops."""
    study = _studies(ishoj)[name]
    found = gv.progression(study)
    last = len(study.times) - 1
    for part in found.parts:
        a = study.axes.at("arm", part.arm)
        held = study.members(part.name) if part.name else study.statuses
        costs, counts = study.status_costs[a], study.counts[a]
        cost = [sum(counts[t, i] * costs[t, i] for i in held) for t in (0, last)]
        met = [i for i in held if counts[last, i]]
        price = sum(counts[last, i] * (costs[last, i] - costs[0, i]) for i in met)
        assert (part.before, part.after) == pytest.approx(tuple(cost))
        assert part.price == pytest.approx(price, abs=1e-6)
        assert part.quantity + part.price == pytest.approx(cost[1] - cost[0])
        assert part.rates_differ == any(abs(costs[last, i] - costs[0, i]) > 1 for i in met)
    for lang in LANGUAGES:
        assert "nan" not in found.summary(lang)
        assert found.picture(lang=lang).svg().startswith("<svg")


@pytest.mark.parametrize("name", NAMES)
def test_the_composition_holds_every_citizen_once(ishoj, name: str) -> None:
    """The parts of the figure share no status and add up to the arm at each time."""
    study = _studies(ishoj)[name]
    found = gv.progression(study)
    for arm, total in ((p.arm, p) for p in found.parts if p.name == TOTAL):
        sums = np.sum([found.of(arm, n).citizens for n in found.composition], axis=0)
        assert tuple(sums) == total.citizens


def test_who_stayed_is_what_bounds_says(ishoj) -> None:
    """Fewest and most in a group at both times, for every group, and as known for paired data."""
    for study in (ishoj, persons(ishoj)):
        found = gv.progression(study)
        for name in (CASH, RESOURCE, "flexjob", "early_retirement"):
            asked = gv.bounds(study, f"{name} -> {name}")
            for arm, count in asked.arms.items():
                assert found.of(arm, name).stayed == (count.low, count.high), (name, arm)


def test_a_cost_without_a_rate_differing_says_citizens(ishoj) -> None:
    """Under the printed rates the same fall is 27 %, and none of it is rates."""
    found = gv.progression(ishoj.choose(basis="printed"))
    part = found.of("intervention", RESOURCE)
    assert part.share(part.change) == pytest.approx(-3 / 11)
    assert "None of it is rates" in found.said(part, language("en"))


def test_words_of_every_turn(ishoj) -> None:
    """A cost from nothing, none at all, and none that moves are said as they are."""
    study = two_times(
        ishoj,
        ({"ordinary_employment": 3, "cash_benefit": 2}, {"cash_benefit": 5}),
        ({"flexjob": 3, "cash_benefit": 2}, {"cash_benefit": 5}),
    )
    found = gv.progression(study)
    said = {
        (p.arm, p.name): found.said(p, language("en")).replace("\u00a0", " ") for p in found.parts
    }
    assert "rose from nothing (at start) to 475,905 kr." in said["intervention", "flexjob"]
    assert "no cost at either time" in said["intervention", "ordinary_employment"]
    assert "the same at both times" in said["intervention", CASH]
    assert "rose by 165 %" in said["intervention", TOTAL]
    assert "No" not in said["control", TOTAL].split(":")[1][:4]


def test_suppressed_counts_are_a_range(masked) -> None:
    """Fewest and most citizens of what suppression leaves, and the note that says so."""
    found = gv.progression(masked)
    part = found.of("intervention", "flexjob")
    sets = masked.masked["intervention"][-1][:, masked.axes.at("item", "flexjob")]
    assert (part.least[-1], part.most[-1]) == (sets.min(), sets.max())
    assert part.least[-1] < part.most[-1]
    assert "leave a count open" in found.summary("en")
    assert f"{sets.min()}–{sets.max()}" in found.cells(part, language("en"))[2]


def test_what_has_no_two_times(ishoj) -> None:
    """A study of cost lines, or of one time, is refused by number."""
    with pytest.raises(gv.StudyError, match="E151"):
        gv.progression(gv.load("gladsaxe"))
    once = replace(ishoj, times=ishoj.times[:1], counts=ishoj.counts[:, :1])
    assert not progresses(once)
    with pytest.raises(gv.StudyError, match="E152"):
        gv.progression(once)


def test_the_figure_shows_the_citizens(found) -> None:
    """Each row is filled from 0 to 100 by parts as wide as their share of the arm."""
    ax = found.plot(lang="en")
    bars = [p for p in ax.patches if p.get_height() == pytest.approx(0.72)]
    rows: dict[float, list[tuple[float, float]]] = {}
    for bar in bars:
        rows.setdefault(round(bar.get_y(), 3), []).append((bar.get_x(), bar.get_width()))
    assert len(rows) == 6
    for row in rows.values():
        assert all(x + w == pytest.approx(y) for (x, w), (y, _) in pairwise(sorted(row)))
        assert sum(w for _, w in row) == pytest.approx(100.0)
    first = sorted(rows[min(rows)])
    assert [w for _, w in first] == pytest.approx([100 * 11 / 28, 100 * 17 / 28])
    assert {"11", "17", "21"} <= {label.get_text() for label in ax.texts}
