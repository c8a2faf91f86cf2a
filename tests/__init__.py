"""Tests; helpers are shared through `tests.conftest`."""
