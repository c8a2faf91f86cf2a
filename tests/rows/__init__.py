"""Rows of inputs: a study and its latents become quantities and prices."""
