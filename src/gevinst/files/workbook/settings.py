"""Settings of a workbook: its lists and single fields, as study.toml would hold them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from gevinst.files.container import named_in
from gevinst.files.made.cells import ids_by_label
from gevinst.files.places import Place, Placed, Shown
from gevinst.files.tables import Row, Table
from gevinst.files.toml import in_one_form
from gevinst.files.workbook.cells import Cell, Grid
from gevinst.files.workbook.laid import Reader, lay, merged
from gevinst.files.workbook.sheets import (
    FIELDS,
    FLAGS,
    LISTS,
    MORE,
    NAMES,
    NUMBERS,
    SEVERAL,
    START,
    WHOLE,
    Sheet,
    column_names,
    folded,
    list_key,
    word_ids,
)
from gevinst.text.form import one_form, parted, unquoted
from gevinst.text.language import LANGUAGES
from gevinst.text.numerals import DANISH, STYLES, NumberStyle, Numeral
from gevinst.text.problems import Problems

PROSE = (*LANGUAGES, "source", "quote")
"""What is read by people, whatever it is a part of."""

MARKERS = ("comparison", "marker")
"""The one array of settings whose entries have no names: they are numbered."""


def read_settings(grids: Mapping[str, Grid], problems: Problems, *, ours: bool) -> Placed | None:
    """Read what the sheets of settings hold; None, and problems, where cells cannot be read.

    Parameters
    ----------
    grids : mapping of str to Grid
        The sheets by key.
    problems : Problems
        Gets what is wrong.
    ours : bool
        Whether they are of a template.
    """
    before = len(problems.errors)
    start = grids.get(START)
    top = Placed(start.name if start else START)
    fields = [field for key in (START, MORE) if key in grids for field in _fields(grids[key])]
    stated = {path: cell.value for path, cell, _, _ in fields}
    lang = word_ids("language", START).get(folded(str(stated.get("language", ""))))
    lang = lang or str(stated.get("language", "en"))
    if lang in LANGUAGES:
        problems.language = lang  # type: ignore[assignment]
    said = folded(str(stated.get("number_style", "")))
    style = STYLES.get(word_ids("number_style", START).get(said, said), DANISH)
    for name, sheet in LISTS.items():
        if (key := list_key(name)) in grids:
            _read_list(top, name, sheet, grids[key], problems, ours=ours, lang=lang, style=style)
    for path, cell, grid, row in fields:
        _read_field(top, path, cell, (grid, row), problems, style)
    if len(problems.errors) > before:
        return None
    for name, sheet in LISTS.items():
        if sheet.array and name in top:
            top[name] = list(top[name].values())
    outer, inner = MARKERS
    if isinstance(top.get(outer), dict) and isinstance(top[outer].get(inner), dict):
        top[outer][inner] = list(top[outer][inner].values())
    _name_ids(top)
    return top


def _fields(grid: Grid) -> Iterator[tuple[str, Cell, Grid, int]]:
    """Give the path of each field that is filled in, and its cell."""
    known = column_names(START)
    for row, cells in grid.rows:
        name, cell = [*cells, Cell(None), Cell(None)][:2]
        if name.value is None or cell.value is None:
            continue
        text = one_form(str(name.value))
        yield known.get(folded(text), text), cell, grid, row


def _read_field(
    top: Placed,
    path: str,
    cell: Cell,
    at: tuple[Grid, int],
    problems: Problems,
    style: NumberStyle,
) -> None:
    """Put one field where its path says."""
    grid, row = at
    table = Table(grid.name, problems, (path,), (), None, None, True, style, Shown())
    place = Place.at(row, {path: "B"})
    reader = Reader(grid.name, problems, style)
    text = reader.text(cell, place.cell(), "flag" if path in FLAGS or path not in FIELDS else "")
    if reader.failed:
        return
    held = Row({path: text}, table, place)
    if path in FIELDS:
        value = _typed(held, path, START)
    elif cell.kind == "flag":
        value = bool(cell.value)
    elif isinstance(text, Numeral):
        value = _number(float(text))
    else:
        value = _toml(text, path)
    parts = [unquoted(part) for part in parted(path, ".")]
    node: Any = top
    for part in parts[:-1]:
        node = node.setdefault(part, Placed(grid.name, place.cell()))
        if not isinstance(node, Placed):
            held.problem("E362", path)
            return
    if parts[-1] in node:
        sheet, other = node.cells.get(parts[-1], node.at)
        held.problem("E361", path, first=f"{sheet}!{other}")
        return
    node[parts[-1]] = value
    node.cells[parts[-1]] = grid.name, place.cell()


def _toml(text: str, path: str) -> Any:
    """Read a value as study.toml would hold it; what is none is text."""
    try:
        value = tomllib.loads(f"x = {text}")["x"]
    except (ValueError, RecursionError):
        value = text
    return in_one_form(value, parted(path, ".")[-1])


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _typed(row: Row, column: str, sheet: str) -> Any:
    """Return what a setting is: a number, yes or no, several names, a word, or text."""
    text = row.text(column)
    if column in NUMBERS:
        value = row.parse(column, text)
        return text if value is None else _number(value) if column in WHOLE else value
    if column in FLAGS:
        said = word_ids(column, sheet).get(folded(text), folded(text))
        return {"yes": True, "no": False}.get(said, text)
    if column in SEVERAL:
        if text.startswith("["):
            return _toml(text, column)
        return [part for each in text.split(";") if (part := one_form(each))]
    text = word_ids(column, sheet).get(folded(text), text)
    return str(text) if column.rpartition(".")[2] in PROSE else one_form(str(text))


def _read_list(
    top: Placed,
    name: str,
    sheet: Sheet,
    grid: Grid,
    problems: Problems,
    *,
    ours: bool,
    lang: str,
    style: NumberStyle,
) -> None:
    """Read a list of the settings, an entry a row."""
    key = list_key(name)
    names = column_names(key)
    laid = lay(grid, lambda text: names.get(folded(text)), problems, ours=ours)
    if laid is None or merged(laid, problems):
        return
    shown = Shown(laid.heads)
    columns = list(laid.columns.values())
    header = Place.at(laid.header, laid.letters)
    table = Table(grid.name, problems, columns, (), header, None, True, style, shown)
    for column in columns:
        if column not in sheet.columns:
            table.problem("W011", column, header, known=list(names)[: len(sheet.columns)])
    reader = Reader(grid.name, problems, style)
    entries = Placed(grid.name, f"A{laid.header}")
    for line, cells in laid.rows():
        place = Place.at(line, laid.letters)
        texts = {
            column: reader.text(cell, f"{laid.letters[column]}{line}", _kind(column))
            for column, cell in zip(columns, cells, strict=True)
        }
        row = Row(texts, table, place)
        entry = Placed(grid.name, place.cell())
        entry.heads = {column: laid.heads[column] for column in columns}
        for column in columns:
            where = grid.name, f"{laid.letters[column]}{line}"
            inner, _, last = column.rpartition(".")
            node = entry if not inner else entry.setdefault(inner, Placed(*where))
            node.cells[last] = where
            if row.text(column) and column in sheet.columns:
                node[last] = _typed(row, column, key)
        for inner in [column for column, held in entry.items() if held == {}]:
            del entry[inner]
        label = entry.get(lang) or next((entry[c] for c in LANGUAGES if entry.get(c)), "")
        own = str(entry.get(sheet.key) or one_form(label))
        if sheet.array:
            entry[sheet.key] = own
        else:
            entry.pop(sheet.key, None)
        if own in entries and not sheet.array:
            row.problem("E361", own, first=f"{grid.name}!{entries[own].at[1]}")
        entries[f"{own}\0{line}" if own in entries else own] = entry
    if entries:
        top[name] = entries
    top.cells[name] = grid.name, f"A{laid.header}"
    top.heads[name] = next(iter(laid.heads.values()), grid.name)


def _kind(column: str) -> str:
    """Return what kind of cells a setting has."""
    return "flag" if column in FLAGS else ""


def _name_ids(top: Placed) -> None:
    """Put ids in the place of labels, in the settings that name entries of lists."""
    for column, lists in NAMES.items():
        ids = ids_by_label(named_in(top, *lists))
        for holder in _holders(top, column):
            key = column.rpartition(".")[2]
            value = holder.get(key)
            if isinstance(value, list):
                holder[key] = [ids.get(each, each) for each in value]
            elif isinstance(value, str):
                holder[key] = ids.get(value, value)


def _holders(top: Placed, column: str) -> Iterator[dict[str, Any]]:
    """Give the sections that have a setting: that of its path, or the entries of a list."""
    outer, _, _ = column.rpartition(".")
    if outer:
        if isinstance(held := top.get(outer), dict):
            yield held
        return
    for name, sheet in LISTS.items():
        if column in sheet.columns and name in top:
            held = top[name]
            yield from held if isinstance(held, list) else held.values()
