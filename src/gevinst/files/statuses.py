"""Counted statuses: how many citizens are in each, and which rate prices it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np

from gevinst.files import persons
from gevinst.files.stated import Stated, Tables, count_of, distribution_of, drawn_by, payer_of
from gevinst.files.tables import Row, read_table
from gevinst.study.prices import Rate
from gevinst.text.problems import Problems

UNITS = {"kr/year": 1.0, "kr/month": 12.0}
"""Units a status's rate can be written in, and what makes it kr. per citizen-year."""


MOST_SETS = 100_000
"""So many ways of filling in suppressed counts can be gone through."""


def read_counts(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read citizens per status and time, and hold each column against the arm's size."""
    times = stated.ids("time")
    rows = read_table(path, problems, ("arm", "status", *times, "source"), (), ("arm", "status"))
    if not rows:
        return
    suppressed: dict[tuple[int, int], list[tuple[Row, int, int]]] = {}
    unread: set[tuple[int, int]] = set()
    for row in rows:
        arm = row.choice("arm", stated.ids("arm"))
        status = row.choice("status", stated.ids("status"))
        row.needed("source")
        of = range(len(stated.arms)) if arm is None else [stated.ids("arm").index(arm)]
        for t, time in enumerate(times):
            count = count_of(row, time)
            if arm is None or status is None or count is None:
                unread |= {(a, t) for a in of}
                continue
            a, i = of[0], stated.ids("item").index(status)
            if len(count) > 1:
                suppressed.setdefault((a, t), []).append((row, i, count[-1]))
            else:
                tables.counts[a, t, i] = count[0]
    for a, t in product(range(len(stated.arms)), range(len(times))):
        if (a, t) not in unread:
            _close(path.name, stated, tables, a, t, suppressed.get((a, t), []), problems)


def read_citizens(folder: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read each citizen's path, and count the statuses from them."""
    if (folder / "counts.csv").exists():
        problems.add("E107", persons.FILE)
    found = persons.read_rows(
        folder / persons.FILE,
        stated.ids("arm"),
        stated.ids("time"),
        stated.ids("item"),
        stated.ids("status"),
        problems,
    )
    if found is None:
        return
    tables.persons = found
    tables.counts = found.counts
    for a, t in product(range(len(stated.arms)), range(len(stated.times))):
        _check_lost(persons.FILE, stated, tables, a, t, problems)


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
    if suppressed:
        mosts = [most for _, _, most in suppressed]
        found = _adding_up(arm.analysed - total, stated.least_masked, mosts)
        if not found:
            for row, _, _ in suppressed:
                row.problem("E024", row.text(time), column=time, arm=arm.id, analysed=arm.analysed)
            return
        sets = np.repeat(tables.counts[a, t][np.newaxis], len(found), axis=0)
        sets[:, [i for _, i, _ in suppressed]] = found
        nearest = np.abs(sets - sets.mean(axis=0)).sum(axis=1).argmin()
        tables.counts[a, t] = sets[nearest]
        for row, i, _ in suppressed:
            known = {"column": time, "value": sets[nearest, i]}
            if len(found) == 1:
                row.problem("N024", row.text(time), **known)
            else:
                low, high = sets[:, i].min(), sets[:, i].max()
                row.problem("W024", row.text(time), **known, low=low, high=high)
        if len(found) > 1:
            tables.masked.setdefault(arm.id, {})[t] = sets
        _check_lost(file, stated, tables, a, t, problems)
        return
    if total != arm.analysed:
        problems.add("E040", file, None, total, arm=arm.id, time=time, analysed=arm.analysed)
    _check_lost(file, stated, tables, a, t, problems)


def _adding_up(rest: int, least: int, mosts: Sequence[int]) -> list[tuple[int, ...]]:
    """List the sets of whole numbers from `least` to each of `mosts` that add up to `rest`."""
    sets: list[tuple[tuple[int, ...], int]] = [((), rest)]
    for at, most in enumerate(mosts):
        after = mosts[at + 1 :]
        sets = [
            ((*done, count), left - count)
            for done, left in sets
            for count in range(least, most + 1)
            if least * len(after) <= left - count <= sum(after)
        ]
        if len(sets) > MOST_SETS:
            return []
    return [done for done, left in sets if left == 0]


def _check_lost(
    file: str, stated: Stated, tables: Tables, a: int, t: int, problems: Problems
) -> None:
    """Name a time at which nobody of an arm is left to say anything of."""
    lost = [i for i, item in enumerate(stated.items) if item.lost]
    total = tables.counts[a, t].sum()
    if total and tables.counts[a, t, lost].sum() == total:
        problems.add("E056", file, None, "", arm=stated.arms[a].id, time=stated.times[t].id)


def read_rates(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
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
        rate = tables.add_rate(
            Rate(
                row.needed("rate"),
                kr * per_year,
                unit,
                distribution_of(row, kr * per_year, per_year, stated),
                drawn_by(row, stated),
                row.needed("source"),
                row.number("printed") if row.text("printed") else None,
                row.choice("printed_unit", tuple(UNITS)) or "" if row.text("printed") else "",
                # A rate implied by printed cells was chosen to give them; one as printed was not.
                rounding=0.0 if bounds or not kr else per_year * _half_a_digit(row.text("kr")),
                implied=_range(bounds),
            )
        )
        _compare_printed(row, tables.rates[rate])
    _compare_sizes(rows, tables)


def _compare_printed(row: Row, rate: Rate) -> None:
    """Warn of a rate that is far from what is printed: sizes alone miss it if all are."""
    if rate.printed is None or not rate.printed_unit:
        return
    low, high = sorted((rate.kr, rate.printed * UNITS[rate.printed_unit]))
    if high > 1.5 * low:
        printed = f"{row.text('printed')} {rate.printed_unit}"
        row.problem("W044", f"{row.text('kr')} {rate.unit}", printed=printed)


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


def read_prices(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
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
        payer = payer_of(row, stated)
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
