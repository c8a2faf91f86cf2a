"""Danish numbers, read strictly: never a guess between thousands and decimals in silence."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

LARGEST = 1e15
"""No amount is larger, in kr. or in units: sums and squares of it stay numbers."""

_PLAIN = re.compile(r"[0-9]+")
_DANISH = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_ENGLISH = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


class Numeral(str):
    """A text that is a number, and shown as one.

    A cell that holds a number as one is written with a point, beyond doubt.
    """

    __slots__ = ()


def in_danish(text: str) -> str:
    """Return a text as a Danish table holds it: of a `Numeral` the decimals stand after a comma.

    Examples
    --------
    >>> in_danish(Numeral("36.5")), in_danish("36.5")
    ('36,5', '36.5')
    """
    return text.replace(".", ",") if isinstance(text, Numeral) else text


@dataclass(frozen=True)
class Reading:
    """What a text was read as.

    Parameters
    ----------
    value : float or None
        The number; None where it is refused.
    echo : bool
        Whether the text has one separator that another country would read otherwise, so that a
        reader should see what was read.
    readings : tuple of str
        For a text that is refused: the numbers it could have meant, in Danish writing.
    """

    value: float | None
    echo: bool = False
    readings: tuple[str, ...] = ()


def is_number(text: str) -> bool:
    """Whether a text is one Danish number."""
    return read_number(text).value is not None


def read_number(text: str) -> Reading:
    """Read one number as Danish; one too large for a floating-point number is refused.

    ``12.031`` is twelve thousand and thirty-one, and echoed; ``1.631,5`` and ``1631,5`` are one
    thousand six hundred and thirty-one and a half; ``1631.5`` and ``1,631.5`` are refused, with
    the readings that make sense. Spaces between groups of three are thousands, and echoed. A minus
    may be ``-`` or a true minus.

    Returns
    -------
    Reading
    """
    reading = _read(text)
    return reading if reading.value is None or math.isfinite(reading.value) else Reading(None)


def _read(text: str) -> Reading:
    stripped = _SPACES.sub(" ", text.strip()).replace("\u2212", "-")
    sign = -1.0 if stripped.startswith("-") else 1.0
    digits = stripped.lstrip("-") if stripped.count("-") <= 1 else stripped
    if _PLAIN.fullmatch(digits):
        return Reading(sign * float(digits))
    if _SPACED.fullmatch(digits):
        return Reading(sign * float(digits.replace(" ", "").replace(",", ".")), echo=True)
    danish = _DANISH.fullmatch(digits)
    whole = danish.group(1) if danish else ""
    if danish and not (whole.startswith("0") and "." in whole):
        decimals = danish.group(2) or ""
        # One dot and no comma, or one comma before three digits: the other country's thousands.
        echo = (whole.count(".") == 1 and not decimals) or (
            "." not in whole and len(decimals) == 3 and not whole.startswith("0")
        )
        return Reading(sign * float(f"{whole.replace('.', '')}.{decimals or 0}"), echo)
    if _ENGLISH.fullmatch(digits):
        minus = "-" if sign < 0 else ""
        as_decimal = minus + digits.replace(",", "").replace(".", ",")
        if digits.startswith("0"):  # no thousands begin with 0
            return Reading(None, readings=(as_decimal,))
        as_thousands = minus + digits.replace(",", "").replace(".", "")
        return Reading(None, readings=(as_decimal, as_thousands))
    return Reading(None)
