"""Bounds of a standardised mean from margins: brute force over every table, closed form against LP.

Brute force lists every way in which the citizens of small margins can have gone, computes the
standardised mean over those who are seen, and takes the smallest and the largest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gevinst.stats.margins import stratum_bounds
from gevinst.stats.margins.groups import GroupMargins
from gevinst.stats.margins.programme import lowest_by_programme
from gevinst.stats.margins.stratum_bounds import (
    _ascending,
    _class_variances,
    bounds,
    independent_mean,
)


def every_table(group: GroupMargins):
    """Yield every course of the citizens: an array of statuses, shape (n, time), once each."""
    slots = [np.repeat(np.arange(len(c)), c).tolist() for c in group.counts]
    seen = set()
    for later in product(*(sorted(set(permutations(s))) for s in slots[1:])):
        table = tuple(sorted(zip(slots[0], *later, strict=True)))
        steps = [(t, a, b) for path in table for t, (a, b) in enumerate(pairwise(path))]
        if group.barred is not None and any(group.barred[t][a, b] for t, a, b in steps):
            continue
        if table not in seen:
            seen.add(table)
            yield np.array(table)


def measured(group: GroupMargins, table, weights, end: int) -> tuple[float, float]:
    """Standardised mean over the seen citizens of one table, and sum w^2 s^2 / n."""
    gains = sum(v[table[:, t]] for t, v in enumerate(group.values))
    gone = np.any([m[table[:, t]] for t, m in enumerate(group.lost)], axis=0)
    stratum = group.stratum[table[:, 0]]
    value = spread = 0.0
    for s, w in enumerate(weights):
        mine = gains[(stratum == s) & ~gone]
        if w > 0:
            value += w * (mine.mean() if mine.size else group.reach[s, end])
            if mine.size:
                spread += w**2 * (mine.var(ddof=1) if mine.size > 1 else np.inf) / mine.size
    return value, spread


def brute(group: GroupMargins, weights):
    """Both ends over every table, and the largest sum w^2 s^2 / n among the tables at each."""
    ends = []
    for end, pick in ((0, min), (1, max)):
        found = [measured(group, table, weights, end) for table in every_table(group)]
        value = pick(v for v, _ in found)
        ends.append((value, max(s for v, s in found if abs(v - value) < 1e-9)))
    return ends


def spread_of(end, weights) -> float:
    """Sum of w^2 s^2 / n of an end; infinite where a weighted stratum holds one citizen."""
    used = (weights > 0) & (end.seen > 0)
    if (end.seen[used] == 1).any():
        return np.inf
    return float((weights[used] ** 2 * end.variances[used] / end.seen[used]).sum())


@st.composite
def groups(draw, strata: int, times: int, *, lost: bool = False, citizens: int = 6):
    """Small margins with a status more than strata, values on a coarse grid so that they tie."""
    statuses = strata + 1
    n = draw(st.integers(strata, citizens))
    counts, values = [], []
    for t in range(times):
        places = draw(st.lists(st.integers(0, statuses - 1), min_size=n, max_size=n))
        if t == 0:  # every stratum has somebody
            places[:strata] = range(strata)
        counts.append(np.bincount(places, minlength=statuses))
        values.append(
            np.array(
                draw(st.lists(st.integers(-4, 4), min_size=statuses, max_size=statuses)), float
            )
        )
    gone = [np.zeros(statuses, np.bool_) for _ in range(times)]
    if lost:
        for t in range(1, times):
            gone[t][statuses - 1] = draw(st.booleans())
    stratum = np.array([*range(strata), strata - 1])
    return GroupMargins(
        tuple(counts), tuple(values), stratum, np.tile([-20.0, 20.0], (strata, 1)), tuple(gone)
    )


def weights_for(draw_list, strata: int):
    """Turn whole numbers into shares."""
    weights = np.array(draw_list[:strata], float)
    return weights / weights.sum() if weights.sum() else np.full(strata, 1 / strata)


WEIGHTS = st.lists(st.integers(0, 3), min_size=3, max_size=3)


@settings(max_examples=150)
@given(st.data(), st.sampled_from([1, 2, 3]), WEIGHTS, st.booleans())
def test_two_times_equal_brute_force(data, strata, weights, lost) -> None:
    """Two times, up to three strata, with and without lost: both ends are those of every table."""
    group = data.draw(groups(strata, 2, lost=lost))
    weights = weights_for(weights, strata)
    for end, (value, spread) in zip(bounds(group, weights), brute(group, weights), strict=True):
        assert end.value == pytest.approx(value, abs=1e-9)
        # Parts of citizens are allowed among equal strata, so the variance may lie above.
        assert spread_of(end, weights) >= spread - 1e-5 * max(1.0, min(spread, 1e9))


@settings(max_examples=60)
@given(st.data(), st.sampled_from([2, 3]), WEIGHTS, st.booleans())
def test_three_times_equal_brute_force(data, strata, weights, lost) -> None:
    """Three times that count, citizens lost at either later one: ends and variances hold."""
    group = data.draw(groups(strata, 3, lost=lost, citizens=4))
    weights = weights_for(weights, strata)
    for end, (value, spread) in zip(bounds(group, weights), brute(group, weights), strict=True):
        assert end.value == pytest.approx(value, abs=1e-9)
        assert spread_of(end, weights) >= spread - 1e-5 * max(1.0, min(spread, 1e9))


@settings(max_examples=60)
@given(st.data(), st.sampled_from([2, 3]), WEIGHTS, st.booleans(), st.booleans())
def test_impossible_steps_equal_brute_force(data, strata, weights, lost, three) -> None:
    """With steps that nobody makes the integer programme finds the ends of every table left."""
    group = data.draw(groups(strata, 3 if three else 2, lost=lost, citizens=4))
    statuses = strata + 1
    barred = np.zeros((statuses, statuses), np.bool_)
    for a, b in data.draw(
        st.lists(st.tuples(*[st.integers(0, statuses - 1)] * 2), min_size=1, max_size=2)
    ):
        barred[a, b] = a != b
    group = replace(group, barred=(barred,) * (len(group.counts) - 1))
    weights = weights_for(weights, strata)
    if next(every_table(group), None) is None:
        with pytest.raises(ValueError, match="impossible"):
            bounds(group, weights)
        return
    for end, (value, spread) in zip(bounds(group, weights), brute(group, weights), strict=True):
        assert end.value == pytest.approx(value, abs=1e-9)
        assert spread_of(end, weights) >= spread - 1e-5 * max(1.0, min(spread, 1e9))


@settings(max_examples=80)
@given(st.data(), st.sampled_from([2, 3]), WEIGHTS, st.booleans())
def test_rearrangement_is_the_programme(data, strata, weights, lost) -> None:
    """The closed form and the integer programme give the same end and the same variance."""
    group = data.draw(groups(strata, 2, lost=lost, citizens=9))
    weights = weights_for(weights, strata)
    low, _ = bounds(group, weights)
    programme = lowest_by_programme(group, weights)
    assert low.value == pytest.approx(programme.value, abs=1e-9)
    ours, theirs = spread_of(low, weights), spread_of(programme, weights)
    if np.isfinite([ours, theirs]).all():
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-5)


@settings(max_examples=60)
@given(st.data(), st.sampled_from([2, 3]), WEIGHTS)
def test_variance_of_one_stratum_a_class_is_that_of_a_table(data, strata, weights) -> None:
    """Where no two strata weigh the same per citizen the variance is attained by a whole table."""
    group = data.draw(groups(strata, 2))
    weights = weights_for(weights, strata)
    per_citizen = weights / group.sizes
    if len(set(np.round(per_citizen[weights > 0], 9))) < (weights > 0).sum():
        return
    for end, (_, spread) in zip(bounds(group, weights), brute(group, weights), strict=True):
        if np.isfinite(spread):
            assert spread_of(end, weights) == pytest.approx(spread, abs=1e-6)


@settings(max_examples=60)
@given(st.data(), st.sampled_from([2, 3]), WEIGHTS, st.booleans())
def test_independent_mean_lies_within_and_is_the_average(data, strata, weights, lost) -> None:
    """The independent value lies in the bounds; without lost it is the mean over matchings."""
    group = data.draw(groups(strata, 2, lost=lost, citizens=5))
    weights = weights_for(weights, strata)
    if (group.counts[1] * ~group.lost[1]).sum() == 0:
        return
    value = independent_mean(group, weights)
    low, high = bounds(group, weights)
    assert low.value - 1e-9 <= value <= high.value + 1e-9
    if not group.lost[1].any():
        slots = [np.repeat(np.arange(len(c)), c) for c in group.counts]
        tables = [
            np.column_stack([slots[0], slots[1][list(order)]])
            for order in permutations(range(len(slots[1])))
        ]
        values = [measured(group, table, weights, 0)[0] for table in tables]
        assert value == pytest.approx(np.mean(values), abs=1e-9)
    free = replace(group, barred=(np.zeros((strata + 1,) * 2, np.bool_),))
    if not lost:
        assert independent_mean(free, weights) == pytest.approx(value, abs=1e-6)


@given(
    st.data(), st.sampled_from([1, 2, 3]), WEIGHTS, st.floats(-3, 3).filter(lambda f: abs(f) > 1e-3)
)
def test_relabel_and_scale(data, strata, weights, factor) -> None:
    """Permuting statuses changes nothing; multiplying what they cost multiplies the bounds."""
    group = data.draw(groups(strata, 2, lost=True))
    weights = weights_for(weights, strata)
    low, high = bounds(group, weights)
    order = data.draw(st.permutations(range(strata + 1)))
    moved = replace(
        group,
        counts=tuple(c[order] for c in group.counts),
        values=tuple(v[order] for v in group.values),
        lost=tuple(m[order] for m in group.lost),
        stratum=group.stratum[order],
    )
    assert [e.value for e in bounds(moved, weights)] == pytest.approx([low.value, high.value])
    reach = np.sort(factor * group.reach, axis=1)
    scaled = replace(group, values=tuple(factor * v for v in group.values), reach=reach)
    ends = sorted([factor * low.value, factor * high.value])
    assert [e.value for e in bounds(scaled, weights)] == pytest.approx(ends, abs=1e-9)


def test_class_variances_by_every_allocation() -> None:
    """Two equally weighted strata: the programme is at or above every split, and near the best."""
    rng = np.random.default_rng(7)
    starts = [np.array([1.0, 1.0, 4.0]), np.array([0.0, 5.0, 5.0])]
    pool = np.sort(rng.integers(-5, 5, 6)).astype(float)
    weights, seen = np.array([0.5, 0.5]), np.array([3, 3])
    best = max(
        sum(np.var(s + np.array(p), ddof=1) for s, p in zip(starts, (o[:3], o[3:]), strict=True))
        for o in set(permutations(pool))
    )
    start_tallies = [_ascending(start, np.ones(3)) for start in starts]
    pool_tally = _ascending(pool, np.ones(6))
    found = _class_variances(start_tallies, [pool_tally], weights, seen).sum()
    assert best - 1e-5 <= found <= 1.1 * best


@given(data=st.data(), weights=st.lists(st.integers(0, 4), min_size=2, max_size=2))
@settings(max_examples=300, deadline=None)
def test_few_placings_find_what_all_do(data, weights) -> None:
    """Of two strata with many lost, the numbers tried hold the ends that every number gives."""
    group = data.draw(groups(2, 2, lost=True, citizens=40))
    weights = weights_for(weights, 2)
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for many in (1, 10**9):
            patch.setattr(stratum_bounds, "_MANY_PLACINGS", many)
            found.append([end.value for end in bounds(group, weights)])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9, atol=1e-9)


def test_too_many_placings_is_an_error() -> None:
    """More ways to place the lost than can be gone through is a message that says what to do."""
    sizes = np.full(6, 40)
    lost = np.array([*[False] * 6, True])
    group = GroupMargins(
        (np.array([*sizes, 0]), np.array([*(sizes - 20), 120])),
        (np.arange(7.0), np.arange(7.0)),
        np.array([*range(6), -1]),
        np.zeros((6, 2)),
        (np.zeros(7, np.bool_), lost),
    )
    with pytest.raises(ValueError, match="merge strata"):
        bounds(group, np.full(6, 1 / 6))
