"""What the numbers do not say."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """A list of what stands outside of every interval here."""
    study = results.study
    said = [text("report.unsaid.stated" if study.stated else "report.unsaid.cause")]
    until = results.missing.flow.until
    said.append(
        text("report.unsaid.later", until=text.label(until))
        if until
        else text("report.unsaid.after")
    )
    if study.whose_money:
        said.append(text("report.unsaid.payers", payer=text.label(study.whose_money)))
    before = bool(study.summaries) and study.times[0].years is not None
    if (study.statuses or before) and not study.stated:
        said.append(text("report.unsaid.regression"))
    said.append(text("report.unsaid.worth"))
    return {"said": said}
