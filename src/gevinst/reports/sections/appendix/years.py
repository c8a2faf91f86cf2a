"""Longer than the study saw: what the difference comes to by year, under stated assumptions."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.years import said
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """What is known and what assumed, the figure, and each assumption by year.

    None where the study does not say when its times are.
    """
    found = results.years
    if found is None:
        return None
    courses = []
    for course in found.courses:
        heads, _, *rows = said.by_year(found, course, text)
        sentences = said.sentences(found, course, text)
        title = course.persistence.say(text)
        courses.append({"title": title, "heads": heads, "rows": rows, "said": sentences})
    return {
        "basis": said.basis(found, text),
        "short": said.short(found, text),
        "figure": found.picture(lang=text.code),
        "courses": courses,
    }
