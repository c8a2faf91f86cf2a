"""What would turn it, and what the tables prove.

`query` reads a question about citizens, `bounds` answers it over every table that fits, and
`switch_worth` says what the answer is worth; `fragility` counts citizens who would turn the sign,
`stress` those who would settle it, `break_even` moves one input at a time; `sensitivity` puts them
together, `robustness` writes them with witness and proof, and `verify` adds those up again.
"""
