"""Sections of what is counted beside the difference."""
