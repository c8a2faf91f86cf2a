"""Where the uncertainty comes from: each source's share, and each input by itself."""

from __future__ import annotations

import math
from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """Which source has the most of it, and the bars of the inputs one at a time."""
    alone = results.tornado
    return {
        "sentence": results.variance.sentence(text.code),
        "chance": not math.isinf(results.simulation.widest.degrees_of_freedom),
        "known": results.study.stated and results.study.comparison is not None,
        "figure": alone.picture(lang=text.code) if alone.alone else None,
    }


def shares(results: Results, text: Language) -> dict[str, Any] | None:
    """The shares as a figure and a table; None, which leaves it out, where nothing varies."""
    found = results.variance
    if not found.varied:
        return None
    couplings = [text(f"coupling.{coupling}") for coupling in found.by_coupling]
    return {
        "figure": found.picture(lang=text.code),
        "method": text(f"variance.{found.method}"),
        "table": [[text("variance.source"), *couplings], *found.rows(text.code)],
    }
