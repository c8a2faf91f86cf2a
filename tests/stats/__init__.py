"""Arrays: what needs no study."""
