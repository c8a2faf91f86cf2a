"""What a study left open, and what the answer is worth where the study itself can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gevinst.analyses.gain import gain, under_alternatives
from gevinst.analyses.lost.missing import missing
from gevinst.analyses.turning.misclassified import doubts, misclassification
from gevinst.stats.mean.design import Design
from gevinst.study.conventions import ALL
from gevinst.study.study import Study
from gevinst.text.language import Label, Language, rounded


@dataclass(frozen=True)
class Gap:
    """Something that a study did not write down.

    Parameters
    ----------
    what : str
        ``comparison``, ``paths``, ``lost``, ``hearsay``, ``hidden_counts``, ``basis``, ``weights``,
        ``payers`` or ``other_payers``.
    low, high : float or None
        Between what the difference lies as long as it is not known, kr. per citizen, all else as
        published; of ``paths`` half of the difference's interval. None where the study cannot tell.
    names : mapping of str to Label
        What its text names.
    """

    what: str
    low: float | None = None
    high: float | None = None
    names: Mapping[str, Label] = field(default_factory=dict)

    @property
    def worth(self) -> float | None:
        """What is no longer open once it is known, kr. per citizen."""
        return None if self.low is None or self.high is None else self.high - self.low

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"what": self.what, "low": self.low, "high": self.high, "worth": self.worth}

    def named(self, text: Language) -> str:
        """Say what to write down."""
        names = {key: text.label(label) for key, label in self.names.items()}
        return text(f"plan.gap.{self.what}", **names)

    def said(self, text: Language) -> str:
        """Say what to write down, and what hangs on it."""
        what = self.named(text)
        if self.low is None or self.high is None:
            return text("plan.gap.unknown", what=what)
        low, high = text.number(rounded(self.low)), text.kr(rounded(self.high))
        key = "half_width" if self.what == "paths" else "between"
        return text(f"plan.gap.{key}", what=what, low=low, high=high)


def gaps(study: Study, designs: Mapping[str, Design]) -> tuple[Gap, ...]:
    """Name what a study left open and another could write down.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    designs : mapping of str to Design
        What is known of its difference, per coupling; empty where there is no interval.

    Returns
    -------
    tuple of Gap
        A comparison first; then what the most hangs on; last what the study itself cannot price.
    """
    return tuple(sorted(_left(study, designs), key=_order))


def _order(gap: Gap) -> tuple[bool, float]:
    return gap.what != "comparison", -(gap.worth or 0.0)


def _left(study: Study, designs: Mapping[str, Design]) -> Iterator[Gap]:
    if study.stated or study.contrast.reference is None:
        yield Gap("comparison")
    if study.statuses and study.paths is None:
        halves = [design.half_width(design.sizes) for design in designs.values()]
        yield Gap("paths", min(halves), max(halves)) if halves else Gap("paths")
    if (reach := missing(study).manski) is not None:
        yield Gap("lost", *reach)
    if doubts(study):
        yield _hearsay(study)
    if study.masked:
        yield Gap("hidden_counts", *gain(study).bounds)
    differences: dict[str, list[float]] = {}
    for (kind, _), found in under_alternatives(study).items():
        differences.setdefault(kind, []).append(found.difference)
    for kind, each in differences.items():
        if rounded(min(each)) != rounded(max(each)):
            yield Gap(kind, min(each), max(each))
    payers = study.payers
    if len(payers) == 1 and study.conventions.perspective in (ALL, payers[0].id):
        yield Gap("other_payers", names={"payer": payers[0].label})


def _hearsay(study: Study) -> Gap:
    """Statuses that were only reported: whichever of the reports of either arm are false."""
    found = misclassification(study)
    moves = [each.citizens * each.kr for arm in found.arms for each in arm.reports]
    low, high = (sum(end(0.0, kr) for kr in moves) for end in (min, max))
    return Gap("hearsay", found.difference + low, found.difference + high)
