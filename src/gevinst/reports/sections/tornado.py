"""One source at a time."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The figure and, in words, what each bar is."""
    found = results.tornado
    if not found.alone:
        return {"figure": None, "bars": []}
    basis = {source.name: text.label(source.basis) for source in results.study.sources}
    bars = [
        {"label": label, "basis": basis[name], "low": low, "high": high}
        for name in found.alone
        for label, low, high in [found.ends(name, text)]
    ]
    return {"figure": found.picture(lang=text.code), "bars": bars}
