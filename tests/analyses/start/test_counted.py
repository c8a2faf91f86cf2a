"""Counts per stratum: what they fix and what they leave open, held against every table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

import gevinst as gv
from gevinst.study.people import COUPLINGS, standard_errors
from gevinst.study.study import Study
from gevinst.text.problems import StudyError
from tests.conftest import DATA, SIX, per_stratum, persons

Table = NDArray[np.int64]


@pytest.fixture(scope="module")
def study() -> Study:
    """Two offices, two times, 7 and 5 against 4 and 7 citizens; one of each arm moved away."""
    return gv.read(DATA / "counted")


def tables(rows: list[int], columns: list[int]) -> Iterator[Table]:
    """Every table of whole numbers with these margins."""
    if not rows:
        yield np.zeros((0, len(columns)), np.int64)
        return
    for first in product(*(range(min(rows[0], c) + 1) for c in columns)):
        if sum(first) == rows[0]:
            left = [c - f for c, f in zip(columns, first, strict=True)]
            for rest in tables(rows[1:], left):
                yield np.vstack([first, rest])


def gains(study: Study, a: int) -> NDArray[np.float64]:
    """What a citizen gains, by status before and after."""
    before, after = study.status_costs[a]
    return before[:, np.newaxis] - after


@cache
def _found(a: int) -> tuple[tuple[Table, ...], ...]:
    blocks = gv.read(DATA / "counted").stratum_counts[a]
    return tuple(tuple(tables(*(counts.tolist() for counts in block))) for block in blocks)


def variances(study: Study, a: int, k: int) -> tuple[float, float, float, float]:
    """Mean, smallest, expected and largest variance of the gains in a stratum, over every table."""
    worth, found, chances = gains(study, a), [], []
    for table in _found(a)[k]:
        n = table.sum()
        mean = float((table * worth).sum()) / n
        found.append(float((table * (worth - mean) ** 2).sum()) / (n - 1))
        chances.append(math.exp(-sum(math.lgamma(x + 1) for x in table.ravel())))
    expected = float(np.average(found, weights=chances))
    return mean, min(found), expected, max(found)


@pytest.mark.parametrize("name", ["pooled", "intervention", "control", "overlap"])
def test_the_difference_is_a_point_and_its_error_that_of_every_table(
    study: Study, name: str
) -> None:
    """Section e of the methods by hand: sum of w^2 s^2 / n, and Satterthwaite over the cells."""
    sizes = study.stratum_counts[:, :, 0].sum(axis=2).astype(float)
    weights = {
        "pooled": sizes.sum(axis=0),
        "intervention": sizes[0],
        "control": sizes[1],
        "overlap": sizes[0] * sizes[1] / sizes.sum(axis=0),
    }[name]
    weights = weights / weights.sum()
    found = gv.standardise(study, weights=name)
    cells = {(a, k): variances(study, a, k) for a in (0, 1) for k in (0, 1)}
    value = sum(w * (cells[0, k][0] - cells[1, k][0]) for k, w in enumerate(weights))
    assert found.identified
    assert found.estimate == pytest.approx(value, abs=1e-6)
    assert found.couplings is not None
    for at, kind in enumerate(COUPLINGS, 1):
        parts = {
            (a, k): weights[k] ** 2 * cells[a, k][at] / sizes[a, k] for a in (0, 1) for k in (0, 1)
        }
        total = sum(parts.values())
        freedom = total**2 / sum(v**2 / (sizes[cell] - 1) for cell, v in parts.items())
        assert found.couplings[kind].standard_error == pytest.approx(math.sqrt(total), rel=1e-9)
        assert found.couplings[kind].freedom == pytest.approx(freedom, rel=1e-9)
    assert found.found.standard_error == pytest.approx(
        found.couplings["widest"].standard_error, rel=1e-6
    )


def test_tables_within_strata_narrow_the_raw_band(study: Study) -> None:
    """The raw gain's errors are those of every pair of tables, one per stratum."""
    pooled = replace(study, stratum_counts=study.stratum_counts[:0])
    for a in (0, 1):
        worth, n = gains(study, a), study.arms[a].analysed
        squares = [[float((t * worth**2).sum()) for t in of] for of in _found(a)]
        weight = [
            [math.exp(-sum(math.lgamma(x + 1) for x in t.ravel())) for t in of] for of in _found(a)
        ]
        mean = sum(float((of[0] * worth).sum()) for of in _found(a)) / n
        own = [sum(map(pick, squares)) for pick in (min, max)]
        expected = sum(
            float(np.average(s, weights=w)) for s, w in zip(squares, weight, strict=True)
        )
        by_hand = [
            math.sqrt((total - n * mean**2) / (n - 1) / n) for total in (own[0], expected, own[1])
        ]
        errors = [float(standard_errors(study, kind)[a]) for kind in COUPLINGS]
        assert errors == pytest.approx(by_hand, rel=1e-9)
        wide = [float(standard_errors(pooled, kind)[a]) for kind in COUPLINGS]
        assert wide[0] <= errors[0]
        assert errors[2] <= wide[2]
    assert errors != pytest.approx(wide, rel=1e-3)


