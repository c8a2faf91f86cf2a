"""Tables as they are printed: labels and headings, masked cells and notes, totals and averages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from gevinst.analyses.audit.evidence import span
from gevinst.analyses.audit.formulas import Span, name_in_formula
from gevinst.files.tables import TOTAL, TOTAL_ROW, Row, Table
from gevinst.study.claims import Published
from gevinst.text.numerals import NumberStyle

_AVERAGE = (
    r"(?:gennem|gjennom|genom)?snitt?(?:lig)?|middel(?:værdi|verdi)?|medel(?:värde)?|average|mean"
)
_UNIT = (
    r"(?:kr|kroner|kronor|dkk|nok|sek|eur|euro|[€$£]|pct|procent|prosent|per ?cent|%|borgere"
    r"|personer|citizens|people|timer|timmar|hours|(?:1\.?000|t|tkr|mio|mia|m)\.? ?kr)"
    r"\.?(?: ?(?:/|pr\.?|per) ?\w+\.?)?"
)
_MONEY = (
    r"\b(?:kr|kroner|kronor|dkk|nok|sek|eur|tkr|mio|mia)\b|[€$£]"
    r"|udgift|utgift|omkost|kostn|beløb|belopp|pris|bespar|gevinst|indtægt|inntekt|intäkt|budget"
    r"|regnskab|cost|expen|amount|price|saving|income"
)
_TOTAL_LAST = re.compile(rf".*\b(?:{TOTAL})[\s,:]*")
_TOTAL_COLUMN = re.compile(rf"(?:{TOTAL})[\s,:]*(?:\( ?{_UNIT} ?\)|{_UNIT})? ?")
_AVERAGE_NAME = re.compile(rf"(?:{_AVERAGE})\b")
_OF_WHICH = re.compile(r"[\s\-–−•*]*(?:heraf|hvoraf|herav|hvorav|därav|varav|of which)\b")
_PEOPLE = re.compile(r"(?:antal|antall|number|citizens|borgere|personer|people|n\b)")
_PERCENT = re.compile(r"%|pct|procent|prosent|per cent")
_AMOUNT = re.compile(_MONEY)
_LABELS = re.compile(r"år|year|nr\.?|no\.?|kode|kod|code")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BELOW = re.compile(r"<\s*([1-9]\d{0,2})")
_UNKNOWN = re.compile(r"[.…:]{1,3}|x|\*+|n\.?a\.?|i\.?o\.?|[-–—−\s]+|", re.IGNORECASE)
_NOTE = re.compile(
    r"(?<=[\d%])\s*(?:[¹²³⁰⁴-⁹]+\)?|\*+\)?|[†‡§#]+|\[\w{1,2}\])+$|(?<=[\d%])(?:\s[0-9a-z]|[a-z])\)$"
)
_ROUNDED_TO = {0.0: (10, 5), 1.0: (1000, 100)}
"""What counts, and amounts, can be rounded to where four or more of a column are multiples."""


def normal(label: str) -> str:
    """Return a label as it is compared: composed, small, no notes, soft hyphens or odd spaces."""
    composed = unicodedata.normalize("NFC", label).replace("\u00ad", "").casefold()
    return re.sub(r"[¹²³⁰⁴-⁹*†‡]+\)?$", "", " ".join(composed.split())).strip()


@dataclass(frozen=True)
class _Printed:
    """A table as printed, and where its parts lie.

    Parameters
    ----------
    rows : list of Row
    names : list of str
        Of the rows, from all their label columns.
    headings : list of (str, str)
        Of the columns: the heading over several, where there is one, and the column's own.
    first : int
        The first column of numbers.
    cells : dict of (int, int) to Published
        Numbers by row and column.
    unknown : set of (int, int)
        Cells whose number is masked or not stated.
    """

    rows: list[Row]
    names: list[str]
    headings: list[tuple[str, str]]
    first: int
    cells: dict[tuple[int, int], Published]
    unknown: set[tuple[int, int]]

    @cached_property
    def totals(self) -> list[int]:
        """Rows that are called a total: any that begins so, and the last also where it ends so."""
        last, found = max((r for r, _ in self.cells), default=-1), []
        for r, row in enumerate(self.rows):
            labels = [normal(row.text(column)) for column in row.table.columns[: self.first]]
            if any(map(TOTAL_ROW.match, labels)) or (
                r == last and any(map(_TOTAL_LAST.fullmatch, labels))
            ):
                found.append(r)
        return found

    @cached_property
    def parts(self) -> list[int]:
        """Rows that sums are made of: no totals, no averages and no parts of parts."""
        return [
            r
            for r, name in enumerate(map(normal, self.names))
            if r not in self.totals and not (_AVERAGE_NAME.match(name) or _OF_WHICH.match(name))
        ]

    def average(self, r: int, c: int) -> bool:
        """Whether a cell stands in a row or a column of averages."""
        return any(map(_AVERAGE_NAME.match, (normal(self.names[r]), normal(self.headings[c][1]))))

    def total_column(self, c: int) -> bool:
        """Whether a column is called a total."""
        return bool(_TOTAL_COLUMN.fullmatch(normal(self.headings[c][1])))


def read_printed(table: Table, stem: str = "") -> list[Published]:
    """Read a table as printed: each number a figure, totals and averages with what they are of.

    Parameters
    ----------
    table : Table
        As it stands. Its problems get what cannot be read, and notes of what was read otherwise
        than printed.
    stem : str
        What the figures' ids begin with.
    """
    table, headings = _one_header(table)
    rows = table.rows(table.columns)
    if not rows:
        return []
    first = _first_of_numbers(table, rows)
    printed = _Printed(rows, _names(rows, first), headings, first, {}, set())
    for r, row in enumerate(rows):
        for c in range(first, len(table.columns)):
            figure = _figure(printed, r, c, f"{stem}r{r + 1}.c{c}", row)
            if figure is not None:
                printed.cells[r, c] = figure
    for c in range(first, len(headings)):
        _round(printed, c)
    if not printed.cells:
        return []
    if not printed.totals and not any(map(printed.total_column, range(first, len(headings)))):
        table.problem("N135")
    found = []
    for (r, c), figure in printed.cells.items():
        formulas = list(_formulas(printed, r, c))
        # The corner of a table is a sum twice: of its row, and again of its column.
        for number, formula in enumerate(formulas or [""]):
            found.append(replace(figure, id=figure.id + ".again" * number, follows=formula))
    return found


def _one_header(table: Table) -> tuple[Table, list[tuple[str, str]]]:
    """Join two rows of headings, the upper of which stands over several columns, into one."""
    upper = list(table.columns)
    lower = list(table.lines[0][1]) if table.lines else []
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    blank = [c for c in range(1, width) if not upper[c] or upper[c] in upper[:c]]
    numbers = [
        cell for cell in lower[1:] if _is_number(cell, table.style) and not _YEAR.fullmatch(cell)
    ]
    if not blank or numbers or not all(lower[c] for c in blank):
        headings = [("", column or f"c{c}") for c, column in enumerate(table.columns)]
        return replace(table, columns=[own for _, own in headings]), headings
    headings, over = [], ""
    for one, own in zip(upper, lower, strict=True):
        over = one or over
        headings.append((over if own else "", own or one))
    columns = [", ".join(dict.fromkeys(filter(None, heading))) for heading in headings]
    return replace(table, columns=columns, lines=table.lines[1:]), headings


def _is_number(cell: str, style: NumberStyle) -> bool:
    bare = _NOTE.sub("", cell)
    return bool(_BELOW.fullmatch(bare)) or style.is_number(_without_unit(bare))


def _without_unit(cell: str) -> str:
    return re.sub(r"\s*(kr\.?|pct\.?|%)$", "", cell)


def _first_of_numbers(table: Table, rows: Sequence[Row]) -> int:
    """Find the first column that is no label: labels are words in all rows, and numbers follow."""
    for c, column in enumerate(table.columns[1:-1], start=1):
        said = [text for row in rows if not _UNKNOWN.fullmatch(text := row.text(column))]
        words = said and not any(_is_number(text, table.style) for text in said)
        if not words and not (said and _LABELS.fullmatch(normal(column))):
            return c
    return max(1, len(table.columns) - 1)


def _names(rows: Sequence[Row], first: int) -> list[str]:
    """Name each row by its labels; one that stands over several rows is repeated."""
    names, over = [], ""
    for row in rows:
        labels = [row.text(column) for column in row.table.columns[:first]]
        over = labels[0] or (over if any(labels[1:]) else "")
        names.append(", ".join(filter(None, [over, *labels[1:]])))
    return names


def _figure(printed: _Printed, r: int, c: int, name: str, row: Row) -> Published | None:
    """One printed number; its last printed digit tells how far it is rounded."""
    column = row.table.columns[c]
    cell = row.text(column)
    bare = _NOTE.sub("", cell)
    if _UNKNOWN.fullmatch(bare):
        if cell.strip(" -–—−"):
            printed.unknown.add((r, c))
        return None
    below = _BELOW.fullmatch(bare)
    value = float(below[1]) if below else row.parse(column, _without_unit(bare) or bare)
    if value is None:
        return None
    if bare != cell:
        row.problem("N134", cell, column=column, value=bare)
    heading = normal(f"{row.table.columns[0]} {printed.names[r]} {column}")
    percent = bool(_PERCENT.search(normal(f"{column} {cell}")))
    digit = row.last_digit(column)
    amount = percent or bool(_AMOUNT.search(f"{heading} {cell}".casefold()))
    people = bool(_PEOPLE.match(normal(printed.headings[c][1])))
    average = printed.average(r, c)
    return Published(
        id=name,
        measure="given",
        relation="<" if below else "=",
        value=value,
        unit="pct" if percent else "count",
        # What is counted is whole, and not rounded; amounts, shares and averages are.
        rounding=0.0 if digit == 1.0 and (people or not amount) and not average else digit,
        source=f"{row.table.name}, {printed.names[r]}, {column}",
        item=printed.names[r],
        time=column,
    )


def _round(printed: _Printed, c: int) -> None:
    """Take a column's whole numbers that are all multiples of one number as rounded to it."""
    column = {at: f for at, f in printed.cells.items() if at[1] == c and f.unit != "pct"}
    for last, multiples in _ROUNDED_TO.items():
        whole = {at: f for at, f in column.items() if f.rounding == last and f.relation == "="}
        to = [n for n in multiples if all(f.value % n == 0 for f in whole.values())]
        if to and sum(f.value != 0 for f in whole.values()) >= 4:
            printed.cells.update({at: replace(f, rounding=float(to[0])) for at, f in whole.items()})


