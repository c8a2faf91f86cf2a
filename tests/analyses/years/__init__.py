"""Longer than the study saw."""
