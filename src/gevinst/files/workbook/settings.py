"""Settings of a workbook: its lists and single fields, as study.toml would hold them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gevinst.files.container import named_in
from gevinst.files.made.cells import ids_by_label
from gevinst.files.places import Place, Placed, Shown
from gevinst.files.tables import Row, Table
from gevinst.files.toml import in_one_form
from gevinst.files.workbook.cells import Cell, Grid
from gevinst.files.workbook.laid import Laid, Reader, lay, merged
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
    head,
    list_key,
    sheet_name,
    word_ids,
    words,
)
from gevinst.text.form import one_form, parted, unquoted
from gevinst.text.language import LANGUAGES, Lang, language
from gevinst.text.numerals import DANISH, STYLES, NumberStyle, Numeral
from gevinst.text.problems import Problems

PROSE = (*LANGUAGES, "source", "quote")
"""What is read by people, whatever it is a part of."""

YES_NO = {"yes": True, "no": False}

ARRAYS = (("comparison", "marker"), ("discount", "rates"))
"""Arrays of settings whose entries have no names: they are numbered."""


def read_settings(
    grids: Mapping[str, Grid], problems: Problems, usual: Lang, *, ours: bool
) -> Placed | None:
    """Read what the sheets of settings hold; None, and problems, where cells cannot be read.

    Parameters
    ----------
    grids : mapping of str to Grid
        The sheets by key.
    problems : Problems
        Gets what is wrong.
    usual : {"da", "en"}
        Their language, where none is stated.
    ours : bool
        Whether they are of a template.
    """
    before = len(problems.errors)
    fields = [field for key in (START, MORE) if key in grids for field in _fields(grids[key])]
    stated = {each.path: str(each.cell.value) for each in fields}
    said = {name: folded(stated.get(name, "")) for name in ("language", "number_style")}
    found = {name: word_ids(name, START).get(text, text) for name, text in said.items()}
    lang = language(found["language"]).code if found["language"] in LANGUAGES else usual
    problems.language = lang
    style = STYLES.get(found["number_style"], DANISH)
    start = grids[START].name if START in grids else START
    reading = _Reading(Placed(start), problems, lang, style, ours=ours)
    for name, sheet in LISTS.items():
        if (key := list_key(name)) in grids:
            reading.list(name, sheet, grids[key])
    for each in fields:
        reading.field(each)
    if len(problems.errors) > before:
        return None
    reading.unfilled(grids.get(START))
    top = reading.top
    top.setdefault("language", lang)
    for name, sheet in LISTS.items():
        if sheet.array and name in top:
            top[name] = list(top[name].values())
    for outer, inner in ARRAYS:
        if isinstance(top.get(outer), dict) and isinstance(top[outer].get(inner), dict):
            top[outer][inner] = list(top[outer][inner].values())
    _name_ids(top)
    return top


class _Field(NamedTuple):
    """A single setting: its path, what it is called, its cell, and where that is."""

    path: str
    label: str
    cell: Cell
    grid: Grid
    row: int


def _fields(grid: Grid) -> Iterator[_Field]:
    """Give the fields that are filled in."""
    known = column_names(START)
    for row, cells in grid.rows:
        name, cell = [*cells, Cell(None), Cell(None)][:2]
        if name.value is not None and cell.value is not None:
            text = one_form(str(name.value))
            yield _Field(known.get(folded(text), text), text, cell, grid, row)


class _Reading:
    """Settings while they are read."""

    def __init__(
        self, top: Placed, problems: Problems, lang: Lang, style: NumberStyle, *, ours: bool
    ) -> None:
        self.top, self.problems, self.lang, self.style = top, problems, lang, style
        self.ours = ours

    def field(self, field: _Field) -> None:
        """Put one field where its path says."""
        path, _, cell, grid, row = field
        place = Place.at(row, {path: "B"})
        shown = Shown({path: field.label})
        table = Table(grid.name, self.problems, (path,), (), place, None, True, self.style, shown)
        reader = Reader(grid.name, self.problems, self.style)
        kind = "flag" if path in FLAGS or path not in FIELDS else ""
        text = reader.text(cell, place.cell(), kind)
        if reader.failed:
            return
        held = Row({path: text}, table, place)
        parts = [unquoted(part) for part in parted(path, ".")]
        node: Any = self.top
        for part in parts[:-1]:
            own = Placed(grid.name, place.cell())
            node.names.setdefault(part, (grid.name, f"A{row}"))
            node.cells.setdefault(part, own.at)
            node = node.setdefault(part, own)
            if not isinstance(node, Placed):
                held.problem("E362", path)
                return
        last = parts[-1]
        if last in node:
            sheet, other = node.cells.get(last, node.at)
            held.problem("E361", path, first=f"{sheet}!{other}")
            return
        is_field = path in FIELDS
        node[last] = self._typed(held, path, START) if is_field else _rare(cell, text, path)
        node.cells[last] = grid.name, place.cell()
        node.names[last] = grid.name, f"A{row}"
        node.heads[last] = field.label
        node.words[last] = words(path, self.lang, START)

    def unfilled(self, grid: Grid | None) -> None:
        """Keep where the fields stand that nothing is filled in of."""
        known = column_names(START)
        rows = {known.get(folded(str(c[0].value))): row for row, c in grid.rows} if grid else {}
        name = grid.name if grid else sheet_name(START, self.lang)
        for path in FIELDS:
            at = name, f"B{rows[path]}" if path in rows else ""
            *outer, last = path.split(".")
            node = self.top
            for part in outer:
                inner = node.get(part, node.unfilled.setdefault(part, Placed(*at)))
                node = inner if isinstance(inner, Placed) else Placed(*at)
            node.cells.setdefault(last, at)
            node.heads.setdefault(last, head(path, self.lang, START))

    def list(self, name: str, sheet: Sheet, grid: Grid) -> None:
        """Read a list of the settings, an entry a row."""
        key = list_key(name)
        names = column_names(key)
        laid = lay(grid, lambda text: names.get(folded(text)), self.problems, ours=self.ours)
        if laid is None or merged(laid, self.problems):
            return
        at, columns = laid.letters, list(laid.columns.values())
        header, shown = Place.at(laid.header, at), Shown(laid.heads)
        table = Table(grid.name, self.problems, columns, (), header, None, True, self.style, shown)
        for column in columns:
            if column not in sheet.columns:
                known = [head(each, self.lang, key) for each in sheet.columns]
                table.problem("W011", column, header, known=known)
        reader = Reader(grid.name, self.problems, self.style)
        entries = Placed(grid.name, f"A{laid.header}")
        for line, cells in laid.rows():
            texts = {
                column: reader.text(cell, f"{at[column]}{line}", _kind(column))
                for column, cell in zip(columns, cells, strict=True)
            }
            row = Row(texts, table, Place.at(line, at))
            entry = self._entry(row, sheet, key, laid)
            own = str(entry.get(sheet.key) or one_form(self._label(entry)))
            if own in entries:
                row.problem("E361", own, first=f"{grid.name}!{entries[own].at[1]}")
            if sheet.array:
                entry[sheet.key] = own
            else:
                entry.pop(sheet.key, None)
            entries[f"\0{line}" if own in entries or not own else own] = entry
        if entries:
            self.top[name] = entries
        self.top.cells[name] = grid.name, f"A{laid.header + 1}"
        self.top.heads[name] = next(iter(laid.heads.values()), grid.name)

    def _entry(self, row: Row, sheet: Sheet, key: str, laid: Laid) -> Placed:
        """Read one entry of a list."""
        name, at = laid.grid.name, laid.letters
        entry = Placed(name, f"{next(iter(at.values()))}{row.line}")
        entry.heads = dict(laid.heads)
        entry.words = {column: words(column, self.lang, key) for column in at}
        for column in at:
            where = name, f"{at[column]}{row.line}"
            inner, _, last = column.rpartition(".")
            node = entry
            if inner and (row.text(column) or inner in entry):
                node = entry.setdefault(inner, Placed(*where))
            node.cells[last if node is not entry else column] = where
            if row.text(column) and column in sheet.columns:
                node[last] = self._typed(row, column, key)
        return entry

    def _typed(self, row: Row, column: str, sheet: str) -> Any:
        """Return what a setting is: a number, yes or no, several names, a word, or text."""
        text = row.text(column)
        if column in NUMBERS:
            value = row.parse(column, text)
            if value is not None and column in WHOLE and not value.is_integer():
                row.problem("E023", text, column=column)
            return text if value is None else _number(value) if column in WHOLE else value
        if column in FLAGS:
            said = word_ids(column, sheet).get(folded(text), folded(text))
            if said not in YES_NO:
                known = list(words(column, self.lang, sheet).values())
                row.problem("E030", text, column=column, known=known)
            return YES_NO.get(said, text)
        if column in SEVERAL:
            if text.startswith("["):
                return _toml(text, column)
            return [part for each in text.split(";") if (part := one_form(each))]
        text = word_ids(column, sheet).get(folded(text), text)
        return str(text) if column.rpartition(".")[2] in PROSE else one_form(str(text))

    def _label(self, entry: Placed) -> str:
        """Return what an entry is called in the study's language, or in another."""
        said = (entry.get(code) for code in (self.lang, *LANGUAGES))
        return str(next(filter(None, said), ""))


def _rare(cell: Cell, text: str, path: str) -> Any:
    """Return the value of a setting that has no field of its own."""
    if cell.kind == "flag":
        return bool(cell.value)
    return _number(float(text)) if isinstance(text, Numeral) else _toml(text, path)


def _toml(text: str, path: str) -> Any:
    """Read a value as study.toml would hold it; what is none is text."""
    try:
        value = tomllib.loads(f"x = {text}")["x"]
    except (ValueError, RecursionError):
        value = text
    return in_one_form(value, parted(path, ".")[-1])


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() else value


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
