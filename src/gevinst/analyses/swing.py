"""Swing: what one number of a source moves the difference by, at its own quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.sources.source import Source
from gevinst.study.study import Study
from gevinst.text.language import NBSP, Label, Language

POINTS = 21
"""Points of an input at which the difference is kept; odd, so that its median is one."""

_FLAT = 1e-12  # of the difference: rounding, not a move

_PLACES = {"share": 0, "times": 2, "citizens": 1, "years": 2, "pp": 1, "days": 1}


@dataclass(frozen=True)
class Swing:
    """The difference along one input, the rest as published.

    Parameters
    ----------
    input : str
        ``<kind>.<what>``, as `gevinst.break_even` calls it.
    source : str
        Name of the source that draws it.
    current : float
        Its published value, in `unit`.
    unit : str
        As in `gevinst.sources.scalar.Scalar`.
    place : tuple of Label
        What it is called, in parts.
    values : tuple of float
        The input, from its lower to its upper point, at equal steps of probability.
    differences : tuple of float
        The difference at each, kr. per citizen.
    """

    input: str
    source: str
    current: float
    unit: str
    place: tuple[Label, ...]
    values: tuple[float, ...]
    differences: tuple[float, ...]

    @property
    def low(self) -> float:
        """Lowest difference."""
        return min(self.differences)

    @property
    def high(self) -> float:
        """Highest difference."""
        return max(self.differences)

    @property
    def input_low(self) -> float:
        """The input where the difference is lowest."""
        return self.values[self.differences.index(self.low)]

    @property
    def input_high(self) -> float:
        """The input where the difference is highest."""
        return self.values[self.differences.index(self.high)]

    @property
    def halves(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Reach of the difference below the input's median, and above it."""
        middle = len(self.values) // 2
        low, high = self.differences[: middle + 1], self.differences[middle:]
        return (min(low), max(low)), (min(high), max(high))

    @property
    def moves(self) -> bool:
        """Whether it moves the difference at all."""
        return self.high - self.low > _FLAT * max(1.0, abs(self.high))

    def label(self, text: Language) -> str:
        """Say what it is."""
        return input_said(self.input, self.place, text)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "input": self.input,
            "source": self.source,
            "current": self.current,
            "unit": self.unit,
            "values": list(self.values),
            "differences": list(self.differences),
        }


def swings(study: Study, source: Source, level: float) -> tuple[Swing, ...]:
    """Vary each number of a source alone.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    source : Source
        One of its sources.
    level : float
        Probability between the lower and the upper point.

    Returns
    -------
    tuple of Swing
        One evaluation each, a row a point; those that do not move the difference are left out.
    """
    tail = (1.0 - level) / 2.0
    points = np.linspace(tail, 1.0 - tail, POINTS)
    found = []
    for scalar in source.scalars(study):
        values = scalar.quantile(points)
        rows = evaluate(build(study, scalar.latents(values), (source,))).difference()
        found.append(
            Swing(
                scalar.name,
                source.name,
                scalar.current,
                scalar.unit,
                scalar.place,
                tuple(values.tolist()),
                tuple(np.broadcast_to(rows, points.shape).tolist()),
            )
        )
    return tuple(swing for swing in found if swing.moves)


def input_said(name: str, place: Sequence[Label], text: Language) -> str:
    """Say what an input is: after the text of its kind, where there is one."""
    said = ", ".join(text.label(label) for label in place)
    key = f"break_even.kind.{name.partition('.')[0]}"
    return text(key, place=said) if text.has(key) else said or name


def unit_said(unit: str, text: Language) -> str:
    """Say a unit of an input."""
    of_kr = {"kr": "kr", "kr/year": "kr_per_year", "kr/month": "kr_per_month", "times": "ratio"}
    return text(f"unit.{of_kr[unit]}" if unit in of_kr else f"break_even.{unit}")


def value_said(value: float, unit: str, text: Language) -> str:
    """Write a value of an input with its unit: shares as percentages, prices with their øre."""
    if unit == "share":
        return text.percent(value, 0 if round(100 * value, 6).is_integer() else 1)
    if unit in _PLACES:
        number = text.number(value, 0 if value == round(value) else _PLACES[unit])
    else:
        number = text.price(value)
    return f"{number}{NBSP}{unit_said(unit, text)}"
