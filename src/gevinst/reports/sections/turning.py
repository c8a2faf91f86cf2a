"""What would turn the difference: citizens, numbers, and how many citizens settle it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gevinst.analyses.turning.break_even import BreakEven
from gevinst.analyses.turning.fragility import Fragility
from gevinst.analyses.turning.misclassified import Misclassification
from gevinst.analyses.turning.stress import Stress
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The citizens and the numbers that would turn it as figures, and what would have to be."""
    found = results.sensitivity
    fragility, stress, distance = found.fragility, found.stress, found.break_even
    parts: list[dict[str, Any]] = []
    if fragility is not None:
        parts.append(_part(fragility, text, notes=fragility.sentences(text)[:1]))
    if stress is not None:
        parts.append(_part(stress, text, table=stress.cells(text)))
    parts.append(_part(distance, text))
    return {"parts": parts}


def _part(
    each: Fragility | BreakEven | Stress,
    text: Language,
    table: Sequence[Sequence[str]] = (),
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    figure = each.picture(lang=text.code) if each.pictures else None
    return {"title": each.heading(text), "figure": figure, "table": table, "notes": notes}


def every(results: Results, text: Language) -> dict[str, Any]:
    """A table of each question, with the sentences that belong to it."""
    found = results.sensitivity
    false = found.misclassification
    parts: tuple[tuple[Fragility | Misclassification | BreakEven | None, list[str]], ...] = (
        (found.fragility, found.fragility.sentences(text) if found.fragility else []),
        (false, false.sentences(text) if false else []),
        (found.break_even, found.break_even.notes(text)),
    )
    tables = [
        {"title": part.heading(text), "heads": heads, "rows": rows, "notes": notes}
        for part, notes in parts
        if part is not None
        for heads, *rows in [part.cells(text)]
    ]
    worth = results.worth
    if worth is None or not worth.pictures:
        return {"tables": tables, "worth": None}
    said = text("report.turning.worth", query=text.label(worth.query.label))
    return {"tables": tables, "worth": {"said": said, "figure": worth.picture(lang=text.code)}}
