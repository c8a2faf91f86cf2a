"""Arrays in, kroner out: one sum of products (`evaluate`), of `inputs`, into a `ledger`.

`axes` holds names, order and the contrast; `horizons` what a time counts for, `flows` how much
falls in which year, and `discounting` what that is worth at the start.
"""
