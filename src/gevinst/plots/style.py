"""What all figures share: width, colours, and the axis of kroner."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, MaxNLocator

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
_LETTER, _AXIS = 0.063, 3.7
"""Inches of a small letter, and of the x axis beside labels of rows."""
LOW_INPUT, HIGH_INPUT = "#e0c9a6", "#7a4a1e"
"""Below and above the middle of an input: apart from the blues, and from each other in grey."""
ZERO, POINT, GRID, SOFT = "#222222", "#c45100", "#dddddd", "#999999"

BEHIND: Any = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
"""What keeps a number apart from the lines below it."""

SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "text.hinting": "none",  # it takes a fifth of the time, and moves letters with their size
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
        bbox=BEHIND,
        zorder=4,
    ).set_in_layout(False)  # the axis leaves room for it, and must not shrink for it


def mark_point(ax: Axes, x: float, label: str, y: float = -0.5) -> None:
    """Mark a point above the uppermost row, its label on the side with more room."""
    ax.plot(x, y, marker="v", color=POINT, markersize=6, zorder=6, clip_on=False)
    point_label(ax, label, x, y)


def point_label(ax: Axes, label: str, x: float, y: float, va: str = "center") -> None:
    """Write what a marked point is, on the side of it with more room."""
    left = x > sum(ax.get_xlim()) / 2.0
    ax.annotate(
        label,
        (x, y),
        xytext=(-7 if left else 7, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        color=POINT,
        va=va,
        fontsize=8,
        bbox=BEHIND,
        zorder=6,
    ).set_in_layout(False)


def wrapped(label: str, width: int = 27) -> str:
    """Break a label into lines of so many characters at most; blanks before it stay."""
    indent = label[: len(label) - len(label.lstrip())]
    lines = textwrap.wrap(unmarked(label), width) or [""]
    return "\n".join(indent + isolated(line) for line in lines)


def row_labels(labels: Sequence[str]) -> tuple[list[str], float]:
    """Break the labels of rows, and their size in points: if one is long all are small."""
    short = [wrapped(label) for label in labels]
    if all(said.count("\n") < 2 for said in short):
        return short, 9.0
    return [wrapped(label, 40) for label in labels], 8.0


class Numbers(Formatter):
    """Writes the numbers of an axis as a language does, all with the digits that one needs."""

    def __init__(self, text: Language) -> None:
        self.text, self.digits = text, 0

    def set_locs(self, locs: Any) -> None:
        """Learn where the numbers stand."""
        super().set_locs(locs)
        step = min((abs(b - a) for a, b in pairwise(locs)), default=1.0)
        fits = (d for d in range(7) if all(abs(x - round(x, d)) < 1e-3 * step for x in locs))
        self.digits = next(fits, 6)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Write one of them."""
        return self.text.number(x, self.digits)


def numbers(ax: Axes, text: Language, label: str) -> None:
    """Write numbers along the x axis as the language writes them, with a grid behind."""
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(Numbers(text))
    ax.set_xlabel("\n".join(wrapped(line, 52) for line in label.split("\n")))
    ax.grid(axis="x", color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)


def numbers_up(ax: Axes, text: Language, label: str = "", *, letters: int = 30) -> None:
    """Write numbers along the y axis as the language writes them, with a grid behind."""
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(Numbers(text))
    ax.set_ylabel(wrapped(label, letters))
    ax.grid(axis="y", color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=3)


def zero_axis(
    ax: Axes,
    text: Language,
    label: str,
    ends: Sequence[float],
    beside: Sequence[tuple[float, str, bool]] = (),
) -> None:
    """Write what the x axis counts, mark zero, and leave room for what stands beside the bars.

    Parameters
    ----------
    ax, text, label
        As for `numbers`.
    ends : sequence of float
        Of all that is drawn.
    beside : sequence of (float, str, bool)
        Where a label begins, the label, and whether it goes to the left.
    """
    low, high = min(*ends, 0.0, 0.0), max(*ends, 0.0, 0.0)
    room = 0.06 * (high - low) or 1.0
    low, high = low - room, high + room
    for _ in range(8):  # the longer the axis, the more of it a label takes
        wide = high - low
        for x, said, left in beside:
            own = wide * min(0.38, (len(said) + 2) * _LETTER / _AXIS)
            low, high = (min(low, x - own), high) if left else (low, max(high, x + own))
    ax.set_xlim(low, high)
    numbers(ax, text, label)
    ax.axvline(0.0, color=ZERO, linewidth=1.2, zorder=3)
