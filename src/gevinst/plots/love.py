"""The love plot: how unlike two groups are at start, as they are and with one mix of strata."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gevinst.analyses.baseline import STATUS, Baseline
from gevinst.plots import style
from gevinst.text.language import language

_SMALL = 0.1  # below which a standardised difference is usually called small


def plot(result: Baseline, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw standardised differences.

    Parameters
    ----------
    result : Baseline
        A row per stratum, status and the cost; a row without a difference has no dot.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
    """
    text = language(lang)
    ax = ax or style.axes(7.2, 1.3 + 0.32 * len(result.rows))
    reach = _SMALL
    for y, row in enumerate(result.rows):
        dots = ((row.smd, "white", "love_before"), (row.smd_standardised, None, "love_after"))
        for value, inside, name in dots:
            if math.isfinite(value):
                reach = max(reach, abs(value))
                ax.plot(
                    value,
                    y,
                    "o",
                    color=style.COUPLING_COLOURS["narrowest"],
                    markerfacecolor=inside or style.COUPLING_COLOURS["narrowest"],
                    markersize=7 if inside else 5,
                    zorder=4 if inside else 5,
                    label=text(f"figure.{name}") if y == 0 else None,
                )
    ax.axvline(0.0, color=style.ZERO, linewidth=1.2, zorder=3)
    for side in (-_SMALL, _SMALL):
        ax.axvline(side, color="#999999", linewidth=0.8, linestyle=":", zorder=2)
    indent = {STATUS: "   "}
    labels = [indent.get(row.kind, "") + text.label(row.label) for row in result.rows]
    ax.set_yticks(range(len(result.rows)), labels)
    ax.set_ylim(len(result.rows) - 0.4, -0.6)
    ax.set_xlim(-1.2 * reach, 1.2 * reach)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: text.number(value, 1)))
    ax.set_xlabel(text("figure.love_axis"))
    ax.grid(axis="both", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8)
    return ax
