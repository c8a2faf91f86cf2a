"""Studies made in Python."""
