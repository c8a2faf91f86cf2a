"""report(study, out): one self-contained page, its sections behind one registry.

To add a section: write a module in `gevinst.report.sections` with a `context`, a template of the
same name, and name it in `SECTIONS`. Sections compute nothing: they say what the results hold.
"""

from __future__ import annotations

from gevinst.report.page import Results, analyse, render, report

__all__ = ["Results", "analyse", "render", "report"]
