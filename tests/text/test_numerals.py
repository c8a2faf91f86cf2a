"""Danish numbers: what is read as one, what is refused, and that what is written is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gevinst.text.language import language
from gevinst.text.numerals import DANISH


@pytest.mark.parametrize(
    ("text", "value", "echo"),
    [
        ("12031", 12031.0, False),
        ("12.031", 12031.0, True),
        ("2.021.219", 2021219.0, False),
        ("1.631,5", 1631.5, False),
        ("1631,5", 1631.5, False),
        ("0,125", 0.125, False),
        ("1,631", 1.631, True),
        ("144.372,8077", 144372.8077, False),
        ("-13.408", -13408.0, True),
        ("−7", -7.0, False),
        (" 14 ", 14.0, False),
        ("0", 0.0, False),
        ("12 031", 12031.0, True),
        ("-1\u202f234\u2009567,5", -1234567.5, True),
        ("12\u00a0031", 12031.0, True),
    ],
)
def test_danish_numbers(text: str, value: float, echo: bool) -> None:
    """A Danish number is read as one, and echoed where another country reads it otherwise."""
    found = DANISH.read(text)
    assert found.value == value
    assert found.echo is echo


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1631.5", ("1631,5", "16315")),
        ("1,631.5", ("1631,5", "16315")),
        ("0.052", ("0,052",)),
        ("0.7", ("0,7",)),
        ("12.03", ("12,03", "1203")),
        ("-1631.5", ("-1631,5", "-16315")),
    ],
)
def test_numbers_that_are_refused(text: str, readings: tuple[str, ...]) -> None:
    """What is no Danish number is refused with the sensible readings, never guessed."""
    assert DANISH.read(text).value is None
    assert DANISH.read(text).readings == readings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "12 031 kr.",
        "1.2.3",
        "--5",
        "5-",
        "1e5",
        "nan",
        "inf",
        "٣",
        "1_000",
        "12 31",
        "0 031",
        "1" * 400,
    ],
)
def test_texts_that_are_no_numbers(text: str) -> None:
    """A text that is no number in either writing has no readings."""
    assert DANISH.read(text).value is None


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_what_is_written_is_read(value: float, digits: int) -> None:
    """Danish writing is read back by the strict reader as the same number."""
    written = language("da").number(value, digits)
    assert DANISH.read(written).value == pytest.approx(round(value, digits), abs=0.6 * 10**-digits)
