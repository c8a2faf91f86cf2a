"""Who was in which status when: counts of an arm's citizens, or a row per citizen.

A citizen is one row: an id, an arm, and a status id per time. An empty cell at a time is missing
follow-up: the citizen was enrolled and is not analysed, and only the start is kept. Nothing else
may be empty. Rows become paths, and the counts of a study are counted from them; counts never
become rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.files.stated import Contents, Persons, Stated, count_of
from gevinst.files.tables import Row, Table
from gevinst.study.named import Design
from gevinst.text.form import PERSONAL
from gevinst.text.numerals import DANISH, NumberStyle, Numeral
from gevinst.text.problems import suggest

Integers = NDArray[np.int64]

DROPOUTS = "dropouts"
"""Column of counts: dropouts who started in the status; a time that is called so comes first."""

MOST_SETS = 100_000
"""So many ways of filling in suppressed counts can be gone through."""

NOT_SEEN = -1
"""In the place of a status where a citizen was not followed up."""

_PERCENT = re.compile(r"\d\s*(?:%|pct\b|procent|per ?cent)", re.IGNORECASE)

FEW = 5
"""A value of fewer citizens of an arm can tell who they are."""

WEIGHTS = {
    *("weight", "weights", "weighting", "wt", "wgt", "pweight", "ipw", "iptw"),
    *("vægt", "vægte", "vaegt", "vægtning", "vekt", "vekter", "vikt", "vikter"),
}
"""Words in columns' names by which citizens seem to count; each citizen counts as one."""

_UNWORDED = re.compile(r"[\W\d_]+")
"""What stands between the words of a column's name."""


def read_counts(table: Table, stated: Stated, contents: Contents) -> None:
    """Read citizens per status and time, and hold each column against the arm's size."""
    times = stated.ids("time")
    arms, statuses = stated.ids("arm"), stated.ids("status")
    rows = table.rows(
        ("arm", "status", *times, "source"),
        {DROPOUTS} - set(times),
        ("arm", "status"),
        {"arm": arms.__contains__, "status": statuses.__contains__},
    )
    if _are_shares(rows, stated):
        return
    suppressed: dict[tuple[int, int], list[tuple[Row, int, int]]] = {}
    unread: set[tuple[int, int]] = set()
    for row in rows:
        arm = row.choice("arm", arms)
        status = row.choice("status", statuses)
        row.needed("source")
        of = range(len(stated.arms)) if arm is None else [stated.at("arm", arm)]
        for t, time in enumerate(times):
            count = count_of(row, time)
            if arm is None or status is None or count is None:
                unread |= {(a, t) for a in of}
                continue
            a, i = of[0], stated.at("item", status)
            if row.text(time).startswith("<"):
                suppressed.setdefault((a, t), []).append((row, i, count[-1]))
            else:
                contents.counts[a, t, i] = count[0]
    if DROPOUTS not in times:
        _read_starts(rows, stated, contents)
    for at in product(range(len(stated.arms)), range(len(times))):
        if rows and at not in unread:
            _close(table, stated, contents, at, suppressed.get(at, []))
    _check_some_back(table, stated, contents, {*unread, *suppressed})


def _read_starts(rows: Sequence[Row], stated: Stated, contents: Contents) -> None:
    """Read how many dropouts started in each status, and hold them against the arm's size."""
    for row in rows:
        arm, status = row.text("arm"), row.text("status")
        if not (row.text(DROPOUTS) and arm in stated.ids("arm") and status in stated.ids("status")):
            continue
        i, number = stated.at("item", status), row.whole(DROPOUTS, 0)
        if number and stated.items[i].lost:
            row.problem("E210", Numeral(number), status=status)
        contents.dropout_starts[stated.at("arm", arm), i] = number or 0
    for of, known in zip(stated.arms, contents.dropout_starts.sum(axis=1).tolist(), strict=True):
        if known > of.dropouts:
            sizes = {"dropouts": of.dropouts, "enrolled": of.enrolled, "analysed": of.analysed}
            rows[0].table.problem("E207", known, arm=of.id, **sizes)


