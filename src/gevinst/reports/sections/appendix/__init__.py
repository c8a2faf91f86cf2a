"""Sections that stand behind the others, each in a fold."""
