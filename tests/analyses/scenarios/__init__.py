"""Tests of the difference under every combination of choices."""
