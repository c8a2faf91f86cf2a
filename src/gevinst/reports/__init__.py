"""Reports: one self-contained page, its sections behind one registry.

To add a section: write a module in `gevinst.reports.sections` with a `context`, a template of the
same name, and name it in `SECTIONS`. Sections compute nothing: they say what the results hold.
"""
