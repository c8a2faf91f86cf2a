"""What intervals of small groups promise: measured coverage, and kinds of citizen never seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gevinst.stats.intervals import DEFAULTS
from gevinst.stats.mean.coverage import ENOUGH, Promise, like, unseen_share
from gevinst.stats.mean.estimate import MeanEstimate
from gevinst.study.people import gain_support
from gevinst.study.study import Study
from gevinst.text.language import Language


def promise_said(promised: Promise, text: Language) -> list[str]:
    """Say how often the defaults held the truth at the least, where, and whether that is enough."""
    setting = promised.setting
    welch, other = (promised.coverage[method] for method in DEFAULTS)
    said = text(
        f"bootstrap.coverage_{'some' if promised.settings else 'nearest'}",
        count=text.number(promised.settings),
        setting=text(f"setting.{setting.name}"),
        sizes=text("bootstrap.and").join(map(str, setting.sizes)),
        welch=text.percent(welch, 1),
        expanded=text.percent(other, 1),
        repetitions=text.number(setting.repetitions),
    )
    return [said, text("bootstrap.coverage_low")] if min(welch, other) < ENOUGH else [said]


@dataclass(frozen=True)
class Unseen:
    """Kinds of citizen that a study's groups may have missed by chance.

    Parameters
    ----------
    sizes : tuple of int
        Citizens of each group.
    shares : tuple of float
        Per group, how large a kind may be that is missed with 5 % probability.
    shift : float
        How far one citizen who costs as little and as much as the rates allow would move the
        difference at most, in the place of an average one, kr. per citizen.
    times : float
        How many times as dear as others citizens were in the coverage study, at most as many as the
        dearest rate is dearer than the average; 0 where it is not dearer by so much.
    coverage : mapping of str to float
        Per method the lowest coverage there; empty where `times` is 0.
    """

    sizes: tuple[int, ...]
    shares: tuple[float, ...]
    shift: float
    times: float
    coverage: Mapping[str, float]

    def said(self, text: Language, method: str) -> list[str]:
        """Say it in a sentence or two, with the coverage of one method."""
        both = text("bootstrap.and")
        found = text(
            "bootstrap.unseen",
            shares=both.join(text.percent(share) for share in self.shares),
            sizes=both.join(map(str, self.sizes)),
            kr=text.kr(round(self.shift, -2)),
        )
        if not self.coverage:
            return [found]
        held = text.percent(self.coverage[method], 1)
        times = text.number(self.times)
        return [found, text("bootstrap.unseen_coverage", times=times, coverage=held)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"shares": list(self.shares), "shift": self.shift, "coverage": dict(self.coverage)}


def unseen(study: Study, estimate: MeanEstimate) -> Unseen:
    """Return what a study's groups may not have shown.

    Parameters
    ----------
    study : Study
        With counted statuses, under its conventions.
    estimate : MeanEstimate
        Of the difference, citizens' gains without lines and investment.
    """
    ends = gain_support(study)
    means = (
        sum(part.sign * float(part.probabilities @ part.values) for part in group)
        for group in estimate.groups
    )
    moved = (
        abs(end - mean) / n for mean, n in zip(means, estimate.sizes, strict=True) for end in ends
    )
    costs = study.status_costs
    average = float((study.counts * costs).sum() / study.counts.sum())
    dearer = float(costs[..., study.statuses].max()) / average if average > 0.0 else 0.0
    possible = [s for s in like(estimate.sizes) if 0.0 < s.times <= dearer]
    times = max((setting.times for setting in possible), default=0.0)
    dear = [setting.coverage for setting in possible if setting.times == times]
    return Unseen(
        sizes=tuple(estimate.sizes),
        shares=tuple(unseen_share(n) for n in estimate.sizes),
        shift=max(moved),
        times=times,
        coverage={m: min(each[m] for each in dear) for m in (dear[0] if dear else ())},
    )
