"""Amounts at their limits: every command answers or refuses, and its JSON is JSON."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.text.numerals import LARGEST
from tests.cli.test_refusals import OF_STUDY, of_study
from tests.conftest import run

MOST = f"{LARGEST:.0f}"

AMOUNTS = {
    "rates.csv": ("kr", "printed", "low", "high"),
    "lines.csv": ("kr", "units"),
    "activity.csv": ("kr",),
}
"""Columns of amounts in each table."""


def _all_amounts(folder: Path, amount: str) -> None:
    """Write one amount wherever a study's tables hold one, of what is drawn without a range."""
    for name, columns in AMOUNTS.items():
        if not (path := folder / name).exists():
            continue
        header, *lines = [line.split(";") for line in path.read_text("utf-8").splitlines()]
        for cells in lines:
            for column in set(columns) & set(header):
                at = header.index(column)
                if at < len(cells) and cells[at]:
                    cells[at] = amount
        path.write_text("\n".join(map(";".join, [header, *lines])) + "\n", "utf-8")


def _strictly(text: str) -> object:
    """Parse JSON as its standard has it."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"JSON holds {word}"))


@pytest.mark.parametrize("amount", [MOST, "0", "0,000000000000001"])
@pytest.mark.parametrize("name", sorted(gv.bundled()))
def test_no_json_holds_what_is_no_number(capsys, tmp_path: Path, name: str, amount: str) -> None:
    """Each command on a study all amounts of which are the largest, nothing, or next to it."""
    folder = tmp_path / "study"
    shutil.copytree(gv.bundled()[name], folder)
    _all_amounts(folder, amount)
    for command in OF_STUDY:
        place = {"report": "out", "figure": "out.svg"}.get(command)
        into = ["-o", str(tmp_path / place)] if place else []
        code, out, err = run(capsys, *of_study(command, str(folder)), *into, "--json")
        assert code in (0, 1), err
        assert code == 1 or _strictly(out)
        assert command != "gain" or amount != MOST or code == 0, err
        if command == "report" and code == 0:
            numbers = (tmp_path / "out" / "numbers.json").read_text("utf-8")
            assert _strictly(numbers)


OTHER: dict[str, Callable[[float], object]] = {
    "weights": lambda kr: gv.standardise(gv.load("ishoj-smc"), weights=[kr] * 2),
    "target": lambda kr: gv.break_even(gv.load("ishoj-smc"), target=kr),
    "E140": lambda kr: gv.person_gains(
        pd.DataFrame({"id": [1, 2], "arm": ["a", "b"], "s": [kr, 1.0], "e": [0.0, 0.0]}), "s", "e"
    ),
    "value": lambda kr: gv.stats.bound_functional([1, 1], [1, 1], np.full((2, 2), kr)),
    "extra_cost": lambda kr: gv.simulate(
        gv.load("ishoj-smc").assume("missing", extra_cost={"control": kr}), n=10
    ),
    "common_cv": lambda kr: gv.simulate(gv.load("ishoj-smc").assume("rates", common_cv=kr), n=10),
}
"""What is named in a refusal -> how an amount or a number is handed in."""


@pytest.mark.parametrize("named", OTHER)
@pytest.mark.parametrize("kr", [10 * LARGEST, 1e308])
def test_whatever_takes_an_amount_has_a_limit(named: str, kr: float) -> None:
    """Functions and settings refuse what is larger than any amount, by its name."""
    with pytest.raises(ValueError, match=named):
        OTHER[named](kr)


def test_the_largest_amount_is_one() -> None:
    """The limit itself is taken."""
    study = gv.load("ishoj-smc")
    assert math.isfinite(gv.break_even(study, target=LARGEST).inputs[0].value)
    frame = pd.DataFrame({"id": [1, 2], "arm": ["a", "b"], "s": [LARGEST, 1.0], "e": [0.0, 0.0]})
    assert gv.person_gains(frame, "s", "e")["a"] == [LARGEST]


@pytest.mark.parametrize("value", ["1e999", "-1e999", "nan", "inf", "9" * 400])
def test_a_setting_of_a_command_has_limits(capsys, value: str) -> None:
    """No setting takes what is no number, or has 400 digits."""
    for setting in (
        f"rates.common_cv={value}",
        f"missing.extra_cost=intervention:{value}",
        f"reported.real=0:{value}",
    ):
        code, out, err = run(capsys, "simulate", "ishoj-smc", "--draws", "3", "--assume", setting)
        assert (code, out) == (2, ""), err
        assert setting.split("=")[0] in err
