"""The one form in which texts are compared, and the form in which foreign text is shown."""

from __future__ import annotations

import re
import unicodedata

from gevinst.text.numerals import Numeral

_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Soft hyphen, spaces and joiners without width, and a byte order mark."""

_SPACES = re.compile(r"\s+")
"""Any run of spaces, no-break and narrow ones too."""

_DIRECTED = ("R", "AL", "AN")
"""Bidirectional classes of what is written from right to left."""

TURNING = re.compile(
    "(\u2068[^\u202a-\u202e\u2066-\u2069]*\u2069)|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Marks of direction; a text that already stands isolated is one match, and its first group."""

PERSONAL = re.compile(r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?!\d)")
"""What looks like a Danish personal number: a day, a month, a year, and four digits."""

HIDDEN = "######-####"
"""What is shown in the place of a personal number."""


def one_form(text: str) -> str:
    r"""Return the form in which ids, labels and columns are compared.

    Composed (NFC), without what nobody sees, and with one plain space for any run of spaces.

    Examples
    --------
    >>> one_form(" fleks\u00adjob\u00a0 ja ")
    'fleksjob ja'
    """
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", seen).strip())


def parted(text: str, mark: str) -> list[str]:
    """Split what a user typed at a mark, but not within quotation marks.

    Examples
    --------
    >>> parted('"a:b":c', ":")
    ['"a:b"', 'c']
    """
    return re.split(rf'{re.escape(mark)}(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def unquoted(text: str) -> str:
    """Return one part in its form, without the quotation marks around it."""
    return one_form(re.sub(r'\A"(.*)"\Z', r"\1", one_form(text)))


def impersonal(text: str) -> str:
    """Return a text without what looks like a personal number; a number that was read is none.

    Examples
    --------
    >>> impersonal("0101701234"), impersonal(Numeral("1112131415"))
    ('######-####', '1112131415')
    """
    return text if isinstance(text, Numeral) else PERSONAL.sub(HIDDEN, text)


def shown(text: str) -> str:
    r"""Return a foreign text as a terminal can show it: nothing in it steers, or turns the line.

    Control characters, marks of direction and what is no character are written as escapes; a text
    from right to left stands isolated. What looks like a personal number is not shown.

    Examples
    --------
    >>> shown("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    text = impersonal(text)
    return isolated(
        "".join(
            repr(char)[1:-1]
            if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
            else char
            for char in text
        )
    )


def isolated(text: str) -> str:
    r"""Return a text that turns nothing beside it, wherever it is put.

    Marks of direction are written as escapes, and a text from right to left stands between marks
    of isolation. A part that already stands isolated is left so, and so is a whole.

    Examples
    --------
    >>> isolated("a\u202eb")
    'a\\u202eb'
    """
    if text.isascii():
        return text
    # Half a pair of marks of isolation is what a cut text leaves of ours.
    said = TURNING.sub(lambda m: m[1] or ("" if m[0] in "\u2068\u2069" else repr(m[0])[1:-1]), text)
    loose = TURNING.sub("", said)
    if any(unicodedata.bidirectional(char) in _DIRECTED for char in loose):
        return f"\u2068{unmarked(said)}\u2069"
    return said


def unmarked(text: str) -> str:
    """Return a text without marks of direction: to be broken into lines, each to be isolated."""
    return TURNING.sub(lambda mark: (mark[1] or "")[1:-1], text)
