"""An outcome in each arm, and the difference between two: in its own unit, with what chance makes.

Of whom and of how many is said with every number. A number of events varies as much again as its
citizens' events come together, which totals do not tell; so its interval is of several dispersions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gevinst.stats.intervals import dispersed
from gevinst.stats.mean.estimate import bootstrap_mean_difference
from gevinst.stats.yes_no.newcombe import newcombe_interval
from gevinst.study.outcomes import AMOUNT, COLUMN, EVENTS, Outcome, OutcomeRow, open_bases
from gevinst.study.study import Study

Ends = tuple[float, float]


@dataclass(frozen=True)
class Value:
    """An outcome in one arm at a time.

    Parameters
    ----------
    arm, time : str
        Ids; no time of a column of person rows.
    citizens : int or None
        Of how many it is; None where that is not known.
    total, least, most : float
        Units in all, or per citizen where it is not known of how many they are: as calculated with,
        and the fewest and most that the printed digits or suppressed counts leave.
    per : float
        So many citizens `value` is of.
    numbers : tuple of float
        Each citizen's, of a column.
    digits : int
        Decimals of a share in percent.
    whole : bool
        Whether a whole number of so many citizens is printed so; if not, that is to be said.
    bases : tuple of int or None
        Where not all shares of the arm can be of its citizens: the largest numbers that all can be
        of.
    """

    arm: str
    time: str
    citizens: int | None
    total: float
    least: float
    most: float
    per: float = 1.0
    numbers: tuple[float, ...] = ()
    digits: int = 1
    whole: bool = True
    bases: tuple[int, ...] | None = None

    @property
    def value(self) -> float:
        """Units per so many citizens; of a status the share of them."""
        return self.scaled(self.total)

    def scaled(self, total: float) -> float:
        """Return so many units in all, per so many citizens."""
        return total / (self.citizens or 1) * self.per

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        totals = {"total": self.total, "total_least": self.least, "total_most": self.most}
        return {
            "arm": self.arm,
            "time": self.time or None,
            "citizens": self.citizens,
            **dict.fromkeys(("total", "total_least", "total_most")),
            **(totals if self.citizens else {}),
            "value": self.value,
        }


@dataclass(frozen=True)
class Measured:
    """An outcome in every arm, and between two of them.

    Parameters
    ----------
    outcome : Outcome
        As stated.
    values : tuple of Value
        Per arm, in the study's order, and time.
    pair : tuple of Value or None
        The treated arm's and the reference's; of an arm alone its last and its first. None where
        there are no two.
    level : float
        Nominal level of the intervals.
    reason : str or None
        Why there is no interval: a key of ``outcomes.reason``.
    """

    outcome: Outcome
    values: tuple[Value, ...]
    pair: tuple[Value, Value] | None
    level: float
    reason: str | None = None

    @property
    def difference(self) -> float | None:
        """The first of the pair minus the second, per so many citizens."""
        return None if self.pair is None else self.pair[0].value - self.pair[1].value

    @property
    def room(self) -> Ends | None:
        """Lowest and highest difference that printed digits and suppressed counts leave."""
        if self.pair is None:
            return None
        one, other = self.pair
        low, high = one.scaled(one.least), one.scaled(one.most)
        return low - other.scaled(other.most), high - other.scaled(other.least)

    @property
    def ratio(self) -> float | None:
        """The first of the pair over the second, where both are above zero."""
        if self.pair is None or min(value.total for value in self.pair) <= 0.0:
            return None
        return self.pair[0].value / self.pair[1].value

    @cached_property
    def intervals(self) -> dict[float, Ends]:
        """Intervals of the difference by dispersion, which is 1 but of events; none has a reason.

        Of a status and of shares Newcombe's, the lowest and the highest limit over all counts that
        what is printed leaves; of a column Welch's, of events normal, of the numbers that are
        calculated with.
        """
        if self.pair is None or self.reason is not None:
            return {}
        one, other = self.pair
        if self.outcome.yes_no:
            # Both limits grow with the first count and fall with the second, as Wilson's grow.
            ends = ((one.least, other.most), (one.most, other.least))
            low, high = (
                newcombe_interval(
                    (int(first), int(second)),
                    (one.citizens or 1, other.citizens or 1),
                    confidence_level=self.level,
                )[end]
                for end, (first, second) in enumerate(ends)
            )
            return {1.0: (low, high)}
        if self.outcome.kind == COLUMN:
            found = bootstrap_mean_difference(
                one.numbers, other.numbers, confidence_level=self.level
            ).interval("welch")
            return {1.0: (found.low * one.per, found.high * one.per)}
        variance = sum(each.total * (each.per / (each.citizens or 1)) ** 2 for each in self.pair)
        return dispersed(one.value - other.value, variance, self.level)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON; shares from 0 to 1."""
        return {
            "id": self.outcome.id,
            "kind": self.outcome.kind,
            "per": self.outcome.per,
            "arms": [value.to_dict() for value in self.values],
            "difference": self.difference,
            "room": self.room and list(self.room),
            "ratio": self.ratio,
            "level": self.level,
            "intervals": [
                {"dispersion": phi, "low": low, "high": high}
                for phi, (low, high) in self.intervals.items()
            ],
            "reason": self.reason,
        }


