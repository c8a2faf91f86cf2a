"""Formulas of figures: worked out as arithmetic, on spans and on whole numbers of people."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gevinst.analyses.audit.formulas import Span, parse


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0.1, 100))
def test_formulas_calculate(a: float, b: float, c: float) -> None:
    """A formula is worked out as arithmetic, with the usual order of signs."""
    spans = {name: Span(v, v) for name, v in (("a.x", a), ("b", b), ("c_1", c))}
    found = parse("(a.x - b) * 1,5 + b / c_1 - -2").evaluate(spans)
    assert found.low == pytest.approx((a - b) * 1.5 + b / c + 2, abs=1e-9)
    assert found.low == pytest.approx(found.high, abs=1e-9)


@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(0, 5), st.floats(0, 1)), min_size=3, max_size=3
    )
)
def test_spans_hold_every_value(parts: list[tuple[float, float, float]]) -> None:
    """The span of a formula holds its value at every point of its parts' spans."""
    spans = {n: Span(m - h, m + h) for n, (m, h, _) in zip("abc", parts, strict=True)}
    points = {n: Span(*2 * (m - h + 2 * h * u,)) for n, (m, h, u) in zip("abc", parts, strict=True)}
    formula = parse("a * b - c + a")
    inside, whole = formula.evaluate(points).low, formula.evaluate(spans)
    assert whole.low - 1e-9 <= inside <= whole.high + 1e-9


def test_division_by_what_can_be_zero() -> None:
    """A part that can be zero makes a quotient that can be anything, not an error."""
    found = parse("a / b").evaluate({"a": Span(1, 1), "b": Span(-0.5, 0.5)})
    assert (found.low, found.high) == (float("-inf"), float("inf"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a +", "missing"),
        ("(a", "closed"),
        ("a b", "'b'"),
        ("a ^ 2", "^ 2"),
        ("1,2,3", "1,2,3"),
        ("1.5", "1.5"),
    ],
)
def test_texts_that_are_no_formulas(text: str, says: str) -> None:
    """What is no formula is an error that names the place; English decimals are none."""
    with pytest.raises(ValueError, match=re.escape(says)):
        parse(text)
