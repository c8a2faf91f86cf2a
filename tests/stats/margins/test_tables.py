"""Tables with known margins: how many, how far, and drawn at random."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gevinst.stats.margins import tables
from gevinst.stats.margins.band import standard_error_band
from gevinst.stats.margins.tables import bound_functional, count_tables, random_table


def all_tables(rows, columns):
    """Every table, by plain recursion: the oracle."""
    if len(rows) == 1:
        yield (tuple(columns),)
        return
    for first in itertools.product(*(range(min(c, rows[0]) + 1) for c in columns)):
        if sum(first) == rows[0]:
            left = [c - f for c, f in zip(columns, first, strict=True)]
            for rest in all_tables(rows[1:], left):
                yield (first, *rest)


def test_counts_equal_diaconis_and_gangolli():
    """The published counts are 239,382,173 and 2211 (R14: Diaconis & Gangolli 1995)."""
    assert count_tables([65, 25, 45], [10, 62, 13, 11, 39]) == 239_382_173
    assert count_tables([10, 62, 13, 11, 39], [65, 25, 45]) == 239_382_173
    assert count_tables([10, 10, 10], [10, 10, 10]) == 2211
    hair, eyes = [220, 215, 93, 64], [108, 286, 71, 127]
    assert count_tables(hair, eyes) == count_tables(eyes, hair) == 1_225_914_276_768_514


margins = st.integers(1, 4).flatmap(
    lambda r: st.integers(1, 4).flatmap(
        lambda c: st.lists(
            st.tuples(st.integers(0, r - 1), st.integers(0, c - 1)), min_size=1, max_size=8
        ).map(
            lambda pairs: (
                np.bincount([p[0] for p in pairs], minlength=r).tolist(),
                np.bincount([p[1] for p in pairs], minlength=c).tolist(),
            )
        )
    )
)


@settings(max_examples=60, deadline=None)
@given(margins)
def test_counts_equal_plain_enumeration(pair):
    """All ways of counting give the number of tables that recursion lists."""
    rows, columns = pair
    expected = sum(1 for _ in all_tables(rows, columns))
    assert count_tables(rows, columns) == expected
    assert count_tables(rows[::-1], columns[::-1]) == expected
    positive = [[t for t in side if t] for side in pair]
    if min(map(len, positive)) > 1:
        assert tables._count_by_states(*positive) == expected
        assert tables._count_in_pairs(*positive) == expected


def test_permutation_matrices_are_counted():
    """Margins of ones have n! tables, and of twos a known sequence (OEIS A000681)."""
    assert count_tables([1] * 12, [1] * 12) == math.factorial(12)
    assert [count_tables([2] * n, [2] * n) for n in range(1, 7)] == [1, 3, 21, 282, 6210, 202410]


def test_hopeless_count_is_refused_and_not_waited_for():
    """Ten rows and columns of sixty are refused with a sentence; memory stays small."""
    with pytest.raises(ValueError, match="merge small statuses"):
        count_tables([60 + k for k in range(10)], [60 + k for k in range(10)])


@settings(max_examples=40, deadline=None)
@given(margins, st.integers(0, 2**32 - 1))
def test_bounds_equal_plain_enumeration(pair, seed):
    """The smallest and largest sums over all tables are the bounds, and the tables attain them."""
    rows, columns = pair
    rng = np.random.default_rng(seed)
    value = rng.integers(-9, 10, (len(rows), len(columns)))
    impossible = rng.random(value.shape) < 0.15
    fits = [t for t in map(np.array, all_tables(rows, columns)) if not t[impossible].any()]
    if not fits:
        with pytest.raises(ValueError, match="refute"):
            bound_functional(rows, columns, value, impossible=impossible)
        return
    sums = [(value * t).sum() for t in fits]
    bounds = bound_functional(rows, columns, value, impossible=impossible)
    assert (bounds.low, bounds.high) == pytest.approx((min(sums), max(sums)))
    for table, end in ((bounds.low_table, bounds.low), (bounds.high_table, bounds.high)):
        assert table.sum(axis=1).tolist() == rows
        assert table.sum(axis=0).tolist() == columns
        assert (value * table).sum() == pytest.approx(end)


def test_refuted_transitions_name_the_row():
    """A row that must leave for cells that are impossible is named, with its citizens and room."""
    with pytest.raises(ValueError, match="row 0 has 2 citizens and room for 1"):
        bound_functional([2, 3], [1, 4], np.ones((2, 2)), impossible=[[False, True], [False] * 2])


def test_random_tables_have_the_hypergeometric_mean():
    """Random tables keep the margins and have mean r_i c_j / n (independence given margins)."""
    rows, columns = [5, 4, 3], [6, 6]
    drawn = random_table(rows, columns, size=20_000, rng=3)
    assert (drawn.sum(axis=2) == rows).all()
    assert (drawn.sum(axis=1) == columns).all()
    # sd of a cell is below 1.2: six standard errors are .05, false alarm below 1e-7.
    assert np.abs(drawn.mean(axis=0) - np.outer(rows, columns) / 12).max() < 0.05
    assert random_table(rows, columns, rng=3).shape == (3, 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: count_tables([1, 2], [4]), "sum to 3 and columns that sum to 4"),
        (lambda: count_tables([1.5, 1.5], [3]), "write counts"),
        (lambda: count_tables([-1, 4], [3]), "write counts"),
        (lambda: count_tables(["a"], [3]), "not a number"),
        (lambda: bound_functional([1], [1], [[np.nan]]), "numbers of shape"),
        (lambda: bound_functional([1], [1], [[1.0]], impossible=[[0]]), "True and False"),
        (lambda: standard_error_band([1, 2], [1]), "1 costs for 2"),
        (lambda: standard_error_band([1, np.inf], [1, 2]), "not finite"),
    ],
)
def test_bad_input_is_named(call, words):
    """Margins that do not fit, shapes and gaps are refused with what was read."""
    with pytest.raises(ValueError, match=words):
        call()
