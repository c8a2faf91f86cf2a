"""What would make the answer surer: ten more citizens, how many it takes, what to write down."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language

GAPS = 4
"""So much of what was left open is shown: what the most hangs on."""


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Say what a plan says, with its first figure and a table; and what was left open.

    None, which leaves the section out, where there is no plan and nothing was left open.
    """
    found = results.plan
    if found.reason and not found.gaps:
        return None
    first, *others = found.sentences(text)
    return {
        "first": first,
        "others": others,
        "figure": None if found.reason else found.picture(lang=text.code),
        "table": [] if found.reason else found.cells(text),
        "notes": [] if found.reason else found.notes(text),
        "gaps": [gap.said(text) for gap in found.gaps[:GAPS]],
    }
