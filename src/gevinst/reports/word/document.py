"""The report as a Word document, the same bytes for the same report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm

from gevinst.reports.word.blocks import Blocks
from gevinst.reports.word.parts import add_field
from gevinst.reports.word.styles import complete, dress, lacking, speak
from gevinst.reports.word.tree import parsed, plain
from gevinst.text.language import Language
from gevinst.text.problems import Problem, StudyError

_LANGUAGES = {"da": "da-DK", "en": "en-GB"}
_WHEN = (1980, 1, 1, 0, 0, 0)
"""A fixed time: the first that a zip can tell."""
_CONTENT = "[Content_Types].xml"
_MOST = 200
"""Letters of a title in a document's properties; Word takes 255."""


class Template:
    """A document whose styles and page are taken; what is written in it is not.

    Parameters
    ----------
    content : bytes
        Of its file.
    name : str
        What it is called.

    Raises
    ------
    StudyError
        If it is no Word document (E390).
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name = content, name
        self.lacks = tuple(lacking(self.opened()))

    def opened(self) -> Document:
        """Open it, without what is written in it."""
        try:
            document = docx.Document(io.BytesIO(self.content))
            document.element.body.clear_content()
            document.element.body.get_or_add_sectPr()
            lacking(document)
        except Exception as error:  # whatever a reader of zip and XML says of what is neither
            raise StudyError([Problem("E390", self.name)]) from error
        return document

    def note(self, text: Language) -> str:
        """Say which styles it lacks; nothing where it has them all."""
        names = ", ".join(text(f"word.style.{_key(name)}") for name in self.lacks)
        return text("word.lacks", file=self.name, styles=names) if names else ""


def _key(style: str) -> str:
    return style.lower().replace(" ", "_")


def report_document(
    html: str,
    text: Language,
    *,
    title: str,
    words: Mapping[str, Mapping[str, str]],
    drawn: Mapping[str, bytes],
    template: Template | None = None,
) -> bytes:
    """Make a Word document of a report.

    Parameters
    ----------
    html : str
        The report as plain HTML: first page, sections, appendix.
    text : Language
        Its language.
    title : str
        In its properties.
    words : mapping
        Title, caption and description (``alt``) of each figure, by its name.
    drawn : mapping of str to bytes
        The figures, PNG of 300 dots per inch, by their name.
    template : Template, optional
        Whose styles, page, header and footer it has.

    Returns
    -------
    bytes
        A ``.docx`` in built-in styles, with captions that Word counts and lists, contents that it
        can renew, tables whose heads are repeated, and a description of each figure.
    """
    document = docx.Document() if template is None else template.opened()
    if template is None:
        dress(document)
        _page(document, text)
    complete(document)
    speak(document, _LANGUAGES[text.code])
    _properties(document, text, title)
    Blocks(document, text, words, drawn).write(parsed(html))
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer)


def _page(document: Document, text: Language) -> None:
    """Make its pages A4, with their number at the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add_field(foot, "PAGE", "1")


def _properties(document: Document, text: Language, title: str) -> None:
    """Say what it is, and not when it was made."""
    said = document.core_properties
    said.title, said.language = plain(title)[:_MOST], _LANGUAGES[text.code]
    said.author = said.last_modified_by = "gevinst"
    said.subject = said.keywords = said.comments = said.category = ""
    said.created = said.modified = datetime(*_WHEN, tzinfo=UTC)
    said.revision = 1


def _settled(buffer: io.BytesIO) -> bytes:
    """Write a zip anew in a fixed order and with a fixed time."""
    settled = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(settled, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != _CONTENT, name)):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return settled.getvalue()
