"""Whole numbers behind measured values: costs in kroner are multiples of a common step.

Ties decide exact tests and atoms decide exact laws, and floating point blurs both. So values that
are whole or decimal numbers are turned into integers once, here, and counted with as such.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Whole", "as_numbers", "equal_but_for_rounding", "on_a_step", "whole_numbers"]

_MAX_DECIMALS = 9
_SMALLEST = 1e-75  # its fourth power is a number, and so is that of one over it
_LAST_DIGITS = 8 * np.finfo(np.float64).eps
_MAX_PARTS = 2**20  # of the range; the squares of so few are far from the last digits
_LARGEST = 2**40  # leaves 22 bits for sums and counts in an int64


class Whole(NamedTuple):
    """Integers that stand for values: ``value = origin + step * integer``.

    ``exact`` tells whether the values were on the step already, but for their last digits; if not,
    they were rounded to 2**-40 of their range and equality of sums holds within the rounding.
    """

    integers: NDArray[np.int64]
    origin: float
    step: float
    exact: bool


def as_numbers(values: object, name: str) -> NDArray[np.float64]:
    """Return one array of finite numbers, or raise a ``ValueError`` that says what to write.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number per citizen.
    name : str
        What the caller calls it; the message begins with it.

    Raises
    ------
    ValueError
        Text, missing or infinite values, no value at all, more than one dimension, or numbers so
        large or so small that their fourth powers are none.
    """
    raw = np.asarray(values)
    if raw.dtype.kind not in "biuf" and not _holds_numbers(raw):
        shown = raw.ravel()[:1].tolist()
        raise ValueError(
            f"{name}: read {raw.dtype} (first {shown}), which is not a number; "
            "write one number per citizen, such as [12031.0, 0.0]"
        )
    array = raw.astype(np.float64)
    if array.ndim != 1:
        raise ValueError(
            f"{name}: read an array of shape {array.shape}; "
            "write a flat list, one number per citizen"
        )
    if array.size == 0:
        raise ValueError(f"{name}: read no values; write at least one number")
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(
            f"{name}: read {array[place]} at position {place}, which is not finite; "
            "write the value, or leave the citizen out and report the dropout"
        )
    sizes = np.abs(array[array != 0.0])
    if sizes.size and not _SMALLEST < sizes.min() <= sizes.max() < 1 / _SMALLEST:
        worst = sizes.max() if sizes.max() >= 1 / _SMALLEST else sizes.min()
        raise ValueError(
            f"{name}: read a value of size {worst}, whose fourth power is no floating-point "
            "number; write the values in another unit"
        )
    return array


def equal_but_for_rounding(values: NDArray[np.float64]) -> bool:
    """Whether values differ by no more than the last digits that sums and products lose."""
    return bool(float(np.ptp(values)) <= _LAST_DIGITS * float(np.abs(values).max()))


def _holds_numbers(raw: NDArray[np.generic]) -> bool:
    # Decimal and Fraction arrive as objects; text that looks like a number is not repaired.
    import numbers
    from decimal import Decimal

    return raw.dtype.kind == "O" and all(
        isinstance(v, numbers.Real | Decimal) for v in raw.ravel().tolist()
    )


def on_a_step(values: NDArray[np.float64], largest: float | None = None) -> Whole | None:
    """Write the values as the smallest of them and integer multiples of a common step.

    A step is looked for in the differences from the smallest value, so that a constant added to
    all values moves the origin and nothing else. Differences are on one when they are decimals, or
    whole parts of the largest of them, to within eight units in the last place of the largest
    value: 0.1 + 0.2 is 0.3.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite numbers.
    largest : float, optional
        Size of the numbers whose rounding the values have; that of the largest value by default.

    Returns
    -------
    Whole or None
        None when neither nine decimals nor a million steps write the differences.
    """
    origin = float(values.min())
    differences = values - origin
    range_ = float(differences.max())
    slack = _LAST_DIGITS * (float(np.abs(values).max()) if largest is None else largest)
    for decimals in range(_MAX_DECIMALS + 1):
        scale = 10.0**decimals
        if range_ * scale > _LARGEST:
            break
        rounded = np.rint(differences * scale)
        if np.abs(rounded / scale - differences).max() <= slack:
            whole = rounded.astype(np.int64)
            divisor = int(np.gcd.reduce(whole)) or 1
            return Whole(whole // divisor, origin, divisor / scale, True)
    parts = _parts_of_range(np.unique(differences), slack)
    if parts is None:
        return None
    step = range_ / parts
    return Whole(np.rint(differences / step).astype(np.int64), origin, step, True)


def _parts_of_range(differences: NDArray[np.float64], slack: float) -> int | None:
    """Return the least number of equal parts of the largest difference that make up each."""
    largest = float(differences[-1])
    parts = 1
    for difference in differences.tolist():
        # The best fraction so short is the true one: the next that is nearer is far longer.
        share = Fraction(difference / largest).limit_denominator(_MAX_PARTS)
        parts = math.lcm(parts, share.denominator)
        if parts > _MAX_PARTS or abs(float(share) * largest - difference) > slack:
            return None
    return parts


def whole_numbers(values: NDArray[np.float64]) -> Whole:
    """Write any values as integers: exactly on their common step, else rounded to 2**-40 of range.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite numbers.
    """
    whole = on_a_step(values)
    if whole is not None and int(whole.integers.max()) <= _LARGEST:
        return whole
    low = float(values.min())
    step = (float(values.max()) - low) / _LARGEST or 1.0
    return Whole(np.rint((values - low) / step).astype(np.int64), low, step, False)
