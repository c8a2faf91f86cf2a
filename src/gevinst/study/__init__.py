"""What an evaluation states, and what follows at once.

`study` is the whole, of `named` things, `prices`, `claims` and `conventions`, and `digest` its
hash; `people` says who its citizens are as far as it is known, `strata` and `transitions` who can
be compared and who can have gone where.
"""
