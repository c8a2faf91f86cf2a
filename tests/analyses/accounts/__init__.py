"""Tests of the accounts beside the difference."""
