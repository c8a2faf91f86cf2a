"""Panels below each other, each with an axis and a unit of its own: differences, or years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

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


@dataclass(frozen=True)
class Course:
    """Numbers by year in a unit of their own.

    Parameters
    ----------
    label, axis : str
        What they are of, and what the upright axis counts.
    lines : tuple of (str, sequence of int, sequence of float)
        What each line is, its years, and its numbers.
    mark : int or None
        A year that is marked.
    """

    label: str
    axis: str
    lines: tuple[tuple[str, Sequence[int], Sequence[float]], ...]
    mark: int | None = None


_HIGH = 2.3
"""Inches of a panel of lines."""
_DRAWN = ((style.DARK, "-"), (style.POINT, "--"), (style.MIDDLE, "-."), (style.SOFT, ":"))
"""Colour and dashes of each line, which tell it apart without the other."""


def courses(
    each: Sequence[Course], text: Language, *, title: str, alt: str, caption: str = ""
) -> Picture:
    """Draw a panel of lines by year for each; each upright axis begins at zero.

    Parameters
    ----------
    each : sequence of Course
        From the top.
    text, title, alt, caption
        As `panels`.
    """
    height = _HIGH * len(each) + 2.0 * _EDGE

    def paint(ax: Axes) -> None:
        ax.set_axis_off()
        for k, course in enumerate(each):
            bottom = 1.0 - (_EDGE + _HIGH * (k + 0.86)) / height
            _course(ax.inset_axes((0.14, bottom, 0.84, 0.7 * _HIGH / height)), course, text)

    return Picture(title, alt, height, paint, caption)


def _course(ax: Axes, course: Course, text: Language) -> None:
    for (label, years, values), (colour, dashes) in zip(course.lines, cycle(_DRAWN), strict=False):
        ax.plot(
            *(years, values),
            color=colour,
            linestyle=dashes,
            marker="o",
            markersize=4,
            label=label or "_",
        )
    if course.mark is not None:
        ax.axvline(course.mark, color=style.ZERO, linewidth=1.0, linestyle=(0, (4, 3)))
    largest = max(value for _, _, values in course.lines for value in values)
    if all(value >= 0.0 for _, _, values in course.lines for value in values):
        ax.set_ylim(0.0, 1.08 * largest or 1.0)
    style.numbers_up(ax, text, course.axis, letters=24)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.set_title(course.label, loc="left", fontsize=9)
    if any(label for label, _, _ in course.lines):
        ax.legend(frameon=False, fontsize=8)
