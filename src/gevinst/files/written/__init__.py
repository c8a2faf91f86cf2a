"""A study as what it would be read from: tables and settings, a folder of them, a script.

`rows` writes the tables, `priced` those of money, `effects` those of effects from elsewhere and
`stated` the settings, as Python holds them; `study` writes both as files (`toml` the settings),
`script` as the call that makes the study, and `new` whichever of them its name says, or a workbook
to fill in.
"""
