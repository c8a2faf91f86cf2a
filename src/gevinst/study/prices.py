"""Prices: rates, what is uncertain about them, and the printed amounts and means behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gevinst.stats.distributions import law_of
from gevinst.stats.laws import Fixed, Law, Normal
from gevinst.study.named import label_of
from gevinst.study.restated import Restated
from gevinst.text.language import Label, Language

if TYPE_CHECKING:
    from gevinst.study.study import Study

NORMAL = "normal"
LAWS = (NORMAL, "gamma", "lognormal")
"""Laws of a mean, by its mean and its standard error; the first is the default."""

SPREADS = {"sd": ("sd",), "se": ("se",), "interval": ("low", "high"), "quartiles": ("q1", "q3")}
"""How a spread can be printed, and in which columns."""


@dataclass(frozen=True)
class Distribution:
    """How uncertain a rate is.

    Parameters
    ----------
    kind : str
        One of `gevinst.stats.distributions.KINDS`.
    assumption : str
        Id of the assumption that says why.
    cv : float
        Coefficient of variation of a ``gamma`` or ``lognormal``; 0 where a range says it.
    low, high : float
        kr. per unit, both 0 where nothing is stated. Of a ``gamma`` or ``lognormal`` a 90 % range,
        of a ``pert`` the least and the most, of a ``uniform`` its bounds.
    """

    kind: str
    assumption: str
    cv: float = 0.0
    low: float = 0.0
    high: float = 0.0

    @property
    def ends(self) -> tuple[float, float] | None:
        """The least and the most it can be; None where nobody says."""
        return (self.low, self.high) if self.kind in ("uniform", "pert") else None

    def law(self, kr: float) -> Law:
        """Return the law of a rate of so many kr.; see `gevinst.stats.distributions.law_of`."""
        return law_of(self.kind, kr, cv=self.cv, low=self.low, high=self.high)


@dataclass(frozen=True)
class Rate:
    """A price: one entity, drawn once per row wherever it is used.

    Parameters
    ----------
    id : str
        Its name in the tables.
    kr : float
        kr. per `unit`: kr. per citizen-year for a status, kr. per unit for a line.
    unit : str
        ``kr/year``, ``kr/month`` or ``kr``, as written; `kr` is per year where it is per month.
    distribution : Distribution
        What is uncertain about it.
    drawn_by : str
        Name of the source that draws it; empty where it is fixed.
    source : str
        Where the number stands.
    printed : float or None
        The rate as printed, in kr. per `printed_unit`, where `kr` is implied from printed cells.
    printed_unit : str
        Unit of `printed`.
    rounding : float
        Half the unit of the last printed digit, in kr. per unit, where `kr` is a printed amount.
    implied : tuple of float or None
        The lowest and highest rate that explain every printed cell and total within rounding.
    label : mapping of str to str
        What it is called, per language; what it prices where nobody named it.
    restated : Restated or None
        What it was stated as, in another currency or another year's prices than the study's; of a
        line's per unit, all payers together.
    """

    id: str
    kr: float
    unit: str
    distribution: Distribution
    drawn_by: str
    source: str
    printed: float | None = None
    printed_unit: str = ""
    rounding: float = 0.0
    implied: tuple[float, float] | None = None
    label: Label = field(default_factory=dict)
    restated: Restated | None = None

    @property
    def per(self) -> float:
        """How many kr. of `kr` one of `unit` is: 12 where it is written per month."""
        return 12.0 if self.unit == "kr/month" else 1.0

    @property
    def factor(self) -> float:
        """Study's kr. per unit of money that it was stated in."""
        return self.restated.factor if self.restated else 1.0


@dataclass(frozen=True)
class Correlation:
    """Two rates that move together.

    Parameters
    ----------
    rate, other : str
        Ids of two rates that one source draws.
    rank : float
        Spearman rank correlation, from -1 to 1, of their own draws.
    assumption : str
        Id of the assumption that says why.
    """

    rate: str
    other: str
    rank: float
    assumption: str


