"""write(study, folder): a study as the files it is read from; to_tables: as frames and dicts."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gevinst.files.container import ARGUMENTS, CALLED, SETTINGS, Frames
from gevinst.files.output import write_file, write_folder
from gevinst.files.studies import read_study
from gevinst.files.workbook.cells import ENDING
from gevinst.files.workbook.filled import filled_with
from gevinst.files.workbook.template import workbook
from gevinst.files.written import effects, priced, rows
from gevinst.files.written.numbers import in_style
from gevinst.files.written.rows import Row
from gevinst.files.written.stated import settings_of
from gevinst.files.written.toml import in_toml
from gevinst.study.study import Study
from gevinst.text.language import language
from gevinst.text.numerals import DANISH, STYLES, NumberStyle
from gevinst.text.problems import Problem, Problems, StudyError

if TYPE_CHECKING:
    import pandas as pd

_TABLES: dict[str, Callable[[Study], Iterable[Row]]] = {
    "counts": lambda study: rows.counts(study) if study.paths is None else (),
    "citizens": rows.persons,
    "index": rows.index,
    "rates": priced.rates,
    "prices": priced.prices,
    "lines": priced.lines,
    "summaries": priced.summaries,
    "effects": effects.effects,
    "persistence": effects.persistence,
    "consequences": effects.consequences,
    "correlations": rows.correlations,
    "published": rows.published,
    "activity": rows.activity,
    "survey": rows.survey,
    "outcomes": rows.outcomes,
    "accounts": rows.accounts,
}
"""How each table is written; those that no row stands in are left out."""


def write(study: Study, folder: str | Path) -> None:
    """Write a study as a folder or a workbook that `gevinst.read` reads back to the same ``hash``.

    Parameters
    ----------
    study : Study
        With the conventions that it carries, which are then the folder's own.
    folder : str or Path
        A name that ends in ``.xlsx`` is of a workbook, which must not be there. Any other is of a
        folder, made where it is absent. Where it is there, it must be empty, or written by gevinst
        and not changed since; files of others in it stay. It is replaced whole or not at all.

    Raises
    ------
    StudyError
        E204 where tables cannot hold the study: under settings that `Study.assume` gave it, with a
        source of one's own, divided into strata. E070, E071, E072, E161 where the folder is not to
        be written, E205 where there is such a workbook. Nothing has then changed.

    Notes
    -----
    What a study does not keep is not written: comments, dropouts' own rows, and whose word a row of
    counts or prices is (the arm's and the rate's source stand there).

    Examples
    --------
    >>> import gevinst as gv
    >>> from tempfile import TemporaryDirectory
    >>> study = gv.load("ishoj-smc")
    >>> with TemporaryDirectory() as folder:
    ...     gv.write(study, f"{folder}/copy")
    ...     gv.read(f"{folder}/copy").hash == study.hash
    True
    """
    settings, tables = tables_of(study)
    place = Path(folder)
    if place.suffix.lower() != ENDING:
        write_tables(place, settings, tables)
        return
    if place.exists():
        raise StudyError([Problem("E205", str(place))])
    lang = language(study.language).code
    made = workbook(filled_with(settings, tables, lang), lang)
    write_file(place, lambda file: file.write(made))


def write_tables(
    folder: Path, settings: Mapping[str, Any], tables: Mapping[str, Sequence[Row]]
) -> None:
    """Write settings and tables as the files of a folder, with numbers as the settings say."""
    texts = {SETTINGS: in_toml(settings)}
    style = STYLES[settings.get("number_style", DANISH.code)]
    texts |= {f"{name}.csv": _in_csv(each, style) for name, each in tables.items()}
    write_folder(folder, texts)


def to_tables(study: Study) -> dict[str, Any]:
    """Return what `gevinst.from_tables` makes the study of: settings, and tables as data frames.

    Parameters
    ----------
    study : Study
        As in `write`.

    Returns
    -------
    dict
        By argument. The frames hold numbers where the study format has them, and text where only
        that says how a number is printed (``"12,50"``), or what it can be (``"<5"``).

    Raises
    ------
    StudyError
        E204 where tables cannot hold the study.

    Examples
    --------
    >>> import gevinst as gv
    >>> study = gv.load("ishoj-smc")
    >>> tables = gv.to_tables(study)
    >>> tables["counts"].columns.tolist()
    ['arm', 'status', '0', '1', '1.5', 'source']
    >>> gv.from_tables(**tables).hash == study.hash
    True
    """
    settings, tables = tables_of(study)
    stated = {ARGUMENTS.get(key, key): value for key, value in settings.items()}
    return stated | {CALLED.get(name, name): frame(each) for name, each in tables.items()}


def tables_of(study: Study) -> tuple[dict[str, Any], dict[str, list[Row]]]:
    """Return a study's settings and tables, having read them and found the same study.

    Raises
    ------
    StudyError
        E204 where it is another, which says in what; what is wrong where they give none.
    """
    carried = {"assumed": study.assumed, "sources": any(spec.own for spec in study.sources)}
    if what := [name for name, there in carried.items() if there]:
        raise _refusal(study, what)
    settings = settings_of(study)
    written = {name: rows.filled(table(study)) for name, table in _TABLES.items()}
    tables = {name: each for name, each in written.items() if each}
    problems = Problems()
    frames = {name: frame(each) for name, each in tables.items()}
    again = read_study(Frames(frames, problems, settings))
    if again is None:
        raise StudyError(problems)
    if again.hash != study.hash:
        raise _refusal(study, _differing(study, again))
    return settings, tables


def _refusal(study: Study, what: list[str]) -> StudyError:
    return StudyError([Problem("E204", study.id, values={"what": what})])


def _differing(study: Study, again: Study) -> list[str]:
    """Name what is otherwise in a study that was read again."""
    return [
        field.name
        for field in dataclasses.fields(Study)
        if replace(again, **{field.name: getattr(study, field.name)}).hash != again.hash
    ]


def frame(table: Sequence[Row]) -> pd.DataFrame:
    """Return rows as a data frame that holds each cell as it is."""
    import pandas as pd

    return pd.DataFrame(list(table), dtype=object)


def _in_csv(table: Sequence[Row], style: NumberStyle) -> str:
    """Write rows as a table with numbers of a style."""
    rows = [list(table[0]), *([in_style(cell, style) for cell in row.values()] for row in table)]
    return "".join(f"{_line(row)}\n" for row in rows)


def _line(cells: Sequence[str]) -> str:
    """Write a row, its cells in quotation marks where they break a line in any way."""
    written = io.StringIO(newline="")
    ends = "\r\n"  # either of which in a cell is then quoted
    csv.writer(written, delimiter=";", lineterminator=ends).writerow(cells)
    return written.getvalue().removesuffix(ends)
