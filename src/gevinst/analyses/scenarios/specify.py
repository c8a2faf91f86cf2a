"""Specifications: the difference under one combination of choices, with what chance leaves open.

Nothing is drawn. What specifications have in common is calculated once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gevinst.analyses.gain import gain
from gevinst.analyses.lost.assumed import Arm, Assumption
from gevinst.analyses.lost.estimates import Limits, under
from gevinst.analyses.scenarios.axes import AS_PUBLISHED, AT_RANDOM, LEFT_OUT, TRANSFER, Choices
from gevinst.analyses.start.standardise import RAW
from gevinst.analyses.start.stratum_gains import Asked, Groups, groups_of
from gevinst.stats.standardisation import WEIGHTS, standard_population
from gevinst.study.elsewhere.effects import without_transfer
from gevinst.study.follow_up import until
from gevinst.study.people import couplings_of
from gevinst.study.strata import Strata, all_in_one, strata_of
from gevinst.study.study import Study
from gevinst.text.problems import one_of

_OF_THE_STUDY = ("basis", "weights", "payers", "heads", "horizon", "perspective", "discount")
"""Axes that are conventions of a study."""
SIGNS = ("negative", "either", "positive")


@dataclass(frozen=True)
class Specification:
    """The difference under one combination of choices.

    Parameters
    ----------
    choices : mapping of str to str
        What is chosen along each axis.
    low, high : float
        Ends of what the data leave open, kr. per citizen; equal where they fix the difference.
    interval : tuple of float or None
        Limits with what chance in small groups adds, whoever went where; None where no citizens are
        counted, where an arm has one, and where nothing varies.
    """

    choices: Choices
    low: float
    high: float
    interval: Limits | None

    @property
    def difference(self) -> float | None:
        """The difference itself, kr. per citizen; None where the data only bound it."""
        return self.low if self.low == self.high else None

    @property
    def middle(self) -> float:
        """The difference, or the middle of its bounds: for sorting, and no estimate."""
        return (self.low + self.high) / 2.0

    @property
    def sign(self) -> str:
        """One of `SIGNS`: ``either`` where the bounds hold zero, or the difference is zero."""
        return SIGNS[1 + int(self.low > 0.0) - int(self.high < 0.0)]

    def to_dict(self, level: float, coupling: str) -> dict[str, Any]:
        """Return plain values for JSON."""
        limits = self.interval or (None, None)
        return {
            "choices": dict(self.choices),
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "interval": {
                "level": level,
                "low": limits[0],
                "high": limits[1],
                "coupling": coupling if self.interval else None,
            },
        }


class _Under(NamedTuple):
    """A study under conventions of its own, and the arms of its contrast."""

    study: Study
    pair: tuple[Arm, ...]


class Specifier:
    """What calculates specifications of a study, each part of them once.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    level : float
        Of the intervals.
    """

    def __init__(self, study: Study, level: float) -> None:
        self.study, self.level = study, level
        self._studies: dict[tuple[str | None, ...], _Under] = {}
        self._groups: dict[tuple[str | None, ...], Groups] = {}
        self._ends: dict[Any, Any] = {}

    @cached_property
    def coupling(self) -> str:
        """The widest of those the data leave open: the one intervals are under."""
        return couplings_of(self.study)[-1]

    @cached_property
    def _strata(self) -> Strata:
        return strata_of(self.study)

    def specify(self, choices: Choices) -> Specification | None:
        """Calculate under choices that go together; None where nobody is left to average over."""
        found = self._found(choices)
        return found if math.isfinite(found.low) and math.isfinite(found.high) else None

    def _found(self, choices: Choices) -> Specification:
        chosen = self._chosen(choices)
        if not self.study.statuses:
            difference = gain(chosen.study).difference
            return Specification(choices, difference, difference, None)
        estimand, moved = choices.get("estimand", RAW), choices.get("moved", AS_PUBLISHED)
        dropouts = choices.get("dropouts", AS_PUBLISHED)
        gone = any(arm.gone[t] for arm in chosen.pair for t in arm.counted_times)
        if estimand != RAW or (moved == LEFT_OUT and gone and self.study.paths is None):
            return self._bounded(choices, chosen, estimand, moved, dropouts)
        assumed = Assumption("scenario", moved if gone else AS_PUBLISHED, dropouts)
        shown = under(chosen.pair, assumed, (self.coupling,)).shown
        limits = shown.interval(self.level) if shown.error else None
        return Specification(choices, shown.difference, shown.difference, limits)

    def _bounded(
        self, choices: Choices, chosen: _Under, estimand: str, moved: str, dropouts: str
    ) -> Specification:
        """Bound what depends on who went where; of known paths the bounds are one value."""
        groups = self._divided(choices, chosen, estimand, moved)
        first, second = (arm.lines(dropouts == AT_RANDOM) for arm in chosen.pair)
        groups = replace(groups, shifts=(first, second))
        counted = [arm.dropouts if dropouts == AT_RANDOM else 0 for arm in chosen.pair]
        shares = np.ones((2, 1))
        if estimand != RAW:
            weights = one_of("estimand", estimand, WEIGHTS)
            shares = standard_population(weights, groups.sizes, self._strata.ids).shares
        found = groups.difference(shares, counted)
        limits = found.interval
        return Specification(
            choices, found.low, found.high, limits.limits if limits.available else None
        )

    def _divided(self, choices: Choices, chosen: _Under, estimand: str, moved: str) -> Groups:
        """Divide the arms: into the study's strata, or not at all; the same whatever the heads."""
        whole = estimand == RAW
        rest = {name: each for name, each in choices.items() if name != "heads"}
        key = (*_key(rest), moved, str(whole))
        if key not in self._groups:
            strata = all_in_one(self.study) if whole else self._strata
            asked = Asked(moved, level=self.level)
            found = groups_of(chosen.study, strata, asked)
            self._groups[key] = replace(found, found=self._ends) if found.margins else found
        return self._groups[key]

    def _chosen(self, choices: Choices) -> _Under:
        """Return the study under the conventions among the choices."""
        key = _key(choices)
        if key not in self._studies:
            study = under_choices(self.study, choices)
            counted = study.contrast.arms if study.statuses else ()
            pair = tuple(Arm(study, study.axes.at("arm", arm)) for arm in counted)
            self._studies[key] = _Under(study, pair)
        return self._studies[key]


def _key(choices: Choices) -> tuple[str | None, ...]:
    return tuple(choices.get(name) for name in (*_OF_THE_STUDY, "time", "transfer"))


def under_choices(study: Study, choices: Choices) -> Study:
    """Return a study under those of some choices that are conventions, and its follow-up."""
    chosen: Mapping[str, Any] = {k: v for k, v in choices.items() if k in _OF_THE_STUDY}
    if choices.get("transfer") == TRANSFER[1]:
        study = without_transfer(study)
    return until(study.choose(**chosen), choices.get("time", study.axes.times[-1]))
