"""audit(study): run every check and gather what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gevinst.analyses.audit import (
    activity,
    alternatives,
    arithmetic,
    conventions,
    payers,
    people,
    percentages,
    provenance,
    rates,
)
from gevinst.analyses.audit.evidence import Evidence
from gevinst.analyses.audit.finding import ROUNDING, SEVERITIES, Finding
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.provenance import provenance as provenance_of
from gevinst.study.claims import Published
from gevinst.study.study import Study
from gevinst.text.language import language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    arithmetic.inputs,
    arithmetic.formulas,
    arithmetic.together,
    rates.cells,
    rates.price_part,
    percentages.grim,
    percentages.parts,
    percentages.changes,
    provenance.search,
    payers.other_part,
    payers.whose,
    payers.arm_prices,
    payers.not_itemised,
    alternatives.stated,
    alternatives.one_stratum,
    alternatives.empty_periods,
    people.lost_at_no_cost,
    people.few_citizens,
    people.per_enrolled,
    people.precision,
    conventions.flow_and_one_off,
    conventions.said_as,
    conventions.years,
    activity.jumps,
    activity.masked,
)
"""Every check, in the order its findings are gathered."""


DEVIATING = (
    *("figure", "claim", "formula", "together"),
    *("no_count", "no_count_but", "no_known_count", "other_count"),
)
"""Codes that say a figure does not follow; the others say what else a reader must know of it."""


@dataclass(frozen=True, repr=False)
class Audit(Result):
    """What the checks found.

    Parameters
    ----------
    name : str
        The study's id, or the table's name.
    language : str
        The study's own.
    findings : tuple of Finding
        The gravest first.
    figures : int
        Published figures looked at.
    reproduced : int
        Those of them that follow from inputs or from other figures, within rounding.
    unchecked : tuple of str
        Ids of figures that nothing in the study says anything of: they are only stated.
    provenance : Provenance or None
        Study hash, versions and conventions; None for a table by itself.
    """

    name: str
    language: str
    findings: tuple[Finding, ...]
    figures: int
    reproduced: int
    unchecked: tuple[str, ...]
    provenance: Provenance | None = None

    def of(self, *severities: str) -> tuple[Finding, ...]:
        """Findings of the given severities."""
        return tuple(f for f in self.findings if f.severity in severities)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "study": self.name,
            "figures": self.figures,
            "reproduced": self.reproduced,
            "unchecked": list(self.unchecked),
            "findings": [finding.to_dict(lang) for finding in self.findings],
            "provenance": None if self.provenance is None else self.provenance.to_dict(),
        }

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """One row per finding."""
        import pandas as pd

        rows = [finding.to_dict(lang) for finding in self.findings]
        columns = ("code", "figure", "source", "published", "recomputed", "difference")
        return pd.DataFrame(rows, columns=[*columns, "headline", "severity", "message"])

    def summary(self, lang: str = "en") -> str:
        """Say what was found, gravest first, in ``en`` or ``da``; roundings are only counted."""
        text = language(lang)
        lines = [self.counted(lang)]
        for severity in SEVERITIES:
            found = self.of(severity)
            if not found or severity == ROUNDING:
                continue
            lines += ["", f"{text(f'severity.{severity}')} ({len(found)})"]
            lines += [f"- {finding.message(lang)} [{finding.source}]" for finding in found]
        return "\n".join(lines)

    def counted(self, lang: str) -> str:
        """Say how many figures were looked at, reproduced, and only stated."""
        return language(lang)(
            "audit.counted",
            figures=self.figures,
            reproduced=self.reproduced,
            unchecked=len(self.unchecked),
            rounding=len(self.of(ROUNDING)),
            findings=len(self.findings) - len(self.of(ROUNDING)),
        )


def audit(study: Study) -> Audit:
    """Check every published figure of a study against its inputs and the other figures.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.

    Returns
    -------
    Audit
        Findings say what differs and what it means for the headline; which of two figures is the
        right one they do not say, for the publication's inputs cannot tell.
    """
    return _run(Evidence(study.published, study), study.id, study.language)


def audit_table(figures: tuple[Published, ...], name: str = "table") -> Audit:
    """Check a table of published figures by itself: formulas, percentages, provenance.

    Parameters
    ----------
    figures : tuple of Published
        Read by `gevinst.files.figures.read_figures`, or made.
    name : str
        What the result calls it.
    """
    return _run(Evidence(figures), name, "en")


def _run(evidence: Evidence, name: str, lang: str) -> Audit:
    found = [
        finding
        for check in CHECKS
        for finding in check(evidence)
        if not evidence.explained(finding.figure)  # suppressed counts can explain it
    ]
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    said = {*evidence.recomputed, *evidence.formulas}
    checked = [f for f in evidence.figures if f.id in said or f.of]
    off = {finding.figure for finding in found if finding.code in DEVIATING}
    return Audit(
        name,
        lang,
        tuple(found),
        len(evidence.figures),
        sum(1 for figure in checked if figure.id not in off and evidence.agrees(figure)),
        tuple(f.id for f in evidence.figures if f not in checked),
        None if evidence.study is None else provenance_of(evidence.study),
    )
