"""Dropouts whose start is known: closed form against draws and by hand, ways, and the start."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.lost.assumed import Arm, Assumption
from gevinst.analyses.lost.estimates import under
from gevinst.analyses.lost.patterns import courses, totals
from gevinst.study.people import couplings_of
from tests.conftest import SIX, many_lost, two_times, with_starts

GIVEN = "at_random_given_start"


def _under(study, assumed: Assumption):
    pair = tuple(Arm(study, study.axes.at("arm", arm)) for arm in study.contrast.arms)
    return under(pair, assumed, couplings_of(study)).by_coupling


@pytest.mark.parametrize("which", ["started", "paired", "many"])
def test_closed_form_is_what_is_simulated(started, paired, which: str) -> None:
    """Mean and spread of every coupling, the moved as published.

    The spread of draws of unknown shape to 3 %: with 40,000 draws its error is below 0.5 %, and
    picks are counted with one citizen less than there are.
    """
    many = with_starts(many_lost(started), ("intervention", {"cash_benefit": 2}))
    study = {"started": started, "paired": paired, "many": many}[which]
    found = _under(study, Assumption("", "as_published", GIVEN))
    drawn = gv.simulate(
        study.assume("missing", moved="as_published"),
        vary=["outcomes", "missing"],
        n=40_000,
        rng=5,
    )
    for coupling, each in found.items():
        summary = drawn.by_coupling[coupling].found
        assert abs(each.difference - summary.mean) < SIX * summary.mcse["mean"]
        assert each.error == pytest.approx(summary.standard_deviation, rel=0.03)


@pytest.mark.parametrize("which", ["started", "paired"])
def test_the_row_is_the_default_of_the_simulation(started, paired, which: str) -> None:
    """What `missing` shows of a study of counts is the mean of its draws, the moved with it.

    Of persons the row takes the moved by their start too, as the table says.
    """
    study = {"started": started, "paired": paired}[which]
    row = gv.missing(study).of(GIVEN)
    assert row.assumed.dropouts == GIVEN
    assert row.assumed.moved == ("at_random" if which == "started" else GIVEN)
    found = _under(study, Assumption("", "at_random", GIVEN))
    drawn = gv.simulate(study, vary=["missing", "outcomes"], n=40_000, rng=6)
    for coupling, each in found.items():
        summary = drawn.by_coupling[coupling].found
        assert abs(each.difference - summary.mean) < SIX * summary.mcse["mean"]
        assert each.error == pytest.approx(summary.standard_deviation, rel=0.05)


def test_one_start_is_at_random(ishoj) -> None:
    """Where all started in one status it says nothing: the row at random, exactly."""
    ends = {"cash_benefit": 6, "flexjob": 3, "ordinary_employment": 4}
    small = two_times(ishoj, ({"cash_benefit": 13},) * 2, (ends, {**ends, "flexjob": 3}))
    arms = tuple(replace(arm, enrolled=16) for arm in small.arms)
    starts = (("intervention", {"cash_benefit": 3}), ("control", {"cash_benefit": 2}))
    study = with_starts(replace(small, arms=arms), *starts)
    given, plain = (
        _under(study, Assumption("", "at_random", dropouts)) for dropouts in (GIVEN, "at_random")
    )
    for coupling, each in given.items():
        assert each.difference == pytest.approx(plain[coupling].difference)
        assert each.error == pytest.approx(plain[coupling].error)
        assert each.degrees_of_freedom == pytest.approx(plain[coupling].degrees_of_freedom)


def test_ways_by_brute_force(ishoj) -> None:
    """A known start leaves fewer ways: two of one start, one of another and two of none."""
    starts = {"resource_programme": 2, "cash_benefit": 1}
    arms = [replace(ishoj.arms[0], enrolled=28), replace(ishoj.arms[1], enrolled=31)]
    study = with_starts(replace(ishoj, arms=tuple(arms)), ("control", starts))
    arm = Arm(study, 1)
    cost = study.status_costs[1]
    ends = sorted({cost[2, i] for i in study.statuses if study.rate_of[1, 0, 2, i] >= 0} | {0.0})
    of_start = {
        name: [cost[0, study.axes.at("item", name)] - end for end in ends] for name in starts
    }
    anyone = [
        start - end
        for start in sorted({cost[0, i] for i in study.statuses if study.counts[1, 0, i]})
        for end in ends
    ]

    def unordered(gains: list[float]) -> list[float]:
        return [x + y for k, x in enumerate(gains) for y in gains[k:]]

    parts = unordered(of_start["resource_programme"]), of_start["cash_benefit"], unordered(anyone)
    gained = (study.status_horizon @ (study.status_costs * study.counts).sum(axis=2).T).tolist()
    differences = np.array(
        [(gained[0] - 2_300_000.0) / 28 - (gained[1] + sum(each)) / 31 for each in product(*parts)]
    )
    found = gv.missing(study).patterns
    assert found.number == len(differences)
    assert (found.low, found.high) == pytest.approx((differences.min(), differences.max()))
    assert found.above_zero == pytest.approx((differences > 1e-9).mean())
    assert len(totals(courses(arm), 2)) == math.comb(len(anyone) + 1, 2)


def test_the_line_and_its_ends(started) -> None:
    """Put back in, the ends of what the dropouts gained give the bounds; prices are their own."""
    found = gv.missing(started)
    one, other = found.tipping.treated, found.tipping.reference
    for which, end in zip((0, 1), found.manski, strict=True):
        moved = Assumption("", ("worst", "best")[which], "no_gain")
        without = _under(started, moved)["widest"].difference
        put_in = one.dropouts * one.ends[which] / 30 - other.dropouts * other.ends[1 - which] / 30
        assert without + put_in == pytest.approx(end)
    programme, cash = 349_152.0, 144_372.81
    assert one.courses == pytest.approx((programme - 163_824.0, programme))
    assert one.stays == pytest.approx((programme - 163_824.0,) * 2)
    assert one.one_stays == pytest.approx(programme - 163_824.0)
    least, most = other.courses
    assert most == pytest.approx((2 * programme + cash + programme) / 4)
    assert least == pytest.approx((cash - programme + cash - programme) / 4)


def test_what_is_said(started, paired, ishoj) -> None:
    """Who of the lost a start tells, how many it is known of, and where nobody else started."""
    both, one = (gv.missing(study).summary() for study in (paired, started))
    assert "The moved and the dropouts are like those who started as they did" in both
    assert "Dropouts are like those who started as they did, the moved like their group" in one
    assert "do not say where those ended who started alike" in one
    assert "their start is not known" not in one + both
    assert gv.missing(started).to_dict()["flow"]["control"]["dropouts_of_known_start"] == 3
    alone = gv.missing(with_starts(ishoj, ("control", {"flexjob": 4})))
    assert "where 4 of the dropouts did" in alone.summary()
    assert "hvor 4 af de frafaldne gjorde" in alone.summary("da")
    without = gv.missing(replace(paired, dropout_starts=ishoj.dropout_starts)).of(GIVEN)
    assert (without.assumed.moved, without.assumed.dropouts) == (GIVEN, "at_random")
    (lost,) = (each for each in gv.ask(paired).to_dict()["questions"] if each["name"] == "lost")
    assert lost["question"].endswith("which status did they have later?")
