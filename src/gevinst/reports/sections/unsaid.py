"""What the numbers do not say."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.study.conventions import ALL
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
    payers = [payer for payer in study.payers if payer.id == study.conventions.perspective]
    if study.conventions.perspective == ALL and len(study.payers) == 1:
        payers = list(study.payers)
    if payers:
        said.append(text("report.unsaid.payers", payer=text.label(payers[0].label)))
    if study.statuses and not study.stated:
        said.append(text("report.unsaid.regression"))
    said.append(text("report.unsaid.worth"))
    return {"said": said}
