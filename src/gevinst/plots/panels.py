"""Panels below each other, each with an axis and a unit of its own: differences in unlike units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

_TALL, _EDGE = 1.15, 0.15
"""Inches of a panel, and above and below them all."""
_LEFT = 0.32
"""Part of the width that labels stand in."""


@dataclass(frozen=True)
class Panel:
    """A difference in a unit of its own.

    Parameters
    ----------
    label, axis : str
        What it is of, and what its axis counts.
    point : float
        The difference.
    intervals : tuple of (float, float)
        The narrowest first; none where there is none.
    """

    label: str
    axis: str
    point: float
    intervals: tuple[tuple[float, float], ...] = ()


def panels(
    each: Sequence[Panel], text: Language, *, title: str, alt: str, caption: str = ""
) -> Picture:
    """Draw a panel for each difference, with zero marked on its own axis.

    Parameters
    ----------
    each : sequence of Panel
        From the top.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    """
    height = _TALL * len(each) + 2.0 * _EDGE

    def paint(ax: Axes) -> None:
        ax.set_axis_off()
        for k, panel in enumerate(each):
            bottom = 1.0 - (_EDGE + _TALL * (k + 0.45)) / height
            own = ax.inset_axes((_LEFT, bottom, 1.0 - _LEFT, 0.4 * _TALL / height))
            _panel(own, panel, text)

    return Picture(title, alt, height, paint, caption)


def _panel(ax: Axes, panel: Panel, text: Language) -> None:
    colours = (style.DARK, style.MIDDLE, style.LIGHT)
    heights = (0.42, 0.28, 0.14)
    pairs = list(zip(panel.intervals, colours, heights, strict=False))
    for (low, high), colour, tall in reversed(pairs):
        ax.barh(0.0, high - low, left=low, height=tall, color=colour, zorder=2.5)
    ax.plot(panel.point, 0.0, "o", color="white", markeredgecolor=style.ZERO, zorder=5)
    ax.set_ylim(-0.5, 0.5)
    ax.set_yticks([0.0], [style.wrapped(panel.label, 30)])
    ends = [panel.point, *(end for interval in panel.intervals for end in interval)]
    style.zero_axis(ax, text, panel.axis, ends)
