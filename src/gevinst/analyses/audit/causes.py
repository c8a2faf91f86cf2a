"""Findings by what they come from: one cause, its members, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gevinst.analyses.audit.finding import SEVERITIES, Finding


@dataclass(frozen=True)
class Cause:
    """Findings that are about one thing.

    Parameters
    ----------
    members : tuple of Finding
        What it is seen in, the gravest first; at least one.
    consequences : tuple of Finding
        What follows from it.
    """

    members: tuple[Finding, ...]
    consequences: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Members, then consequences."""
        return self.members + self.consequences

    @property
    def severity(self) -> str:
        """The gravest severity among its findings."""
        return min((f.severity for f in self.findings), key=SEVERITIES.index)


def causes(findings: Sequence[Finding]) -> tuple[Cause, ...]:
    """Join findings that share a tie, one through another, into causes.

    Parameters
    ----------
    findings : sequence of Finding
        In the order in which they are to be told.

    Returns
    -------
    tuple of Cause
        In the order of severity, then of their first findings. Together they hold each finding
        once. Where all of a cause follow from something that is no finding, all are members.
    """
    first: dict[str, int] = {}
    group = list(range(len(findings)))

    def root(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    for i, finding in enumerate(findings):
        for tie in finding.ties:
            one, other = sorted((root(i), root(first.setdefault(tie, i))))
            group[other] = one
    joined: dict[int, list[Finding]] = defaultdict(list)
    for i, finding in enumerate(findings):
        joined[root(i)].append(finding)
    found = []
    for each in joined.values():
        members = tuple(finding for finding in each if not finding.consequence)
        after = tuple(finding for finding in each if finding.consequence)
        found.append(Cause(members, after) if members else Cause(after))
    return tuple(sorted(found, key=lambda cause: SEVERITIES.index(cause.severity)))
