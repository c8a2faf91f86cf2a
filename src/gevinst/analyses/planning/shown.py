"""How a plan is shown: what several couplings say in one cell, and curves over citizens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gevinst.stats.mean.design import Design
from gevinst.text.language import Language, rounded

if TYPE_CHECKING:
    from gevinst.plots.picture import Picture

Writes = Callable[[float, Language], str]
Quantity = Callable[[Design, Sequence[float]], float]
"""A number of a design with so many citizens in each group."""


def near(value: float, text: Language) -> str:
    """Write an amount rounded to what a reader needs."""
    return text.number(rounded(value))


def whole_number(value: float, text: Language) -> str:
    """Write it in full."""
    return text.number(value)


def percent(share: float, text: Language) -> str:
    """Write a share in percent, without the sign; one that is near an end is under or over it."""
    return per_hundred(100.0 * share, text)


def per_hundred(number: float, text: Language) -> str:
    """Write how many of a hundred, as a percentage is written."""
    if number < 1.0:
        return text("plan.under", n=text.number(1))
    return text("plan.over", n=text.number(99)) if number > 99.0 else text.number(number)


def span(values: Collection[float], text: Language, write: Writes) -> str:
    """Write the least and the most of the couplings, or what all agree on."""
    low, high = (write(end(values), text) for end in (min, max))
    return low if low == high else text("plan.span", low=low, high=high)


def sizes_said(sizes: Sequence[int], text: Language) -> str:
    """Say how many citizens each group has."""
    return text("front.and").join(map(text.number, sizes))


class Drawn(NamedTuple):
    """Two numbers that are drawn over citizens.

    Attributes
    ----------
    name : str
        What their texts begin with.
    quantities : tuple of callable
        The two: solid, and dashed.
    write : callable
        How the first is written for whom cannot see it.
    most : float, optional
        Upper end of the y axis.
    """

    name: str
    quantities: tuple[Quantity, Quantity]
    write: Writes
    most: float | None = None


ASSURANCE = Drawn(
    "assurance",
    (
        lambda design, sizes: 100.0 * design.assurance(sizes)[0],
        lambda design, sizes: 100.0 * design.assurance(sizes)[1],
    ),
    per_hundred,
    100.0,
)
"""How many of a hundred new samples show a gain, and how many a loss."""


def over_citizens(
    designs: Mapping[str, Design],
    citizens: Sequence[int],
    drawn: Drawn,
    text: Language,
    values: Mapping[str, str],
) -> Picture:
    """Draw two numbers over the citizens of each group, per coupling, with dots at those seen.

    Parameters
    ----------
    designs : mapping of str to Design
        Per coupling.
    citizens : sequence of int
        Numbers of citizens written below the axis.
    drawn : Drawn
        The two.
    text : Language
        How it is said.
    values : mapping of str to str
        What the caption names.
    """
    from gevinst.plots.curves import Line, curves
    from gevinst.plots.style import COUPLING_COLOURS, SOFT

    def at(quantity: Quantity, design: Design, n: float) -> float:
        return quantity(design, design.each(n))

    alike = [design.alike for design in designs.values()]
    few, many = min(*alike, *citizens), max(*alike, *citizens)
    x = np.geomspace(few, many, 120)
    lines, alt = [], []
    for coupling, design in designs.items():
        colour, label = COUPLING_COLOURS[coupling], text(f"coupling.{coupling}")
        for quantity, dashes, said in zip(drawn.quantities, ("-", "--"), (label, ""), strict=True):
            y = np.array([at(quantity, design, n) for n in x])
            dot = (design.alike, at(quantity, design, design.alike))
            lines.append(Line(said, x, y, colour, dashes, dot))
        ends = (at(drawn.quantities[0], design, n) for n in (design.alike, many))
        now, then = (drawn.write(value, text) for value in ends)
        alt.append(text(f"plan.{drawn.name}_alt", coupling=label, now=now, then=then))
    for dashes, which in (("-", "solid"), ("--", "dashed")):  # what the legend says of them
        said = text(f"plan.{drawn.name}_{which}")
        lines.append(Line(said, np.zeros(0), np.zeros(0), SOFT, dashes))
    return curves(
        lines,
        text,
        title=text(f"plan.{drawn.name}_title"),
        alt="; ".join(alt),
        axes=(text("plan.axis"), text(f"plan.{drawn.name}_axis")),
        caption=text(f"plan.{drawn.name}_caption", **values),
        most=drawn.most,
        marks=citizens,
    )
