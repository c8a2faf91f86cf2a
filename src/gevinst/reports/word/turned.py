"""Turned: pages that lie down for tables with too many columns for one that stands."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Pt
from docx.text.paragraph import Paragraph

_ONCE = ("w:titlePg", "w:pgNumType", "w:type")
"""What only a document's first section says: a first page of its own, and where numbers begin."""


_LINES = 3
"""So many paragraphs go with the heading above them and the table below."""


def turn(document: Document, tables: Sequence[Any]) -> None:
    """Put tables, with the headings and the caption above each, on pages that lie down.

    Tables that follow each other share a section; header and footer go on through all.

    Parameters
    ----------
    document : Document
        With everything in it.
    tables : sequence of CT_Tbl
        The tables, children of its body, in their order.
    """
    first = True
    for held in _groups(document, tables):
        before = held[0].getprevious()
        if before is not None:
            _end(document, before, turned=False, first=first)
            first = False
        if held[-1].getnext() is document.sections[-1]._sectPr:  # nothing else follows
            _lay(document.sections[-1])
        else:
            _end(document, held[-1], turned=True, first=first)
            first = False
    if not first:
        _forget(document.sections[-1]._sectPr)


def _groups(document: Document, tables: Sequence[Any]) -> list[list[Any]]:
    """Return what stands on each stretch of pages that lie down."""
    groups: list[list[Any]] = []
    for table in tables:
        held = [table]
        while above := _above(held[0], document):
            held = above + held
        if groups and held[0].getprevious() is groups[-1][-1]:
            groups[-1] += held
        else:
            groups.append(held)
    return groups


def _above(element: Any, document: Document) -> list[Any]:
    """Return what is kept with what follows, with the few lines between a heading and that."""
    found: list[Any] = []
    while len(found) <= _LINES and (element := element.getprevious()) is not None:
        if element.tag != qn("w:p") or next(element.iter(qn("w:drawing")), None) is not None:
            return []
        found.insert(0, element)
        if _goes_with(element, document):
            return found
    return []


def _goes_with(element: Any, document: Document) -> bool:
    """Whether it is a paragraph that is kept with what follows."""
    made = Paragraph(element, document._body)
    style: Any = made.style
    own = made.paragraph_format.keep_with_next
    return bool(style.paragraph_format.keep_with_next if own is None else own)


def _end(document: Document, last: Any, *, turned: bool, first: bool) -> None:
    """End a section after an element: in it, if it is a paragraph, else in a small one below."""
    made = deepcopy(document.sections[-1]._sectPr)
    if turned:
        _lay(Section(made, document.part))
    if not first:
        _forget(made)
    if last.tag != qn("w:p"):
        below = document.add_paragraph()
        shape = below.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
        last.addnext(below._p)
        last = below._p
    last.get_or_add_pPr().append(made)


def _lay(page: Section) -> None:
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width


def _forget(section: Any) -> None:
    for name in _ONCE:
        for each in section.findall(qn(name)):
            section.remove(each)
