"""CSV tables: decoded, split and checked row by row, with the line each cell stands on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gevinst.text.numerals import read_number
from gevinst.text.problems import Problems, suggest

_SEPARATOR = re.compile(r"sep=([;,|\t])[;,|\s]*", re.IGNORECASE)
"""What Excel writes on a line before the header to say what stands between cells."""

MOST = 10**9
"""No count of people or contacts is larger."""


def read_text(path: Path, problems: Problems) -> str | None:
    """Decode a file as utf-8 (with or without a mark), else as cp1252, which is noted."""
    if not path.is_file():
        problems.add("E003", path.name)
        return None
    raw = path.read_bytes()
    if not raw.strip():
        problems.add("E005", path.name)
        return None
    if b"\x00" not in raw:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            problems.add("N006", path.name)
            return text
    problems.add("E004", path.name)
    return None


@dataclass(frozen=True)
class Row:
    """One row of a table; every reading that fails adds a problem with the row's line."""

    cells: dict[str, str]
    file: str
    line: int
    problems: Problems

    def text(self, column: str) -> str:
        """Read a cell that may be empty."""
        return self.cells.get(column, "")

    def needed(self, column: str) -> str:
        """Read a cell that must hold something."""
        text = self.text(column)
        if not text:
            self.problem("E014", column=column)
        return text

    def choice(self, column: str, known: Sequence[str]) -> str | None:
        """Read a cell that must be one of the known ids."""
        text = self.needed(column)
        if not text:
            return None
        if text not in known:
            self.problem("E030", text, column=column, known=suggest(text, known))
            return None
        return text

    def choice_or(self, column: str, known: Sequence[str]) -> str:
        """Read a cell that names one of the known words; an empty one means the first."""
        found = self.choice(column, known) if self.text(column) else None
        return known[0] if found is None else found

    def choice_or_all(self, column: str, known: Sequence[str]) -> list[str]:
        """Read a cell that names one of the known ids; an empty one means them all."""
        if not self.text(column):
            return list(known)
        found = self.choice(column, known)
        return [] if found is None else [found]

    def number(self, column: str) -> float | None:
        """Read a Danish number that must be there."""
        return self.parse(column, self.needed(column))

    def number_or(self, column: str, default: float) -> float:
        """Read a Danish number, or take the default where the cell is empty."""
        text = self.text(column)
        found = self.parse(column, text) if text else default
        return default if found is None else found

    def whole(self, column: str, least: int) -> int | None:
        """Read a whole number that must be there and be at least so large."""
        number = self.number(column)
        if number is None:
            return None
        if number != int(number) or not least <= number <= MOST:
            self.problem("E069", self.text(column), column=column, least=least)
            return None
        return int(number)

    def parse(self, column: str, text: str) -> float | None:
        """Read a Danish number that a cell holds beside other text; None where there is none."""
        if not text:
            return None
        reading = read_number(text)
        if reading.value is None:
            if reading.readings:
                self.problem("E021", text, column=column, readings=" / ".join(reading.readings))
            else:
                self.problem("E020", text, column=column)
        elif reading.echo:
            self.problem("N020", text, column=column, value=f"{reading.value:.10g}")
        return reading.value

    def problem(self, code: str, read: object = "", **values: object) -> None:
        """Add a problem at this row's line."""
        self.problems.add(code, self.file, self.line, read, **values)


def _split(path: Path, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Split a file into rows of cells, each with the line it begins on.

    Between cells stands what a first line ``sep=;`` says, else ``;`` or ``,`` as the header has.
    """
    text = read_text(path, problems) or ""
    lines = list(io.StringIO(text, newline=""))
    said = _SEPARATOR.fullmatch(lines[0]) if lines else None
    skipped = 1 if said else 0
    header = next((line for line in lines[skipped:] if line.strip()), "")
    between = said[1] if said else ";" if ";" in header else ","
    # Not strict, a quotation mark that is left open would swallow rows up to the next one.
    reader = csv.reader(lines[skipped:], delimiter=between, strict=True)
    line, width = skipped + 1, None
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                if width is None:  # the header; Excel writes empty cells after it
                    width = max(i for i, cell in enumerate(cells, 1) if cell)
                    cells = cells[:width]
                yield line, cells
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        record = lines[line - 1 : skipped + reader.line_num]
        if str(error).startswith("field larger"):
            problems.add("E074", path.name, line, record[0][:40].strip(), reason=error)
            return
        if str(error) == "unexpected end of data":
            *_, last = next(csv.reader(record, delimiter=between))
            line += len(record) - max(1, len(list(io.StringIO(last, newline=""))))
        opened = lines[line - 1]
        problems.add("E075", path.name, line, opened[opened.find('"') :][:40].strip())


def read_header(path: Path, problems: Problems) -> list[str]:
    """Read a table's column names; empty where it cannot be read."""
    before = len(problems.errors)
    columns = next((cells for _, cells in _split(path, problems)), [])
    if not columns and len(problems.errors) == before:
        problems.add("E005", path.name)
    return columns


def read_table(
    path: Path,
    problems: Problems,
    required: Iterable[str],
    optional: Iterable[str] | None = (),
    key: Sequence[str] = (),
) -> list[Row]:
    """Read a CSV file with a header; ``;`` or ``,`` between cells, whichever the header has.

    Parameters
    ----------
    path : Path
        The file.
    problems : Problems
        Gets everything that is wrong.
    required, optional : iterable of str
        Columns that must, and may, be there; others are warned about. None: any may.
    key : sequence of str
        Columns that together name a row: a second row with the same is a problem.

    Returns
    -------
    list of Row
        Empty where the table cannot be read at all.
    """
    columns: list[str] = []
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    before = len(problems.errors)
    for line, cells in _split(path, problems):
        if not columns:
            columns = cells
            _check_columns(path.name, columns, list(required), optional, problems)
            continue
        if [cell for cell in cells if cell] == [column for column in columns if column]:
            problems.add("E076", path.name, line, ", ".join(columns))
            continue
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            problems.add("E012", path.name, line, len(cells), columns=len(columns))
            continue
        row = Row(dict(zip(columns, cells, strict=False)), path.name, line, problems)
        name = tuple(row.text(column) for column in key)
        if key and name in seen:
            row.problem("E013", " / ".join(filter(None, name)), first=seen[name])
            continue
        seen[name] = line
        rows.append(row)
    if not rows and len(problems.errors) == before:
        problems.add("E005", path.name)
    # Without a column, or the rows after a cell that does not end, the rest would say nothing true.
    if {problem.code for problem in problems.errors[before:]} & {"E010", "E074", "E075"}:
        return []
    return rows


def _check_columns(
    file: str,
    columns: list[str],
    required: list[str],
    optional: Iterable[str] | None,
    problems: Problems,
) -> None:
    """Name every column that is missing, unknown or there twice."""
    known = [*required, *(columns if optional is None else optional)]
    for column in required:
        if column not in columns:
            problems.add("E010", file, 1, ", ".join(columns), column=column)
    for column in dict.fromkeys(columns):
        if columns.count(column) > 1:
            problems.add("E010", file, 1, column, column=f"{column} (x{columns.count(column)})")
        if column not in known:
            problems.add("W011", file, 1, column, known=known)
