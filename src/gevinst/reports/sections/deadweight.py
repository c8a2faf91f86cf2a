"""What may have come without the intervention, where nobody was compared with."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The sentences and the figure; None where somebody is the reference."""
    found = results.deadweight
    if found is None:
        return None
    figure = found.picture(lang=text.code) if found.pictures else None
    return {"said": found.said(text), "figure": figure}
