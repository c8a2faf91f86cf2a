"""Counts read as sets."""
