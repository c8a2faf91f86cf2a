"""Dots that can be counted: equally likely results, stacked on the axis of kroner.

Fernandes, Walls, Munson, Hullman & Kay (2018), Uncertainty displays using quantile dotplots or CDFs
improve transit decision-making, CHI.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

Floats = NDArray[np.float64]

_BINS = 34
"""So many bins lie along the axis."""


def stacked(values: Floats, width: float) -> list[tuple[float, int, bool]]:
    """Stack values in bins of a width, one edge of which is zero, so that none lies on both sides.

    Returns
    -------
    list of (float, int, bool)
        Middle of its bin, how high it is stacked, from 0, and whether it is above zero; one per
        value, from the left.
    """
    levels: Counter[int] = Counter()
    found = []
    for value in sorted(values.tolist(), key=abs):
        place = int(np.floor(value / width)) if value != 0.0 else -1
        found.append(((place + 0.5) * width, levels[place], value > 0.0))
        levels[place] += 1
    return sorted(found)


def bin_width(low: float, high: float) -> float:
    """Width of a bin on an axis."""
    return (high - low) / _BINS


def dots(
    values: Floats,
    text: Language,
    *,
    title: str,
    alt: str,
    axis: str,
    sides: Sequence[str],
    caption: str = "",
    point: tuple[float, str] | None = None,
) -> Picture:
    """Draw dots: dark circles below zero, light diamonds with an outline above.

    Parameters
    ----------
    values : ndarray, shape (dot,)
        kr.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axis : str
        What the x axis counts.
    sides : sequence of str
        What is said of those below zero, and of those above.
    point : tuple of float and str, optional
        A value of its own, and its label.
    """
    ends = [*values.tolist(), 0.0, *([] if point is None else [point[0]])]
    low, high = min(ends), max(ends)
    laid = stacked(values, bin_width(low, high) or 1.0)
    top = max(level for _, level, _ in laid) + 1

    def paint(ax: Axes) -> None:
        for above, mark, colour, edge in (
            (False, "o", "#8a3a00", "#8a3a00"),
            (True, "D", style.LIGHT, style.DARK),
        ):
            own = [(x, level + 0.5) for x, level, side in laid if side == above]
            if own:
                size = 8.0 if mark == "o" else 6.3
                ax.plot(
                    *zip(*own, strict=True),
                    mark,
                    color=colour,
                    markeredgecolor=edge,
                    markersize=size,
                    zorder=4,
                )
        for said, x, side in ((sides[0], 0.0, "left"), (sides[1], 1.0, "right")):
            ax.annotate(
                style.wrapped(said, 24),
                (x, 0.98),
                xycoords="axes fraction",
                ha=side,
                va="top",
                fontsize=8,
                fontweight="bold",
            )
        ax.set_yticks([])
        ax.set_ylim(0.0, top + 2.2)
        style.zero_axis(ax, text, axis, ends)
        if point is not None:
            ax.plot(point[0], top + 0.5, "v", color=style.POINT, markersize=6, zorder=5)
            ax.annotate(
                point[1],
                (point[0], top + 0.5),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                color=style.POINT,
                fontsize=8,
                bbox=style.BEHIND,
            )

    return Picture(title, alt, 1.2 + 0.18 * (top + 2), paint, caption)
