"""stats/mean."""
