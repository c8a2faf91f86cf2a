"""A study and what was drawn of it as rows of inputs: `build`, `citizens`, and whole `blocks`.

`by_time` keeps what rows spend apart by time, for what places it in years.
"""
