"""Fifty dots: equally likely results that can be counted (Fernandes et al. 2018, CHI)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.reports.front.axis import Axis

DOTS = 50
_BINS = 34
"""Dots of the width of the axis: so wide is a bin."""


@dataclass(frozen=True)
class Dot:
    """One dot: where it lies, per cent; how high it is stacked, from 0; whether above zero."""

    x: float
    level: int
    above: bool


def quantiles(law: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (i + 0.5) / 50 quantiles of equally likely differences, kr."""
    found: NDArray[np.float64] = np.quantile(law, (np.arange(DOTS) + 0.5) / DOTS)
    return found


def dots(values: NDArray[np.float64], axis: Axis) -> list[Dot]:
    """Stack dots in bins one edge of which is zero, so that no dot lies on both sides."""
    width = (axis.high - axis.low) / _BINS
    stacked: Counter[int] = Counter()
    found = []
    for value in sorted(values.tolist(), key=abs):
        place = int(np.floor(value / width)) if value != 0.0 else -1
        found.append(Dot(axis.at((place + 0.5) * width), stacked[place], value > 0.0))
        stacked[place] += 1
    return sorted(found, key=lambda dot: (dot.x, dot.level))
