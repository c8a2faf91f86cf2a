"""Each input of a difference by itself: the value at which the difference is what is asked for.

The calculation is a sum of products, so the difference is a straight line in each input alone, or
a ratio of two where citizens are divided by; its zero is written down, not searched for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.gain import gain
from gevinst.analyses.turning.ends import difference
from gevinst.model.evaluate import evaluate
from gevinst.model.horizons import CONVENTIONS, RECURRING
from gevinst.rows.build import build
from gevinst.study.elsewhere.effects import FACTORS, factor_label, with_effects
from gevinst.study.prices import place_of, priced
from gevinst.study.study import Study
from gevinst.text.language import Label

Floats = NDArray[np.float64]

KINDS = (
    *("rate", "heads", "count", "years", "lost", "imbalance", "regression"),
    *("deadweight", "probability", "citizens", "stated"),
    *("effect", "effects", "transfer", "off", "anyway"),
)
"""Kinds of inputs: a rate; citizens an amount is spread over; citizens in a status, the others in
proportion; years that the effect lasts; what each of the lost costs a year beyond what is counted;
what each of the treated was dearer at start for reasons of no table; the part of their fall in cost
that comes by itself; the part of it that comes without the intervention; the probability of an
event; citizens whom a stratum stands for; what a course that somebody wrote down costs per krone
written; an effect from elsewhere, the part of all effects that comes, how much of one is expected
here, a share that comes off effects, and a share that would come off where none is stated."""


@dataclass(frozen=True)
class Input:
    """One input and where the difference is what is asked for.

    Parameters
    ----------
    input : str
        ``<kind>.<what>``, with one of `KINDS` and the ids of the study.
    current, value : float
        What it is, and what it would have to be, the rest as it is.
    unit : str
        As in the study's file: ``kr``, ``kr/year``, ``kr/month``, ``citizens``, ``years``,
        ``share``; of an effect ``pp`` or ``days``.
    scale : float
        What its distance is held against to say how near it is: its own size, or what is usual.
    limits : tuple of float
        The smallest and the largest value it can have at all.
    place : tuple of Label
        What it is called, in parts.
    sd : float or None
        Standard deviation the study gives it; None where it gives none.
    """

    input: str
    current: float
    value: float
    unit: str
    scale: float
    limits: tuple[float, float] = (0.0, math.inf)
    place: tuple[Label, ...] = ()
    sd: float | None = None

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return self.input.partition(".")[0]

    @property
    def distance(self) -> float:
        """Value minus current, in its unit."""
        return self.value - self.current

    @property
    def distance_sd(self) -> float | None:
        """The same in its own standard deviations; None where it has none."""
        return self.distance / self.sd if self.sd else None

    @property
    def possible(self) -> bool:
        """Whether it can have the value at all."""
        return self.limits[0] <= self.value <= self.limits[1]

    @property
    def nearness(self) -> tuple[bool, float]:
        """What inputs are sorted by: possible before impossible, then distance for its scale."""
        return not self.possible, abs(self.distance) / self.scale


@dataclass(frozen=True)
class Unlike:
    """A rate that one of two arms alone has, where the other has one other rate for the same.

    Parameters
    ----------
    arm, against : str
        Ids of the arm that has it, and of the other.
    other : float
        The other's rate, in the unit of the input.
    difference : float
        What the difference is with the other's rate in both, kr. per citizen.
    """

    arm: str
    against: str
    other: float
    difference: float


def brings_in(study: Study, each: Input) -> bool:
    """Whether an input is the rate of what comes in, and of nothing that costs."""
    rates = [f"rate.{rate.id}" for rate in study.rates]
    if each.input not in rates:
        return False
    priced_by = (study.rate_of == rates.index(each.input)).any(axis=(0, 1, 2))
    return all(study.items[i].income for i in np.flatnonzero(priced_by))


def unlike(study: Study, each: Input) -> Unlike | None:
    """Say what the other arm has in the place of a rate; None where it has not one other.

    The difference is a straight line in a rate, through what it is and zero at the input's value.
    """
    rates = {f"rate.{rate.id}": k for k, rate in enumerate(study.rates)}
    if len(study.contrast.arms) < 2 or each.input not in rates:
        return None
    rate_of = study.rate_of[[study.axes.at("arm", arm) for arm in study.contrast.arms]]
    used = rate_of == rates[each.input]
    has = used.any(axis=(1, 2, 3))
    if has.sum() != 1:
        return None
    own = int(has.argmax())
    others = {int(rate) for rate in rate_of[1 - own][used[own]]}
    other = study.rates[min(others)] if len(others) == 1 and min(others) >= 0 else None
    if other is None or other.unit != each.unit or other.kr / other.per == each.current:
        return None
    kr = other.kr / other.per
    then = difference(study) * (each.value - kr) / (each.value - each.current)
    return Unlike(study.contrast.arms[own], study.contrast.arms[1 - own], kr, then)


def inputs_of(study: Study, target: float) -> list[Input]:
    """Return every input that moves the difference, the nearest first."""
    ways = [_rates, _heads, _probabilities, _strata, _stated, _effects]
    if study.statuses:
        ways += [_counts, _lost, _by_itself]
        if CONVENTIONS[study.conventions.horizon].annual:
            ways.append(_years)
    found = [each for way in ways for each in way(study, target) if math.isfinite(each.value)]
    return sorted(found, key=lambda each: each.nearness)


def _solved(current: float, now: float, slope: float, target: float) -> float:
    """Where a straight line is at the target; NaN where it is flat."""
    flat = abs(slope) * max(1.0, abs(current)) <= 1e-12 * max(1.0, abs(now))
    return math.nan if flat else current + (target - now) / slope


def _rates(study: Study, target: float) -> Iterator[Input]:
    """Solve every rate: one row with each a step dearer."""
    inputs = build(study)
    step = np.maximum(np.abs(study.kr), 1.0)
    rows = np.vstack([study.kr, study.kr + np.diag(step)])
    found = evaluate(replace(inputs, rate=rows)).difference()
    used = set(study.rate_of[study.rate_of >= 0].tolist())
    errors = {each.rate: each.standard_error for each in study.summaries}
    for k, rate in enumerate(study.rates):
        slope = float(found[k + 1] - found[0]) / float(step[k])
        value = _solved(rate.kr, float(found[0]), slope, target)
        per = rate.per
        sd = errors.get(rate.id, rate.distribution.law(rate.kr).sd) / per
        once = rate.unit == "kr"
        alike = (abs(study.rates[j].kr) for j in used if (study.rates[j].unit == "kr") == once)
        yield Input(
            f"rate.{rate.id}",
            rate.kr / per,
            value / per,
            rate.unit,
            (rate.kr or max(alike, default=0.0) or 1.0) / per,
            place=priced(study, k),
            sd=sd or None,
        )


def _heads(study: Study, target: float) -> Iterator[Input]:
    """Solve the citizens that amounts paid for a group are spread over."""
    now = difference(study)
    for a, arm in enumerate(study.arms):
        if not study.group_lines[a].any() or not study.contrast.sign(arm.id):
            continue
        lines = study.group_lines.copy()
        lines[a] = 0.0
        without, heads = difference(replace(study, group_lines=lines)), study.heads(arm)
        value = (now - without) * heads / (target - without) if target != without else math.nan
        limits = (1.0, math.inf)
        yield Input(f"heads.{arm.id}", heads, value, "citizens", heads, limits, (arm.label,))


def _probabilities(study: Study, target: float) -> Iterator[Input]:
    """Solve the probability of every event."""
    now = difference(study)
    for event in study.events:
        lines = study.lines.copy()
        for cell in study.event_cells(event):
            lines[cell] = 0.0
        p = event.probability
        slope = (now - difference(replace(study, lines=lines))) / p
        value = _solved(p, now, slope, target)
        yield Input(
            f"probability.{event.id}", p, value, "share", 1.0, (0.0, 1.0), place_of(study, event)
        )


def _strata(study: Study, target: float) -> Iterator[Input]:
    """Solve how many citizens a stratum stands for, the others' numbers as they are."""
    arms = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    shares = study.stratum_shares[arms]
    if len(study.strata) == 1 or not (shares == shares[0]).all():
        return
    inputs = build(study)
    alone = replace(inputs, weight=np.ones_like(inputs.weight))
    each = evaluate(alone, by=("stratum",)).difference("stratum")[0]
    citizens = shares[0] * study.arms[arms[0]].analysed
    for k, stratum in enumerate(study.strata):
        others = np.delete(citizens, k), np.delete(each, k)
        flat = target == each[k]
        value = (
            float((others[0] @ (others[1] - target)) / (target - each[k])) if not flat else math.nan
        )
        yield Input(
            f"citizens.{stratum.id}",
            float(citizens[k]),
            value,
            "citizens",
            float(citizens.sum()),
            place=(stratum.label,),
        )


