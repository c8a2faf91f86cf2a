"""audit(study): run every check and gather what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

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
from gevinst.analyses.audit.causes import Cause, causes
from gevinst.analyses.audit.evidence import Evidence, StudyEvidence, half_digit
from gevinst.analyses.audit.finding import ROUNDING, SEVERITIES, Finding
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.provenance import provenance as provenance_of
from gevinst.study.claims import Published
from gevinst.study.study import Study
from gevinst.text.language import Language, language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Check:
    """A row of the table of checks.

    Parameters
    ----------
    codes : tuple of str
        Codes of the findings it can give.
    of : callable
        The check: evidence -> findings.
    needs_study : bool
        Whether it has nothing to say of a bare table; it then takes `StudyEvidence`.
    deviating : tuple of str
        Those of its codes that say a figure does not follow; the others say what else a reader
        must know of it.
    needs_prices : bool
        Whether what it reads of a study is of money.
    """

    codes: tuple[str, ...]
    of: Callable[[Any], Iterator[Finding]]
    needs_study: bool = True
    deviating: tuple[str, ...] = ()
    needs_prices: bool = True

    def takes(self, study: Study) -> bool:
        """Whether a study has what it reads; one of outcomes alone has no prices."""
        return study.priced or not (self.needs_study and self.needs_prices)


_OFF = ("headline", "figure", "claim", "formula")
_NO_COUNT = ("no_count", "no_count_but", "no_known_count", "other_count")
_ORIGINS = ("provenance_copy", "provenance_difference", "provenance_sum")

CHECKS = (
    Check(("rounding", *_OFF), arithmetic.follows, needs_study=False, deviating=_OFF),
    Check(("range",), arithmetic.ranges, needs_study=False),
    Check(("together",), arithmetic.together, deviating=("together",)),
    Check(("rate",), rates.cells),
    Check(("price",), rates.price_part),
    Check(_NO_COUNT, percentages.grim, needs_study=False, deviating=_NO_COUNT),
    Check(("common_base",), percentages.common, needs_study=False),
    Check(("parts", "parts_of_whom"), percentages.parts, needs_study=False),
    Check(("denominators", "few_people"), percentages.changes, needs_study=False),
    Check((*_ORIGINS, "used_twice", "never_used"), provenance.search, needs_study=False),
    Check(("payer_part",), payers.other_part),
    Check(("payer_whose",), payers.whose),
    Check(("arm_price",), payers.arm_prices),
    Check(("not_itemised",), payers.not_itemised),
    Check(("alternative",), alternatives.stated),
    Check(("one_stratum",), alternatives.one_stratum),
    Check(("empty_period",), alternatives.empty_periods),
    Check(("lost_at_no_cost",), people.lost_at_no_cost),
    Check(("one_citizen",), people.few_citizens),
    Check(("heads",), people.per_enrolled),
    Check(("precision",), people.precision),
    Check(("flow_and_one_off",), conventions.flow_and_one_off),
    Check(("flow_as_total", "before_after_as_effect"), conventions.said_as, needs_study=False),
    Check(("years",), conventions.years, needs_study=False),
    Check(("unit_cost_jump",), activity.jumps, needs_prices=False),
    Check(("masked",), activity.masked, needs_prices=False),
)
"""Every check, in the order its findings are gathered. To add one: a function, a row here, and a
text `finding.<code>` in both languages for each of its codes."""

DEVIATING = tuple(code for check in CHECKS for code in check.deviating)
"""Codes that say a figure does not follow."""


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
        Those of them that follow from inputs or from other figures, within their own rounding.
    rounded : int
        Those that follow within the roundings of their inputs too, and not without.
    unchecked : tuple of str
        Ids of figures that nothing in the study says anything of: they are only stated.
    provenance : Provenance or None
        Study hash, versions and conventions; None for a table by itself.
    allowed : mapping of float to int
        Of a table by itself: unit of the last printed digit -> how many figures are taken so; 0 is
        an exact count.
    """

    name: str
    language: str
    findings: tuple[Finding, ...]
    figures: int
    reproduced: int
    rounded: int
    unchecked: tuple[str, ...]
    provenance: Provenance | None = None
    allowed: Mapping[float, int] = field(default_factory=dict)

    disregards: ClassVar[tuple[str, ...]] = ()

    def of(self, *severities: str) -> tuple[Finding, ...]:
        """Findings of the given severities."""
        return tuple(f for f in self.findings if f.severity in severities)

    @property
    def deviating(self) -> int:
        """Figures that do not follow. All are reproduced, rounded, unchecked, or this."""
        return self.figures - self.reproduced - self.rounded - len(self.unchecked)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Findings by what they come from, the gravest first; roundings are no findings here."""
        return causes([finding for finding in self.findings if finding.severity != ROUNDING])

    def not_rebuilt(self) -> tuple[Finding, ...]:
        """Findings that say a figure does not follow, the headline first."""
        return tuple(finding for finding in self.findings if finding.code in DEVIATING)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Everything as plain values, ready for JSON; causes name positions among the findings."""
        at = {id(finding): i for i, finding in enumerate(self.findings)}
        return {
            "study": self.name,
            "figures": self.figures,
            "reproduced": self.reproduced,
            "rounded": self.rounded,
            "deviating": self.deviating,
            "unchecked": list(self.unchecked),
            "allowed": [{"rounding": r, "figures": n} for r, n in sorted(self.allowed.items())],
            "causes": [
                {
                    "severity": cause.severity,
                    "members": [at[id(finding)] for finding in cause.members],
                    "consequences": [at[id(finding)] for finding in cause.consequences],
                }
                for cause in self.causes
            ],
            "findings": [finding.to_dict(lang) for finding in self.findings],
            "provenance": None if self.provenance is None else self.provenance.to_dict(),
        }

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """One row per finding, with the number of its cause; roundings have none."""
        import pandas as pd

        place = {
            id(f): {"cause": i, "consequence": f in cause.consequences}
            for i, cause in enumerate(self.causes, 1)
            for f in cause.findings
        }
        rows = [{**f.to_dict(lang), **place.get(id(f), {})} for f in self.findings]
        columns = ("cause", "consequence", "code", "figure", "source")
        numbers = ("published", "recomputed", "deviation", "headline", "severity", "message")
        found = pd.DataFrame(rows, columns=[*columns, *numbers])
        return found.astype({"cause": "Int64"})

    def summary(self, lang: str = "en") -> str:
        """Say what was found, gravest first, in ``en`` or ``da``; roundings are only counted."""
        text = language(lang)
        lines = [self.counted(lang)]
        if self.allowed:
            lines.append(text("audit.allowed", allowed=self._allowed(text)))
        if self.provenance is not None:
            lines += self.provenance.discounted(text.code)
            lines += [text("discount.unstated")] * self.provenance.undiscounted
        for severity in SEVERITIES:
            found = [cause for cause in self.causes if cause.severity == severity]
            if found:
                lines += ["", f"{text(f'severity.{severity}')} ({len(found)})"]
            for cause in found:
                first, *rest = cause.members
                lines.append(f"- {first.told(lang)}")
                lines += [f"  - {finding.told(lang)}" for finding in rest]
                if cause.consequences:
                    lines.append(f"  {text('audit.consequences')}")
                lines += [f"  - {finding.told(lang)}" for finding in cause.consequences]
        return "\n".join(lines)

    def _allowed(self, text: Language) -> str:
        """List how far how many figures may be off."""
        said = []
        for rounding, n in sorted(self.allowed.items()):
            key = "audit.exact" if rounding == 0 else "audit.within"
            said.append(text(key, n=n, half=text.significant(rounding / 2)))
        return ", ".join(said)

    def counted(self, lang: str) -> str:
        """Say how many figures were looked at, reproduced, and only stated."""
        text = language(lang)
        numbers = {
            "reproduced": self.reproduced,
            "rounded": self.rounded,
            "deviating": self.deviating,
            "unchecked": len(self.unchecked),
        }
        parts = [text(f"audit.count.{name}", n=n) for name, n in numbers.items() if n]
        return text(
            "audit.counted" if self.figures else "audit.counted_none",
            figures=self.figures,
            parts=", ".join(parts),
            findings=sum(len(cause.findings) for cause in self.causes),
            causes=len(self.causes),
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

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.audit(gv.load("ishoj-smc"))
    >>> found.figures, found.deviating
    (188, 7)
    """
    evidence = StudyEvidence(study.published, study)
    checks = [check for check in CHECKS if check.takes(study)]
    return _run(evidence, checks, study.id, study.language, provenance_of(study))


def audit_table(figures: tuple[Published, ...], name: str = "table") -> Audit:
    """Check a table of published figures by itself: formulas, percentages, provenance.

    Parameters
    ----------
    figures : tuple of Published
        Read by `gevinst.files.bare.figures.read_figures`, or made.
    name : str
        What the result calls it.
    """
    return _run(Evidence(figures), [check for check in CHECKS if not check.needs_study], name)


def _run(
    evidence: Evidence,
    checks: Iterable[Check],
    name: str,
    lang: str = "en",
    made: Provenance | None = None,
) -> Audit:
    found = [
        finding
        for check in checks
        for finding in check.of(evidence)
        if not evidence.explained(finding.figure)  # suppressed counts can explain it
    ]
    found.sort(key=lambda f: (SEVERITIES.index(f.severity), f.code != "headline"))
    said = {*evidence.recomputed, *evidence.formulas}
    unchecked = [f.id for f in evidence.figures if f.id not in said and not f.of]
    off = {f.figure for f in found if f.code in DEVIATING} | evidence.off
    off -= {*unchecked, *filter(evidence.explained, off)}
    rounded = {f.figure for f in found if f.code == "rounding"} - off
    follow = len(evidence.figures) - len(off & evidence.by_id.keys()) - len(rounded)
    return Audit(
        name,
        lang,
        tuple(found),
        len(evidence.figures),
        follow - len(unchecked),
        len(rounded),
        tuple(unchecked),
        made,
        Counter(2 * half_digit(f) for f in evidence.figures) if made is None else {},
    )
