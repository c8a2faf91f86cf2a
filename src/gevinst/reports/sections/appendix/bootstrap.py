"""Citizens alone: the exact intervals under each coupling, what the tables allow beneath them."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """A sentence, the two-bar figure, a table row per coupling, and why these intervals."""
    found = results.bootstrap
    answer: dict[str, Any] = {"sentence": found.sentence(text.code), "reason": found.reason}
    if found.reason:
        return answer
    rows = [
        {
            "label": text(f"coupling.{coupling}"),
            "error": text.number(estimate.standard_error),
            "limits": [interval.written(text) for interval in found.intervals(coupling)],
            "positive": found.positive(text, coupling),
        }
        for coupling, estimate in found.difference.items()
    ]
    level = text.percent(found.level)
    return {
        **answer,
        "figure": found.picture(lang=text.code),
        "methods": [f"{text(f'method.{method}')} {level}" for method in found.methods],
        "positive": found.positive(text),
        "rows": rows,
        "explained": " ".join([*found.asides(text), found.explain(text.code)]),
    }
