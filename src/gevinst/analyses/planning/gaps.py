"""What a study left open and another could write down: its questions, and what has no number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gevinst.analyses.planning.ask import PATHS, Questions
from gevinst.analyses.planning.question import in_short
from gevinst.study.study import Study
from gevinst.text.language import Label, Language, rounded


@dataclass(frozen=True)
class Gap:
    """Something that a study did not write down.

    Parameters
    ----------
    what : str
        ``comparison``, ``other_payers``, or the kind of a `Question`.
    low, high : float or None
        Between what the difference lies as long as it is not known, kr. per citizen, all else as
        published; of ``paths`` half of the difference's interval. None where the study cannot tell.
    names : mapping of str to Label or float
        What its text names.
    """

    what: str
    low: float | None = None
    high: float | None = None
    names: Mapping[str, Label | float] = field(default_factory=dict)

    @property
    def worth(self) -> float | None:
        """What is no longer open once it is known, kr. per citizen."""
        return None if self.low is None or self.high is None else self.high - self.low

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"what": self.what, "low": self.low, "high": self.high, "worth": self.worth}

    def named(self, text: Language) -> str:
        """Say what to write down."""
        return in_short(self.what, self.names, text)

    def said(self, text: Language) -> str:
        """Say what to write down, and what hangs on it."""
        what = self.named(text)
        if self.low is None or self.high is None:
            return text("plan.gap.unknown", what=what)
        low, high = text.number(rounded(self.low)), text.kr(rounded(self.high))
        key = "half_width" if self.what == PATHS else "between"
        return text(f"plan.gap.{key}", what=what, low=low, high=high)


def gaps(study: Study, asked: Questions) -> tuple[Gap, ...]:
    """Name what a study left open and another could write down.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    asked : Questions
        What its authors could answer.

    Returns
    -------
    tuple of Gap
        A comparison first; then what the most hangs on; last what the study itself cannot price.
    """
    return tuple(sorted(_left(study, asked), key=_order))


def _order(gap: Gap) -> tuple[bool, float]:
    return gap.what != "comparison", -(gap.worth or 0.0)


def _left(study: Study, asked: Questions) -> Iterator[Gap]:
    if study.stated or len(study.arms) == 1:
        yield Gap("comparison")
    for each in asked.questions:
        if each.interval is not None:
            least, most = each.interval
            yield Gap(each.what, least / 2.0, most / 2.0)
        elif each in asked.moving:
            yield Gap(each.what, each.low, each.high, each.names)
    if len(study.payers) == 1:
        yield Gap("other_payers", names={"payer": study.payers[0].label})