def test_the_lost_left_out_are_bounded_by_every_table(study: Study) -> None:
    """With the moved left out a stratum's mean is over those seen, who differ from table to table.

    Raw and pooled: both ends are attained.
    """
    gone = study.axes.at("item", "gone")
    sizes = study.stratum_counts[:, :, 0].sum(axis=2)
    sums = []
    for a in (0, 1):
        worth = gains(study, a).copy()
        worth[:, gone] = 0.0
        of = [
            [(float((t * worth).sum()), int(t.sum() - t[:, gone].sum())) for t in own]
            for own in _found(a)
        ]
        sums.append([{(total, seen) for total, seen in own} for own in of])
    ends = [
        [(min(t / n for t, n in own), max(t / n for t, n in own)) for own in arm] for arm in sums
    ]
    weights = sizes.sum(axis=0) / sizes.sum()
    low = sum(w * (ends[0][k][0] - ends[1][k][1]) for k, w in enumerate(weights))
    high = sum(w * (ends[0][k][1] - ends[1][k][0]) for k, w in enumerate(weights))
    found = gv.standardise(study, moved="left_out")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
    assert found.couplings == {}
    raws = [[(x[0] + y[0]) / (x[1] + y[1]) for x, y in product(*arm)] for arm in sums]
    raw = gv.stratify(study).of("raw", "published", "left_out")
    whole = (min(raws[0]) - max(raws[1]), max(raws[0]) - min(raws[1]))
    assert (raw.low, raw.high) == pytest.approx(whole, abs=1e-6)


def test_counts_of_people_are_bounded_within_strata(study: Study) -> None:
    """How many became cheaper, and how many stayed: over every table of each stratum."""
    gone = study.axes.at("item", "gone")
    found = gv.bounds(study, "cheaper")
    for a, arm in enumerate(study.axes.arms):
        cheaper = gains(study, a) > 0
        cheaper[:, gone] = False
        each = [[int(t[cheaper].sum()) for t in own] for own in _found(a)]
        assert found.arms[arm].low == sum(map(min, each))
        assert found.arms[arm].high == sum(map(max, each))
        for end, total in (("low", found.arms[arm].low), ("high", found.arms[arm].high)):
            courses = found.arms[arm].witness[end]
            assert len({course for course, _ in courses}) == len(courses)
            assert sum(n for _, n in courses) == study.arms[a].analysed
            at = study.axes.at
            counted = sum(n for (s, e), n in courses if cheaper[at("item", s), at("item", e)])
            assert counted == total
    parts = {(p.arm, p.name): p.stayed for p in gv.progression(study).parts}
    for a, arm in enumerate(study.axes.arms):
        i = study.axes.at("item", "programme")
        each = [[int(t[i, i]) for t in own] for own in _found(a)]
        assert parts[arm, "programme"] == (sum(map(min, each)), sum(map(max, each)))


