"""A plane of two unknowns with the line on which nothing is left, and where assumptions lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

Span = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """One assumption that is a point."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Region:
    """One assumption that is a range of both unknowns."""

    label: str
    x: Span
    y: Span


_FORMS = ("o", "D", "s", "^")
_DASHES = ("-", "--", ":", "-.")


def regions(
    span: tuple[Span, Span],
    text: Language,
    *,
    line: tuple[float, float, float],
    reach: float,
    marks: Sequence[Mark],
    regions: Sequence[Region],
    title: str,
    alt: str,
    axes: tuple[str, str],
    sides: tuple[str, str],
    caption: str = "",
) -> Picture:
    """Draw a plane.

    Parameters
    ----------
    span : tuple of (float, float)
        What x and y can be.
    text : Language
        How numbers are written.
    line : tuple of float
        a, b, c: nothing is left where a x + b y = c; a is above zero and b is not zero.
    reach : float
        How far from c the sum can be and its interval still hold zero.
    marks, regions
        Assumptions; the outermost region first.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axes : tuple of str
        What x and y count.
    sides : tuple of str
        What is true where the sum is below c, and above it.
    """
    a, b, c = line
    span = _wide(*span[0]), _wide(*span[1])
    (left, right), (low, high) = span

    def paint(ax: Axes) -> None:
        x = np.array([left, right])
        at = [(shift, (c + shift - a * x) / b) for shift in (0.0, -reach, reach)]
        fine = np.linspace(left, right, 400)
        border = np.clip((c - a * fine) / b, low, high)
        # The side below c is dark, in grey print too.
        below = (border, np.full_like(fine, high)) if b < 0.0 else (np.full_like(fine, low), border)
        ax.fill_between(fine, *below, color=style.LIGHT, alpha=0.55, linewidth=0.0, zorder=0.5)
        for shift, y in at:
            ax.plot(
                x,
                y,
                color=style.ZERO,
                linewidth=1.0 if shift else 1.8,
                linestyle="--" if shift else "-",
            )
        for region, dashes in zip(regions, _DASHES, strict=False):
            corner = region.x[0], region.y[0]
            size = region.x[1] - region.x[0], region.y[1] - region.y[0]
            box = Rectangle(
                corner,
                *size,
                fill=False,
                edgecolor=style.DARK,
                linestyle=dashes,
                linewidth=1.4,
                label=region.label,
            )
            ax.add_patch(box)
        for mark, form in zip(marks, _FORMS, strict=False):
            ax.plot(
                *(mark.x, mark.y, form),
                color=style.POINT,
                markeredgecolor="white",
                markersize=7,
                label=mark.label,
                zorder=5,
            )
        ax.set_xlim(left, right)
        ax.set_ylim(low, high)
        _say_sides(ax, span, (a, b, c), sides)
        style.numbers(ax, text, axes[0])
        style.numbers_up(ax, text, axes[1], letters=40)
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8)

    return Picture(title, alt, 4.2, paint, caption)


def _wide(low: float, high: float) -> Span:
    """Return a span that can be drawn, where there is but one value."""
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def _say_sides(
    ax: Axes, span: tuple[Span, Span], line: tuple[float, float, float], sides: tuple[str, str]
) -> None:
    """Write what is true on each side of the line, in the corner farthest from it."""
    a, b, c = line
    corners = [(x, y) for x in span[0] for y in span[1]]
    for corner, said, below in (
        (min(corners, key=lambda p: a * p[0] + b * p[1]), sides[0], True),
        (max(corners, key=lambda p: a * p[0] + b * p[1]), sides[1], False),
    ):
        value = a * corner[0] + b * corner[1] - c
        if (value < 0.0) != below:
            continue  # the whole plane lies on the other side
        right, top = corner[0] == span[0][1], corner[1] == span[1][1]
        ax.annotate(
            style.wrapped(said, 24),
            corner,
            xytext=(-6 if right else 6, -6 if top else 6),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top" if top else "bottom",
            fontsize=8,
            fontweight="bold",
        )
