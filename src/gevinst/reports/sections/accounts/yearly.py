"""Totals by year that are of no persons, and how they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.reports.sections.accounts.beside import beside
from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.alone import Alone
    from gevinst.reports.results import Results


def context(results: Results | Alone, text: Language) -> dict[str, Any] | None:
    """The figure, and per account a table and what is said of it.

    None, which leaves the section out, where the study has no accounts by year.
    """
    found = results.accounts
    return None if found is None else beside(found, found.accounts, "accounts.heading", text)
