"""The tables of a study folder: counts, rates, prices, lines, published figures, activity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from gevinst.axes import AXES, CONTROL, INTERVENTION
from gevinst.files import persons
from gevinst.files.persons import Persons
from gevinst.files.tables import Row, read_table
from gevinst.formulas import parse
from gevinst.problems import Problems, suggest
from gevinst.published import MEASURES, PLACES, RELATIONS, SAID_AS
from gevinst.published import UNITS as FIGURE_UNITS
from gevinst.sources import RATE_SOURCES
from gevinst.study import (
    Activity,
    Amount,
    Arm,
    Distribution,
    Item,
    Label,
    Named,
    Published,
    Rate,
    Time,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UNITS = {"kr/year": 1.0, "kr/month": 12.0}
"""Units a status's rate can be written in, and what makes it kr. per citizen-year."""

DISTRIBUTIONS = ("gamma", "uniform", "fixed")
_DISTRIBUTION = ("distribution", "cv", "low", "high", "drawn_by", "assumption")


@dataclass(frozen=True)
class Stated:
    """What study.toml names, for the tables to refer to."""

    arms: tuple[Arm, ...]
    strata: tuple[Named, ...]
    times: tuple[Time, ...]
    items: tuple[Item, ...]
    payers: tuple[Named, ...]
    groups: Mapping[str, tuple[Label, tuple[str, ...]]]
    bases: tuple[str, ...]
    sources: tuple[str, ...]
    assumptions: tuple[str, ...]
    activity: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Lengths of (arm, stratum, time, item)."""
        return len(self.arms), len(self.strata), len(self.times), len(self.items)

    def ids(self, axis: str) -> tuple[str, ...]:
        """Ids of one axis: ``arm``, ``stratum``, ``time``, ``item``, ``payer``, or ``status``."""
        if axis == "status":
            return tuple(item.id for item in self.items if item.status)
        named = (self.arms, self.strata, self.times, self.items, self.payers)
        return tuple(entry.id for entry in dict(zip(AXES, named, strict=True))[axis])


@dataclass
class Tables:
    """What the tables hold, filled table by table."""

    counts: Integers
    lines: Floats
    group_lines: Floats
    share: Floats
    rate_maps: dict[str, Integers]
    rates: tuple[Rate, ...] = ()
    published: tuple[Published, ...] = ()
    amounts: tuple[Amount, ...] = ()
    activity: tuple[Activity, ...] = ()
    persons: Persons | None = None
    positions: dict[str, int] = field(default_factory=dict)

    def add_rate(self, rate: Rate) -> int:
        """Keep a rate and return its position."""
        self.positions[rate.id] = len(self.rates)
        self.rates = (*self.rates, rate)
        return self.positions[rate.id]


def read(folder: Path, stated: Stated, problems: Problems) -> Tables:
    """Read every table of a folder.

    Parameters
    ----------
    folder : Path
        The study's folder.
    stated : Stated
        Ids to refer to.
    problems : Problems
        Gets everything that is wrong.
    """
    arms, _, times, items = stated.shape
    tables = Tables(
        counts=np.zeros((arms, times, items), dtype=np.int64),
        lines=np.zeros(stated.shape),
        group_lines=np.zeros(stated.shape),
        share=np.zeros((*stated.shape, len(stated.payers))),
        rate_maps={basis: np.full(stated.shape, -1, dtype=np.int64) for basis in stated.bases},
    )
    if stated.ids("status"):
        if len(stated.strata) > 1:
            problems.add("E061", "study.toml")
        if (folder / persons.FILE).exists():
            _read_citizens(folder, stated, tables, problems)
        else:
            _read_counts(folder / "counts.csv", stated, tables, problems)
        _read_rates(folder / "rates.csv", stated, tables, problems)
        _read_prices(folder / "prices.csv", stated, tables, problems)
    if len(stated.ids("item")) > len(stated.ids("status")):
        _read_lines(folder / "lines.csv", stated, tables, problems)
    if stated.activity:
        _read_activity(folder / "activity.csv", stated, tables, problems)
    if (folder / "published.csv").exists():
        years = tuple(sorted({str(activity.year) for activity in tables.activity}))
        known = {axis: stated.ids(axis) for axis in ("arm", "stratum", "payer")}
        known["time"] = known["since"] = (*stated.ids("time"), *years)
        known["item"] = (*stated.ids("item"), *stated.groups, *stated.activity)
        tables.published = read_published(folder / "published.csv", known, problems)
    return tables


# --- counts ------------------------------------------------------------


def _read_counts(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read citizens per status and time, and hold each column against the arm's size."""
    times = stated.ids("time")
    rows = read_table(path, problems, ("arm", "status", *times, "source"), (), ("arm", "status"))
    if not rows:
        return
    suppressed: dict[tuple[int, int], list[tuple[Row, int, int]]] = {}
    complete = True
    for row in rows:
        arm = row.choice("arm", stated.ids("arm"))
        status = row.choice("status", stated.ids("status"))
        row.needed("source")
        for t, time in enumerate(times):
            count = _count(row, time)
            if arm is None or status is None or count is None:
                complete = False
                continue
            a, i = stated.ids("arm").index(arm), stated.ids("item").index(status)
            if len(count) > 1:
                suppressed.setdefault((a, t), []).append((row, i, count[-1]))
            else:
                tables.counts[a, t, i] = count[0]
    if not complete:
        return
    for a, t in product(range(len(stated.arms)), range(len(times))):
        _close(path.name, stated, tables, a, t, suppressed.get((a, t), []), problems)


