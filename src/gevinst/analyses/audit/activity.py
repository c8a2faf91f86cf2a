"""Contacts and their cost: are years comparable, and what do other cells say of a masked one?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from gevinst.analyses.audit.evidence import StudyEvidence
from gevinst.analyses.audit.finding import Finding, Place, Quantity
from gevinst.study.claims import Activity

JUMP = 1.5
"""A unit cost that rises or falls by more than this factor in both groups alike is a jump."""


def jumps(evidence: StudyEvidence) -> Iterator[Finding]:
    """Cost per contact that jumps between two years in both groups alike: prices, not people."""
    study = evidence.study
    for item in study.activity_items:
        series = {
            arm: {a.year: a for a in study.activity if (a.item, a.arm) == (item.id, arm)}
            for arm in study.axes.arms
        }
        years = sorted(set.intersection(*(set(found) for found in series.values())))
        for before, after in pairwise(years):
            ratios = [_ratio(found[before], found[after]) for found in series.values()]
            known = [ratio for ratio in ratios if ratio is not None]
            if len(known) < len(ratios):
                continue
            if all(r > JUMP for r in known) or all(r < 1 / JUMP for r in known):
                first = series[study.axes.arms[0]][after]
                yield Finding(
                    "unit_cost_jump",
                    f"{item.id}.{after}",
                    first.source,
                    values={
                        "place": Place((item.label,)),
                        "before": before,
                        "after": after,
                        "changes": Place(tuple(Quantity(100 * (r - 1), "pct") for r in known)),
                    },
                    ties=(f"prices {before} {after}",),
                )


def _ratio(before: Activity, after: Activity) -> float | None:
    """Factor in cost per contact; None where a count is masked or zero."""
    if len(before.contacts) > 1 or len(after.contacts) > 1:
        return None
    if not (before.kr and before.contacts[0] and after.contacts[0]):
        return None
    return (after.kr / after.contacts[0]) / (before.kr / before.contacts[0])


def masked(evidence: StudyEvidence) -> Iterator[Finding]:
    """Masked counts, and how far the cost per contact of the other cells narrows them."""
    for hidden in evidence.study.activity:
        if len(hidden.contacts) < 2:
            continue
        seen = [
            a.kr / a.contacts[0]
            for a in evidence.study.activity
            if a.item == hidden.item and len(a.contacts) == 1 and a.contacts[0]
        ]
        if not hidden.kr or max(seen, default=0.0) <= 0.0:
            continue
        low = max(hidden.contacts[0], math.ceil(hidden.kr / max(seen) - 1e-9))
        high = hidden.contacts[-1]
        if min(seen) > 0.0:  # contacts that cost nothing leave their number open
            high = min(high, math.floor(hidden.kr / min(seen) + 1e-9))
        if low > high:  # the cell's own cost per contact lies outside what is seen elsewhere
            low, high = hidden.contacts[0], hidden.contacts[-1]
        yield Finding(
            "masked",
            f"{hidden.item}.{hidden.arm}.{hidden.year}",
            hidden.source,
            values={
                "place": evidence.labels(hidden.item, hidden.arm),
                "year": hidden.year,
                "kr": Quantity(hidden.kr),
                "low": low,
                "high": high,
                "least": hidden.contacts[0],
                "most": hidden.contacts[-1],
            },
            ties=("masked",),
        )
