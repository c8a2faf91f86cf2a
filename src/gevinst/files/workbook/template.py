"""The template: a workbook to fill in, with lists to choose from, sums that live, and help."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from gevinst.files.counted.columns import DROPOUTS
from gevinst.files.workbook.cells import letters
from gevinst.files.workbook.filled import Filled, Row
from gevinst.files.workbook.followed import UNUSED, following
from gevinst.files.workbook.grid import header
from gevinst.files.workbook.laid import HEADER
from gevinst.files.workbook.sheets import (
    FIELDS,
    FRONT_FIELDS,
    GRID,
    HIDDEN,
    LISTS,
    MORE,
    NAMES,
    OF_LONG,
    OF_UNITS,
    START,
    TABLES,
    TIMED,
    UNITS,
    VERSION,
    Sheet,
    about,
    head,
    list_key,
    plain,
    sheet_name,
    words,
)
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, Lang

ROWS = 200
"""So many rows of a sheet are laid out to be filled in, or more where more are."""

FREE = 99
"""Columns up to here can be written in."""

SLOTS = {"arms": 2, "times": 4}
"""So many groups and times have columns of their own before there are any."""

MOST_TITLE, MOST_MESSAGE = 32, 255
"""Letters that Excel shows of a message."""

_CREATED = datetime(2020, 1, 1)
"""Of every workbook, so that the same is the same to the byte."""

_INK, _PALE = "#1F3A4D", "#5F6B73"
_NEEDED, _MAY, _LACKS = "#FFF4CC", "#FAF8F1", "#F6C9B8"


def workbook(filled: Filled, lang: Lang) -> bytes:
    """Return a template as a file: with the columns and help of a language, and what is filled in.

    Parameters
    ----------
    filled : Filled
        What stands in it.
    lang : {"da", "en"}
        Of names of sheets and columns, and of the help.

    Returns
    -------
    bytes
        The same for the same, to the last byte.
    """
    from xlsxwriter import Workbook

    made = io.BytesIO()
    with Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": _CREATED, "title": "gevinst"})
        _Template(book, filled, lang).write()
    return made.getvalue()


LONG = ("source", "quote", "note", *LANGUAGES, "assumption")
"""Columns of texts."""


class Column(NamedTuple):
    """A column: its name in rows, its header, and of one that follows the lists its formula.

    Of counts also where the group's size stands, and the group.
    """

    name: str
    head: str
    formula: str = ""
    size: str = ""
    arm: str = ""


class _Template:
    """One workbook while it is written."""

    def __init__(self, book: Any, filled: Filled, lang: Lang) -> None:
        self.book, self.filled, self.lang = book, filled, lang
        self.text = plain(lang)
        self.other = f"title.{next(code for code in LANGUAGES if code != lang)}"
        self.lists: dict[tuple[str, ...], str] = {}
        made = {
            "title": {"bold": True, "font_size": 16, "font_color": _INK},
            "lead": {"font_color": _PALE, "italic": True},
            "step": {"font_color": _INK},
            "link": {"font_color": "#0B5394", "underline": 1},
            "group": {"bold": True, "font_color": _INK, "bottom": 1},
            "label": {"bold": True, "font_color": _INK},
            "help": {"font_color": _PALE, "text_wrap": True, "valign": "top"},
            "sum": {"bold": True, "font_color": _INK, "align": "right"},
            "head": {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": _INK,
                "border": 1,
                "text_wrap": True,
                "valign": "top",
            },
            "free": {"locked": False},
            "fixed": {"locked": True},
            "field": {"locked": False, "bg_color": _NEEDED, "border": 1, "align": "left"},
            "may": {"locked": False, "bg_color": _MAY, "border": 1, "align": "left"},
            "needed": {"bg_color": _NEEDED},
            "optional": {"bg_color": _MAY},
            "lacks": {"bg_color": _LACKS},
        }
        self.formats = {name: book.add_format(each) for name, each in made.items()}
        self.hidden: Any = None

    def write(self) -> None:
        """Write every sheet, those that everybody fills in first."""
        listed = {list_key(name): sheet for name, sheet in LISTS.items()}
        both = {**listed, **TABLES}
        order = ["arms", "times", "statuses", GRID, *(key for key in both if both[key].front)]
        order = list(dict.fromkeys([*order, *both]))
        start = self.book.add_worksheet(sheet_name(START, self.lang))
        sheets = {key: self.book.add_worksheet(sheet_name(key, self.lang)) for key in order}
        more = self.book.add_worksheet(sheet_name(MORE, self.lang))
        self.hidden = self.book.add_worksheet(HIDDEN)
        self.hidden.write_string(0, 0, "template")
        self.hidden.write_number(0, 1, VERSION)
        self.hidden.very_hidden()
        self._start(start, order, both)
        for key in order:
            self._sheet(sheets[key], key, both[key])
        self._more(more)
        start.activate()

    # --- the first sheet, and the rare settings -------------------------------------------

    def _start(self, sheet: Any, order: Sequence[str], both: Mapping[str, Sheet]) -> None:
        """Write how the workbook is filled in, and the single settings."""
        sheet.set_tab_color(_INK)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 52)
        sheet.set_column(2, 2, 90)
        sheet.write_string(0, 0, self.text("workbook.title"), self.formats["title"])
        row = 1
        for line in self.text("workbook.guide").strip().split("\n"):
            sheet.write_string(row, 0, line, self.formats["step"])
            row += 1
        row += 1
        for key in order:
            if not both[key].front:
                continue
            name = sheet_name(key, self.lang)
            place = f"internal:'{name}'!A{HEADER + 1}"
            sheet.write_url(row, 0, place, self.formats["link"], name)
            sheet.write_string(row, 2, about(f"sheet_{key}", self.lang), self.formats["help"])
            row += 1
        row += 1
        for number, path in enumerate(FIELDS):
            if number in (0, FRONT_FIELDS):
                kind = "fields" if number == 0 else "optional"
                row += number > 0
                sheet.write_string(row, 0, self.text(f"workbook.{kind}"), self.formats["group"])
                row += 1
            path = _first_language(path, self.lang)
            self._field(sheet, row, path, needed=number < FRONT_FIELDS and path != self.other)
            row += 1
        self._protect(sheet)

    def _field(self, sheet: Any, row: int, path: str, *, needed: bool) -> None:
        """Write one setting with what is said of it."""
        name, said = head(path, self.lang, START), about(path, self.lang, START)
        sheet.write_string(row, 0, name, self.formats["label"])
        sheet.write_string(row, 2, said, self.formats["help"])
        value = self.filled.fields.get(path)
        self._cell(sheet, row, 1, value, "field" if needed else "may")
        self._choose(sheet, (row, 1, row, 1), path, START)

    def _more(self, sheet: Any) -> None:
        """Write the rare settings, by path."""
        sheet.set_column(0, 0, 46, self.formats["free"])
        sheet.set_column(1, 1, 90, self.formats["free"])
        sheet.write_string(0, 0, about(f"sheet_{MORE}", self.lang), self.formats["lead"])
        for row, (path, value) in enumerate(self.filled.more.items(), 2):
            self._cell(sheet, row, 0, path, "free")
            self._cell(sheet, row, 1, value, "free")

    # --- lists and tables -------------------------------------------------------------------

    def _sheet(self, sheet: Any, key: str, of: Sheet) -> None:
        """Write a list of the settings, or a table."""
        rows, listed = self.filled.rows.get(key, []), key not in TABLES
        columns = self._columns(key, of, rows)
        last = HEADER + max(ROWS, len(rows) + 50)
        sheet.set_tab_color(_INK if of.front or rows else "#C9CED2")
        sheet.set_column(0, FREE, 14, self.formats["free"])
        for above in range(HEADER - 1):
            sheet.set_row(above, None, self.formats["fixed"])
        sheet.write_string(0, 0, sheet_name(key, self.lang), self.formats["title"])
        sheet.write_string(0, 1, about(f"sheet_{key}", self.lang), self.formats["lead"])
        needed = {*of.needed, *([self.lang] if listed and "da" in of.columns else [])}
        for at, column in enumerate(columns):
            if column.formula:
                ink = self.formats["head"]
                sheet.write_formula(HEADER - 1, at, column.formula, ink, column.head)
            else:
                sheet.write_string(HEADER - 1, at, column.head, self.formats["head"])
            long = max((len(str(row.get(column.name) or "")) for row in rows), default=0)
            wide = 30 if at == 0 or column.name in LONG else 14
            sheet.set_column(at, at, max(wide, min(long + 2, 60)), self.formats["free"])
            area = (HEADER, at, last - 1, at)
            self._choose(sheet, area, column.name, key, title=column.head)
            self._mark(sheet, area, len(columns), needed=column.name in needed)
        for number, row in enumerate(rows, HEADER):
            for at, column in enumerate(columns):
                self._cell(sheet, number, at, row.get(column.name), "free")
        if key == GRID:
            self._sums(sheet, columns, rows, last)
        sheet.freeze_panes(HEADER, 1)
        whole = f"A{HEADER}:{letters(max(len(columns), 2) - 1)}{last}"
        sheet.ignore_errors({"number_stored_as_text": whole})
        self._protect(sheet)

    def _columns(self, key: str, of: Sheet, rows: Sequence[Row]) -> list[Column]:
        """Return a sheet's columns: its own, those of the times, and others that rows have."""
        own = [_first_language(c, self.lang) if key not in TABLES else c for c in of.columns]
        found = [Column(column, head(column, self.lang, key)) for column in own]
        if key in TIMED:
            slots = self._slots(key, rows)
            there = {column for row in rows for column in row if key != GRID or ": " in column}
            wanted = {slot.name for slot in slots if slot.name}
            fits = there <= wanted if key == GRID else wanted <= there
            long = any("arm" in row for row in rows) and key == GRID
            found += slots if (fits or not rows) and not long else []
        known = {column.name for column in found}
        others = dict.fromkeys(c for row in rows for c in row if c not in known)
        named = (*OF_LONG, DROPOUTS) if key == GRID else ()
        return found + [Column(c, head(c, self.lang, key) if c in named else c) for c in others]

    def _slots(self, key: str, rows: Sequence[Row]) -> list[Column]:
        """Return a column per time, or per group and time, whose headers follow the lists."""
        names, at = {}, {}
        for name, least in SLOTS.items():
            own = [
                one_form(str(row.get(self.lang) or "")) for row in self.filled.rows.get(name, [])
            ]
            names[name] = own + [""] * (0 if rows else least - len(own))
            sheet = sheet_name(name, self.lang)
            at[name] = [f"'{sheet}'!$A${HEADER + 1 + k}" for k in range(len(names[name]))]
        times = list(zip(names["times"], at["times"], strict=True))
        if key != GRID:
            return [
                Column(time, time or UNUSED, following(place, after="")) for time, place in times
            ]
        left, analysed = head(DROPOUTS, self.lang), letters(LISTS["arms"].columns.index("analysed"))
        found = []
        for arm, one in zip(names["arms"], at["arms"], strict=True):
            size = one.replace("$A$", f"${analysed}$")
            for time, other in times:
                name = header(arm, time) if arm and time else ""
                found.append(Column(name, name or UNUSED, following(one, other), size, arm))
            name = header(arm, left) if arm else ""
            found.append(Column(name, name or UNUSED, following(one, after=f": {left}")))
        return found

    def _sums(self, sheet: Any, columns: Sequence[Column], rows: Sequence[Row], last: int) -> None:
        """Write each column's sum over it, held against the group's size."""
        for line, name in enumerate(("sum", "analysed", "closes"), 1):
            sheet.write_string(line, 0, self.text(f"workbook.{name}"), self.formats["sum"])
        words = {name: self.text(f"workbook.{name}") for name in ("fits", "open", "less", "more")}
        sizes = {
            one_form(str(row.get(self.lang) or "")): row.get("analysed")
            for row in self.filled.rows.get("arms", [])
        }
        for at, column in enumerate(columns):
            if not column.formula:
                continue
            name, ink = letters(at), self.formats["sum"]
            area = f"{name}{HEADER + 1}:{name}{last}"
            held = [row.get(column.name) for row in rows if row.get(column.name) is not None]
            total = sum(each for each in held if isinstance(each, (int, float)))
            sheet.write_formula(1, at, f"=SUM({area})", ink, total)
            if not column.size:
                continue
            size = sizes.get(column.arm) if column.arm else None
            size = size if isinstance(size, (int, float)) else 0
            sheet.write_formula(2, at, f"={column.size}", ink, size)
            over, under = f"{name}2-{name}3", f"{name}3-{name}2"
            said = (
                f'=IF({name}{HEADER}="{UNUSED}","",'
                f'IF(COUNTA({area})>COUNT({area}),"{words["open"]}",'
                f'IF({name}2={name}3,"{words["fits"]}",'
                f'IF({name}2<{name}3,{under}&" {words["less"]}",{over}&" {words["more"]}"))))'
            )
            value = words["open"] if any(isinstance(each, str) for each in held) else words["fits"]
            if value == words["fits"] and total != size:
                value = f"{abs(total - size)} {words['less' if total < size else 'more']}"
            sheet.write_formula(3, at, said, ink, value if column.name else "")

    # --- cells --------------------------------------------------------------------------------

    def _cell(self, sheet: Any, row: int, at: int, value: object, ink: str) -> None:
        """Write what stands in a cell: a text is text, whatever it looks like."""
        if value is None:
            if ink != "free":
                sheet.write_blank(row, at, None, self.formats[ink])
        elif isinstance(value, bool):
            sheet.write_boolean(row, at, value, self.formats[ink])
        elif isinstance(value, (int, float)):
            sheet.write_number(row, at, value, self.formats[ink])
        else:
            sheet.write_string(row, at, str(value), self.formats[ink])

    def _mark(
        self, sheet: Any, area: tuple[int, int, int, int], wide: int, *, needed: bool
    ) -> None:
        """Colour the cells of a column, and those that a row that was begun still lacks."""
        if needed:
            first = HEADER + 1
            row, cell = f"$A{first}:${letters(wide - 1)}{first}", f"${letters(area[1])}{first}"
            lacks = f"=AND(COUNTA({row})>0,LEN({cell})=0)"
            how = {"type": "formula", "criteria": lacks, "format": self.formats["lacks"]}
            sheet.conditional_format(*area, {**how, "stop_if_true": True})
        ink = self.formats["needed" if needed else "optional"]
        sheet.conditional_format(*area, {"type": "formula", "criteria": "=TRUE", "format": ink})

    def _choose(
        self,
        sheet: Any,
        area: tuple[int, int, int, int],
        column: str,
        key: str,
        *,
        title: str = "",
    ) -> None:
        """Let a cell be chosen from a list, and say what goes into it."""
        of_grid = key == GRID and column not in (*TABLES[GRID].columns, *OF_LONG)
        said = about("count" if of_grid else column, self.lang, key)
        how: dict[str, Any] = {"validate": "any"}
        if source := self._list(column, key):
            how = {"validate": "list", "source": source, "error_type": "information"}
            how |= {
                "error_title": self.text("workbook.not_listed")[:MOST_TITLE],
                "error_message": self.text("workbook.not_listed_is")[:MOST_MESSAGE],
            }
        if said:
            title = title or head(column, self.lang, key)
            how |= {"input_title": title[:MOST_TITLE], "input_message": said[:MOST_MESSAGE]}
        if len(how) > 1:
            sheet.data_validation(*area, how)

    def _list(self, column: str, key: str) -> str:
        """Return where the entries stand that a cell is chosen from, if it is."""
        found = words(column, self.lang, key)
        if found and column in OF_UNITS:
            found = {name: said for name, said in found.items() if name in UNITS.get(key, found)}
        if found:
            return self._hidden(tuple(found.values()))
        if key in ("prices", "correlations") and column in ("rate", "with"):
            return self._below(sheet_name("rates", self.lang))
        if key in ("persistence", "consequences") and column == "effect":
            return self._below(sheet_name("effects", self.lang))
        several = column in ("members", "stratification.groups")
        if column not in NAMES or several or (key == "survey" and column == "time"):
            return ""
        if key not in (*TABLES, START, "outcome_list"):
            return ""
        return self._below(sheet_name(list_key(NAMES[column][0]), self.lang))

    def _below(self, sheet: str) -> str:
        return f"='{sheet}'!$A${HEADER + 1}:$A${HEADER + ROWS}"

    def _hidden(self, said: tuple[str, ...]) -> str:
        """Return where a closed list of words stands, in a column of the hidden sheet."""
        if said not in self.lists:
            at = len(self.lists)
            for row, word in enumerate(said, 2):
                self.hidden.write_string(row, at, word)
            name = letters(at)
            self.lists[said] = f"={HIDDEN}!${name}$3:${name}${2 + len(said)}"
        return self.lists[said]

    def _protect(self, sheet: Any) -> None:
        """Lock what is not filled in; without a password, so that anybody can open it."""
        may = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows")
        sheet.protect("", dict.fromkeys((*may, "sort", "autofilter"), True))


def _first_language(column: str, lang: Lang) -> str:
    """Return a column with the labels of one's own language first."""
    name, mark, last = column.rpartition(".")
    if lang == LANGUAGES[0] or last not in LANGUAGES:
        return column
    return f"{name}{mark}{next(code for code in LANGUAGES if code != last)}"
