"""Contacts and their cost: are years comparable, and what do other cells say of a masked one?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gevinst.analyses.audit.evidence import StudyEvidence
from gevinst.analyses.audit.finding import Finding, Place, Quantity
from gevinst.study.claims import Activity
from gevinst.study.study import Study

JUMP = 1.5
"""A unit cost that rises or falls by more than this factor in both groups alike is a jump."""


@dataclass(frozen=True)
class Jump:
    """A cost per contact that rises or falls between two years in every group alike.

    Parameters
    ----------
    item : str
        Id.
    before, after : int
        Two years that follow each other in the account.
    ratios : mapping of str to float
        Per arm the cost per contact after, over that before.
    first : Activity
        The first arm's cell of the later year.
    """

    item: str
    before: int
    after: int
    ratios: Mapping[str, float]
    first: Activity


def jumps_of(study: Study) -> Iterator[Jump]:
    """Find every jump of an account."""
    for item in study.activity_items:
        series = {
            arm: {a.year: a for a in study.activity if (a.item, a.arm) == (item.id, arm)}
            for arm in study.axes.arms
        }
        years = sorted(set.intersection(*(set(found) for found in series.values())))
        for before, after in pairwise(years):
            ratios = {arm: _ratio(found[before], found[after]) for arm, found in series.items()}
            known = {arm: ratio for arm, ratio in ratios.items() if ratio is not None}
            if len(known) < len(ratios):
                continue
            if all(r > JUMP for r in known.values()) or all(r < 1 / JUMP for r in known.values()):
                yield Jump(item.id, before, after, known, series[study.axes.arms[0]][after])


def jumps(evidence: StudyEvidence) -> Iterator[Finding]:
    """Cost per contact that jumps between two years in both groups alike: prices, not people."""
    labels = {item.id: item.label for item in evidence.study.activity_items}
    for jump in jumps_of(evidence.study):
        changes = tuple(Quantity(100 * (r - 1), "pct") for r in jump.ratios.values())
        yield Finding(
            "unit_cost_jump",
            f"{jump.item}.{jump.after}",
            jump.first.source,
            values={
                "place": Place((labels[jump.item],)),
                "before": jump.before,
                "after": jump.after,
                "changes": Place(changes),
            },
            ties=(f"prices {jump.before} {jump.after}",),
        )


def _ratio(before: Activity, after: Activity) -> float | None:
    """Factor in cost per contact; None where a count is masked or zero."""
    if len(before.contacts) > 1 or len(after.contacts) > 1:
        return None
    if not (before.kr and before.contacts[0] and after.contacts[0]):
        return None
    return (after.kr / after.contacts[0]) / (before.kr / before.contacts[0])


def narrowed(hidden: Activity, activity: Sequence[Activity]) -> tuple[int, int] | None:
    """Fewest and most contacts of a masked cell, if its cost per contact is like the item's others.

    All it can be where that is outside what others show; None where nothing is masked, or no other
    cell says anything.
    """
    if len(hidden.contacts) < 2 or not hidden.kr:
        return None
    seen = [
        a.kr / a.contacts[0]
        for a in activity
        if a.item == hidden.item and len(a.contacts) == 1 and a.contacts[0]
    ]
    if max(seen, default=0.0) <= 0.0:
        return None
    low = max(hidden.contacts[0], math.ceil(hidden.kr / max(seen) - 1e-9))
    high = hidden.contacts[-1]
    if min(seen) > 0.0:  # contacts that cost nothing leave their number open
        high = min(high, math.floor(hidden.kr / min(seen) + 1e-9))
    # Else the cell's own cost per contact lies outside what is seen elsewhere.
    return (low, high) if low <= high else (hidden.contacts[0], hidden.contacts[-1])


def masked(evidence: StudyEvidence) -> Iterator[Finding]:
    """Masked counts, and how far the cost per contact of the other cells narrows them."""
    for hidden in evidence.study.activity:
        ends = narrowed(hidden, evidence.study.activity)
        if ends is None:
            continue
        yield Finding(
            "masked",
            f"{hidden.item}.{hidden.arm}.{hidden.year}",
            hidden.source,
            values={
                "place": evidence.labels(hidden.item, hidden.arm),
                "year": hidden.year,
                "kr": Quantity(hidden.kr),
                "low": ends[0],
                "high": ends[1],
                "least": hidden.contacts[0],
                "most": hidden.contacts[-1],
            },
            ties=("masked",),
        )
