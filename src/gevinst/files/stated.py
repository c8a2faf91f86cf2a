"""What the settings name and what the tables fill in, and how their rows refer to it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gevinst.files.tables import Row, Table
from gevinst.model.axes import AXES
from gevinst.sources.registry import RATE_SOURCES
from gevinst.stats.distributions import FITTED, KINDS, MOST_CV, MOST_MISS, miss, nearest, points
from gevinst.stats.laws import Pert
from gevinst.study.claims import Activity, Published, Survey, YearlyAccount
from gevinst.study.comparison import Comparison
from gevinst.study.elsewhere.effects import Elsewhere
from gevinst.study.named import MOST, Arm, Design, Item, Named, SourceSpec, Time
from gevinst.study.outcomes import Outcome
from gevinst.study.prices import Amount, Correlation, Distribution, Rate, Summary
from gevinst.study.restated import Exchange, IndexYear
from gevinst.text.language import Label
from gevinst.text.numerals import DANISH, NumberStyle, Numeral
from gevinst.text.voice import DKK

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOT_PRINTED = re.compile(r"[-–—−]+|[.…:]{1,3}|[xX]|\*+|[nN]\.?[aA]\.?|[iI]\.?[oO]\.?")
"""Marks that tables have in the place of a count, with one meaning here and another there."""

MOST_MASKED = 1000
"""A count is suppressed because it is small."""


@dataclass(frozen=True)
class Stated:
    """What the settings name, for the tables to refer to."""

    id: str
    language: str
    arms: tuple[Arm, ...]
    strata: tuple[Named, ...]
    times: tuple[Time, ...]
    items: tuple[Item, ...]
    payers: tuple[Named, ...]
    sources: tuple[SourceSpec, ...]
    alternatives: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    assumptions: Mapping[str, Label] = field(default_factory=dict)
    groups: Mapping[str, tuple[Label, tuple[str, ...]]] = field(default_factory=dict)
    activity: tuple[str, ...] = ()
    survey: Survey = field(default_factory=Survey)
    least_masked: int = 1
    rounded: int = 0
    comparison: Comparison | None = None
    design: Mapping[str, Design] = field(default_factory=dict)
    style: NumberStyle = DANISH
    currency: str = DKK
    price_year: int = 0
    exchange: Mapping[str, Exchange] = field(default_factory=dict)
    index: Mapping[int, float] | None = None
    """None where there is no such table, and empty where it cannot be read."""
    outcomes: tuple[Outcome, ...] = ()
    accounts: tuple[YearlyAccount, ...] = ()
    account_groups: tuple[Named, ...] = ()
    priced: bool = True
    counted: tuple[Named, ...] = ()
    """Strata that counts are kept in; the axis of strata has then one."""

    @property
    def alone(self) -> bool:
        """Whether nobody is the reference."""
        said = self.comparison
        return len(self.arms) < 2 if said is None else said.contrast.reference is None

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Lengths of (arm, stratum, time, item)."""
        return len(self.arms), len(self.strata), len(self.times), len(self.items)

    @property
    def bases(self) -> tuple[str, ...]:
        """Ids of the rate bases."""
        return tuple(basis.id for basis in self.alternatives["basis"]) or ("published",)

    @cached_property
    def _ids(self) -> dict[str, Ids]:
        """Per axis its ids, as they are stated: made once, as every row of a table asks."""
        named = (self.arms, self.strata, self.times, self.items, self.payers)
        axes: dict[str, Iterable[Named]] = dict(zip(AXES, named, strict=True))
        axes["status"] = (item for item in self.items if item.status)
        axes["counted"] = self.counted
        axes["line"] = (item for item in self.items if not item.status)
        return {axis: Ids(entry.id for entry in entries) for axis, entries in axes.items()}

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {
            axis: {name: place for place, name in enumerate(ids)} for axis, ids in self._ids.items()
        }

    def ids(self, axis: str) -> tuple[str, ...]:
        """Ids of an axis: ``arm``, ``stratum``, ``time``, ``item``, ``payer``, a kind of item.

        The kinds are ``status`` and ``line``; ``counted`` are the strata that counts are kept in.
        """
        return self._ids[axis]

    def at(self, axis: str, id: str) -> int:  # noqa: A002 - as in `gevinst.model.axes.Axes`
        """Position of an id along its axis."""
        return self._places[axis][id]


class Ids(tuple[str, ...]):
    """Ids in their order, of which each is found at once."""

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self)

    def __contains__(self, name: object) -> bool:
        return name in self._all


