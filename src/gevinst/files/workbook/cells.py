"""Cells: a workbook's file opened, and its sheets read as far as anything stands in them."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np

from gevinst.files.workbook.followed import followed, follows
from gevinst.text.form import one_form
from gevinst.text.numerals import Numeral
from gevinst.text.problems import Problems, Said
from gevinst.text.reasons import of_system

ENDING = ".xlsx"

OTHERS = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".numbers")
"""Endings of workbooks that are not read."""

LOCK = "~$"
"""Begins the name of the file by which Excel says that it has another open."""

EMPTY_ROWS = 200
"""After so many of them nothing more is looked for."""

MOST_COLUMNS = 300
"""Columns further to the right are not read."""

LARGEST = 400 * 2**20
"""Bytes of one part of a workbook, unpacked."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Excel before 2007, and encrypted ones, begin."""

_BROKEN = (
    *(OSError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError),
    *(SyntaxError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
)
"""What is raised by what is no workbook, or a damaged one."""

_HIDDEN_ROW = re.compile(rb"<row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*\br=\"(\d+)\"")
_HIDDEN_COLUMNS = re.compile(rb"<col\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*>")
_MERGED = re.compile(rb"<mergeCell\b[^>]*\bref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_ROW = re.compile(rb"<row\b[^>]*\br=\"(\d+)\"")
_ENDS = tuple(re.compile(rb"\b" + end + rb"=\"(\d+)\"") for end in (b"min", b"max"))

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Cell(NamedTuple):
    """A cell: what stands in it, of what kind that is, and of a percentage the number's format.

    Kinds are ``formula`` (one that was never calculated), ``error``, ``date``, ``flag`` and
    ``percent``; numbers and texts have none. A header of the template's is ``header``, a formula,
    until every sheet is read.
    """

    value: Any
    kind: str = ""
    format: str = ""


class Merged(NamedTuple):
    """Cells that are one: the ends of columns and rows, and what the area is called."""

    columns: tuple[int, int]
    rows: tuple[int, int]
    name: str


@dataclass(frozen=True)
class Grid:
    """A sheet: its rows that are not empty, each with its number from 1, and what is odd in it."""

    name: str
    rows: list[tuple[int, list[Cell]]] = field(repr=False)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    unread: int = 0
    """The row of the last cell below those that are read; 0 where there is none."""
    wide: bool = False
    """Whether something stands further to the right than is read."""


def is_workbook(path: Path) -> bool:
    """Whether a name is of a workbook, of whatever kind."""
    return path.suffix.lower() in (ENDING, *OTHERS)


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> letters(0), letters(25), letters(26), letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_at(text: str) -> int:
    """Return the column of letters, counted from 0.

    Examples
    --------
    >>> column_at("A"), column_at("AAA")
    (0, 702)
    """
    found = 0
    for letter in text:
        found = 26 * found + ord(letter) - 64
    return found - 1


def numeral(value: float) -> str:
    """Return a number as a `Numeral`, without an exponent."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        if value.is_integer():
            value = int(value)
        else:
            return Numeral(np.format_float_positional(value, trim="-"))
    return Numeral(value)


def open_workbook(path: Path, problems: Problems) -> list[Grid] | None:
    """Read every sheet of a workbook; None, and a problem, where it is none.

    A sheet is read until `EMPTY_ROWS` of it are empty, so that a million formatted rows cost
    nothing.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add("E162", path.name, reason=of_system(error))
        return None
    if what := _is_other(path, raw):
        problems.add("E350", path.name, what=Said(f"workbook.kind.{what}"))
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if any(part.file_size > LARGEST for part in archive.infolist()):
                problems.add("E351", path.name, most=LARGEST // 2**20)
                return None
            found = _followed(list(_grids(raw, archive)))
    except _BROKEN:
        problems.add("E350", path.name, what=Said("workbook.kind.broken"))
        return None
    if path.with_name(LOCK + path.name).exists():
        problems.add("N350", path.name)
    return found


def _is_other(path: Path, raw: bytes) -> str:
    """Tell what a file is that is no workbook of ours; nothing of one that can be."""
    ending = path.suffix.lower()
    if path.name.startswith(LOCK):
        return "lock"
    if raw.startswith(_OLE):
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in raw else "old"
    if ending in OTHERS:
        return "macro" if ending in (".xlsm", ".xltm") else "other"
    if not raw.strip():
        return "empty"
    return "" if raw.startswith(b"PK") else "text"


def _grids(raw: bytes, archive: zipfile.ZipFile) -> Iterator[Grid]:
    """Give the sheets: values as they were last calculated, and the formulas beside them."""
    from openpyxl import load_workbook

    values, formulas = (
        load_workbook(io.BytesIO(raw), read_only=True, data_only=only, keep_links=False)
        for only in (True, False)
    )
    parts = _parts(archive)
    for sheet, other in zip(values.worksheets, formulas.worksheets, strict=True):
        rows = _rows(sheet, other)
        last = rows[-1][0] if rows else 0
        below = _last_row(part := archive.read(parts[sheet.title]))
        yield Grid(
            sheet.title,
            [(row, cells[:MOST_COLUMNS]) for row, cells in rows],
            [_merged(*found.groups()) for found in _MERGED.finditer(part)],
            frozenset(int(found[1]) for found in _HIDDEN_ROW.finditer(part)),
            frozenset(_hidden_columns(part)),
            sheet.sheet_state != "visible",
            unread=below if below > last else 0,
            wide=any(len(cells) > MOST_COLUMNS for _, cells in rows),
        )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive that each sheet stands in."""
    # openpyxl has parsed both already.
    root = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {each.get("Id"): str(each.get("Target")) for each in root}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = {}
    for sheet in book.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"):
        target = targets[sheet.get(_RELATION)]
        found[str(sheet.get("name"))] = target[1:] if target[0] == "/" else f"xl/{target}"
    return found


def _rows(sheet: Any, formulas: Any) -> list[tuple[int, list[Cell]]]:
    """Read the rows that something stands in, up to many empty ones."""
    for each in (sheet, formulas):
        each.reset_dimensions()  # some programs write them wrong
    found: list[tuple[int, list[Cell]]] = []
    pairs = zip_longest(sheet.iter_rows(), formulas.iter_rows(), fillvalue=())
    for row, (cells, others) in enumerate(pairs, 1):
        if row - (found[-1][0] if found else 0) > EMPTY_ROWS:
            break
        read = _filled(map(_cell, islice(cells, MOST_COLUMNS + 1), others))
        if read:
            found.append((row, read))
    return found


def _followed(grids: list[Grid]) -> list[Grid]:
    """Put what the template's own headers say in the place of their formulas."""
    held = {grid.name: dict(grid.rows) for grid in grids}

    def text(sheet: str, column: str, row: int) -> str:
        cells, at = held.get(sheet, {}).get(row, []), column_at(column)
        value = cells[at].value if at < len(cells) else None
        if isinstance(value, (int, float)):
            return numeral(value)
        return "" if value is None else one_form(str(value))

    def header(cell: Cell) -> Cell:
        return Cell(followed(cell.value, text)) if cell.kind == "header" else cell

    rows = [[(row, list(map(header, cells))) for row, cells in grid.rows] for grid in grids]
    return [replace(grid, rows=found) for grid, found in zip(grids, rows, strict=True)]


def _filled(cells: Iterable[Cell]) -> list[Cell]:
    """Return a row without the empty cells at its end."""
    read = list(cells)
    while read and read[-1].value is None and not read[-1].kind:
        read.pop()
    return read


def _cell(cell: Any, formula: Any) -> Cell:
    """Tell what a cell holds."""
    value = cell.value
    if follows(formula.value):
        return Cell(formula.value, "header")
    if value is None:
        never = formula.value is not None and formula.data_type == "f" and cell.data_type == "n"
        return Cell(str(formula.value), "formula") if never else Cell(None)
    if cell.data_type == "e":
        return Cell(str(value), "error")
    if isinstance(value, bool):
        return Cell(value, "flag")
    if hasattr(value, "isoformat") or hasattr(value, "total_seconds"):
        return Cell(value, "date")
    if isinstance(value, str):
        return Cell(value) if value.strip() else Cell(None)
    shown = re.sub(r'"[^"]*"|\\.', "", cell.number_format or "")
    return Cell(value, "percent", shown) if "%" in shown else Cell(value)


def _last_row(part: bytes) -> int:
    """Return the number of the last row that something stands in, read or not."""
    end = max(part.rfind(mark) for mark in (b"</v>", b"</is>"))
    start = part.rfind(b"<row", 0, end) if end >= 0 else -1
    found = _ROW.match(part, start) if start >= 0 else None
    return int(found[1]) if found else 0


def _merged(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Merged:
    columns = column_at(left.decode()), column_at(right.decode())
    name = f"{left.decode()}{int(top)}:{right.decode()}{int(bottom)}"
    return Merged(columns, (int(top), int(bottom)), name)


def _hidden_columns(part: bytes) -> Iterator[int]:
    """Give the hidden columns, counted from 0, as far as they are read."""
    for found in _HIDDEN_COLUMNS.finditer(part):
        first, last = (int(match[1]) if (match := end.search(found[0])) else 0 for end in _ENDS)
        yield from range(first - 1, min(last, MOST_COLUMNS))
