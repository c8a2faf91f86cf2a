"""Fifty dots on the page's axis: equally likely results that can be counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.plots.dots import bin_width, stacked
from gevinst.reports.front.axis import Axis


@dataclass(frozen=True)
class Dot:
    """One dot: where it lies, per cent; how high it is stacked, from 0; whether above zero."""

    x: float
    level: int
    above: bool


def dots(values: NDArray[np.float64], axis: Axis) -> list[Dot]:
    """Stack dots on the axis."""
    laid = stacked(values, bin_width(axis.low, axis.high))
    return [Dot(axis.at(x), level, above) for x, level, above in laid]
