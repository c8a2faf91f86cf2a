"""Arrays in, kroner out: one sum of products (`evaluate`), of `inputs`, into a `ledger`.

`axes` holds names, order and the contrast; `horizons` what a time counts for.
"""
