"""Tables of published figures without a study around them, for those who only check a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from gevinst.files.bare.printed import read_printed
from gevinst.files.claims import read_published
from gevinst.files.container import SETTINGS
from gevinst.files.separated import read_csv
from gevinst.study.claims import Published
from gevinst.text.numerals import DANISH, NumberStyle
from gevinst.text.problems import Problems, StudyError


def is_table(path: str | Path) -> bool:
    """Whether a path is a CSV file, or a folder with CSV files and no study.toml."""
    path = Path(path)
    if path.is_dir():
        return not (path / SETTINGS).exists() and any(path.glob("*.csv"))
    return path.suffix == ".csv" and path.is_file()


def read_figures(
    path: str | Path, problems: Problems | None = None, style: NumberStyle = DANISH
) -> tuple[Published, ...]:
    """Read published figures from a CSV file, or from all those of a folder.

    Parameters
    ----------
    path : str or Path
        A table with the columns of ``published.csv`` (figure, value, unit, rounding, source, and
        as many others as help), or one as it is printed: names in the first columns, numbers in the
        others. In the latter rows and columns that are called a total or an average, in Danish,
        Norwegian, Swedish or English, are read as such of those before them.
    problems : Problems, optional
        Gets notes of what was read otherwise than it is printed.
    style : NumberStyle, optional
        How their numbers are written.

    Raises
    ------
    StudyError
        With every problem found.
    """
    problems = Problems() if problems is None else problems
    path = Path(path)
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    found: list[Published] = []
    for file in files:
        table = read_csv(file, problems, style)
        stem = f"{file.stem}." if len(files) > 1 else ""
        found += read_published(table) if "figure" in table.columns else read_printed(table, stem)
    ids = [figure.id for figure in found]
    for twice in (name for name, times in Counter(ids).items() if times > 1):
        problems.add("E013", path.name, None, twice, first=ids.index(twice) + 1)
    if problems.errors:
        raise StudyError(problems)
    return tuple(found)
