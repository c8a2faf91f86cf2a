"""Numbers in either style: what is read as one, refused, and that what is written is read."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gevinst.text.language import language
from gevinst.text.numerals import DANISH, ENGLISH, NumberStyle, Numeral, Reading


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


@pytest.mark.parametrize(
    ("text", "value", "echo"),
    [
        ("12031", 12031.0, False),
        ("12,031", 12031.0, True),
        ("2,021,219", 2021219.0, False),
        ("1,631.5", 1631.5, False),
        ("1631.5", 1631.5, False),
        ("0.125", 0.125, False),
        ("1.631", 1.631, True),
        ("−51,320", -51320.0, True),
        ("12 031.5", 12031.5, True),
    ],
)
def test_english_numbers(text: str, value: float, echo: bool) -> None:
    """An English number is read as one, and echoed where another country reads it otherwise."""
    assert ENGLISH.read(text) == Reading(value, echo)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1631,5", ("1631.5", "16315")),
        ("1.631,5", ("1631.5", "16315")),
        ("0,7", ("0.7",)),
        ("1.631.5", ()),
    ],
)
def test_what_is_no_english_number(text: str, readings: tuple[str, ...]) -> None:
    """What is none is refused, with the readings that make sense."""
    assert ENGLISH.read(text) == Reading(None, readings=readings)


@given(st.from_regex(r"[-−]?[0-9]{1,4}(?:[.,  ]?[0-9]{1,4}){0,4}", fullmatch=True))
def test_english_is_the_mirror_of_danish(text: str) -> None:
    """With the marks changed, a text is the same number, echo or refusal in the other style."""
    danish, english = DANISH.read(text), ENGLISH.read(DANISH.turned(text))
    assert (english.value, english.echo) == (danish.value, danish.echo)
    assert english.readings == tuple(map(DANISH.turned, danish.readings))
    assert ENGLISH.last_digit(DANISH.turned(text)) == DANISH.last_digit(text)


@given(st.floats(-1e9, 1e9), st.sampled_from([DANISH, ENGLISH]))
def test_what_a_style_writes_it_reads_without_doubt(value: float, style: NumberStyle) -> None:
    """What is written is read to ten digits, and taken for no thousands; a numeral has a point."""
    written = style.write(round(value, 3))
    assume("e" not in written)
    found = style.read(written)
    assert found.value == pytest.approx(round(value, 3), rel=1e-9)
    assert not found.echo or re.fullmatch(r"-?[0-9]{4,}\D[0-9]{3}", written)
    assert style.last_digit(Numeral("1.25")) == 0.01