def _are_shares(rows: Sequence[Row], stated: Stated) -> bool:
    """Say, once, that shares stand where citizens are counted: by a sign, or by what they add to.

    Those of an arm and a time add up to 100, or to 1, as near as their rounding lets them.
    """
    sums: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        for time in stated.ids("time"):
            cell = row.cells[time]
            if _PERCENT.search(cell):
                row.problem("E171", cell)
                return True
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
            rows[0].table.problem("E171", f"{sum(next(iter(sums.values()))):.10g}")
            return True
    return False


def _close(
    table: Table,
    stated: Stated,
    contents: Contents,
    at: tuple[int, int],
    suppressed: list[tuple[Row, int, int]],
) -> None:
    """Hold one arm's counts at one time against its size; suppressed ones may follow from it."""
    arm, time = stated.arms[at[0]], stated.times[at[1]].id
    total = int(contents.counts[at].sum())
    if suppressed:
        mosts = [most for _, _, most in suppressed]
        sets = _adding_up(arm.analysed - total, stated.least_masked, mosts)
        if not sets:
            for row, _, _ in suppressed:
                row.problem("E024", row.text(time), column=time, arm=arm.id, analysed=arm.analysed)
            return
        _fill_in(sets, suppressed, stated, contents, at)
    elif total != arm.analysed:
        table.problem("E040", total, arm=arm.id, time=time, analysed=arm.analysed)
    _check_lost(table, stated, contents, at)


def _fill_in(
    found: list[tuple[int, ...]],
    suppressed: list[tuple[Row, int, int]],
    stated: Stated,
    contents: Contents,
    at: tuple[int, int],
) -> None:
    """Take the set of suppressed counts nearest to the mean of all, and keep them all."""
    arm, time = stated.arms[at[0]].id, stated.times[at[1]].id
    sets = np.repeat(contents.counts[at][np.newaxis], len(found), axis=0)
    sets[:, [i for _, i, _ in suppressed]] = found
    nearest = np.abs(sets - sets.mean(axis=0)).sum(axis=1).argmin()
    contents.counts[at] = sets[nearest]
    for row, i, _ in suppressed:
        low, high = sets[:, i].min(), sets[:, i].max()
        if low == high:
            row.problem("W025", row.text(time), column=time)
        else:
            value = sets[nearest, i]
            row.problem("W024", row.text(time), column=time, value=value, low=low, high=high)
    if len(found) > 1:
        contents.masked.setdefault(arm, {})[at[1]] = sets


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


def _check_lost(table: Table, stated: Stated, contents: Contents, at: tuple[int, int]) -> None:
    """Name a time at which nobody of an arm is left to say anything of."""
    lost = [i for i, item in enumerate(stated.items) if item.lost]
    total = contents.counts[at].sum()
    if total and contents.counts[at][lost].sum() == total:
        table.problem("E056", arm=stated.arms[at[0]].id, time=stated.times[at[1]].id)


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


def read_citizens(table: Table, stated: Stated, contents: Contents) -> None:
    """Read each citizen's path, and count the statuses from them."""
    arms, times, items, statuses = map(stated.ids, ("arm", "time", "item", "status"))
    rows = table.rows(("id", "arm", *times), None, (), could_hold(arms, times, statuses))
    lost = [i for i, item in enumerate(stated.items) if item.lost]
    design = stated.design.values()
    found = gather(rows, arms, times, items, statuses, lost, design) if rows else None
    if found is None:
        return
    contents.persons = found
    contents.counts, contents.dropout_starts = found.counts, found.dropout_starts
    for at in product(range(len(arms)), range(len(times))):
        _check_lost(table, stated, contents, at)


