"""Separated: a CSV file split into rows of cells, and the table that it holds."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from gevinst.files.tables import TITLES, Table, read_text
from gevinst.text.form import one_form
from gevinst.text.numerals import DANISH, NumberStyle
from gevinst.text.problems import Problem, Problems

_SEPARATOR = re.compile(r"sep=([;,|\t])[;,|\s]*", re.IGNORECASE)
"""What Excel writes on a line before the header to say what stands between cells."""


def read_csv(path: Path, problems: Problems, style: NumberStyle = DANISH) -> Table:
    """Decode and split a CSV file; without columns, and a problem, where that cannot be."""
    text = read_text(path, problems)
    if text is None:
        return Table(path.name, problems)
    lines, fault = _split(text, path.name)
    if not lines:
        problems.append(fault or Problem("E005", path.name))
        return Table(path.name, problems)
    columns = list(map(one_form, lines[0][1]))
    return Table(path.name, problems, columns, lines[1:], fault=fault, style=style)


def _split(text: str, name: str) -> tuple[list[tuple[int, list[str]]], Problem | None]:
    """Split a text into rows of cells, each with the line it begins on, and say where it cannot be.

    Between cells stands what a first line ``sep=;`` says, else ``;``, a tab or ``,`` as the header
    has.
    """
    lines = list(io.StringIO(text, newline=""))
    said = _SEPARATOR.fullmatch(lines[0]) if lines else None
    skipped = 1 if said else 0
    header = next((line for line in lines[skipped:][:TITLES] if set(line) & set(";\t,")), "")
    found = next((mark for mark in ";\t" if mark in header), ",")
    between = said[1] if said else found
    # Not strict, a quotation mark that is left open would swallow rows up to the next one.
    reader = csv.reader(lines[skipped:], delimiter=between, strict=True)
    line = skipped + 1
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                if not rows:  # the header; Excel writes empty cells after it
                    cells = cells[: max(i for i, cell in enumerate(cells, 1) if cell)]
                rows.append((line, cells))
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        record = lines[line - 1 : skipped + reader.line_num]
        if str(error).startswith("field larger"):
            most = {"most": csv.field_size_limit()}
            return rows, Problem("E074", name, line, record[0][:40].strip(), most)
        if str(error) == "unexpected end of data":
            *_, last = next(csv.reader(record, delimiter=between))
            line += len(record) - max(1, len(list(io.StringIO(last, newline=""))))
        opened = lines[line - 1]
        return rows, Problem("E075", name, line, opened[opened.find('"') :][:40].strip())
    return rows, None
