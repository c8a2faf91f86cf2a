"""Whole commands are timed beside an import of the same round; no time is asserted here."""

from __future__ import annotations

import pandas as pd

from tests.conftest import STUDIES, script

FOLDER = STUDIES / "performance"


def test_every_line_is_held_against_the_import_of_its_round() -> None:
    """The import is one of itself, and every command is run for each study that has an answer."""
    commands = script(FOLDER / "commands.py")
    table = commands.measure(1, ("gain",))
    assert table["command"].tolist() == [commands.IMPORT, "--help", "gain", "gain"]
    assert table["times_import"][0] == 1.0
    ratios = table["seconds"] / table["seconds"][0]
    assert (ratios - table["times_import"]).abs().max() < 0.02


def test_the_committed_table_has_every_line() -> None:
    """No line is missing from the table that the readme quotes."""
    commands = script(FOLDER / "commands.py")
    table = pd.read_csv(FOLDER / "commands.csv")
    asked = [each[:2] for each in commands.lines(commands.COMMANDS)]
    kept = [each for each in asked if not commands.refused(*each)]
    assert list(zip(table["command"], table["study"], strict=True)) == kept
