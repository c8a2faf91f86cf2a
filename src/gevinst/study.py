"""Study: what an evaluation states and what is uncertain about it, as plain frozen values."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sized
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gevinst.axes import Axes
from gevinst.distributions import law_of
from gevinst.horizons import CONVENTIONS
from gevinst.laws import Law

if TYPE_CHECKING:
    from gevinst.gain import Gain

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Label = Mapping[str, str]
"""A text per language: ``{"da": ..., "en": ...}``."""


@dataclass(frozen=True)
class Named:
    """An id with a label: a payer, a stratum, an item of the health account, an alternative."""

    id: str
    label: Label


@dataclass(frozen=True)
class Arm(Named):
    """A group of citizens: how many were enrolled and how many are in the calculation."""

    enrolled: int
    analysed: int
    source: str

    @property
    def dropouts(self) -> int:
        """Citizens enrolled and not in the calculation."""
        return self.enrolled - self.analysed


@dataclass(frozen=True)
class Time(Named):
    """A point in time or a period; `years` since the start, where it has one."""

    years: float | None


@dataclass(frozen=True)
class Item(Named):
    """A benefit status or a cost line.

    Parameters
    ----------
    id, label
        As in `Named`.
    kind : str
        ``recurring`` or ``one_off``.
    status : bool
        Whether citizens are counted in it; otherwise it is a cost line.
    lost : bool
        Whether citizens in this status are lost to follow-up: a cost of zero is then no saving.
    investment : bool
        Whether it is the price of the intervention itself.
    """

    kind: str
    status: bool = False
    lost: bool = False
    investment: bool = False


@dataclass(frozen=True)
class Distribution:
    """How uncertain a rate is.

    Parameters
    ----------
    kind : str
        One of `gevinst.distributions.KINDS`.
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

    def law(self, kr: float) -> Law:
        """Return the law of a rate of so many kr.; see `gevinst.distributions.law_of`."""
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
    """One printed amount of a cost line, as printed.

    Parameters
    ----------
    arm, stratum, item, time : str
        Where; an empty stratum means them all.
    kr : float
        The amount.
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

    @property
    def whole(self) -> float:
        """Whole price of one unit, all payers together, if the event happens, per krone printed."""
        contained = self.probability if self.included else 1.0
        return 1.0 / self.shares[self.paid_by] / contained / self.units


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


@dataclass(frozen=True)
class Activity:
    """Contacts and kr. of one group in one year, in an account kept beside the headline."""

    item: str
    arm: str
    year: int
    contacts: tuple[int, ...]
    """The values it can have: one, or several where the count is suppressed ("<5")."""
    kr: float
    source: str


@dataclass(frozen=True)
class Published:
    """A figure or a claim as published: data, not a finding.

    Parameters
    ----------
    id : str
        Its name.
    measure : str
        What it says a number of; `gevinst.published` recalculates it.
    relation : str
        ``=`` for a figure, ``>`` or ``<`` for a claim of direction.
    value : float
        In `unit`; for a claim of direction what it is compared with.
    unit : str
        ``kr``, ``pct``, ``citizens`` ...: one of `gevinst.published.UNITS`.
    rounding : float
        Unit of the last printed digit; 0 where the number is exact.
    source, quote : str
        Where it stands, and the words where the text claims it.
    arm, stratum, time, since, item, payer : str
        Where; empty means the whole. `since` is the earlier time of a change; `item` a status, a
        line, a group of statuses, or an item of the health account.
    of : int or None
        For a percentage of people: the number asked.
    years : float or None
        How many years the figure covers, where that matters.
    said_as : str
        What the text calls it: ``total``, ``effect``, ``annual``, or nothing.
    follows : str
        How it follows from other published figures: a formula over their ids.
    """

    id: str
    measure: str
    relation: str
    value: float
    unit: str
    rounding: float
    source: str
    quote: str = ""
    arm: str = ""
    stratum: str = ""
    time: str = ""
    since: str = ""
    item: str = ""
    payer: str = ""
    of: int | None = None
    years: float | None = None
    said_as: str = ""
    follows: str = ""


@dataclass(frozen=True)
class SourceSpec:
    """A declared source of uncertainty: its name, in words what it rests on, and its settings."""

    name: str
    basis: Label
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """Something a reader must know, with the words of the publication where they matter."""

    id: str
    label: Label
    source: str
    quote: str = ""


@dataclass(frozen=True)
class Stratification:
    """What citizens are compared within: groups of statuses at the first time, or a column.

    Parameters
    ----------
    label : mapping of str to str
        What the strata are strata of: "benefit at start".
    groups : tuple of str
        Ids of groups of statuses, or of statuses, a stratum each; empty where a column says it.
    column : str
        Column of person rows each value of which is a stratum; empty where groups say it.
    """

    label: Label
    groups: tuple[str, ...] = ()
    column: str = ""


@dataclass(frozen=True)
class Conventions:
    """The choices a calculation rests on.

    Parameters
    ----------
    rates : str
        The rate basis: which rate prices which cell.
    horizon : str
        The time convention (`gevinst.horizons.CONVENTIONS`).
    heads : str
        What an amount paid for a whole group is divided by: ``analysed`` or ``enrolled``.
    perspective : str
        Whose costs count: a payer's id, or ``all``.
    weights : str
        How many citizens each stratum stands for.
    payers : str
        Which payer a printed amount belongs to.
    """

    rates: str
    horizon: str
    heads: str = "analysed"
    perspective: str = "all"
    weights: str = "stated"
    payers: str = "stated"


HEADS = ("analysed", "enrolled")
ALL = "all"
STATED = "stated"
"""The one choice where a study names no alternatives."""


_MAY_LACK = (
    *("paths", "citizens", "uncounted", "masked", "start_strata", "citizen_strata"),
    *("correlations", "stratification"),
)
"""Fields that are no part of a study's hash where they are empty: what it has not."""


