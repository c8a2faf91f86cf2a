"""Danish numbers, read strictly: never a guess between thousands and decimals in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[0-9]+")
_DANISH = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
_ENGLISH = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


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


def read_number(text: str) -> Reading:
    """Read one number as Danish.

    ``12.031`` is twelve thousand and thirty-one, and echoed; ``1.631,5`` and ``1631,5`` are one
    thousand six hundred and thirty-one and a half; ``1631.5`` and ``1,631.5`` are refused, with
    both readings. A minus may be ``-`` or a true minus.

    Returns
    -------
    Reading
    """
    stripped = text.strip().replace("\u00a0", " ").replace("\u2212", "-")
    sign = -1.0 if stripped.startswith("-") else 1.0
    digits = stripped.lstrip("-") if stripped.count("-") <= 1 else stripped
    if _PLAIN.fullmatch(digits):
        return Reading(sign * float(digits))
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
        as_thousands = minus + digits.replace(",", "").replace(".", "")
        return Reading(None, readings=(as_decimal, as_thousands))
    return Reading(None)
