"""Who was in which status when: a row per citizen.

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

from gevinst.files.stated import Contents, Persons, Stated
from gevinst.files.tables import Row, Table
from gevinst.study.named import Design
from gevinst.text.form import PERSONAL
from gevinst.text.numerals import DANISH, NumberStyle, Numeral
from gevinst.text.problems import suggest

Integers = NDArray[np.int64]

NOT_SEEN = -1
"""In the place of a status where a citizen was not followed up."""

FEW = 5
"""A value of fewer citizens of an arm can tell who they are."""

WEIGHTS = {
    *("weight", "weights", "weighting", "wt", "wgt", "pweight", "ipw", "iptw"),
    *("vægt", "vægte", "vaegt", "vægtning", "vekt", "vekter", "vikt", "vikter"),
}
"""Words in columns' names by which citizens seem to count; each citizen counts as one."""

_UNWORDED = re.compile(r"[\W\d_]+")
"""What stands between the words of a column's name."""


def check_lost(table: Table, stated: Stated, contents: Contents, at: tuple[int, int]) -> None:
    """Name a time at which nobody of an arm is left to say anything of."""
    lost = [i for i, item in enumerate(stated.items) if item.lost]
    total = contents.counts[at].sum()
    if total and contents.counts[at][lost].sum() == total:
        table.problem("E056", arm=stated.arms[at[0]].id, time=stated.times[at[1]].id)


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
        check_lost(table, stated, contents, at)


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