def measured(study: Study, outcome: Outcome, level: float) -> Measured:
    """Measure one outcome of a study in every arm."""
    values = tuple(_values(study, outcome))
    pair = _pair(study, values)
    return Measured(outcome, values, pair, level, _reason(study, outcome, values, pair))


def _values(study: Study, outcome: Outcome) -> Iterator[Value]:
    """Give what there was of an outcome, per arm and time; nothing where it is not said."""
    if outcome.status:
        alone = study.contrast.reference is None
        times = dict.fromkeys((0, len(study.times) - 1) if alone else (len(study.times) - 1,))
        chosen = [study.axes.at("time", outcome.time)] if outcome.time else list(times)
        members = list(study.members(outcome.status))
        for a, arm in enumerate(study.arms):
            for t in chosen:
                total, citizens = study.counts[a, t, members].sum(), study.counts[a, t].sum()
                sets = study.masked.get(arm.id, study.counts[a, :, np.newaxis])[t]
                ends = sets[:, members].sum(axis=1)
                place = arm.id, study.times[t].id
                yield Value(*place, int(citizens), int(total), int(ends.min()), int(ends.max()))
    elif outcome.column:
        for arm in study.arms:
            numbers = _numbers(study.citizens, arm.id, outcome.column)
            if numbers:
                total = math.fsum(numbers)
                n = len(numbers)
                yield Value(arm.id, "", n, total, total, total, outcome.per, tuple(numbers))
    else:
        at = study.axes.at
        for row in sorted(outcome.rows, key=lambda row: (at("arm", row.arm), at("time", row.time))):
            arm = study.arms[at("arm", row.arm)]
            n = row.citizens or arm.analysed
            found = outcome.whole(row, n)
            if outcome.shares and row.rate is not None:
                bases = None if row.citizens else open_bases(study.outcomes, arm)
                if found is None or bases is not None:
                    yield _as_printed(row, bases)
                    continue
            printed = (row.rate or 0.0) / outcome.per * n  # where no whole number is printed so
            least, most = found or (printed, printed)
            ends = (least + most) / 2.0, least, most
            yield Value(row.arm, row.time, n, *ends, outcome.per, whole=found is not None)


def _as_printed(row: OutcomeRow, bases: tuple[int, ...] | None) -> Value:
    """Keep a printed share of which it is not known of how many citizens it is."""
    share, half = row.rate or 0.0, row.rounding / 2.0
    least, most = max(0.0, share - half), min(100.0, share + half)
    digits = max(0, round(-math.log10(row.rounding)))
    ends = share / 100.0, least / 100.0, most / 100.0
    return Value(
        row.arm, row.time, None, *ends, digits=digits, whole=bases is not None, bases=bases
    )


def _numbers(
    citizens: Mapping[str, Mapping[str, Sequence[str]]], arm: str, column: str
) -> list[float]:
    """Return the numbers of a column in one arm; an empty cell has none."""
    return [float(cell) for cell in citizens.get(arm, {}).get(column, ()) if cell]


def _pair(study: Study, values: Sequence[Value]) -> tuple[Value, Value] | None:
    """Return which two are held against each other: of arms at the last time that both have."""
    treated, reference = study.contrast.treated, study.contrast.reference
    ours = [value for value in values if value.arm == treated]
    if reference is None:
        return (ours[-1], ours[0]) if len(ours) > 1 else None
    theirs = {value.time: value for value in values if value.arm == reference}
    both = ((value, theirs[value.time]) for value in reversed(ours) if value.time in theirs)
    return next(both, None)


def _reason(
    study: Study, outcome: Outcome, values: Sequence[Value], pair: tuple[Value, Value] | None
) -> str | None:
    """Say why there is no difference, or no interval of one; None where there is."""
    alone = study.contrast.reference is None
    if pair is None:
        return "one_time" if alone else "one_arm"
    if alone:
        return "same_citizens"
    if study.stated:
        return "stated"
    if outcome.kind == AMOUNT:
        return "amount"
    if outcome.shares and None in [value.citizens for value in pair]:
        return "base"
    if outcome.kind == EVENTS and min(value.least for value in pair) <= 0.0:
        return "no_event"
    few = (
        outcome.kind == COLUMN
        and not bootstrap_mean_difference(pair[0].numbers, pair[1].numbers)
        .interval("welch")
        .available
    )
    return "no_spread" if few else None
