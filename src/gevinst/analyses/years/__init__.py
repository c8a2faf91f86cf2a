"""Longer than the study saw: the difference by year, its present value, and when it is paid back.

`asked` places a study's costs in years and says what comes after the last of them, `years` draws,
`result` is the answer, `payback` says from which year on a sum stays above zero, and `said` puts
it in words and in a figure.
"""
