"""Parts of a document that python-docx has no word for: fields, bookmarks, links, a language."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from gevinst.reports.word.tree import Piece

_SOFT = RGBColor(0x59, 0x59, 0x59)
_SOFT_SIZE = Pt(9)


def element(tag: str, **attributes: object) -> BaseOxmlElement:
    """Make an element of Word's own namespace, with attributes of the same."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def write(paragraph: Paragraph, pieces: list[Piece], size: Pt | None = None) -> None:
    """Write words into a paragraph, each in its look."""
    for piece in pieces:
        into: BaseOxmlElement = paragraph._p
        if piece.link:
            into = element("w:hyperlink", anchor=piece.link)
            paragraph._p.append(into)
        made = element("w:r")
        into.append(made)
        run = Run(made, paragraph)
        run.text = piece.text
        run.bold, run.italic = piece.bold or None, piece.italic or None
        if piece.soft:
            run.font.color.rgb = _SOFT
        if size is not None or piece.soft:
            run.font.size = size or _SOFT_SIZE


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Add a field with what it shows until Word calculates it."""
    begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, instruction: str) -> None:
    """Begin a field; what comes after, in other paragraphs too, is what it shows."""
    _mark(paragraph, "begin")
    said = element("w:instrText")
    said.set(qn("xml:space"), "preserve")
    said.text = f" {instruction} "
    paragraph.add_run()._r.append(said)
    _mark(paragraph, "separate")


def end_field(paragraph: Paragraph) -> None:
    """End the field that was begun."""
    _mark(paragraph, "end")


def _mark(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType=kind))


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Mark a whole paragraph, to be led to."""
    start = element("w:bookmarkStart", id=number, name=name)
    properties = paragraph._p.pPr
    if properties is None:
        paragraph._p.insert(0, start)
    else:
        properties.addnext(start)
    paragraph._p.append(element("w:bookmarkEnd", id=number))
