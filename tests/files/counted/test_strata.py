"""Counts per stratum, as they are read and written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import gevinst as gv
from gevinst.files.studies import check
from gevinst.study.named import STRATUM
from gevinst.text.problems import Problem
from tests.conftest import DATA, cell

COUNTS = "counts.csv"
TOP = "study.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of counts per stratum to break."""
    return Path(shutil.copytree(DATA / "counted", tmp_path / "counted"))


def problems(folder: Path) -> list[Problem]:
    """What is wrong with a folder."""
    return check(folder)[1].errors


def test_strata_add_up_to_the_counts() -> None:
    """Each arm's counts are the sum of its strata's, who are named by [[strata]]."""
    study = gv.read(DATA / "counted")
    assert study.stratum_counts.shape == (2, 2, 2, 4)
    assert (study.stratum_counts.sum(axis=1) == study.counts).all()
    assert study.stratum_counts[0, 1].tolist() == [[1, 4, 0, 0], [2, 2, 1, 0]]
    assert study.stratification is not None
    assert study.stratification.column == STRATUM
    assert [each.id for each in study.stratification.strata] == ["north", "south"]
    assert study.axes.strata == ("all",)
    assert (study.blocks == study.stratum_counts).all()


def test_without_strata_nothing_is_kept(ishoj: gv.Study) -> None:
    """A study without them is the one it was, in one block."""
    assert not ishoj.stratum_counts.size
    assert (ishoj.blocks[:, 0] == ishoj.counts).all()


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: None,
        cell(TOP, 'id = "north"', 'id = "north"\ncitizens = 300'),
        cell(
            TOP, "[[strata]]", '[stratification]\nen = "office"\ncolumn = "stratum"\n\n[[strata]]'
        ),
    ],
)
def test_written_and_read_again_it_is_the_same(
    folder: Path, change: Callable[[Path], None], tmp_path: Path
) -> None:
    """As a folder and as tables: counts, labels, and how many each stratum stands for."""
    change(folder)
    if "citizens = 300" in (folder / TOP).read_text("utf-8"):
        cell(TOP, 'id = "south"', 'id = "south"\ncitizens = 0')(folder)
    study = gv.read(folder)
    gv.write(study, tmp_path / "again")
    again = gv.read(tmp_path / "again")
    tables = gv.from_tables(**gv.to_tables(study))
    assert study.hash == again.hash == tables.hash
    assert np.array_equal(again.stratum_counts, study.stratum_counts)


def test_other_numbers_of_citizens_are_other_studies(folder: Path) -> None:
    """What is counted in which stratum is part of the study, the total being the same."""
    first = gv.read(folder).hash
    cell(COUNTS, "north;benefit;5;2", "north;benefit;4;2")(folder)
    cell(COUNTS, "north;programme;2;1", "north;programme;3;1")(folder)
    cell(COUNTS, "south;benefit;1;2", "south;benefit;2;2")(folder)
    cell(COUNTS, "south;programme;4;2", "south;programme;3;2")(folder)
    assert gv.read(folder).hash != first


BROKEN: dict[str, Callable[[Path], object]] = {
    "E330": cell(COUNTS, "north;benefit;5;2", "north;benefit;5;3"),
    "E331": cell(COUNTS, "north;job;0;3", "north;job;0;<5"),
    "E332": lambda folder: (folder / COUNTS).write_text(
        "".join(
            f"{line};{end}\n"
            for line, end in zip(
                (folder / COUNTS).read_text("utf-8").splitlines(),
                ("dropouts", "1", *[""] * 20),
                strict=False,
            )
        ),
        "utf-8",
    ),
    "E333": cell(
        TOP, "[[strata]]", '[stratification]\nen = "start"\ngroups = ["benefit"]\n\n[[strata]]'
    ),
    "E335": lambda folder: (
        cell(TOP, "[[strata]]", "[[was]]")(folder) or cell(TOP, "[[strata]]", "[[was]]")(folder)
    ),
    "E336": cell(
        TOP,
        "[[strata]]",
        '[alternatives.weights.other]\nen = "other"\ncitizens = { north = 1, south = 2 }\n\n'
        "[[strata]]",
    ),
    "E338": cell(TOP, 'id = "north"', 'id = "north"\ncitizens = 300'),
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_is_wrong_is_said(folder: Path, code: str) -> None:
    """Each by its code, in both languages."""
    BROKEN[code](folder)
    found = [problem for problem in problems(folder) if problem.code == code]
    assert found
    for lang in ("da", "en"):
        assert "{" not in found[0].say(lang)


def test_a_stratum_that_changes_names_its_row_and_both_numbers(folder: Path) -> None:
    """Seven citizens before and eight after: the first row of the stratum, and the sum too."""
    BROKEN["E330"](folder)
    (changed,) = (each for each in problems(folder) if each.code == "E330")
    assert (changed.file, changed.line, changed.read) == (COUNTS, 2, "8")
    assert changed.values["citizens"] == 7
    assert changed.values["stratum"] == "north"
    assert "E040" in {each.code for each in problems(folder)}


def test_a_citizen_counted_in_another_stratum_is_said(folder: Path) -> None:
    """The arm's sum can be right where those of two strata are not."""
    cell(COUNTS, "intervention;north;job;0;3", "intervention;north;job;0;4")(folder)
    cell(COUNTS, "intervention;south;job;0;1", "intervention;south;job;0;0")(folder)
    assert [each.code for each in problems(folder)] == ["E330", "E330"]


def test_an_unknown_stratum_is_said(folder: Path) -> None:
    """With the ids that there are."""
    cell(COUNTS, "intervention;north;job", "intervention;west;job")(folder)
    assert "E030" in {each.code for each in problems(folder)}
