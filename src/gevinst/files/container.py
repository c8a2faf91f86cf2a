"""Containers: what holds a study's tables and settings, a folder or a set of data frames.

A workbook is a third, in `workbook`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from gevinst.files.made.cells import Ids, cells_of, ids_by_label
from gevinst.files.separated import read_csv
from gevinst.files.tables import Table
from gevinst.files.toml import Section, in_one_form, read_toml
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, Label
from gevinst.text.numerals import DANISH, NumberStyle
from gevinst.text.problems import Problems

SETTINGS = "study.toml"
"""Where a folder holds its settings."""

CALLED = {"citizens": "persons"}
"""Tables that Python calls otherwise than their files are called."""

ARGUMENTS = {
    "activity": "activity_items",
    "survey": "survey_names",
    "outcomes": "outcome_items",
    "accounts": "account_items",
    "effects": "effect_factors",
}
"""Settings that Python calls otherwise, because their names are those of tables."""

KEYS = {
    "citizens": "id",
    "rates": "rate",
    "prices": "status",
    "published": "figure",
    "effects": "effect",
}
"""Columns that the index of a data frame can be, where it has no name."""


class Container(ABC):
    """Tables by name, and settings; what cannot be read of either is added to `problems`.

    Readers ask for ``counts`` and name it in messages as their users see it: ``counts.csv``.
    """

    problems: Problems

    @abstractmethod
    def called(self, name: str) -> str:
        """Return what users see a table, or the ``settings``, called, be it there or not."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether there is something of a table's name."""

    @abstractmethod
    def table(self, name: str) -> Table | None:
        """Return a table, None where it is not there."""

    @abstractmethod
    def reading(self, style: NumberStyle) -> Container:
        """Return the container with tables whose numbers are of a style."""

    @abstractmethod
    def settings(self) -> Section | None:
        """Return the settings, None where they cannot be read."""

    def unfinished(self, *, readable: bool) -> bool:
        """Say what is not filled in yet, of what can be; whether nothing more is to be read.

        `readable` says whether tables can be read against the settings.
        """
        return not readable

    def needed(self, name: str) -> Table:
        """Return a table that must be there, without columns where it is not."""
        found = self.table(name)
        if found is not None:
            return found
        self.problems.add("E003", self.called(name))
        return Table(self.called(name), self.problems)


@dataclass(frozen=True)
class Folder(Container):
    """A folder with a CSV file per table, and study.toml."""

    path: Path
    problems: Problems
    style: NumberStyle = DANISH

    def called(self, name: str) -> str:
        """Return the file's name."""
        return SETTINGS if name == "settings" else f"{name}.csv"

    def has(self, name: str) -> bool:
        """Whether the file is there, or a folder in its place."""
        return (self.path / self.called(name)).exists()

    def table(self, name: str) -> Table | None:
        """Decode and split a table's file."""
        path = self.path / self.called(name)
        return read_csv(path, self.problems, self.style) if path.is_file() else None

    def reading(self, style: NumberStyle) -> Folder:
        """Read numbers of a style."""
        return replace(self, style=style)

    def settings(self) -> Section | None:
        """Parse study.toml."""
        return read_toml(self.path / SETTINGS, self.problems)


@dataclass(frozen=True)
class Frames(Container):
    """Data frames by name, and settings as study.toml would hold them.

    A line is a row's position, from 1. A number is a number; text is read as in a file. A label
    may stand in the place of an id, and rows of long form (one per time) in that of wide ones.
    """

    frames: Mapping[str, Any]
    problems: Problems
    stated: Mapping[str, Any] = field(default_factory=dict)
    style: NumberStyle = DANISH

    def called(self, name: str) -> str:
        """Return the argument's name."""
        return CALLED.get(name, name)

    def has(self, name: str) -> bool:
        """Whether there is such a frame."""
        return name in self.frames

    def table(self, name: str) -> Table | None:
        """Write a frame's cells as text."""
        if not self.has(name):
            return None
        called = self.called(name)
        cells = cells_of(self.frames[name], called, self.problems, KEYS.get(name, ""))
        if cells is None:
            return Table(called, self.problems)
        times = [named for named, _ in named_in(self._stated, "times")]
        ids = ids_in(self._stated, name)
        shaped = cells.shaped(name, ids, times, Table(called, self.problems))
        return shaped.table(called, self.problems, self.style)

    def reading(self, style: NumberStyle) -> Frames:
        """Read text of a style."""
        return replace(self, style=style)

    def settings(self) -> Section:
        """Return what is stated, which has no lines."""
        values = self._stated
        return Section(values, "settings", (), "settings", self.problems, arguments=ARGUMENTS)

    @cached_property
    def _stated(self) -> dict[str, Any]:
        return dict(in_one_form(dict(self.stated)))


def named_in(stated: Mapping[str, Any], *keys: str) -> list[tuple[str, Label]]:
    """Return ids with their labels, of what settings hold as far as they can be read."""
    found: list[tuple[str, Label]] = []
    for key in keys:
        held: Any = stated
        for part in key.split("."):
            held = held.get(part, {}) if isinstance(held, Mapping) else {}
        pairs = held.items() if isinstance(held, Mapping) else ((None, e) for e in held)
        for name, entry in pairs:
            if isinstance(entry, Mapping):
                label = {c: one_form(entry[c]) for c in LANGUAGES if isinstance(entry.get(c), str)}
                found.append((str(entry.get("id", "") if name is None else name), label))
    return found


def ids_in(stated: Mapping[str, Any], table: str) -> Ids:
    """Return, per column of a table, the ids that labels stand for."""
    of = {
        "arm": ("arms", "account_groups") if table == "published" else ("arms",),
        "account": ("accounts",),
        "group": ("account_groups",),
        "status": ("statuses", "groups"),
        "item": ("items", "statuses", "groups", "activity", "accounts"),
        "time": ("survey.times" if table == "survey" else "times",),
        "since": ("times",),
        "stratum": ("strata",),
        "paid_by": ("payers",),
        "payer": ("payers",),
        "question": ("survey.questions",),
        "answer": ("survey.answers",),
        "outcome": ("outcomes",),
    }
    return {column: ids_by_label(named_in(stated, *keys)) for column, keys in of.items()}
