"""standardise(study): the difference as if both groups had had the same mix of strata.

Paired data give an estimate with its standard error. Margins give bounds: the smallest and the
largest estimate over every table that fits them. Sampling stands on top of that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.axes import CONTROL, INTERVENTION
from gevinst.build import build
from gevinst.estimates import or_none
from gevinst.intervals import Interval, level_of
from gevinst.margins import status_costs, status_horizon
from gevinst.model import evaluate
from gevinst.problems import Problem
from gevinst.provenance import Provenance, provenance
from gevinst.standardisation import (
    degrees_of_freedom,
    imbens_manski,
    standard_error,
    weight_variance,
    weights_of,
)
from gevinst.strata import ARMS, Strata, Wanted, all_in_one, strata_of
from gevinst.stratum_bounds import End, GroupMargins, bounds, independent_mean
from gevinst.study import Label, Study
from gevinst.text import Language, language, table
from gevinst.transitions import Switch, barred_steps

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Weights = str | Mapping[str, float] | Sequence[float]

MOVERS = ("zero_cost", "missing")
"""What a citizen lost to follow-up at a time that counts is taken to be: in the lost status, at the
cost the study gives it (as published: nothing); or not seen, and left out of the means."""
RAW, GIVEN = "raw", "given"
"""Names of a standard population that is none of `gevinst.standardisation.WEIGHTS`: everybody in
one stratum, and weights the caller gave."""
FEW = 10
"""Citizens behind a cell below which a warning names it."""
_KIND = "imbens-manski"
_EQUAL = 1e-9


@dataclass(frozen=True)
class Range:
    """A difference, or a mean, over every table that fits the data.

    Parameters
    ----------
    low, high : float
        Ends, kr. per citizen; equal where the data fix the value.
    errors : tuple of float
        Standard error at each end, weights as known; NaN where a cell holds one citizen.
    freedom : float
        Satterthwaite's degrees of freedom at the end with the larger error.
    level : float
        Of the interval.
    """

    low: float
    high: float
    errors: tuple[float, float]
    freedom: float
    level: float

    @property
    def identified(self) -> bool:
        """Whether every table gives the same value."""
        return self.high - self.low <= _EQUAL * max(1.0, abs(self.low), abs(self.high))

    @property
    def sign(self) -> str:
        """Say ``positive`` or ``negative`` where every table gives that, else ``either``."""
        if self.low > _EQUAL:
            return "positive"
        return "negative" if self.high < -_EQUAL else "either"

    @property
    def standard_error(self) -> float:
        """The larger of the two."""
        return max(self.errors) if all(map(math.isfinite, self.errors)) else math.nan

    @cached_property
    def interval(self) -> Interval:
        """What sampling leaves open on top of the bounds; without limits where a reason says so."""
        reason = None
        if not math.isfinite(self.standard_error):
            reason = "one-citizen"
        elif self.standard_error == 0.0:
            reason = "no-spread"
        if reason:
            return Interval(math.nan, math.nan, self.level, _KIND, reason)
        limits = imbens_manski(self.low, self.high, self.standard_error, self.freedom, self.level)
        return Interval(*limits, self.level, _KIND)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        interval = self.interval.to_dict()
        return {
            "identified": self.identified,
            "low": self.low,
            "high": self.high,
            "interval": {key: interval[key] for key in ("level", "low", "high", "reason")},
            "sign": self.sign,
        }


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
    gain : mapping of str to Range
        Per arm the mean gain of its citizens, without lines and investment, kr. per citizen; NaN
        where nobody is in the cell.
    difference : Range
        Intervention minus control, lines and investment included.
    """

    id: str
    label: Label
    weight: float
    citizens: Mapping[str, int]
    gain: Mapping[str, Range]
    difference: Range

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
class Standardised:
    """A difference in net gain per citizen between two groups given the same mix of strata.

    Parameters
    ----------
    weights : str
        ``pooled``, ``intervention``, ``control``, ``overlap``, ``own``, ``given`` or ``raw``.
    rates, movers : str
        The rate basis, and what those lost to follow-up are taken to be (`MOVERS`).
    found : Range
        Every table's estimate, and sampling on top.
    independent : float or None
        The value under the independent coupling, for margins: one table's worth among many, and
        no estimate. Under impossible transitions it is quasi-independence.
    with_weights : float
        Paired data: the standard error with the weights' own uncertainty; else NaN.
    paired : bool
        Whether citizens' paths are known.
    strata : tuple of Stratum
        What it is made of.
    by : Label
        What the strata are strata of.
    labels : mapping of str to Label
        What the arms and the rate basis are called.
    warnings : tuple of Problem
        Cells with nobody, one or few citizens.
    impossible : tuple of (str, str)
        Transitions taken as impossible.
    provenance : Provenance
        What made the result.
    """

    weights: str
    rates: str
    movers: str
    found: Range
    independent: float | None
    with_weights: float
    paired: bool
    strata: tuple[Stratum, ...]
    by: Label
    labels: Mapping[str, Label]
    warnings: tuple[Problem, ...]
    impossible: tuple[Switch, ...]
    provenance: Provenance

    @property
    def low(self) -> float:
        """Smallest difference over every table that fits, kr. per citizen."""
        return self.found.low

    @property
    def high(self) -> float:
        """Largest difference over every table that fits, kr. per citizen."""
        return self.found.high

    @property
    def identified(self) -> bool:
        """Whether the data fix the difference."""
        return self.found.identified

    @property
    def estimate(self) -> float | None:
        """The difference where the data fix it, else None."""
        return (self.low + self.high) / 2 if self.identified else None

    @property
    def sign(self) -> str:
        """Sign of the difference over every table that fits: positive, negative or either."""
        return self.found.sign

    @property
    def interval(self) -> Interval:
        """Interval for the difference on top of the bounds (Imbens & Manski)."""
        return self.found.interval

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            **self.row(),
            "strata": [stratum.to_dict() for stratum in self.strata],
            "warnings": [warning.to_dict() for warning in self.warnings],
            "impossible": [list(switch) for switch in self.impossible],
            "provenance": self.provenance.to_dict(),
        }

    def row(self) -> dict[str, Any]:
        """Return the estimate alone as plain values: one of the list the command prints."""
        found = self.found
        low, high = (or_none(error) for error in found.errors)
        return {
            "weights": self.weights,
            "shares": {stratum.id: stratum.weight for stratum in self.strata},
            "rates": self.rates,
            "movers": self.movers,
            **found.to_dict(),
            "estimate": self.estimate,
            "independent": self.independent,
            "standard_error": {"low": low, "high": high},
            "standard_error_with_weights": or_none(self.with_weights),
            "degrees_of_freedom": or_none(found.freedom),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per stratum and one for the whole: weight, citizens, bounds, interval."""
        import pandas as pd

        rows = []
        for stratum in self.strata:
            rows.append(
                {
                    "stratum": stratum.id,
                    "weight": stratum.weight,
                    **{arm: stratum.citizens[arm] for arm in ARMS},
                    **_plain(stratum.difference),
                }
            )
        whole = {arm: sum(stratum.citizens[arm] for stratum in self.strata) for arm in ARMS}
        rows.append({"stratum": self.weights, "weight": 1.0, **whole, **_plain(self.found)})
        return pd.DataFrame(rows).set_index("stratum")

    def summary(self, lang: str = "en") -> str:
        """Say the result as a small table in words, in ``en`` or ``da``."""
        text = language(lang)
        rows = [
            [
                text(
                    "stratify.heading",
                    weights=text(f"stratify.weights.{self.weights}"),
                    by=text.label(self.by),
                    basis=self.basis(text),
                )
            ],
            [
                text("stratify.stratum"),
                text("stratify.weight"),
                *(text.label(self.labels[arm]) for arm in ARMS),
                text("stratify.allowed" if not self.paired else "stratify.difference"),
                text("stratify.interval", level=text.percent(self.found.level)),
            ],
            [],
        ]
        for stratum in self.strata:
            rows.append(
                [
                    text.label(stratum.label),
                    text.percent(stratum.weight, 1),
                    *(str(stratum.citizens[arm]) for arm in ARMS),
                    *written(stratum.difference, text),
                ]
            )
        rows += [[], [text("stratify.whole"), "", "", "", *written(self.found, text)]]
        return "\n".join([table(rows), *self.notes(text), self.sentence(lang)])

    def notes(self, text: Language) -> list[str]:
        """Say for whom it is, what was assumed of the moved, and what to be wary of."""
        said = [text(f"stratify.estimand.{self.weights}"), text(f"stratify.movers.{self.movers}")]
        if self.independent is not None and not self.identified:
            said.append(text("stratify.independent", kr=text.kr(self.independent)))
        if self.impossible:
            switches = ", ".join(" -> ".join(switch) for switch in self.impossible)
            said.append(text("stratify.impossible", switches=switches))
        return [*said, *(warning.say(text.code) for warning in self.warnings)]

    def sentence(self, lang: str = "en") -> str:
        """Say what every admissible table gives and what sampling leaves open, in a sentence."""
        text = language(lang)
        return text(
            "stratify.alone",
            weights=text(f"stratify.weights.{self.weights}"),
            clause=clause(self, text),
        )

    def basis(self, text: Language) -> str:
        """Name the rate basis briefly: the words of its label before a colon."""
        label = text.label(self.labels[self.rates]) if self.rates in self.labels else self.rates
        return label.partition(":")[0]

    def plot(self, *, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Draw the bounds and the interval; see `gevinst.plots.standardised`."""
        from gevinst.plots.standardised import plot

        return plot((self,), ax=ax, lang=lang)

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(float_format="{:,.2f}".format))


