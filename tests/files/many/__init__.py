"""Tests of many studies at once."""