def _formulas(printed: _Printed, r: int, c: int) -> Iterator[str]:
    """What a cell follows from: those to its left, and those above it."""
    across = _across(printed, c)
    if across:
        yield from _best(printed, (r, c), [[(r, k) for k in across]])
    elif across is not None:
        yield from _leading(printed, (r, c), [(r, k) for k in _after(printed, c)])
    if r in printed.totals:
        end = min((k for k in printed.totals if k > r), default=len(printed.rows))
        below = [(k, c) for k in printed.parts if r < k < end]
        if below and printed.totals[0] < printed.parts[0]:  # this table's totals stand first
            yield from _leading(printed, (r, c), below)
        else:
            above = ([(k, c) for k in rows] for rows in _above(printed, r))
            yield from _best(printed, (r, c), above)
    elif _AVERAGE_NAME.match(normal(printed.names[r])):
        yield from _mean(printed, (r, c), [k for k in printed.parts if k < r])


def _across(printed: _Printed, c: int) -> list[int] | None:
    """Columns that a total column is the sum of; None where the column is no total."""
    over, own = printed.headings[c]
    before = list(range(printed.first, c))
    if over and _TOTAL_COLUMN.fullmatch(normal(over)):  # the total of several groups of columns
        return [k for k in before if printed.headings[k][1] == own]
    if not printed.total_column(c):
        return None
    before = [k for k in before if printed.headings[k][0] == over]
    last = max((k for k in before if printed.total_column(k)), default=-1)
    return _columns(printed, [k for k in before if k > last])


