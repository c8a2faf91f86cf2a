"""Discounting: factors by hand, schedules as printed, and flows that are split without a trace."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gevinst.model.discounting import (
    SCHEDULES,
    TIMINGS,
    Discounting,
    discounting_as,
    discounting_of,
)
from gevinst.model.flows import between_points, in_periods, persisting
from gevinst.model.horizons import CONVENTIONS, horizon

MINISTRY, TREASURY = (discounting_as(name) for name in SCHEDULES)


def by_steps(rates: list[float], years: float) -> float:
    """A factor year by year, each at its own rate; the last year may be a part of one."""
    found = 1.0
    for year in range(math.ceil(years)):
        found /= (1.0 + rates[year]) ** min(1.0, years - year)
    return found


@pytest.mark.parametrize("years", [0, 1, 1.5, 34.5, 35, 36, 69.25, 70, 71, 100.5])
def test_a_factor_is_a_product_over_years(years: float) -> None:
    """The published schedules, year by year."""
    ministry = [0.035] * 35 + [0.025] * 35 + [0.015] * 40
    treasury = [0.035] * 30 + [0.03] * 45 + [0.025] * 40
    assert MINISTRY.factor(years) == pytest.approx(by_steps(ministry, years), rel=1e-12)
    assert TREASURY.factor(years) == pytest.approx(by_steps(treasury, years), rel=1e-12)


def test_the_hand_checked_table() -> None:
    """The factors that the documentation prints, worked out with a pocket calculator."""
    printed = {1: 0.9662, 2: 0.9335, 5: 0.8420, 10: 0.7089, 30: 0.3563, 35: 0.3000, 36: 0.2927}
    assert {t: round(MINISTRY.factor(t), 4) for t in printed} == printed
    assert round(MINISTRY.factor(70), 4) == 0.1264
    assert round(TREASURY.factor(31), 4) == 0.3459
    assert MINISTRY.factor(0.5) == pytest.approx(1 / math.sqrt(1.035))


def test_when_in_its_year_a_flow_counts() -> None:
    """At the end of year 1, in its middle, and at its start, which is now."""
    own = {t: Discounting("own", ((None, 0.1),), t) for t in TIMINGS}
    assert own["end"].of_year(1) == pytest.approx(1 / 1.1)
    assert own["mid"].of_year(1) == pytest.approx(1.1**-0.5)
    assert own["start"].of_year(1) == 1.0
    assert own["start"].of_year(2) == pytest.approx(1 / 1.1)


def test_plain_values_come_back() -> None:
    """What is written as JSON is read again as it was."""
    stated = Discounting("own", ((5.0, 0.02), (None, 0.01)), "mid", "accounts")
    assert discounting_of(stated.to_dict()) == stated
    assert discounting_as("treasury", stated).timing == "mid"
    assert discounting_as("own", stated) is stated


@pytest.mark.parametrize("name", [n for n, c in CONVENTIONS.items() if c.needs_years])
@given(steps=st.lists(st.floats(0.01, 7.0), min_size=1, max_size=6))
def test_a_flow_without_a_rate_is_the_convention(name: str, steps: list[float]) -> None:
    """Pieces of a flow add up to what the convention counts, whatever years lie between."""
    years = np.cumsum([0.0, *steps]).tolist()
    counted = horizon(name, years, ["recurring", "one_off"])
    flow = CONVENTIONS[name].flow
    assert flow is not None
    present = flow(years, [None] * len(years)).present(Discounting(), len(years))
    np.testing.assert_allclose(-present, counted[:, 0], rtol=1e-9, atol=1e-9)


@given(
    begins=st.floats(0.0, 5.0),
    length=st.floats(0.1, 6.0),
    cut=st.floats(0.05, 0.95),
    timing=st.sampled_from(TIMINGS),
)
def test_splitting_a_period_changes_nothing(
    begins: float, length: float, cut: float, timing: str
) -> None:
    """A period in two parts, each with its part of the amount, is worth the same."""
    discounting = Discounting("own", ((3.0, 0.06), (None, 0.02)), timing)  # type: ignore[arg-type]
    middle, ends = begins + cut * length, begins + length
    whole = in_periods([None], [(begins, ends)]).present(discounting, 1)
    parts = in_periods([None] * 2, [(begins, middle), (middle, ends)]).present(discounting, 2)
    assert parts @ [cut, 1.0 - cut] == pytest.approx(whole[0], rel=1e-9)


def test_what_is_discounted_counts_where_it_falls() -> None:
    """Half a year in the first year, half in the second; a one-off at its own moment."""
    ten = Discounting("own", ((None, 0.1),))
    found = horizon("period_sum", [0.0, None], ["recurring", "one_off"], [None, (0.5, 1.5)], ten)
    by_hand = (1 / 1.1 + 1 / 1.21) / 2
    np.testing.assert_allclose(found, [[-1.0, -1.0], [-by_hand, -by_hand]])
    later = horizon("annual_end", [0.0, 2.0], ["recurring", "one_off"], (), ten)
    np.testing.assert_allclose(later, [[1.0, -1.0], [-1.0, -1 / 1.21]])


def test_the_straight_line_is_worth_its_integral() -> None:
    """From 0 to a fall of 1 over two years: a quarter in the first, the rest in the second."""
    ten = Discounting("own", ((None, 0.1),))
    worth = between_points([0.0, 2.0], 0.5).present(ten, 2)
    by_hand = 0.25 / 1.1 + 0.75 / 1.21
    np.testing.assert_allclose(worth, [-by_hand, by_hand])


@pytest.mark.parametrize("left", [0.0, 0.5, 1.0])
def test_what_persists_begins_at_the_last_level(left: float) -> None:
    """Whatever the step rule, each year after keeps its part of the level at the last time."""
    seen = between_points([0.0, 1.0, 1.5], left)
    later = persisting(seen, 0.5, 4).by_year(4, Discounting(), 3)
    earlier = seen.by_year(4, Discounting(), 3)
    np.testing.assert_allclose((later - earlier)[:, 2], [0, 0, 0.25, 0.25 + 0.125, 0.125 + 0.0625])
    nothing = persisting(seen, 0.0, 4).by_year(4, Discounting(), 3)
    np.testing.assert_array_equal(nothing, earlier)