def _stated(study: Study, target: float) -> Iterator[Input]:
    """Solve what a written course costs per krone written: all its lines, and each case's."""
    reference = study.contrast.reference
    if not study.stated or reference is None:
        return
    now, a = difference(study), study.axes.at("arm", reference)
    cases = enumerate(study.strata if len(study.strata) > 1 else ())
    for each, strata in ((study.arms[a], slice(None)), *((c, slice(k, k + 1)) for k, c in cases)):
        lines, group_lines = study.lines.copy(), study.group_lines.copy()
        lines[a, strata] = group_lines[a, strata] = 0.0
        cost = now - difference(replace(study, lines=lines, group_lines=group_lines))
        value = _solved(1.0, now, cost, target)
        yield Input(f"stated.{each.id}", 1.0, value, "share", 1.0, place=(each.label,))


def _effects(study: Study, target: float) -> Iterator[Input]:
    """Solve each effect from elsewhere, how much of it comes, and what comes off."""
    said, now = study.elsewhere, difference(study)
    if said is None:
        return

    def at(effects: Mapping[str, float], off: Mapping[str, float]) -> float:
        return difference(with_effects(study, effects, off))

    for each in said.effects:
        none, one = at({each.id: 0.0}, {}), at({each.id: 1.0}, {})
        value, scale, label = _solved(0.0, none, one - none, target), each.scale, (each.label,)
        size = abs(each.point) or 1.0
        limits = each.law.limits[0] * scale, each.law.limits[1] * scale
        sd = scale * each.law.sd or None
        numbers = scale * each.point, scale * value, each.unit, scale * size
        yield Input(f"effect.{each.id}", *numbers, limits, label, sd)
        if each.transfer < 1.0 and each.point:
            part = each.transfer * value / each.point
            yield Input(f"transfer.{each.id}", each.transfer, part, "share", 1.0, (0.0, 1.0), label)
    none = at({each.id: 0.0 for each in said.effects}, {})
    part = _solved(0.0, none, now - none, target)
    yield Input("effects.all", 1.0, part, "share", 1.0)
    for factor in said.factors:
        none, all_ = at({}, {factor.id: 0.0}), at({}, {factor.id: 1.0})
        value, label = _solved(0.0, none, all_ - none, target), (factor_label(factor.id),)
        numbers = factor.share, value, "share", 1.0
        yield Input(f"off.{factor.id}", *numbers, (0.0, 1.0), label, factor.spread.sd or None)
    if FACTORS[0] not in (factor.id for factor in said.factors):
        yield Input("anyway.effects", 0.0, 1.0 - part, "share", 1.0, (0.0, 1.0))


