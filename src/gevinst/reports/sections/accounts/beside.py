"""What stands beside the money: a figure, and for each of several a table and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.analyses.accounts.outcomes import Outcomes
    from gevinst.analyses.accounts.yearly import Accounts


def beside(
    found: Outcomes | Accounts, each: Iterable[Any], heading: str, text: Language
) -> dict[str, Any]:
    """Return what `beside.html` shows of an answer, per thing that it answers for."""
    return {
        "heading": text(heading),
        "figure": found.picture(lang=text.code) if found.pictures else None,
        "found": [
            {
                "label": found.name(one, text),
                "heads": found.heads(one, text),
                "rows": found.rows(one, text),
                "sentences": found.sentences(one, text),
            }
            for one in each
        ],
        "notes": found.notes(text),
    }
