"""Does each published figure follow from its own inputs?

Each check is a small function of `Evidence` that yields findings; `registry` lists them. None knows
a study: only data and claims are written down, findings never.
"""
