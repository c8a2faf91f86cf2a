"""The love plot: how unlike two groups are at start, as they are and with one mix of strata."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

_SMALL = 0.1  # below which a standardised difference is usually called small


def balance(
    rows: Sequence[tuple[str, float, float]],
    text: Language,
    *,
    title: str,
    alt: str,
    axis: str,
    caption: str,
) -> Picture:
    """Draw standardised differences.

    Parameters
    ----------
    rows : sequence of (label, before, after)
        Standardised differences; NaN has no dot.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axis : str
        What the x axis counts.
    """

    def paint(ax: Axes) -> None:
        reach, named = _SMALL, set[str]()
        for y, (_, before, after) in enumerate(rows):
            for value, name in ((before, "love_before"), (after, "love_after")):
                if not math.isfinite(value):
                    continue
                reach = max(reach, abs(value))
                hollow = name == "love_before"
                ax.plot(
                    *(value, y, "o"),
                    color=style.DARK,
                    markerfacecolor="white" if hollow else style.DARK,
                    markersize=7 if hollow else 5,
                    zorder=4 if hollow else 5,
                    label=None if name in named else text(f"figure.{name}"),
                )
                named.add(name)
        ax.axvline(0.0, color=style.ZERO, linewidth=1.2, zorder=3)
        for side in (-_SMALL, _SMALL):
            ax.axvline(side, color=style.SOFT, linewidth=0.8, linestyle=":", zorder=2)
        ax.set_yticks(range(len(rows)), [style.wrapped(label) for label, *_ in rows])
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.set_xlim(-1.2 * reach, 1.2 * reach)
        style.numbers(ax, text, axis)
        ax.grid(axis="both", color=style.GRID, linewidth=0.6)
        if named:
            ax.legend(
                loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8
            )

    return Picture(title, alt, 1.3 + 0.32 * len(rows), paint, caption)
