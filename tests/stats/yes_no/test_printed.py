"""Printed numbers: every whole number that rounds to one, and none else."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gevinst.stats.yes_no.printed import can_add, counts_of, fitting_bases, rounding_to


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 2))
def test_shares_are_the_counts_that_round_to_them(k: int, of: int, digits: int) -> None:
    """In whole numbers alone: twice the distance is at most a unit of the last digit."""
    scale = 10**digits
    units = round(Fraction(100 * scale * min(k, of), of))
    brute = tuple(n for n in range(of + 1) if 2 * abs(100 * scale * n - units * of) <= of)
    assert tuple(counts_of(units / scale, 1 / scale, of)) == brute
    assert min(k, of) in brute


def test_the_cases_of_the_page() -> None:
    """5.4 % of 1,875 is 101 or 102, and 8 % of 43 nothing."""
    assert set(counts_of(5.4, 0.1, 1875)) == {101, 102}
    assert not counts_of(8, 1, 43)
    assert not counts_of(50, 1, 0)


def test_a_share_is_of_no_more_than_all() -> None:
    """100 % printed without decimals is no more people than there are."""
    assert set(counts_of(100, 1, 1000)) == {*range(995, 1001)}


@pytest.mark.parametrize("unit", [5, 10, 3])
def test_rounded_counts_are_those_nearest(unit: int) -> None:
    """Each count is among those that round to its nearest multiples, a half to both."""
    for k in range(60):
        for printed in range(0, 80, unit):
            assert (k in rounding_to(printed, unit)) is (2 * abs(k - printed) <= unit)


def test_a_large_base_is_no_matter() -> None:
    """No list is made of millions."""
    found = counts_of(60, 1, 10**9)
    assert abs(found[0] - 595_000_000) <= 1
    assert abs(found[-1] - 605_000_000) <= 1


def test_bases_fit_all() -> None:
    """59.9 % and 65 % of the same people: 242 is the largest below 243."""
    shares = [(59.9, 0.1), (65, 1)]
    assert list(fitting_bases(shares, range(243, 230, -1))) == [242, 237, 232]
    assert can_add([counts_of(50, 1, 2), range(2)], 2)