@dataclass(frozen=True)
class Amount:
    """One printed amount of a cost line.

    Parameters
    ----------
    arm, stratum, item, time : str
        Where; an empty stratum means them all.
    kr : float
        The amount, in the study's currency and prices.
    paid_by : str
        The payer whose part it is.
    shares : mapping of str to float
        Part of the whole price each payer pays, as the calculation uses it.
    label_shares : mapping of str to float
        The same as the line's own label states it; empty where it states none.
    units, probability : float
        How many units it is for, and the probability of the event.
    included : bool
        Whether the amount already contains the probability.
    itemised : bool
        False for what a total contains beyond its lines.
    source, note : str
        Where it stands, and what must be known of it.
    restated : Restated or None
        What is printed, where that is in another currency or another year's prices.
    """

    arm: str
    stratum: str
    item: str
    time: str
    kr: float
    paid_by: str
    shares: Mapping[str, float]
    label_shares: Mapping[str, float]
    units: float
    probability: float
    included: bool
    itemised: bool
    source: str
    note: str = ""
    restated: Restated | None = None

    @property
    def printed(self) -> float:
        """The amount as printed."""
        return self.restated.amount if self.restated else self.kr

    @property
    def factor(self) -> float:
        """Study's kr. per unit of money that it is printed in."""
        return self.restated.factor if self.restated else 1.0

    @property
    def half(self) -> float:
        """Half a krone of what is printed, which it is rounded to."""
        return 0.5 * self.factor

    @property
    def whole(self) -> float:
        """Whole price of one unit, all payers together, if the event happens, per krone of `kr`."""
        contained = self.probability if self.included else 1.0
        return 1.0 / self.shares[self.paid_by] / contained / self.units


@dataclass(frozen=True)
class Summary:
    """What is printed of an item in one arm at one time: a mean, and how much it spreads.

    Parameters
    ----------
    arm, item, time : str
        Where.
    rate : str
        Id of the rate that the mean is.
    n : int
        Citizens it is the mean of.
    mean : float
        In the study's currency per citizen, as printed: what comes in is no minus here.
    spread : str
        One of `SPREADS`; empty where none is printed.
    printed : tuple of float
        What is printed of it.
    level : float
        Of an interval, between 0 and 1; else 0.
    law : str
        One of `LAWS`.
    source : str
        Where it stands.
    """

    arm: str
    item: str
    time: str
    rate: str
    n: int
    mean: float
    spread: str = ""
    printed: tuple[float, ...] = field(default=())
    level: float = 0.0
    law: str = NORMAL
    source: str = ""

    @property
    def standard_error(self) -> float:
        """Standard error of the mean; 0 where no spread is printed.

        ``sd`` over the root of n; an interval's width over twice Student's quantile with n - 1
        degrees of freedom; of quartiles the standard deviation that they have under a normal law,
        (q3 - q1) / (2 z((0.75 n - 0.125) / (n + 0.25))), which is (q3 - q1) / 1.349 in a large
        group: Wan, Wang, Liu & Tong (2014), BMC Medical Research Methodology 14:135, scenario C3.

        Examples
        --------
        >>> Summary("a", "hospital", "end", "r", 25, 900.0, "sd", (500.0,)).standard_error
        100.0
        >>> Summary("a", "hospital", "end", "r", 25, 900.0).standard_error
        0.0
        """
        from scipy.special import ndtri, stdtrit

        if not self.spread:
            return 0.0
        width = self.printed[-1] - self.printed[0]
        if self.spread == "interval":
            return float(width / 2.0 / stdtrit(self.n - 1, 0.5 + self.level / 2.0))
        if self.spread == "quartiles":
            share = (0.75 * self.n - 0.125) / (self.n + 0.25)
            return float(width / 2.0 / ndtri(share) / math.sqrt(self.n))
        return self.printed[0] / (math.sqrt(self.n) if self.spread == "sd" else 1.0)

    def sampling_law(self, factor: float = 1.0) -> Law:
        """Return the law of the mean, its variance so many times the standard error's square."""
        sd = self.standard_error * math.sqrt(factor)
        if sd == 0.0:
            return Fixed(self.mean)
        if self.law == NORMAL:
            return Normal(self.mean, sd)
        return law_of(self.law, self.mean, cv=sd / self.mean)


