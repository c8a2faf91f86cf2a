"""Containers: a study is the same wherever its tables stand, and messages name the place."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.files.container import Folder, Frames
from gevinst.files.separated import read_csv
from gevinst.files.studies import read_study
from gevinst.text.language import LANGUAGES
from gevinst.text.numerals import DANISH
from gevinst.text.problems import Problem, Problems
from tests.conftest import DATA, person_rows
from tests.files.test_broken_studies import BROKEN

READERS = (
    *("claims", "people", "settings", "choices", "stated"),
    *(f"priced/{name}" for name in ("rates", "lines", "means", "restated")),
    *(f"counted/{name}" for name in ("columns", "sets", "outcomes")),
)


def held(folder: Path, *, numbers: bool = False) -> Frames:
    """Put a folder's tables into data frames of text, or of numbers where there is no doubt."""
    frames = {}
    for path in folder.glob("*.csv"):
        table = read_csv(path, Problems())
        wide = len(table.columns)  # a frame's rows are all as wide
        rows = [
            [_cell(text, numbers) for text in [*cells, *[""] * wide][:wide]]
            for _, cells in table.lines
        ]
        frames[path.stem] = pd.DataFrame(rows, columns=list(table.columns), dtype=object)
    settings = tomllib.loads((folder / "study.toml").read_text("utf-8"))
    return Frames(frames, Problems(), settings)


def _cell(text: str, numbers: bool) -> Any:
    reading = DANISH.read(text)
    if not numbers or reading.value is None:
        return text or None
    return int(reading.value) if "," not in text else reading.value


@pytest.fixture(params=["ishoj-smc", "gladsaxe", "two_types"])
def stands(request: pytest.FixtureRequest) -> Path:
    """A folder of a study: of statuses, of lines, of two case types."""
    found = {name.split("-")[0]: path for name, path in gv.bundled().items()}
    own = DATA / request.param
    return own if own.exists() else found[request.param.split("-")[0]]


@pytest.mark.parametrize("numbers", [False, True])
def test_frames_hold_what_a_folder_holds(stands: Path, numbers: bool) -> None:
    """Tables and settings in Python give the study that the folder gives, warnings and all."""
    frames, folder = held(stands, numbers=numbers), Folder(stands, Problems())
    study, other = read_study(frames), read_study(folder)
    assert study is not None, [problem.say() for problem in frames.problems]
    assert other is not None
    assert study.hash == other.hash
    said = [(problem.code, problem.read) for problem in folder.problems]
    if numbers:  # a number is beyond doubt
        said = [pair for pair in said if pair[0] != "N020"]
    assert [(problem.code, problem.read) for problem in frames.problems] == said


def test_messages_name_a_frame_and_a_row(folder: Path) -> None:
    """What is wrong in a frame stands at its name and a row's position, in a setting at its key."""
    frames = held(folder, numbers=True)
    frames.frames["counts"].loc[4, "0"] = 2.5
    frames.frames["rates"].loc[0, "kr"] = float("inf")
    frames.stated["conventions"]["horizon"] = "yearly"
    assert read_study(frames) is None
    said = {(p.code, p.file, p.line, p.read) for p in frames.problems.errors}
    assert said == {
        ("E023", "counts", 5, "2.5"),
        ("E020", "rates", 1, "inf"),
        ("E030", "conventions", None, "yearly"),
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frames: frames.pop("rates"), "E003"),
        (lambda frames: frames.update(rates=pd.DataFrame()), "E005"),
        (lambda frames: frames["rates"].pop("kr"), "E010"),
    ],
)
def test_a_frame_that_is_not_there(folder: Path, change: Any, code: str) -> None:
    """A table that is missing, empty or lacks a column is said once, and no more."""
    frames = held(folder)
    change(frames.frames)
    assert read_study(frames) is None
    assert [(p.code, p.file, p.line) for p in frames.problems.errors] == [(code, "rates", None)]


FILES = re.compile(r"\.csv|CSV|\.toml|TOML|\\b(files?|fil|filen|filer)\\b|Excel", re.IGNORECASE)
"""What says that something is a file."""


def _is_of_files(problems: Iterable[Problem]) -> list[str]:
    """Return what problems say, in both languages, as if tables and settings were files."""
    said = (problem.say(lang) for problem in problems for lang in LANGUAGES)
    return [line for line in said if FILES.search(line)]


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_no_message_of_frames_is_of_files(folder: Path, name: str) -> None:
    """Whatever is wrong with frames, the place and the advice are of tables and settings."""
    BROKEN[name][0](folder)
    try:
        frames = held(folder)
    except (UnicodeDecodeError, RecursionError, ValueError):  # what no frame can hold
        return
    read_study(frames)
    assert _is_of_files(frames.problems) == []


ODD = {
    "E079": lambda study: gv.simulate(study, n=10),
    "E121": lambda _: gv.stratify(gv.load("gladsaxe")),
    "E122": lambda study: gv.stratify(replace(study, stratification=None)),
    "E126": lambda _: gv.stratify(gv.load("ishoj-smc"), strata="age"),
    "E129": lambda _: gv.adjust(gv.load("ishoj-smc")),
    "E151": lambda _: gv.bounds(gv.load("gladsaxe"), "cheaper"),
    "E030": lambda study: gv.simulate(study.assume("missing", extra_cost={"x": 1.0}), n=10),
    "E082": lambda study: gv.simulate(study.assume("outcomes", prior="perks", law="plug_in"), n=10),
    "E086": lambda study: gv.simulate(declared(study, "events"), n=10),
    "E087": lambda study: gv.simulate(declared(study, "suppressed"), n=10),
    "E041": lambda study: gv.from_persons(
        person_rows(study), replace(study, rate_maps={"x": np.full_like(study.rate_of, -1)})
    ),
}
"""Code -> a question to a study that is in hand, which says it."""


def declared(study: gv.Study, source: str) -> gv.Study:
    """Return a study that declares one more of our sources."""
    spec = replace(study.sources[0], name=source, settings={})
    return replace(study, sources=(*study.sources, spec))


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("code", ODD)
def test_no_message_of_a_study_in_hand_is_of_files(ishoj, code: str) -> None:
    """A study made of rows in Python may have no files: its problems name it, or the frame."""
    few = person_rows(ishoj, dropouts=False).groupby("arm").head(1 if code == "E079" else 99)
    with pytest.raises(gv.StudyError) as caught:
        ODD[code](gv.from_persons(few, ishoj))
    assert code in {problem.code for problem in caught.value.problems}
    assert {p.file for p in caught.value.problems} <= {"ishoj-smc", "gladsaxe", "frame"}
    assert _is_of_files(caught.value.problems) == []


@pytest.mark.parametrize("room", READERS)
def test_readers_know_no_path(room: str) -> None:
    """A reader gets a table or a section, wherever it stands."""
    code = (Path(gv.__file__).parent / "files" / f"{room}.py").read_text("utf-8")
    names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    assert not names & {"Path", "open", "read_csv", "read_text", "read_toml"}
    assert ".csv" not in code.replace("``counts.csv``", "")
