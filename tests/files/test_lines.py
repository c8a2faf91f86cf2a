"""Cost lines: what is read of them, and what does not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import gevinst as gv
from tests.conftest import DATA, cell


def test_lines_of_one_rate_basis(folder) -> None:
    """A line under one basis needs an amount under every other; an uncounted group is refused."""
    path = folder / "lines.csv"
    text = path.read_text("utf-8")
    path.write_text("\n".join(text.splitlines()[:-1]) + "\n", "utf-8")
    _, problems = gv.check(folder)
    assert "E090" in {problem.code for problem in problems.errors}
    path.write_text(
        text.replace("kr;citizen;other_provider;published", "kr;group;other_provider;published"),
        "utf-8",
    )
    _, problems = gv.check(folder)
    assert "E089" in {problem.code for problem in problems.errors}


def test_a_rate_basis_changes_the_amount_alone(folder) -> None:
    """Other units or another probability under another basis would be used under both."""
    path = folder / "lines.csv"
    text = path.read_text("utf-8")
    row = next(line for line in text.splitlines() if ";low_after_start;" in line)
    for changed in (row.replace(";no;", ";yes;"), row.replace(";citizen;", ";group;")):
        path.write_text(text.replace(row, changed), "utf-8")
        _, problems = gv.check(folder)
        assert "E099" in {problem.code for problem in problems}


def test_a_line_for_all_strata_and_for_one(tmp_path: Path) -> None:
    """A row without a stratum and one with it are two amounts for one cell."""
    folder = tmp_path / "study"
    shutil.copytree(DATA / "two_types", folder)
    row = "intervention;;casework;not_stated;50;"
    cell(
        "lines.csv",
        row,
        row.replace(";;", ";type_b;") + "kr;;municipality;;;;fixed;;;estimate;x\n" + row,
    )(folder)
    (error,) = gv.check(folder)[1].errors
    assert (error.code, error.line) == ("E013", 7)
    assert "first: 6" in error.say()


def test_lines_that_do_not_fit(tmp_path: Path) -> None:
    """Shares, probabilities and shared rates of cost lines are held against what they can be."""
    source = DATA / "two_types"
    for old, new, code in (
        ("municipality=0,7 state=0,3", "municipality=0,7 state=0,4", "E058"),
        ("municipality=0,7 state=0,3", "municipality=1,7 state=0,3", "E059"),
        ("0,1;yes", "1,1;yes", "E059"),
        ("7-12;700;kr;benefit_half", "7-12;710;kr;benefit_half", "E063"),
        ("state=0,3", "region=0,3", "E030"),
    ):
        folder = tmp_path / code / old[:3]
        shutil.copytree(source, folder)
        cell("lines.csv", old, new)(folder)
        with pytest.raises(gv.StudyError) as caught:
            gv.read(folder)
        assert code in [p.code for p in caught.value.problems]
