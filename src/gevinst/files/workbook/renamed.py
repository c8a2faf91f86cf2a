"""Renamed: a sheet that has the headers of one that is not there under its own name."""

from __future__ import annotations

from collections.abc import Container, Iterable

from gevinst.files.workbook.cells import Grid
from gevinst.files.workbook.laid import TITLES
from gevinst.files.workbook.sheets import (
    FIELDS,
    LISTS,
    START,
    TABLES,
    column_names,
    folded,
    list_key,
)


def resembled(grid: Grid, there: Container[str]) -> str | None:
    """Return the key of the sheet that a sheet of another name seems to be, if any.

    Parameters
    ----------
    grid : Grid
        The sheet.
    there : container of str
        Keys of the sheets that there are: it is none of those.
    """
    first = [_texts(cell.value for cell in cells) for row, cells in grid.rows if row <= TITLES]
    columns = {**{list_key(name): sheet for name, sheet in LISTS.items()}, **TABLES}
    found: dict[str, int] = {}
    for key, sheet in columns.items():
        known = column_names(key)
        # A sheet that was only renamed has every header of its template still.
        if any({*sheet.columns} <= {known.get(text) for text in texts} for texts in first):
            found[key] = len(sheet.columns)
    names = column_names(START)
    fields = {names.get(text) for text in _texts(c[0].value for _, c in grid.rows)}
    if len(fields & {*FIELDS}) > len(FIELDS) // 2:
        found[START] = len(FIELDS)
    fitting = (key for key in sorted(found, key=lambda key: -found[key]) if key not in there)
    return next(fitting, None)


def _texts(values: Iterable[object]) -> set[str]:
    return {folded(value) for value in values if isinstance(value, str)}
