"""The band of a standard error: every pairing of the margins, possible or not."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gevinst.stats.margins import band as bands
from gevinst.stats.margins.band import Tally, pair, standard_error_band

costs = st.lists(st.integers(0, 6), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(costs, st.randoms(use_true_random=False))
def test_band_holds_every_pairing(start, random):
    """Narrowest and widest are the extremes over all pairings; independent is their mean square."""
    end = [random.randint(0, 6) for _ in start]
    n = len(start)
    errors = [
        np.var(np.subtract(start, paired), ddof=1) / n for paired in itertools.permutations(end)
    ]
    band = standard_error_band(start, end)
    assert band.narrowest**2 == pytest.approx(min(errors), abs=1e-12)
    assert band.widest**2 == pytest.approx(max(errors), abs=1e-12)
    assert band.independent**2 == pytest.approx(np.mean(errors), abs=1e-12)
    free = standard_error_band(start, end, impossible=lambda s, e: False)
    assert (free.narrowest, free.independent, free.widest) == pytest.approx(
        (band.narrowest, band.independent, band.widest),
        abs=1e-7,  # a root of rounding near 0
    )
    assert free.law == "quasi-independence"


@settings(max_examples=40, deadline=None)
@given(costs, st.randoms(use_true_random=False))
def test_band_with_impossible_transitions_holds_every_admissible_pairing(start, random):
    """With impossible transitions the ends are the extremes over the pairings that remain."""
    end = [random.randint(0, 6) for _ in start]
    n = len(start)

    def impossible(s, e):
        return s >= 4 and e < s

    errors = [
        np.var(np.subtract(start, paired), ddof=1) / n
        for paired in itertools.permutations(end)
        if not any(map(impossible, start, paired))
    ]
    if not errors:
        with pytest.raises(ValueError, match="refute"):
            standard_error_band(start, end, impossible=impossible)
        return
    band = standard_error_band(start, end, impossible=impossible)
    assert band.narrowest**2 == pytest.approx(min(errors), abs=1e-9)
    assert band.widest**2 == pytest.approx(max(errors), abs=1e-9)
    assert band.narrowest - 1e-9 <= band.independent <= band.widest + 1e-9


def test_quasi_independence_is_a_product_on_the_possible_cells():
    """Odds ratios of the fitted table are one wherever all four cells are possible."""
    mask = np.array([[True, False, False], [False, False, False], [False, False, False]])
    allowed = bands.support([np.array([4, 5, 6]), np.array([5, 7, 3])], [mask], [np.zeros(3)] * 2)
    table = np.zeros((3, 3))
    table[*allowed.paths.T] = 15 * bands.quasi_independent(allowed)
    assert table.sum(axis=1) == pytest.approx([4, 5, 6], abs=1e-8)
    assert table.sum(axis=0) == pytest.approx([5, 7, 3], abs=1e-8)
    assert table[0, 0] == 0
    assert table[0, 1] * table[2, 2] == pytest.approx(table[0, 2] * table[2, 1])


def test_one_citizen_has_no_standard_error():
    """A single citizen's band is not a number, never zero."""
    assert math.isnan(standard_error_band([5], [3]).narrowest)


def _tallies(times: list[list[int]]) -> list[Tally]:
    return [Tally(np.asarray(each, float), np.ones(len(each), int)) for each in times]


def _every_variance(times: list[list[int]], counted: tuple[float, ...]) -> list[float]:
    """Variance of what citizens gain under every pairing: the first time stays, others turn."""
    first, *others = (np.multiply(way, each) for way, each in zip(counted, times, strict=True))
    found = []
    for paired in itertools.product(*(itertools.permutations(each) for each in others)):
        found.append(float(np.var(np.sum([first, *paired], axis=0), ddof=1)))
    return found


def _variance(times: list[list[int]], counted: tuple[float, ...], kind: str) -> float:
    (gains,) = pair(_tallies(times), counted, kind)
    return gains.variance


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.tuples(*[st.lists(st.integers(0, 6), min_size=n, max_size=n)] * 2)
    ),
    st.sampled_from([(-1.0, -1.0), (2.0, 0.5), (-0.5, -1.0), (1.0, -1.0), (1.0, -0.25)]),
)
def test_two_times_are_paired_at_the_ends_whatever_they_count_for(times, counted):
    """Of a sum of periods as of a change, sorting gives the extremes over all pairings."""
    every = _every_variance(list(times), counted)
    assert _variance(times, counted, "narrowest") == pytest.approx(min(every), abs=1e-9)
    assert _variance(times, counted, "widest") == pytest.approx(max(every), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda n: st.tuples(*[st.lists(st.integers(0, 6), min_size=n, max_size=n)] * 3)
    ),
    st.sampled_from([(-1.0, -1.0, -1.0), (1.0, 0.5, 2.0), (1.0, 0.5, -1.0)]),
)
def test_three_times_are_paired_within_the_ends(times, counted):
    """The narrowest is at least the true smallest and at most the widest, which is the largest."""
    every = _every_variance(list(times), counted)
    narrow, wide = (_variance(times, counted, kind) for kind in ("narrowest", "widest"))
    assert wide == pytest.approx(max(every), abs=1e-9)
    assert min(every) - 1e-9 <= narrow <= wide + 1e-9


def test_a_time_that_counts_for_nothing_changes_no_pairing():
    """A change stays as it was: sorted alike; and of a sum the two that count offset each other."""
    start, middle, end = [0, 3, 9], [5, 1, 1], [2, 2, 7]
    for counted in ((1.0, -1.0), (-1.0, -1.0)):
        whole = (counted[0], 0.0, counted[1])
        assert _variance([start, middle, end], whole, "narrowest") == pytest.approx(
            _variance([start, end], counted, "narrowest")
        )
    change = np.subtract(sorted(start), sorted(end))
    assert _variance([start, middle, end], (1.0, 0.0, -1.0), "narrowest") == pytest.approx(
        np.var(change, ddof=1)
    )
    total = np.add(sorted(start), sorted(end)[::-1])
    assert _variance([start, middle, end], (-1.0, 0.0, -1.0), "narrowest") == pytest.approx(
        np.var(total, ddof=1)
    )
