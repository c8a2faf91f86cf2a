"""The only place that opens a file: study folders, person rows and bundled studies."""

from __future__ import annotations

from gevinst.files.draws import read_draws
from gevinst.files.figures import is_table, read_figures
from gevinst.files.folder import bundled, check, load, read
from gevinst.files.frames import from_persons, person_gains, read_persons

__all__ = [
    "bundled",
    "check",
    "from_persons",
    "is_table",
    "load",
    "person_gains",
    "read",
    "read_draws",
    "read_figures",
    "read_persons",
]
