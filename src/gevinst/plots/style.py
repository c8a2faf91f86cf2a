"""What all figures share: colours, axes of their own, and how a figure becomes SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gevinst.text.language import Language

COUPLING_COLOURS = {
    "widest": "#a6cbe3",
    "independent": "#4a90c2",
    "narrowest": "#0b4f7d",
    "observed": "#0b4f7d",
    "none": "#4a90c2",
}
"""From light to dark as the band narrows; told apart in grey print too."""
ZERO, POINT = "#222222", "#c45100"

_SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "gevinst",
}


def axes(width: float, height: float) -> Axes:
    """Make axes on a figure of their own, in inches, without touching pyplot's state."""
    with mpl.rc_context(_SETTINGS):
        return Figure(figsize=(width, height), layout="constrained").add_subplot()


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


def mark_point(ax: Axes, x: float, label: str) -> None:
    """Draw the dashed line of the point, with its label above the uppermost row."""
    ax.axvline(x, color=POINT, linewidth=1.2, linestyle="--", zorder=4)
    ax.annotate(
        label,
        (x, -0.5),
        xytext=(5, 0),
        textcoords="offset points",
        color=POINT,
        va="center",
        fontsize=8,
    )


def kr_axis(ax: Axes, text: Language, label: str, ends: Sequence[float]) -> None:
    """Write kr. along the x axis, mark zero, and leave room for numbers beside the bars' ends."""
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    room = 0.16 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: text.number(value)))
    ax.axvline(0.0, color=ZERO, linewidth=1.2, zorder=3)
    ax.set_xlabel(label)
    ax.grid(axis="x", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)


def svg(ax: Axes, title: str, description: str) -> str:
    """Write a figure as an SVG element with a title and a description for screen readers."""
    figure = ax.figure
    buffer = io.StringIO()
    with mpl.rc_context(_SETTINGS):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})  # type: ignore[union-attr]
    drawn = buffer.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    # The browser scales it to the page: the width stays as the most, the height follows.
    width = re.search(r'width="([\d.]+)pt"', drawn)
    drawn = re.sub(r'(<svg[^>]*?) height="[\d.]+pt"', r"\1", drawn, count=1)
    drawn = re.sub(
        r'(<svg[^>]*?) width="[\d.]+pt"',
        rf'\1 role="img" aria-label="{escape(title)}" style="width:100%;max-width:'
        rf'{width.group(1) if width else 700}pt"',
        drawn,
        count=1,
    )
    head = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return re.sub(r"(<svg[^>]*>)", lambda m: m.group(1) + head, drawn, count=1)
