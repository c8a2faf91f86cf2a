"""Filled in: what stands in the sheets of a workbook, of a study or of an older workbook."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gevinst.files.container import named_in
from gevinst.files.counted.columns import DROPOUTS
from gevinst.files.made.cells import ids_by_label
from gevinst.files.workbook.cells import Grid
from gevinst.files.workbook.grid import header
from gevinst.files.workbook.laid import Reader, lay
from gevinst.files.workbook.read import Workbook
from gevinst.files.workbook.sheets import (
    FIELDS,
    GRID,
    LISTS,
    MORE,
    NAMES,
    OF_UNITS,
    SHARES,
    START,
    TABLES,
    column_names,
    folded,
    head,
    list_key,
    words,
)
from gevinst.files.written.numbers import in_style
from gevinst.files.written.toml import toml_value
from gevinst.text.form import one_form
from gevinst.text.language import Lang
from gevinst.text.numerals import DANISH, STYLES, Numeral
from gevinst.text.problems import Problems, StudyError

Row = Mapping[str, object]

MARKED = ":"
"""What the header of a column of a grid has between group and time."""


@dataclass
class Filled:
    """What stands in each sheet.

    Attributes
    ----------
    fields : dict of str to object
        The single settings of the first sheet, by path.
    more : dict of str to object
        The rare ones.
    rows : dict of str to list of mapping
        Per sheet its rows, column -> number, text or nothing. A grid's columns of numbers are
        called by their headers.
    """

    fields: dict[str, object] = field(default_factory=dict)
    more: dict[str, object] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)


def filled_with(
    settings: Mapping[str, Any], tables: Mapping[str, Sequence[Row]], lang: Lang
) -> Filled:
    """Return what the sheets of a study hold, its names and words as a language shows them."""
    found = Filled()
    names = _Names(settings, lang)
    rest = dict(settings)
    for name, sheet in LISTS.items():
        entries = rest.pop(name, None)
        if not entries:
            continue
        key, listed = list_key(name), list[Row]()
        pairs = entries.items() if isinstance(entries, Mapping) else ((None, e) for e in entries)
        for named, entry in pairs:
            entry = entry if named is None else {**entry, sheet.key: named}
            row: dict[str, object] = {}
            for path, value in _leaves(entry, ()):
                column = ".".join(path)
                if column in sheet.columns:
                    row[column] = names.shown(column, value, key)
                else:
                    found.more[_path(name, str(entry[sheet.key]), *path)] = _written(value)
            listed.append(row)
        found.rows[key] = listed
    for path, value in _leaves(rest, ()):
        if (column := ".".join(path)) in FIELDS:
            found.fields[column] = names.shown(column, value, START)
        else:
            found.more[_path(*path)] = _written(value)
    for name, table in tables.items():
        rows = [_renamed(row, name) for row in table]
        long: list[Row] = [
            {c: names.shown(c, value, name) for c, value in row.items()} for row in rows
        ]
        found.rows[name] = long
        if name == GRID:
            found.rows[name] = _as_grid(rows, names) or long
        elif name == "citizens":
            times = [time for time, _ in named_in(settings, "times")]
            said = names.of("times")
            found.rows[name] = [
                {
                    said.get(c, c) if c in times else c: names.shown("status", v, name)
                    if c in times
                    else v
                    for c, v in row.items()
                }
                for row in long
            ]
    return found


class _Names:
    """What ids and words of a study are shown as."""

    def __init__(self, settings: Mapping[str, Any], lang: Lang) -> None:
        self.lang = lang
        self.settings = settings
        self.style = STYLES[settings.get("number_style", DANISH.code)]
        self._by: dict[tuple[str, ...], dict[str, str]] = {}

    def of(self, *lists: str) -> dict[str, str]:
        """Return ids' labels, where a label says which id is meant."""
        if lists not in self._by:
            labelled = named_in(self.settings, *lists)
            meant = ids_by_label(labelled)
            pairs = ((name, one_form(label.get(self.lang, ""))) for name, label in labelled)
            self._by[lists] = {n: text for n, text in pairs if text and meant.get(text) == n}
        return self._by[lists]

    def is_open(self, count: object) -> bool:
        """Whether a count can be several numbers."""
        return isinstance(count, str) and not self.style.is_number(count)

    def shown(self, column: str, value: object, sheet: str) -> object:
        """Return a value as its cell shows it."""
        if isinstance(value, (list, tuple)):
            parts = [str(self.shown(column, each, sheet)) for each in value]
            plain = all(";" not in part and part and part[0] != "[" for part in parts)
            return "; ".join(parts) if plain else toml_value(list(value))
        said = words(column, self.lang, sheet)
        if isinstance(value, bool):
            return said.get("yes" if value else "no", value)
        if isinstance(value, float) and float(f"{value:.16G}") != value:
            return in_style(value, self.style)  # a cell would lose its last digit
        if not isinstance(value, str) or isinstance(value, Numeral):
            return value
        if column in OF_UNITS and value not in said and "/" in value:
            currency, _, per = value.partition("/")
            return f"{currency}/{said.get(f'kr/{per}', value).partition('/')[2]}"
        if value in said:
            return said[value]
        if column in NAMES and column != "assumption":
            lists = ("survey.times",) if (sheet, column) == ("survey", "time") else NAMES[column]
            return self.of(*lists).get(value, value)
        return value


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give what is no section, with its path; entries of an array are numbered."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, (*path, str(key)))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, each in enumerate(value, 1):
            yield from _leaves(each, (*path, str(number)))
    else:
        yield path, value