def clause(result: Standardised, text: Language) -> str:
    """Say one estimate: the tables' verdict with its ends, then the interval and where zero is."""
    found = result.found
    ends = {"low": text.number(found.low), "high": text.kr(found.high)}
    kind = "fixed" if found.identified else found.sign
    said = text(f"stratify.clause.{kind}", kr=text.kr(found.low), **ends)
    interval = found.interval
    if not interval.available:
        return f"{said}{text(f'stratify.clause.{interval.reason}')}"
    zero = "above" if interval.low > 0 else "below" if interval.high < 0 else "inside"
    unit = found.standard_error / 100
    return said + text(
        f"stratify.clause.{zero}",
        low=text.earned(interval.low, unit),
        high=f"{text.earned(interval.high, unit)}\u00a0kr.",
    )


def written(found: Range, text: Language) -> list[str]:
    """Write a range and its interval as two cells."""
    ends = (
        text.number(found.low)
        if found.identified
        else text("bootstrap.limits", low=text.number(found.low), high=text.number(found.high))
    )
    interval = found.interval
    if not interval.available:
        return [ends, text("bootstrap.none")]
    limits = (text.number(interval.low), text.number(interval.high))
    return [ends, text("bootstrap.limits", low=limits[0], high=limits[1])]


def _plain(found: Range) -> dict[str, Any]:
    interval = found.interval
    return {
        "low": found.low,
        "high": found.high,
        "interval_low": interval.low,
        "interval_high": interval.high,
        "sign": found.sign,
    }


