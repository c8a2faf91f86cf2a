"""Citizens alone: the exact intervals under each coupling, what the tables allow beneath them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.analyses.bootstrap import written
from gevinst.plots import style, two_bars
from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """A sentence, the two-bar figure, a table row per coupling, and why these intervals."""
    found = results.bootstrap
    answer: dict[str, Any] = {"sentence": found.sentence(text.code), "reason": found.reason}
    if found.reason:
        return answer
    rows = []
    for coupling, estimate in found.difference.items():
        rows.append(
            {
                "label": text(f"coupling.{coupling}"),
                "error": text.number(estimate.standard_error),
                "limits": [written(interval, text) for interval in found.intervals(coupling)],
                "positive": text.percent(estimate.probability_positive, 1),
            }
        )
    title = text("figure.two_bars_title")
    described = "; ".join(f"{row['label']}: {row['limits'][0]}" for row in rows)
    level = text.percent(found.level)
    caption = "two_bars_caption" if len(rows) > 1 else "two_bars_caption_one"
    return {
        **answer,
        "figure": style.svg(two_bars.plot(found, lang=text.code), title, described),
        "caption": text(f"figure.{caption}", level=level),
        "methods": [f"{text(f'method.{method}')} {level}" for method in found.methods],
        "rows": rows,
        "explained": " ".join([*found.asides(text), found.explain(text.code)]),
    }
