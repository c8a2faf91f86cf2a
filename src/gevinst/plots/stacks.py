"""Stacked bars of people: a row per group and time, as wide as all its people, with the counts.

Nothing joins one row to the next: who went where is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Patch

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

MOST = 7
"""So many parts are told apart; the smallest of more are drawn as one."""

_LEAST = 0.028
"""Share of a row below which a part has no room for its number."""

_BLUES = LinearSegmentedColormap.from_list("blues", (style.DARK, style.MIDDLE, "#e3eff7"))


def stacks(
    rows: Sequence[tuple[str, Sequence[int]]],
    parts: Sequence[str],
    text: Language,
    *,
    title: str,
    alt: str,
    axis: str,
    caption: str,
    others: str,
    open_from: int,
    every: int,
) -> Picture:
    """Draw people in stacked bars.

    Parameters
    ----------
    rows : sequence of (label, counts)
        From the top; people per part.
    parts : sequence of str
        What the parts are called, from the left and from dark to light.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axis : str
        What the x axis counts.
    others : str
        What the parts are called that are drawn as one.
    open_from : int
        The parts from this one on are drawn open.
    every : int
        So many rows stand together.
    """
    counts = [list(row) for _, row in rows]
    names, counts, dashed = _few(list(parts), counts, open_from, others)
    filled = len(names) - dashed
    colours = [_BLUES(k / max(filled - 1, 1)) for k in range(filled)]
    places = [j + 0.45 * (j // every) for j in range(len(rows))]
    columns = 2
    lines = -(-len(names) // columns)

    def paint(ax: Axes) -> None:
        for place, row in zip(places, counts, strict=True):
            left, whole = 0.0, sum(row) or 1
            for k, n in enumerate(row):
                width = 100.0 * n / whole
                if not n:
                    continue
                ax.barh(place, width, left=left, height=0.72, **_look(k, filled, colours))
                if n / whole >= _LEAST * max(1, len(text.number(n)) - 1):
                    dark = k < filled and sum(colours[k][:3]) < 1.7
                    ax.text(
                        left + width / 2,
                        place,
                        text.number(n),
                        ha="center",
                        va="center",
                        fontsize=8,
                        color="white" if dark else style.ZERO,
                    )
                left += width
        ax.set_yticks(places, [style.wrapped(label, 32) for label, _ in rows])
        ax.set_ylim(places[-1] + 0.6, -0.6)
        style.numbers(ax, text, axis)
        ax.set_xlim(0.0, 100.0)
        patches = [
            Patch(label=style.wrapped(name, 44), **_look(k, filled, colours))
            for k, name in enumerate(names)
        ]
        ax.legend(
            handles=patches,
            loc="lower center",
            bbox_to_anchor=(0.4, 1.0),
            ncols=columns,
            frameon=False,
            fontsize=8,
        )

    height = 1.0 + 0.36 * (places[-1] + 1.0) + 0.24 * lines
    return Picture(title, alt, height, paint, caption)


def _look(
    k: int, filled: int, colours: Sequence[tuple[float, float, float, float]]
) -> dict[str, Any]:
    """How a part is drawn: filled, or open and hatched."""
    if k < filled:
        return {"facecolor": colours[k], "edgecolor": "white", "linewidth": 0.8}
    return {"facecolor": "white", "edgecolor": style.SOFT, "hatch": "////", "linewidth": 0.8}


def _few(
    names: list[str], counts: list[list[int]], open_from: int, others: str
) -> tuple[list[str], list[list[int]], int]:
    """Put the smallest of many filled parts together; names, counts, and how many are open."""
    size = [sum(row[k] for row in counts) for k in range(len(names))]
    largest = sorted(range(open_from), key=lambda k: -size[k])
    kept = sorted(largest if open_from <= MOST else largest[: MOST - 1])
    rest = [k for k in range(open_from) if k not in kept]
    lost = list(range(open_from, len(names)))
    found = [names[k] for k in kept] + [others] * bool(rest) + [names[k] for k in lost]
    rows = [
        [
            *(row[k] for k in kept),
            *([sum(row[k] for k in rest)] if rest else []),
            *(row[k] for k in lost),
        ]
        for row in counts
    ]
    return found, rows, len(lost)
