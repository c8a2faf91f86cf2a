"""What is uncertain: a file each, and all of what it is in it.

`source` is what every source can do, `settings` what can be stated of one, `registry` lists them;
they draw `latents` and work on `cells`. `couplings` draws who went where, `terms` writes the
calculation out for shares in closed form.
"""
