"""How often each interval held the true difference in the settings that given data may come from.

The settings and their coverage are those of `studies/coverage`; its script writes the table
(`gevinst.stats.mean.coverage_rows`), so nothing here is typed by hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gevinst.stats.mean.atoms import Component
from gevinst.stats.mean.coverage_rows import METHODS, ROWS
from gevinst.stats.mean.estimate import Group, MeanEstimate

__all__ = [
    "ENOUGH",
    "MISSED",
    "POOR",
    "Promise",
    "Setting",
    "Shape",
    "figures_of",
    "like",
    "promise",
    "settings",
    "shape_of",
    "unseen_share",
]

ENOUGH = 0.94
"""Coverage of a nominal 95 % interval below which it is said to be too narrow."""
POOR = 0.90
"""Coverage below which one that holds whatever the law is named instead."""
MISSED = 0.005
"""Share of a setting's samples that lie beyond each end of its `Setting.ranges`."""
NEAR = 0.1
"""How far outside of the ranges figures count as in them: ties of rounded amounts, for instance."""


@dataclass(frozen=True)
class Shape:
    """What tells the values of one group from those of others, but for their scale.

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
    times : float
        How many times as dear as others one citizen in 20 is; 0 where there are none such.
    repetitions : int
        Data sets it was measured over.
    ranges : tuple of (float, float)
        Between which ends all but a share `MISSED` of its samples, on either side, have each figure
        of `figures_of`; of samples that hold a rare citizen, where there are such.
    coverage : mapping of str to float
        Per method the share of data sets whose interval held the true difference.
    """

    name: str
    sizes: tuple[int, int]
    times: float
    repetitions: int
    ranges: tuple[tuple[float, float], ...]
    coverage: Mapping[str, float]

    def outside(self, figures: Sequence[float]) -> float:
        """How far figures lie outside the ranges at most; 0 inside."""
        ends = zip(figures, self.ranges, strict=True)
        return max(0.0, *(max(low - value, value - high) for value, (low, high) in ends))


@dataclass(frozen=True)
class Promise:
    """What the coverage study promises of an interval for given data.

    Attributes
    ----------
    setting : Setting
        Where the lowest was measured.
    settings : int
        How many settings the data may come from; 0 where they are like none, and `setting` is the
        one most like them.
    coverage : mapping of str to float
        Per method the lowest coverage of them.
    """

    setting: Setting
    settings: int
    coverage: Mapping[str, float]


def shape_of(group: Group) -> Shape:
    """Describe one group's values; under the independent coupling those of start and end drawn."""
    variance = sum(_moment(part, 2) for part in group)
    third = sum(part.sign * _moment(part, 3) for part in group)
    flat = all(part.values.size == 1 for part in group)
    return Shape(
        group[0].n,
        math.sqrt(variance),
        0.0 if flat else _settled(third / variance**1.5),
        math.prod(float(part.probabilities.max()) for part in group),
    )


def _settled(figure: float) -> float:
    """Leave out the digits that are a machine's rounding, so that ties are ties everywhere."""
    return round(figure, 9) + 0.0  # never a minus zero


def _moment(part: Component, order: int) -> float:
    mean = float(part.probabilities @ part.values)
    return float(part.probabilities @ (part.values - mean) ** order)


def figures_of(shapes: Sequence[Shape]) -> tuple[float, ...] | None:
    """Return the figures that tell settings apart; None where both groups have no spread.

    The skewness of the more skewed group (of two alike that with more spread); that of the other,
    positive if they point the same way; the logarithm of the first one's standard deviation over
    the other's, at most 4; the skewness of the difference of means, times the root of the mean
    size, which coverage hangs on most; and the smaller share of citizens with the most common
    value, which tells statuses from amounts. Neither which group comes first nor the sign of all
    values matters.
    """
    pair = shapes[0], shapes[-1]
    first, second = sorted(pair, key=lambda shape: (abs(shape.skewness), shape.sd), reverse=True)
    if first.sd == 0.0 == second.sd:
        return None
    ratio = math.log(max(first.sd, 1e-300)) - math.log(max(second.sd, 1e-300))
    other = math.copysign(second.skewness, first.skewness * second.skewness) + 0.0
    variance = sum(shape.sd**2 / shape.n for shape in (first, second))
    thirds = [shape.skewness * shape.sd**3 / shape.n**2 for shape in (first, second)]
    apart = abs(thirds[0] - thirds[1]) / variance**1.5 * math.sqrt((first.n + second.n) / 2)
    tied = min(first.tied, second.tied)
    return abs(first.skewness), other, *map(_settled, (min(max(ratio, -4.0), 4.0), apart)), tied


@cache
def settings() -> tuple[Setting, ...]:
    """Return the settings of the coverage study."""
    return tuple(
        Setting(name, sizes, times, n, ranges, dict(zip(METHODS, coverage, strict=True)))
        for name, sizes, times, n, ranges, coverage in ROWS
    )


def like(sizes: Sequence[int]) -> list[Setting]:
    """Return the settings of the sizes nearest to given ones, whichever group comes first."""

    def apart(setting: Setting) -> float:
        pairs = (setting.sizes, setting.sizes[::-1])
        ours = (sizes[0], sizes[-1])
        return min(
            sum(math.log(a / b) ** 2 for a, b in zip(pair, ours, strict=True)) for pair in pairs
        )

    nearest = min(map(apart, settings()))
    return [setting for setting in settings() if apart(setting) <= nearest + 1e-12]


def promise(estimate: MeanEstimate, methods: Sequence[str]) -> Promise:
    """Return the lowest coverage among the settings that an estimate's data may come from.

    Data may come from a setting whose samples show such moments: each figure of `figures_of` lies
    in the setting's range, or `NEAR` it. Of data that come from one of the settings (from one with
    rare citizens, and hold at least one of them) the promise is then above the setting's coverage
    in at most 5 % of samples. Where no setting shows such moments, the one whose ranges are nearest
    is taken. One group alone is held against the settings as if the other were like it.

    Parameters
    ----------
    estimate : MeanEstimate
        With some spread.
    methods : sequence of str
        Whose lowest coverage names the setting.
    """
    figures = figures_of([shape_of(group) for group in estimate.groups])
    if figures is None:
        raise ValueError("estimate: read values that are all alike; write some with a spread")
    same_size = like(estimate.sizes)
    nearest = min(setting.outside(figures) for setting in same_size)
    possible = [each for each in same_size if each.outside(figures) <= max(nearest, NEAR)]
    lowest = min(possible, key=lambda setting: min(setting.coverage[m] for m in methods))
    coverage = {m: min(setting.coverage[m] for setting in possible) for m in METHODS}
    return Promise(lowest, len(possible) if nearest <= NEAR else 0, coverage)


def unseen_share(n: int, missed: float = 0.05) -> float:
    """How large a share of a population can be missing from a sample by chance.

    1 - missed^(1/n), about 3/n: a kind of citizen of that share is in none of n with the
    probability `missed` (Hanley & Lippman-Hand 1983, JAMA 249(13), 1743-1745).

    Examples
    --------
    >>> round(unseen_share(28), 3)
    0.101
    """
    share: float = 1.0 - missed ** (1.0 / n)
    return share
