"""Tests of those who were lost."""
