"""Styles: Word's built-in ones, in our own look or a template's; what it lacks is put in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from gevinst.reports.word.parts import element

BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")
"""Of a list, and of lists within it."""

NAMES = (
    *("Title", "Heading 1", "Heading 2", "Heading 3", "Caption", *BULLETS, "Quote"),
    "Table Grid",
)
"""Styles that a report asks for, by the names that Word keeps in every language."""

_INK, _ACCENT, _LINE = RGBColor(0x1C, 0x1C, 0x1C), RGBColor(0x0B, 0x4F, 0x7D), "BFBFBF"
_FONT = "Calibri"
_INDENT = Cm(0.63)

_LOOKS = {
    "Normal": (10.5, None, 0.0, 6.0),
    "Title": (20.0, _INK, 0.0, 10.0),
    "Heading 1": (15.0, _ACCENT, 20.0, 6.0),
    "Heading 2": (12.5, _ACCENT, 14.0, 4.0),
    "Heading 3": (11.0, _INK, 10.0, 3.0),
    "Caption": (9.0, _INK, 8.0, 3.0),
}
"""Points, colour, and points before and after, of a document without a template."""


def lacking(document: Document) -> list[str]:
    """Names of the styles that a document has not."""
    return [name for name in NAMES if not _has(document, name)]


def _kind(name: str) -> WD_STYLE_TYPE:
    return WD_STYLE_TYPE.TABLE if name == "Table Grid" else WD_STYLE_TYPE.PARAGRAPH


def _has(document: Document, name: str) -> bool:
    """Whether there is a style; one of another kind with the name is not it."""
    return name in document.styles and document.styles[name].type == _kind(name)


def complete(document: Document) -> None:
    """Put in the styles that a document lacks, as python-docx has them."""
    standard = docx.Document().styles
    for name in lacking(document):
        made: Any = deepcopy(standard[name].element)
        ids = {style.style_id for style in document.styles}
        while made.styleId in ids:  # another style's, of another name or kind
            made.styleId += "0"
        for tag in ("w:link", "w:next", "w:basedOn"):
            for each in made.findall(qn(tag)):
                made.remove(each)
        base = document.styles.default(_kind(name))
        if base is not None:
            made.find(qn("w:name")).addnext(element("w:basedOn", val=base.style_id))
        if name in BULLETS:  # bullets are of a list that the document need not have
            made.pPr.remove(made.pPr.numPr)
            level = BULLETS.index(name) + 1
            made.pPr.append(element("w:ind", left=level * _INDENT.twips, hanging=_INDENT.twips))
        if name in document.styles:
            document.styles.element.remove(document.styles[name].element)
        document.styles.element.append(made)


def numbered(document: Document, name: str) -> bool:
    """Whether Word itself puts the bullet of a list's style."""
    properties: Any = document.styles[name].element.pPr
    return properties is not None and properties.numPr is not None


def dress(document: Document) -> None:
    """Give a document of our own its looks."""
    for name, (points, colour, before, after) in _LOOKS.items():
        style: Any = document.styles[name]
        style.font.size, style.font.name = Pt(points), _FONT
        fonts = style.element.rPr.rFonts
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]  # or the theme's goes before the name
        if colour is not None:
            style.font.color.rgb = colour
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.1
    for line in document.styles["Title"].element.iter(qn("w:pBdr")):
        line.getparent().remove(line)
    for name in BULLETS:
        document.styles[name].paragraph_format.space_after = Pt(3)
    for line in document.styles["Table Grid"].element.iter(qn("w:tblBorders")):
        for each in list(line):
            if each.tag in (qn("w:left"), qn("w:right"), qn("w:insideV")):
                line.remove(each)
            else:
                each.set(qn("w:color"), _LINE)


def speak(document: Document, language: str) -> None:
    """Set the language that a document's words are checked in."""
    styles: Any = document.styles.element
    base = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    looks = [] if base is None else [base.element.get_or_add_rPr()]
    if (defaults := styles.find(qn("w:docDefaults"))) is not None:
        looks += list(defaults.iter(qn("w:rPr")))
    for look in looks:
        for found in look.findall(qn("w:lang")):
            look.remove(found)
        said = element("w:lang", val=language)
        look.insert_element_before(said, "w:eastAsianLayout", "w:specVanish", "w:oMath")
