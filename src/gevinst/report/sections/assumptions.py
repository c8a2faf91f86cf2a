"""What was assumed: sources, rates and their spread, and what a reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.study import Distribution
from gevinst.text import Language

if TYPE_CHECKING:
    from gevinst.report.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """Sources in words, the rate table, the notes with their quotes, the references."""
    study = results.study
    return {
        "sources": [
            (text(f"source.{source.name}"), text.label(source.basis)) for source in study.sources
        ],
        "rates": [
            {
                "id": rate.id,
                "kr": text.number(rate.kr, 0 if rate.kr == round(rate.kr) else 2),
                "unit": text("unit.kr" if rate.unit == "kr" else "unit.kr_per_year"),
                "printed": ""
                if rate.printed is None
                else text("report.assumptions.printed", kr=text.number(rate.printed)),
                "spread": _spread(rate.distribution, text),
                "why": text.label(study.assumptions[rate.distribution.assumption]),
                "source": rate.source,
            }
            for rate in study.rates
        ],
        "notes": [
            {"text": text.label(note.label), "quote": note.quote, "source": note.source}
            for note in study.notes
        ],
        "references": [(name, text.label(label)) for name, label in study.references.items()],
    }


def _spread(distribution: Distribution, text: Language) -> str:
    """Say a distribution in words."""
    return text(
        f"distribution.{distribution.kind}",
        cv=text.percent(distribution.cv),
        low=text.number(distribution.low),
        high=text.number(distribution.high),
    )