@dataclass(frozen=True)
class Persons:
    """Person rows, read.

    Parameters
    ----------
    table : Table
        Where they stood.
    counts : ndarray of int, shape (arm, time, item)
        Citizens per status.
    paths : dict of str to ndarray of int, shape (n, time)
        Per arm each analysed citizen's items, in the order of the ids.
    citizens : dict of str to dict of str to tuple of str
        Per arm the other columns of the analysed citizens; a number is a `Numeral`.
    enrolled : dict of str to int
        Per arm the number of rows.
    dropout_starts : ndarray of int, shape (arm, item)
        Citizens who have a status at the start and none at some other time.
    """

    table: Table = field(repr=False)
    counts: Integers
    paths: dict[str, Integers]
    citizens: dict[str, dict[str, tuple[str, ...]]]
    enrolled: dict[str, int]
    dropout_starts: Integers

    def sized(self, arms: Sequence[Arm]) -> tuple[Arm, ...]:
        """Return arms with the sizes the rows have, held against those stated (0: not stated).

        More may be stated as enrolled than there are rows: dropouts of whom nothing is known.
        """
        found = []
        for arm in arms:
            rows, complete = self.enrolled[arm.id], len(self.paths[arm.id])
            enrolled, analysed = arm.enrolled or rows, arm.analysed or complete
            if enrolled < rows or analysed != complete:
                self.table.problem(
                    "E106",
                    arm=arm.id,
                    rows=rows,
                    complete=complete,
                    enrolled=enrolled,
                    analysed=analysed,
                )
            found.append(replace(arm, enrolled=enrolled, analysed=analysed))
        return tuple(found)


@dataclass
class Contents:
    """What the tables hold, filled table by table; `rated` are those that rates stand in.

    `line_of` is the line on which each cell of (arm, stratum, time, item) has its first amount.
    """

    counts: Integers
    lines: Floats
    group_lines: Floats
    uncounted: Floats
    share: Floats
    rate_maps: dict[str, Integers]
    dropout_starts: Integers
    stratum_counts: Integers
    masked: dict[str, dict[int, Integers]] = field(default_factory=dict)
    rates: list[Rate] = field(default_factory=list)
    correlations: tuple[Correlation, ...] = ()
    published: tuple[Published, ...] = ()
    amounts: tuple[Amount, ...] = ()
    summaries: tuple[Summary, ...] = ()
    elsewhere: Elsewhere | None = None
    line_of: dict[tuple[int, ...], int] = field(default_factory=dict)
    activity: tuple[Activity, ...] = ()
    survey: Survey | None = None
    accounts: tuple[YearlyAccount, ...] = ()
    persons: Persons | None = None
    positions: dict[str, int] = field(default_factory=dict)
    rated: list[Table] = field(default_factory=list)
    index: tuple[IndexYear, ...] = ()

    @classmethod
    def of(cls, stated: Stated) -> Contents:
        """Return what there is before any table is read."""
        arms, _, times, items = shape = stated.shape
        return cls(
            counts=np.zeros((arms, times, items), dtype=np.int64),
            lines=np.zeros(shape),
            group_lines=np.zeros(shape),
            uncounted=np.zeros(shape),
            share=np.zeros((*shape, len(stated.payers))),
            rate_maps={basis: np.full(shape, -1, dtype=np.int64) for basis in stated.bases},
            dropout_starts=np.zeros((arms, items), dtype=np.int64),
            stratum_counts=np.zeros(
                (arms, len(stated.counted), times, items) if stated.counted else (0, 0, 0, 0),
                dtype=np.int64,
            ),
        )

    def add_rate(self, rate: Rate) -> int:
        """Keep a rate and return its position."""
        self.positions[rate.id] = len(self.rates)
        self.rates.append(rate)
        return self.positions[rate.id]

    @property
    def seen(self) -> Integers:
        """Citizens per status, and dropouts where they are known to have started."""
        return all_seen(self.counts, self.dropout_starts)

    @property
    def rates_hold(self) -> bool:
        """Whether every rate is read; else what hangs on them would repeat their problems."""
        return not any(table.faulty for table in self.rated)


def all_seen(counts: Integers, dropout_starts: Integers) -> Integers:
    """Return who is in each status, shape (arm, time, item): dropouts at the start too."""
    found = counts.copy()
    found[:, 0] += dropout_starts
    return found


def known_starts(dropout_starts: Integers) -> Integers:
    """Return dropouts by start as a study holds them: empty where nobody's start is known."""
    return dropout_starts if dropout_starts.any() else np.zeros((0, 0), dtype=np.int64)


