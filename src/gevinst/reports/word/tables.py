"""Tables: real ones, whose first rows come again on the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from docx.blkcntnr import BlockItemContainer
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Emu, Length, Pt
from docx.table import _Cell

from gevinst.reports.word.parts import element
from gevinst.reports.word.tree import Element

_WIDEST, _NARROWEST = 34, 5
"""Letters between which a column's share of the width is reckoned."""
_BESIDE = 2
"""Letters that the space at both sides of a cell takes."""
_WIDE = 7
"""Columns that a page has room for, standing."""
_NARROW = Cm(2.1)
"""Width of a column below which letters are smaller."""
SIZE, SMALLER = Pt(8.5), Pt(7.5)


def is_wide(table: Element) -> bool:
    """Whether a table has more columns than a page that stands has room for."""
    return _columns(table.own("tr")) > _WIDE


def add_table(
    into: BlockItemContainer,
    table: Element,
    width: Length,
    fill: Callable[[Element, _Cell, Pt, Any], None],
) -> Any:
    """Add a table, and let `fill` write each of its cells in a size and an alignment.

    Parameters
    ----------
    into : BlockItemContainer
        The document's body, or a cell.
    table : Element
        A table of HTML: what is in its ``thead`` is repeated, and ``colspan`` merges cells.
    width : Length
        What it may take.
    fill : callable
        Called with a cell of HTML, the document's, a size, and an alignment.

    Returns
    -------
    CT_Tbl or None
        Its element; None of one without cells.
    """
    heads = [row for head in table.own("thead") for row in head.own("tr")]
    rows = [list(row.own("th", "td")) for row in table.own("tr")]
    columns = _columns(table.own("tr"))
    if not columns:
        return None
    size = SMALLER if columns > _WIDE and width < columns * _NARROW else SIZE
    made: Any = BlockItemContainer.add_table(into, 0, columns, width)
    made.style = "Table Grid"
    shares = _shares(rows, len(heads), columns)
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Emu(int(width * share))
    words = "words" in table.classes
    for k, cells in enumerate(rows):
        row = made.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if k < len(heads):
            properties.append(element("w:tblHeader"))
        at, places = 0, row.cells
        for cell in cells:
            last = at + _span(cell) - 1
            place = places[at] if last == at else places[at].merge(places[last])
            left = at == 0 or words
            side = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.RIGHT
            fill(cell, place, size, side)
            at = last + 1
    return made._tbl


def _columns(rows: Iterable[Element]) -> int:
    return max((sum(map(_span, row.own("th", "td"))) for row in rows), default=0)


def _span(cell: Element) -> int:
    return int(cell.attributes.get("colspan", "1"))


def _shares(rows: list[list[Element]], heads: int, columns: int) -> list[float]:
    """Give each column a share of the width, by its longest line, or the longest word on top."""
    letters = [float(_NARROWEST)] * columns
    for k, cells in enumerate(rows):
        at = 0
        for cell in cells:
            if _span(cell) == 1:
                said = cell.text
                longest = max(map(len, said.split()), default=0) if k < heads else len(said)
                letters[at] = max(letters[at], min(longest, _WIDEST))
            at += _span(cell)
    wide = [each + _BESIDE for each in letters]
    return [each / sum(wide) for each in wide]
