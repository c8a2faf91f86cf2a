"""Ranges over whole numbers: what is open for each number of citizens, a group beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from gevinst.plots import style
from gevinst.plots.picture import Picture
from gevinst.text.language import Language

_COLOURS = (style.DARK, style.MIDDLE)
_WIDEST, _ALL = 5.0, 120.0  # points of a line, and of all of a group together


@dataclass(frozen=True)
class Ranges:
    """The ranges of one group.

    Parameters
    ----------
    label : str
        What the group is called.
    ends : sequence of (int, float, float)
        A number, and the lowest and the highest value there.
    """

    label: str
    ends: Sequence[tuple[int, float, float]]


def ranges(
    groups: Sequence[Ranges],
    text: Language,
    *,
    title: str,
    alt: str,
    axes: tuple[str, str],
    caption: str,
    behind: tuple[float, float, str],
    zero: bool,
) -> Picture:
    """Draw ranges.

    Parameters
    ----------
    groups : sequence of Ranges
        Beside each other at each number; told apart by colour and, at the ends, by ticks.
    text : Language
        How numbers are written.
    title, alt, caption : str
        As `gevinst.plots.picture.Picture`.
    axes : tuple of str
        What x and y count.
    behind : (float, float, str)
        A range that holds whatever the number, and what it is called: grey, behind all.
    zero : bool
        Whether the y axis begins at 0; else 0 is a line.
    """
    most = max((len(group.ends) for group in groups), default=1)
    thick = max(1.0, min(_WIDEST, _ALL / most))

    def paint(ax: Axes) -> None:
        ax.axhspan(*behind[:2], color=style.GRID, zorder=0.5)
        handles = [Patch(color=style.GRID, label=behind[2])]
        for k, group in enumerate(groups):
            aside = (k - (len(groups) - 1) / 2.0) * 0.3
            colour = _COLOURS[k % len(_COLOURS)]
            for n, low, high in group.ends:
                x = (n + aside, n + aside)
                ax.plot(x, (low, high), color=colour, linewidth=thick, solid_capstyle="butt")
                if k:
                    ax.plot(x, (low, high), "_", color=style.ZERO, markersize=thick + 3.0)
            handles.append(Patch(color=colour, label=group.label))
        if zero:
            ax.set_ylim(0.0, None)
        else:
            ax.axhline(0.0, color=style.ZERO, linewidth=1.2)
        ends = [n for group in groups for n, *_ in group.ends]
        ax.set_xlim(min(ends) - 0.6, max(ends) + 0.6)  # else a few citizens become halves of them
        style.numbers(ax, text, axes[0])
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
        ax.grid(visible=False, axis="x")
        style.numbers_up(ax, text, axes[1])
        ax.legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=1,
            frameon=False,
            fontsize=8,
        )

    return Picture(title, alt, 2.9 + 0.2 * len(groups), paint, caption)
