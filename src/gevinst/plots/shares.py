"""Shares of the variance: one row per source, one bar per coupling."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

_ROW = 0.78
"""Height of a source's bars together."""


def shares(
    rows: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    couplings: Sequence[str],
    text: Language,
    *,
    title: str,
    alt: str,
    caption: str,
) -> Picture:
    """Draw shares of the variance.

    Parameters
    ----------
    rows : sequence of (label, ((first, total), ...))
        Per source and coupling the first and total share, from 0 to 1: a filled bar and an open
        one to its total.
    couplings : sequence of str
        Their names.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    """
    height = _ROW / len(couplings)

    def paint(ax: Axes) -> None:
        for j, (_, parts) in enumerate(rows):
            for c, (coupling, part) in enumerate(zip(couplings, parts, strict=True)):
                first, total = (100 * max(share, 0.0) for share in part)
                colour = style.COUPLING_COLOURS[coupling]
                y = j + (c - (len(couplings) - 1) / 2) * height
                ax.barh(y, max(total, first), height=0.86 * height, fill=False, edgecolor=colour)
                ax.barh(y, first, height=0.86 * height, color=colour, zorder=2)
                style.end_label(ax, text.number(first), max(total, first), y, left=False)
        ax.set_yticks(range(len(rows)), [style.wrapped(label) for label, _ in rows])
        ax.invert_yaxis()
        style.numbers(ax, text, text("variance.axis"))
        ax.set_xlim(0.0, 105.0)
        if len(couplings) > 1:
            patches = [
                Patch(color=style.COUPLING_COLOURS[c], label=text(f"coupling.{c}"))
                for c in couplings
            ]
            ax.legend(
                handles=patches,
                title=text("table.coupling"),
                loc="lower right",
                frameon=False,
                fontsize=8,
                title_fontsize=8,
            )

    tall = 0.9 + (0.22 * len(couplings) + 0.16) * max(len(rows), 1)
    return Picture(title, alt, tall, paint, caption)
