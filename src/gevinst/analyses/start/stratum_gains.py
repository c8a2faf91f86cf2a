"""What a study's citizens of each arm and stratum gained: known of paths, bounded by margins.

A cell is an arm and a stratum. Cells are put together with weights into one difference; what
margins leave open stays open, as a lowest and a highest value with a standard error at each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.start.counted import coupled_variances, margins_of
from gevinst.analyses.start.identified import EQUAL, IdentifiedSet
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.stats.margins.groups import End, GroupMargins
from gevinst.stats.margins.stratum_bounds import bounds_of, independent_of
from gevinst.stats.mean.estimate import or_none
from gevinst.stats.mean.widening import pick_factor
from gevinst.stats.standardisation import degrees_of_freedom, standard_error
from gevinst.study.strata import Strata
from gevinst.study.study import Study
from gevinst.study.transitions import Switch, barred_steps
from gevinst.text.language import Label
from gevinst.text.problems import one_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Moved = Literal["as_published", "left_out"]
MOVED: tuple[Moved, ...] = ("as_published", "left_out")
"""What a citizen lost to follow-up at a time that counts is taken to be: in the lost status, at the
cost the study gives it (as published: nothing); or not seen, and left out of the means."""


@dataclass(frozen=True)
class Asked:
    """What is asked of divided groups.

    Parameters
    ----------
    moved : str
        One of `MOVED`.
    impossible : tuple of (str, str)
        Switches that nobody makes.
    level : float
        Of the intervals.
    """

    moved: str = MOVED[0]
    impossible: tuple[Switch, ...] = ()
    level: float = 0.95

    def __post_init__(self) -> None:
        object.__setattr__(self, "moved", one_of("moved", self.moved, MOVED))


@dataclass(frozen=True)
class Stratum:
    """One stratum of a standardised difference.

    Parameters
    ----------
    id, label
        Its name.
    weight : float
        Its share of the standard population.
    citizens : mapping of str to int
        Analysed citizens per arm, by their start.
    gain : mapping of str to IdentifiedSet
        Per arm the mean gain of its citizens, without lines and investment, kr. per citizen; NaN
        where nobody is in the cell.
    difference : IdentifiedSet
        Intervention minus control, lines and investment included.
    """

    id: str
    label: Label
    weight: float
    citizens: Mapping[str, int]
    gain: Mapping[str, IdentifiedSet]
    difference: IdentifiedSet

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not there is None."""
        gains = {
            arm: {"low": or_none(found.low), "high": or_none(found.high)}
            for arm, found in self.gain.items()
        }
        return {
            "id": self.id,
            "weight": self.weight,
            "citizens": dict(self.citizens),
            "gain": gains,
            "difference": self.difference.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class Groups:
    """Both arms of a study under one rate basis and one reading of the moved, by stratum.

    Parameters
    ----------
    sizes : ndarray of int, shape (2, strata)
        Analysed citizens by their start, intervention first.
    shifts : tuple of float
        What lines and the investment add to each arm's gain per citizen.
    margins : tuple of tuple of GroupMargins
        Per arm, where margins are the data; else none. One holds all strata, or, where counts are
        kept in them, there is one for each.
    values : tuple of tuple of ndarray
        Per arm and stratum the seen citizens' gains, where paths are known; else none.
    reach : ndarray, shape (2, strata, 2)
        Smallest and largest gain a citizen of each cell can have.
    asked : Asked
        The reading of the moved, impossible switches, and the level of intervals.
    coupled : mapping of str to ndarray, shape (2, strata)
        Where counts kept per stratum say what each gained: the variance of its citizens' gains, per
        coupling.
    found : dict
        Ends that are found already; groups of margins can share it.
    """

    sizes: Integers
    shifts: tuple[float, float]
    margins: tuple[tuple[GroupMargins, ...], ...]
    values: tuple[tuple[Floats, ...], ...]
    reach: Floats
    asked: Asked = Asked()
    coupled: Mapping[str, Floats] = field(default_factory=dict)
    found: dict[tuple[tuple[bytes, ...], tuple[float, ...]], tuple[End, End]] = field(
        default_factory=dict
    )

    @property
    def moved(self) -> str:
        """What those lost to follow-up are taken to be."""
        return self.asked.moved

    @property
    def impossible(self) -> tuple[Switch, ...]:
        """Switches that nobody makes."""
        return tuple((str(start), str(end)) for start, end in self.asked.impossible)

    def ends(self, a: int, weights: Floats) -> tuple[End, End]:
        """Lowest and highest standardised mean of one arm, without its shift."""
        of: tuple[bytes, ...] = (str(a).encode(),)
        if self.margins:
            of = tuple(part for group in self.margins[a] for part in group.content)
        key = (of, tuple(weights.tolist()))
        if key not in self.found:
            self.found[key] = self._ends(a, weights)
        return self.found[key]

    def _ends(self, a: int, weights: Floats) -> tuple[End, End]:
        if self.margins:
            return bounds_of(self.margins[a], weights)
        found = self.values[a]
        seen = np.array([values.size for values in found], dtype=np.int64)
        variances = np.array([v.var(ddof=1) if v.size > 1 else math.nan for v in found])
        filled = (weights > 0) & (seen > 0)
        known = sum(float(weights[s]) * float(found[s].mean()) for s in np.flatnonzero(filled))
        empty = (weights > 0) & (seen == 0)
        low, high = (known + float(weights[empty] @ self.reach[a, empty, e]) for e in (0, 1))
        return End(low, seen, variances), End(high, seen, variances)

    def difference(self, weights: Floats, dropouts: Sequence[int] = (0, 0)) -> IdentifiedSet:
        """Bound the difference of the arms' standardised means; weights of shape (2, strata).

        Dropouts of each arm can be counted who are like random others of it: of every stratum the
        same part, so that they move no mean, and each is the pick of one citizen.
        """
        first, second = (
            [
                replace(end, variances=end.variances * pick_factor(end.seen.sum(), dropouts[a]))
                for end in self.ends(a, weights[a])
            ]
            for a in (0, 1)
        )
        shift = self.shifts[0] - self.shifts[1]
        return _range(
            ((first[0], second[1]), (first[1], second[0])),
            weights,
            (first[0].value - second[1].value + shift, first[1].value - second[0].value + shift),
            self.asked.level,
        )

    def by_coupling(self, weights: Floats) -> dict[str, IdentifiedSet]:
        """Return the difference under each coupling, where the data fix it and not its error."""
        found, whole = {}, self.difference(weights)
        if not whole.identified:
            return {}
        for kind, variances in self.coupled.items():
            error = standard_error(weights, variances, self.sizes)
            freedom = degrees_of_freedom(weights, variances, self.sizes)
            found[kind] = replace(whole, errors=(error, error), freedom=freedom)
        return found

    def mean(self, a: int, s: int) -> IdentifiedSet:
        """Bound the mean gain of one cell, without lines and investment; NaN where it is empty."""
        alone = np.zeros(self.sizes.shape[1])
        alone[s] = 1.0
        if self.sizes[a, s] == 0:
            return IdentifiedSet(math.nan, math.nan, (math.nan,) * 2, math.nan, self.asked.level)
        low, high = self.ends(a, alone)
        return _range(
            ((low,), (high,)), alone[np.newaxis], (low.value, high.value), self.asked.level
        )

    def independent(self, weights: Floats) -> float | None:
        """Difference under the independent coupling; None for paths, NaN for an empty cell."""
        if not self.margins:
            return None
        means = [independent_of(self.margins[a], weights[a]) for a in (0, 1)]
        value = means[0] - means[1] + self.shifts[0] - self.shifts[1]
        return value if math.isfinite(value) else None


def _range(
    ends: tuple[tuple[End, ...], tuple[End, ...]],
    weights: Floats,
    values: tuple[float, float],
    level: float,
) -> IdentifiedSet:
    """Put two ends and what stands behind each together; values that differ by rounding are one."""
    errors, freedoms = [], []
    for behind in ends:
        variances = np.array([end.variances for end in behind])
        seen = np.array([end.seen for end in behind])
        errors.append(standard_error(weights, variances, seen))
        freedoms.append(degrees_of_freedom(weights, variances, seen))
    freedom = freedoms[int(errors[1] > errors[0])]
    low, high = min(values), max(values)
    if high - low <= EQUAL * max(1.0, abs(low), abs(high)):
        low = high = (low + high) / 2
    return IdentifiedSet(low, high, (errors[0], errors[1]), freedom, level)


def groups_of(study: Study, strata: Strata, asked: Asked) -> Groups:
    """Divide a study's arms into strata, under the conventions it carries."""
    values = study.status_horizon[:, np.newaxis] * study.status_costs
    unseen = _unseen(study, asked)
    barred = barred_steps(study, asked.impossible) if asked.impossible else None
    somebody = bool((unseen & study.counts.any(axis=0)).any())
    net = evaluate(build(study)).over("arm")[0]
    shifts, margins, known, reaches = [], [], [], []
    for arm in study.contrast.arms:
        a = study.axes.at("arm", arm)
        counts = study.counts[a]
        n = study.arms[a].analysed
        shifts.append(float(net[a]) - float((values[a] * counts).sum()) / n)
        reach = _reach(study, strata, a, values[a], unseen)
        reaches.append(reach)
        if strata.of_citizen is None:
            margins.append(margins_of(study.blocks[a], values[a], strata, reach, unseen, barred))
        elif study.paths is not None:
            gains = citizen_gains(study, arm, asked)
            seen = np.isfinite(gains)
            mine = strata.of_citizen[arm]
            known.append(tuple(gains[seen & (mine == s)] for s in range(len(strata.ids))))
    return Groups(
        strata.counts(study),
        (shifts[0], shifts[1]),
        tuple(margins),
        tuple(known),
        np.array(reaches),
        asked,
        coupled_variances(study) if strata.counted and not (barred or somebody) else {},
    )


def _unseen(study: Study, asked: Asked) -> NDArray[np.bool_]:
    """Say which statuses leave a citizen unseen at which times, shape (time, item)."""
    lost_at = np.array([item.lost for item in study.items])
    return np.outer((study.status_horizon != 0.0) & (asked.moved == "left_out"), lost_at)


def citizen_gains(study: Study, arm: str, asked: Asked) -> Floats:
    """Return the gains of an arm's citizens, whose paths are known, without lines and investment.

    Returns
    -------
    ndarray, shape (n,)
        kr. per citizen; NaN for those who are not seen under the reading of the moved.
    """
    path, times = (study.paths or {})[arm], np.arange(len(study.times))
    values = study.status_horizon[:, np.newaxis] * study.status_costs[study.axes.at("arm", arm)]
    unseen = _unseen(study, asked)[times, path].any(axis=1)
    return np.where(unseen, math.nan, values[times, path].sum(axis=1))


def _reach(
    study: Study, strata: Strata, a: int, values: Floats, unseen: NDArray[np.bool_]
) -> Floats:
    """Smallest and largest gain over the priced statuses, per stratum, shape (strata, 2)."""
    priced = study.rate_of[a, 0] >= 0
    statuses = np.array([item.status for item in study.items])
    open_ = priced & statuses & ~unseen
    found = np.zeros((len(strata.ids), 2))
    for t, at in enumerate(values):
        for s in range(len(strata.ids)):
            inside = open_[t]
            if t == 0 and (strata.of_item == s).any():
                inside = inside & (strata.of_item == s)
            if inside.any():
                found[s] += at[inside].min(), at[inside].max()
    return found


def strata_bounds(study: Study, strata: Strata, groups: Groups) -> tuple[Stratum, ...]:
    """Bound every stratum's gain and difference, weighted by nothing yet."""
    parts = []
    for s, (name, label) in enumerate(zip(strata.ids, strata.labels, strict=True)):
        alone = np.zeros(groups.sizes.shape)
        alone[:, s] = 1.0
        parts.append(
            Stratum(
                name,
                label,
                math.nan,
                {arm: int(groups.sizes[a, s]) for a, arm in enumerate(study.contrast.arms)},
                {arm: groups.mean(a, s) for a, arm in enumerate(study.contrast.arms)},
                groups.difference(alone),
            )
        )
    return tuple(parts)
