"""HTML of our own templates as a tree, and the words of a paragraph in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

_BREAK = "\n"
_SPACES = re.compile(r"[ \t\r\f\n]+")
"""What HTML takes for one space; no-break and narrow spaces are none of it."""

_VOID = ("br", "hr", "img", "wbr")
_INLINE = ("a", "b", "br", "em", "i", "small", "span", "strong", "wbr")
_SOFT = ("soft", "small", "source", "foot")

_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML has no place for, or no reader sees."""


def plain(said: str) -> str:
    r"""Return a text as a document can hold it, the rest written out.

    Examples
    --------
    >>> plain("a\x0bb")
    'a\\x0bb'
    """
    return _UNWRITTEN.sub(lambda found: ascii(found[0])[1:-1], said)


@dataclass
class Element:
    """An element: its tag, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Names of its class."""
        return self.attributes.get("class", "").split()

    @property
    def soft(self) -> bool:
        """Whether it stands back."""
        return self.tag == "small" or any(name in _SOFT for name in self.classes)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element of some tags in it, in order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def own(self, *tags: str) -> Iterator[Element]:
        """Every such element in it that is in no table within it."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                elif child.tag != "table":
                    yield from child.own(*tags)

    @property
    def text(self) -> str:
        """Its words on one line."""
        return "".join(piece.text for piece in pieces(self.children)).replace(_BREAK, " ")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Element:
    """Read HTML that closes what it opens."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.open[0]


def inline(child: Element | str) -> bool:
    """Whether it is of a line, and no block of its own."""
    return isinstance(child, str) or child.tag in _INLINE


@dataclass(frozen=True)
class Piece:
    """Words of one look: bold, italic, soft, and the id that they lead to."""

    text: str
    bold: bool = False
    italic: bool = False
    soft: bool = False
    link: str = ""


def pieces(children: list[Element | str], look: Piece | None = None) -> list[Piece]:
    """Return a paragraph's words by their look, spaces as a browser shows them."""
    found: list[Piece] = []
    after = _BREAK  # what stood last: a space after a space, or at an end, is none
    for piece in _pieces(children, look or Piece("")):
        if piece.text == _BREAK:
            if found and found[-1].text.endswith(" "):
                found[-1] = replace(found[-1], text=found[-1].text[:-1])
        else:
            said = _SPACES.sub(" ", piece.text)
            said = said[1:] if after in (" ", _BREAK) and said.startswith(" ") else said
            if not said:
                continue
            piece = replace(piece, text=plain(said))
        found.append(piece)
        after = piece.text[-1]
    while found and not found[-1].text.strip(" \n"):
        found.pop()
    if found:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
    return found


def _pieces(children: list[Element | str], look: Piece) -> Iterator[Piece]:
    for child in children:
        if isinstance(child, str):
            yield replace(look, text=child)
        elif child.tag == "br":
            yield replace(look, text=_BREAK)
        else:
            yield from _pieces(
                child.children,
                replace(
                    look,
                    bold=look.bold or child.tag in ("b", "strong", "th", "dt"),
                    italic=look.italic or child.tag in ("em", "i"),
                    soft=look.soft or child.soft,
                    link=child.attributes.get("href", look.link).removeprefix("#"),
                ),
            )
