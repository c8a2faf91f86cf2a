"""Outcomes in units of their own, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.reports.sections.accounts.beside import beside
from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.alone import Alone
    from gevinst.reports.results import Results


def context(results: Results | Alone, text: Language) -> dict[str, Any] | None:
    """The figure, and per outcome a table and what is said of it.

    None, which leaves the section out, where the study states no outcomes.
    """
    found = results.outcomes
    return None if found is None else beside(found, found.found, "outcomes.heading", text)
