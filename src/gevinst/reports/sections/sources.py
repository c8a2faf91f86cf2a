"""Where the uncertainty comes from: each source's share, and each input by itself."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The sentence, the shares as a figure, and the bars of the inputs one at a time."""
    shares, alone = results.variance, results.tornado
    return {
        "sentence": shares.sentence(text.code),
        "shares": shares.picture(lang=text.code) if shares.varied else None,
        "tornado": alone.picture(lang=text.code) if alone.alone else None,
    }


def shares(results: Results, text: Language) -> dict[str, Any] | None:
    """The shares as a table; None, which leaves it out, where nothing varies."""
    found = results.variance
    if not found.varied:
        return None
    couplings = [text(f"coupling.{coupling}") for coupling in found.by_coupling]
    return {
        "method": text(f"variance.{found.method}"),
        "table": [[text("variance.source"), *couplings], *found.rows(text.code)],
    }
