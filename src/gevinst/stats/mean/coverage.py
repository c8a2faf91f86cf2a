"""How often each interval held the true difference in the setting nearest to given data.

The settings and their coverage are those of `studies/coverage`; its script writes the table
(`gevinst.stats.mean.coverage_rows`), so nothing here is typed by hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gevinst.stats.mean.atoms import Component
from gevinst.stats.mean.coverage_rows import ROWS
from gevinst.stats.mean.estimate import Group, MeanEstimate

__all__ = ["Setting", "Shape", "distance", "nearest", "shape_of"]

ENOUGH = 0.94
"""Coverage of a nominal 95 % interval below which it is said to be too narrow."""
POOR = 0.90
"""Coverage below which one that holds whatever the law is named instead."""


@dataclass(frozen=True)
class Shape:
    """What coverage depends on in one group's values.

    Attributes
    ----------
    n : int
        Citizens.
    sd : float
        Standard deviation (n), in the unit of the values.
    skewness : float
        Third standardised moment; 0 where all values are equal.
    tied : float
        Share of citizens with the most common value.
    """

    n: int
    sd: float
    skewness: float
    tied: float


@dataclass(frozen=True)
class Setting:
    """One mechanism of the coverage study, with the coverage measured there at 95 %.

    Attributes
    ----------
    name : str
        Key of its label, ``setting.<name>``.
    sizes : tuple of int
        Citizens of the two groups.
    shapes : tuple of Shape
        Of the two groups: typical of samples of these sizes.
    repetitions : int
        Data sets it was measured over.
    coverage : mapping of str to float
        Per method the share of data sets whose interval held the true difference.
    """

    name: str
    sizes: tuple[int, int]
    shapes: tuple[Shape, Shape]
    repetitions: int
    coverage: Mapping[str, float]


def shape_of(group: Group) -> Shape:
    """Describe one group's values; under the independent coupling those of start and end drawn."""
    variance = sum(_moment(part, 2) for part in group)
    third = sum(part.sign * _moment(part, 3) for part in group)
    flat = all(part.values.size == 1 for part in group)
    return Shape(
        group[0].n,
        math.sqrt(variance),
        0.0 if flat else third / variance**1.5,
        math.prod(float(part.probabilities.max()) for part in group),
    )


def _moment(part: Component, order: int) -> float:
    mean = float(part.probabilities @ part.values)
    return float(part.probabilities @ (part.values - mean) ** order)


def distance(first: tuple[Shape, Shape], second: tuple[Shape, Shape]) -> float:
    """Return how unlike two settings are for coverage; one unit is a plain difference.

    A factor e in a group's size, one unit of skewness, a quarter of the citizens tied, or a factor
    2 in the ratio of the standard deviations count as one. Neither the sign of all values nor which
    group comes first matters.
    """
    swapped = (first[1], first[0])
    return min(_apart(pair, second, sign) for pair in (first, swapped) for sign in (1.0, -1.0))


def _apart(first: tuple[Shape, Shape], second: tuple[Shape, Shape], sign: float) -> float:
    squares = ((_log_ratio(first) - _log_ratio(second)) / math.log(2)) ** 2
    for a, b in zip(first, second, strict=True):
        squares += math.log(a.n / b.n) ** 2
        squares += (sign * a.skewness - b.skewness) ** 2
        squares += ((a.tied - b.tied) / 0.25) ** 2
    return math.sqrt(squares)


def _log_ratio(pair: tuple[Shape, Shape]) -> float:
    """Logarithm of the ratio of the standard deviations, at most 3 where one is nearly zero."""
    first, second = (max(shape.sd, 1e-300) for shape in pair)
    return min(max(math.log(first) - math.log(second), -3.0), 3.0)


@cache
def settings() -> tuple[Setting, ...]:
    """Return the settings of the coverage study."""
    return tuple(
        Setting(name, sizes, (Shape(*first), Shape(*second)), repetitions, coverage)
        for name, sizes, (first, second), repetitions, coverage in ROWS
    )


def nearest(estimate: MeanEstimate) -> Setting:
    """Return the setting of the coverage study that is most like an estimate's data.

    One group alone is held against the settings as if the other were like it.
    """
    shapes = [shape_of(group) for group in estimate.groups]
    ours = (shapes[0], shapes[-1])
    return min(settings(), key=lambda setting: distance(ours, setting.shapes))
