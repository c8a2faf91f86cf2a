"""Counts of an arm's citizens per status and time, held against its size."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np

from gevinst.files.counted.sets import (
    MOST_SETS,
    adding_up,
    could_be,
    is_masked,
    is_percent,
    ways,
)
from gevinst.files.people import check_lost
from gevinst.files.stated import Contents, Stated
from gevinst.files.tables import Row, Table
from gevinst.study.named import STRATUM
from gevinst.text.numerals import Numeral

DROPOUTS = "dropouts"
"""Column of counts: dropouts who started in the status; a time that is called so comes first."""


class Open(NamedTuple):
    """A cell that can be several numbers: its row, its status, and those numbers."""

    row: Row
    item: int
    could: range


def read_counts(table: Table, stated: Stated, contents: Contents) -> None:
    """Read citizens per status and time, and hold each column against the arm's size."""
    times = stated.ids("time")
    arms, statuses = stated.ids("arm"), stated.ids("status")
    strata = stated.ids("counted")
    if STRATUM in table.columns and not strata and STRATUM not in times:
        table.problem("E335")
        return
    key = {"arm": arms, **({STRATUM: strata} if strata else {}), "status": statuses}
    rows = table.rows(
        (*key, *times, "source"),
        {DROPOUTS} - set(times),
        tuple(key),
        {column: ids.__contains__ for column, ids in key.items()},
    )
    if _are_shares(rows, stated):
        return
    several: dict[tuple[int, int], list[Open]] = {}
    unread: set[tuple[int, int]] = set()
    for row in rows:
        arm = row.choice("arm", arms)
        status = row.choice("status", statuses)
        stratum = row.choice(STRATUM, strata) if strata else ""
        row.needed("source")
        of = range(len(stated.arms)) if arm is None else [stated.at("arm", arm)]
        for t, time in enumerate(times):
            could = could_be(row, time, None if arm is None else stated.arms[of[0]], stated)
            if strata and could is not None and (len(could) > 1 or is_masked(row.text(time))):
                row.problem("E331", row.text(time), column=time)
                could = None
            if None in (arm, status, stratum) or could is None:
                unread |= {(a, t) for a in of}
                continue
            a, i = of[0], stated.at("item", status or "")
            if len(could) > 1 or is_masked(row.text(time)):
                several.setdefault((a, t), []).append(Open(row, i, could))
            else:
                contents.counts[a, t, i] += could[0]
                if stratum:
                    contents.stratum_counts[a, stated.at("counted", stratum), t, i] = could[0]
    if DROPOUTS not in times:
        _read_starts(rows, stated, contents)
    for at in product(range(len(stated.arms)), range(len(times))):
        if rows and at not in unread:
            _close(table, stated, contents, at, several.get(at, []))
    if strata and not unread:
        _check_sizes(rows, stated, contents)
    _check_some_back(table, stated, contents, {*unread, *several})


def _check_sizes(rows: Sequence[Row], stated: Stated, contents: Contents) -> None:
    """Name a stratum of an arm that has another number of citizens than it had at the start."""
    sizes = contents.stratum_counts.sum(axis=3)
    for a, k, t in np.argwhere(sizes != sizes[..., :1])[:, :3].tolist():
        arm, stratum = stated.arms[a].id, stated.counted[k].id
        row = next(r for r in rows if (r.text("arm"), r.text(STRATUM)) == (arm, stratum))
        first, time = (stated.times[at].id for at in (0, t))
        said = {"arm": arm, "stratum": stratum, "time": time, "first": first}
        row.problem("E330", int(sizes[a, k, t]), citizens=int(sizes[a, k, 0]), **said)


def _read_starts(rows: Sequence[Row], stated: Stated, contents: Contents) -> None:
    """Read how many dropouts started in each status, and hold them against the arm's size."""
    for row in rows:
        arm, status = row.text("arm"), row.text("status")
        if not (row.text(DROPOUTS) and arm in stated.ids("arm") and status in stated.ids("status")):
            continue
        i, number = stated.at("item", status), row.whole(DROPOUTS, 0)
        if stated.counted:
            row.problem("E332", row.text(DROPOUTS))
            continue
        if number and stated.items[i].lost:
            row.problem("E210", Numeral(number), status=status)
        contents.dropout_starts[stated.at("arm", arm), i] = number or 0
    for of, known in zip(stated.arms, contents.dropout_starts.sum(axis=1).tolist(), strict=True):
        if known > of.dropouts:
            sizes = {"dropouts": of.dropouts, "enrolled": of.enrolled, "analysed": of.analysed}
            rows[0].table.problem("E207", known, arm=of.id, **sizes)


