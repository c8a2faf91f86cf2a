"""What counts alone say of who went where.

`tables` counts, bounds and draws tables, `paths` those of several times, `places` holds the integer
programme over them; `band` bounds the standard error of a mean change; `groups`, `stratum_bounds`,
`programme` and `largest_variance` bound what strata gained.
"""
