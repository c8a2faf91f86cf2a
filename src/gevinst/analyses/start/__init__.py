"""The groups at start, and the difference as if both had had the same mix.

`baseline` shows who was in them, thing by thing (`balance`); `stratum_gains` what strata gained,
bounded by margins (`identified`) of all or of each stratum (`counted`); `standardise` one
standardised difference, `stratify` all of them; `adjustment` several methods where every citizen is
known, by strata and by covariates (`regressed`), and `citizen_frame` those citizens for other
tools.
"""
