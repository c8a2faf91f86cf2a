"""Followed: headers that are formulas of the template's own, and what they say.

A column of counts is called by the group and the time that stand in their lists, whether or not a
spreadsheet has calculated the formula since they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

UNUSED = "–"
"""The header of a column that no group or time is of."""

_REFERENCE = r"(?:'(?:[^']|'')+'|[^\s'\"!=&(),]+)!\$?[A-Z]{1,3}\$?\d+"
_PART = rf"(?:{_REFERENCE}|\"[^\"]*\")"
_EMPTY = rf"{_REFERENCE}=\"\""
_FOLLOWS = re.compile(
    rf"=IF\((?:{_EMPTY}|OR\({_EMPTY}(?:,{_EMPTY})*\)),\"{UNUSED}\",(?P<said>{_PART}(?:&{_PART})*)\)"
)
_PIECES = re.compile(
    r"\"(?P<text>[^\"]*)\"|(?:'(?P<quoted>(?:[^']|'')+)'|(?P<sheet>[^\s'\"!=&(),]+))!"
    r"\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)"
)


Text = Callable[[str, str, int], str]
"""Returns the text of a cell, of its sheet, the letters of its column, and its row."""


def following(*cells: str, after: str | None = None) -> str:
    """Return the formula of a header that puts the texts of cells together, where all have one.

    Examples
    --------
    >>> following("Groups!$A$6", "Times!$A$7")
    '=IF(OR(Groups!$A$6="",Times!$A$7=""),"–",Groups!$A$6&": "&Times!$A$7)'
    """
    empty = ",".join(f'{cell}=""' for cell in cells)
    condition = empty if len(cells) == 1 else f"OR({empty})"
    said = '&": "&'.join(cells) + ("" if after is None else f'&"{after}"')
    return f'=IF({condition},"{UNUSED}",{said})'


def follows(formula: object) -> bool:
    """Whether a formula is one of the template's headers."""
    return isinstance(formula, str) and _FOLLOWS.fullmatch(formula) is not None


def followed(formula: str, text: Text) -> str:
    """Calculate such a formula.

    Examples
    --------
    >>> cells = {"A6": "Mentors", "A7": "after 1 year"}
    >>> header = following("Groups!$A$6", "Times!$A$7")
    >>> followed(header, lambda sheet, column, row: cells[f"{column}{row}"])
    'Mentors: after 1 year'
    """
    found = _FOLLOWS.fullmatch(formula)
    parts = list(_PIECES.finditer(found["said"])) if found else []
    texts = [
        text((part["quoted"] or part["sheet"]).replace("''", "'"), part["column"], int(part["row"]))
        if part["text"] is None
        else part["text"]
        for part in parts
    ]
    read = [said for said, part in zip(texts, parts, strict=True) if part["text"] is None]
    return "".join(texts) if all(read) else UNUSED
