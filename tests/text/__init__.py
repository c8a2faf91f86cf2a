"""Words: both languages, numbers as they are written, and what is wrong."""
