"""The audit: formulas, checks, and what it finds in the bundled studies."""
