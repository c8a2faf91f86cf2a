"""Problems of a study's files: found all at once, each with place, reading, and what to write."""

from __future__ import annotations

import difflib
import math
import numbers
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gevinst.text.form import impersonal, one_form, shown
from gevinst.text.language import Lang, language

ERROR, WARNING, NOTE = "error", "warning", "note"

_Name = TypeVar("_Name", bound=str)

MOST_SAID = 20
"""So many problems of a kind are written out."""


@dataclass(frozen=True)
class Said:
    """A text that waits for its language.

    Parameters
    ----------
    key : str
        Of the text.
    values : mapping
        What it names; a list is written with commas, and another text in the same language.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: Lang = "en") -> str:
        """Say it in ``en`` or ``da``."""
        return language(lang)(self.key, **_written(self.values, lang))


def _written(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Write what a text names."""
    written = dict(values)
    for key, value in values.items():
        if isinstance(value, (list, tuple)):
            written[key] = ", ".join(map(str, value))
        elif isinstance(value, Said):
            written[key] = value.say(language(lang).code)
        elif isinstance(value, Mapping):  # a label
            written[key] = language(lang).label(value)
    return written


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, doubtful, or worth an echo.

    Parameters
    ----------
    code : str
        Stable: ``E...`` an error, ``W...`` a warning, ``N...`` a note. Its texts, in Danish and
        English, are ``problem.<code>.wrong`` and ``.write``.
    file : str
        The file's name within the study.
    line : int or None
        Line in the file, where there is one.
    read : str
        What was read there.
    values : dict
        What the texts name.
    cell : str
        Of a workbook the cell, ``C7``; the file is then the sheet.
    book : bool
        Whether it is of a workbook, whose texts are ``wrong_book`` and ``write_book`` where there
        are such.
    """

    code: str
    file: str
    line: int | None = None
    read: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    cell: str = ""
    book: bool = False

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``note``, by the code's first letter."""
        return {"E": ERROR, "W": WARNING, "N": NOTE}[self.code[0]]

    def say(self, lang: str = "en") -> str:
        """Write the problem as one message in ``en`` or ``da``."""
        text = language(lang)
        at = f", {text('line')} {self.line}" if self.line is not None else ""
        place = f"{self.file}!{self.cell}" if self.cell else f"{self.file}{at}"
        read = f" {text('read')} «{shown(self.read)}»." if self.read else ""
        return f"{self.code} {shown(place)}:{read} {self.told(lang)}"

    def told(self, lang: str = "en") -> str:
        """Say what is wrong and what to write, without the code and the place: for a page."""
        text = language(lang)
        values = {key: _shown(value) for key, value in _written(self.values, lang).items()}
        keys = [f"problem.{self.code}.{part}" for part in ("wrong", "write")]
        if self.book:
            keys = [f"{key}_book" if text.has(f"{key}_book") else key for key in keys]
        return " ".join(text(key, **values) for key in keys).rstrip()

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            **({"cell": self.cell} if self.cell else {}),
            "read": impersonal(self.read),
            "message": self.say(lang),
        }


def _shown(value: Any) -> Any:
    """Write what a text names, a list as its entries; numbers are left to the text."""
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(str(entry)) for entry in value)
    return shown(value) if isinstance(value, str) else value


def suggest(read: str, known: Sequence[str]) -> list[str]:
    """What may have been meant: all that is known, or of many those nearest to what was read."""
    near = difflib.get_close_matches(read, known, n=3)
    return list(known) if len(known) <= 6 or not near else near


