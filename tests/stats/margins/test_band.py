"""The band of a standard error: every pairing of the margins, possible or not."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gevinst.stats.margins import band as bands
from gevinst.stats.margins.band import standard_error_band

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
