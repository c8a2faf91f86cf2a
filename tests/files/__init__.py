"""Files: what is read, what is written, and what is wrong said at its place."""
