"""The one form in which texts are compared, and the form in which foreign text is shown."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Soft hyphen, spaces and joiners without width, and a byte order mark."""

_SPACES = re.compile(r"\s+")
"""Any run of spaces, no-break and narrow ones too."""

_DIRECTED = ("R", "AL", "AN")
"""Bidirectional classes of what is written from right to left."""


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


def shown(text: str) -> str:
    r"""Return a foreign text as a terminal can show it: nothing in it steers, or turns the line.

    Control characters, marks of direction and what is no character are written as escapes; a text
    from right to left stands isolated.

    Examples
    --------
    >>> shown("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    said = "".join(
        repr(char)[1:-1] if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
        for char in text
    )
    if any(unicodedata.bidirectional(char) in _DIRECTED for char in said):
        return f"\u2068{said}\u2069"
    return said
