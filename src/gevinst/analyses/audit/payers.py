"""Printed amounts against the financing shares their own labels state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gevinst.analyses.audit.evidence import StudyEvidence
from gevinst.analyses.audit.finding import INCONSISTENCY, ROUNDING, Finding, Place, Quantity, pair
from gevinst.study.prices import Amount


def _where(evidence: StudyEvidence, amount: Amount) -> Place:
    return evidence.labels(amount.arm, amount.stratum, amount.item, amount.time)


def other_part(evidence: StudyEvidence) -> Iterator[Finding]:
    """A line labelled as one payer's part whose number is the rest of a price seen elsewhere.

    Two amounts of one line with one stated share s, per unit a and b: if a/(1 - s) = b/s within
    their roundings, a is the part that the label gives to the other payer.
    """
    groups: dict[tuple[str, float], list[Amount]] = defaultdict(list)
    for amount in evidence.study.amounts:
        stated = next(iter(amount.label_shares.values()), 1.0)
        if amount.kr > 0.0 and amount.itemised and 0.0 < stated < 1.0 and stated != 0.5:
            groups[amount.item, stated].append(amount)
    for (_, stated), amounts in groups.items():
        said: set[tuple[str, str]] = set()
        for amount in amounts:
            if (amount.arm, amount.stratum) in said:
                continue
            whole = next((b for b in amounts if _is_rest(amount, b, stated)), None)
            if whole is None:
                continue
            said.add((amount.arm, amount.stratum))
            yield Finding(
                "payer_part",
                f"{amount.item}.{amount.arm}.{amount.stratum}.{amount.time}",
                amount.source,
                amount.kr,
                amount.kr * stated / (1.0 - stated),
                values={
                    "place": _where(evidence, amount),
                    "kr": Quantity(amount.kr),
                    "rest": Quantity(100 * (1.0 - stated), "pct"),
                    "stated": Quantity(100 * stated, "pct"),
                    "whole": Quantity(amount.kr / (1.0 - stated)),
                    "there": _where(evidence, whole),
                },
                ties=("payers",),
            )


def _is_rest(amount: Amount, other: Amount, stated: float) -> bool:
    """Whether the amount is the other payer's part of the price the other amount is a part of.

    Two amounts are compared per unit and per event; where no units are stated, only within one
    period, for else a longer period looks like a larger part.
    """
    if 1.0 in (amount.units, other.units) and amount.time != other.time:
        return False
    ours, theirs = (
        1.0 / part.units / (part.probability if part.included else 1.0) / share
        for part, share in ((amount, 1.0 - stated), (other, stated))
    )
    return abs(amount.kr * ours - other.kr * theirs) <= amount.half * ours + other.half * theirs


def whose(evidence: StudyEvidence) -> Iterator[Finding]:
    """Lines whose amount reproduces the totals only as another payer's part than the label's."""
    groups: dict[str, list[Amount]] = defaultdict(list)
    for amount in evidence.study.amounts:
        first = next(iter(amount.label_shares), amount.paid_by)
        if amount.itemised and amount.kr > 0.0 and first != amount.paid_by:
            groups[amount.stratum].append(amount)
    for stratum, amounts in groups.items():
        amount = amounts[0]
        labelled = next(iter(amount.label_shares))
        items = dict.fromkeys(amount.item for amount in amounts)
        yield Finding(
            "payer_whose",
            f"lines.{stratum}.{amount.paid_by}",
            amount.source,
            sum(amount.kr for amount in amounts),
            values={
                "place": evidence.labels(stratum),
                "items": evidence.labels(*items),
                "lines": len(amounts),
                "labelled": evidence.labels(labelled),
                "payer": evidence.labels(amount.paid_by),
            },
            ties=("payers",),
        )


def arm_prices(evidence: StudyEvidence) -> Iterator[Finding]:
    """One line of one stratum and period whose price per unit differs between the arms.

    Only where units are stated: else a different amount may be a different use, which is what an
    intervention is for.
    """
    amounts, sign = evidence.study.amounts, evidence.study.contrast.sign
    other = {(a.stratum, a.item, a.time): a for a in amounts if sign(a.arm) < 0}
    for amount in amounts:
        theirs = other.get((amount.stratum, amount.item, amount.time))
        if sign(amount.arm) <= 0 or theirs is None or 1.0 in (amount.units, theirs.units):
            continue
        ours, price = amount.kr * amount.whole, theirs.kr * theirs.whole
        if abs(ours - price) > amount.half * amount.whole + theirs.half * theirs.whole:
            ours_said, theirs_said = pair(ours, price)
            yield Finding(
                "arm_price",
                f"{amount.item}.{amount.stratum}.{amount.time}",
                amount.source,
                ours,
                price,
                values={
                    "place": evidence.labels(amount.stratum, amount.item, amount.time),
                    "arm": evidence.labels(amount.arm),
                    "ours": ours_said,
                    "theirs": theirs_said,
                },
                ties=(f"price {amount.item} {amount.stratum}",),
            )


def not_itemised(evidence: StudyEvidence) -> Iterator[Finding]:
    """What a total contains beyond its lines."""
    for amount in evidence.study.amounts:
        if amount.itemised or amount.kr == 0.0:
            continue
        severity = ROUNDING if abs(amount.kr) < 2.0 else INCONSISTENCY
        yield Finding(
            "not_itemised",
            f"{amount.item}.{amount.arm}.{amount.stratum}.{amount.paid_by}",
            amount.source,
            amount.kr,
            0.0,
            severity,
            values={
                "place": _where(evidence, amount),
                "payer": evidence.labels(amount.paid_by),
                "kr": Quantity(amount.kr),
            },
            ties=("not itemised",),
        )