def _path(*parts: str) -> str:
    return ".".join(f'"{part}"' if "." in part or not part else part for part in parts)


def _written(value: Any) -> object:
    """Write a value of a rare setting as its cell holds it: text in quotes that it needs."""
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and not value.is_integer():  # 10.0 is not 10
        return value
    if isinstance(value, str):
        try:
            tomllib.loads(f"x = {value}")
        except ValueError:
            return value
    return toml_value(value)


def _renamed(row: Row, name: str) -> Row:
    """Call the column of amounts the same whatever the currency."""
    of_kr = "kr" in row and "amount" in TABLES[name].columns
    return {"amount" if of_kr and c == "kr" else c: value for c, value in row.items()}


def _as_grid(rows: Sequence[Row], names: _Names) -> list[Row] | None:
    """Return counts as a row per status; None where they stand in another order in two groups."""
    times = [time for time, _ in named_in(names.settings, "times")]
    heads = {
        **names.of("times"),
        **({} if DROPOUTS in times else {DROPOUTS: head(DROPOUTS, names.lang)}),
    }
    arms = names.of("arms")
    apart = {"arm", "source", *times, DROPOUTS}
    found: dict[tuple[object, ...], dict[str, object]] = {}
    orders: dict[object, list[tuple[object, ...]]] = {}
    for row in rows:
        others = {c: names.shown(c, v, GRID) for c, v in row.items() if c not in apart}
        key = tuple(others.values())
        if any(names.is_open(row.get(time)) for time in times):
            orders.setdefault(row["arm"], []).append(key)
        one = found.setdefault(key, dict(others))
        arm = str(row["arm"])
        for time in (*times, DROPOUTS):
            if row.get(time) is not None:
                one[header(arms.get(arm, arm), heads.get(time, time))] = row[time]
    place = {key: at for at, key in enumerate(found)}
    ordered = all(
        [place[key] for key in order] == sorted(place[key] for key in order)
        for order in orders.values()
    )
    return list(found.values()) if ordered else None


# --- an older workbook -----------------------------------------------------------------


def moved(path: Path) -> Filled:
    """Return what stands in a workbook's sheets, finished or not.

    Raises
    ------
    StudyError
        With every cell that cannot be read; then nothing is lost on the way.
    """
    problems = Problems()
    book = Workbook.opened(path, Problems())
    if book is None:
        Workbook.opened(path, problems)
        raise StudyError(problems)
    found = Filled()
    for key, grid in book.sheets.items():
        if key in (START, MORE):
            for name, value in _pairs(grid, problems):
                into = found.fields if name in FIELDS else found.more
                into[name] = value
        else:
            found.rows[key] = _rows(grid, key, book, problems)
    if problems.errors:
        raise StudyError(problems)
    return found


def _pairs(grid: Grid, problems: Problems) -> Iterator[tuple[str, object]]:
    """Give the fields that are filled in."""
    reader, known = Reader(grid.name, problems, DANISH), column_names(START)
    for row, cells in grid.rows:
        if len(cells) > 1 and cells[0].value is not None and cells[1].value is not None:
            text = one_form(str(cells[0].value))
            value = cells[1].value
            if cells[1].kind != "flag":
                value = _value(reader.text(cells[1], f"B{row}"))
            yield known.get(folded(text), text), value


def _rows(grid: Grid, key: str, book: Workbook, problems: Problems) -> list[Row]:
    """Read the rows of a sheet as they are written."""
    names = column_names(key)

    def known(text: str) -> str | None:
        return names.get(folded(text), text if key == GRID and MARKED in text else None)

    laid = lay(grid, known, problems, ours=book.version > 0)
    if laid is None:
        return []
    reader = Reader(grid.name, problems, DANISH)
    found: list[Row] = []
    for row, cells in laid.rows():
        of: dict[str, object] = {}
        for column, cell in zip(laid.columns.values(), cells, strict=True):
            place = f"{laid.letters[column]}{row}"
            signed = key != "persistence" and column in SHARES
            signed |= key == GRID and MARKED in column
            if cell.kind == "flag" or (cell.kind == "percent" and not signed):
                of[column] = cell.value
            elif cell.value is not None:
                of[column] = _value(reader.text(cell, place, "share"))
        found.append(of)
    return found


def _value(text: str) -> object:
    """Return the number that a cell is, or its text."""
    if isinstance(text, Numeral):
        number = float(text)
        return int(number) if number.is_integer() else number
    return text or None
