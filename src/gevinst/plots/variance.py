"""Shares of the variance: one row per source, one bar per coupling."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from gevinst.analyses.variance import VarianceShares
from gevinst.plots import style
from gevinst.text.language import language

_ROW = 0.78
"""Height of a source's bars together."""


def plot(result: VarianceShares, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw shares of the variance.

    Parameters
    ----------
    result : VarianceShares
        A filled bar for each first share, and an open one to its total share.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
    """
    text = language(lang)
    couplings = tuple(result.by_coupling)
    ax = ax or style.axes(7.2, 0.9 + (0.22 * len(couplings) + 0.16) * max(len(result.varied), 1))
    height = _ROW / len(couplings)
    for c, coupling in enumerate(couplings):
        shares = result.by_coupling[coupling]
        colour = style.COUPLING_COLOURS[coupling]
        for j in range(len(result.varied)):
            first, total = (100 * max(float(s[j]), 0.0) for s in (shares.first, shares.total))
            y = j + (c - (len(couplings) - 1) / 2) * height
            ax.barh(y, max(total, first), height=0.86 * height, fill=False, edgecolor=colour)
            ax.barh(y, first, height=0.86 * height, color=colour, zorder=2)
            style.end_label(ax, text.number(first), max(total, first), y, left=False)
    ax.set_yticks(range(len(result.varied)), [text.label(source.label) for source in result.varied])
    ax.invert_yaxis()
    ax.set_xlim(0.0, 105.0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: text.number(value)))
    ax.set_xlabel(text("variance.axis"))
    ax.grid(axis="x", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    if len(couplings) > 1:
        patches = [
            Patch(color=style.COUPLING_COLOURS[c], label=text(f"coupling.{c}")) for c in couplings
        ]
        ax.legend(
            handles=patches,
            title=text("table.coupling"),
            loc="lower right",
            frameon=False,
            fontsize=8,
            title_fontsize=8,
        )
    return ax
