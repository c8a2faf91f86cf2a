"""Refusals: whatever a command is given, it ends with an exit code and messages, no traceback."""

from __future__ import annotations

import os
import shutil
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from gevinst.cli import main as cli
from gevinst.cli.commands import COMMANDS
from gevinst.text.problems import StudyError, WrongValueError
from tests.conftest import cell, run

OF_STUDY = [c.name for c in COMMANDS if any(option.names == "study" for option in c.options)]

NO_TEXT = os.fsdecode(b"\xff\xfe")
"""What a path or an argument can hold that is not utf-8."""

GIVEN = (
    "",
    " ",
    ",",
    "x",
    "-1",
    "0",
    "nan",
    "1e999",
    "9" * 5000,
    NO_TEXT,
    "é" * 300,
    "\x1b[2J\u202e",
)
"""What an option may be given."""


@pytest.fixture(autouse=True)
def in_two_languages(monkeypatch) -> None:
    """Hold every error that ends a command against those that have a Danish and an English text."""
    explain = cli._explain

    def explained(error: BaseException, options: Namespace) -> int:
        assert isinstance(error, (StudyError, WrongValueError, OSError)), repr(error)
        return explain(error, options)

    monkeypatch.setattr(cli, "_explain", explained)


def _quick(command: str) -> list[str]:
    return ["--draws", "3"] if command in ("simulate", "report") else []


def _refused(done: tuple[int, str, str], *, shown: bool = False) -> None:
    """Hold the end of a command against what is promised of a refusal."""
    code, out, err = done
    assert code in (0, 1, 2), err
    assert "Traceback" not in err
    assert "Warning" not in err
    assert not set(err + out) & {"\x1b", "\u202e", "\x00"}
    if code:
        assert err.strip()
        assert shown or out == ""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_whatever_an_option_is_given(capsys, monkeypatch, tmp_path: Path, command) -> None:
    """Each option of each command, with each odd value."""
    monkeypatch.chdir(tmp_path)
    study = ["ishoj-smc"] if command.name in OF_STUDY else []
    for option in command.options:
        if option.type is None or option.names == "study":
            continue
        for value in GIVEN:
            spelling = option.names.split()[-1]
            words = [command.name, *study, *_quick(command.name), f"{spelling}={value}"]
            _refused(run(capsys, *words))


def _file(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def _no(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _folder_for(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return change


FILES = ("study.toml", "counts.csv", "rates.csv", "prices.csv", "lines.csv", "published.csv")
BROKEN = {
    "untouched": lambda folder: None,
    "nested": _file("study.toml", b"a = " + b"[" * 20_000),
    "digits": _file("study.toml", b"a = " + b"9" * 20_000),
    "member": cell("study.toml", 'members = ["', 'members = ["misspelt", "'),
    "control": cell("study.toml", 'language = "da"', 'language = "d\\u001ba"'),
    **{f"no {name}": _no(name) for name in FILES},
    **{f"folder {name}": _folder_for(name) for name in FILES},
    **{
        f"{what} {name}": _file(name, content)
        for name in FILES
        for what, content in (
            ("empty", b""),
            ("binary", bytes(range(256))),
            ("words", b"a;b\n\xe6;\x1b[2J\n"),
            ("quotes", b'"' * 999),
        )
    },
}
"""What may be wrong with a study's folder."""


@pytest.mark.parametrize("broken", BROKEN)
def test_whatever_a_study_holds(capsys, monkeypatch, folder: Path, broken: str) -> None:
    """Each command on each broken study; what is said names a problem's code."""
    monkeypatch.chdir(folder.parent)
    BROKEN[broken](folder)
    quick = ("check", "gain", "audit") if broken == "untouched" else OF_STUDY
    for command in quick:
        done = run(capsys, command, str(folder), *_quick(command))
        _refused(done, shown=command == "check")


def test_whatever_stands_for_a_study(capsys, monkeypatch, tmp_path: Path, folder: Path) -> None:
    """Each command on what is no study; and on one in a folder whose name is not utf-8."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.xlsx").write_bytes(b"PK")
    (tmp_path / "bare.csv").write_bytes(b"a;b\n1;\xff\n")
    (tmp_path / "loop").symlink_to("loop")
    named = ["empty", "file.xlsx", "bare.csv", "loop", "none", "", " ", "x" * 300, "x/" * 3000]
    named += [NO_TEXT, "\x1b[2J", "~nobody/study", "/dev/null", "ishoj-smc/x"]
    for command in OF_STUDY:
        for name in named:
            code, out, err = done = run(capsys, command, name, *_quick(command))
            _refused(done)
            assert (code, bool(err)) != (0, True)
    odd = tmp_path / NO_TEXT
    shutil.copytree(folder, odd)
    for command in OF_STUDY:
        assert run(capsys, command, str(odd), *_quick(command), "--json")[0] == 0
    out = str(odd / NO_TEXT)
    code, said, _ = run(capsys, "report", str(odd), *_quick("report"), "--out", out)
    assert code == 0
    assert "\\udcff" in said
