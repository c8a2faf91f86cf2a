"""The file of the rows of many studies: each study's are put behind the others' as they come.

A run that dies leaves the rows that it had, and at most a part of one study's, which the next run
leaves out. In memory is held where each study's rows stand, and not what they say.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from gevinst.analyses.many.rows import COLUMNS, Asked, Row, in_one_line, mark, state_of
from gevinst.files.many.found import One
from gevinst.files.output import held, refusal, write_file
from gevinst.study.people import COUPLINGS
from gevinst.study.study import Study
from gevinst.text.problems import Problem, StudyError

_WITHIN = COUPLINGS[:-1]
"""Couplings behind whose row another of the same study follows."""


class _Place(NamedTuple):
    """Where a study's rows stand in the file, in bytes, and whether they are an answer."""

    begin: int
    end: int
    answered: bool


class Rows:
    """The rows of many studies in a CSV file that is open.

    Parameters
    ----------
    path : Path
        Of the file.
    file : binary file
        Open for reading and writing, unbuffered.
    about : Asked
        What the rows are answers to.

    Raises
    ------
    StudyError
        If the file holds something else, or answers to something else.
    """

    def __init__(self, path: Path, file: IO[bytes], about: Asked) -> None:
        self._path, self._file = path, file
        self._about = dict(zip(about.columns, _cells(about.columns.values()), strict=True))
        self._places: dict[bytes, _Place] = {}
        self._latest: dict[str, bytes] = {}
        self._asked: dict[bytes, None] = {}
        self._begin = self._end = 0
        self._read()

    @property
    def others(self) -> int:
        """How many studies stand in the file that nobody asked for in this run."""
        return len(self._places.keys() - self._asked.keys())

    def known(self, one: One) -> bytes | None:
        """Return the mark of a study's rows, if the file has an answer of it.

        Of what is read from a path it is that of the last rows; what the study holds may have
        changed since.
        """
        found = self._latest.get(one.name)
        if found is not None and isinstance(one.given, Study):
            found = mark(one.name, state_of(one.given))
        place = None if found is None else self._places.get(found)
        return found if place is not None and place.answered else None

    def keep(self, known: bytes) -> None:
        """Note that rows which are there are asked for."""
        self._asked[known] = None

    def add(self, one: One, rows: Sequence[Row]) -> None:
        """Put a study's rows behind the others; what its path held before is out of date."""
        lines = b"".join(_line(row.values()) for row in rows)
        begin = self._end
        with _refused(self._path):
            self._file.seek(begin)
            while lines:  # a disk that is nearly full takes a part, and then refuses
                written = self._file.write(lines)
                self._end, lines = self._end + written, lines[written:]
        new = mark(one.name, rows[0])
        if not isinstance(one.given, Study):
            self._places.pop(self._latest.get(one.name, b""), None)
        self._note(one.name, new, _Place(begin, self._end, not rows[0]["problem"]))
        self._asked[new] = None

    def tidy(self) -> None:
        """Let the file hold each study once, in the order asked for, behind those not asked for."""
        with _refused(self._path):
            os.fsync(self._file.fileno())
        others = [each for each in self._places if each not in self._asked]
        wanted = [self._places[each] for each in (*others, *self._asked)]
        ends = [self._begin, *(place.end for place in wanted)]
        if [*(place.begin for place in wanted), self._end] == ends:
            return

        def write(file: IO[bytes]) -> None:
            for begin, end in ((0, self._begin), *((p.begin, p.end) for p in wanted)):
                self._file.seek(begin)
                file.write(self._file.read(end - begin))

        write_file(self._path, write)

    def _read(self) -> None:
        """Note where each study's rows stand, and take away a line that was not written whole."""
        lines = iter(self._file.readline, b"")
        if next(lines, b"") != _line(COLUMNS):
            raise StudyError([Problem("E403", str(self._path))])
        self._begin = self._end = begin = self._file.tell()
        before = b""
        for number, line in enumerate(lines, start=2):
            if not line.endswith(b"\n"):
                self._file.truncate(self._end)
                break
            row = self._row(line, number)
            new = mark(row["study"], row)
            if new != before or row["coupling"] == COUPLINGS[0]:  # else the study before goes on
                begin = self._end
            self._end += len(line)
            before = new if row["coupling"] in _WITHIN else b""
            if not before:
                self._note(row["study"], new, _Place(begin, self._end, not row["problem"]))

    def _note(self, name: str, new: bytes, place: _Place) -> None:
        self._places.pop(new, None)  # so that it stands last
        self._places[new], self._latest[name] = place, new

    def _row(self, line: bytes, number: int) -> Row:
        """Read a row, and hold it against what is asked."""
        try:
            (cells,) = csv.reader([line.decode()], strict=True)
            row = dict(zip(COLUMNS, cells, strict=True))
        except (ValueError, csv.Error):
            raise StudyError([Problem("E403", str(self._path), number)]) from None
        for column, ours in self._about.items():
            if (theirs := row[column]) != ours:
                values = {"column": column, "theirs": theirs or "–", "ours": ours or "–"}
                raise StudyError([Problem("E404", str(self._path), values=values)])
        return row


@contextmanager
def opened(path: Path, about: Asked) -> Iterator[Rows]:
    """Open a file of rows, made where it is not there, for this run alone.

    Raises
    ------
    StudyError
        If it holds something else, another run has it, or the disk refuses.
    """
    with ExitStack() as stack:
        with _refused(path):
            if not path.exists():
                write_file(path, lambda file: file.write(_line(COLUMNS)))
            # Nothing tells of another run where a disk has no locks.
            if not stack.enter_context(held(path, new=True)):
                raise StudyError([Problem("E405", str(path))])
            rows = Rows(path, stack.enter_context(path.open("r+b", buffering=0)), about)
        yield rows


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Say that a disk refuses where it does."""
    try:
        yield
    except OSError as error:
        raise refusal("E072", path, error) from error


def _cells(values: Iterable[object]) -> list[str]:
    """Write values as cells of one line."""
    return ["" if each is None else in_one_line([str(each)]) for each in values]


def _line(values: Iterable[object]) -> bytes:
    """Write values as a line of the file."""
    said = io.StringIO()
    csv.writer(said, lineterminator="\n").writerow(_cells(values))
    return said.getvalue().encode()