@dataclass(frozen=True)
class Event:
    """A line of one arm that comes with a probability at some times; no stratum means them all."""

    arm: str
    stratum: str
    item: str
    probability: float
    times: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name of what is drawn of it."""
        return f"{self.arm}:{self.stratum}:{self.item}:{self.probability:g}"


def events_of(amounts: Iterable[Amount]) -> tuple[Event, ...]:
    """Find the lines that may not come: one estimate is one event, at its times.

    Where an amount names no stratum the event is one in all of them.
    """
    times: dict[tuple[str, str, str, float], list[str]] = {}
    for amount in amounts:
        if amount.probability < 1.0:
            of = (amount.arm, amount.stratum, amount.item, amount.probability)
            times.setdefault(of, []).append(amount.time)
    # A time may have an amount for each rate basis.
    return tuple(Event(*of, tuple(dict.fromkeys(when))) for of, when in times.items())


def worth(study: Study, summary: Summary) -> float:
    """What a unit of a mean counts for in the gain of its arm, under the study's conventions."""
    a, t, i = (
        study.axes.at(axis, id_)
        for axis, id_ in (("arm", summary.arm), ("time", summary.time), ("item", summary.item))
    )
    units = study.stratum_shares[a, 0] * study.lines[a, 0, t, i] * study.horizon[t, i]
    return float(units * study.payer_shares[a, 0, t, i].sum())


def spread_means(study: Study, arm: str) -> tuple[Summary, ...]:
    """Return the means of an arm that have a spread and count for something."""
    own = (each for each in study.summaries if each.arm == arm)
    return tuple(each for each in own if each.standard_error and worth(study, each))


def place_of(study: Study, event: Event) -> tuple[Label, ...]:
    """Say where an event can come: the arm, the stratum where it is of one, and the item."""
    along = (study.arms, event.arm), (study.strata, event.stratum), (study.items, event.item)
    return tuple(label_of(axis, id_) for axis, id_ in along if id_)


def priced(study: Study, rate: int) -> tuple[Label, ...]:
    """Say what a rate prices: statuses or lines, and the arm, strata and times where not all.

    Under the rate basis that is chosen, or the first other one that has it.
    """
    maps = (study.rate_of, *study.rate_maps.values())
    used = next((each for each in maps if (each == rate).any()), study.rate_of)
    cells, axes = np.argwhere(used == rate), ("arm", "stratum", "time")
    items = dict.fromkeys(study.axes.items[i] for i in sorted(set(cells[:, 3].tolist())))
    groups = (name for name, (_, members) in study.groups.items() if set(members) == set(items))
    group = next(groups, None) if items else None
    first = [label_of(study.items, name) for name in [*items][:1]]
    parts = [study.groups[group][0]] if group else first
    at = {axis: set(cells[:, k].tolist()) for k, axis in enumerate(axes)}
    of_items = np.isin(np.arange(len(study.items)), [study.axes.at("item", i) for i in items])
    all_ = np.argwhere((used >= 0) & of_items)
    for k, axis in enumerate(axes):
        if at[axis] < set(all_[:, k].tolist()):
            along = (study.arms, study.strata, study.times)[k]
            parts += [along[place].label for place in sorted(at[axis])]
    return tuple(parts)


def rate_name(study: Study, rate: int, text: Language) -> str:
    """Name a rate as the study does, or by what it prices; by its id where that is nothing."""
    named = study.rates[rate]
    return text.label(named.label) or ", ".join(map(text.label, priced(study, rate))) or named.id


def priced_alike(study: Study) -> Study:
    """Return the study under a basis in which a status costs the same in every arm at every time.

    Its own basis if it is one, or where there is none.
    """
    own = study.conventions.basis
    for basis in dict.fromkeys((own, *study.rate_maps)):
        rates = study.rate_maps[basis][:, 0][..., list(study.statuses)]
        kr = np.where(rates >= 0, study.kr[rates], np.nan).reshape(-1, rates.shape[-1])
        known = kr[:, ~np.isnan(kr).all(axis=0)]
        if np.allclose(np.nanmin(known, axis=0), np.nanmax(known, axis=0)):
            return study.choose(basis=basis)
    return study


def paid_each(study: Study) -> tuple[Label, ...]:
    """Return what is paid, or comes in, per citizen of the arms compared, counted in no status."""
    arms = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    return tuple(study.items[i].label for i in np.flatnonzero(study.lines[arms].any((0, 1, 2))))
