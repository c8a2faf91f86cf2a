"""Every word and number a user reads or types.

`language` writes texts and numbers, in the `voice` of a study; `numerals` reads numbers, `problems`
says what is wrong, and `result` is what every answer can do. The texts stand in en.toml and
da.toml.
"""