# --- from a study to its groups ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Groups:
    """Both arms of a study under one rate basis and one reading of the moved, by stratum.

    Parameters
    ----------
    sizes : ndarray of int, shape (2, strata)
        Analysed citizens by their start, intervention first.
    shifts : tuple of float
        What lines and the investment add to each arm's gain per citizen.
    margins : tuple of GroupMargins
        Per arm, where margins are the data; else none.
    values : tuple of tuple of ndarray
        Per arm and stratum the seen citizens' gains, where paths are known; else none.
    reach : ndarray, shape (2, strata, 2)
        Smallest and largest gain a citizen of each cell can have.
    """

    sizes: Integers
    shifts: tuple[float, float]
    margins: tuple[GroupMargins, ...]
    values: tuple[tuple[Floats, ...], ...]
    reach: Floats

    def ends(self, a: int, weights: Floats) -> tuple[End, End]:
        """Lowest and highest standardised mean of one arm, without its shift."""
        if self.margins:
            return bounds(self.margins[a], weights)
        found = self.values[a]
        seen = np.array([values.size for values in found], dtype=np.int64)
        variances = np.array([v.var(ddof=1) if v.size > 1 else math.nan for v in found])
        filled = (weights > 0) & (seen > 0)
        known = sum(float(weights[s]) * float(found[s].mean()) for s in np.flatnonzero(filled))
        empty = (weights > 0) & (seen == 0)
        low, high = (known + float(weights[empty] @ self.reach[a, empty, e]) for e in (0, 1))
        return End(low, seen, variances), End(high, seen, variances)

    def difference(self, weights: Floats, level: float) -> Range:
        """Bound the difference of the arms' standardised means; weights of shape (2, strata)."""
        first, second = (self.ends(a, weights[a]) for a in (0, 1))
        shift = self.shifts[0] - self.shifts[1]
        return _range(
            ((first[0], second[1]), (first[1], second[0])),
            weights,
            (first[0].value - second[1].value + shift, first[1].value - second[0].value + shift),
            level,
        )

    def mean(self, a: int, s: int, level: float) -> Range:
        """Bound the mean gain of one cell, without lines and investment; NaN where it is empty."""
        alone = np.zeros(self.sizes.shape[1])
        alone[s] = 1.0
        if self.sizes[a, s] == 0:
            return Range(math.nan, math.nan, (math.nan, math.nan), math.nan, level)
        low, high = self.ends(a, alone)
        return _range(((low,), (high,)), alone[np.newaxis], (low.value, high.value), level)

    def independent(self, weights: Floats) -> float | None:
        """Difference under the independent coupling; None for paths, NaN for an empty cell."""
        if not self.margins:
            return None
        means = [independent_mean(self.margins[a], weights[a]) for a in (0, 1)]
        value = means[0] - means[1] + self.shifts[0] - self.shifts[1]
        return value if math.isfinite(value) else None


