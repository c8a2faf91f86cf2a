"""What those who were asked answered, and what changes between two times rest on."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Each change in a sentence, the figure, and a table per question.

    None, which leaves the section out, where nothing was asked.
    """
    found = results.survey
    if found is None:
        return None
    answers = found.labels["answer"]
    return {
        "sentences": found.sentences(text),
        "figure": found.picture(lang=text.code) if found.pictures else None,
        "heads": found.heads(text),
        "questions": [
            {
                "label": found.asked(question, arm, text),
                "rows": [
                    [text.label(answers[share.answer.answer]), *found.cells(share, text)]
                    for share in shares
                ],
            }
            for (question, arm), shares in found.questions().items()
        ],
        "notes": found.notes(text),
    }
