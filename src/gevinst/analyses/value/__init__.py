"""What it is worth to know more before something is decided.

`information` asks it for a `decision`, from the difference `given` some sources; `kept` holds the
inputs that a simulation keeps, from which others can find it their own way.
"""
