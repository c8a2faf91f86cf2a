"""Texts: the same keys in both languages, numbers as each writes them, no forbidden words."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

import gevinst
from gevinst.reports.page import APPENDIX, SECTIONS
from gevinst.text.language import LANGUAGES, language, table
from gevinst.text.voice import Voice, spoken


def _flat(texts: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found = {}
    for key, value in texts.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found


def test_same_keys_and_blanks() -> None:
    """Danish and English have the same keys, and the same blanks to fill in."""
    da, en = (_flat(language(code)._texts) for code in LANGUAGES)
    assert da.keys() == en.keys()
    for key in da:
        assert set(re.findall(r"{(\w+)}", da[key])) == set(re.findall(r"{(\w+)}", en[key])), key


def test_every_text_is_used() -> None:
    """No key is left over: each, or the table it stands in, is named in code or templates."""
    root = Path(gevinst.__file__).parent
    code = "".join(
        path.read_text("utf-8") for path in root.rglob("*") if path.suffix in (".py", ".html")
    )
    code += "".join(f"report.{name}." for name in (*SECTIONS, *APPENDIX))
    for key in _flat(language("en")._texts):
        stem = key.rsplit(".", 1)[0]
        if stem.startswith(("problem.", "change.", "means.", "elsewhere.")):
            continue  # each is held against what it is for, in test_problems and test_change
        assert any(named in code for named in (f'"{key}"', f"{stem}.", f'"{stem}"')), key


def test_forbidden_words() -> None:
    """No text says what a simulation cannot: significance, proof, or that an effort works."""
    for code in LANGUAGES:
        for text in _flat(language(code)._texts).values():
            assert not re.search(r"signifi|bevis|proves|p-value|p-værdi|indsatsen virker", text)


@pytest.mark.parametrize(
    ("value", "digits", "da", "en"),
    [
        (1631.5, 1, "1.631,5", "1,631.5"),
        (-51321.0, 0, "−51.321", "−51,321"),
        (-0.4, 0, "0", "0"),
        (0.52, 2, "0,52", "0.52"),
    ],
)
def test_numbers(value: float, digits: int, da: str, en: str) -> None:
    """Thousands, decimals and the true minus are each language's own; there is no minus zero."""
    assert language("da").number(value, digits) == da
    assert language("en").number(value, digits) == en


def test_units() -> None:
    """A blank that does not break stands before the unit."""
    assert language("da").kr(24144) == "24.144\u00a0kr."
    assert language("da").percent(0.39) == "39\u00a0pct."
    assert language("en").percent(0.125, 1) == "12.5\u00a0%"


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (3741.6, 78.5, "3.740"),
        (95434.0, 459.0, "95.400"),
        (54.271, 0.158, "54,3"),
        (7.0, 0.0, "7"),
        (16727.95, 1e-11, "16.728"),
    ],
)
def test_earned_digits(value: float, error: float, text: str) -> None:
    """A simulated number is written to the place of its error's first digit."""
    assert language("da").earned(value, error) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15_250.5, "15.250,5"),
        (15_250.55, "15.250,55"),
        (183_006.6 / 12, "15.250,55"),
        (12_031.0, "12.031"),
        (100_000.0 / 12, "8.333"),
        (40.0 / 3, "13,3"),
        (15.25, "15,25"),
        (-15.25, "−15,25"),
        (0.0, "0"),
        (1e-7, "0,0000001"),
        (math.nan, "–"),
    ],
)
def test_prices_keep_their_decimals(value: float, text: str) -> None:
    """Two at most; of one with more three digits below a hundred, and whole numbers above."""
    assert language("da").price(value) == text


def test_unknown_language_and_key() -> None:
    """An unknown language or key is an error that names it."""
    with pytest.raises(ValueError, match="read 'de'; write one of: da, en"):
        language("de")
    with pytest.raises(KeyError, match=r"no text 'gain.loss' in da.toml"):
        language("da")("gain.loss")


def test_table_aligns() -> None:
    """Numbers stand under each other to the right, names to the left."""
    text = table([["Title"], ["a", "1"], [], ["long name", "1.000"]])
    assert text == "Title\na              1\n----------------\nlong name  1.000"


def test_one_is_said_as_one() -> None:
    """A word that depends on a number stands in the form of that number, in a study's own words."""
    people = ("one", "mouse"), ("many", "mice")
    with spoken(Voice(citizen=(("en", people),))):
        text = language("en")
        assert text("gain.citizens", n=1) == "1 mouse"
        assert text("gain.citizens", n="2") == "2 mice"
    assert language("da")("robustness.holds", n=1) == "1 påstand, og den holder."


def test_counts_have_both_forms() -> None:
    """Both forms of a word stand without blanks of their own, which nothing would fill in."""
    for code in LANGUAGES:
        for key, said in _flat(language(code)._texts).items():
            for spec in re.findall(r"{\w+:([^}]*)", said):
                assert spec.count("|") == 1, (code, key)
                assert "{" not in spec, (code, key)