def _read_citizens(folder: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read each citizen's path, and count the statuses from them."""
    if (folder / "counts.csv").exists():
        problems.add("E107", persons.FILE)
    found = persons.read_rows(
        folder / persons.FILE,
        stated.ids("time"),
        stated.ids("item"),
        stated.ids("status"),
        problems,
    )
    if found is None:
        return
    tables.persons = found
    order = [(INTERVENTION, CONTROL).index(arm) for arm in stated.ids("arm")]
    tables.counts = found.counts[order]
    for a, t in product(range(len(stated.arms)), range(len(stated.times))):
        _check_lost(persons.FILE, stated, tables, a, t, problems)


def _count(row: Row, column: str) -> tuple[int, ...] | None:
    """Read a count: the whole numbers it can be; ``<5`` is 1 to 4."""
    text = row.needed(column)
    if masked := re.fullmatch(r"<\s*(\d+)", text):
        return tuple(range(1, int(masked.group(1)))) or None
    number = row.number(column) if text else None
    if number is None:
        return None
    if number < 0:
        row.problem("E022", text, column=column)
        return None
    if number != int(number):
        row.problem("E023", text, column=column)
        return None
    return (int(number),)


def _close(
    file: str,
    stated: Stated,
    tables: Tables,
    a: int,
    t: int,
    suppressed: list[tuple[Row, int, int]],
    problems: Problems,
) -> None:
    """Hold one arm's counts at one time against its size; one suppressed count may follow."""
    arm, time = stated.arms[a], stated.times[t].id
    total = int(tables.counts[a, t].sum())
    if len(suppressed) == 1:
        row, i, most = suppressed[0]
        if 1 <= arm.analysed - total <= most:
            tables.counts[a, t, i] = arm.analysed - total
            row.problem("N024", row.text(time), column=time, value=arm.analysed - total)
            return
    if suppressed:
        for row, _, _ in suppressed:
            row.problem("E024", row.text(time), column=time, arm=arm.id, analysed=arm.analysed)
        return
    if total != arm.analysed:
        problems.add("E040", file, None, total, arm=arm.id, time=time, analysed=arm.analysed)
    _check_lost(file, stated, tables, a, t, problems)


def _check_lost(
    file: str, stated: Stated, tables: Tables, a: int, t: int, problems: Problems
) -> None:
    """Name a time at which nobody of an arm is left to say anything of."""
    lost = [i for i, item in enumerate(stated.items) if item.lost]
    total = tables.counts[a, t].sum()
    if total and tables.counts[a, t, lost].sum() == total:
        problems.add("E056", file, None, "", arm=stated.arms[a].id, time=stated.times[t].id)


# --- rates and prices ------------------------------------------------------------


def _read_rates(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read the benefit rates: kr. with unit, distribution and source."""
    rows = read_table(
        path,
        problems,
        ("rate", "kr", "unit", "distribution", "assumption", "source"),
        ("implied_low", "implied_high", "printed", "printed_unit", "cv", "low", "high", "drawn_by"),
        ("rate",),
    )
    for row in rows:
        kr, unit = row.number("kr"), row.choice("unit", tuple(UNITS))
        if kr is not None and kr < 0:
            row.problem("E022", row.text("kr"), column="kr")
        if kr is None or unit is None:
            continue
        per_year = UNITS[unit]
        bounds = tuple(row.number(c) for c in ("implied_low", "implied_high") if row.text(c))
        tables.add_rate(
            Rate(
                row.needed("rate"),
                kr * per_year,
                unit,
                _distribution(row, kr * per_year, per_year, stated),
                _drawn_by(row, stated),
                row.needed("source"),
                row.number("printed") if row.text("printed") else None,
                row.choice("printed_unit", tuple(UNITS)) or "" if row.text("printed") else "",
                # A rate implied by printed cells was chosen to give them; one as printed was not.
                rounding=0.0 if bounds or not kr else per_year * _half_a_digit(row.text("kr")),
                implied=_range(bounds),
            )
        )
    _compare_sizes(rows, tables)


def _half_a_digit(text: str) -> float:
    """Half the unit of a number's last printed digit."""
    return 0.5 * 10.0 ** -len(text.partition(",")[2])


def _range(bounds: tuple[float | None, ...]) -> tuple[float, float] | None:
    """Both ends of a range, or nothing."""
    match bounds:
        case (float(low), float(high)):
            return low, high
    return None


def _compare_sizes(rows: list[Row], tables: Tables) -> None:
    """Warn of a rate that is far from the others, as a year's in a month's column would be."""
    sizes = {rate.id: rate.kr for rate in tables.rates if rate.kr > 0}
    for row in rows:
        size = sizes.get(row.text("rate"))
        others = [kr for rate, kr in sizes.items() if rate != row.text("rate")]
        if size is None or len(others) < 2:
            continue
        ratio = size / median(others)
        if ratio > 5 or ratio < 1 / 7:
            row.problem("W043", f"{row.text('kr')} {row.text('unit')}", ratio=f"{ratio:.2g}")


def _distribution(row: Row, mean: float, scale: float, stated: Stated) -> Distribution:
    """Read how uncertain a rate is; every rate says so, and why."""
    kind = row.choice("distribution", DISTRIBUTIONS) or "fixed"
    assumption = row.choice("assumption", stated.assumptions) or ""
    if kind == "gamma":
        cv = row.number("cv")
        if cv is not None and not 0.0 <= cv <= 2.0:
            row.problem("E045", row.text("cv"), column="cv")
        return Distribution(kind, assumption, cv=cv or 0.0)
    if kind == "uniform":
        low, high = ((row.number(column) or 0.0) * scale for column in ("low", "high"))
        if not low <= mean <= high:
            row.problem("E046", f"{row.text('low')} - {row.text('high')}", mean=f"{mean:.10g}")
        return Distribution(kind, assumption, low=low, high=high)
    return Distribution(kind, assumption)


def _drawn_by(row: Row, stated: Stated) -> str:
    """Read which source draws a rate; a fixed one has none."""
    if row.text("distribution") == "fixed":
        return ""
    drawing = [source for source in stated.sources if source in RATE_SOURCES]
    return row.choice("drawn_by", drawing) or ""


def _read_prices(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read which rate prices which cell under which basis; the most specific row wins."""
    rows = read_table(
        path,
        problems,
        ("status", "rate", "source"),
        ("arm", "time", "basis", "paid_by"),
        ("status", "arm", "time", "basis"),
    )
    if any(problem.file == "rates.csv" for problem in problems.errors):
        return  # what hangs on the rates would only repeat their problems
    statuses = stated.ids("status")
    given = {basis: np.full(stated.shape, -1) for basis in stated.bases}
    for row in rows:
        status = row.choice("status", (*statuses, *stated.groups))
        rate = row.choice("rate", tuple(tables.positions))
        arms = row.choice_or_all("arm", stated.ids("arm"))
        times = row.choice_or_all("time", stated.ids("time"))
        payer = _payer(row, stated)
        row.needed("source")
        specific = sum(bool(row.text(column)) for column in ("arm", "time", "basis"))
        for basis in row.choice_or_all("basis", stated.bases):
            if status is None or rate is None:
                continue
            members = stated.groups[status][1] if status in stated.groups else (status,)
            for arm, time, member in product(arms, times, members):
                if member not in statuses:
                    row.problem("E030", member, column=f"groups.{status}", known=statuses)
                    continue
                cell = (
                    stated.ids("arm").index(arm),
                    0,
                    stated.ids("time").index(time),
                    stated.ids("item").index(member),
                )
                before = given[basis][cell]
                if before == specific and tables.rate_maps[basis][cell] != tables.positions[rate]:
                    row.problem("E057", rate, status=member, arm=arm, time=time, basis=basis)
                if before <= specific:
                    given[basis][cell] = specific
                    tables.rate_maps[basis][cell] = tables.positions[rate]
                    if tables.share[cell].any() and not tables.share[cell][payer]:
                        row.problem("E064", row.text("paid_by"), status=member)
                    tables.share[cell] = np.eye(len(stated.payers))[payer]
    if rows:
        _check_priced(path.name, stated, tables, problems)


def _payer(row: Row, stated: Stated) -> int:
    """Read who pays; with one payer nobody needs to say."""
    if len(stated.payers) == 1 and not row.text("paid_by"):
        return 0
    payer = row.choice("paid_by", stated.ids("payer"))
    return stated.ids("payer").index(payer) if payer else 0


def _check_priced(file: str, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Name each status that has citizens and no rate, once per arm and basis."""
    for basis, rate_map in tables.rate_maps.items():
        unpriced = (tables.counts > 0) & (rate_map[:, 0] < 0)
        for a, i in np.argwhere(unpriced.any(axis=1)):
            times = [stated.times[t].id for t in np.flatnonzero(unpriced[a, :, i])]
            problems.add(
                "E041",
                file,
                None,
                stated.items[i].id,
                arm=stated.arms[a].id,
                time=times,
                basis=basis,
            )


# --- lines ------------------------------------------------------------


def _read_lines(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read cost lines: one printed amount a row, whose it is, and what it already contains."""
    rows = read_table(
        path,
        problems,
        ("arm", "item", "time", "amount", "unit", "distribution", "assumption", "source"),
        (
            *("stratum", "rate", "units", "per", "paid_by", "shares", "label_shares"),
            *("probability", "included", "itemised", "note"),
            *_DISTRIBUTION,
        ),
        ("arm", "stratum", "item", "time"),
    )
    lines = tuple(item.id for item in stated.items if not item.status)
    items = [row.text("item") for row in rows]
    read = [(row, amount) for row in rows if (amount := _amount(row, stated, lines)) is not None]
    names = [
        row.text("rate")
        or (
            amount.item
            if items.count(amount.item) == 1
            else "/".join(filter(None, (amount.item, amount.arm, amount.stratum, amount.time)))
        )
        for row, amount in read
    ]
    for name in dict.fromkeys(names):
        sharing = [pair for pair, other in zip(read, names, strict=True) if other == name]
        tables.add_rate(_shared_rate(name, sharing, stated))
    tables.amounts = tuple(amount for _, amount in read)
    for (row, amount), name in zip(read, names, strict=True):
        per = row.choice("per", ("citizen", "group")) if row.text("per") else "citizen"
        units = tables.group_lines if per == "group" else tables.lines
        for stratum in (amount.stratum,) if amount.stratum else stated.ids("stratum"):
            place = (amount.arm, stratum, amount.time, amount.item)
            a, k, t, i = (
                stated.ids(axis).index(id_) for axis, id_ in zip(AXES, place, strict=False)
            )
            units[a, k, t, i] = amount.units * amount.probability
            tables.share[a, k, t, i] = [amount.shares.get(p, 0.0) for p in stated.ids("payer")]
            for rate_map in tables.rate_maps.values():
                rate_map[a, k, t, i] = tables.positions[name]


def _shared_rate(name: str, sharing: list[tuple[Row, Amount]], stated: Stated) -> Rate:
    """One price for all amounts that name it: the roundest that their roundings all allow.

    An amount printed in whole kroner leaves half a krone to either side. Where no price lies
    within that of every amount, the row that is off is named.
    """
    low, high = float("-inf"), float("inf")
    for row, amount in sharing:
        least, most = ((amount.kr + half) * amount.whole for half in (-0.5, 0.5))
        if least > high + 1e-9 or most < low - 1e-9:
            row.problem("E063", row.text("amount"), rate=name, kr=f"{(low + high) / 2:.10g}")
            continue
        low, high = max(low, least), min(high, most)
    row, amount = sharing[0]
    # An amount that stands alone is taken as printed.
    price = amount.kr * amount.whole if len(sharing) == 1 else _roundest(low, high)
    return Rate(
        name,
        price,
        "kr",
        _distribution(row, price, amount.whole, stated),
        _drawn_by(row, stated),
        amount.source,
        rounding=max(high - price, price - low),
    )


def _roundest(low: float, high: float) -> float:
    """Number with the fewest decimals in a range, nearest its middle: prices are round."""
    middle = (low + high) / 2
    rounded = (round(middle, decimals) for decimals in range(7))
    return next((value for value in rounded if low <= value <= high), middle)


def _amount(row: Row, stated: Stated, lines: tuple[str, ...]) -> Amount | None:
    """Read one printed amount; None where something in its row is wrong."""
    before = len(row.problems.errors)
    arm, item = row.choice("arm", stated.ids("arm")), row.choice("item", lines)
    time, kr = row.choice("time", stated.ids("time")), row.number("amount")
    stratum = row.choice("stratum", stated.ids("stratum")) if row.text("stratum") else ""
    row.choice("unit", ("kr",))
    source = row.needed("source")
    probability = _share(row, "probability", row.number_or("probability", 1.0))
    units = row.number_or("units", 1.0)
    if units <= 0.0:
        row.problem("E022", row.text("units"), column="units")
    included = row.choice("included", ("yes", "no")) if row.text("included") else "no"
    itemised = row.choice("itemised", ("yes", "no")) if row.text("itemised") else "yes"
    payer = stated.ids("payer")[_payer(row, stated)]  # with several the amount says whose it is
    shares = _shares(row, "shares", stated) or {payer: 1.0}
    if shares.get(payer, 0.0) == 0.0 or probability == 0.0:
        row.problem("E059", row.text("paid_by"), column="paid_by")
    if len(row.problems.errors) > before:
        return None
    return Amount(
        str(arm),
        str(stratum),
        str(item),
        str(time),
        float(kr or 0.0),
        payer,
        shares,
        _shares(row, "label_shares", stated),
        units,
        float(probability or 1.0),
        included == "yes",
        itemised == "yes",
        source,
        row.text("note"),
    )


def _share(row: Row, column: str, value: float) -> float | None:
    """Hold a share or probability against 0 and 1."""
    if not 0.0 <= value <= 1.0:
        row.problem("E059", row.text(column), column=column)
        return None
    return value


def _shares(row: Row, column: str, stated: Stated) -> dict[str, float]:
    """Read ``municipality=0,7 state=0,3``; an empty cell has none."""
    shares: dict[str, float] = {}
    for part in row.text(column).split():
        payer, _, text = part.partition("=")
        held = Row({"payer": payer, column: text}, row.file, row.line, row.problems)
        name, value = held.choice("payer", stated.ids("payer")), held.number(column)
        if name is not None and value is not None:
            shares[name] = _share(held, column, value) or 0.0
    if shares and abs(sum(shares.values()) - 1.0) > 1e-9:
        row.problem("E058", row.text(column), key=column)
    return shares


# --- published figures and activity ------------------------------------------------------------


def read_published(
    path: Path, known: Mapping[str, tuple[str, ...]] | None, problems: Problems
) -> tuple[Published, ...]:
    """Read figures and claims as published.

    Parameters
    ----------
    path : Path
        The table.
    known : mapping of str to tuple of str, or None
        Ids that each place can name; None for a table by itself, whose places are any names.
    problems : Problems
        Gets everything that is wrong.
    """
    rows = read_table(
        path,
        problems,
        ("figure", "value", "unit", "rounding", "source"),
        ("measure", "relation", *PLACES, "of", "years", "said_as", "follows", "quote"),
        ("figure",),
    )
    figures = []
    for row in rows:
        measure = row.choice("measure", tuple(MEASURES)) if row.text("measure") else "given"
        for column in MEASURES[measure].needs if measure else ():
            row.needed(column)
        places = {
            column: row.text(column) if known is None else row.choice(column, known[column]) or ""
            for column in PLACES
            if row.text(column)
        }
        optional = {
            column: row.choice(column, ids) or ""
            for column, ids in (("said_as", SAID_AS),)
            if row.text(column)
        }
        figures.append(
            Published(
                id=row.needed("figure"),
                measure=measure or "",
                relation=(row.choice("relation", RELATIONS) or "") if row.text("relation") else "=",
                value=row.number("value") or 0.0,
                unit=row.choice("unit", FIGURE_UNITS) or "",
                rounding=row.number("rounding") or 0.0,
                source=row.needed("source"),
                quote=row.text("quote"),
                of=int(row.number("of") or 0) if row.text("of") else None,
                years=row.number("years") if row.text("years") else None,
                follows=row.text("follows"),
                **places,
                **optional,
            )
        )
    ids = {figure.id for figure in figures}
    for row, figure in zip(rows, figures, strict=True):
        _check_formula(row, figure.follows, ids)
    return tuple(figures)


def _check_formula(row: Row, text: str, ids: set[str]) -> None:
    """Hold a formula against its grammar and the figures there are."""
    if not text:
        return
    try:
        names = parse(text).names
    except ValueError as error:
        row.problem("E065", text, reason=error)
        return
    for name in names:
        if name not in ids:
            row.problem("E030", name, column="follows", known=suggest(name, sorted(ids)))


def _read_activity(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read contacts and kr. per group and year, kept beside the headline."""
    rows = read_table(
        path,
        problems,
        ("item", "arm", "year", "contacts", "kr", "source"),
        (),
        ("item", "arm", "year"),
    )
    found = []
    for row in rows:
        item, arm = row.choice("item", stated.activity), row.choice("arm", stated.ids("arm"))
        year, contacts, kr = row.number("year"), _count(row, "contacts"), row.number("kr")
        source = row.needed("source")
        if None not in (item, arm, year, contacts, kr):
            found.append(
                Activity(str(item), str(arm), int(year or 0), contacts or (), kr or 0.0, source)
            )
    tables.activity = tuple(found)
