"""Person rows from Python: a data frame or a file in the place of a study's counts, and money."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.files.made.cells import Cells, cells_of, framed, ids_by_label, named, written
from gevinst.files.people import could_hold, gather, numeric_columns, unknown_columns, weighing
from gevinst.files.priced.rates import check_priced
from gevinst.files.separated import read_csv
from gevinst.files.stated import all_seen, known_starts
from gevinst.files.tables import Table
from gevinst.study.study import Study
from gevinst.text.form import PERSONAL
from gevinst.text.numerals import LARGEST, STYLES, Numeral
from gevinst.text.problems import Problems, StudyError, suggest, warn

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

FRAME = "frame"
"""What a data frame is called in messages; a line there is the row's position, from 1."""


def from_persons(
    frame: pd.DataFrame,
    study: Study,
    *,
    id: str = "id",  # noqa: A002 - the column is called what it is
    arm: str = "arm",
    arms: Mapping[object, str] | None = None,
    times: Mapping[object, object] | Sequence[object] | None = None,
) -> Study:
    """Make a study of paired data from a data frame with one row per citizen.

    Parameters
    ----------
    frame : DataFrame
        A column of ids, one of arms, and one per time with statuses; empty (NaN, None or "")
        where a citizen was not followed up. Other columns (a stratum, covariates) are kept, numbers
        as numbers. Or in long form, a row per citizen and time: a column ``time`` and one
        ``status`` in the place of those per time. Ids may stand in the index, and labels in the
        place of ids. Anything with ``to_pandas()`` is a frame too, and so is a dict of columns.
    study : Study
        Says what statuses, rates, lines and conventions there are. Its own counts and sizes of the
        arms are replaced; its published figures are kept.
    id, arm : str
        Names of those columns.
    arms : mapping, optional
        What the column of arms holds -> id of an arm, as ``{1: "intervention", 0: "control"}``.
    times : mapping or sequence, optional
        Column -> id of a time; or the columns of the study's times, in their order. By default the
        columns are called by the times' ids.

    Returns
    -------
    Study
        With `paths`; a citizen with an empty time is enrolled and not analysed: a dropout, whose
        start is kept.

    Raises
    ------
    StudyError
        With every problem found: E200 no data frame, E201 as many times as the study does not have,
        E202 no arm that the study has, E203 in long form two values of what a citizen has one of,
        E101 a citizen twice, E102 an unknown status, E103 not every arm,
        E104 an arm nobody of which was followed up, E105 a start missing, E041 a status that
        nothing prices, E255 an outcome's column that is not one of numbers. ``line`` is the row's
        position, from 1.

    Warns
    -----
    StudyWarning
        With all that is doubtful: W141 somebody lost and then back, W142 a column of weights, W143
        to W145 what tells who citizens are.

    Examples
    --------
    >>> import gevinst as gv
    >>> study = gv.load("ishoj-smc")
    >>> rows = {
    ...     "id": range(8),
    ...     "arm": ["intervention", "control"] * 4,
    ...     "0": ["cash_benefit"] * 6 + ["resource_programme"] * 2,
    ...     "1": ["cash_benefit"] * 8,
    ...     "1.5": ["flexjob", "cash_benefit"] * 2 + ["cash_benefit"] * 4,
    ... }
    >>> paired = gv.from_persons(rows, study)
    >>> [arm.analysed for arm in paired.arms]
    [4, 4]
    """
    problems = Problems()
    cells = cells_of(frame, FRAME, problems, named(id))
    columns = _times(times, study, problems)
    names = {**columns, named(id): "id", named(arm): "arm"}
    if cells is None or problems.errors:
        raise StudyError(problems)
    labels = {named(key): named(value) for key, value in (arms or {}).items()}
    cells = Cells([names.get(column, column) for column in cells.columns], cells.lines)
    place = Table(FRAME, problems)
    ids = {
        "arm": ids_by_label((each.id, each.label) for each in study.arms) | labels,
        "time": ids_by_label((each.id, each.label) for each in study.times) | columns,
        "status": ids_by_label((study.items[i].id, study.items[i].label) for i in study.statuses),
    }
    cells = cells.shaped("citizens", ids, study.axes.times, place)
    _check_columns(cells.columns, ("id", "arm", *study.axes.times), problems)
    if not cells.lines:
        problems.add("E005", FRAME)
    if problems.errors:
        raise StudyError(problems)
    table = cells.table(FRAME, problems, STYLES[study.number_style])
    paired = _with_persons(study, table, arm)
    warn(problems)
    return paired


