"""Two bars: what is uncertain whoever went where, and how far the tables let it reach.

One row per coupling with its interval, and below them the answer: the narrowest interval on the
widest, so that the reader sees what sampling alone leaves open and what the tables add to it.
"""

from __future__ import annotations

from matplotlib.axes import Axes

from gevinst.analyses.bootstrap import Bootstrap
from gevinst.plots import style
from gevinst.stats.intervals import Interval
from gevinst.text.language import language


def plot(result: Bootstrap, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the intervals of the difference.

    Parameters
    ----------
    result : Bootstrap
        A bar per coupling is the first method's interval, a thin line across it the second's.
        With several couplings a last row lays the narrowest on the widest.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
        Empty of bars where there is no interval.
    """
    text = language(lang)
    couplings = [] if result.reason else list(result.difference)
    band = len(couplings) > 1
    ax = ax or style.axes(7.2, 1.4 + 0.5 * (len(couplings) + 1.3 * band))
    ends: list[float] = []

    def shown(interval: Interval) -> tuple[str, str]:
        return result.rounded(interval.low, text), result.rounded(interval.high, text)

    for y, coupling in enumerate(couplings):
        first, *rest = result.intervals(coupling)
        colour = style.COUPLING_COLOURS[coupling]
        ax.barh(y, first.high - first.low, left=first.low, height=0.42, color=colour, zorder=2)
        for other in rest[:1]:
            ax.plot(
                [other.low, other.high], [y, y], "|-", color=style.ZERO, linewidth=0.9, zorder=3
            )
            ends += [other.low, other.high]
        ends += [first.low, first.high]
        _ends(ax, shown(first), y, (min(ends[-4:]), max(ends[-4:])))
    places, labels = (
        [float(y) for y in range(len(couplings))],
        [text(f"coupling.{c}") for c in couplings],
    )
    if band:
        answer = len(couplings) + 0.35
        order = sorted(couplings, key=lambda c: -result.difference[c].standard_error)
        for coupling, height in ((order[0], 0.62), (order[-1], 0.3)):
            first = result.intervals(coupling)[0]
            colour = style.COUPLING_COLOURS[coupling]
            ax.barh(
                answer,
                first.high - first.low,
                left=first.low,
                height=height,
                color=colour,
                zorder=2,
            )
        outer = result.outer(result.methods[0])
        _ends(ax, shown(outer), answer, (outer.low, outer.high), weight="bold")
        ax.axhline(len(couplings) - 0.42, color="#bbbbbb", linewidth=0.8)
        places.append(answer)
        labels.append(text("figure.answer"))
    label = text("figure.point", kr=text.kr(result.estimate))
    style.mark_point(ax, result.estimate, label)
    ax.set_ylim((places[-1] if places else 0.0) + 0.55, -0.75)
    ax.set_yticks(places, labels)
    if band:
        ax.get_yticklabels()[-1].set_fontweight("bold")
    style.kr_axis(ax, text, text("figure.difference"), [*ends, result.estimate])
    return ax


def _ends(
    ax: Axes,
    labels: tuple[str, str],
    y: float,
    beside: tuple[float, float],
    weight: str = "normal",
) -> None:
    """Write an interval's limits beside the outermost of what is drawn in its row."""
    for label, x, left in zip(labels, beside, (True, False), strict=True):
        style.end_label(ax, label, x, y, left=left, weight=weight)
