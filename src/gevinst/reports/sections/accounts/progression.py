"""Where the citizens were, and what of each change in cost is citizens and what is rates."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Sentences, the figure, and a table per arm.

    None, which leaves the section out, where nobody is counted at two times.
    """
    found = results.progression
    if found is None:
        return None
    arms = [
        {
            "label": text.label(arm.label),
            "rows": [
                [found.label(part, text), *found.cells(part, text)]
                for part in found.parts
                if part.arm == arm.id
            ],
        }
        for arm in results.study.arms
    ]
    return {
        "sentences": found.sentences(text),
        "people": found.people(text),
        "figure": found.picture(lang=text.code),
        "heads": found.heads(text),
        "arms": arms,
        "notes": found.notes(text),
    }
