"""Printed numbers: the whole numbers that round to them, and of how many they can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

_HAIR = Fraction(1, 10**9)
"""Printed numbers closer than this are one."""


def rounding_to(value: float, rounding: float, of: float = 1, per: float = 1) -> range:
    """Whole numbers from 0 that, per so many of so many, round to a printed number.

    What lies exactly between two printed numbers may have been rounded either way.

    Parameters
    ----------
    value, rounding : float
        As printed, and the unit of its last digit.
    of, per : float
        Of how many it is, above 0, and per how many of them it is printed.

    Returns
    -------
    range
        Empty where no whole number is printed so.

    Examples
    --------
    >>> rounding_to(15, 5), rounding_to(20, 10), rounding_to(0, 5)
    (range(13, 18), range(15, 26), range(0, 3))
    >>> rounding_to(142, 1, 1000, 100)
    range(1415, 1426)
    """
    printed, half = _exact(value), _exact(rounding) / 2 + _HAIR
    scale = _exact(of) / _exact(per)
    return range(
        max(0, math.ceil((printed - half) * scale)), math.floor((printed + half) * scale) + 1
    )


def _exact(value: float) -> Fraction:
    """Return a number as it is written, not as the computer rounds it."""
    return Fraction(repr(float(value)))


def counts_of(share: float, rounding: float, of: int) -> range:
    """Whole numbers of `of` people whose percentage rounds to a printed one.

    A percentage exactly between two printed ones may have been rounded either way.

    References
    ----------
    The GRIM test: Brown & Heathers (2017), Social Psychological and Personality Science 8(4),
    363-369.

    Examples
    --------
    >>> counts_of(5.4, 0.1, 1875), counts_of(8, 1, 43)
    (range(101, 103), range(4, 4))
    """
    if of < 1:
        return range(0)
    found = rounding_to(share, rounding, of, 100)
    return range(min(found.start, of + 1), min(found.stop, of + 1))


def beside(share: float, of: int) -> tuple[int, int]:
    """Return the counts of `of` people just below and just above a percentage that none gives.

    Examples
    --------
    >>> beside(8, 43)
    (3, 4)
    """
    fewer = max(0, min(int(share * of / 100.0), of - 1))
    return fewer, fewer + 1


def fitting_bases(shares: Iterable[tuple[float, float]], among: Iterable[int]) -> Iterator[int]:
    """Give those of some numbers of people of whom all printed percentages can be.

    Parameters
    ----------
    shares : iterable of (float, float)
        Percentages, each with its rounding.
    among : iterable of int
        The numbers that are tried.

    Examples
    --------
    >>> list(fitting_bases([(58, 1), (66, 1), (68, 1), (74, 1)], range(1, 49)))
    [38]
    """
    printed = tuple(shares)
    return (n for n in among if all(counts_of(*each, n) for each in printed))


def can_add(counts: Iterable[Sequence[int]], of: int) -> bool:
    """Whether one number from each of some sets can add to a total."""
    reachable = {0}
    for fitting in counts:
        reachable = {sum_ + k for sum_ in reachable for k in fitting if sum_ + k <= of}
    return of in reachable