def test_own_shares_are_raw_and_given_ones_are_stated(study: Study) -> None:
    """Each arm's own mix adjusts for nothing; a stated population is that of its citizens."""
    own = gv.standardise(study, weights="own")
    assert own.estimate == pytest.approx(gv.gain(study).difference, abs=1e-6)
    assert study.stratification is not None
    stated = replace(study, stratification=replace(study.stratification, citizens=(300, 100)))
    assert stated.hash != study.hash
    given = gv.standardise(study, weights={"north": 3, "south": 1})
    assert gv.standardise(stated, weights="stated").low == pytest.approx(given.low)
    assert "stated" in gv.stratify(stated).weightings
    assert "stated" not in gv.stratify(study).weightings


def test_strata_of_one_composition_are_no_strata(study: Study) -> None:
    """Where each stratum has the same mix before and after, all is as without strata."""
    half = study.counts[:, np.newaxis].repeat(2, axis=1)
    alike = replace(
        study,
        counts=2 * study.counts,
        stratum_counts=half,
        arms=tuple(
            replace(a, analysed=2 * a.analysed, enrolled=2 * a.enrolled) for a in study.arms
        ),
    )
    none = replace(alike, stratum_counts=half[:0], stratification=None)
    for kind in COUPLINGS:
        assert standard_errors(alike, kind) == pytest.approx(standard_errors(none, kind), rel=1e-9)
    assert gv.standardise(alike).estimate == pytest.approx(gv.gain(none).difference, abs=1e-6)
    for coupling, found in gv.bootstrap(alike).difference.items():
        assert found.interval("expanded").limits == pytest.approx(
            gv.bootstrap(none).difference[coupling].interval("expanded").limits, rel=1e-3
        )


@pytest.mark.parametrize("weights", [None, "pooled"])
def test_draws_have_the_spread_of_the_classical_errors(study: Study, weights: str | None) -> None:
    """Raw or standardised: the mean of the draws is the point, their sd the standard error.

    Within six Monte Carlo errors: a false alarm in fewer than one in 500 million.
    """
    n = 40_000
    draws = gv.simulate(study, n=n, rng=1, weights=weights)
    exact = gv.standardise(study, weights=weights or "own")
    raw = gv.bootstrap(study).difference
    errors = {k: e.standard_error for k, e in (exact.couplings or {}).items()}
    for kind in COUPLINGS:
        error = errors[kind] if weights else raw[kind].standard_error
        sample = draws.by_coupling[kind].difference
        assert draws.points[kind] == pytest.approx(exact.low, abs=1e-6)
        assert abs(sample.mean() - exact.low) < SIX * error / math.sqrt(n)
        fourth = float(((sample - sample.mean()) ** 4).mean())
        spread = math.sqrt(fourth - sample.var() ** 2) / math.sqrt(n)
        assert abs(sample.var() - error**2) < SIX * spread
    said = draws.summary("en")
    assert "each coupling has its own value" not in said


def test_shares_of_the_variance_know_the_strata(study: Study) -> None:
    """In closed form the outcomes' variance is the classical one, under every coupling."""
    closed = gv.variance_shares(study, method="closed_form").by_coupling
    for kind, found in gv.bootstrap(study).difference.items():
        assert closed[kind].variance == pytest.approx(found.standard_error**2, rel=1e-9)


def test_switches_are_tested_in_each_stratum(study: Study) -> None:
    """What the whole group's margins allow, a stratum's can refute; what is left narrows."""
    with pytest.raises(StudyError) as refused:
        gv.bootstrap(study, impossible=[("programme", "benefit")])
    assert [p.code for p in refused.value.problems] == ["E111"]
    free = gv.bootstrap(study)
    barred = gv.bootstrap(study, impossible=[("benefit", "programme")])
    for coupling in COUPLINGS:
        assert barred.difference[coupling].estimate == pytest.approx(free.estimate)
    assert barred.difference["narrowest"].standard_error >= (
        free.difference["narrowest"].standard_error - 1e-9
    )
    assert barred.widest.standard_error <= free.widest.standard_error + 1e-9
    found = gv.standardise(study, impossible=[("benefit", "programme")])
    assert found.identified
    assert found.estimate == pytest.approx(gv.standardise(study).estimate)


