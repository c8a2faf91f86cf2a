"""Containers: what holds a study's tables and settings, a folder or a set of data frames."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gevinst.files.tables import Table, read_csv
from gevinst.files.toml import Section, in_one_form, read_toml
from gevinst.text.form import one_form
from gevinst.text.numerals import Numeral
from gevinst.text.problems import Problems

if TYPE_CHECKING:
    import pandas as pd

SETTINGS = "study.toml"
"""Where a folder holds its settings."""


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
    def settings(self) -> Section | None:
        """Return the settings, None where they cannot be read."""

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

    def called(self, name: str) -> str:
        """Return the file's name."""
        return SETTINGS if name == "settings" else f"{name}.csv"

    def has(self, name: str) -> bool:
        """Whether the file is there, or a folder in its place."""
        return (self.path / self.called(name)).exists()

    def table(self, name: str) -> Table | None:
        """Decode and split a table's file."""
        path = self.path / self.called(name)
        return read_csv(path, self.problems) if path.is_file() else None

    def settings(self) -> Section | None:
        """Parse study.toml."""
        return read_toml(self.path / SETTINGS, self.problems)


@dataclass(frozen=True)
class Frames(Container):
    """Data frames by name, and settings as study.toml would hold them.

    A line is a row's position, from 1. A number is a number; text is read as in a file.
    """

    frames: Mapping[str, pd.DataFrame]
    problems: Problems
    stated: Mapping[str, Any] = field(default_factory=dict)

    def called(self, name: str) -> str:
        """Return the frame's name."""
        return name

    def has(self, name: str) -> bool:
        """Whether there is such a frame."""
        return name in self.frames

    def table(self, name: str) -> Table | None:
        """Write a frame's cells as text."""
        if not self.has(name):
            return None
        frame = self.frames[name]
        if len(frame.columns) == 0:
            self.problems.add("E005", name)
        rows = frame.itertuples(index=False, name=None)
        lines = [(line, list(map(written, row))) for line, row in enumerate(rows, 1)]
        return Table(name, self.problems, list(map(named, frame.columns)), lines, header=None)

    def settings(self) -> Section:
        """Return what is stated, which has no lines."""
        return Section(in_one_form(dict(self.stated)), "settings", (), "settings", self.problems)


def named(value: Any) -> str:
    """Write an id or a column's name in the form it is compared in."""
    return one_form(written(value))


def written(value: Any) -> str:
    """Write a cell as text: nothing for a missing one, ``1`` for 1.0."""
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value) if whole else value).strip()
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(
        value, bool
    )
    return Numeral(text) if number and abs(value) <= sys.float_info.max else text
