"""stats/margins."""
