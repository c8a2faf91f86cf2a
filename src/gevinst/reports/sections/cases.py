"""The described cases: what each stands for and saves, and what is left without it."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The sentence, the figure and the table; None where the study describes no cases."""
    found = results.cases
    if found is None:
        return None
    return {
        "sentence": found.sentence(text.code),
        "written": results.sensitivity.break_even.written(text),
        "figure": found.picture(lang=text.code),
        "table": found.cells(text),
    }


def every(results: Results, text: Language) -> dict[str, Any] | None:
    """How far citizens of a type might differ; None where the study describes no cases."""
    found = results.cases
    if found is None:
        return None
    return {"spread": found.spread_cells(text), "assumed": found.assumed(text)}
