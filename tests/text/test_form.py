"""Text in the form it is compared in, and foreign text as it is shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gevinst.text.form import isolated, one_form, shown
from gevinst.text.problems import Problem

SAME = (
    "ægtefælle å",
    "ægtefælle a\u030a",
    " ægte\u00adfælle\u00a0å",
    "ægte\u200bfælle \u202få\ufeff",
)


@pytest.mark.parametrize("text", SAME)
def test_what_looks_alike_is_one(text: str) -> None:
    """Letters composed or not, kinds of space and what nobody sees make no second name."""
    assert one_form(text) == SAME[0]


@given(st.text())
def test_the_form_is_a_form(text: str) -> None:
    """Of a text in its form, the form is itself; no space stands double or at an end."""
    once = one_form(text)
    assert one_form(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_steers_a_terminal(text: str) -> None:
    """Whatever a file, an id or a list holds, a message has no control and can be written."""
    problem = Problem("E030", text, None, text, {"column": text, "known": [text]})
    for lang in ("en", "da"):
        said = problem.say(lang).replace("\u2068", "").replace("\u2069", "")
        said.encode()
        steering = {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert not steering & set(map(unicodedata.category, said))


def test_from_right_to_left_stands_isolated() -> None:
    """A Hebrew name turns nothing beside it; a Danish one stands as it is."""
    assert shown("\u05d0\u05d1") == "\u2068\u05d0\u05d1\u2069"
    assert shown("Sønderå") == "Sønderå"
    assert shown("a\x1b[31mb\u202e") == r"a\x1b[31mb\u202e"


@given(st.text(st.characters() | st.sampled_from("\u05d0\u0627\u061c\u200f\u202e\u2068\u2069")))
def test_isolated_once_is_isolated(text: str) -> None:
    """A text that stands isolated is not isolated again, nor is a sentence that holds it."""
    once = isolated(text)
    assert isolated(once) == once
    assert isolated(f"Sønderå {once} (3)") == f"Sønderå {once} (3)"
