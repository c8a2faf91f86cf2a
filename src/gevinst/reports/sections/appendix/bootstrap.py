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
    level, positive = text.percent(found.level), found.positive(text)
    methods = [f"{text(f'method.{method}')} {level}" for method in found.methods]
    heads = [text("table.coupling"), text("report.bootstrap.error"), *methods, *positive]
    rows = [
        [
            text(f"coupling.{coupling}"),
            text.number(estimate.standard_error),
            *(interval.written(text) for interval in found.intervals(coupling)),
            *found.positive(text, coupling),
        ]
        for coupling, estimate in found.difference.items()
    ]
    return {
        **answer,
        "figure": found.picture(lang=text.code),
        "positive": positive,
        "table": [heads, *rows],
        "explained": " ".join([*found.asides(text), found.explain(text.code)]),
    }
