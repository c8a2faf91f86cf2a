"""Which published figures do not follow from their own inputs."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.audit.finding import SEVERITIES, Finding
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The count, and the findings by severity and cause; roundings are only counted."""

    def said(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
        return [{"text": f.message(text.code), "source": f.source} for f in findings]

    audit = results.audit
    groups = [
        {
            "title": text(f"severity.{severity}"),
            "causes": [
                {"members": said(cause.members), "consequences": said(cause.consequences)}
                for cause in audit.causes
                if cause.severity == severity
            ],
        }
        for severity in SEVERITIES
    ]
    kept = [group for group in groups if group["causes"]]
    return {"counted": audit.counted(text.code), "groups": kept}
