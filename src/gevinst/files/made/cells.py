"""Cells: a data frame, or what can be one, as the columns and rows of text that readers take."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gevinst.files.tables import PROSE, Table
from gevinst.text.form import one_form
from gevinst.text.language import Label
from gevinst.text.numerals import NumberStyle, Numeral
from gevinst.text.problems import Problems, suggest

if TYPE_CHECKING:
    import pandas as pd

TIME = "time"
"""The column of times of rows in long form: a row for each time in the place of a column."""


class Long(NamedTuple):
    """Rows of long form: the columns that name what is one row otherwise, and what a time has."""

    keys: tuple[str, ...]
    value: str
    empty: str = ""
    """What stands at a time that no row is of."""


LONG = {"citizens": Long(("id",), "status"), "counts": Long(("arm", "status"), "citizens", "0")}
"""Tables with a column per time, and their long form."""

TEXT = ("string", "mixed", "categorical")
"""Kinds of an index without a name that holds ids; numbers may only be positions."""

Ids = Mapping[str, Mapping[str, str]]
"""Per column the ids that labels stand for."""


@dataclass(frozen=True)
class Cells:
    """Columns, and rows of text with their position from 1; a number stays a `Numeral`."""

    columns: list[str]
    lines: list[tuple[int, list[str]]]

    def table(self, name: str, problems: Problems, style: NumberStyle) -> Table:
        """Return the cells as a table that readers take."""
        if not self.columns:
            problems.add("E005", name)
        lines = self.lines
        return Table(name, problems, self.columns, lines, header=None, typed=True, style=style)

    def shaped(self, name: str, ids: Ids, times: Sequence[str], place: Table) -> Cells:
        """Return the cells of a table with ids in the place of labels, and a column per time.

        Parameters
        ----------
        name : str
            Which table.
        ids : Ids
            Per column; ``time`` is of the heads of the columns of times too.
        times : sequence of str
            The times there are.
        place : Table
            Gets what is wrong with rows of long form.
        """
        if name not in LONG:
            return self._with_ids(ids)
        head = ids.get(TIME, {})
        cells = Cells([head.get(column, column) for column in self.columns], self.lines)
        long, there = LONG[name], set(cells.columns)
        if {TIME, long.value} <= there and not there & set(times):
            return cells._with_ids(ids)._wide(long, times, place)
        if name == "citizens":  # whose other columns are anybody's
            statuses = ids.get("status", {})
            ids = {"arm": ids.get("arm", {}), **dict.fromkeys(times, statuses)}
        return cells._with_ids(ids)

    def _with_ids(self, ids: Ids) -> Cells:
        known = [ids.get(column, {}) for column in self.columns]
        lines = [
            (line, [each.get(cell, cell) for each, cell in zip(known, row, strict=True)])
            for line, row in self.lines
        ]
        return Cells(self.columns, lines)

    def _wide(self, long: Long, times: Sequence[str], place: Table) -> Cells:
        """Put rows with the same keys into one, which stands where the first of them does."""
        if not set(long.keys) <= set(self.columns):
            return self  # what is missing is said by who reads it
        kept = [column for column in self.columns if column not in (TIME, long.value)]
        found: dict[tuple[str, ...], tuple[int, dict[str, str], dict[str, int]]] = {}
        unknown: set[str] = set()
        for line, row in self.lines:
            cells = dict(zip(self.columns, row, strict=True))
            key, time = tuple(cells[column] for column in long.keys), cells[TIME]
            first, one, lines = found.setdefault(key, (line, dict(cells), {}))
            if not time:
                place.problem("E014", line=line, column=TIME)
            elif time not in times and time not in unknown:
                unknown.add(time)
                place.problem("E030", time, line, column=TIME, known=suggest(time, times))
            elif lines.setdefault(time, line) != line:
                place.problem("E013", " / ".join((*key, time)), line, first=lines[time])
            one[time] = cells[long.value]
            for column in kept:
                if column in PROSE:  # each of its words is kept
                    parts = dict.fromkeys((*one[column].split("; "), cells[column]))
                    one[column] = "; ".join(filter(None, parts))
                elif cells[column] != one[column]:
                    values = {"id": " / ".join(key), "column": column, "first": first}
                    place.problem("E203", cells[column], line, **values)
        columns = [*kept, *times]
        return Cells(
            columns,
            [
                (line, [one.get(column, long.empty) for column in columns])
                for line, one, _ in found.values()
            ],
        )


def cells_of(given: Any, name: str, problems: Problems, key: str = "") -> Cells | None:
    """Write what was given in the place of a table as cells; None, and a problem, if it is none.

    Parameters
    ----------
    given : object
        A data frame, anything with ``to_pandas()``, a dict of columns, or rows that are dicts.
    name : str
        The argument, for messages.
    key : str
        The column that an index without a name is, where there is no such column.
    """
    frame = framed(given, name, problems, key)
    if frame is None:
        return None
    rows = frame.itertuples(index=False, name=None)
    lines = [(line, list(map(written, row))) for line, row in enumerate(rows, 1)]
    return Cells(list(map(named, frame.columns)), lines)


def framed(given: Any, name: str, problems: Problems, key: str = "") -> pd.DataFrame | None:
    """Return what was given as a data frame, with the ids of its index as columns."""
    try:
        frame = _frame(given)
    except (TypeError, ValueError):  # of columns that are not as long as each other
        problems.add("E200", name, kind=type(given).__name__)
        return None
    there = set(map(named, frame.columns))
    own = [level for level in frame.index.names if level is not None and named(level) not in there]
    if own:
        return frame.reset_index(level=own)
    if key and key not in there and frame.index.nlevels == 1 and frame.index.inferred_type in TEXT:
        return frame.rename_axis(key).reset_index()
    return frame


def is_frame(given: object) -> bool:
    """Whether something is a data frame, of whatever library."""
    return hasattr(given, "to_pandas") or (hasattr(given, "columns") and hasattr(given, "index"))


def _frame(given: Any) -> pd.DataFrame:
    import pandas as pd

    if hasattr(given, "to_pandas"):
        given = given.to_pandas()
    if isinstance(given, pd.DataFrame):
        return given
    if isinstance(given, Mapping):
        return pd.DataFrame(dict(given))
    if isinstance(given, Sequence) and all(isinstance(row, Mapping) for row in given):
        return pd.DataFrame([dict(row) for row in given])
    raise TypeError


def ids_by_label(labelled: Iterable[tuple[str, Label]]) -> dict[str, str]:
    """Return what each label stands for: the one id that has it, where it is no id itself.

    Examples
    --------
    >>> ids_by_label([("a", {"en": "One"}), ("b", {"en": "Two"}), ("c", {"en": "Two"})])
    {'One': 'a'}
    """
    labels = dict(labelled)
    pairs = {(one_form(text), name) for name, label in labels.items() for text in label.values()}
    times = Counter(text for text, _ in pairs)
    return {text: name for text, name in pairs if text not in labels and times[text] == 1}


def named(value: Any) -> str:
    """Write an id or a column's name in the form it is compared in."""
    return one_form(written(value))


def written(value: Any) -> str:
    """Write a cell as text: nothing for a missing one, ``1`` for 1.0, ``yes`` for True."""
    if isinstance(value, str):
        return value.strip()
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return Numeral(value) if abs(int(value)) <= sys.float_info.max else str(value)
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        whole = float(value).is_integer()
        return Numeral(int(value) if whole else np.format_float_positional(value, trim="-"))
    if isinstance(value, Decimal) and value.is_finite():
        return Numeral(f"{value:f}")
    if hasattr(value, "isoformat"):  # a day has no hours
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value).strip()
