"""The plane of two numbers: lines of equal amounts, where they are zero, and where one is."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

Floats = NDArray[np.float64]


def plane(
    values: tuple[Floats, Floats],
    found: Floats,
    text: Language,
    *,
    title: str,
    alt: str,
    axes: tuple[str, str],
    caption: str,
    point: tuple[float, float],
    label: str,
) -> Picture:
    """Draw a plane.

    Parameters
    ----------
    values : tuple of ndarray, shapes (x,) and (y,)
        Along both axes.
    found : ndarray, shape (x, y)
        kr. at each pair; NaN where there is nothing.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axes : tuple of str
        What x and y are.
    point, label : tuple of float and str
        Where one is, and what is there.
    """

    def paint(ax: Axes) -> None:
        x, y = values
        z = np.ma.masked_invalid(found.T)
        low, high = float(z.min()), float(z.max())
        if low < 0.0:
            ax.contourf(x, y, z, levels=[min(low, -1e-9) * 1.001, 0.0], colors=[style.GRID])
        levels = [each for each in MaxNLocator(7).tick_values(low, high) if each != 0.0]
        write = FuncFormatter(lambda value, _: text.number(value))
        if low < high:
            lines = ax.contour(
                x, y, z, levels=levels, colors=style.SOFT, linewidths=0.9, linestyles="solid"
            )
            ax.clabel(lines, fmt=write, fontsize=7.5, colors=style.ZERO)
        if low < 0.0 < high:
            ax.contour(x, y, z, levels=[0.0], colors=style.ZERO, linewidths=2.0)
        ax.plot(*point, "D", color=style.POINT, markersize=6, clip_on=False, zorder=6)
        style.point_label(ax, label, *point)
        for axis, name in ((ax.xaxis, axes[0]), (ax.yaxis, axes[1])):
            axis.set_major_locator(MaxNLocator(5))
            axis.set_major_formatter(style.Numbers(text))
            axis.set_label_text(style.wrapped(name, 52 if axis is ax.xaxis else 40))
        handles = [Patch(color=style.GRID, label=text("figure.below_zero"))]
        handles.append(
            Patch(facecolor="white", edgecolor=style.SOFT, label=text("figure.above_zero"))
        )
        ax.legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=2,
            frameon=False,
            fontsize=8,
        )

    return Picture(title, alt, 4.2, paint, caption)
