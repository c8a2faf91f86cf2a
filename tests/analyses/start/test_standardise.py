"""The standardised difference: its bounds, what narrows them, and strata of few or none."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.start.stratum_gains import MOVED, Groups
from gevinst.stats.margins.groups import GroupMargins
from tests.conftest import THREE, persons, two_times


def test_nothing_impossible_is_the_closed_form(ishoj) -> None:
    """A switch that bars nothing leaves bounds, errors and the independent value as they were."""
    plain = gv.standardise(ishoj)
    barred = gv.standardise(ishoj, impossible=[("rehabilitation", "ordinary_hours")])
    assert (barred.low, barred.high) == pytest.approx((plain.low, plain.high), abs=1e-6)
    assert barred.found.errors == pytest.approx(plain.found.errors, rel=1e-5)
    assert barred.independent == pytest.approx(plain.independent, abs=1e-3)


def test_switches_narrow_the_bounds(ishoj) -> None:
    """Nobody leaves the programme for cash benefit or work: the low end rises by 176 kr."""
    free = gv.standardise(ishoj)
    switches = [
        ("resource_programme_all", "cash_benefit_all"),
        ("resource_programme_all", "ordinary_employment"),
    ]
    barred = gv.standardise(ishoj, impossible=switches)
    assert free.low + 100 < barred.low
    assert free.low - 1e-6 <= barred.low <= barred.independent <= barred.high <= free.high + 1e-6
    assert "resource_programme_all -> ordinary_employment" in barred.summary("en")


def test_refuted_switches_are_an_error(ishoj, three) -> None:
    """A switch the margins refute is E111, with arm, times and switch, at each pair of times."""
    with pytest.raises(gv.StudyError, match="E111") as caught:
        gv.standardise(ishoj, impossible=[("cash_benefit_placement", "*")])
    assert caught.value.problems[0].values["times"] == "1 -> 1.5"
    with pytest.raises(gv.StudyError, match="E111"):
        gv.stratify(three, strata=THREE, impossible=[("cash_benefit_placement", "*")])


def test_cumulative_horizons(ishoj) -> None:
    """Three times that count: the bounds hold the independent value, for both readings."""
    study = ishoj.choose(horizon="cumulative_trapezoid")
    for moved in MOVED:
        each = gv.standardise(study, moved=moved)
        assert each.low < each.independent < each.high


def test_more_strata_narrow(ishoj) -> None:
    """Four strata, a start status each: the closed form for any number of them."""
    fine = gv.standardise(
        ishoj,
        strata=[
            "cash_benefit",
            "cash_benefit_placement",
            "resource_programme",
            "resource_programme_placement",
        ],
        weights="overlap",
    )
    assert [s.weight > 0 for s in fine.strata] == [True, True, True, False]
    codes = {(w.code, w.read, w.values["arm"]) for w in fine.warnings}
    assert ("W122", "cash_benefit_placement", "control") in codes
    assert ("W124", "resource_programme_placement", "intervention") in codes
    assert fine.interval.reason == "one-citizen"
    assert "no spread to measure" in fine.sentence("en")


def test_coverage_at_the_low_end() -> None:
    """Citizens drawn from a population at its low end: the interval holds that end often enough.

    300 samples; at 95 % the share falls below 88 % by chance less than once in a million.
    """
    rng = np.random.default_rng(8)
    n, ends = np.array([[17, 11], [21, 5]]), np.array([0.0, 0, 90, 144, 144, 150, 164, 349])
    start = np.array([144.0, 349.0])
    w = np.tile([0.7, 0.3], (2, 1))

    def group(a: int, drawn) -> GroupMargins:
        values, counts = np.unique(np.concatenate(drawn), return_counts=True)
        none = np.zeros(len(values), np.bool_)
        return GroupMargins(
            (n[a], counts), (start, -values), np.arange(2), np.zeros((2, 2)), (none[:2], none)
        )

    # In the first arm the programme's citizens end dear; in the second cheap: its low end.
    ranked = [np.repeat(ends, 8), np.repeat(ends, 8)]
    held = 0
    cut = [int(0.7 * 64), int(0.3 * 64)]
    pools = [
        (ranked[0][: cut[0]], ranked[0][cut[0] :]),
        (ranked[1][cut[1] :], ranked[1][: cut[1]]),
    ]
    truth = sum(
        (1, -1)[a] * w[a, s] * (start[s] - pools[a][s].mean()) for a in (0, 1) for s in (0, 1)
    )
    for _ in range(300):
        drawn = [[rng.choice(pools[a][s], n[a, s]) for s in (0, 1)] for a in (0, 1)]
        groups = Groups(
            n, (0.0, 0.0), tuple((group(a, drawn[a]),) for a in (0, 1)), (), np.zeros((2, 2, 2))
        )
        interval = groups.difference(w).interval
        held += interval.low <= truth <= interval.high
    assert held / 300 > 0.88


def test_an_empty_cell_is_bounded_by_what_can_be(ishoj) -> None:
    """Nobody of the control group in a stratum: bounds by the smallest and largest gain, W121.

    Overlap weights compare the rest, which W124 says.
    """
    starts = ({"cash_benefit": 2, "resource_programme": 3}, {"cash_benefit": 5})
    ends = ({"cash_benefit": 2, "flexjob": 3}, {"cash_benefit": 3, "flexjob": 2})
    for study in (two_times(ishoj, starts, ends), persons(two_times(ishoj, starts, ends))):
        wide = gv.standardise(study)
        assert {w.code for w in wide.warnings} >= {"W121"}
        assert not wide.identified
        cost = {rate.id: rate.kr for rate in ishoj.rates}
        # Control's programme cell has weight 3/10 and can gain from 0 to a whole programme's cost.
        overlap = gv.standardise(study, weights="overlap")
        reach = (wide.high - wide.low) - 0.3 * cost["resource_programme"]
        assert reach >= -1e-6
        assert {w.code for w in overlap.warnings} >= {"W124"}
        assert overlap.strata[1].weight == 0.0
        json.dumps(wide.to_dict(), allow_nan=False)
        frame = gv.stratify(study).baseline.to_frame()
        assert frame["smd_standardised"].isna().all()
        gv.stratify(study).baseline.plot()
    with pytest.raises(ValueError, match='write weights="overlap"'):
        gv.adjust(persons(two_times(ishoj, starts, ends)))


def test_one_citizen_has_no_variance(ishoj) -> None:
    """A stratum of one: bounds stand, and there is a reason in place of the interval (W122)."""
    starts = ({"cash_benefit": 2, "resource_programme": 1}, {"cash_benefit": 2, "flexjob": 1})
    ends = ({"cash_benefit": 2, "flexjob": 1}, {"cash_benefit": 1, "flexjob": 2})
    study = two_times(ishoj, starts, ends)
    strata = {"cheap": ["cash_benefit"], "dear": ["resource_programme", "flexjob"]}
    for each in (study, persons(study)):
        one = gv.standardise(each, strata=strata)
        assert one.interval.reason == "one-citizen"
        assert not one.interval.available
        assert one.to_dict()["interval"]["low"] is None
        assert "W122" in {w.code for w in one.warnings}
        assert "one citizen" in one.sentence("en").lower()
        one.plot()
    rows = {row.method: row for row in gv.adjust(persons(study), strata=strata).rows}
    assert math.isnan(rows["hc2"].standard_error)
    assert math.isnan(rows["bootstrap"].low)
