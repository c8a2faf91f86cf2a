"""The same calculation under each rate basis: alternatives side by side, not noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.text import Language

if TYPE_CHECKING:
    from gevinst.report.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """A row per rate basis, and what the publication says of it."""
    labels = {named.id: named.label for named in results.study.alternatives}
    return {
        "arms": [text.label(arm.label) for arm in results.study.arms],
        "rows": [
            {
                "label": text.label(labels[basis]),
                "arms": [text.number(kr) for kr in found.net_gain_per_citizen],
                "difference": text.number(found.difference),
                "used": basis == results.study.conventions.rates,
            }
            for basis, found in results.bases.items()
        ],
    }