def _times(given: Any, study: Study, problems: Problems) -> dict[str, str]:
    """Return which time each column is that was said to be one."""
    ids = study.axes.times
    if given is None or isinstance(given, Mapping):
        found = {named(column): named(time) for column, time in (given or {}).items()}
        for time in found.values():
            if time not in ids:
                problems.add("E030", FRAME, None, time, column="times", known=suggest(time, ids))
        return found
    columns = list(map(named, given))
    if len(columns) != len(ids):
        problems.add("E201", FRAME, None, ", ".join(columns), known=ids)
    return dict(zip(columns, ids, strict=False))


def read_persons(path: str | Path, study: Study) -> Study:
    """Make a study of paired data from a CSV file of person rows, as `from_persons` does.

    Parameters
    ----------
    path : str or Path
        A file like citizens.csv: columns ``id``, ``arm``, one per time; others are kept. Its
        numbers are read as those of the study's files.
    study : Study
        As in `from_persons`.

    Returns
    -------
    Study
        With `paths`, as `from_persons` makes it.

    Raises
    ------
    StudyError
        With every problem found.

    Warns
    -----
    StudyWarning
        As `from_persons` does.

    Examples
    --------
    >>> import gevinst as gv
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> rows = {"id": ["a", "b"], "arm": ["intervention", "control"], "0": "cash_benefit"}
    >>> frame = pd.DataFrame(rows | {"1": "cash_benefit", "1.5": ["flexjob", "cash_benefit"]})
    >>> with TemporaryDirectory() as folder:
    ...     frame.to_csv(f"{folder}/persons.csv", sep=";", index=False)
    ...     study = gv.read_persons(f"{folder}/persons.csv", gv.load("ishoj-smc"))
    >>> [arm.analysed for arm in study.arms]
    [1, 1]
    """
    problems = Problems()
    paired = _with_persons(study, read_csv(Path(path), problems, STYLES[study.number_style]))
    warn(problems)
    return paired


def _with_persons(study: Study, table: Table, column: str = "arm") -> Study:
    """Put person rows, with arms in a column of a data frame, in the place of a study's counts."""
    problems, axes = table.problems, study.axes
    statuses = [axes.items[i] for i in study.statuses]
    could = could_hold(axes.arms, axes.times, statuses)
    rows = table.rows(("id", "arm", *axes.times), None, (), could)
    arms = dict.fromkeys(row.text("arm") for row in rows)
    if table.typed and rows and not set(arms) & set(axes.arms):
        table.problem("E202", ", ".join(arms), column=column, known=axes.arms)
    if problems.errors:
        raise StudyError(problems)
    persons = gather(
        rows, axes.arms, axes.times, axes.items, statuses, study.lost, study.design.values()
    )
    if persons is None:
        raise StudyError(problems)
    stated = study.stratification
    paired = replace(
        study,
        arms=persons.sized([replace(arm, enrolled=0, analysed=0) for arm in study.arms]),
        counts=persons.counts,
        stratum_counts=study.stratum_counts[:0],
        stratification=stated and replace(stated, strata=(), citizens=()),
        paths=persons.paths,
        citizens=persons.citizens,
        dropout_starts=known_starts(persons.dropout_starts),
    )
    seen = all_seen(persons.counts, persons.dropout_starts)
    check_priced(table, paired, seen, paired.rate_maps)
    known = numeric_columns(paired.citizens)
    for column in (outcome.column for outcome in study.outcomes):
        if column and column not in known:
            table.problem("E255", column, known=suggest(column, known) or "–")
    for column, near in unknown_columns(study.design.values(), paired.citizens):
        table.problem("E125", column, known=near)
    if problems.errors:
        raise StudyError(problems)
    return paired