@dataclass(frozen=True, eq=False)
class Study:
    """A study: immutable, and complete without its files.

    Parameters
    ----------
    id, language, title, price_year
        Who it is.
    arms, strata, times, items, payers
        The axes, with labels.
    groups : mapping
        Named groups of statuses: id -> (label, member ids).
    rates : tuple of Rate
        Every price, benefits and lines.
    rate_maps : mapping of str to ndarray of int, shape (arm, stratum, time, item)
        Per rate basis: position in `rates` of each cell's rate; -1 where there is none.
    counts : ndarray of int, shape (arm, time, item)
        Citizens per status; zero for lines, and everywhere in a study of lines only. Counted
        from `paths` where there are any.
    lines : ndarray, shape (arm, stratum, time, item)
        Units of each cost line per citizen of the stratum (probability x units).
    group_lines : ndarray, shape (arm, stratum, time, item)
        Units of each cost line per whole arm, divided by `heads` when used.
    shares : mapping of str to ndarray, shape (arm, stratum, time, item, payer)
        Per reading of the payers: the part of each price that each payer pays.
    weights : mapping of str to ndarray, shape (arm, stratum)
        Per weighting: stratum shares of the population the arm stands for.
    amounts
        The printed amounts behind the lines.
    activity, activity_items
        The account kept beside the headline.
    paths : mapping of str to ndarray of int, shape (n, time), or None
        Paired data: per arm the position in `items` of each analysed citizen's status at each
        time, in the order of `citizens`. None where the data are margins: `counts` alone.
    citizens : mapping of str to mapping of str to tuple of str
        Paired data: per arm the columns that came with the citizens (``id``, ``stratum``, ...),
        one text per analysed citizen.
    uncounted : ndarray, shape (arm, stratum, time, item)
        Units, per citizen who has them, of lines that the calculation leaves out; empty where
        there are none.
    masked : mapping of str to tuple of ndarray of int, shape (set, item)
        Per arm with suppressed counts and per time: the sets of counts that add up to the arm's
        citizens. `counts` then holds the set nearest to their mean.
    start_strata : ndarray of int, shape (item,)
        Of a study divided into strata by the status at start: each status's stratum, or -1.
    citizen_strata : mapping of str to ndarray of int, shape (n,)
        Of paired data divided by a column: per arm each citizen's stratum.
    correlations : tuple of Correlation
        Rates that move together; the others do not.
    assumed : mapping of str to mapping
        What `assume` says of sources, beside what they declare.
    published, conventions, alternatives, sources, assumptions, notes, references
        What is said about the numbers.
    stratification : Stratification or None
        What citizens are compared within, where the study says so.
    """

    id: str
    language: str
    title: Label
    price_year: int
    arms: tuple[Arm, ...]
    strata: tuple[Named, ...]
    times: tuple[Time, ...]
    items: tuple[Item, ...]
    payers: tuple[Named, ...]
    groups: Mapping[str, tuple[Label, tuple[str, ...]]]
    rates: tuple[Rate, ...]
    rate_maps: Mapping[str, Integers]
    counts: Integers
    lines: Floats
    group_lines: Floats
    shares: Mapping[str, Floats]
    weights: Mapping[str, Floats]
    conventions: Conventions
    alternatives: Mapping[str, tuple[Named, ...]]
    sources: tuple[SourceSpec, ...]
    assumptions: Mapping[str, Label]
    notes: tuple[Note, ...]
    references: Mapping[str, Label]
    published: tuple[Published, ...] = ()
    amounts: tuple[Amount, ...] = ()
    activity: tuple[Activity, ...] = ()
    activity_items: tuple[Named, ...] = ()
    paths: Mapping[str, Integers] | None = None
    citizens: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    stratification: Stratification | None = None
    uncounted: Floats = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))
    masked: Mapping[str, tuple[Integers, ...]] = field(default_factory=dict)
    start_strata: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    citizen_strata: Mapping[str, Integers] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    assumed: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def axes(self) -> Axes:
        """Names and order of the axes."""
        return Axes(
            *(
                tuple(named.id for named in axis)
                for axis in (self.arms, self.strata, self.times, self.items, self.payers)
            )
        )

    @property
    def statuses(self) -> tuple[int, ...]:
        """Positions of the items that citizens are counted in."""
        return tuple(i for i, item in enumerate(self.items) if item.status)

    @property
    def events(self) -> tuple[Event, ...]:
        """Lines that may not come: one estimate is one event, at its times.

        Where an amount names no stratum the event is one in all of them.
        """
        times: dict[tuple[str, str, str, float], list[str]] = {}
        for amount in self.amounts:
            if amount.probability < 1.0:
                of = (amount.arm, amount.stratum, amount.item, amount.probability)
                times.setdefault(of, []).append(amount.time)
        # A time may have an amount for each rate basis.
        return tuple(Event(*of, tuple(dict.fromkeys(when))) for of, when in times.items())

    @property
    def hash(self) -> str:
        """SHA-256 of the study's content: the same whatever the files' formatting."""
        content = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        for name in _MAY_LACK:
            if content[name] is None or (
                isinstance(content[name], Sized) and not len(content[name])
            ):
                del content[name]  # what a study has not does not change what it is
        for choice in ("conventions", "assumed"):  # about the study, carried beside the hash
            del content[choice]
        text = json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def choose(
        self,
        *,
        rates: str | None = None,
        horizon: str | None = None,
        heads: str | None = None,
        perspective: str | None = None,
        weights: str | None = None,
        payers: str | None = None,
    ) -> Study:
        """Return the same study under other conventions.

        Parameters
        ----------
        rates, horizon, heads, perspective, weights, payers : str, optional
            As in `Conventions`; what is not given stays.

        Raises
        ------
        ValueError
            If the study has no such alternative; the message lists those it has.
        """
        wanted = {
            "rates": rates,
            "horizon": horizon,
            "heads": heads,
            "perspective": perspective,
            "weights": weights,
            "payers": payers,
        }
        chosen = {name: value for name, value in wanted.items() if value is not None}
        for name, value in chosen.items():
            known = self.choices[name]
            if value not in known:
                raise ValueError(f"{name}: read '{value}'; this study has: {', '.join(known)}")
        return replace(self, conventions=replace(self.conventions, **chosen))

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What each convention can be in this study."""
        return {
            "rates": tuple(self.rate_maps),
            "horizon": self._horizons,
            "heads": HEADS,
            "perspective": (ALL, *self.axes.payers),
            "weights": tuple(self.weights),
            "payers": tuple(self.shares),
        }

    def assume(self, source: str, **settings: object) -> Study:
        """Return the same study with other settings of one of its sources.

        Parameters
        ----------
        source : str
            Name of a declared source: ``outcomes``, ``missing`` ...
        **settings
            As its class in `gevinst.sources` names them: ``law="rubin"``, ``moved="last_status"``.

        Raises
        ------
        ValueError
            If the study declares no such source. What a setting allows is said when it is used.
        """
        declared = [spec.name for spec in self.sources]
        if source not in declared:
            known = ", ".join(declared) or "none"
            raise ValueError(f"assume: read '{source}'; this study's sources are: {known}")
        assumed = {**self.assumed.get(source, {}), **settings}
        return replace(self, assumed={**self.assumed, source: assumed})

    def as_margins(self) -> Study:
        """Return the study as its counts alone tell it: nobody's path is known."""
        return replace(self, paths=None, citizens={})

    @property
    def _horizons(self) -> tuple[str, ...]:
        """Time conventions that have a meaning here: levels at points in time, or periods."""
        points = all(time.years is not None for time in self.times)
        fitting = {"period_sum": not points, "annual_end": points or bool(self.statuses)}
        return tuple(name for name in CONVENTIONS if fitting.get(name, points))

    def gain(self) -> Gain:
        """Calculate the published gain: `gevinst.gain.gain` of this study."""
        # The one import that points up the layers: the calculation lies above the data, and a
        # study is what a user holds in the hand.
        from gevinst.gain import gain

        return gain(self)


def _plain(value: object) -> object:
    """Turn a value of a study into what JSON can write."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a study holds no {type(value).__name__}")
