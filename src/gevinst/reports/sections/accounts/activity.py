"""Contacts and their cost over the years, an account beside the difference."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Sentences, the figure, and a table per arm.

    None, which leaves the section out, where the study has no such account.
    """
    found = results.activity
    if found is None:
        return None
    arms = dict.fromkeys(course.arm for course in found.courses)
    return {
        "sentences": found.sentences(text),
        "figure": found.picture(lang=text.code) if found.pictures else None,
        "heads": found.heads(text),
        "arms": [
            {
                "label": text.label(found.labels[arm]),
                "rows": [
                    [found.item(course, text), *found.cells(course, text)]
                    for course in found.courses
                    if course.arm == arm
                ],
            }
            for arm in arms
        ],
        "notes": found.notes(text),
    }