def person_gains(
    frame: pd.DataFrame,
    start: object,
    end: object,
    *,
    id: str = "id",  # noqa: A002 - as in from_persons
    arm: str = "arm",
) -> dict[str, Floats]:
    """Return each citizen's gain from person rows of money, per arm, for the array functions.

    Parameters
    ----------
    frame : DataFrame
        One row per citizen: an id, an arm, and what the citizen cost at each time, kr.
    start, end : column names
        Cost before and after; the gain is the fall in cost.
    id, arm : str
        Names of those columns.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        kr. per citizen, arms in the order they first appear. A citizen with an empty start or end
        was not followed up, and is left out.

    Raises
    ------
    StudyError
        E101 a citizen twice, E104 an arm without gains, E108 what is no finite number of kr.,
        E140 more kr. than any amount.

    Warns
    -----
    StudyWarning
        W142 a column of weights, which is not used; W143 ids like personal numbers.

    Examples
    --------
    >>> import gevinst as gv
    >>> import pandas as pd
    >>> rows = {"id": [1, 2, 3], "arm": ["a", "a", "b"], "y0": [9, 5, 7], "y1": [2, None, 7]}
    >>> gv.person_gains(pd.DataFrame(rows), "y0", "y1")["a"]
    array([7.])
    """
    problems = Problems()
    gains: dict[str, list[float]] = {}
    seen: dict[str, int] = {}
    rows = framed(frame, FRAME, problems, named(id))
    if rows is None:
        raise StudyError(problems)
    frame = rows
    _check_columns(list(frame.columns), (id, arm, start, end), problems)
    if problems:
        raise StudyError(problems)
    for column in map(named, frame.columns.difference([id, arm, start, end], sort=False)):
        if word := weighing(column):
            problems.add("W142", FRAME, None, column, word=word)
    for line, values in enumerate(zip(*(frame[c] for c in (id, arm, start, end)), strict=True), 1):
        name, group = named(values[0]), named(values[1])
        if (first := seen.setdefault(name, line)) != line:
            problems.add("E101", FRAME, line, name, first=first)
        if not group:
            problems.add("E014", FRAME, line, column=arm)
            continue
        found = gains.setdefault(group, [])
        costs = [
            _kr(value, name, column, line, problems)
            for value, column in zip(values[2:], (start, end), strict=True)
        ]
        if None not in costs:
            found.append(float(costs[0] or 0.0) - float(costs[1] or 0.0))
    for group, found in gains.items():
        if not found:
            problems.add("E104", FRAME, None, "", arm=group)
    if numbers := sum(PERSONAL.fullmatch(name) is not None for name in seen):
        problems.add("W143", FRAME, number=numbers)
    if problems.errors:
        raise StudyError(problems)
    warn(problems)
    return {group: np.array(found) for group, found in gains.items()}


def _kr(value: Any, name: str, column: object, line: int, problems: Problems) -> float | None:
    """Read an amount; None where it is missing or wrong."""
    text = written(value)
    if not text:
        return None
    if isinstance(value, str) or not math.isfinite(float(value)):
        problems.add("E108", FRAME, line, text, id=name, column=column)
        return None
    if abs(value) > LARGEST:
        problems.add("E140", FRAME, line, Numeral(text[:20]), column=column)
        return None
    return float(value)


def _check_columns(columns: Sequence[object], needed: Iterable[object], problems: Problems) -> None:
    """Name each column that is not there once."""
    for column in needed:
        if columns.count(column) != 1:
            problems.add("E010", FRAME, None, ", ".join(map(str, columns)), column=column)
