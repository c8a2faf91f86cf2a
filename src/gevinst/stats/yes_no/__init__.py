"""Counts of yes and no.

`odds_ratio` compares two groups over strata; `newcombe` gives the interval of a difference of two
shares, `printed` the counts that a printed percentage can be; `misclassified` gives the share of
those who are what a test that errs finds them to be; `measures` what an effect does to a share.
"""
