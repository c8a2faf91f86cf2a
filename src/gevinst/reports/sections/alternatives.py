"""The same calculation under each stated alternative: side by side, not noise."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """A table per kind of alternative, with a row for each."""
    study = results.study
    kinds = []
    for kind, named in study.alternatives.items():
        rows = [
            {
                "label": text.label(alternative.label),
                "arms": [text.number(kr) for kr in found.net_gain_per_citizen],
                "difference": text.number(found.difference),
                "used": alternative.id == getattr(study.conventions, kind),
            }
            for alternative in named
            for found in [results.alternatives[kind, alternative.id]]
        ]
        if rows:
            kinds.append({"title": text(f"alternative.{kind}"), "rows": rows})
    return {"arms": [text.label(arm.label) for arm in study.arms], "kinds": kinds}
