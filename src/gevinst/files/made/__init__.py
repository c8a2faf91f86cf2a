"""Made in Python: data frames of any shape as tables, and a study of them and of dicts.

`cells` writes a frame as the columns and rows that every reader takes; `stated` writes arguments
as study.toml would hold them; `study` puts both together.
"""