def could_hold(
    arms: Sequence[str], times: Sequence[str], statuses: Sequence[str]
) -> dict[str, Callable[[str], bool]]:
    """Return what the columns of person rows can hold."""
    return {"arm": arms.__contains__, **dict.fromkeys(times, statuses.__contains__)}


def gather(
    rows: Sequence[Row],
    arms: Sequence[str],
    times: Sequence[str],
    items: Sequence[str],
    statuses: Sequence[str],
    lost: Sequence[int],
    design: Iterable[Design],
) -> Persons | None:
    """Turn rows into paths, naming everything that is wrong; None where there are errors.

    `lost` are the items of those lost to follow-up, from which nobody is expected back.
    """
    table = rows[0].table
    before = len(table.problems.errors)
    others = [column for column in rows[0].cells if column not in ("arm", *times)]
    _check_personal(rows, others, [each.column for each in design])
    kept: dict[str, dict[str, tuple[list[int], Row]]] = {arm: {} for arm in arms}
    enrolled = dict.fromkeys(arms, 0)
    starts = np.zeros((len(arms), len(items)), dtype=np.int64)
    back: list[tuple[Row, str]] = []
    for row, arm in _citizens(rows, arms):
        enrolled[arm] += 1
        path = _path(row, times, items, statuses)
        _check_back(row, path, times, lost)
        if NOT_SEEN not in path:
            kept[arm][row.text("id")] = (path, row)
            continue
        if path[0] not in (NOT_SEEN, *lost):
            starts[arms.index(arm), path[0]] += 1
        first = path.index(NOT_SEEN)
        if any(i != NOT_SEEN for i in path[first:]):
            back.append((row, times[first]))
    if len(table.problems.errors) == before:
        _check_arms(table, kept, enrolled, starts)
        for row, time in back[:1]:
            row.problem("N110", len(back), id=row.text("id"), time=time)
    if len(table.problems.errors) > before:
        return None
    counts = np.zeros((len(arms), len(times), len(items)), dtype=np.int64)
    paths, citizens = {}, {}
    for a, arm in enumerate(arms):
        ordered = [kept[arm][name] for name in sorted(kept[arm])]
        paths[arm] = np.array([path for path, _ in ordered], dtype=np.int64)
        for t in range(len(times)):
            counts[a, t] = np.bincount(paths[arm][:, t], minlength=len(items))
        citizens[arm] = {c: tuple(row.cells.get(c, "") for _, row in ordered) for c in others}
    # Text and number of a frame are one where both are written as the hash has them, in Danish.
    if not table.typed or table.style != DANISH:
        _as_numbers(citizens, others, table.style)
    return Persons(table, counts, paths, citizens, enrolled, starts)


def _as_numbers(
    citizens: Mapping[str, dict[str, tuple[str, ...]]], columns: Sequence[str], style: NumberStyle
) -> None:
    """Mark the numbers of columns that hold nothing else, written as nobody else writes a text."""
    for column in columns:
        cells = {cell for of_arm in citizens.values() for cell in of_arm[column]}
        numbers = {cell: style.canonical(cell) for cell in cells if cell}
        if numbers and None not in numbers.values():
            for of_arm in citizens.values():
                of_arm[column] = tuple(numbers.get(cell) or cell for cell in of_arm[column])


