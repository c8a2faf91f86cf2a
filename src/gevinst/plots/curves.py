"""Curves: one line per answer; over kroner with zero and the calculated point marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Line:
    """One curve.

    Parameters
    ----------
    label : str
        What it is.
    x, y : ndarray, shape (points,)
        Where it goes.
    colour, dashes : str
        How it is drawn; dashes tell lines apart where colours do not, and none draw no line.
    dot : tuple of float, optional
        A point of it that is marked.
    limits : ndarray, shape (points, 2), optional
        Ends of an interval at each point, which is then marked.
    hollow : bool
        Whether these marks are hollow: of what nobody saw.
    """

    label: str
    x: Floats
    y: Floats
    colour: str = style.DARK
    dashes: str = "-"
    dot: tuple[float, float] | None = None
    limits: Floats | None = None
    hollow: bool = False


def curves(
    lines: Sequence[Line],
    text: Language,
    *,
    title: str,
    alt: str,
    axes: tuple[str, str],
    caption: str = "",
    point: float | None = None,
    most: float | None = None,
    legend_title: str = "",
    marks: Sequence[float] = (),
    zero_across: bool = False,
) -> Picture:
    """Draw curves.

    Parameters
    ----------
    lines : sequence of Line
        With a legend where there are several, of those with a label.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axes : tuple of str
        What x and y count.
    point : float, optional
        A value of x marked by a dashed line.
    most : float, optional
        Upper end of the y axis, which then begins at 0.
    legend_title : str
        What stands above the legend.
    marks : sequence of float, optional
        Values of an x axis above zero, on which equal steps are equal factors; then the y axis
        begins at 0.
    zero_across : bool
        Whether zero is marked on the y axis, and not on the x axis.
    """

    def paint(ax: Axes) -> None:
        for line in lines:
            ax.plot(
                *(line.x, line.y),
                color=line.colour,
                linestyle=line.dashes,
                linewidth=1.8,
                label=line.label or "_",  # which a legend leaves out
            )
            if line.dot is not None:
                ax.plot(*line.dot, "o", color=line.colour, markersize=6)
            if line.limits is not None:
                ax.vlines(line.x, *line.limits.T, color=line.colour, linewidth=1.0)
                filled = "white" if line.hollow else line.colour
                ax.plot(line.x, line.y, "o", color=line.colour, markerfacecolor=filled)
        if zero_across:
            ax.axhline(0.0, color=style.ZERO, linewidth=1.2)
        elif not marks:
            ax.axvline(0.0, color=style.ZERO, linewidth=1.2)
        if point is not None:
            ax.axvline(point, color=style.POINT, linewidth=1.2, linestyle="--")
        if most is not None:
            ax.set_ylim(0.0, most)
        if marks:
            ax.set_xscale("log")
            ax.set_ylim(bottom=0.0)
        style.numbers(ax, text, axes[0])
        if marks:
            ax.xaxis.set_major_locator(FixedLocator(marks))
            ax.xaxis.set_minor_locator(NullLocator())
        if zero_across:
            ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        style.numbers_up(ax, text, axes[1])
        if len(lines) > 1:
            place: Any = {"loc": "upper left", "edgecolor": "none"} if zero_across else {}
            place |= {"fontsize": 8, "title_fontsize": 8, "frameon": zero_across}
            ax.legend(title=legend_title, **place)

    return Picture(title, alt, 2.9, paint, caption)
