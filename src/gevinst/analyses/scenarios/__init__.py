"""Scenarios: the same difference under every combination of choices that a study leaves open.

`axes` are the choices, `specify` calculates under each combination, `over_time` puts the rules of
time side by side, and `specifications` holds the answer.
"""
