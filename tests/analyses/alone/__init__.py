"""Tests of what stands in the place of a reference."""
