"""Reports: one self-contained page (`page`) of sections behind one table, from `results`.

Of a study that prices nothing the page is of `alone`; `evaluations` lists published ones. `sliders`
is the section that calculates in the page.
"""
