"""Blocks: the headings, paragraphs, lists, tables and figures of HTML, one after the other."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from docx.blkcntnr import BlockItemContainer
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Length, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from gevinst.reports.word.parts import (
    add_bookmark,
    add_field,
    begin_field,
    element,
    end_field,
    write,
)
from gevinst.reports.word.styles import BULLETS, numbered
from gevinst.reports.word.tables import add_table, is_wide
from gevinst.reports.word.tree import Element, Piece, inline, pieces, plain
from gevinst.reports.word.turned import turn
from gevinst.text.language import Language

_INDENT = Cm(0.63)
_TERM = Cm(4.5)
"""How far in what a word means stands."""
_WIDTH, _HEIGHT = Cm(16), Cm(22)
_MOST = 0.9
"""Share of a page that a figure takes, so that its caption stands below it."""


@dataclass(frozen=True)
class _Place:
    """Where a block stands: how deep in lists, in a fold, in a box, and in which style.

    `mark` is what the next paragraph begins with, where Word puts nothing itself.
    """

    depth: int = 0
    fold: bool = False
    boxed: bool = False
    style: str | None = None
    mark: str = ""
    look: Piece = field(default_factory=lambda: Piece(""))

    @property
    def begun(self) -> _Place:
        """Where one stands after the first paragraph: in a list only that has a mark."""
        return replace(self, style=None, mark="") if self.depth else self


class Blocks:
    """Writes HTML into a document.

    Parameters
    ----------
    document : Document
        With every style that is asked for.
    text : Language
        Of its labels.
    words : mapping
        Title, caption and description of each figure, by its name.
    drawn : mapping of str to bytes
        The figures, by their name.
    """

    def __init__(
        self,
        document: Document,
        text: Language,
        words: Mapping[str, Mapping[str, str]],
        drawn: Mapping[str, bytes],
    ) -> None:
        self.text, self.words, self.drawn = text, words, drawn
        self.into: BlockItemContainer = document._body
        self.document, self.turned = document, list[Any]()
        self.width, self.height = _room(document)
        self.bullets = {name: numbered(document, name) for name in BULLETS}
        self.headings: list[tuple[int, str, Paragraph]] = []
        self.often: Counter[str] = Counter()
        self.titles: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.section = self.heading = ""
        self.marks: list[str] = []
        self.after_table = False

    def write(self, root: Element) -> None:
        """Write everything, and the contents before the first heading."""
        self.often = Counter(heading.text for heading in root.all("h3"))
        self._blocks(root.children, _Place())
        self._contents()
        turn(self.document, self.turned)

    # --- blocks ---------------------------------------------------------------------

    def _blocks(self, children: list[Element | str], place: _Place) -> None:
        loose: list[Element | str] = []
        for child in children:
            if isinstance(child, str) or inline(child):
                loose.append(child)
                continue
            place = self._loose(loose, place)
            known: Mapping[str, Callable[[Element, _Place], None]] = {
                "p": self._paragraph,
                "h2": self._heading,
                "h3": self._heading,
                "ul": self._list,
                "ol": self._list,
                "dl": self._terms,
                "table": self._table,
                "figure": self._figure,
                "details": self._fold,
                "blockquote": self._quote,
            }
            known.get(child.tag, self._inner)(child, place)
            if child.tag == "p":
                place = place.begun
        self._loose(loose, place)

    def _inner(self, each: Element, place: _Place) -> None:
        if "id" in each.attributes:
            self.marks.append(each.attributes["id"])
        self._blocks(each.children, replace(place, boxed=place.boxed or "verdict" in each.classes))

    def _loose(self, loose: list[Element | str], place: _Place) -> _Place:
        """Write what stands in no block as a paragraph; where one stands then."""
        found = pieces(loose, place.look)
        loose.clear()
        if not found:
            return place
        self._said(found, place)
        return place.begun

    def _said(self, found: list[Piece], place: _Place, style: str | None = None) -> Paragraph:
        made = self.into.add_paragraph(style=style or place.style)
        shape = made.paragraph_format
        if place.mark:
            found = [Piece(f"{place.mark}\t"), *found]
        if place.depth and not place.style:
            shape.left_indent = Emu(place.depth * _INDENT)
        if place.mark and not place.style:
            shape.first_line_indent = Emu(-_INDENT)
        if place.boxed:
            _box(made)
        if self.after_table:
            shape.space_before, self.after_table = Pt(6), False
        write(made, found)
        for name in self.marks:
            self._bookmark(made, name)
        self.marks.clear()
        return made

    def _paragraph(self, each: Element, place: _Place) -> None:
        style = "Title" if "question" in each.classes else None
        over, soft = "over" in each.classes, each.soft
        look = replace(place.look, bold=over or place.look.bold, soft=soft or place.look.soft)
        found = pieces(each.children, look)
        if found:
            place = replace(place, boxed=place.boxed or "sentence" in each.classes)
            made = self._said(found, place, style)
            if over:
                self.heading = made.text
                made.paragraph_format.keep_with_next = True

    def _heading(self, each: Element, place: _Place, level: int = 0) -> None:
        level = level or {"h2": 1, "h3": 3 if place.fold else 2}[each.tag]
        said = each.text
        if level == 1 or (place.fold and level == 2):
            self.section, self.heading = said, ""
        else:
            self.heading = said
        self.after_table = False
        made = self._said(pieces(each.children), _Place(), f"Heading {level}")
        self._bookmark(made, f"_Toc{len(self.headings) + 1:06}")
        self.headings.append((level, said, made))

    def _fold(self, each: Element, place: _Place) -> None:
        (summary, *_) = each.own("summary")
        rest = [child for child in each.children if child is not summary]
        heads = list(summary.own("h3"))
        if heads:
            folds = [div.attributes for div in each.own("div") if "id" in div.attributes]
            self.marks += [attributes.pop("id") for attributes in folds]
            place = replace(place, fold=True)
            self._heading(heads[0], place, 2)
        else:
            made = self._said(pieces(summary.children, Piece("", bold=True, soft=True)), place)
            made.paragraph_format.keep_with_next = True
        self._blocks(rest, place)

    def _quote(self, each: Element, place: _Place) -> None:
        self._blocks(each.children, replace(place, style="Quote", mark="", depth=0))

    def _list(self, each: Element, place: _Place) -> None:
        depth = place.depth + 1
        style: str | None = BULLETS[min(depth, len(BULLETS)) - 1]
        mark = "" if self.bullets[str(style)] else "•"
        for k, item in enumerate(each.own("li"), 1):
            if each.tag == "ol":
                style, mark = None, f"{k}."
            self._blocks(item.children, replace(place, depth=depth, style=style, mark=mark))

    def _terms(self, each: Element, place: _Place) -> None:
        term: list[Piece] = []
        for part in each.own("dt", "dd"):
            if part.tag == "dt":
                term = pieces(part.children, Piece("", bold=True))
                continue
            made = self._said([*term, Piece("\t"), *pieces(part.children)], replace(place, depth=0))
            made.paragraph_format.left_indent = Emu(_TERM)
            made.paragraph_format.first_line_indent = Emu(-_TERM)
            term = []

    # --- tables and figures -----------------------------------------------------------

    def _table(self, each: Element, place: _Place) -> None:
        titles = [title.text for title in each.own("caption")]
        if not isinstance(self.into, _Cell):  # one in a cell is no table of the document
            title = titles[0] if titles else self._title()
            self._caption("table", title).paragraph_format.keep_with_next = True
            if is_wide(each):
                self.turned.append(add_table(self.into, each, _long(self.document), self._cell))
                self.after_table = True
                return
        add_table(self.into, each, self.width, self._cell)
        self.after_table = True

    def _title(self) -> str:
        """Call a table by its heading, and by the section's too where that is no name of its own.

        As where others have the same, or where it only ends what the section's begins.
        """
        title = self.heading or self.section
        if self.heading and (self.often[self.heading] > 1 or self.heading[0].islower()):
            title = f"{self.section}: {title}"
        self.titles[title] += 1
        return title if self.titles[title] == 1 else f"{title} ({self.titles[title]})"

    def _cell(self, each: Element, cell: _Cell, size: Pt, side: Any) -> None:
        look = Piece("", bold=each.tag == "th")
        if all(map(inline, each.children)):
            made = cell.paragraphs[0]
            write(made, pieces(each.children, look), size)
        else:
            with self._within(cell):
                self._blocks(each.children, _Place(look=look))
            # A paragraph is there from the start; Word wants one last in a cell.
            first, last = cell.paragraphs[0]._p, cell._tc[-1]
            if last.tag != qn("w:p"):
                cell._tc.append(first)
            elif last is not first:
                cell._tc.remove(first)
        for made in cell.paragraphs:
            made.alignment = side
            made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(1)
            made.paragraph_format.line_spacing = 1.0

    @contextmanager
    def _within(self, cell: _Cell) -> Iterator[None]:
        outer, width = self.into, self.width
        self.into, self.width = cell, Emu(cell.width or width)
        yield
        self.into, self.width, self.after_table = outer, width, False

    def _figure(self, each: Element, place: _Place) -> None:
        name = each.attributes["data-name"]
        said = {part: plain(words) for part, words in self.words[name].items()}
        made = self.into.add_paragraph()
        made.paragraph_format.keep_with_next = True
        made.paragraph_format.line_spacing = 1.0  # one of a fixed height would cut it off
        if self.after_table:
            made.paragraph_format.space_before, self.after_table = Pt(6), False
        shape = made.add_run().add_picture(io.BytesIO(self.drawn[name]), width=self.width)
        if shape.height > self.height:
            share = self.height / shape.height
            shape.width, shape.height = Emu(int(share * shape.width)), self.height
        properties: Any = shape._inline.docPr
        properties.set("descr", said["alt"])
        properties.set("title", said["title"])
        self._caption("figure", said["title"])
        if said["caption"]:
            self._said([Piece(said["caption"], soft=True)], place)

    def _caption(self, kind: str, title: str) -> Paragraph:
        label = self.text(f"word.{kind}")
        self.numbers[kind] += 1
        made = self.into.add_paragraph(style="Caption")
        write(made, [Piece(f"{label} ")])
        add_field(made, f"SEQ {label} \\* ARABIC", str(self.numbers[kind]))
        title = plain(title)
        write(made, [Piece(f". {title[:1].upper()}{title[1:]}")])
        return made

    # --- marks, and the contents --------------------------------------------------------

    def _bookmark(self, paragraph: Paragraph, name: str) -> None:
        self.numbers["bookmark"] += 1
        add_bookmark(paragraph, name, self.numbers["bookmark"])

    def _contents(self) -> None:
        """Write the contents before the first heading: a field, which Word can renew."""
        entries = [(n, *each) for n, each in enumerate(self.headings, 1) if each[0] < 3]
        if not entries:
            return
        (_, _, _, first) = entries[0]
        title = self._before(first, [Piece(self.text("report.contents"), bold=True)])
        title.paragraph_format.page_break_before = True
        for k, (n, level, said, _) in enumerate(entries):
            made = self._before(first, [])
            made.paragraph_format.left_indent = Emu((level - 1) * _INDENT)
            made.paragraph_format.space_after = Pt(1)
            if k == 0:
                begin_field(made, 'TOC \\o "1-2" \\h \\z \\n')
            write(made, [Piece(said, link=f"_Toc{n:06}")])
            if k == len(entries) - 1:
                end_field(made)

    def _before(self, paragraph: Paragraph, found: list[Piece]) -> Paragraph:
        made = self.into.add_paragraph()
        write(made, found)
        paragraph._p.addprevious(made._p)
        return made


def _room(document: Document) -> tuple[Length, Length]:
    """How wide and high figures and tables may be: 16 cm wide, or what a page has room for."""
    page = document.sections[-1]
    sides = (page.page_width, page.left_margin, page.right_margin)
    ends = (page.page_height, page.top_margin, page.bottom_margin)
    wide, high = (
        size - one - other if size and one is not None and other is not None else 0
        for size, one, other in (sides, ends)
    )
    width = min(int(_WIDTH), wide) if wide > 0 else _WIDTH
    return Emu(width), Emu(int(_MOST * high) if high > 0 else _HEIGHT)


def _long(document: Document) -> Length:
    """How wide a table may be on a page that lies down."""
    page = document.sections[-1]
    sides = (page.page_height, page.left_margin, page.right_margin)
    size, one, other = (int(side or 0) for side in sides)
    return Emu(max(size - one - other, int(_WIDTH)))


def _box(paragraph: Paragraph) -> None:
    """Put a line at the left of a paragraph, and a shade behind it."""
    properties = paragraph._p.get_or_add_pPr()
    borders = element("w:pBdr")
    borders.append(element("w:left", val="single", sz=36, space=8, color="0B4F7D"))
    shade = element("w:shd", val="clear", color="auto", fill="F2F2F1")
    for each in (borders, shade):
        properties.insert_element_before(
            each,
            *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"),
        )
