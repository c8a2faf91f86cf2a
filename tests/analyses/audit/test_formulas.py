"""Formulas of figures: worked out as arithmetic, on spans and on whole numbers of people."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gevinst.analyses.audit.formulas import Span, circles, name_in_formula, parse
from gevinst.text.form import one_form


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


# --- ids of any letters ----------------------------------------------------------------


@given(st.text(st.characters(exclude_characters="[]"), min_size=1, max_size=12))
def test_every_id_can_stand_in_a_formula(figure: str) -> None:
    """Whatever an id is written with, a formula can name it: as it is, or in brackets."""
    figure = one_form(figure)
    assume(figure)
    formula = parse(f"{name_in_formula(figure)} * 2 - {name_in_formula(figure)}")
    assert formula.names == (figure,)
    assert formula.evaluate({figure: Span(3, 3)}) == Span(3, 3)


@pytest.mark.parametrize("figure", ["løn", "å", "lo\u0308n", "Größe", "цена", "數", "_x", "a.ø_1"])
def test_letters_of_any_script_need_no_brackets(figure: str) -> None:
    """An id of letters, digits, dots and underscores stands as it is, composed or not."""
    assert name_in_formula(figure) == figure
    assert parse(f"({figure}+1)/{figure}").names == (one_form(figure),)


@pytest.mark.parametrize("figure", ["a b", "løn-1", "2018", "a/b", "1a", "(x)", "5 %"])
def test_other_ids_stand_in_brackets(figure: str) -> None:
    """An id that would read as a calculation or a number stands in brackets."""
    assert name_in_formula(figure) == f"[{figure}]"


# --- circles -----------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from("abcde"), st.lists(st.sampled_from("abcde"), max_size=3)))
def test_circles_are_what_reaches_itself(made_of: dict[str, list[str]]) -> None:
    """A figure lies on a circle exactly where some way along the formulas leads back to it."""
    reached = {name: set(parts) for name, parts in made_of.items()}
    for _ in made_of:
        for name, parts in reached.items():
            reached[name] = parts.union(*(reached.get(part, set()) for part in parts))
    found = circles(made_of)
    assert {way[0] for way in found} == {name for name in made_of if name in reached[name]}
    for way in found:
        for one, other in zip(way, (*way[1:], way[0]), strict=True):
            assert other in made_of[one]
