"""The only place that opens a file: study folders and bundled studies."""

from __future__ import annotations

from gevinst.files.figures import is_table, read_figures
from gevinst.files.folder import bundled, check, load, read

__all__ = ["bundled", "check", "is_table", "load", "read", "read_figures"]
