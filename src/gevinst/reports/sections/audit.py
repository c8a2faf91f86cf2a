"""Which published figures do not follow from their own inputs."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.audit.finding import SEVERITIES, Finding
from gevinst.reports.results import Results
from gevinst.reports.sections.cited import cited, placed
from gevinst.text.language import Language

OPEN = 3
"""Causes that are shown; the others of their severity stand in a fold."""


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The count, and the causes by severity, the gravest first; roundings are only counted."""
    study = results.study

    def said(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
        told = ((placed(f.message(text.code), study), cited(f.source, study)) for f in findings)
        return [{"text": message, "source": source} for message, source in told]

    audit = results.audit
    groups, left = [], OPEN
    for severity in SEVERITIES:
        causes = [
            {"members": said(cause.members), "consequences": said(cause.consequences)}
            for cause in audit.causes
            if cause.severity == severity
        ]
        if causes:
            title = text(f"severity.{severity}")
            groups.append({"title": title, "open": causes[:left], "folded": causes[left:]})
        left = max(left - len(causes), 0)
    return {"counted": audit.counted(text.code), "groups": groups}
