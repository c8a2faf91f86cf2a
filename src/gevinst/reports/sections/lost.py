"""Those who were lost: the people, the difference by assumption, and how far it can reach."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The numbers of people, the estimates and what they are of, the figures, and the words.

    None, which leaves the section out, where nobody is known to have been lost.
    """
    found = results.missing
    if found.manski is None:
        return None
    first, *others = found.sentences(text)
    return {
        "reach": first,
        "tables": [found.flow.cells(text), found.cells(text)],
        "figures": [found.picture(name, text.code) for name in found.pictures],
        "sentences": others,
        "card": found.card(text),
    }