def _are_shares(rows: Sequence[Row], stated: Stated) -> bool:
    """Say, once, that shares without a sign stand where citizens are counted.

    Those of an arm and a time add up to 100, or to 1, as near as their rounding lets them.
    """
    sums: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        for time in stated.ids("time"):
            cell = row.cells[time]
            own = row.table.style
            value = float(cell) if isinstance(cell, Numeral) else own.read(cell).value
            sums.setdefault((row.text("arm"), time), []).append(value or 0.0)
    for whole in (100.0, 1.0):
        near = 0.005 * whole * (1 + max(map(len, sums.values()), default=0))
        if sums and all(
            abs(sum(values) - whole) <= near
            and abs(sum(values) - arm.analysed) > near
            and len(values) > 1
            for (name, _), values in sums.items()
            for arm in stated.arms
            if arm.id == name
        ):
            (arm, time), values = next(iter(sums.items()))
            rows[0].table.problem("E171", f"{sum(values):.10g}", arm=arm, time=time)
            return True
    return False


def _close(
    table: Table, stated: Stated, contents: Contents, at: tuple[int, int], several: list[Open]
) -> None:
    """Hold one arm's counts at one time against its size, which leaves some of several numbers."""
    arm, time = stated.arms[at[0]], stated.times[at[1]].id
    total = int(contents.counts[at].sum())
    if several:
        cells = [each.could for each in several]
        said: dict[str, Any] = {"column": time, "arm": arm.id, "analysed": arm.analysed}
        sets = ways(arm.analysed - total, cells)
        if not sets:
            for each in several:
                each.row.problem("E024", each.row.text(time), **said)
            return
        if sets > MOST_SETS:
            table.problem("E281", sets=sets, cells=len(cells), most=MOST_SETS, **said)
            return
        _fill_in(adding_up(arm.analysed - total, cells), several, stated, contents, at)
    elif total != arm.analysed:
        table.problem("E040", total, arm=arm.id, time=time, analysed=arm.analysed)
    check_lost(table, stated, contents, at)


def _fill_in(
    found: list[tuple[int, ...]],
    several: list[Open],
    stated: Stated,
    contents: Contents,
    at: tuple[int, int],
) -> None:
    """Take the set of counts nearest to the mean of all, and keep them all."""
    arm, time = stated.arms[at[0]].id, stated.times[at[1]].id
    sets = np.repeat(contents.counts[at][np.newaxis], len(found), axis=0)
    sets[:, [each.item for each in several]] = found
    nearest = np.abs(sets - sets.mean(axis=0)).sum(axis=1).argmin()
    contents.counts[at] = sets[nearest]
    for row, i, could in several:
        low, high, text = sets[:, i].min(), sets[:, i].max(), row.text(time)
        hidden = is_masked(text)
        if low < high:
            said = {"column": time, "value": sets[nearest, i], "low": low, "high": high}
            row.problem("W024" if hidden else "W282", text, **said)
        elif hidden or (stated.rounded and not is_percent(text)):
            row.problem("W025", text, column=time)
        else:
            row.problem("N280", text, column=time, value=low, low=could[0], high=could[-1])
    if len(found) > 1:
        contents.masked.setdefault(arm, {})[at[1]] = sets


def _check_some_back(
    table: Table, stated: Stated, contents: Contents, unsure: Collection[tuple[int, int]]
) -> None:
    """Warn of an arm fewer of whom are lost to follow-up than were before: some came back."""
    lost = [i for i, item in enumerate(stated.items) if item.lost]
    for a, arm in enumerate(stated.arms):
        sums = contents.counts[a][:, lost].sum(axis=1)
        for t, (now, after) in enumerate(pairwise(sums.tolist())):
            if after < now and not {(a, t), (a, t + 1)} & set(unsure):
                before, time = (stated.times[k].id for k in (t, t + 1))
                table.problem("W146", after, arm=arm.id, before=now, lost=before, time=time)
