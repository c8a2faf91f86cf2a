"""The only place that opens a file.

A `container` holds `tables` and settings (`toml`): a folder, a set of data frames, or a `workbook`,
whose `places` are cells. `settings`
reads what a study names, and `choices` what it compares and rests on; `people`, `claims`, `counted`
(counts and outcomes) and `priced` (rates, lines, means, and the money they are in) read tables
against that, as `stated` keeps both; `studies` finds a study and puts it together. `frames` puts
person rows into one, `made` makes one in Python, `written` writes one; `bare` reads a table without
a study; `template` reads a document whose styles a report takes. What is written goes through
`output`; `draws` does.
"""
