"""Sheets: which there are, what columns each has, and what users read in their place.

A table of the study format is a row of `TABLES`, a list of the settings one of `LISTS`; both are
read and written by that row alone. What users see stands in the texts under ``workbook``: the
names of sheets and columns, the words of closed lists, and what is said of a cell that is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gevinst.files.counted.columns import DROPOUTS
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, Language, language
from gevinst.text.voice import PLAIN, spoken

VERSION = 1
"""Of the template; raised when sheets or columns are called otherwise than in the one before."""

START, MORE, HIDDEN = "start", "more", "gevinst"
"""The sheet of single settings, that of the rare ones by path, and that of lists of words."""

GRID = "counts"
"""The table with a row per status and a column per group and time."""

OF_LONG = ("arm", "stratum", "source")
"""Columns of texts that counts can have beside the status."""

TIMED = (GRID, "citizens")
"""Tables with columns of times."""


class Sheet(NamedTuple):
    """A sheet: its columns as they stand, those that a row must fill in, and whether it is needed.

    Of a list of the settings `key` names an entry; `array` says that the list has an order.
    """

    columns: tuple[str, ...]
    needed: tuple[str, ...] = ()
    front: bool = False
    key: str = "id"
    array: bool = True


def _sheet(columns: str, needed: str = "", **more: object) -> Sheet:
    return Sheet(tuple(columns.split()), tuple(needed.split()), **more)  # type: ignore[arg-type]


LISTS = {
    "arms": _sheet("da en enrolled analysed source id", "enrolled analysed source", front=True),
    "times": _sheet("da en years id from to", front=True),
    "statuses": _sheet("da en lost income id", front=True),
    "sources": _sheet("name da en", "name", front=True, key="name"),
    "assumptions": _sheet("id da en", "id", front=True, array=False),
    "payers": _sheet("da en id"),
    "items": _sheet("da en kind investment income id"),
    "groups": _sheet("da en members id", "members", array=False),
    "strata": _sheet("da en citizens id"),
    "outcomes": _sheet("da en unit.da unit.en per status time column events shares id"),
    "activity": _sheet("da en counted.da counted.en id", array=False),
    "accounts": _sheet(
        "da en unit.da unit.en base.da base.en per start price_year compared_with id", array=False
    ),
    "account_groups": _sheet("da en id", array=False),
    "exchange": _sheet("currency rate year source", "currency rate source", key="currency"),
    "references": _sheet("da en id", array=False),
    "notes": _sheet("da en source quote id", "source", array=False),
}
"""Lists of the settings."""

TABLES = {
    "counts": _sheet("status", "status", front=True),
    "rates": _sheet(
        "rate amount unit distribution cv low high drawn_by assumption source price_year printed "
        "printed_unit implied_low implied_high da en",
        "rate amount unit distribution assumption source",
        front=True,
    ),
    "lines": _sheet(
        "arm item time amount unit per distribution cv low high drawn_by assumption source stratum "
        "units rate paid_by shares label_shares probability included itemised counted basis "
        "price_year note",
        "arm item time amount unit distribution assumption source",
        front=True,
    ),
    "published": _sheet(
        "figure measure arm value unit rounding source quote time since item stratum payer "
        "relation of years low high said_as follows",
        "figure value unit rounding source",
        front=True,
    ),
    "prices": _sheet("status rate arm time basis paid_by source", "status rate source"),
    "citizens": _sheet("id arm", "id arm"),
    "summaries": _sheet(
        "arm item time n mean sd se low high level q1 q3 law unit paid_by shares source",
        "arm item time n mean source",
    ),
    "outcomes": _sheet("outcome arm time amount rate share citizens source", "outcome arm source"),
    "correlations": _sheet(
        "rate with rank_correlation assumption", "rate with rank_correlation assumption"
    ),
    "index": _sheet("year index source", "year index source"),
    "activity": _sheet(
        "item arm year contacts amount citizens source", "item arm year contacts amount source"
    ),
    "effects": _sheet(
        "effect da en measure estimate low high level se baseline transfer source",
        "effect measure estimate source",
    ),
    "persistence": _sheet("effect time share source", "effect time share source"),
    "consequences": _sheet(
        "effect item time direction amount unit paid_by shares distribution cv low high drawn_by "
        "assumption source rate price_year",
        "effect item amount unit distribution assumption source",
    ),
    "accounts": _sheet("account group year amount of source", "account year amount source"),
    "survey": _sheet(
        "question answer time arm asked count percent figure source", "question answer time"
    ),
}
"""Tables. To add one: a row here, and its names in the texts."""

FIELDS = (
    *("title.da", "title.en", "id", "language", "price_year", "number_style"),
    *("comparison.treated", "comparison.reference"),
    *("comparison.kind", "comparison.da", "comparison.en", "currency"),
    *(f"conventions.{key}" for key in ("horizon", "heads", "perspective")),
    *(f"conventions.{key}" for key in ("rates", "weights", "payers")),
    *("stratification.da", "stratification.en", "stratification.groups"),
    *("suppressed_zeros", "rounded_counts"),
)
"""Single settings, by path."""

FRONT_FIELDS = 8
"""So many of them everybody fills in."""

WHOLE = ("enrolled", "analysed", "price_year", "citizens", "rounded_counts", "year", "start")
NUMBERS = (*WHOLE, "years", "from", "to", "rate", "per")
"""Settings that are numbers, and whole ones."""

FLAGS = ("lost", "investment", "income", "events", "shares", "suppressed_zeros")
"""Settings that are yes or no."""

SEVERAL = ("members", "stratification.groups")
"""Settings that are several names, with ``;`` between."""

YES = ("included", "itemised", "counted")
"""Columns of tables that are yes or no."""

OF_ONE = ("cv", "probability", "rank_correlation", "level", "baseline", "transfer")
"""Columns that are shares of one, so that a cell shown as a percentage is one."""

SHARES = ("share",)
"""Columns of percentages with their sign, as counts per status can be too."""

NAMES = {
    "arm": ("arms",),
    "comparison.treated": ("arms",),
    "comparison.reference": ("arms",),
    "time": ("times",),
    "since": ("times",),
    "status": ("statuses", "groups"),
    "members": ("statuses",),
    "stratification.groups": ("groups", "statuses"),
    "item": ("items", "statuses", "groups", "activity", "accounts"),
    "account": ("accounts",),
    "group": ("account_groups",),
    "compared_with": ("account_groups", "accounts"),
    "stratum": ("strata",),
    "paid_by": ("payers",),
    "payer": ("payers",),
    "conventions.perspective": ("payers",),
    "assumption": ("assumptions",),
    "outcome": ("outcomes",),
}
"""Lists of the settings that a column names entries of."""

WORDS = {
    **dict.fromkeys(("unit", "printed_unit"), "workbook.word.unit"),
    **dict.fromkeys(("drawn_by", "name"), "source"),
    **dict.fromkeys(("language", "number_style"), "workbook.word.language"),
    "distribution": "workbook.word.distribution",
    "law": "workbook.word.law",
    "kind": "workbook.word.kind",
    "measure": "measure",
    "effects.measure": "workbook.word.effect",
    "direction": "workbook.word.direction",
    "said_as": "workbook.word.said_as",
    "per": "workbook.word.per",
    "conventions.horizon": "workbook.word.horizon",
    "conventions.heads": "workbook.word.heads",
    "comparison.kind": "workbook.word.comparison",
}
"""Columns of closed lists, and the texts with their words."""

OF_UNITS = ("unit", "printed_unit")
"""Columns of units, whose currency can be another."""

UNITS = {
    "rates": ("kr/month", "kr/year"),
    **dict.fromkeys(("lines", "summaries", "consequences"), ("kr",)),
}
"""Units that a table can have, where not all of them."""


def plain(lang: str) -> Language:
    """Return the language as workbooks speak it, whatever a study calls its citizens."""
    with spoken(PLAIN):
        return language(lang)


def _said(lang: str, table: str, name: str, within: str = "") -> str:
    """Look up what is seen in the place of a name; the name itself where no text says it."""
    text, name = plain(lang), name.replace(".", "_")
    keys = (f"{table}.{within}_{name}", f"{table}.{name}")
    return next((text(key) for key in keys if text.has(key)), name)


def sheet_name(name: str, lang: str) -> str:
    """Return what a sheet is called: of a list of the settings that a table is too, another."""
    return _said(lang, "workbook.sheet", name)


def head(column: str, lang: str, within: str = "") -> str:
    """Return what a column, or a single setting, is called."""
    return _said(lang, "workbook.column", column, within)


def about(column: str, lang: str, within: str = "") -> str:
    """Return what is said of a cell of a column when it is chosen, or nothing."""
    said = _said(lang, "workbook.about", column, within)
    return "" if said == column.replace(".", "_") else said


def words(column: str, lang: str, sheet: str) -> dict[str, str]:
    """Return what is seen in the place of each word of a column, if it is of a closed list."""
    listed = sheet not in TABLES
    yes = column in (FLAGS if listed else YES)
    table = "workbook.word.yes" if yes else WORDS.get(f"{sheet}.{column}", WORDS.get(column))
    if table is None or (listed and column in NUMBERS):
        return {}
    found = plain(lang).table(table)
    return {name: said for name, said in found.items() if isinstance(said, str)}


def folded(text: str) -> str:
    """Return the form in which names of sheets and columns are compared."""
    return one_form(text).casefold()


@cache
def sheet_names() -> dict[str, str]:
    """Return the key of each sheet by what it is called, in either language or as its key."""
    names = (START, MORE, *map(list_key, LISTS), *TABLES)
    said = ((sheet_name(name, lang), name) for name in names for lang in LANGUAGES)
    return {folded(text): name for text, name in (*((name, name) for name in names), *said)}


def list_key(name: str) -> str:
    """Return the key of the sheet of a list; of one with the name of a table, another than its.

    Examples
    --------
    >>> list_key("arms"), list_key("outcomes")
    ('arms', 'outcome_list')
    """
    return f"{name.removesuffix('s')}_list" if name in TABLES else name


@cache
def column_names(sheet: str) -> dict[str, str]:
    """Return a sheet's columns by what they are called, in either language or in the format."""
    columns = list(_columns(sheet))
    said = ((head(column, lang, sheet), column) for column in columns for lang in LANGUAGES)
    return {folded(t): column for t, column in (*((column, column) for column in columns), *said)}


def _columns(sheet: str) -> Iterator[str]:
    of_list = {list_key(name): each for name, each in LISTS.items()}
    yield from {**TABLES, **of_list}[sheet].columns if sheet not in (START, MORE) else FIELDS
    if sheet == GRID:
        yield from (*OF_LONG, DROPOUTS)


@cache
def word_ids(column: str, sheet: str) -> dict[str, str]:
    """Return the words of a column by what is seen in their place, in either language."""
    return {
        folded(said): name
        for lang in LANGUAGES
        for name, said in words(column, lang, sheet).items()
    }
