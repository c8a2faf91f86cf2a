"""Totals by year that are of no persons, and how they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.alone import Alone
    from gevinst.reports.results import Results


def context(results: Results | Alone, text: Language) -> dict[str, Any] | None:
    """The figure, and per account a table and what is said of it.

    None, which leaves the section out, where the study has no accounts by year.
    """
    found = results.accounts
    if found is None:
        return None
    return {
        "figure": found.picture(lang=text.code) if found.pictures else None,
        "found": [
            {
                "label": found.name(name, text),
                "heads": found.heads(name, text),
                "rows": found.rows(name, text),
                "sentences": found.sentences(name, text),
            }
            for name in found.accounts
        ],
        "notes": found.notes(text),
    }
