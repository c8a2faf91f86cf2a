"""study.toml: sections read with their types checked, and the line a problem stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gevinst.files.places import Placed
from gevinst.files.tables import PROSE, YEARS, read_text
from gevinst.study.named import MOST
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, language
from gevinst.text.numerals import LARGEST
from gevinst.text.problems import Problems, suggest
from gevinst.text.reasons import of_toml

_LANGUAGE = re.compile(rf"""^\s*language\s*=\s*["']({"|".join(LANGUAGES)})["']""", re.MULTILINE)
"""Where a file that is no TOML says its language."""
_PROSE = (*LANGUAGES, *PROSE)
_NAMES = ("id", "name", "currency")
"""Keys by which an entry of an array is named, else by its number."""


@dataclass(frozen=True)
class Section:
    """A table of a TOML file; every reading that fails adds a problem.

    Parameters
    ----------
    values : dict
        As parsed.
    name : str
        How a reader finds it: ``[[arms]] control``.
    lines : tuple of str
        The file's lines, to say where a problem stands.
    file : str
        The file's name.
    problems : Problems
        Gets everything that is wrong.
    used : set of str
        Keys that were read.
    arguments : mapping of str to str, or None
        Of settings that are arguments: what those are called that keys call otherwise. A problem
        then stands at its argument.
    """

    values: dict[str, Any]
    name: str
    lines: tuple[str, ...]
    file: str
    problems: Problems
    used: set[str] = field(default_factory=set)
    arguments: Mapping[str, str] | None = None

    def text(self, key: str, default: str | None = None) -> str:
        """Read a string; without a default it must be there."""
        return str(self._read(key, str, "text", default) or "")

    def whole(self, key: str) -> int:
        """Read a whole number that must be there and not be negative."""
        value = self._read(key, int, "number", None)
        if value is not None and value < 0:
            self.problem("E022", value, column=key)
        if value is not None and value > MOST:
            self.problem("E066", str(value)[:20], column=key)
            return MOST
        return int(value or 0)

    def year(self, key: str) -> int:
        """Read a calendar year that must be there."""
        value = self.whole(key)
        if type(self.values.get(key)) is int and value not in YEARS:
            self.problem("E141", self.values[key], column=key)
        return value

    def above_zero(self, key: str) -> float:
        """Read a number above 0 that must be there."""
        value = self._read(key, (int, float), "number", None)
        if value is None:
            return 1.0
        if isinstance(value, bool) or not 0.0 < value <= LARGEST:  # nan is neither
            self.problem("E223", value, column=key)
            return 1.0
        return float(value)

    def flag(self, key: str) -> bool:
        """Read true or false; false where it is absent."""
        return bool(self._read(key, bool, "flag", False))

    def years(self, key: str) -> float | None:
        """Read a number of years, or None where it is absent."""
        self.used.add(key)
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.problem("E051", value, key=key, section=self.name)
            return None
        if not 0.0 <= value <= MOST:  # nan is neither
            self.problem("E068", value)
            return None
        return float(value)

    def strings(self, key: str) -> tuple[str, ...]:
        """Read a list of strings that must be there."""
        value = self._read(key, list, "list", None) or []
        return tuple(map(str, value))

    def choice(self, key: str, known: Sequence[str], default: str) -> str:
        """Read one of the known ids."""
        value = self.text(key, default)
        if value not in known:
            self.problem("E030", value, column=f"{self.name} {key}", known=suggest(value, known))
            return default
        return value

    def label(self, lang: str) -> dict[str, str]:
        """Read the texts ``da`` and ``en``; the study's own language must be there."""
        self.used.update(LANGUAGES)
        label = {}
        for code in LANGUAGES:
            if code in self.values:
                label[code] = str(self._read(code, str, "text", "") or "")
        if not label.get(lang) and isinstance(self.values.get(lang, ""), str):
            self.problem("E052", section=self.name, lang=lang)
        return label

    def optional_label(self, key: str, lang: str) -> dict[str, str]:
        """Read the label that a key holds; empty where it is absent."""
        return self.section(key).label(lang) if key in self.values else {}

    def sections(self, key: str) -> list[Section]:
        """Read an array of tables, ``[[key]]``, each with an id."""
        self.used.add(key)
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            self.problem("E051", found, key=key, section=self.name)
            return []
        return [
            self._within(entry, key, f"[[{key}]] {next(filter(None, map(entry.get, _NAMES)), i)}")
            for i, entry in enumerate(found, 1)
        ]

    def section(self, key: str) -> Section:
        """Read a table, ``[key]``; empty where it is absent."""
        self.used.add(key)
        found = self.values.get(key, {})
        if isinstance(self.values, Placed) and key not in self.values:
            found = self.values.unfilled.get(key, found)
        if not isinstance(found, dict):
            self.problem("E051", found, key=key, section=self.name)
            found = {}
        return self._within(found, key, f"[{key}]")

    def named(self, key: str) -> dict[str, Section]:
        """Read a table of tables, ``[key.name]``."""
        outer = self.section(key)
        found = {}
        for name, values in outer.values.items():
            if isinstance(values, dict):
                found[name] = outer._within(values, name, f"[{key}.{name}]")
            else:
                outer.problem("E051", values, key=name, section=outer.name)
        return found

    def labels(self, key: str, lang: str) -> dict[str, dict[str, str]]:
        """Read the label of each table in a table of tables."""
        return {name: section.label(lang) for name, section in self.named(key).items()}

    def done(self) -> None:
        """Warn about keys that nothing reads: most are misspelt."""
        for key in (key for key in self.values if key not in self.used):
            self.problem("W053", key, section=self.name, known=sorted(self.used))

    def problem(self, code: str, read: object = "", **values: object) -> None:
        """Add a problem at the line that names what was read, or this section."""
        if isinstance(self.values, Placed):
            self.problems.append(self.values.problem(code, read, values))
            return
        self.problems.add(code, self.file, self._line(str(read)), read, **values)

    def _within(self, values: dict[str, Any], key: str, name: str) -> Section:
        file = self.file if self.arguments is None else self.arguments.get(key, key)
        return Section(values, name, self.lines, file, self.problems)

    def _read(self, key: str, kind: type | tuple[type, ...], what: str, default: Any) -> Any:
        self.used.add(key)
        if key not in self.values:
            if default is None:
                self.problem("E050", key=key, section=self.name)
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem("E051", value, key=key, section=self.name)
            return default
        return value

    def _line(self, read: str) -> int | None:
        """Line of this section's header or id, and below it of what was read."""
        start = 0
        name = self.name.rsplit(" ", 1)[-1]
        for i, line in enumerate(self.lines):
            if line.strip() == self.name or f'"{name}"' in line:
                start = i
                break
        else:
            return None
        for i, line in enumerate(self.lines[start:], start):
            if read and read in line:
                return i + 1
        return start + 1


def in_one_form(value: Any, key: str = "") -> Any:
    """Write ids and other names in the form they are compared in; prose stays as it is."""
    if isinstance(value, dict):
        return {one_form(str(name)): in_one_form(held, name) for name, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_one_form(entry, key) for entry in value]
    return one_form(value) if isinstance(value, str) and key not in _PROSE else value


def read_toml(path: Path, problems: Problems) -> Section | None:
    """Parse a TOML file; None where it cannot be."""
    text = read_text(path, problems)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of a number of thousands of digits
        found = str(error)
        line = found.split("at line ")[-1].split(",")[0] if "at line " in found else ""
        number = int(line) if line.isdigit() else None
        lines = text.split("\n")
        read = lines[number - 1].strip() if number and number <= len(lines) else ""
        problems.add("E002", path.name, number, read, reason=of_toml(found))
        if stated := _LANGUAGE.search(text):
            problems.language = language(stated[1]).code
        return None
    return Section(in_one_form(values), path.name, tuple(text.split("\n")), path.name, problems)


def check_known(section: Section, column: str, ids: Sequence[str], known: Sequence[str]) -> None:
    """Name, once, each id of a list that is not known."""
    for unknown in (name for name in dict.fromkeys(ids) if name not in known):
        section.problem("E030", unknown, column=column, known=suggest(unknown, known))
