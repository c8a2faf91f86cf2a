"""What the uncertainty is about: each source's share, and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.plots import style
from gevinst.plots.variance import plot
from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """The sentence, the figure, and the shares as a table."""
    found = results.variance
    if not found.varied:
        return {"sentence": found.sentence(text.code), "figure": "", "rows": []}
    rows = found.rows(text.code)
    title = text("variance.title")
    said = (text("figure.share_alt", source=row[0], share=" ; ".join(row[1:])) for row in rows)
    return {
        "sentence": found.sentence(text.code),
        "figure": style.svg(plot(found, lang=text.code), title, "; ".join(said)),
        "caption": text("variance.caption"),
        "couplings": [text(f"coupling.{coupling}") for coupling in found.by_coupling],
        "method": text(f"variance.{found.method}"),
        "rows": rows,
    }
