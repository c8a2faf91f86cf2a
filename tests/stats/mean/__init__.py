"""The exact law of a resampled mean, and its intervals."""
