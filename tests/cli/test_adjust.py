"""`adjust`: what it prints, and how it is asked."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.main import main
from tests.conftest import person_rows, to_csv


@pytest.fixture
def citizens(ishoj, folder: Path) -> str:
    """A study of invented citizens with an age."""
    frame = person_rows(ishoj)
    to_csv(frame.assign(age=[20 + 7 * k % 40 for k in range(len(frame))]), folder)
    return shlex.quote(str(folder))


def test_what_is_asked_in_python_is_printed(citizens, capsys) -> None:
    """Every option is the parameter of its name: the same summary, and the same JSON."""
    options = (
        "--covariates age --standardise control --strata cash_benefit_all,resource_programme_all "
        "--outcome cash_benefit_all --time 1 --moved left_out --confidence-level 0.9"
    )
    study = gv.read(shlex.split(citizens)[0])
    found = gv.adjust(
        study,
        covariates="age",
        weights="control",
        strata=["cash_benefit_all", "resource_programme_all"],
        outcome="cash_benefit_all",
        time="1",
        moved="left_out",
        confidence_level=0.9,
    )
    assert main(shlex.split(f"adjust {citizens} {options} --lang da")) == 0
    assert capsys.readouterr().out == found.summary("da") + "\n"
    assert main(shlex.split(f"adjust {citizens} {options} --json")) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps(found.to_dict()))
    assert {row["method"] for row in printed["methods"]} >= {"hc2", "lin_hc2", "logistic"}


def test_the_figure_takes_covariates(citizens, tmp_path: Path, capsys) -> None:
    """`figure methods --covariates` draws their rows and says what is held equal."""
    out = tmp_path / "methods.svg"
    asked = f"figure methods {citizens} --covariates age -o {out} --lang en --json"
    assert main(shlex.split(asked)) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert "g-computation" in drawn["alt"]
    assert drawn["caption"].endswith("these are held equal: benefit at start, age.")
    assert main(shlex.split(f"figure tornado {citizens} --covariates age")) == 2


def test_refusals(citizens, capsys) -> None:
    """A wrong value is named by its option, a wrong column by its code."""
    assert main(shlex.split(f"adjust {citizens} --covariates age --standardise own --lang en")) == 2
    assert "--standardise: read 'own'; covariates are read off" in capsys.readouterr().err
    assert main(shlex.split(f"adjust {citizens} --covariates ag --lang en")) == 1
    assert "E125" in capsys.readouterr().err
    assert main(["adjust", "ishoj-smc", "--covariates", "age"]) == 1
    assert "E129" in capsys.readouterr().err
