"""Numbers as tables hold them: never a guess between thousands and decimals in silence."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

LARGEST = 1e15
"""No amount is larger, in kr. or in units: sums and squares of it stay numbers."""

# A text as a style with a decimal point has it; the other is its mirror image.
_PLAIN = re.compile(r"[0-9]+")
_OWN = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.[0-9]+)?")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_OTHER = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?")
_ONE_WAY = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)
_DOUBTED = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_MIRROR = str.maketrans(",.", ".,")


class Numeral(str):
    """A text that is a number, and shown as one.

    A cell that holds a number as one is written with a point, beyond doubt.
    """

    __slots__ = ()


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
        For a text that is refused: the numbers it could have meant, as the table writes them.
    """

    value: float | None
    echo: bool = False
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a study's tables are written; read as strictly in each.

    Parameters
    ----------
    code : str
        ``da`` or ``en``: what ``number_style`` calls it.
    decimal : str
        The mark before decimals, a point or a comma; the other stands between thousands.
    """

    code: str
    decimal: str

    def turned(self, text: str) -> str:
        """Return a text of this style as one with a decimal point, and the other way.

        Examples
        --------
        >>> DANISH.turned("1.631,5"), DANISH.turned("1,631.5"), ENGLISH.turned("1,631.5")
        ('1,631.5', '1.631,5', '1,631.5')
        """
        return text if self.decimal == "." else text.translate(_MIRROR)

    def read(self, text: str) -> Reading:
        """Read one number; one too large for a floating-point number is refused.

        In Danish ``12.031`` is twelve thousand and thirty-one, and echoed; ``1.631,5`` and
        ``1631,5`` are one thousand six hundred and thirty-one and a half; ``1631.5`` and
        ``1,631.5`` are refused, with the readings that make sense. In English the marks change
        places. Spaces between groups of three are thousands, and echoed. A minus may be ``-`` or a
        true minus.

        Examples
        --------
        >>> DANISH.read("1.631,5").value, ENGLISH.read("1,631.5").value
        (1631.5, 1631.5)
        >>> ENGLISH.read("1631,5").readings
        ('1631.5', '16315')
        """
        reading = _read(self.turned(text))
        if reading.value is not None and not math.isfinite(reading.value):
            return Reading(None)
        return replace(reading, readings=tuple(map(self.turned, reading.readings)))

    def is_number(self, text: str) -> bool:
        """Whether a text is one number."""
        return self.read(text).value is not None

    def canonical(self, text: str) -> Numeral | None:
        """Return a number in the one way of writing it; None of what can be a name, as ``007``.

        Zeros behind the last decimal, which a fixed number of decimals leaves, are dropped.

        Examples
        --------
        >>> DANISH.canonical("36,50"), DANISH.canonical("37,0"), DANISH.canonical("007")
        ('36.5', '37', None)
        """
        turned = self.turned(text)
        if _ONE_WAY.fullmatch(turned) is None:
            return None
        return Numeral(turned.rstrip("0").rstrip(".") if "." in turned else turned)

    def write(self, value: float) -> str:
        """Write a number to ten digits, so that no mark can be taken for one of thousands.

        Examples
        --------
        >>> DANISH.write(144372.81), ENGLISH.write(2.0), ENGLISH.write(1.631)
        ('144372,81', '2', '1.6310')
        """
        text = f"{value:.10g}"
        return self.turned(text + "0" * bool(_DOUBTED.fullmatch(text)))

    def last_digit(self, text: str) -> float:
        """Return the unit of the last digit that a number is printed with."""
        mark = "." if isinstance(text, Numeral) else self.decimal
        decimals = re.search(rf"{re.escape(mark)}(\d+)", text)
        return 10.0 ** -len(decimals[1]) if decimals else 1.0


DANISH = NumberStyle("da", ",")
ENGLISH = NumberStyle("en", ".")
STYLES = {style.code: style for style in (DANISH, ENGLISH)}
"""By what ``number_style`` calls them; the first is that of studies that do not say."""


def in_danish(text: str) -> str:
    """Return a text as a Danish table holds it: of a `Numeral` the decimals stand after a comma.

    Examples
    --------
    >>> in_danish(Numeral("36.5")), in_danish("36.5")
    ('36,5', '36.5')
    """
    return DANISH.turned(text) if isinstance(text, Numeral) else text


def _read(text: str) -> Reading:
    """Read a number with a decimal point."""
    stripped = _SPACES.sub(" ", text.strip()).replace("\u2212", "-")
    sign = -1.0 if stripped.startswith("-") else 1.0
    digits = stripped.lstrip("-") if stripped.count("-") <= 1 else stripped
    if _PLAIN.fullmatch(digits):
        return Reading(sign * float(digits))
    if _SPACED.fullmatch(digits):
        return Reading(sign * float(digits.replace(" ", "")), echo=True)
    own = _OWN.fullmatch(digits)
    whole = own.group(1) if own else ""
    if own and not (whole.startswith("0") and "," in whole):
        decimals = own.group(2) or ""
        # One mark of thousands alone, or a decimal mark before three digits: the other's thousands.
        echo = (whole.count(",") == 1 and not decimals) or (
            "," not in whole and len(decimals) == 3 and not whole.startswith("0")
        )
        return Reading(sign * float(f"{whole.replace(',', '')}.{decimals or 0}"), echo)
    if _OTHER.fullmatch(digits):
        minus = "-" if sign < 0 else ""
        as_decimal = minus + digits.replace(".", "").replace(",", ".")
        if digits.startswith("0"):  # no thousands begin with 0
            return Reading(None, readings=(as_decimal,))
        as_thousands = minus + digits.replace(",", "").replace(".", "")
        return Reading(None, readings=(as_decimal, as_thousands))
    return Reading(None)
