"""Stairs: an amount, and the steps that take it to zero, a row each; they add up along the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gevinst.plots import style
from gevinst.plots.bars import Bar, Row, bars
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

MOST_STEPS = 12
"""Rows of steps; more are put together in the last."""

_COLOURS = (style.MIDDLE, style.LIGHT)


@dataclass(frozen=True)
class Step:
    """One step.

    Parameters
    ----------
    label : str
        What it is.
    group : str
        Whose it is: groups are told apart by colour.
    kr : float
        What it takes away, towards zero.
    count : int
        How many it stands for.
    """

    label: str
    group: str
    kr: float
    count: int


def stairs(
    start: float,
    steps: Sequence[Step],
    text: Language,
    *,
    title: str,
    axis: str,
    caption: str,
    digits: int = 0,
) -> Picture:
    """Draw stairs.

    Parameters
    ----------
    start : float
        What there is to take away, kr.
    steps : sequence of Step
        In their order.
    text : Language
        How numbers are written.
    title, caption : str
        As `gevinst.plots.picture.Picture`; what it shows in words are its rows.
    axis : str
        What the x axis counts.
    digits : int
        Decimals of what is left after each step.
    """
    groups = dict(zip(dict.fromkeys(step.group for step in steps), _COLOURS, strict=False))
    if len(steps) > MOST_STEPS:
        rest = steps[MOST_STEPS - 1 :]
        count, kr = sum(step.count for step in rest), sum(step.kr for step in rest)
        said = text("figure.other_steps", n=text.number(count))
        steps = [*steps[: MOST_STEPS - 1], Step(said, "", kr, count)]
    left, towards = start, -1.0 if start > 0 else 1.0
    rows, alt = [_row(text("figure.as_it_is"), 0.0, left, style.DARK, text, digits)], []
    for step in steps:
        after = left + towards * step.kr
        colour = groups.get(step.group, style.SOFT)
        rows.append(_row(step.label, left, after, colour, text, digits))
        alt.append(text("figure.step_alt", step=step.label, kr=text.number(after, digits)))
        left = after
    legend = [(colour, group) for group, colour in groups.items()]
    return bars(
        rows,
        text,
        title=title,
        alt="; ".join(alt),
        axis=axis,
        caption=caption,
        legend=legend if len(legend) > 1 else (),
        row_height=0.36,
    )


def _row(label: str, before: float, after: float, colour: str, text: Language, digits: int) -> Row:
    """Return a bar from what was left to what is, which is written at its end."""
    said = text.number(after, digits)
    labels = (said, "") if after < before else ("", said)
    return Row(label, (Bar(min(before, after), max(before, after), colour, labels=labels),))
