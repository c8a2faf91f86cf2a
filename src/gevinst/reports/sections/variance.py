"""What the uncertainty is about: each source's share, and a sentence."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The sentence, the figure, and the shares as a table."""
    found = results.variance
    if not found.varied:
        return {"sentence": found.sentence(text.code), "figure": None, "rows": []}
    return {
        "sentence": found.sentence(text.code),
        "figure": found.picture(lang=text.code),
        "couplings": [text(f"coupling.{coupling}") for coupling in found.by_coupling],
        "method": text(f"variance.{found.method}"),
        "rows": found.rows(text.code),
    }
