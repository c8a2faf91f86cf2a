"""Tables: columns and rows with the line each stands on, checked as they are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

from gevinst.files.places import Place, Shown
from gevinst.study.named import MOST
from gevinst.text.form import one_form
from gevinst.text.numerals import DANISH, LARGEST, NumberStyle, Numeral, Reading
from gevinst.text.problems import Problem, Problems, Said, suggest
from gevinst.text.reasons import of_system

TOTAL = (
    r"(?:alt )?i ?alt|samlet|samla|(?:sub-?|grand )?totala?t?s?|(?:sub|del|mellem|mellom)?summ?a?"
    r"|til ?sammen|tillsammans|sammanlagt|samtliga|in all|overall"
)
"""What sums are called."""

TOTAL_ROW = re.compile(rf"(?:{TOTAL})\b")
"""How the name of a row of sums begins, in small letters."""

PROSE = ("source", "quote")
"""What is read by people and compared with nothing."""

YEARS = range(1900, 2201)
"""Calendar years that a study can be of."""

TITLES = 10
"""So many lines a header is looked for below a title."""


def read_text(path: Path, problems: Problems) -> str | None:
    """Decode a file as utf-8 (with or without a mark), else as cp1252, which is noted."""
    if not path.is_file():
        problems.add("E003", path.name)
        return None
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add("E162", path.name, reason=of_system(error))
        return None
    if not raw.strip():
        problems.add("E005", path.name)
        return None
    if raw.startswith(b"PK\x03\x04"):
        problems.add("E178", path.name)
        return None
    if b"\x00" not in raw:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            problems.add("N006", path.name)
            return text
    problems.add("E004", path.name)
    return None


@dataclass(frozen=True)
class Table:
    """A table as it stands, of which nothing is checked yet.

    Parameters
    ----------
    name : str
        What its users see it called: ``counts.csv``.
    problems : Problems
        Gets everything that is wrong.
    columns : sequence of str
        Names; none where the table cannot be read at all, which has then been said.
    lines : sequence of (int, sequence of str)
        The cells of each row below the header, with the line it begins on.
    header : int or None
        The header's line, where there are such.
    fault : Problem or None
        Why the rows after these are not read, where there are more.
    typed : bool
        Whether a cell that is a number is a `Numeral`, as in a data frame; in a file all are text.
    style : NumberStyle
        How numbers are written in it.
    shown : Shown or None
        Of a sheet, whose lines are each a `Place`: what its users see.
    spare : mapping of str to int, or None
        Of prices that are rates called as statuses: the rates that no status is called as, with
        their lines. There may be no rows then.
    """

    name: str
    problems: Problems = field(repr=False)
    columns: Sequence[str] = ()
    lines: Sequence[tuple[int, Sequence[str]]] = field(default=(), repr=False)
    header: int | None = 1
    fault: Problem | None = None
    typed: bool = False
    style: NumberStyle = DANISH
    shown: Shown | None = None
    spare: Mapping[str, int] | None = None

    def rows(
        self,
        required: Iterable[str],
        optional: Iterable[str] | None = (),
        key: Sequence[str] = (),
        holds: Mapping[str, Callable[[str], bool]] = MappingProxyType({}),
    ) -> list[Row]:
        """Check the columns and each row's place among them.

        Parameters
        ----------
        required, optional : iterable of str
            Columns that must, and may, be there; others are warned about. None: any may.
        key : sequence of str
            Columns that together name a row: a second row with the same is a problem.
        holds : mapping of str to callable
            Whether a column can hold a text, for columns that could be swapped.

        Returns
        -------
        list of Row
            Empty where the table cannot be read at all.
        """
        required = list(required)
        if not self.columns or self._titled(set(required)):
            return []
        if self._divided_otherwise() or self._swapped(holds):
            return []
        rows: list[Row] = []
        seen: dict[tuple[str, ...], int] = {}
        before = len(self.problems.errors)
        complete = self._check_columns(required, optional)
        header = list(filter(None, self.columns))
        keyed = bool(key) and set(key) & set(required) <= set(self.columns)
        for line, read in self.lines:
            cells = [*map(_compared, self.columns, read), *read[len(self.columns) :]]
            if list(filter(None, cells)) == header:
                self.problem("E076", ", ".join(self.columns), line)
                continue
            if any(cells[len(self.columns) :]):
                self.problem("E012", len(cells), line, columns=len(self.columns))
                continue
            row = Row(dict(zip(self.columns, cells, strict=False)), self, line)
            name = tuple(row.text(column) for column in key)
            if keyed and name in seen:
                row.problem("E013", " / ".join(filter(None, name)), first=seen[name])
                continue
            seen[name] = line
            rows.append(row)
        if self.fault is not None:
            self.problems.append(self.fault)
        if not rows and len(self.problems.errors) == before and self.spare is None:
            self.problem("E005")
        # Without a column, or rows after a cell that does not end, the rest would say nothing true.
        return rows if complete and self.fault is None else []

    @property
    def faulty(self) -> bool:
        """Whether something is wrong with this table."""
        return any(problem.file == self.name for problem in self.problems.errors)

    def problem(
        self, code: str, read: object = "", line: int | None = None, **values: object
    ) -> None:
        """Add a problem at a line, or of the table as a whole; its texts know the decimal mark."""
        self.located(code, read, line, "", values)

    def located(
        self, code: str, read: object, line: int | None, within: str, values: Mapping[str, object]
    ) -> None:
        """Add a problem that is in a column, where it names none itself."""
        values = {"mark": self.style.decimal, **values}
        if self.shown is None:
            self.problems.add(code, self.name, line, read, **values)
            return
        column = str(values.get("column", within)).partition(" (x")[0]
        cell = self.shown.cell(values)
        if isinstance(line, Place):
            cell = line.cell(column, within, read)
        elif not cell and isinstance(self.header, Place):
            cell = self.header.cell(values.get("one"), column, read)
        said = str(self.shown.read(read, column))
        if isinstance(read, Numeral) and said == read:
            said = read
        found = Problem(code, self.name, line, said, self.shown.said(values), cell, True)
        if found not in self.problems:  # a row of a sheet can be several of a table
            self.problems.append(found)

    def _titled(self, required: set[str]) -> bool:
        """Say that the header stands further down, where it does."""
        if required <= set(self.columns):
            return False
        for line, cells in self.lines[:TITLES]:
            if required <= set(map(one_form, cells)):
                self.problem("E142", ", ".join(filter(None, self.columns)), self.header, at=line)
                return True
        return False

    @property
    def _header(self) -> str:
        """The columns as users see them."""
        heads = self.shown.heads if self.shown else {}
        return ", ".join(heads.get(column, column) for column in self.columns)

    def _divided_otherwise(self) -> bool:
        """Say, once, that rows have another separator than the header, as pasted ones have."""
        for line, cells in self.lines:
            first, *rest = *filter(None, cells), ""
            marks = max(map(first.count, "\t;,"))
            if not any(rest) and marks >= max(2, len(self.columns) - 1):
                self.problem("E173", first[:40], line)
                return True
        return False

    def _swapped(self, holds: Mapping[str, Callable[[str], bool]]) -> bool:
        """Say, once, that two columns hold each other's cells in most rows."""
        there = [column for column in holds if self.columns.count(column) == 1]
        for one, other in combinations(there, 2):
            places = [self.columns.index(column) for column in (one, other)]
            pairs = [
                [self._as_text(cells[place]) for place in places]
                for _, cells in self.lines
                if len(cells) > max(places)
            ]
            held = [(a, b) for a, b in pairs if holds[one](b) and holds[other](a)]
            odd = [(a, b) for a, b in held if not (holds[one](a) and holds[other](b))]
            if len(odd) > len(pairs) / 2:
                pair = zip((other, one), odd[0], strict=True)
                said = [str(self.shown.read(text, c)) if self.shown else text for c, text in pair]
                self.problem("E170", " / ".join(said), one=one, other=other)
                return True
        return False

    def _as_text(self, cell: str) -> str:
        """Write a cell as text of the table's style."""
        return self.style.turned(cell) if isinstance(cell, Numeral) else one_form(cell)

    def _check_columns(self, required: list[str], optional: Iterable[str] | None) -> bool:
        """Name every column that is missing, unknown or there twice; whether all are there once."""
        known = [*required, *(self.columns if optional is None else optional)]
        before = len(self.problems.errors)
        odd = [column for column in self.columns if column and column not in known]
        for column in required:
            if column not in self.columns:
                # Of a sheet, what may be it: a column of another name is one slip, and not two.
                read = ", ".join(odd) if self.shown and odd else self._header
                self.problem("E010", read, self.header, column=column)
        if self.shown and odd and len(self.problems.errors) > before:
            known += odd
        for column, times in Counter(self.columns).items():
            if times > 1:
                head = self.shown.heads.get(column, column) if self.shown else column
                self.problem("E010", head, self.header, column=f"{column} (x{times})")
            if column not in known:
                self.problem("W011", column, self.header, known=known)
        return len(self.problems.errors) == before


