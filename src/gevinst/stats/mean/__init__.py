"""The law of the mean of a small group: computed, not resampled.

`atoms` and `series` hold laws, `law` picks one, `many` does so for many data sets at once,
`bayesian` is that under random weights; `estimate` gives intervals, and `coverage` says how often
they held in what was measured.
"""
