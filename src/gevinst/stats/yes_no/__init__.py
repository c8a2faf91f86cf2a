"""Counts of yes and no.

`odds_ratio` compares two groups over strata; `misclassified` gives the share of those who are what
a test that errs finds them to be.
"""
