"""Reports: one self-contained page (`page`) of sections behind one table, from `results`.

Of a study that prices nothing the page is of `alone`; `evaluations` lists published ones. `report`
writes the page into a folder with its `figures`, and beside it the same as a `word` document.
`sliders` is the section that calculates in the page.
"""
