"""Which published figures do not follow from their own inputs."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.audit.finding import ROUNDING, SEVERITIES
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The count, and the findings by severity; roundings are only counted."""
    audit = results.audit
    groups = [
        {
            "title": text(f"severity.{severity}"),
            "findings": [
                {"text": finding.message(text.code), "source": finding.source}
                for finding in audit.of(severity)
            ],
        }
        for severity in SEVERITIES
        if severity != ROUNDING and audit.of(severity)
    ]
    return {"counted": audit.counted(text.code), "groups": groups}
