"""Live: a formula and its value say the same, and a dash stands where there is no number."""

from __future__ import annotations

import math

import pytest

from gevinst.reports.workbook.live import (
    NONE,
    Live,
    first_said,
    number,
    quoted,
    sentence_if,
    summed,
)

A, B = Live("A1", 3.0), Live("B1", -2.0)


@pytest.mark.parametrize(
    ("live", "said", "value"),
    [
        (A + B, "(A1+B1)", 1.0),
        (A - 1, "(A1-1)", 2.0),
        (A * -2, "(A1*(-2))", -6.0),
        (A / B, "(A1/B1)", -1.5),
        (summed([A, B, A]), "(A1+B1+A1)", 4.0),
        (number(0.5), "0.5", 0.5),
    ],
)
def test_arithmetic_makes_formula_and_value(live: Live, said: str, value: float) -> None:
    """Both come of the same step."""
    assert (live.said, live.value) == (said, value)


def test_nothing_is_divided_by_zero() -> None:
    """The value is no number, and `where` puts a dash in its place."""
    zero = Live("C1", 0.0)
    assert math.isnan((A / zero).value)
    assert (A / zero).where(zero) == Live('IF(OR(C1=0),"–",(A1/C1))', NONE)


def test_the_first_sentence_counts() -> None:
    """What is empty is passed over, whatever stands behind."""
    none, one = sentence_if("A1>3", "no"), sentence_if("A1<9", "yes", now=True)
    assert first_said([none, one, sentence_if("TRUE", "late", now=True)]).value == "yes"
    assert first_said([none]).value == ""
    assert A.unless(one).value == NONE
    assert A.unless(none).value == 3.0


def test_long_texts_are_written_in_parts() -> None:
    """No text in a formula is longer than 255 characters; quotes are doubled."""
    said = 'a "b" ' * 100
    parts = quoted(said).split("&")
    assert max(map(len, parts)) <= 255 + 2
    assert "".join(part[1:-1] for part in parts).replace('""', '"') == said
