"""Outcomes in units of their own, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.alone import Alone
    from gevinst.reports.results import Results


def context(results: Results | Alone, text: Language) -> dict[str, Any] | None:
    """The figure, and per outcome a table and what is said of it.

    None, which leaves the section out, where the study states no outcomes.
    """
    found = results.outcomes
    if found is None:
        return None
    return {
        "figure": found.picture(lang=text.code) if found.pictures else None,
        "found": [
            {
                "label": found.name(each, text),
                "heads": found.heads(each, text),
                "rows": found.rows(each, text),
                "sentences": found.sentences(each, text),
            }
            for each in found.found
        ],
        "notes": found.notes(text),
    }
