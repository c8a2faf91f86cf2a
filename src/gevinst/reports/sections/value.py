"""What it would be worth to know more before choosing: everything, and each source."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language

MOST_ROWS = 7
"""Sources that are shown: those worth most."""


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The figure, the values as a table, and what they mean; None where there are none."""
    found = results.value
    if found.reason or not found.known:
        return None
    heads, *rows = found.cells(text)
    return {
        "said": found.sentences(text),
        "figure": found.picture(lang=text.code),
        "heads": heads,
        "rows": rows[: 1 + MOST_ROWS],
    }
