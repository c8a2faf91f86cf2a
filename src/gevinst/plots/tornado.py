"""The tornado: one row per source, its bar from the 2.5 % to the 97.5 % point of the difference."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gevinst.analyses.tornado import Tornado
from gevinst.plots import style
from gevinst.text.language import language

_HEIGHTS = {"widest": 0.62, "independent": 0.46, "narrowest": 0.3, "observed": 0.46, "none": 0.46}
"""Of the bars, in the order they are laid on each other."""


def plot(result: Tornado, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw a tornado.

    Parameters
    ----------
    result : Tornado
        Bars in the order given; where the couplings differ, one within the other.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
    """
    text = language(lang)
    ax = ax or style.axes(7.2, 1.1 + 0.62 * len(result.alone))
    ends: list[float] = []
    for y, found in enumerate(result.alone.values()):
        bars = {c: draws.to_dict() for c, draws in found.by_coupling.items()}
        for coupling in _HEIGHTS:
            if coupling in bars:
                low, high = (bars[coupling]["interval"][end] for end in ("low", "high"))
                colour = style.COUPLING_COLOURS[coupling]
                ax.barh(y, high - low, left=low, height=_HEIGHTS[coupling], color=colour, zorder=2)
        widest = max(bars.values(), key=lambda bar: bar["interval"]["high"])
        lowest = min(bars.values(), key=lambda bar: bar["interval"]["low"])
        for bar, end in ((lowest, "low"), (widest, "high")):
            ends.append(bar["interval"][end])
            label = text.earned(ends[-1], bar["mcse"][end])
            style.end_label(ax, label, ends[-1], y, left=end == "low")
    ax.axvline(result.point, color=style.POINT, linewidth=1.2, linestyle="--", zorder=4)
    ax.set_yticks(
        range(len(result.alone)),
        [text.label(found.varied[0].label) for found in result.alone.values()],
    )
    ax.invert_yaxis()
    style.kr_axis(ax, text, text("figure.difference"), ends)
    names = next(iter(result.alone.values())).by_coupling
    patches = [Patch(color=style.COUPLING_COLOURS[c], label=text(f"coupling.{c}")) for c in names]
    if len(patches) > 1:
        ax.legend(
            handles=patches,
            title=text("table.coupling"),
            loc="lower right",
            frameon=False,
            fontsize=8,
            title_fontsize=8,
        )
    return ax
