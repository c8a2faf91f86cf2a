"""Sheets: cells of text, of numbers and of formulas, each in one of a few styles."""

from __future__ import annotations

import datetime
import io
import math
from typing import TYPE_CHECKING, Any

from gevinst.reports.workbook.live import NONE, Live

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE, _ORE, _SHARE = "#,##0", "#,##0.00", "0.0000"
"""Codes of numbers that each program writes as its own language does."""

_LONGEST = 32_767
"""Characters that a cell can hold."""

_INPUT = {"bg_color": "#FFF6D6", "border": 1, "locked": False, "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "plain": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14, "valign": "top"},
    "section": {"bold": True, "font_size": 12, "valign": "top"},
    "bold": {"bold": True, "text_wrap": True, "valign": "top"},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "head_right": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bottom": 1,
        "align": "right",
    },
    "kr": {"num_format": _WHOLE, "valign": "top", "align": "right"},
    "ore": {"num_format": _ORE, "valign": "top", "align": "right"},
    "share": {"num_format": _SHARE, "valign": "top", "align": "right"},
    "result": {"num_format": _WHOLE, "valign": "top", "align": "right", "bold": True},
    "input": {**_INPUT, "num_format": _WHOLE},
    "input_ore": {**_INPUT, "num_format": _ORE},
    "input_share": {**_INPUT, "num_format": _SHARE},
}
"""What may be changed has a frame and a shade, and stands in unlocked cells."""


class Book:
    """A workbook in memory: the same sheets give the same bytes."""

    def __init__(self, title: str) -> None:
        import xlsxwriter

        self._bytes = io.BytesIO()
        self.file = xlsxwriter.Workbook(
            self._bytes, {"in_memory": True, "use_future_functions": True}
        )
        # A day that is always the same: the bytes hang on nothing but the study.
        self.file.set_properties({"title": title, "created": datetime.datetime(2000, 1, 1)})
        self.file.set_calc_mode("auto")
        self.styles = {name: self.file.add_format(style) for name, style in _STYLES.items()}
        self._sheets: list[Sheet] = []
        self.inputs: dict[str, tuple[str, int, int]] = {}
        self.results: dict[str, tuple[str, int, int]] = {}

    def sheet(self, name: str, widths: Sequence[float]) -> Sheet:
        """Add a sheet with columns of these widths."""
        self._sheets.append(Sheet(self, name, widths))
        return self._sheets[-1]

    def close(self) -> bytes:
        """Return what the file holds."""
        for sheet in self._sheets:
            for row, lines in sheet.lines.items():
                if lines > 1:
                    sheet.page.set_row(row, 15.0 * min(lines, 25))
        self.file.close()
        return self._bytes.getvalue()


class Sheet:
    """A sheet, whose locked cells are kept from a slip and not from anybody: no password."""

    def __init__(self, book: Book, name: str, widths: Sequence[float]) -> None:
        self.book, self.name = book, name
        self.page = book.file.add_worksheet(name)
        self.widths = widths
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)
        self.page.protect("", {"format_columns": True, "format_rows": True})
        self.page.hide_gridlines(2)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.row = 0
        self.lines: dict[int, int] = {}

    def at(self, row: int, column: int) -> str:
        """Name a cell as every sheet can."""
        return self.area(row, column, row, column).partition(":")[0]

    def area(self, row: int, column: int, last_row: int, last_column: int) -> str:
        """Name a range as every sheet can."""
        from xlsxwriter.utility import xl_range_abs

        name = self.name.replace("'", "''")
        return f"'{name}'!{xl_range_abs(row, column, last_row, last_column)}"

    def text(self, row: int, column: int, said: str, style: str = "plain") -> None:
        """Write a text as a text, whatever it begins with."""
        if len(said) > _LONGEST:
            said = said[: _LONGEST - 1] + "…"
        self._high(row, said, self.widths[column] if column < len(self.widths) else 8.0, style)
        self.page.write_string(row, column, said, self.book.styles[style])

    def _high(self, row: int, said: str, wide: float, style: str) -> None:
        """Keep how many lines a row needs: a program that opens it may not look."""
        if style in ("title", "section"):  # these run on into what is empty beside them
            return
        bold = 1.15 if style != "plain" else 1.0
        lines = sum(math.ceil(len(part) * bold / wide) for part in said.split("\n"))
        self.lines[row] = max(self.lines.get(row, 1), lines)

    def number(self, row: int, column: int, value: float, style: str = "kr") -> Live:
        """Write a number; a dash where there is none."""
        if math.isfinite(value):
            self.page.write_number(row, column, value, self.book.styles[style])
        else:
            self.page.write_string(row, column, NONE, self.book.styles[style])
        return Live(self.at(row, column), float(value))

    def given(self, row: int, column: int, value: float, name: str, style: str = "input") -> Live:
        """Write a number that a user may change."""
        self.book.inputs[name] = (self.name, row, column)
        return self.number(row, column, value, style)

    def live(self, row: int, column: int, live: Live, style: str = "kr", *, name: str = "") -> Live:
        """Write a formula with its value."""
        if name:
            self.book.results[name] = (self.name, row, column)
        value = live.value
        shown = NONE if isinstance(value, float) and not math.isfinite(value) else value
        self.page.write_formula(row, column, f"={live.said}", self.book.styles[style], shown)
        return Live(self.at(row, column), value)

    def heads(self, row: int, column: int, heads: Sequence[str], right: Sequence[int] = ()) -> None:
        """Write the heads of a table; those of numbers to the right, as the numbers are."""
        for k, head in enumerate(heads):
            self.text(row, column + k, head, "head_right" if k in right else "head")

    def said(self, row: int, sentence: str, across: int, style: str = "plain") -> None:
        """Write a sentence across columns, as high as it needs."""
        if across and style != "title":
            self.page.merge_range(row, 0, row, across, "", self.book.styles[style])
        self.page.write_string(row, 0, sentence, self.book.styles[style])
        self._high(row, sentence, sum(self.widths[: across + 1]), style)
