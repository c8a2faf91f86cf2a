"""What would turn it, and what the tables prove.

`query` reads a question about citizens, `bounds` answers it over every table that fits, and
`switch_worth` says what the answer is worth. `fragility` counts citizens who would turn the sign
(`ends` says what one does, `switching` who where switches are impossible, `without_one` leaves one
out), `stress` those who would settle it; `break_even` moves one of the `inputs` at a time, and
`sensitivity` puts them together. `robustness` writes claims with witness and proof, and `verify`
adds those up again.
"""