def _counts(study: Study, target: float) -> Iterator[Input]:
    """Solve the citizens of a status at a time that counts, the others of the arm in proportion."""
    now = difference(study)
    for arm in study.contrast.arms:
        a, sign = study.axes.at("arm", arm), study.contrast.sign(arm)
        n = study.arms[a].analysed
        for t in np.flatnonzero(study.status_horizon).tolist():
            counts, costs = study.counts[a, t], study.status_costs[a, t]
            for i in study.statuses:
                here = int(counts[i])
                nobody_lost = i in study.lost and not here
                if here == n or nobody_lost or study.rate_of[a, 0, t, i] < 0:
                    continue
                others = float(counts @ costs - here * costs[i]) / (n - here)
                slope = sign * study.status_horizon[t] * float(costs[i] - others) / n
                item, time = study.items[i], study.times[t]
                yield Input(
                    f"count.{arm}.{time.id}.{item.id}",
                    here,
                    _solved(here, now, float(slope), target),
                    "citizens",
                    n,
                    (0.0, n),
                    (study.arms[a].label, item.label, time.label),
                )


def _lost(study: Study, target: float) -> Iterator[Input]:
    """Solve what each of an arm's lost costs a year beyond what is counted of them."""
    now, dearest = difference(study), float(study.status_costs.max())
    for arm in study.contrast.arms:
        a = study.axes.at("arm", arm)
        lost = study.counts[a][:, list(study.lost)].sum(axis=1)
        slope = study.contrast.sign(arm) * float(study.status_horizon @ lost)
        value = _solved(0.0, now, slope / study.arms[a].analysed, target)
        limits = (-math.inf, dearest)
        yield Input(f"lost.{arm}", 0.0, value, "kr/year", dearest, limits, (study.arms[a].label,))


def _by_itself(study: Study, target: float) -> Iterator[Input]:
    """Solve what of the treated arm's fall in cost came without the intervention."""
    found, at = gain(study), study.axes.at
    treated, reference = at("arm", study.contrast.treated), study.contrast.reference
    label = (study.arms[treated].label,)
    citizens = np.array([arm.analysed for arm in study.arms])
    improved, invested = found.gain / citizens, found.investment / citizens
    fall = float(improved[treated])
    now, first = difference(study), float(study.status_horizon[0])
    if reference is not None and first > 0.0:
        dear = float(found.cost[treated, 0] / citizens[treated])
        value = (now - target) / first
        limits = (-math.inf, math.inf)
        name = f"imbalance.{study.contrast.treated}"
        yield Input(name, 0.0, value, "kr/year", dear or 1.0, limits, label)
    if fall > 0.0:
        name, limits = f"regression.{study.contrast.treated}", (0.0, 1.0)
        yield Input(name, 0.0, (now - target) / fall, "share", 1.0, limits, label)
        other = at("arm", reference) if reference is not None else None
        current = 0.0 if other is None else float(improved[other]) / fall
        own = float(invested[treated]) - (0.0 if other is None else float(invested[other]))
        name = f"deadweight.{study.contrast.treated}"
        value = 1.0 - (own + target) / fall
        yield Input(name, current, value, "share", 1.0, (-math.inf, 1.0), label)


def _years(study: Study, target: float) -> Iterator[Input]:
    """Solve how many years a change in annual cost lasts, beside what is paid once."""
    each = evaluate(build(study), by=("item",)).difference("item")[0]
    flow = np.array([item.kind == RECURRING for item in study.items])
    annual, once = float(each[flow].sum()), float(each[~flow].sum())
    if once and annual:
        yield Input("years.lasting", 1.0, (target - once) / annual, "years", 1.0)