def count_of(row: Row, column: str) -> tuple[int, ...] | None:
    """Read a count: the whole numbers it can be; ``<5`` is 1 to 4."""
    text = row.needed(column)
    if masked := re.fullmatch(r"<\s*0*([0-9]+)", text):
        below = int(masked[1]) if len(masked[1]) < 10 else MOST
        if 2 <= below <= MOST_MASKED:
            return tuple(range(1, below))
        row.problem("E066", text, column=column)
        return None
    if NOT_PRINTED.fullmatch(text):
        row.problem("E366", text, column=column)
        return None
    number = row.parse(column, text, "E172")
    if number is None:
        return None
    if number < 0:
        row.problem("E022", text, column=column)
        return None
    if number != int(number):
        row.problem("E023", text, column=column)
        return None
    if number > MOST:
        row.problem("E066", text, column=column)
        return None
    return (int(number),)


def distribution_of(row: Row, mean: float, scale: float, stated: Stated) -> Distribution:
    """Read how uncertain a rate is; every rate says so, and why.

    Parameters
    ----------
    row : Row
        ``distribution``, ``assumption``, and what the kind needs of ``cv``, ``low`` and ``high``.
    mean : float
        The rate.
    scale : float
        What makes an amount of this row one in the rate's unit.
    stated : Stated
        The assumptions there are.
    """
    kind = row.choice("distribution", KINDS)
    assumption = row.choice("assumption", tuple(stated.assumptions)) or ""
    if kind is None:
        return Distribution("fixed", assumption)
    if kind == "fixed":
        for column in ("cv", "low", "high"):
            if row.text(column):
                row.problem("W140", row.text(column), column=column)
        return Distribution(kind, assumption)
    ranged = bool(row.text("low") or row.text("high"))
    if ranged and row.text("cv"):
        row.problem("E093", row.text("cv"), kind=kind)
        return Distribution(kind, assumption)
    if kind in FITTED and not ranged:
        cv = row.number("cv")
        if cv is not None and not 0.0 <= cv <= MOST_CV:
            row.problem("E045", row.text("cv"), column="cv")
        return Distribution(kind, assumption, cv=cv or 0.0)
    before = len(row.table.problems.errors)
    ends = [row.number(column) for column in ("low", "high")]
    low, high = ((end or 0.0) * scale for end in ends)
    if None in ends:
        return Distribution(kind, assumption)
    if low < 0.0:
        row.problem("E022", Numeral(row.text("low")), column="low")
    if not low <= mean <= high:
        row.problem("E046", _range(row), column="low", mean=row.table.style.write(mean / scale))
    if len(row.table.problems.errors) == before and low < high:
        if kind == "pert":
            _check_mode(row, Pert(mean, low, high), scale)
        elif kind in FITTED:
            _check_fit(row, kind, mean, low, high, scale)
    return Distribution(kind, assumption, low=low, high=high)


def _check_mode(row: Row, pert: Pert, scale: float) -> None:
    """Refuse a least and a most between which no PERT has the rate as its mean."""
    if not pert.possible:
        width = pert.high - pert.low
        ends = (5.0 * pert.low + pert.high) / 6.0, (pert.low + 5.0 * pert.high) / 6.0
        mode, least, most = (_written(row, kr, width, scale) for kr in (pert.mode, *ends))
        row.problem("E092", _range(row), mode=mode, least=least, most=most)


def _check_fit(row: Row, kind: str, mean: float, low: float, high: float, scale: float) -> None:
    """Show how a law fits a stated 90 % range, and refuse one that it does not."""
    law = nearest(kind, mean, low, high)
    fitted = [_written(row, kr, high - low, scale) for kr in points(law)]
    cv = row.table.style.turned(f"{law.cv:.3g}")
    found = {"kind": kind, "low": fitted[0], "high": fitted[1], "cv": cv}
    row.problem("E091" if miss(law, low, high) > MOST_MISS else "N091", _range(row), **found)


def _range(row: Row) -> Numeral:
    return Numeral(f"{row.text('low')} - {row.text('high')}")


def _written(row: Row, kr: float, width: float, scale: float) -> str:
    """Write an amount as a table can hold it, to a thousandth of a range's width or a krone."""
    decimals = max(0, 3 - math.ceil(math.log10(width / scale)))
    return row.table.style.turned(f"{kr / scale:.{decimals}f}")


def drawn_by(row: Row, stated: Stated) -> str:
    """Read which source draws a rate; a fixed one has none."""
    if row.text("distribution") not in KINDS[:-1]:  # fixed, or none, which is said
        return ""
    drawing = [source.name for source in stated.sources if source.name in RATE_SOURCES]
    if not drawing:
        row.problem("E100", row.text("distribution"), known=RATE_SOURCES)
        return ""
    return row.choice("drawn_by", drawing) or ""


def payer_of(row: Row, stated: Stated) -> int:
    """Read who pays; with one payer nobody needs to say."""
    if len(stated.payers) == 1 and not row.text("paid_by"):
        return 0
    payer = row.choice("paid_by", stated.ids("payer"))
    return stated.at("payer", payer) if payer else 0
