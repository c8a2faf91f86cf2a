"""Tests of workbooks as a way in, and what they share."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from gevinst.files.separated import read_csv
from gevinst.files.workbook.filled import filled_with
from gevinst.files.workbook.template import workbook
from gevinst.files.written.study import tables_of
from gevinst.study.study import Study
from gevinst.text.language import Lang
from gevinst.text.problems import Problems

Change = Callable[[Any], object]
"""What is done to a workbook of openpyxl."""


def as_workbook(study: Study, path: Path, lang: Lang = "da") -> Path:
    """Write a study as a workbook."""
    path.write_bytes(workbook(filled_with(*tables_of(study), lang), lang))
    return path


def of_folder(folder: Path, path: Path, lang: Lang = "da") -> Path:
    """Write a folder's files, right or wrong, as a workbook: every cell is text."""
    tables = {}
    for file in sorted(folder.glob("*.csv")):
        table = read_csv(file, Problems())
        wide = len(table.columns)
        tables[file.stem] = [
            dict(
                zip(table.columns, [c or None for c in [*cells, *[""] * wide][:wide]], strict=True)
            )
            for _, cells in table.lines
        ]
    settings = tomllib.loads((folder / "study.toml").read_text("utf-8"))
    path.write_bytes(workbook(filled_with(settings, tables, lang), lang))
    return path


def edited(path: Path, change: Change) -> Path:
    """Change a workbook as Excel would save it: formulas of the template as what they show."""
    book = load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    change(book)
    book.save(path)
    return path


def cells(sheet: str, values: Mapping[str, Any]) -> Change:
    """Return what puts values into cells."""

    def change(book: Any) -> None:
        for place, value in values.items():
            book[sheet][place] = value

    return change
