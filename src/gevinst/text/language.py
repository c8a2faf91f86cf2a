"""Text for users: one table per language, and how each language writes numbers.

``da.toml`` and ``en.toml`` beside this file hold the same keys. A text is looked up by its dotted
key and filled in with `str.format`; numbers are written before they are filled in, and a word that
depends on one stands in both forms: ``{n} {n:citizen|citizens}``.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from gevinst.text.form import isolated
from gevinst.text.voice import PLAIN, Voice, voice

Label = Mapping[str, str]
"""A text per language: ``{"da": ..., "en": ...}``."""

Lang = Literal["da", "en"]
LANGUAGES: tuple[str, ...] = get_args(Lang)
NBSP = "\u00a0"
MINUS = "\u2212"
_WRITTEN: ContextVar[dict[str, list[float]] | None] = ContextVar("written", default=None)
_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?!\.)")
"""An abbreviation, as kr., at the end of a sentence has one full stop."""
_ONE_OR_MANY = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
"""What is said of one, and of any other number: ``{n} {n:figure|figures}``."""


@contextmanager
def written() -> Iterator[dict[str, list[float]]]:
    """Keep the numbers that are written meanwhile, in any language: each text, and its values.

    Examples
    --------
    >>> with written() as numbers:
    ...     said = language("da").kr(1630.8)
    >>> numbers
    {'1.631': [1630.8]}
    """
    numbers: dict[str, list[float]] = {}
    token = _WRITTEN.set(numbers)
    try:
        yield numbers
    finally:
        _WRITTEN.reset(token)


def _keep(said: str, value: float) -> str:
    numbers = _WRITTEN.get()
    if numbers is not None:
        values = numbers.setdefault(said, [])
        if value not in values:
            values.append(float(value))
    return said


class Language:
    """A language's texts and its way with numbers; call it with a key to get a text."""

    def __init__(self, code: Lang, voice: Voice = PLAIN) -> None:
        self.code: Lang = code
        self.voice = voice
        texts = tomllib.loads((files("gevinst.text") / f"{code}.toml").read_text("utf-8"))
        self._texts: Mapping[str, Any] = voice.texts(texts, code)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return isinstance(self._find(key), str)

    def _find(self, key: str) -> Any:
        """Look up a text or a table of texts; None where there is neither."""
        found: Any = self._texts
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                return None
            found = found[part]
        return found

    def __call__(self, key: str, /, **values: object) -> str:
        """Look up a text and fill it in.

        Raises
        ------
        KeyError
            If there is no such text.
        """
        found = self._find(key)
        if found is None:
            raise KeyError(f"no text '{key}' in {self.code}.toml")
        for value in values.values():
            if isinstance(value, int) and not isinstance(value, bool):
                _keep(str(value), value)
        found = _ONE_OR_MANY.sub(lambda n: n[2 if str(values[n[1]]) == "1" else 3], str(found))
        # What a text names is foreign to it: none of it turns the words around.
        said = found.format(
            **{key: isolated(v) if isinstance(v, str) else v for key, v in values.items()}
        )
        return _TWO_STOPS.sub(".", said)

    def table(self, key: str) -> dict[str, str]:
        """Return the texts of a table, not filled in."""
        return dict(self._find(key))

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number: ``1.631,5`` in Danish, ``1,631.5`` in English, with a true minus.

        Where there is no number stands a dash.
        """
        if not math.isfinite(value):
            return "–" if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"
        text = f"{abs(value):,.{digits}f}"
        if self.code == "da":
            text = text.translate(str.maketrans(",.", ".,"))
        negative = value < 0 and any(digit in text for digit in "123456789")
        return _keep((MINUS if negative else "") + text, value)

    def significant(self, value: float, digits: int = 6) -> str:
        """Write a number to so many significant digits, without zeros at its end: ``14.591,6``."""
        if not math.isfinite(value):
            return self.number(value)
        size = math.floor(math.log10(abs(value))) if value else 0
        places = max(digits - 1 - size, 0)
        shown = next((d for d in range(places) if round(value, d) == round(value, places)), places)
        return self.number(value, shown)

    def price(self, value: float) -> str:
        """Write a price with the decimals it has, two at most: ``15.250,5``.

        Of one with more, three digits below a hundred, and whole numbers above.
        """
        near = 1e-12 * max(1.0, abs(value))
        for digits in (0, 1, 2) if math.isfinite(value) else ():
            if abs(round(value, digits) - value) <= near:
                return self.number(value, digits)
        return self.significant(value, 3) if abs(value) < 100.0 else self.number(value)

    def p(self, value: float) -> str:
        """Write a p-value: ``= 0.353``, and a small one ``< 0.001``, never 0."""
        return f"< {self.number(0.001, 3)}" if value < 0.001 else f"= {self.number(value, 3)}"

    def level(self, level: float) -> str:
        """Write a level with the decimals it has: 95 %, 97.5 %."""
        exact = (d for d in (0, 1, 2) if abs(round(100 * level, d) - 100 * level) < 1e-9)
        return self.percent(level, next(exact, 6))

    def kr(self, value: float, digits: int = 0) -> str:
        """Write an amount: ``1.631 kr.``, or in the currency of the voice."""
        return self.of_money(self.number(value, digits))

    def of_money(self, number: str) -> str:
        """Write the currency behind a number that is written."""
        return f"{number}{NBSP}{self.voice.money}"

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share of one as a percentage: ``39 pct.`` in Danish, ``39 %`` in English."""
        unit = "pct." if self.code == "da" else "%"
        return f"{self.number(100 * share, digits)}{NBSP}{unit}"

    def earned(self, value: float, error: float) -> str:
        """Write a simulated number with no digit its Monte Carlo error does not support."""
        return self.number(*_rounded(value, error))

    def label(self, texts: Label) -> str:
        """Pick this language's text of a label, or another where it has none."""
        return isolated(str(texts.get(self.code) or next(iter(texts.values()), "")))


def digits_apart(one: float, other: float, digits: int = 0) -> int:
    """Decimals that tell two numbers apart: `digits`, or the fewest more that do."""
    tried = range(digits, digits + 7)
    return next((d for d in tried if f"{one:z.{d}f}" != f"{other:z.{d}f}"), digits)


def rounded(kr: float) -> float:
    """Round an amount to what a reader needs: hundreds of larger ones. What is none stays so."""
    if not math.isfinite(kr):
        return kr
    return round(kr, -2) if abs(kr) >= 1_000.0 else round(kr)


def _rounded(value: float, error: float) -> tuple[float, int]:
    """Round to the place of the error's first digit; (value, decimals to write)."""
    if error <= 1e-9 * abs(value):  # between equal order statistics only rounding is left
        return value, 0
    place = math.floor(math.log10(error))
    return round(value, -place), max(-place, 0)


def language(code: str) -> Language:
    """Return one of the `LANGUAGES`, speaking in the voice that `spoken` sets.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    if code not in LANGUAGES:
        raise ValueError(f"lang: read '{code}'; write one of: {', '.join(LANGUAGES)}")
    return _language(code, voice())


@cache
def _language(code: str, voice: Voice) -> Language:
    return Language(cast("Lang", code), voice)


def table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Align columns with blanks: the first `left` to the left, the others to the right.

    A row of one cell is a heading that takes no part in the widths; an empty row is a rule.
    """
    full = [row for row in rows if len(row) > 1]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    lines = []
    for row in rows:
        if not row:
            lines.append("-" * (sum(widths) + 2 * (len(widths) - 1)))
        elif len(row) == 1:
            lines.append(row[0])
        else:
            cells = [
                cell.ljust(width) if i < left else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
