"""Laid out: a sheet whose header is found, and its cells as text, with what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gevinst.files.places import Place
from gevinst.files.workbook.cells import EMPTY_ROWS, MOST_COLUMNS, Cell, Grid, letters, numeral
from gevinst.files.workbook.followed import UNUSED
from gevinst.text.form import one_form
from gevinst.text.numerals import NumberStyle
from gevinst.text.problems import Problem, Problems

HEADER = 5
"""The row of a template's headers."""

TITLES = 15
"""So many rows a header is looked for in."""


@dataclass(frozen=True)
class Laid:
    """A sheet below its header.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : int
        The row of its header.
    columns : dict of int to str
        Position -> the column's name in the format; one that is not known stays as it is written.
    heads : dict of str to str
        The same names -> as they are written.
    """

    grid: Grid
    header: int
    columns: dict[int, str]
    heads: dict[str, str]

    @property
    def letters(self) -> dict[str, str]:
        """The letters of each column."""
        found: dict[str, str] = {}
        for at, name in self.columns.items():
            found.setdefault(name, letters(at))
        return found

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Give the rows below the header that something stands in, a cell per column."""
        for row, cells in self.grid.rows:
            if row > self.header:
                read = [cells[at] if at < len(cells) else Cell(None) for at in self.columns]
                if any(cell.value is not None for cell in read):
                    yield row, read


def lay(
    grid: Grid, known: Callable[[str], str | None], problems: Problems, *, ours: bool
) -> Laid | None:
    """Find a sheet's header: of its first rows the one with most names that are known.

    Parameters
    ----------
    grid : Grid
        The sheet.
    known : callable
        The column that a header is of, if any.
    problems : Problems
        Gets what is said of the sheet as a whole.
    ours : bool
        Whether the sheet is of a template, which has rows above its header.

    Returns
    -------
    Laid or None
        None where nothing stands in the sheet.
    """
    first = [(row, cells) for row, cells in grid.rows if row <= TITLES]
    if not first:
        return None

    def names(cells: Sequence[Cell]) -> dict[int, str]:
        there = {at: cell.value for at, cell in enumerate(cells) if cell.kind in ("", "percent")}
        said = {at: one_form(str(value)) for at, value in there.items() if value is not None}
        return {at: text for at, text in said.items() if text != UNUSED}

    def told(cells: Sequence[Cell]) -> int:
        texts = (at for at, cell in enumerate(cells) if isinstance(cell.value, str))
        written = names(cells)
        return sum(known(written[at]) is not None for at in texts if at in written)

    row, cells = max(first, key=lambda pair: told(pair[1]))
    written = names(cells)
    columns = {at: known(text) or text for at, text in written.items()}
    heads = {columns[at]: text for at, text in written.items()}
    laid = Laid(grid, row, columns, heads)
    above = [number for number, _ in grid.rows if number < row]
    if above and not (ours and row == HEADER):
        place = Place.at(above[0], {}).cell()
        problems.append(Problem("N353", grid.name, above[0], values={"row": row}, cell=place))
    _said_of(laid, cells, problems)
    return laid


def _said_of(laid: Laid, header: Sequence[Cell], problems: Problems) -> None:
    """Say what of a sheet is not read, and what is hidden and read."""
    grid, below = laid.grid, [pair for pair in laid.grid.rows if pair[0] > laid.header]
    wrong = []
    for at, cell in enumerate(header):
        if cell.kind in ("formula", "error"):
            wrong.append(at)
            code = {"formula": "E354", "error": "E355"}[cell.kind]
            place = f"{letters(at)}{laid.header}"
            problems.append(Problem(code, grid.name, laid.header, str(cell.value), {}, place))
    loose = {
        at: row
        for row, cells in reversed(below)
        for at, cell in enumerate(cells)
        if cell.value is not None and at not in laid.columns and at not in wrong
    }
    for at, row in sorted(loose.items()):
        place = f"{letters(at)}{row}"
        problems.append(Problem("W351", grid.name, row, values={"column": letters(at)}, cell=place))
    if grid.unread or grid.wide:
        last = f"A{grid.unread}" if grid.unread else ""
        said = {"rows": EMPTY_ROWS, "columns": MOST_COLUMNS}
        problems.append(Problem("W350", grid.name, grid.unread or None, "", said, last))
    hidden = [f"{row}:{row}" for row, _ in below if row in grid.hidden_rows]
    hidden += [f"{letters(at)}:{letters(at)}" for at in laid.columns if at in grid.hidden_columns]
    if hidden:
        problems.append(Problem("N351", grid.name, values={"hidden": hidden}))
    if grid.hidden:
        problems.append(Problem("N352", grid.name))


def merged(laid: Laid, problems: Problems) -> bool:
    """Say which cells are merged where each must hold its own; whether any are."""
    last = max((row for row, _ in laid.grid.rows), default=0)
    found = [
        each
        for each in laid.grid.merged
        if each.rows[1] >= laid.header
        and each.rows[0] <= last
        and any(each.columns[0] <= at <= each.columns[1] for at in laid.columns)
    ]
    for each in found:
        place = each.name.partition(":")[0]
        said = {"area": each.name}
        problems.append(Problem("E358", laid.grid.name, each.rows[0], "", said, place))
    return bool(found)


class Reader:
    """Reads cells of one sheet as text, and keeps what is wrong with any of them.

    Parameters
    ----------
    sheet : str
        Its name.
    problems : Problems
        Gets what is wrong.
    style : NumberStyle
        In which a percentage is written.
    """

    def __init__(self, sheet: str, problems: Problems, style: NumberStyle) -> None:
        self.sheet, self.problems, self.style = sheet, problems, style
        self.failed = False

    def text(self, cell: Cell, place: str, kind: str = "") -> str:
        """Return a cell as text, a number as a `Numeral`; nothing, and a problem, where it is none.

        Parameters
        ----------
        cell : Cell
            As it was read.
        place : str
            As ``C7``.
        kind : str
            ``count`` or ``share`` where a percentage stands with its sign, ``of_one`` where it is a
            share of one, ``flag`` of yes or no, ``any`` of what nothing is known about.
        """
        value = cell.value
        if cell.kind == "formula":
            return self._refuse("E354", place, value)
        if cell.kind == "error":
            return self._refuse("E355", place, value)
        if cell.kind == "date":
            day = str(value.isoformat() if hasattr(value, "isoformat") else value)
            day = day.removesuffix("T00:00:00")
            return day if kind == "any" else self._refuse("E356", place, day)
        if cell.kind == "flag":
            if kind in ("flag", "any"):
                return "yes" if value else "no"
            return self._refuse("E359", place, str(value).upper())
        if cell.kind == "percent" and kind not in ("of_one", "any"):
            if kind in ("count", "share"):
                return self.percent(value, cell.format)
            shown, number = self.percent(value, cell.format), self.style.write(value)
            return self._refuse("E357", place, shown, number=number)
        if isinstance(value, (int, float)):
            return numeral(value)
        return "" if value is None else str(value).strip()

    def percent(self, value: float, shown: str) -> str:
        """Write a percentage with the digits that its cell shows."""
        found = re.search(r"\.([0#?]+)", shown)
        return f"{self.style.turned(f'{100.0 * value:.{len(found[1]) if found else 0}f}')} %"

    def _refuse(self, code: str, place: str, read: object, **values: object) -> str:
        self.failed = True
        row = int(re.sub(r"\D", "", place))
        self.problems.append(Problem(code, self.sheet, row, str(read), dict(values), place))
        return ""
