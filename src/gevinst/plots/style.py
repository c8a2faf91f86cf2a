"""What all figures share: width, colours, and the axis of kroner."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gevinst.text.form import isolated, unmarked
from gevinst.text.language import Language

WIDTH = 6.3
"""Inches: 16 cm, a page's text."""

DARK, MIDDLE, LIGHT = "#0b4f7d", "#4a90c2", "#a6cbe3"
"""Three blues that are told apart in grey print too."""
COUPLING_COLOURS = {
    "widest": LIGHT,
    "independent": MIDDLE,
    "narrowest": DARK,
    "observed": DARK,
    "none": MIDDLE,
}
"""From light to dark as the band narrows."""
ZERO, POINT, GRID, SOFT = "#222222", "#c45100", "#dddddd", "#999999"

SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "gevinst",
}


def end_label(
    ax: Axes, label: str, x: float, y: float, *, left: bool, weight: str = "normal"
) -> None:
    """Write a number beside the left or right end of a bar."""
    ax.annotate(
        label,
        (x, y),
        xytext=(-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=8,
        fontweight=weight,
    )


def mark_point(ax: Axes, x: float, label: str, y: float = -0.5) -> None:
    """Draw the dashed line of a point, with its label above the uppermost row."""
    ax.axvline(x, color=POINT, linewidth=1.2, linestyle="--", zorder=4)
    if label:
        ax.annotate(
            label,
            (x, y),
            xytext=(5, 0),
            textcoords="offset points",
            color=POINT,
            va="center",
            fontsize=8,
        )


def wrapped(label: str, width: int = 27) -> str:
    """Break a label into lines of so many characters at most; blanks before it stay."""
    indent = label[: len(label) - len(label.lstrip())]
    lines = textwrap.wrap(unmarked(label), width) or [""]
    return "\n".join(indent + isolated(line) for line in lines)


def numbers(ax: Axes, text: Language, label: str, *, digits: int = 0) -> None:
    """Write numbers along the x axis as the language writes them, with a grid behind."""
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: text.number(value, digits)))
    ax.set_xlabel(wrapped(label, 52))
    ax.grid(axis="x", color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)


def zero_axis(ax: Axes, text: Language, label: str, ends: Sequence[float]) -> None:
    """Write kr. along the x axis, mark zero, and leave room for numbers beside the bars' ends."""
    low, high = min(*ends, 0.0, 0.0), max(*ends, 0.0, 0.0)
    room = 0.2 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
    numbers(ax, text, label)
    ax.axvline(0.0, color=ZERO, linewidth=1.2, zorder=3)
