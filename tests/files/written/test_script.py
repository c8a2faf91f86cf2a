"""A script to start from runs as it is, and makes the study that it is like."""

from __future__ import annotations

import io
import json
import runpy
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

import gevinst as gv
from gevinst.files.written.script import literal, write_script
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import WrongValueError
from tests.conftest import run
from tests.files.written.invented import invented


def _run(path: Path) -> tuple[gv.Study, str]:
    """The study that a script makes, and what it prints."""
    said = io.StringIO()
    with redirect_stdout(said):
        made = runpy.run_path(str(path))
    return made["study"], said.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_runs_as_it_is(tmp_path: Path, lang: str) -> None:
    """Without a study to be like: no warning, no finding that a figure does not follow."""
    study, said = _run(write_script(tmp_path / "new.py", language(lang)))
    assert study.language == lang
    assert language(lang).kr(12_500) in said
    assert gv.gain(study).difference == pytest.approx((750 - 300 - 300) / 12 * 1000)
    assert not gv.audit(study).not_rebuilt()


@pytest.mark.parametrize("name", ["ishoj-smc", "gladsaxe"])
def test_a_script_is_like_its_study(tmp_path: Path, name: str) -> None:
    """With --like it holds the study's tables, and prints its answer in the language."""
    path = tmp_path / "like.py"
    study = gv.load(name)
    made, said = _run(write_script(path, language("da"), study))
    assert made.hash == study.hash
    assert made.conventions == study.conventions
    assert gv.gain(study).summary("da") in said


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("seed", range(6))
def test_scripts_of_invented_studies_make_them(tmp_path: Path, seed: int) -> None:
    """Persons, suppressed counts and odd marks in labels stand in a script too."""
    study = gv.from_tables(**invented(seed))
    path = write_script(tmp_path / "new.py", language("en"), study)
    code = path.read_text("utf-8").partition("\nprint(")[0]
    made: dict[str, Any] = {}
    exec(compile(code, str(path), "exec"), made)  # noqa: S102 - written here
    assert made["study"].hash == study.hash


@pytest.mark.parametrize(
    "value",
    [
        "it's",
        'so "said"',
        """both " and '""",
        "back\\slash\n",
        "<5",
        [1, 2.5, None, True, -12_345, 1e22, 0.1, 1e-9],
        {"a": {"b": ["x" * 60, "y" * 60]}, "æ": []},
    ],
)
def test_a_literal_is_its_value(value: object) -> None:
    """Python reads it as the value that was written."""
    assert eval(literal(value)) == value  # noqa: S307 - written here


def test_the_command(capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`new` writes once, refuses a second time, and refuses what it cannot write in one line."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "new", "a.py", "--json", "--lang", "en")
    assert (code, json.loads(out)) == (0, {"study": None, "file": "a.py"})
    before = Path("a.py").read_bytes()
    code, out, err = run(capsys, "new", "a.py", "--like", "ishoj-smc", "--lang", "en")
    assert (code, out) == (1, "")
    assert "E205 a.py" in err
    assert Path("a.py").read_bytes() == before
    for name in ("a.xls", "a.csv", "a.HTML"):
        code, out, err = run(capsys, "new", name, "--lang", "en")
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert "name ending in .py" in err
    code, _, err = run(capsys, "new", "b.py", "--like", "nothing", "--lang", "en")
    assert code == 1
    assert "E001" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_what_cannot_be_written_is_said_in_python_too(tmp_path: Path) -> None:
    """A name that is of no script is refused before anything is written."""
    with pytest.raises(WrongValueError, match="workbook"):
        write_script(tmp_path / "a.xlsx", language("en"))
    assert list(tmp_path.iterdir()) == []
