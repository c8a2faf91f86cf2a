"""Reports: one self-contained page (`page`) of sections behind one table, from `results`."""