def test_one_citizen_and_nobody(study: Study) -> None:
    """A stratum of one has no variance; one of nobody is bounded and named."""
    one = study.stratum_counts.copy()
    one[0, 1] = 0
    one[0, 1, 0, 1], one[0, 1, 1, 2] = 1, 1
    counts = study.counts.copy()
    counts[0] = one[0].sum(axis=0)
    arms = (replace(study.arms[0], analysed=8), study.arms[1])
    few = replace(study, counts=counts, stratum_counts=one, arms=arms)
    found = gv.standardise(few)
    assert found.identified
    assert found.interval.reason == "one-citizen"
    assert next(w.code for w in found.warnings if w.read == "south") == "W122"
    one[0, 1] = 0
    counts = counts.copy()
    counts[0] = one[0].sum(axis=0)
    none = replace(
        few, counts=counts, stratum_counts=one, arms=(replace(arms[0], analysed=7), arms[1])
    )
    empty = gv.standardise(none)
    assert not empty.identified
    assert empty.couplings == {}
    assert "W121" in {w.code for w in empty.warnings}
    assert gv.stratify(none).of("overlap", "published").identified
    drawn = gv.simulate(none, n=200, rng=1, weights="overlap")
    assert drawn.points["widest"] == pytest.approx(gv.standardise(none, weights="overlap").low)
    assert gv.simulate(none, n=200, rng=1).points["widest"] == pytest.approx(
        gv.gain(none).difference
    )
    assert gv.missing(none).summary("en")


def test_what_is_not_asked_within_strata(study: Study) -> None:
    """Each in one sentence: other strata, switches of citizens, and what a switch is worth."""
    asked = (
        (lambda: gv.standardise(study, strata=["benefit", "programme"]), "E334"),
        (lambda: gv.fragility(study, impossible=[("benefit", "programme")]), "E337"),
        (lambda: gv.switch_worth(study, "benefit -> job"), "E337"),
    )
    for ask, code in asked:
        with pytest.raises(StudyError) as refused:
            ask()
        assert [p.code for p in refused.value.problems] == [code]
    assert gv.standardise(study, strata="stratum").low == gv.standardise(study).low


def test_one_arm_has_its_change_within_strata(study: Study) -> None:
    """One group alone: its change has the narrower band; strata need two."""
    alone = study.compare("intervention")
    pooled = replace(alone, stratum_counts=alone.stratum_counts[:0], stratification=None)
    assert gv.bootstrap(alone).widest.standard_error <= gv.bootstrap(pooled).widest.standard_error
    with pytest.raises(StudyError) as refused:
        gv.stratify(alone)
    assert refused.value.problems[0].code == "E132"


def test_three_times_and_rates_drawn(ishoj: Study) -> None:
    """Ishøj's counts in two invented offices: every answer holds, at three times and two bases."""
    study = per_stratum(persons(ishoj))
    found = gv.stratify(study)
    assert all(each.identified for each in found.estimates if each.moved == "as_published")
    raw = found.of("raw", study.conventions.basis)
    assert raw.found.standard_error == pytest.approx(
        gv.bootstrap(study).difference["widest"].standard_error, rel=1e-6
    )
    assert gv.missing(study).summary("da")
    assert gv.robustness(study).summary("en")


def test_fewest_at_no_cost_within_strata(study: Study) -> None:
    """A narrower band turns no later: as many citizens, or fewer, under the widest coupling."""
    pooled = replace(study, stratum_counts=study.stratum_counts[:0])
    within, whole = (gv.stress(each).by_coupling["widest"] for each in (study, pooled))
    assert within.citizens is not None
    assert whole.citizens is not None
    assert 0 < within.citizens <= whole.citizens
    assert within.limits[0] > 0.0


def test_person_rows_bring_their_own_strata(study: Study) -> None:
    """Citizens with a row each take the place of the counts, of each stratum too."""
    paired = persons(study, stratum=["north", "south"] * 11 + ["north"])
    assert not paired.stratum_counts.size
    assert gv.standardise(paired).paired