def _range(
    ends: tuple[tuple[End, ...], tuple[End, ...]],
    weights: Floats,
    values: tuple[float, float],
    level: float,
) -> Range:
    """Put two ends and what stands behind each together; values that differ by rounding are one."""
    errors, freedoms = [], []
    for behind in ends:
        variances = np.array([end.variances for end in behind])
        seen = np.array([end.seen for end in behind])
        errors.append(standard_error(weights, variances, seen))
        freedoms.append(degrees_of_freedom(weights, variances, seen))
    freedom = freedoms[int(errors[1] > errors[0])]
    low, high = min(values), max(values)
    if high - low <= _EQUAL * max(1.0, abs(low), abs(high)):
        low = high = (low + high) / 2
    return Range(low, high, (errors[0], errors[1]), freedom, level)


def groups_of(
    study: Study, strata: Strata, movers: str, impossible: Sequence[Switch] = ()
) -> Groups:
    """Divide a study's arms into strata, under the conventions it carries."""
    costs, counted = status_costs(study), status_horizon(study)
    values = counted[:, np.newaxis] * costs
    lost_at = np.array([item.lost for item in study.items])
    unseen = np.outer((counted != 0.0) & (movers == "missing"), lost_at)
    barred = barred_steps(study, impossible) if impossible else None
    net = evaluate(build(study)).over("arm")[0]
    shifts, margins, known, reaches = [], [], [], []
    for arm in ARMS:
        a = study.axes.at("arm", arm)
        counts = study.counts[a]
        n = study.arms[a].analysed
        shifts.append(float(net[a]) - float((values[a] * counts).sum()) / n)
        reach = _reach(study, strata, a, values[a], unseen)
        reaches.append(reach)
        if strata.of_citizen is None:
            margins.append(
                GroupMargins(
                    tuple(counts),
                    tuple(values[a]),
                    np.where(counts[0] > 0, strata.of_item, -1),
                    reach,
                    tuple(unseen),
                    barred,
                )
            )
        elif study.paths is not None:
            path, times = study.paths[arm], np.arange(len(study.times))
            gains = values[a][times, path].sum(axis=1)
            seen = ~unseen[times, path].any(axis=1)
            mine = strata.of_citizen[arm]
            known.append(tuple(gains[seen & (mine == s)] for s in range(len(strata.ids))))
    return Groups(
        strata.counts(study),
        (shifts[0], shifts[1]),
        tuple(margins),
        tuple(known),
        np.array(reaches),
    )


def _reach(
    study: Study, strata: Strata, a: int, values: Floats, unseen: NDArray[np.bool_]
) -> Floats:
    """Smallest and largest gain over the priced statuses, per stratum, shape (strata, 2)."""
    priced = study.rate_maps[study.conventions.rates][a, 0] >= 0
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


# --- the estimate -------------------------------------------------------------------------------


def standardise(
    study: Study,
    *,
    weights: Weights = "pooled",
    strata: Wanted = None,
    rates: str | None = None,
    impossible: Sequence[Switch] = (),
    movers: str = "zero_cost",
    confidence_level: float = 0.95,
) -> Standardised:
    """Compare two groups as if both had had the same mix of strata at start.

    The weighted sum over strata of the difference in mean net gain (direct standardisation). Each
    choice of weights is an estimand of its own. Where margins are the data, who of a stratum ended
    where is not known, and the answer is the range over every table that fits, sharp at both ends,
    with an interval on top of it.

    Parameters
    ----------
    study : Study
        Margins or paired data, under the conventions it carries.
    weights : str, mapping of str to float, or sequence of float
        ``pooled`` (everybody), ``intervention``, ``control``, ``overlap``; ``own`` (no adjustment);
        or a weight per stratum.
    strata : mapping, sequence or str, optional
        A mapping of name to ids of statuses or groups, a sequence of such ids (a stratum each), or
        a column of person rows. The study's own by default.
    rates : str, optional
        The rate basis; the study's convention by default.
    impossible : sequence of (str, str), optional
        Switches that nobody makes between consecutive times; each is first tested against the
        margins. For margins only.
    movers : {"zero_cost", "missing"}
        What those lost to follow-up are taken to be, as `MOVERS`. Missing: means over the citizens
        seen at every time that counts; their start status is not known for margins, which widens
        the range. The weights are shares of all analysed citizens either way. Dropouts, enrolled
        and not analysed, have no start status and are in neither.
    confidence_level : float
        Between 0 and 1, ends excluded.

    Returns
    -------
    Standardised
        A cell that has weight and nobody in it is bounded by the smallest and the largest gain its
        citizens could have, and a warning (W121) says so.

    Raises
    ------
    ValueError
        An unknown weighting, basis, status or level.
    StudyError
        E121 to E127 where the strata cannot be made; E111, E112 for transitions that the margins
        refute.
    """
    level = level_of(confidence_level)
    check_movers(movers)
    study = study.choose(rates=rates)
    found = strata_of(study, strata)
    groups = groups_of(study, found, movers, impossible)
    return estimate(study, found, groups, weights, movers, impossible, level)


