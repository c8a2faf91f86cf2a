"""What an evaluation states, and what follows at once.

`content` is what it states, of `named` things, `prices` (`restated`, where they were stated in
other money), `elsewhere` (effects that others measured), `claims`, `outcomes` and `conventions`,
and `digest` its hash; `study` is what a calculation reads of it. `people` says who its citizens
are as far as it is known, `strata` and `transitions` who can be compared and who can have gone
where.
"""
