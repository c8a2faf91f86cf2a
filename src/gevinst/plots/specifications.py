"""A specification curve: a value for every combination of choices, and below it what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

_CURVE, _ROW = 2.1, 0.14
"""Inches of the curve, and of a row of the choices below it."""
_COLOURS = {"negative": style.DARK, "either": style.SOFT, "positive": style.MIDDLE}
_MARKS = {"negative": "o", "either": "s", "positive": "D"}
_LONGEST = 42
"""Letters of a choice; the rest of a longer one is left out."""


@dataclass(frozen=True)
class Column:
    """One combination of choices.

    Parameters
    ----------
    low, high : float
        Ends of what is known of the value; equal where it is one number.
    sign : str
        ``negative``, ``either`` or ``positive``.
    interval : tuple of float or None
        Ends of a thin line behind it.
    rows : tuple of int
        Numbers of the rows of choices that are marked.
    """

    low: float
    high: float
    sign: str
    interval: tuple[float, float] | None
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Choice:
    """A row of the choices: a heading, or something that can be chosen."""

    label: str
    heading: bool = False


def curve(
    columns: Sequence[Column],
    rows: Sequence[Choice],
    text: Language,
    *,
    title: str,
    alt: str,
    axis: str,
    caption: str,
    own: tuple[int, str],
) -> Picture:
    """Draw a curve over its choices.

    Parameters
    ----------
    columns : sequence of Column
        From left to right.
    rows : sequence of Choice
        From the top.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axis : str
        What the values count.
    own : tuple of int and str
        Number of the column that is marked, and its label.
    """
    below = _ROW * (len(rows) + 0.5)
    height = _CURVE + below + 0.3

    def paint(ax: Axes) -> None:
        ax.set_axis_off()
        share = _CURVE / (_CURVE + below)
        upper = ax.inset_axes((0.0, 1.0 - share + 0.015, 1.0, share - 0.015))
        lower = ax.inset_axes((0.0, 0.0, 1.0, 1.0 - share))
        for panel in (upper, lower):
            panel.set_xlim(-1.0, len(columns))
            panel.set_xticks([])
            panel.spines["bottom"].set_visible(False)
        _values(upper, columns, text, axis)
        _mark(upper, own)
        _choices(lower, columns, rows, own[0])

    return Picture(title, alt, height, paint, caption)


def _values(ax: Axes, columns: Sequence[Column], text: Language, axis: str) -> None:
    """Draw intervals, bounds and points, told apart by sign in colour and form."""
    thick = max(0.8, min(7.0, 220.0 / len(columns)))
    spans = [(x, *each.interval) for x, each in enumerate(columns) if each.interval is not None]
    ax.vlines(*_turned(spans), color="#c9c9c9", linewidth=max(0.5, thick / 4), zorder=2)
    size = max(2.0, min(5.5, 1.6 * thick))
    for sign, colour in _COLOURS.items():
        own = [(x, each.low, each.high) for x, each in enumerate(columns) if each.sign == sign]
        x, y, _ = _turned([each for each in own if each[1] == each[2]])
        ax.plot(x, y, _MARKS[sign], color=colour, markersize=size, zorder=4)
        bounds = _turned([each for each in own if each[1] != each[2]])
        ax.vlines(*bounds, color=colour, linewidth=thick, zorder=3)
    ax.axhline(0.0, color=style.ZERO, linewidth=1.2, zorder=3.5)
    style.numbers_up(ax, text)
    ax.tick_params(axis="y", length=0, labelsize=8)
    ax.set_title(axis, fontsize=8, loc="left")


def _mark(ax: Axes, own: tuple[int, str]) -> None:
    """Mark one column at the foot of the curve."""
    x, label = own
    low, high = ax.get_ylim()
    foot = low - 0.08 * (high - low)
    ax.set_ylim(foot, high)
    ax.plot(x, foot, "^", color=style.POINT, markersize=6, zorder=6, clip_on=False)
    style.point_label(ax, label, x, foot, "bottom")


def _choices(ax: Axes, columns: Sequence[Column], rows: Sequence[Choice], own: int) -> None:
    """Mark in every column what was chosen."""
    wide = max(0.8, min(7.0, 220.0 / len(columns)))
    chosen = [(x, y - 0.34, y + 0.34) for x, each in enumerate(columns) for y in each.rows]
    colour = [style.POINT if x == own else _COLOURS[each.sign] for x, each in enumerate(columns)]
    ax.vlines(*_turned(chosen), color=[colour[x] for x, *_ in chosen], linewidth=wide)
    ax.set_ylim(len(rows) - 0.5, -0.8)
    ax.set_yticks(range(len(rows)), [_short(row.label) for row in rows], fontsize=7)
    for label, row in zip(ax.get_yticklabels(), rows, strict=True):
        label.set_fontweight("bold" if row.heading else "normal")
    ax.tick_params(axis="y", length=0)


def _turned(rows: Sequence[tuple[float, float, float]]) -> NDArray[np.float64]:
    """Turn rows of three numbers into three columns, empty where there is no row."""
    return np.array(rows, dtype=np.float64).reshape(-1, 3).T


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"
