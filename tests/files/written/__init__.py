"""Studies written, to be read again."""
