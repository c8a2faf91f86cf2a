"""One question each: the function and what it returns, in one file.

`gain`; `bootstrap`, `simulate` (with `draws`), `tornado`, `variance`; `outcome_tests`, `fits`;
`years` for what is longer than the study saw, `start` for the skewed start, `elsewhere` for effects
that others measured, `accounts` for what stands beside the difference, `audit` for the published
figures (`published` says what a figure is a number of), `provenance` for what made a result.
"""
