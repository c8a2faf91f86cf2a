"""Person rows: each citizen's status at each time, read into paths.

A citizen is one row: an id, an arm, and a status id per time. An empty cell at a time is missing
follow-up: the citizen was enrolled and is not analysed. Nothing else may be empty. Rows become
paths, and the counts of a study are counted from them; counts never become rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gevinst.files.tables import Row, read_table
from gevinst.study.named import Arm
from gevinst.text.problems import Problems, suggest

Integers = NDArray[np.int64]

FILE = "citizens.csv"


@dataclass(frozen=True)
class Persons:
    """Person rows, read.

    Parameters
    ----------
    file : str
        Where they stood.
    counts : ndarray of int, shape (arm, time, item)
        Citizens per status.
    paths : dict of str to ndarray of int, shape (n, time)
        Per arm each analysed citizen's items, in the order of the ids.
    citizens : dict of str to dict of str to tuple of str
        Per arm the other columns of the analysed citizens.
    enrolled : dict of str to int
        Per arm the number of rows.
    """

    file: str
    counts: Integers
    paths: dict[str, Integers]
    citizens: dict[str, dict[str, tuple[str, ...]]]
    enrolled: dict[str, int]

    def sized(self, arms: Sequence[Arm], problems: Problems) -> tuple[Arm, ...]:
        """Return arms with the sizes the rows have, held against those stated (0: not stated).

        More may be stated as enrolled than there are rows: dropouts of whom nothing is known.
        """
        found = []
        for arm in arms:
            rows, complete = self.enrolled[arm.id], len(self.paths[arm.id])
            enrolled, analysed = arm.enrolled or rows, arm.analysed or complete
            if enrolled < rows or analysed != complete:
                problems.add(
                    *("E106", self.file, None, ""),
                    arm=arm.id,
                    rows=rows,
                    complete=complete,
                    enrolled=enrolled,
                    analysed=analysed,
                )
            found.append(replace(arm, enrolled=enrolled, analysed=analysed))
        return tuple(found)


def read_rows(
    path: Path,
    arms: Sequence[str],
    times: Sequence[str],
    items: Sequence[str],
    statuses: Sequence[str],
    problems: Problems,
) -> Persons | None:
    """Read citizens.csv.

    Parameters
    ----------
    path : Path
        The file. Columns ``id``, ``arm``, one per time; any other is kept with the citizens.
    arms, times, items, statuses : sequence of str
        Ids; a status is an item that citizens are counted in.
    problems : Problems
        Gets everything that is wrong.

    Returns
    -------
    Persons or None
        None where there are errors.
    """
    rows = read_table(path, problems, ("id", "arm", *times), None)
    return gather(rows, arms, times, items, statuses, problems) if rows else None


def gather(
    rows: Sequence[Row],
    arms: Sequence[str],
    times: Sequence[str],
    items: Sequence[str],
    statuses: Sequence[str],
    problems: Problems,
) -> Persons | None:
    """Turn rows into paths, naming everything that is wrong; None where there are errors."""
    before = len(problems.errors)
    file = rows[0].file
    others = [column for column in rows[0].cells if column not in ("arm", *times)]
    kept: dict[str, dict[str, tuple[list[int], Row]]] = {arm: {} for arm in arms}
    enrolled = dict.fromkeys(arms, 0)
    for row, arm in _citizens(rows, arms):
        enrolled[arm] += 1
        path = _path(row, times, items, statuses)
        if path is not None:
            kept[arm][row.text("id")] = (path, row)
    if len(problems.errors) == before:
        _check_arms(file, kept, enrolled, problems)
    if len(problems.errors) > before:
        return None
    counts = np.zeros((len(arms), len(times), len(items)), dtype=np.int64)
    paths, citizens = {}, {}
    for a, arm in enumerate(arms):
        ordered = [kept[arm][name] for name in sorted(kept[arm])]
        paths[arm] = np.array([path for path, _ in ordered], dtype=np.int64)
        for t in range(len(times)):
            counts[a, t] = np.bincount(paths[arm][:, t], minlength=len(items))
        citizens[arm] = {c: tuple(row.text(c) for _, row in ordered) for c in others}
    return Persons(file, counts, paths, citizens, enrolled)


def _citizens(rows: Sequence[Row], arms: Sequence[str]) -> Iterator[tuple[Row, str]]:
    """Give each row with an id of its own and a known arm."""
    seen: dict[str, int] = {}
    for row in rows:
        name, arm = row.needed("id"), row.choice("arm", arms)
        if name in seen:
            row.problem("E101", name, first=seen[name])
        elif name and arm:
            seen[name] = row.line
            yield row, arm


def _path(
    row: Row, times: Sequence[str], items: Sequence[str], statuses: Sequence[str]
) -> list[int] | None:
    """Read a citizen's statuses; None where one is missing or wrong."""
    read = [row.text(time) for time in times]
    if any(read) and not read[0]:
        row.problem("E105", "", id=row.text("id"), time=times[0])
    for time, text in zip(times, read, strict=True):
        if text and text not in statuses:
            row.problem("E102", text, id=row.text("id"), time=time, known=suggest(text, statuses))
    if not all(text in statuses for text in read):
        return None
    return [items.index(text) for text in read]


def _check_arms(
    file: str,
    kept: Mapping[str, Mapping[str, object]],
    enrolled: Mapping[str, int],
    problems: Problems,
) -> None:
    """Hold the arms against what a comparison needs, and say how many dropped out."""
    if there := [arm for arm, number in enrolled.items() if number]:
        if len(there) == 1:
            problems.add("E103", file, None, there[0])
        for arm in there:
            if not kept[arm]:
                problems.add("E104", file, None, "", arm=arm)
            elif gone := enrolled[arm] - len(kept[arm]):
                problems.add("N109", file, None, gone, arm=arm)
