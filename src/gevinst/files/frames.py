"""Person rows from Python: a data frame or a file in the place of a study's counts, and money."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.files.persons import gather
from gevinst.files.tables import Row, read_table
from gevinst.study.study import Study
from gevinst.text.problems import Problems, StudyError

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
    times: Mapping[object, str] | None = None,
) -> Study:
    """Make a study of paired data from a data frame with one row per citizen.

    Parameters
    ----------
    frame : DataFrame
        A column of ids, one of arms, and one per time with status ids; empty (NaN, None or "")
        where a citizen was not followed up. Other columns (a stratum, covariates) are kept as text.
    study : Study
        Says what statuses, rates, lines and conventions there are. Its own counts and sizes of the
        arms are replaced; its published figures are kept.
    id, arm : str
        Names of those columns.
    arms : mapping, optional
        What the column of arms holds -> ``"intervention"`` or ``"control"``.
    times : mapping, optional
        Column -> id of a time. By default the columns are called by the times' ids.

    Returns
    -------
    Study
        With `paths`; a citizen with an empty time is enrolled and not analysed.

    Raises
    ------
    StudyError
        With every problem found: E101 a citizen twice, E102 an unknown status, E103 one arm only,
        E104 an arm nobody of which was followed up, E105 a start missing, E041 a status that
        nothing prices. ``line`` is the row's position, from 1.
    """
    names = {_written(key): value for key, value in (times or {}).items()}
    names |= {_written(id): "id", _written(arm): "arm"}
    labels = {_written(key): value for key, value in (arms or {}).items()}
    columns = [names.get(_written(column), _written(column)) for column in frame.columns]
    problems = Problems()
    for column in ("id", "arm", *study.axes.times):
        if columns.count(column) != 1:
            problems.add("E010", FRAME, None, ", ".join(columns), column=column)
    if len(frame) == 0:
        problems.add("E005", FRAME)
    rows = []
    for line, values in enumerate(frame.itertuples(index=False, name=None), 1):
        cells = dict(zip(columns, map(_written, values), strict=True))
        cells["arm"] = labels.get(cells.get("arm", ""), cells.get("arm", ""))
        rows.append(Row(cells, FRAME, line, problems))
    return _with_persons(study, rows, problems)


def read_persons(path: str | Path, study: Study) -> Study:
    """Make a study of paired data from a CSV file of person rows, as `from_persons` does.

    Parameters
    ----------
    path : str or Path
        A file like citizens.csv: columns ``id``, ``arm``, one per time; others are kept.
    study : Study
        As in `from_persons`.

    Raises
    ------
    StudyError
        With every problem found.
    """
    problems = Problems()
    return _with_persons(
        study, read_table(Path(path), problems, ("id", "arm", *study.axes.times), None), problems
    )


def _with_persons(study: Study, rows: Sequence[Row], problems: Problems) -> Study:
    """Put rows in the place of a study's counts."""
    if problems.errors or not rows:
        raise StudyError(problems)
    statuses = [study.items[i].id for i in study.statuses]
    persons = gather(rows, study.axes.arms, study.axes.times, study.axes.items, statuses, problems)
    if persons is None:
        raise StudyError(problems)
    unstated = [replace(arm, enrolled=0, analysed=0) for arm in study.arms]
    paired = replace(
        study,
        arms=persons.sized(unstated, problems),
        counts=persons.counts,
        paths=persons.paths,
        citizens=persons.citizens,
    )
    _check_priced(paired, persons.file, problems)
    if problems.errors:
        raise StudyError(problems)
    return paired


def _check_priced(study: Study, file: str, problems: Problems) -> None:
    """Name each status that has citizens and no rate, once per arm and basis."""
    for basis, rate_map in study.rate_maps.items():
        unpriced = (study.counts > 0) & (rate_map[:, 0] < 0)
        for a, i in np.argwhere(unpriced.any(axis=1)):
            where = [study.times[t].id for t in np.flatnonzero(unpriced[a, :, i])]
            problems.add(
                *("E041", file, None, study.items[i].id),
                arm=study.arms[a].id,
                time=where,
                basis=basis,
            )


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
        E101 a citizen twice, E104 an arm without gains, E108 what is no finite number of kr.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"id": [1, 2, 3], "arm": ["a", "a", "b"], "y0": [9, 5, 7], "y1": [2, None, 7]}
    >>> person_gains(pd.DataFrame(rows), "y0", "y1")["a"]
    array([7.])
    """
    problems = Problems()
    gains: dict[str, list[float]] = {}
    seen: dict[str, int] = {}
    for column in (id, arm, start, end):
        if sum(name == column for name in frame.columns) != 1:
            problems.add("E010", FRAME, None, ", ".join(map(str, frame.columns)), column=column)
    if problems:
        raise StudyError(problems)
    for line, values in enumerate(zip(*(frame[c] for c in (id, arm, start, end)), strict=True), 1):
        name, group = _written(values[0]), _written(values[1])
        if name in seen:
            problems.add("E101", FRAME, line, name, first=seen[name])
        seen.setdefault(name, line)
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
    if problems.errors:
        raise StudyError(problems)
    return {group: np.array(found) for group, found in gains.items()}


def _kr(value: Any, name: str, column: object, line: int, problems: Problems) -> float | None:
    """Read an amount; None where it is missing or wrong."""
    text = _written(value)
    if not text:
        return None
    if isinstance(value, str) or not math.isfinite(float(value)):
        problems.add("E108", FRAME, line, text, id=name, column=column)
        return None
    return float(value)


def _written(value: Any) -> str:
    """Write a cell as text: nothing for a missing one, ``1`` for 1.0."""
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
