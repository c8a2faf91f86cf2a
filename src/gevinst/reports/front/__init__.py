"""The first page: the answer on one screen, all of it from the results.

`verdict` says it, `axis` is what every picture on the page shares, `dots` and `rows` lie on it,
`people` shows who was where, `turns` says what would turn it; `page_one` puts them together.
"""
