"""Tables of published figures without a study around them, for those who only check a table."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from gevinst.files.claims import read_published
from gevinst.files.container import SETTINGS
from gevinst.files.tables import Row, Table, read_csv
from gevinst.study.claims import Published
from gevinst.text.problems import Problems, StudyError

_WORDS = r"\s*(i alt|samlet|sum|total|in all)\b"
_UNIT = (
    r"(kr|kroner|dkk|pct|%|borgere|personer|citizens|people|timer|hours|(1\.?000|t|tkr|mio|mia)\.?\s*kr)"
    r"\.?(\s*(/|pr\.?|per)\s*\w+\.?)?"
)
_TOTAL_ROW = re.compile(_WORDS, re.IGNORECASE)
_TOTAL_COLUMN = re.compile(rf"{_WORDS}[\s,:]*(\(\s*{_UNIT}\s*\)|{_UNIT})?\s*", re.IGNORECASE)
_OF_WHICH = re.compile(r"[\s\-–−•*]*(heraf|hvoraf|of which)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\s*(antal|number|citizens|borgere)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|pct", re.IGNORECASE)


def is_table(path: str | Path) -> bool:
    """Whether a path is a CSV file, or a folder with CSV files and no study.toml."""
    path = Path(path)
    if path.is_dir():
        return not (path / SETTINGS).exists() and any(path.glob("*.csv"))
    return path.suffix == ".csv" and path.is_file()


def read_figures(path: str | Path) -> tuple[Published, ...]:
    """Read published figures from a CSV file, or from all those of a folder.

    Parameters
    ----------
    path : str or Path
        A table with the columns of ``published.csv`` (figure, value, unit, rounding, source, and
        as many others as help), or one as it is printed: names in the first column, numbers in the
        others. In the latter a column called "I alt", "Samlet", "Sum", "Total" or "In all", with or
        without a unit, and a row whose name begins so, is read as the sum of those before it, since
        the last such. What begins with "heraf" or "of which" is no part of a sum.

    Raises
    ------
    StudyError
        With every problem found.
    """
    problems = Problems()
    path = Path(path)
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    found: list[Published] = []
    for file in files:
        table = read_csv(file, problems)
        stem = re.sub(r"\W", "_", f"{file.stem}.", flags=re.ASCII) if len(files) > 1 else ""
        found += read_published(table) if "figure" in table.columns else _printed(table, stem)
    ids = [figure.id for figure in found]
    for twice in dict.fromkeys(name for name in ids if ids.count(name) > 1):
        problems.add("E013", path.name, None, twice, first=ids.index(twice) + 1)
    if problems.errors:
        raise StudyError(problems)
    return tuple(found)


def _printed(table: Table, stem: str) -> list[Published]:
    """Read a table as it is printed: each number a figure, totals as sums."""
    columns, rows = table.columns, table.rows(table.columns)
    cells: dict[tuple[int, int], Published] = {}
    for r, row in enumerate(rows):
        for c, column in enumerate(columns[1:], start=1):
            if row.text(column).strip(" -–—−"):
                figure = _figure(row, f"{stem}r{r + 1}.c{c}", columns[c], columns[0])
                if figure is not None:
                    cells[r, c] = figure
    totals = {
        c: column for c, column in enumerate(columns) if c and _TOTAL_COLUMN.fullmatch(column)
    }
    found = []
    for (r, c), figure in cells.items():
        sums = [parts for parts in _sums(cells, r, c, rows, totals) if len(parts) > 1]
        # The corner of a table is a sum twice: of its row, and again of its column.
        for number, parts in enumerate(sums or [[]]):
            name = figure.id + ".again" * number
            found.append(replace(figure, id=name, follows=" + ".join(parts)))
    return found


def _figure(row: Row, name: str, column: str, first: str) -> Published | None:
    """One printed number; its last printed digit tells how far it is rounded."""
    text = re.sub(r"\s*(kr\.?|pct\.?|%)$", "", row.text(column))
    value = row.parse(column, text or row.text(column))  # a unit alone is no number
    if value is None:
        return None
    digit = row.last_digit(column)
    percent = bool(_PERCENT.search(column) or _PERCENT.search(row.text(column)))
    return Published(
        id=name,
        measure="given",
        relation="=",
        value=value,
        unit="pct" if percent else "count",
        # People are counted, not rounded.
        rounding=0.0 if _PEOPLE.match(column) and digit == 1.0 else digit,
        source=f"{row.table.name}, {row.text(first)}, {column}",
        item=row.text(first),
        time=column,
    )


def _sums(
    cells: dict[tuple[int, int], Published],
    r: int,
    c: int,
    rows: list[Row],
    totals: dict[int, str],
) -> list[list[str]]:
    """Ids a cell is the sum of: those to its left in a total column, those above in a total row."""
    columns = rows[0].table.columns
    names = [row.text(columns[0]) for row in rows]
    unit, sums = cells[r, c].unit, []
    if c in totals:
        first = max((t for t in totals if t < c), default=0)
        across = [k for k in range(first + 1, c) if not _OF_WHICH.match(columns[k])]
        # A number of people beside amounts is no part of their sum.
        across = [k for k in across if not _PEOPLE.match(columns[k])] or across
        sums.append([(r, k) for k in across])
    if _TOTAL_ROW.match(names[r]):
        start = max((k for k in range(r) if _TOTAL_ROW.match(names[k])), default=-1) + 1
        sums.append([(k, c) for k in range(start, r) if not _OF_WHICH.match(names[k])])
    return [[cells[at].id for at in s if at in cells and cells[at].unit == unit] for s in sums]
