"""Raw against standardised differences on one axis: bands and intervals for every weighting.

As in two bars: thick is what the tables allow, thin what sampling adds. A row has a bar for each
reading of those lost to follow-up.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gevinst.analyses.standardise import RAW, Standardised
from gevinst.analyses.stratum_gains import MOVED
from gevinst.plots import style
from gevinst.text.language import language

_COLOURS = {
    "as_published": style.COUPLING_COLOURS["narrowest"],
    "left_out": style.COUPLING_COLOURS["widest"],
}


def plot(results: Sequence[Standardised], *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw bands and intervals.

    Parameters
    ----------
    results : sequence of Standardised
        Those of one rate basis, weighting and reading of the moved after the other; each basis
        gets a heading, each weighting a row.
    ax : matplotlib Axes, optional
        Where to draw; new axes by default.
    lang : str
        ``en`` or ``da``.

    Returns
    -------
    Axes
    """
    text = language(lang)
    rows = list(dict.fromkeys((r.basis, r.weights) for r in results))
    bases = list(dict.fromkeys(basis for basis, _ in rows))
    readings = [m for m in MOVED if any(r.moved == m for r in results)]
    ax = ax or style.axes(7.2, 1.3 + 0.36 * (len(rows) + len(bases)))
    height = 0.66 / len(readings)
    ends: list[float] = []
    places: list[float] = []
    labels: list[str] = []
    headings: list[int] = []
    y = 0.0
    for basis in bases:
        mine = [r for r in results if r.basis == basis]
        headings.append(len(places))
        places.append(y)
        labels.append(mine[0].basis_label(text))
        for weights in (w for of, w in rows if of == basis):
            y += 1.0
            places.append(y)
            labels.append(text(f"stratify.weights.{weights}"))
            for each in (r for r in mine if r.weights == weights):
                at = y + (readings.index(each.moved) - (len(readings) - 1) / 2) * height
                ends += _bar(ax, each, at, 0.8 * height)
        y += 1.25
    ax.set_ylim(y - 0.65, -0.6)
    ax.set_yticks(places, labels)
    for place, label in enumerate(ax.get_yticklabels()):
        label.set_fontweight("bold" if place in headings else "normal")
    style.kr_axis(ax, text, text("figure.difference"), ends)
    if len(readings) > 1:
        patches = [Patch(color=_COLOURS[m], label=text(f"figure.{m}")) for m in readings]
        ax.legend(
            handles=patches,
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=2,
            frameon=False,
            fontsize=8,
        )
    return ax


def _bar(ax: Axes, each: Standardised, y: float, height: float) -> list[float]:
    """Draw one band with its interval and return what must be in sight."""
    colour = style.POINT if each.weights == RAW else _COLOURS[each.moved]
    strength = 0.45 if each.weights == RAW and each.moved != MOVED[0] else 1.0
    ends = [each.low, each.high]
    if each.interval.available:
        ends += [each.interval.low, each.interval.high]
        ax.plot(ends[2:], [y, y], "-", color=colour, alpha=strength, linewidth=1.3, zorder=2)
    if each.identified:
        ax.plot(each.low, y, "o", color=colour, alpha=strength, markersize=4.5, zorder=4)
    else:
        ax.barh(
            y,
            each.high - each.low,
            left=each.low,
            height=height,
            color=colour,
            alpha=strength,
            zorder=2.5,
        )
    return ends
