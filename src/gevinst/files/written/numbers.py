"""Numbers as a table would hold them: as short as they are read again to the last bit."""

from __future__ import annotations

import math

import numpy as np

from gevinst.text.numerals import NumberStyle

MOST_DECIMALS = 17
"""No number needs more to be read again."""


def plain(value: object) -> object:
    """Return a whole number without decimals, and nothing for an empty text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def unscaled(value: float, scale: float) -> float:
    """Return the number with the fewest decimals that times a scale is a value, to the last bit.

    Where there is none, the nearest.

    Examples
    --------
    >>> unscaled(12_500.0 * 12.0, 12.0)
    12500.0
    """
    whole = value / scale
    near = (round(whole, decimals) for decimals in range(MOST_DECIMALS))
    ends = (float(np.nextafter(whole, end)) for end in (-math.inf, math.inf))
    return next((number for number in (*near, whole, *ends) if number * scale == value), whole)


def printed(value: float, unit: float, style: NumberStyle) -> object:
    """Return a number with the decimals of the unit of its last digit: text where it has zeros.

    Examples
    --------
    >>> from gevinst.text.numerals import DANISH
    >>> printed(12.5, 0.1, DANISH), printed(12.5, 0.01, DANISH), printed(12.0, 1.0, DANISH)
    (12.5, '12,50', 12)
    """
    decimals = max(0, round(-math.log10(unit)))
    text = f"{value:.{decimals}f}"
    if float(text) != value:
        return plain(value)
    return style.turned(text) if decimals and text.endswith("0") else plain(float(text))


def in_style(value: object, style: NumberStyle) -> str:
    """Write a cell as a table of a style holds it.

    Examples
    --------
    >>> from gevinst.text.numerals import DANISH
    >>> [in_style(value, DANISH) for value in (1234.5, 7, None, "<5")]
    ['1234,5', '7', '', '<5']
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return style.turned(np.format_float_positional(value, trim="-"))
    return str(value)
