"""Live: a formula of a workbook, and its value at the study's numbers, made together."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NONE = "–"
"""What stands where there is no number."""


@dataclass(frozen=True)
class Live:
    """A formula, or the cell that one stands in, with its value.

    Arithmetic makes both at once, so that what is shown before a program recalculates is what it
    will find.

    Parameters
    ----------
    said : str
        Without the sign of equality.
    value : float or str
        What it is; NaN where it would be an error.

    Examples
    --------
    >>> Live("A1", 3.0) * 2 - Live("B1", 1.0)
    Live(said='((A1*2)-B1)', value=5.0)
    """

    said: str
    value: Any

    def _with(self, sign: str, other: Live | float, value: float) -> Live:
        return Live(f"({self.said}{sign}{_said(other)})", value)

    def __add__(self, other: Live | float) -> Live:
        return self._with("+", other, self.value + _value(other))

    def __sub__(self, other: Live | float) -> Live:
        return self._with("-", other, self.value - _value(other))

    def __mul__(self, other: Live | float) -> Live:
        return self._with("*", other, self.value * _value(other))

    def __truediv__(self, other: Live | float) -> Live:
        below = _value(other)
        return self._with("/", other, self.value / below if below else math.nan)

    def unless(self, stop: Live) -> Live:
        """Be a dash where another says why there is no number."""
        value = NONE if stop.value else self.value
        return Live(f'IF({stop.said}<>"","{NONE}",{self.said})', value)

    def where(self, *nonzero: Live) -> Live:
        """Be a dash where one of those it divides by is zero."""
        tests = ",".join(f"{each.said}=0" for each in nonzero)
        zero = any(each.value == 0.0 for each in nonzero)
        return Live(f'IF(OR({tests}),"{NONE}",{self.said})', NONE if zero else self.value)


def number(value: float) -> Live:
    """Return a number that stands in a formula."""
    return Live(_said(value), float(value))


def summed(terms: Iterable[Live]) -> Live:
    """Add a few terms one after the other; 0 of none."""
    terms = list(terms)
    if not terms:
        return number(0)
    return Live(f"({'+'.join(t.said for t in terms)})", math.fsum(t.value for t in terms))


def over(function: str, cells: str, value: float) -> Live:
    """Apply a function to a range."""
    return Live(f"{function}({cells})", value)


def first_said(sentences: Iterable[Live]) -> Live:
    """Return the first of several sentences that is one; an empty text where none is."""
    said, value = '""', ""
    for each in reversed(list(sentences)):
        said = f'IF({each.said}<>"",{each.said},{said})'
        value = each.value or value
    return Live(said, value)


def quoted(sentence: str) -> str:
    """Write a text into a formula, which holds no longer one than 255 characters at once."""
    # Quotes are doubled, so half of them is never too many.
    parts = [sentence[k : k + 127] for k in range(0, len(sentence), 127)] or [""]
    return "&".join('"' + part.replace('"', '""') + '"' for part in parts)


def sentence_if(test: str, sentence: str, *, now: bool = False) -> Live:
    """Say a sentence where a test holds, which it does now or not."""
    return Live(f'IF({test},{quoted(sentence)},"")', sentence if now else "")


def _said(term: Live | float) -> str:
    if isinstance(term, Live):
        return term.said
    said = repr(float(term)).removesuffix(".0")
    return f"({said})" if term < 0 else said


def _value(term: Live | float) -> float:
    return term.value if isinstance(term, Live) else float(term)
