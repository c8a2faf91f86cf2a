"""Tables of published figures without a study around them, for those who only check a table."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from gevinst.files.claims import read_published
from gevinst.files.tables import Row, read_header, read_table
from gevinst.numerals import read_number
from gevinst.problems import Problems, StudyError
from gevinst.study import Published

_TOTAL = re.compile(r"\b(i alt|samlet|sum|total|in all|all)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|pct", re.IGNORECASE)


def is_table(path: str | Path) -> bool:
    """Whether a path is a CSV file, or a folder with CSV files and no study.toml."""
    path = Path(path)
    if path.is_dir():
        return not (path / "study.toml").exists() and any(path.glob("*.csv"))
    return path.suffix == ".csv" and path.is_file()


def read_figures(path: str | Path) -> tuple[Published, ...]:
    """Read published figures from a CSV file, or from all those of a folder.

    Parameters
    ----------
    path : str or Path
        A table with the columns of ``published.csv`` (figure, value, unit, rounding, source, and
        as many others as help), or one as it is printed: names in the first column, numbers in the
        others. In the latter a row or column called "I alt", "Samlet", "Sum" or "Total" is read as
        the sum of those before it, since the last such.

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
        columns = read_header(file, problems)
        stem = re.sub(r"\W", "_", f"{file.stem}.", flags=re.ASCII) if len(files) > 1 else ""
        if "figure" in columns:
            found += read_published(file, problems)
        elif columns:
            found += _printed(file, columns, stem, problems)
    ids = [figure.id for figure in found]
    for twice in dict.fromkeys(name for name in ids if ids.count(name) > 1):
        problems.add("E013", path.name, None, twice, first=ids.index(twice) + 1)
    if problems.errors:
        raise StudyError(problems)
    return tuple(found)


def _printed(file: Path, columns: list[str], stem: str, problems: Problems) -> list[Published]:
    """Read a table as it is printed: each number a figure, totals as sums."""
    rows = read_table(file, problems, columns)
    cells: dict[tuple[int, int], Published] = {}
    for r, row in enumerate(rows):
        for c, column in enumerate(columns[1:], start=1):
            if row.text(column).strip(" -–−"):
                figure = _figure(row, f"{stem}r{r + 1}.c{c}", columns[c], columns[0])
                if figure is not None:
                    cells[r, c] = figure
    totals = {c: column for c, column in enumerate(columns) if c and _TOTAL.search(column)}
    found = []
    for (r, c), figure in cells.items():
        sums = [parts for parts in _sums(cells, r, c, rows, columns, totals) if len(parts) > 1]
        # The corner of a table is a sum twice: of its row, and again of its column.
        for number, parts in enumerate(sums or [[]]):
            name = figure.id + ".again" * number
            found.append(replace(figure, id=name, follows=" + ".join(parts)))
    return found


def _figure(row: Row, name: str, column: str, first: str) -> Published | None:
    """One printed number; its last printed digit tells how far it is rounded."""
    text = re.sub(r"\s*(kr\.?|pct\.?|%)$", "", row.text(column))
    reading = read_number(text)
    if reading.value is None:
        if reading.readings:
            row.problem("E021", text, column=column, readings=" / ".join(reading.readings))
        return None
    decimals = len(text.partition(",")[2])
    percent = bool(_PERCENT.search(column) or _PERCENT.search(row.text(column)))
    return Published(
        id=name,
        measure="given",
        relation="=",
        value=reading.value,
        unit="pct" if percent else "count",
        rounding=10.0**-decimals,
        source=f"{row.file}, {row.text(first)}, {column}",
        item=row.text(first),
        time=column,
    )


def _sums(
    cells: dict[tuple[int, int], Published],
    r: int,
    c: int,
    rows: list[Row],
    columns: list[str],
    totals: dict[int, str],
) -> list[list[str]]:
    """Ids a cell is the sum of: those to its left in a total column, those above in a total row."""
    sums = []
    if c in totals:
        first = max((t for t in totals if t < c), default=0)
        sums.append([cells[r, k].id for k in range(first + 1, c) if (r, k) in cells])
    if _TOTAL.search(rows[r].text(columns[0])):
        above = [k for k in range(r) if _TOTAL.search(rows[k].text(columns[0]))]
        start = max(above, default=-1) + 1
        sums.append([cells[k, c].id for k in range(start, r) if (k, c) in cells])
    return sums
