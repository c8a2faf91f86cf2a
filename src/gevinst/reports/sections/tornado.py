"""One source at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.plots import style
from gevinst.plots.tornado import plot
from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """The figure and, in words, what each bar is."""
    labels = {source.name: text.label(source.basis) for source in results.study.sources}
    bars = []
    for name, found in results.tornado.alone.items():
        ends = [draws.to_dict() for draws in found.by_coupling.values()]
        low = min(ends, key=lambda e: e["interval"]["low"])
        high = max(ends, key=lambda e: e["interval"]["high"])
        bars.append(
            {
                "label": text.label(found.varied[0].label),
                "basis": labels[name],
                "low": text.earned(low["interval"]["low"], low["mcse"]["low"]),
                "high": text.earned(high["interval"]["high"], high["mcse"]["high"]),
            }
        )
    if not bars:
        return {"figure": "", "caption": text("report.tornado.nothing"), "bars": []}
    title = text("figure.tornado_title")
    description = "; ".join(
        text("figure.bar_alt", source=bar["label"], low=bar["low"], high=bar["high"])
        for bar in bars
    )
    figure = style.svg(plot(results.tornado, lang=text.code), title, description)
    return {"figure": figure, "caption": text("figure.tornado_caption"), "bars": bars}