def check_movers(movers: str) -> None:
    """Refuse an unknown reading of the moved."""
    if movers not in MOVERS:
        raise ValueError(f"movers: read {movers!r}; write one of {', '.join(MOVERS)}")


def estimate(
    study: Study,
    strata: Strata,
    groups: Groups,
    weights: Weights,
    movers: str,
    impossible: Sequence[Switch],
    level: float,
    parts: Sequence[Stratum] | None = None,
) -> Standardised:
    """Standardise groups that are divided already; `parts` are strata bounded before."""
    shares = weights_of(weights, groups.sizes, strata.ids)
    parts = parts or strata_bounds(strata, groups, level)
    found = groups.difference(shares, level)
    both = shares.mean(axis=0)
    return Standardised(
        weights=weights if isinstance(weights, str) else GIVEN,
        rates=study.conventions.rates,
        movers=movers,
        found=found,
        independent=groups.independent(shares),
        with_weights=_with_weights(weights, groups, shares, found),
        paired=bool(groups.values),
        strata=tuple(replace(part, weight=float(w)) for part, w in zip(parts, both, strict=True)),
        by=strata.by,
        labels=_labels(study),
        warnings=_warnings(study, strata, groups, shares),
        impossible=tuple((str(start), str(end)) for start, end in impossible),
        provenance=provenance(study),
    )


def raw(study: Study, movers: str, impossible: Sequence[Switch], level: float) -> Standardised:
    """Compare the groups as they are: one stratum that holds everybody."""
    strata = all_in_one(study)
    groups = groups_of(study, strata, movers, impossible)
    found = estimate(study, strata, groups, "pooled", movers, impossible, level)
    return replace(found, weights=RAW)


def strata_bounds(strata: Strata, groups: Groups, level: float) -> tuple[Stratum, ...]:
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
                {arm: int(groups.sizes[a, s]) for a, arm in enumerate(ARMS)},
                {arm: groups.mean(a, s, level) for a, arm in enumerate(ARMS)},
                groups.difference(alone, level),
            )
        )
    return tuple(parts)


def _with_weights(weights: Weights, groups: Groups, shares: Floats, found: Range) -> float:
    """Return the standard error with the weights' uncertainty, where citizens are known."""
    if not groups.values or not math.isfinite(found.standard_error) or not found.identified:
        return math.nan
    means = np.array([[v.mean() if v.size else 0.0 for v in arm] for arm in groups.values])
    shift = groups.shifts[0] - groups.shifts[1]
    extra = weight_variance(weights, groups.sizes, means[0] - means[1] + shift)
    return math.sqrt(found.standard_error**2 + extra)


def _labels(study: Study) -> dict[str, Label]:
    """Labels of the arms and the rate bases."""
    return {
        **{arm.id: arm.label for arm in study.arms},
        **{named.id: named.label for named in study.alternatives.get("rates", ())},
    }


def _warnings(study: Study, strata: Strata, groups: Groups, shares: Floats) -> tuple[Problem, ...]:
    """Name cells with nobody, one citizen or few, with their number."""
    found = []
    for a, arm in enumerate((INTERVENTION, CONTROL)):
        for s, name in enumerate(strata.ids):
            n = int(groups.sizes[a, s])
            if shares[a, s] > 0 and n < FEW:
                code = {0: "W121", 1: "W122"}.get(n, "W123")
                found.append(Problem(code, study.id, None, name, {"arm": arm, "n": n}))
            elif shares[a, s] == 0 and groups.sizes[:, s].any() and n == 0:
                found.append(Problem("W124", study.id, None, name, {"arm": arm}))
    return tuple(found)
