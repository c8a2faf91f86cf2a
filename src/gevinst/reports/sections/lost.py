"""Those who were lost: the people, the difference by assumption, and how far it can reach."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """How far it can reach, the difference by assumption as a figure, and the numbers of people.

    None, which leaves the section out, where nobody is known to have been lost.
    """
    found = results.missing
    if found.manski is None:
        return None
    return {
        "reach": found.reach(text),
        "figure": found.picture(lang=text.code),
        "flow": found.flow.cells(text),
    }


def assumed(results: Results, text: Language) -> dict[str, Any] | None:
    """The difference by assumption as a table, what is estimated, and what the table does not say.

    None, which leaves it out, where nobody is known to have been lost.
    """
    found = results.missing
    if found.manski is None:
        return None
    _, *others = found.sentences(text)
    return {
        "table": found.cells(text),
        "card": found.card(text),
        "sentences": others,
        "figures": [found.picture(name, text.code) for name in found.pictures[1:]],
    }
