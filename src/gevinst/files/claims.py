"""Figures and claims as published, and the activity account beside the headline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gevinst.files.stated import Stated, Tables, count_of
from gevinst.files.tables import Row, read_table
from gevinst.formulas import parse
from gevinst.problems import Problems, suggest
from gevinst.published import MEASURES, PLACES, RELATIONS, SAID_AS
from gevinst.published import UNITS as FIGURE_UNITS
from gevinst.study import Activity, Published


def read_published(
    path: Path, known: Mapping[str, tuple[str, ...]] | None, problems: Problems
) -> tuple[Published, ...]:
    """Read figures and claims as published.

    Parameters
    ----------
    path : Path
        The table.
    known : mapping of str to tuple of str, or None
        Ids that each place can name; None for a table by itself, whose places are any names.
    problems : Problems
        Gets everything that is wrong.
    """
    rows = read_table(
        path,
        problems,
        ("figure", "value", "unit", "rounding", "source"),
        ("measure", "relation", *PLACES, "of", "years", "said_as", "follows", "quote"),
        ("figure",),
    )
    figures = []
    for row in rows:
        measure = row.choice("measure", tuple(MEASURES)) if row.text("measure") else "given"
        for column in MEASURES[measure].needs if measure else ():
            row.needed(column)
        places = {
            column: row.text(column) if known is None else row.choice(column, known[column]) or ""
            for column in PLACES
            if row.text(column)
        }
        optional = {
            column: row.choice(column, ids) or ""
            for column, ids in (("said_as", SAID_AS),)
            if row.text(column)
        }
        figures.append(
            Published(
                id=row.needed("figure"),
                measure=measure or "",
                relation=(row.choice("relation", RELATIONS) or "") if row.text("relation") else "=",
                value=row.number("value") or 0.0,
                unit=row.choice("unit", FIGURE_UNITS) or "",
                rounding=row.number("rounding") or 0.0,
                source=row.needed("source"),
                quote=row.text("quote"),
                of=int(row.number("of") or 0) if row.text("of") else None,
                years=row.number("years") if row.text("years") else None,
                follows=row.text("follows"),
                **places,
                **optional,
            )
        )
    ids = {figure.id for figure in figures}
    for row, figure in zip(rows, figures, strict=True):
        _check_formula(row, figure.follows, ids)
    return tuple(figures)


def _check_formula(row: Row, text: str, ids: set[str]) -> None:
    """Hold a formula against its grammar and the figures there are."""
    if not text:
        return
    try:
        names = parse(text).names
    except ValueError as error:
        row.problem("E065", text, reason=error)
        return
    for name in names:
        if name not in ids:
            row.problem("E030", name, column="follows", known=suggest(name, sorted(ids)))


def read_activity(path: Path, stated: Stated, tables: Tables, problems: Problems) -> None:
    """Read contacts and kr. per group and year, kept beside the headline."""
    rows = read_table(
        path,
        problems,
        ("item", "arm", "year", "contacts", "kr", "source"),
        (),
        ("item", "arm", "year"),
    )
    found = []
    for row in rows:
        item, arm = row.choice("item", stated.activity), row.choice("arm", stated.ids("arm"))
        year, contacts, kr = row.number("year"), count_of(row, "contacts"), row.number("kr")
        source = row.needed("source")
        if None not in (item, arm, year, contacts, kr):
            found.append(
                Activity(str(item), str(arm), int(year or 0), contacts or (), kr or 0.0, source)
            )
    tables.activity = tuple(found)