def numeric_columns(citizens: Mapping[str, Mapping[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Return the columns that came with citizens and hold numbers, and nothing else."""
    found: dict[str, set[str]] = {}
    for of_arm in citizens.values():
        for column, cells in of_arm.items():
            found.setdefault(column, set()).update(cells)
    numbers = ((c, [cell for cell in cells if cell]) for c, cells in found.items() if c != "id")
    return tuple(c for c, cells in numbers if cells and all(isinstance(x, Numeral) for x in cells))


def unknown_columns(
    design: Iterable[Design], citizens: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[tuple[str, Any]]:
    """Yield the columns that a design names and that did not come with citizens, and those near."""
    known = sorted({column for of_arm in citizens.values() for column in of_arm} - {"id"})
    for column in (each.column for each in design):
        if column and column not in known:
            yield column, suggest(column, known) or "–"


def _check_personal(rows: Sequence[Row], columns: Sequence[str], declared: Collection[str]) -> None:
    """Warn, once of each kind, of columns by which citizens can be told apart, and of weights.

    Of those that are `declared` as the study's design every answer says what they do to it.
    """
    table = rows[0].table
    if numbers := sum(PERSONAL.fullmatch(row.text(c)) is not None for row in rows for c in columns):
        table.problem("W143", number=numbers)
    unlike, few = [], []
    for column in columns:
        if column == "id":
            continue
        if column in declared:
            continue
        if word := weighing(column):
            table.problem("W142", column, table.header, word=word)
            continue
        held = Counter((row.text("arm"), row.text(column)) for row in rows if row.text(column))
        values = Counter(value for _, value in held)
        if len(values) == held.total() > 1:
            unlike.append(column)
        elif any(citizens < FEW for citizens in held.values()):
            few.append(column)
    for code, found in (("W144", few), ("W145", unlike)):
        if found:
            table.problem(code, ", ".join(found), table.header, few=FEW)


def weighing(column: str) -> str:
    """Return the word of a column's name by which citizens seem to count, or nothing."""
    words = set(_UNWORDED.split(column.casefold()))
    own = "kg" in words  # what a citizen weighs
    return "" if own else min(words & WEIGHTS, default="")


def _citizens(rows: Sequence[Row], arms: Sequence[str]) -> Iterator[tuple[Row, str]]:
    """Give each row with an id of its own and a known arm."""
    seen: dict[str, int] = {}
    unknown: set[str] = set()
    for row in rows:
        name, text = row.needed("id"), row.text("arm")
        arm = None if text in unknown else row.choice("arm", arms)
        if text and arm is None:  # each is said once, however many citizens it has
            unknown.add(text)
        if name in seen:
            row.problem("E101", name, first=seen[name])
        elif name and arm:
            seen[name] = row.line
            yield row, arm


def _path(
    row: Row, times: Sequence[str], items: Sequence[str], statuses: Sequence[str]
) -> list[int]:
    """Read a citizen's statuses; `NOT_SEEN` where there is none, or one that is wrong."""
    read = [row.text(time) for time in times]
    if any(read) and not read[0]:
        row.problem("E105", "", id=row.text("id"), time=times[0])
    for time, text in zip(times, read, strict=True):
        if text and text not in statuses:
            row.problem("E102", text, id=row.text("id"), time=time, known=suggest(text, statuses))
    return [items.index(text) if text in statuses else NOT_SEEN for text in read]


def _check_back(row: Row, path: Sequence[int], times: Sequence[str], lost: Sequence[int]) -> None:
    """Warn of a citizen who is lost to follow-up and then somewhere again."""
    seen = [(time, i) for time, i in zip(times, path, strict=True) if i != NOT_SEEN]
    for (before, now), (time, after) in pairwise(seen):
        if now in lost and after not in lost:
            row.problem("W141", row.text(time), id=row.text("id"), lost=before, time=time)


def _check_arms(
    table: Table,
    kept: Mapping[str, Mapping[str, object]],
    enrolled: Mapping[str, int],
    starts: Integers,
) -> None:
    """Hold the arms against what a comparison needs, and say how many dropped out."""
    if there := [arm for arm, number in enrolled.items() if number]:
        if len(there) < len(enrolled):
            table.problem("E103", ", ".join(there), known=list(enrolled))
        for arm, known in zip(enrolled, starts.sum(axis=1).tolist(), strict=True):
            if not enrolled[arm]:
                continue
            if not kept[arm]:
                table.problem("E104", arm=arm)
            elif gone := enrolled[arm] - len(kept[arm]):
                table.problem("N109", gone, arm=arm, known=known)
