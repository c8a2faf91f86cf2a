"""The difference and its interval for each coupling, against zero and the published point."""

from __future__ import annotations

from matplotlib.axes import Axes

from gevinst.analyses.draws import Simulation
from gevinst.plots import style
from gevinst.text.language import language


def plot(result: Simulation, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw intervals.

    Parameters
    ----------
    result : Simulation
        One row per coupling: its 95 % interval as a bar and its mean as a dot.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
    """
    text = language(lang)
    ax = ax or style.axes(7.2, 1.1 + 0.5 * len(result.by_coupling))
    ends: list[float] = []
    for y, (coupling, draws) in enumerate(result.by_coupling.items()):
        found = draws.to_dict()
        low, high = found["interval"]["low"], found["interval"]["high"]
        colour = style.COUPLING_COLOURS[coupling]
        ax.barh(y, high - low, left=low, height=0.42, color=colour, zorder=2)
        ax.plot(found["mean"], y, "o", color="white", markeredgecolor=style.ZERO, zorder=5)
        for end in ("low", "high"):
            ends.append(found["interval"][end])
            label = text.earned(ends[-1], found["mcse"][end])
            style.end_label(ax, label, ends[-1], y, left=end == "low")
    label = text(
        "figure.published" if result.published else "figure.point", kr=text.kr(result.point)
    )
    style.mark_point(ax, result.point, label)
    ax.set_ylim(len(result.by_coupling) - 0.5, -0.75)
    ax.set_yticks(
        range(len(result.by_coupling)), [text(f"coupling.{c}") for c in result.by_coupling]
    )
    style.kr_axis(ax, text, text("figure.difference"), ends)
    return ax