@dataclass(frozen=True)
class Row:
    """One row of a table; every reading that fails adds a problem with the row's line."""

    cells: Mapping[str, str]
    table: Table = field(repr=False)
    line: int

    def text(self, column: str) -> str:
        """Read a cell that may be empty."""
        return str(self.cells.get(column, ""))

    def needed(self, column: str) -> str:
        """Read a cell that must hold something."""
        text = self.text(column)
        if not text:
            self.problem("E014", column=column)
        return text

    def choice(self, column: str, known: Sequence[str]) -> str | None:
        """Read a cell that must be one of the known ids."""
        text = self.needed(column)
        if not text:
            return None
        if not known:
            # Of a sheet once, at its header.
            (self.table if self.table.shown else self).problem("E367", column=column)
            return None
        if text not in known and TOTAL_ROW.match(text.casefold()):
            self.problem("E174", text)
            return None
        if text not in known:
            self.problem("E030", text, column=column, known=suggest(text, known))
            return None
        return text

    def choice_or(self, column: str, known: Sequence[str]) -> str:
        """Read a cell that names one of the known words; an empty one means the first."""
        found = self.choice(column, known) if self.text(column) else None
        return known[0] if found is None else found

    def choice_or_all(self, column: str, known: Sequence[str]) -> list[str]:
        """Read a cell that names one of the known ids; an empty one means them all."""
        if not self.text(column):
            return list(known)
        found = self.choice(column, known)
        return [] if found is None else [found]

    def number(self, column: str) -> float | None:
        """Read a number that must be there."""
        return self.parse(column, self.needed(column))

    def number_or(self, column: str, default: float) -> float:
        """Read a number, or take the default where the cell is empty."""
        text = self.text(column)
        found = self.parse(column, text) if text else default
        return default if found is None else found

    def whole(self, column: str, least: int) -> int | None:
        """Read a whole number that must be there and be at least so large."""
        number = self.number(column)
        if number is None:
            return None
        if number != int(number) or not least <= number <= MOST:
            self.problem("E069", self.text(column), column=column, least=least)
            return None
        return int(number)

    def year(self, column: str) -> int | None:
        """Read a calendar year that must be there."""
        number = self.whole(column, 1)
        if number is not None and number not in YEARS:
            self.problem("E141", self.text(column), column=column)
            return None
        return number

    def parse(self, column: str, text: str, refused: str = "E020") -> float | None:
        """Read a number that a cell holds beside other text; None where there is none.

        `refused` is the code of what is no number.
        """
        if not text:
            return None
        cell = self.cells.get(column)
        own = self.table.style
        reading = Reading(float(cell)) if isinstance(cell, Numeral) else own.read(text)
        said = {"column": column, "style": Said(f"numbers.name.{own.code}")}
        if reading.value is None:
            if reading.readings:
                said["marks"] = Said(f"numbers.marks.{own.code}")
                self.problem("E021", Numeral(text), readings=" / ".join(reading.readings), **said)
            else:
                self.problem(refused, text, like=Said(f"numbers.like.{own.code}"), **said)
        elif abs(reading.value) > LARGEST:
            self.problem("E140", Numeral(text[:20]), column=column)
            return None
        elif reading.echo:
            self.problem("N020", Numeral(text), value=own.write(reading.value), **said)
        return reading.value

    def last_digit(self, column: str) -> float:
        """Unit of the last digit that a cell's number is printed with."""
        return self.table.style.last_digit(self.cells.get(column, ""))

    def problem(self, code: str, read: object = "", **values: object) -> None:
        """Add a problem at this row's line; in a sheet at the cell that holds what was read."""
        within = next((c for c, text in self.cells.items() if text and text == str(read)), "")
        if self.table.shown and isinstance(self.cells.get(within), Numeral):
            read = Numeral(self.table.style.turned(str(read)))
        self.table.located(code, read, self.line, within, values)


def _compared(column: str, cell: str) -> str:
    """Write a cell in the form it is compared in; a number and prose stay as they are."""
    return cell if column in PROSE or isinstance(cell, Numeral) else one_form(cell)