def _after(printed: _Printed, c: int) -> list[int]:
    """Columns of the same group after a total that is its first, up to the next total."""
    after = [
        k
        for k in range(c + 1, len(printed.headings))
        if printed.headings[k][0] == printed.headings[c][0]
    ]
    end = min((k for k in after if printed.total_column(k)), default=len(printed.headings))
    return _columns(printed, [k for k in after if k < end])


def _columns(printed: _Printed, among: Sequence[int]) -> list[int]:
    """Columns that can be parts of a sum; people beside amounts are no part of theirs."""
    named = {k: normal(printed.headings[k][1]) for k in among}
    parts = [
        k for k, own in named.items() if not (_OF_WHICH.match(own) or _AVERAGE_NAME.match(own))
    ]
    return [k for k in parts if not _PEOPLE.match(named[k])] or parts


def _above(printed: _Printed, r: int) -> list[list[int]]:
    """Rows a total row can be the sum of: since the last total, with earlier totals, or all."""
    totals, parts = ([k for k in rows if k < r] for rows in (printed.totals, printed.parts))
    since = [k for k in parts if k > max(totals, default=-1)]
    return [since, [*totals, *since], parts]


def _best(
    printed: _Printed, at: tuple[int, int], candidates: Iterable[list[tuple[int, int]]]
) -> Iterator[str]:
    """Write the sum that gives a cell, or where none does the first that there is."""
    sums = [parts for places in candidates if (parts := _parts(printed, at, places))]
    if sums:
        yield _written(next((each for each in sums if _adds(printed.cells[at], each)), sums[0]))


