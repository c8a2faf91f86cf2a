"""A study as a script: the call that makes it of its numbers, and what prints the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gevinst.files.container import ARGUMENTS, CALLED
from gevinst.files.made.stated import LISTS, NAMED, NESTED
from gevinst.files.output import write_file
from gevinst.files.written.example import example
from gevinst.files.written.rows import Row
from gevinst.files.written.study import tables_of
from gevinst.study.study import Study
from gevinst.text.language import Language
from gevinst.text.problems import Problem, StudyError, WrongValueError

WIDTH = 88
"""A value that fits in so many letters stands on one line."""

_MANY = 10_000
"""From here on thousands stand apart."""


def write_script(path: str | Path, text: Language, like: Study | None = None) -> Path:
    """Write a script that makes a study and prints its answer, to start from.

    Parameters
    ----------
    path : str or Path
        A name that ends in ``.py``, of a file that there is not.
    text : Language
        Of the comments and the answer.
    like : Study, optional
        Whose numbers it holds; an example of two small groups where none is given.

    Raises
    ------
    ValueError
        If the name does not end in ``.py``: a workbook or a folder cannot be written.
    StudyError
        E205 where the file is there already, E204 where tables cannot hold the study.
    """
    place = Path(path)
    if place.suffix.lower() != ".py":
        raise WrongValueError("script", str(path), "script")
    if place.exists():
        raise StudyError([Problem("E205", str(path))])
    settings, tables = example(text) if like is None else tables_of(like)
    said = script(settings, tables, text, place.name)
    write_file(place, lambda file: file.write(said.encode()))
    return place


def script(
    settings: Mapping[str, Any], tables: Mapping[str, Sequence[Row]], text: Language, name: str
) -> str:
    """Return the script of settings and tables; comments are in a language."""
    lang = str(settings.get("language", "en"))
    stated = {ARGUMENTS.get(key, key): value for key, value in settings.items()}
    given = {argument: literal(_short(argument, each, lang)) for argument, each in stated.items()}
    given |= {CALLED.get(table, table): _frame(rows) for table, rows in tables.items()}
    lines = [f'"""{text("new.about", name=name)}"""', "", "import pandas as pd", ""]
    lines += ["import gevinst as gv", "", "study = gv.from_tables("]
    for argument, value in given.items():
        if text.has(f"new.{argument}"):
            lines.append(f"    # {text(f'new.{argument}')}")
        lines.append(f"    {argument}={value},")
    priced = bool({"rates", "lines", "summaries", "consequences"} & tables.keys())
    asked = ["gain(study)", "simulate(study, n=20_000, rng=2018)"]
    if not priced:  # its outcomes, its accounts, or what was published
        there = (name for name in ("outcomes", "accounts") if ARGUMENTS[name] in stated)
        asked = [f"{next(there, 'audit')}(study)"]
    lines += [")", "", *(f'print(gv.{each}.summary("{text.code}"))' for each in asked)]
    said = text("new.next" if priced else "new.next_alone")
    return "\n".join([*lines, "", f"# {said}", ""])


def _short(argument: str, value: Any, lang: str) -> Any:
    """Return settings as short as they can be given: by id, and a text alone as the label it is."""
    if argument in LISTS:
        key = LISTS[argument]
        value = {entry[key]: {k: v for k, v in entry.items() if k != key} for entry in value}
    if argument in NESTED:
        return {kind: _short(NAMED[0], each, lang) for kind, each in value.items()}
    if argument in (*LISTS, *NAMED):
        return {name: _label(entry, lang) for name, entry in value.items()}
    return _label(value, lang) if argument == "title" else value


def _label(entry: Any, lang: str) -> Any:
    return entry[lang] if isinstance(entry, Mapping) and set(entry) == {lang} else entry


def _frame(rows: Sequence[Row]) -> str:
    """Write rows as a data frame, a line each."""
    columns = list(rows[0])
    lines = [f"            {_one_line(list(row.values()))}," for row in rows]
    head = f"        columns={literal(columns, 8)},\n        data=[\n"
    return "pd.DataFrame(\n" + head + "\n".join(lines) + "\n        ],\n    )"


def literal(value: Any, indent: int = 4) -> str:
    """Write a value as Python, on several lines where one is too long.

    Examples
    --------
    >>> literal({"a": [1, 20_000.5, None]})
    '{"a": [1, 20_000.5, None]}'
    """
    said = _one_line(value)
    if indent + len(said) <= WIDTH or not isinstance(value, (Mapping, list, tuple)):
        return said
    inner, pad = " " * (indent + 4), " " * indent
    if isinstance(value, Mapping):
        parts = [f"{inner}{_one_line(k)}: {literal(v, indent + 4)}," for k, v in value.items()]
        return "\n".join(["{", *parts, f"{pad}}}"])
    return "\n".join(["[", *(f"{inner}{literal(v, indent + 4)}," for v in value), f"{pad}]"])


def _one_line(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_one_line(k)}: {_one_line(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_one_line, value)) + "]"
    if isinstance(value, str):
        said = repr(value)
        return f'"{said[1:-1]}"' if said[0] == "'" and '"' not in said else said
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:_}" if number and _MANY <= abs(value) < 1e15 else repr(value)
