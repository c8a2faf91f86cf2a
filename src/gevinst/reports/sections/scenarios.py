"""The same calculation under other choices: every combination in one figure, and each by itself."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.scenarios import said
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The signs first, the curve, what each choice does, and the step rules of time in a sentence.

    None, which leaves the section out, where the study leaves nothing open.
    """
    found = results.scenarios
    if not found.axes:
        return None
    heads, _, *rows = said.swings(found, text)
    return {
        "signs": said.signs(found, text),
        "stated": results.study.stated,
        "figure": found.picture(lang=text.code),
        "heads": heads,
        "rows": rows,
        "notes": [*said.columns(found, text), *said.accumulated(found, text)],
    }