class WrongValueError(ValueError):
    """A value that cannot be used, and what to write.

    Parameters
    ----------
    name : str
        What was given: a parameter, or a setting.
    read : object
        The value; None where it is not one value that is wrong.
    write : str
        Key of the text, in ``wrong``, that says what is wrong or what to write.
    **values
        What the text names.
    """

    def __init__(self, name: str, read: object, write: str | Said, **values: object) -> None:
        self.name, self.read = name, None if read is None else str(read)
        self.write = write if isinstance(write, Said) else Said(f"wrong.{write}", values)
        super().__init__(self.say())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.read, self.write)

    def say(self, lang: Lang = "en", name: str | None = None) -> str:
        """Say it in ``en`` or ``da``, with the name that it has where it was given."""
        values = {"name": name or self.name, "read": self.read, "write": self.write}
        said = Said("wrong.nothing" if self.read is None else "wrong.value", values)
        return said.say(lang).removeprefix(": ")


def one_of(name: str, read: object, known: Sequence[_Name]) -> _Name:
    """Return the name that was meant, small letters or large and in any form, of those there are.

    Raises
    ------
    WrongValueError
        If it is none of them; `name` is the parameter it was given for.
    """
    meant = one_form(str(read)).casefold()
    found = next((each for each in known if each.casefold() == meant), None)
    if found is None:
        raise WrongValueError(name, read, "one_of", known=list(known))
    return found


def whole(name: str, read: object, least: int) -> int:
    """Return a whole number; 1e4 is one.

    Raises
    ------
    WrongValueError
        If it is none, or below `least`; `name` is the parameter it was given for.
    """
    number = float(read) if isinstance(read, numbers.Real) else math.nan
    if isinstance(read, bool) or not number.is_integer() or number < least:
        raise WrongValueError(name, read, "whole_number", least=least)
    return int(number)


def unknown_source(name: str, read: str, declared: Sequence[str]) -> WrongValueError:
    """Return the refusal of a source that a study does not declare."""
    if declared:
        return WrongValueError(name, read, "sources_are", known=declared)
    return WrongValueError(name, read, "no_sources")


def say_all(
    problems: Iterable[Problem], lang: str = "en", say: Callable[[Problem, str], str] = Problem.say
) -> list[str]:
    """Write problems as messages, in their order; of many of a kind the first, and how many more.

    A kind is a code within a file; the rest are counted after the last that is said. `say` writes
    one of them, `Problem.told` for a page.
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    number: Counter[tuple[str, str]] = Counter()
    said: list[list[str]] = []
    for problem in problems:
        kind = problem.code, problem.file
        number[kind] += 1
        if number[kind] <= MOST_SAID:
            kinds[kind] = [say(problem, lang)]
            said.append(kinds[kind])
    for kind, last in kinds.items():
        if (more := number[kind] - MOST_SAID) > 0:
            last.append(f"  {language(lang)('check.more', n=more)}")
    return [line for lines in said for line in lines]


class StudyError(ValueError):
    """A study that cannot be used, with every problem found in it.

    Parameters
    ----------
    problems : sequence of Problem
        All of them, warnings and notes too.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        self.language = problems.language if isinstance(problems, Problems) else None
        errors = [problem for problem in self.problems if problem.severity == ERROR]
        super().__init__("\n".join(say_all(errors)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class StudyWarning(UserWarning):
    """What is to be said of a study that can be used all the same."""


def warn(problems: Problems) -> None:
    """Give the warnings of a study that was read, as one, to who called what calls this."""
    if doubts := [problem for problem in problems if problem.severity == WARNING]:
        warnings.warn("\n".join(say_all(doubts)), StudyWarning, stacklevel=3)


class Problems(list[Problem]):
    """A list that problems are added to while files are read.

    Attributes
    ----------
    language : {"da", "en"} or None
        The study's, as soon as it is known.
    """

    language: Lang | None = None

    def add(
        self, code: str, file: str, line: int | None = None, read: object = "", **values: object
    ) -> None:
        """Add one problem; `values` are what its texts name."""
        said = read if isinstance(read, str) else str(read)  # a numeral stays one
        self.append(Problem(code, file, line, said, values))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Those that make the study unusable."""
        return tuple(problem for problem in self if problem.severity == ERROR)
