"""The workbook of a study: `book` writes it, a module a sheet.

`live` holds formulas with their values, `sheet` writes cells. `inputs` is what a user changes;
`calculation`, `citizens` and `turning` follow it; `answer` is the first page, `values` the rest.
"""
