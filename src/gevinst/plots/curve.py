"""P(difference > x) over x: one falling curve per coupling."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gevinst.analyses.draws import Simulation
from gevinst.plots import style
from gevinst.text.language import language

_DASHES = {"narrowest": "-", "independent": "--", "widest": ":", "observed": "-", "none": "-"}


def plot(result: Simulation, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw how probable a difference of more than x is.

    Parameters
    ----------
    result : Simulation
        One curve per coupling, with the share above zero written on it.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
    """
    text = language(lang)
    ax = ax or style.axes(7.2, 2.9)
    for coupling, draws in result.by_coupling.items():
        curve = draws.curve()
        ax.plot(
            curve["above"],
            100 * curve["probability"],
            color=style.COUPLING_COLOURS[coupling],
            linestyle=_DASHES[coupling],
            linewidth=1.8,
            label=text(f"coupling.{coupling}"),
        )
    ax.axvline(0.0, color=style.ZERO, linewidth=1.2)
    ax.axvline(result.point, color=style.POINT, linewidth=1.2, linestyle="--")
    ax.set_ylim(0, 100)
    ax.xaxis.set_major_locator(MaxNLocator(7))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: text.number(value)))
    ax.set_xlabel(text("figure.curve_x"))
    ax.set_ylabel(text("figure.curve_y"))
    ax.grid(color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    if len(result.by_coupling) > 1:
        ax.legend(title=text("table.coupling"), frameon=False, fontsize=8, title_fontsize=8)
    return ax
