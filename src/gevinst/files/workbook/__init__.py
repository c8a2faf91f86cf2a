"""A workbook as what a study is read from, and written to.

`sheets` says which sheets and columns there are and what users see in their place. `cells` opens a
file, `laid` finds a sheet's header and reads its cells as text, `settings` reads the lists and
fields, `grid` the counts per group and time, and `read` is the container of it all. `filled` is
what stands in the sheets of a study, or of an older workbook, and `template` writes it to be filled
in.
"""
