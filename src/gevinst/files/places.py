"""Places of a workbook: where rows, columns and settings stand, and what their users see there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gevinst.text.problems import Problem, suggest

MOST_NEAR = 6
"""So many names are said where those nearest are."""


class Place(int):
    """A row of a sheet: its number, and the letters of the column that each of its cells is in."""

    letters: Mapping[str, str]

    @classmethod
    def at(cls, row: int, letters: Mapping[str, str]) -> Place:
        """Return the place of a row."""
        place = cls(row)
        place.letters = letters
        return place

    def cell(self, *columns: object) -> str:
        """Name the cell of the first of some columns that there is, else the row's first."""
        there = (self.letters[str(column)] for column in columns if str(column) in self.letters)
        return f"{next(there, next(iter(self.letters.values()), 'A'))}{int(self)}"


@dataclass(frozen=True)
class Shown:
    """What users see in the place of columns, and in some of them in the place of ids."""

    heads: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Of a grid the header of each arm and time."""

    def cell(self, values: Mapping[str, Any]) -> str:
        """Name the header of the arm and the time that a problem of no row is of, if any."""
        return self.columns.get((str(values.get("arm")), str(values.get("time"))), "")

    def said(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what texts name, as users see it."""
        found = dict(values)
        for key, value in values.items():
            words = self.words.get(str(values.get("column")) if key == "known" else key, {})
            if key == "known" and "column" not in values:
                words = self.heads
            if key in ("column", "one", "other"):
                name, mark, times = str(value).partition(" (x")
                found[key] = f"{self.heads.get(name, name)}{mark}{times}"
            elif isinstance(value, Place):
                found[key] = value.cell()
            elif isinstance(value, (list, tuple)):
                found[key] = [words.get(str(each), each) for each in value]
            elif isinstance(value, str):
                found[key] = words.get(value, value)
        return found

    def read(self, read: object, column: str) -> object:
        """Return what was read in a column, as it stands there."""
        return self.words.get(column, {}).get(str(read), read)


class Placed(dict[str, Any]):
    """Values of a section that stand in cells of a workbook, with where each does.

    Attributes
    ----------
    at : tuple of str and str
        The sheet, and the section's first cell.
    cells : dict of str to tuple of str and str
        Per key, filled in or not, its sheet and its cell.
    heads : dict of str to str
        What users see in the place of keys.
    words : dict of str to mapping of str to str
        Per key of a closed list, what users see in the place of its words.
    names : dict of str to tuple of str and str
        Per key that users write themselves, where its name stands.
    unfilled : dict of str to Placed
        Sections that nothing is filled in of.
    """

    def __init__(self, sheet: str, cell: str = "") -> None:
        super().__init__()
        self.at = sheet, cell
        self.cells: dict[str, tuple[str, str]] = {}
        self.heads: dict[str, str] = {}
        self.words: dict[str, Mapping[str, str]] = {}
        self.names: dict[str, tuple[str, str]] = {}
        self.unfilled: dict[str, Placed] = {}

    def problem(self, code: str, read: object, values: Mapping[str, Any]) -> Problem:
        """Return a problem at the cell of the key that it names, or that holds what was read."""
        given = (values[name] for name in ("key", "column", "lang", "first") if name in values)
        named = [str(name).rpartition(" ")[2] for name in given]
        holding = [key for key, value in self.items() if str(value) == str(read)]
        keys = [key for key in (*named, str(read), *holding) if key in self.cells]
        sheet, cell = self.cells[keys[0]] if keys else self.at
        if keys and str(read) == keys[0]:  # the name is what is wrong, and not the value
            sheet, cell = self.names.get(keys[0], (sheet, cell))
        said = dict(values)
        if len(same := self._called(str(read), str(values.get("first", "")))) > 1:
            sheet, cell = same[-1].at
            said["first"] = "!".join(same[0].at)
        if "lang" in said:
            said["key"] = said["lang"]
        if code == "W053":  # a label that is misspelt is nearest to labels
            heads = [head for key, head in self.heads.items() if key != read]
            near = suggest(str(read), [*heads, *values["known"]])
            said["known"] = near if len(near) <= MOST_NEAR else values["known"]
        if isinstance(read, float) and read.is_integer():
            read = int(read)
        for name in ("key", "column"):
            if name in said:
                said[name] = self.heads.get(str(said[name]).rpartition(" ")[2], said[name])
        if "section" in said:
            said["section"] = sheet
        if isinstance(known := said.get("known"), (list, tuple)) and keys:
            words = self.words.get(keys[0], {})
            said["known"] = [words.get(each, each) for each in known]
        digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return Problem(code, sheet, int(digits) if digits else None, str(read), said, cell, True)

    def _called(self, name: str, lists: str) -> list[Placed]:
        """Return the entries of some lists, with `` / `` between, that have the same name."""
        held = (each for listed in lists.split(" / ") for each in self.get(listed, ()))
        entries = (each for each in held if isinstance(each, Placed))
        return [each for each in entries if name in (each.get("id"), each.get("name"))]
