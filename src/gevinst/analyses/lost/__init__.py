"""Those who were lost: what the difference is by each assumption about them, and what it can be.

`assumed` says what an arm gained under one assumption, `estimates` the difference; `trimmed` what
those gained whom both arms would have kept; `patterns` goes through every course the dropouts can
have taken, and `tipping` says at which of them nothing is left; `flow` counts the people, and
`missing` puts all together.
"""
