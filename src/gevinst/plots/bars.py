"""Bars in rows on one axis of kroner: intervals, bands, tornados.

A row can hold several bars, laid on each other or beside each other. All that lies on one axis with
zero is drawn here, so that zero looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

_ACROSS = 3
"""Names of colours side by side above the axes."""
_LINE = 0.15
"""Inches of a line of a label."""


@dataclass(frozen=True)
class Bar:
    """A bar from low to high.

    Parameters
    ----------
    low, high : float
        Ends; equal where it is a point, drawn as a dot.
    colour : str
        Of the bar.
    height : float
        In rows.
    offset : float
        From the middle of the row, in rows.
    labels : tuple of str
        What stands beside the ends; empty for nothing.
    dot : float or None
        A hollow dot on it: a mean.
    thin : tuple of float or None
        Ends of a thin line through it: what comes on top.
    ticks : bool
        Whether the thin line ends in ticks.
    faint : bool
        Whether it is drawn faintly.
    """

    low: float
    high: float
    colour: str = style.MIDDLE
    height: float = 0.42
    offset: float = 0.0
    labels: tuple[str, str] = ("", "")
    dot: float | None = None
    thin: tuple[float, float] | None = None
    ticks: bool = False
    faint: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """Outermost of what is drawn."""
        each = (self.low, self.high, *(self.thin or ()))
        return min(each), max(each)

    @property
    def beside(self) -> list[tuple[float, str, bool]]:
        """Where a label begins, the label, and whether it goes to the left."""
        each = zip(self.ends, self.labels, (True, False), strict=True)
        return [(x, label, left) for x, label, left in each if label]


@dataclass(frozen=True)
class Row:
    """A row of the figure: a label and its bars; without bars it is a heading.

    Parameters
    ----------
    label : str
        What stands at its left.
    bars : tuple of Bar
        Drawn in their order.
    bold : bool
        Whether it stands out.
    gap : float
        Extra room above it, in rows.
    """

    label: str
    bars: tuple[Bar, ...] = ()
    bold: bool = False
    gap: float = 0.0


def bars(
    rows: Sequence[Row],
    text: Language,
    *,
    title: str,
    alt: str,
    axis: str,
    caption: str = "",
    point: tuple[float, str] | None = None,
    legend: Sequence[tuple[str, str]] = (),
    legend_title: str = "",
    rule: int | None = None,
    row_height: float = 0.5,
) -> Picture:
    """Draw bars in rows.

    Parameters
    ----------
    rows : sequence of Row
        From the top.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axis : str
        What the x axis counts.
    point : tuple of float and str, optional
        A value of its own and its label: a mark above the uppermost row.
    legend : sequence of (colour, label)
        What colours mean.
    rule : int, optional
        Number of the row above which a thin rule is drawn.
    row_height : float
        Inches.
    """
    labels, size = style.row_labels([row.label for row in rows])
    tall = [max(1.0, _LINE * (said.count("\n") + 1.5) / row_height) for said in labels]
    places, y = list[float](), 0.0
    for row, own in zip(rows, tall, strict=True):
        y += row.gap + own
        places.append(y - own / 2.0 - 0.5)
    lines = -(-len(legend) // _ACROSS) if not legend_title else 0
    height = 1.1 + row_height * y + 0.3 * lines + (0.25 if point else 0.0)

    def paint(ax: Axes) -> None:
        ends: list[float] = [] if point is None else [point[0]]
        for place, row in zip(places, rows, strict=True):
            for bar in row.bars:
                _bar(ax, bar, place + bar.offset, row.bold)
                ends += bar.ends
        ax.set_yticks(places, labels)
        for label, row in zip(ax.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if row.bold or not row.bars else "normal")
            label.set_fontsize(size)
        if rule is not None:
            ax.axhline(places[rule] - 0.77, color="#bbbbbb", linewidth=0.8)
        ax.set_ylim(max(y, 1.0) - 0.4, -0.95 if point else -0.6)
        beside = [each for row in rows for bar in row.bars for each in bar.beside]
        style.zero_axis(ax, text, axis, ends, beside)
        if point is not None:
            style.mark_point(ax, *point, y=-0.72)
        if legend:
            _legend(ax, legend, legend_title)

    return Picture(title, alt, height, paint, caption)


def _bar(ax: Axes, bar: Bar, y: float, bold: bool) -> None:
    strength = 0.45 if bar.faint else 1.0
    if bar.thin is not None:
        colour = style.ZERO if bar.ticks else bar.colour
        mark = "|-" if bar.ticks else "-"
        order = 3.0 if bar.ticks else 2.0
        ax.plot(bar.thin, (y, y), mark, color=colour, alpha=strength, linewidth=1.1, zorder=order)
    if bar.low == bar.high and bar.thin is not None:
        ax.plot(bar.low, y, "o", color=bar.colour, alpha=strength, markersize=4.5, zorder=4)
    else:
        width = bar.high - bar.low
        ax.barh(
            y, width, left=bar.low, height=bar.height, color=bar.colour, alpha=strength, zorder=2.5
        )
    if bar.dot is not None:
        ax.plot(bar.dot, y, "o", color="white", markeredgecolor=style.ZERO, zorder=5)
    weight = "bold" if bold else "normal"
    for x, label, left in bar.beside:
        style.end_label(ax, label, x, y, left=left, weight=weight)


def _legend(ax: Axes, legend: Sequence[tuple[str, str]], title: str) -> None:
    """Say what colours mean: in a corner under a title, or above the axes."""
    patches = [Patch(color=colour, label=label) for colour, label in legend]
    across = 1 if title else min(len(patches), _ACROSS)
    patches = [patch for k in range(across) for patch in patches[k::across]]  # row by row
    if title:
        ax.legend(
            handles=patches,
            title=title,
            loc="lower right",
            frameon=False,
            fontsize=8,
            title_fontsize=8,
        )
    else:
        ax.legend(
            handles=patches,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=across,
            frameon=False,
            fontsize=8,
        )