def _leading(
    printed: _Printed, at: tuple[int, int], places: list[tuple[int, int]]
) -> Iterator[str]:
    """Write what a total that stands first is the sum of: all after it, or the first that add.

    Several divisions of the same people can follow one total: together they are a multiple of it,
    and then only what adds up is known to be one.
    """
    figure = printed.cells[at]
    for n in range(len(places), 1, -1):
        parts = _parts(printed, at, places[:n])
        if parts and _adds(figure, parts):
            yield _written(parts)
            return
    parts = _parts(printed, at, places)
    if parts and abs(sum(p.value for p in parts) - figure.value) < abs(figure.value) / 2:
        yield _written(parts)


def _parts(
    printed: _Printed, at: tuple[int, int], places: Sequence[tuple[int, int]]
) -> list[Published]:
    """Figures of a cell's unit in some places; none where they are no two, or one is masked."""
    parts = [printed.cells[p] for p in places if p in printed.cells]
    parts = [part for part in parts if part.unit == printed.cells[at].unit]
    return parts if len(parts) > 1 and not printed.unknown & set(places) else []


def _written(parts: Sequence[Published]) -> str:
    return " + ".join(name_in_formula(part.id) for part in parts)


def _adds(figure: Published, parts: Sequence[Published]) -> bool:
    """Whether parts add up to a figure, within all roundings."""
    return reduce(Span.__add__, map(span, parts)).meets(span(figure), 1e-9)


def _mean(printed: _Printed, at: tuple[int, int], rows: Sequence[int]) -> Iterator[str]:
    """Write the average that a cell is: plain, or over the people that another column counts.

    An average may be weighted by what the table does not print, if it lies among its parts; it is
    then held against nothing.
    """
    c, figure = at[1], printed.cells[at]
    rows = [k for k in rows if (k, c) in printed.cells or (k, c) in printed.unknown]
    if len(rows) < 2 or any((k, c) in printed.unknown for k in rows):
        return
    parts = [printed.cells[k, c] for k in rows]
    names = [name_in_formula(part.id) for part in parts]
    plain = f"({' + '.join(names)}) / {len(names)}"
    ways = [(plain, [1.0] * len(parts))]
    for k, (_, own) in enumerate(printed.headings):
        if k != c and _PEOPLE.match(normal(own)) and all((row, k) in printed.cells for row in rows):
            people = [printed.cells[row, k] for row in rows]
            counted = [name_in_formula(head.id) for head in people]
            products = " + ".join(f"{a} * {b}" for a, b in zip(names, counted, strict=True))
            ways.append((f"({products}) / ({' + '.join(counted)})", [h.value for h in people]))
    values = [part.value for part in parts]
    room = (figure.rounding + max(part.rounding for part in parts)) / 2
    for formula, weights in ways:
        if sum(weights) and abs(np.average(values, weights=weights) - figure.value) <= room:
            yield formula
            return
    if len(ways) > 1 or not min(values) - room <= figure.value <= max(values) + room:
        yield plain
