"""The missing: those who moved and those who dropped out, by each assumption."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.study.people import COUPLINGS
from tests.conftest import SIX, alone, simulated


def test_missing_alone_moves_the_mean_as_missing_at_random(ishoj) -> None:
    """The mean under `missing` is that of the moved costing what others in their arm cost."""
    found = gv.gain(ishoj)
    expected = []
    for a, arm in enumerate(ishoj.arms):
        others = arm.analysed - 1  # one citizen of each arm has moved at the last time
        end = found.cost[a, -1] / others
        # The dropouts are counted, so the investment is spread over them too.
        expected.append(found.cost[a, 0] / arm.analysed - end - found.investment[a] / arm.enrolled)
    _, rows = simulated(ishoj, ["missing"])
    for row in rows.values():
        assert abs(row["mean"] - (expected[0] - expected[1])) < SIX * row["mcse"]["mean"]


def test_the_moved_by_assumption(ishoj) -> None:
    """Worst is below last status and random below best; as published nothing moves, exactly."""
    point = gv.gain(ishoj).difference
    found = {
        moved: alone(ishoj, "missing", moved=moved, dropouts="as_published")
        for moved in ("as_published", "worst", "at_random", "last_status", "best")
    }
    for coupling in COUPLINGS:
        means = {moved: rows[coupling]["mean"] for moved, rows in found.items()}
        assert means["as_published"] == pytest.approx(point, rel=1e-12)
        assert found["as_published"][coupling]["standard_deviation"] == 0.0
        assert found["as_published"][coupling]["standard_deviation"] == 0.0
        assert means["worst"] < means["last_status"] < means["best"]
        assert means["worst"] < means["at_random"] < means["best"]
        for fixed in ("worst", "best"):
            assert found[fixed][coupling]["standard_deviation"] == 0.0


def test_worst_and_best_are_attained_limits(ishoj) -> None:
    """Nothing that the moved can cost at the end lies outside worst and best, and both occur.

    The prices are those of either arm: the dearest is paid in the control group alone.
    """
    found = gv.gain(ishoj)
    prices = np.unique(np.append(0.0, ishoj.status_costs[:, 2, list(ishoj.statuses)]))
    values = [found.difference - ends[0] / 28 + ends[1] / 26 for ends in product(prices, repeat=2)]
    for which, extreme in (("worst", min(values)), ("best", max(values))):
        rows = alone(ishoj, "missing", moved=which, dropouts="as_published")
        assert rows["widest"]["mean"] == pytest.approx(extreme)


def test_worst_and_best_of_all_the_lost_are_the_bounds(ishoj) -> None:
    """A dropout starts in a status seen at start and ends at nothing or at the dearest rate.

    By hand: 144,373 and 349,152 kr. are the starts seen in either arm, 349,152 the dearest rate;
    means and investment are over the 30 enrolled.
    """
    cheap, dear = 144_372.81, 349_152.0
    gains = (2_976_037.37 - 2_300_000.0, 585_348.30)
    low = (gains[0] + 2 * (cheap - dear) - dear) / 30 - (gains[1] + 4 * dear) / 30
    high = (gains[0] + 2 * dear) / 30 - (gains[1] + 4 * (cheap - dear) - dear) / 30
    for which, extreme in (("worst", low), ("best", high)):
        rows = alone(ishoj, "missing", moved=which, dropouts=which)
        assert rows["widest"]["mean"] == pytest.approx(extreme)
        assert rows["widest"]["standard_deviation"] == 0.0


def test_no_gain_is_nothing_for_each_dropout(ishoj) -> None:
    """The gains seen, over the enrolled: 3,023 kr., and less if the investment stays over 28."""
    rows = alone(ishoj, "missing", moved="as_published", dropouts="no_gain")
    assert rows["widest"]["mean"] == pytest.approx((676_037.37 - 585_348.30) / 30)
    fixed = ishoj.choose(heads="analysed")
    rows = alone(fixed, "missing", moved="as_published", dropouts="no_gain")
    expected = (2_976_037.37 - 585_348.30) / 30 - 2_300_000 / 28
    assert rows["widest"]["mean"] == pytest.approx(expected)


def test_dropouts_by_assumption(ishoj) -> None:
    """Dropouts who stay where they start dilute the gain; the worst course lies below the best.

    Under one rate for each status: where the rate itself falls, staying is a gain on paper.
    """
    printed = ishoj.choose(basis="printed")
    found = gv.gain(printed)
    rows = alone(printed, "missing", moved="as_published", dropouts="unchanged")
    per_head = found.gain / [arm.enrolled for arm in ishoj.arms]  # the rest gain nothing
    invested = found.investment / [arm.enrolled for arm in ishoj.arms]
    expected = np.subtract(*(per_head - invested))
    for row in rows.values():
        assert abs(row["mean"] - expected) < SIX * row["mcse"]["mean"] + 1e-6
    ends = [
        alone(ishoj, "missing", moved="as_published", dropouts=which)["widest"]["mean"]
        for which in ("worst", "unchanged", "best")
    ]
    assert ends == sorted(ends)
    assert ends[0] < ends[1] < ends[2]


def test_delta_adjustment_adds_what_the_missing_cost_more(ishoj) -> None:
    """Each missing citizen costs delta more: the difference moves by share x delta, row by row.

    Difference(delta) = difference(0) - share_I delta_I + share_C delta_C with delta a cost, and the
    share of moved among the analysed and of dropouts among all who are counted (methods c).
    """
    plain, more = (
        gv.simulate(study, n=500, vary=["missing", "rates"], rng=3).by_coupling["widest"].difference
        for study in (
            ishoj,
            ishoj.assume("missing", extra_cost={"intervention": 60_000, "control": 30_000}),
        )
    )
    shares = [(1 + arm.dropouts) / arm.enrolled for arm in ishoj.arms]
    # One citizen of each arm has moved at the end; with the dropouts back all enrolled count.
    expected = -shares[0] * 60_000 + shares[1] * 30_000
    np.testing.assert_allclose(more - plain, expected)


def test_the_missing_of_a_new_group_cost_more_too(ishoj) -> None:
    """In a new group those who move or drop out cost delta more, as in the group that was seen.

    The expected share of dropouts is that of the Beta posterior, of the moved 1 in 28 of the rest.
    """
    study = ishoj.assume("missing", extra_cost={"intervention": 60_000})
    plain, more = (
        gv.simulate(s, n=20_000, vary=["missing", "outcomes"], target="new_group", rng=3)
        .by_coupling["narrowest"]
        .net_gain[:, 0]
        for s in (ishoj, study)
    )
    arm = ishoj.arms[0]
    dropped = (arm.dropouts + 0.5) / (arm.enrolled + 1.0)
    share = dropped + (1 - dropped) / arm.analysed
    difference = plain - more
    error = SIX * difference.std() / len(difference) ** 0.5
    assert abs(difference.mean() - share * 60_000) < error


def test_a_new_group_may_drop_out_where_nobody_did(ishoj) -> None:
    """With none of 28 seen to drop out a new group's dropouts are beta-binomial all the same."""
    arms = tuple(replace(arm, enrolled=arm.analysed) for arm in ishoj.arms)
    study = replace(ishoj, arms=arms).assume("missing", dropouts="as_published")
    (source,) = chosen(study, ["missing"], "new_group")
    rows = 50_000
    left = source.draw(study, rows, streams.stream(1, "missing", 0))["left:intervention"]
    law = stats.betabinom(28, 0.5, 28.5)
    seen = np.bincount(np.minimum(left, 6), minlength=7)
    expected = rows * np.append(law.pmf(np.arange(6)), law.sf(5))
    assert stats.chisquare(seen, expected).pvalue > 1e-6


@pytest.mark.parametrize("vary", [["outcomes", "missing"], ["missing"]])
@pytest.mark.parametrize(("dropouts", "dropped"), [("at_random", 2.5 / 31), ("as_published", 0.0)])
def test_an_extra_cost_in_a_new_group(ishoj, vary, dropouts: str, dropped: float) -> None:
    """Those who left and count cost more, and so do the others who are lost: 1 of 28."""
    study = ishoj.assume("missing", dropouts=dropouts)
    dearer = study.assume("missing", extra_cost={"intervention": 1e5})
    less, more = (
        gv.simulate(each, n=30_000, vary=vary, target="new_group", rng=4).by_coupling["widest"]
        for each in (study, dearer)
    )
    cost = less.difference - more.difference
    expected = 1e5 * (dropped + (1.0 - dropped) / 28)
    assert abs(cost.mean() - expected) < SIX * cost.std() / len(cost) ** 0.5 + 1e-6
