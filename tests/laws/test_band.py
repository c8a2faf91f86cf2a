"""The band law: whatever pairs the margins allow, their answer lies in the band of the margins."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.analyses.bootstrap import bootstrap
from gevinst.analyses.start.stratum_gains import MOVED
from gevinst.stats.standardisation import WEIGHTS
from gevinst.study.people import OBSERVED, standard_errors
from tests.conftest import THREE, four_citizens, four_who_move, person_rows, persons


def test_band_holds_every_table(ishoj) -> None:
    """Brute force: no matching of four citizens lies outside narrowest and widest."""
    small = four_citizens(ishoj)
    low, high = (standard_errors(small, kind)[0] for kind in ("narrowest", "widest"))
    costs = small.status_costs[0]
    slots = [np.repeat(np.arange(len(small.items)), n) for n in small.counts[0][[0, 2]]]
    errors = [
        (costs[0, slots[0]] - costs[2, list(order)]).std(ddof=1) / 2
        for order in permutations(slots[1])
    ]
    assert min(errors) == pytest.approx(low)
    assert max(errors) == pytest.approx(high)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("horizon", ["annual_end", "cumulative_left"])
def test_band_law(ishoj, seed: int, horizon: str) -> None:
    """Whatever the pairs, their standard error lies in the band of their margins (law)."""
    study = gv.from_persons(person_rows(ishoj, seed), ishoj).choose(horizon=horizon)
    observed = standard_errors(study, OBSERVED)
    low, high = (standard_errors(study.as_margins(), c) for c in ("narrowest", "widest"))
    assert (observed <= high * (1 + 1e-9)).all()
    if horizon == "annual_end":  # over three times sorting gives no more than "at most"
        assert (observed >= low * (1 - 1e-9)).all()


@pytest.mark.parametrize("horizon", ["annual_end", "cumulative_trapezoid"])
@pytest.mark.parametrize(
    "switches",
    [
        [("ordinary_employment", "*")],
        [("ordinary_employment", "*"), ("flexjob", "cash_benefit")],
        [("resource_programme", "flexjob"), ("cash_benefit", "ordinary_employment")],
    ],
)
def test_band_under_impossible_switches_holds_every_path(ishoj, horizon, switches) -> None:
    """Brute force: the band's ends are the extremes over all sets of admissible paths."""
    small = four_who_move(ishoj).choose(horizon=horizon)
    costs, counted = small.status_costs[1], small.status_horizon
    ids = small.axes.items
    slots = [np.repeat(np.arange(len(ids)), n) for n in small.counts[1]]

    def barred(a: int, b: int) -> bool:
        return a != b and any(s == ids[a] and e in ("*", ids[b]) for s, e in switches)

    errors = []
    for middle, end in product(*(set(permutations(s.tolist())) for s in slots[1:])):
        steps = [*zip(slots[0], middle, strict=True), *zip(middle, end, strict=True)]
        if not any(barred(a, b) for a, b in steps):
            levels = [costs[t][list(s)] for t, s in enumerate((slots[0], middle, end))]
            errors.append((counted @ np.array(levels)).std(ddof=1) / 2)
    band = bootstrap(small, impossible=switches).arms["control"]
    assert errors
    assert band["narrowest"].standard_error == pytest.approx(min(errors), abs=1e-6)
    assert band["widest"].standard_error == pytest.approx(max(errors), abs=1e-6)
    assert min(errors) <= band["independent"].standard_error * (1 + 1e-9)
    assert band["independent"].standard_error <= max(errors) * (1 + 1e-9)


def tables_of(study):
    """Every pairing of each arm's starts with its ends, as person rows of one arm."""
    found = []
    for a, arm in enumerate(study.axes.arms):
        slots = [np.repeat(study.axes.items, n) for n in study.counts[a]]
        arm_tables = sorted(
            {tuple(sorted(zip(slots[0], e, strict=True))) for e in permutations(slots[1])}
        )
        found.append([[(f"{arm}-{k}", arm, *path) for k, path in enumerate(t)] for t in arm_tables])
    return found


@pytest.mark.parametrize("moved", MOVED)
@pytest.mark.parametrize("weights", [*WEIGHTS, "own"])
def test_every_table_lies_in_the_bounds_and_some_attain_them(three, moved, weights) -> None:
    """Three strata, brute force (law: band): each table read as paired data lies in the bounds.

    Both ends are attained. Tables that lose the only citizen of a stratum leave its cell empty;
    then paired data have bounds themselves, and those lie in the band too.
    """
    band = gv.standardise(three, strata=THREE, weights=weights, moved=moved)
    first, second = tables_of(three)
    columns = ["id", "arm", *three.axes.times]
    lows, highs = [], []
    # The arms are bounded apart, so every table of one against a few of the other is enough.
    pairs = [(i, second[0]) for i in first] + [(first[0], c) for c in second]
    parts = {"first": [], "second": []}
    for k, (i, c) in enumerate(pairs):
        paired = gv.from_persons(pd.DataFrame([*i, *c], columns=columns), three)
        one = gv.standardise(paired, strata=THREE, weights=weights, moved=moved)
        lows.append(one.low)
        highs.append(one.high)
        parts["first" if k < len(first) else "second"].append((one.low, one.high))
    assert band.low - 1e-6 <= min(lows)
    assert max(highs) <= band.high + 1e-6
    # Low of the difference: lowest of the first arm against the highest of the second.
    base = parts["first"][0]
    low = min(p[0] for p in parts["first"]) + min(p[0] for p in parts["second"]) - base[0]
    high = max(p[1] for p in parts["first"]) + max(p[1] for p in parts["second"]) - base[1]
    assert (band.low, band.high) == pytest.approx((low, high), abs=1e-6)


def test_paired_data_have_an_estimate_in_the_band(ishoj) -> None:
    """With paths known there is one estimate, within the bounds of the same data as margins."""
    for seed in range(5):
        paired = persons(ishoj, seed)
        for weights in WEIGHTS:
            for moved in MOVED:
                one = gv.standardise(paired, weights=weights, moved=moved)
                band = gv.standardise(paired.as_margins(), weights=weights, moved=moved)
                assert one.identified
                assert one.independent is None
                assert band.low <= one.estimate <= band.high
                assert one.to_dict()["standard_error_with_weights"] > one.found.standard_error
