"""A study as a whole: its name, its hash and its strata."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import gevinst as gv
from tests.conftest import cell

BROKEN = {
    'groups = ["cash_benefit_all", "resource_programme_all"]': {
        "": "E128",
        'groups = ["cash_benefit_all", "x"]': "E030",
        'groups = ["cash_benefit_all"]': "E123",
        'groups = ["cash_benefit_all", "resource_programme_all", "cash_benefit"]': "E124",
        'column = "sex"': "E126",
        'groups = ["cash_benefit_all", "resource_programme_all"]\ncolumn = "sex"': "E128",
    }
}


def test_a_folder_with_a_bundled_name(folder: Path, monkeypatch) -> None:
    """Of a folder and a bundled study of one name, none is taken in silence."""
    target = folder.parent / "ishoj-smc"
    monkeypatch.chdir(folder.parent)
    target.mkdir()
    assert gv.check("ishoj-smc")[0] is not None
    target.rmdir()
    folder.rename(target)
    study, problems = gv.check("ishoj-smc")
    assert study is None
    assert "Write ./ishoj-smc for the folder" in problems[0].say()
    assert problems[0].code == "E067"
    for path in ("./ishoj-smc", Path("ishoj-smc")):
        assert gv.check(path)[0] is not None
    assert gv.load("ishoj-smc").id == "ishoj-smc"


def test_no_study_of_that_name() -> None:
    """A name that is neither bundled nor a folder suggests what was meant."""
    with pytest.raises(gv.StudyError, match=r"E001 ishoj-scm.*do you mean: .*ishoj-smc"):
        gv.load("ishoj-scm")
    with pytest.raises(gv.StudyError, match="E179"):
        gv.read("no/such/folder")


def test_hash_is_of_content_not_of_formatting(folder: Path) -> None:
    """Commas for semicolons, other line ends, row order and number writing keep the hash."""
    import csv
    import io

    rows = list(csv.reader((folder / "counts.csv").read_text("utf-8").splitlines(), delimiter=";"))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([rows[0], *rows[:0:-1]])
    (folder / "counts.csv").write_bytes(out.getvalue().encode())
    cell("rates.csv", "144.372,81", "144372,81")(folder)
    cell("study.toml", "# --- who", "\n\n# --- somebody")(folder)
    original = gv.load("ishoj-smc")
    assert gv.read(folder).hash == original.hash
    assert original.choose(basis="printed").hash == original.hash
    cell("rates.csv", "144372,81", "144372,82")(folder)
    assert gv.read(folder).hash != original.hash


def test_hash_of_a_study_without_strata(ishoj) -> None:
    """Declared strata are part of a study's hash, and only where they are declared."""
    without = replace(ishoj, stratification=None)
    assert without.hash != ishoj.hash
    other = replace(ishoj.stratification, groups=ishoj.stratification.groups[::-1])
    assert replace(ishoj, stratification=other).hash != ishoj.hash


def test_broken_stratification(folder) -> None:
    """What is wrong in [stratification] is named with its code and a line of study.toml."""
    path = folder / "study.toml"
    whole = path.read_text("utf-8")
    for old, cases in BROKEN.items():
        for new, code in cases.items():
            assert old in whole
            path.write_text(whole.replace(old, new), "utf-8")
            _, problems = gv.check(folder)
            assert code in [p.code for p in problems.errors], (new, [p.say() for p in problems])
            at = next(p for p in problems.errors if p.code == code)
            assert at.file == "study.toml"
            assert at.line
