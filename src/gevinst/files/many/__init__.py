"""Many studies at once: found, read and asked by several processes, and their rows in one file."""
