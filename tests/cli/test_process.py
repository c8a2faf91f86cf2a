"""The command line as a process: streams that take nothing, Ctrl-C, warnings, languages."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from gevinst.cli import main as cli
from gevinst.cli import output
from gevinst.text.language import LANGUAGES, language
from tests.conftest import run

GEVINST = [sys.executable, "-m", "gevinst"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="it has no such devices and signals")


def ends(arguments: list[str], **streams: object) -> tuple[int, str]:
    """Run a process: its exit code, and what it said on standard error."""
    given = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **streams}
    done = subprocess.run(arguments, **given, text=True)
    return done.returncode, done.stderr or ""


@posix
@pytest.mark.parametrize("buffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments", [["--help"], ["gain", "--help"], ["--version"], ["studies"], ["studies", "--json"]]
)
def test_a_full_standard_output(arguments: list[str], buffered: str) -> None:
    """Where standard output takes no more, that is said, once, and the exit code is 1."""
    environment = {**os.environ, "PYTHONUNBUFFERED": buffered}
    with Path("/dev/full").open("w") as full:
        done = ends([*GEVINST, *arguments], stdout=full, env=environment)
    assert done == (1, "gevinst: standard output: the disk is full\n")


@posix
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_reader_that_has_read_enough(buffered: str) -> None:
    """A pipe that nobody reads any more ends a command without a word."""
    environment = {**os.environ, "PYTHONUNBUFFERED": buffered}
    for arguments in (["--help"], ["gain", "ishoj-smc", "--json"]):
        read, write = os.pipe()
        os.close(read)
        done = ends([*GEVINST, *arguments], stdout=write, env=environment)
        os.close(write)
        assert done == (0, "")


@posix
@pytest.mark.parametrize(("arguments", "code"), [(["studies"], 0), (["gain", "none"], 1), ([], 2)])
def test_streams_that_are_closed_or_full(arguments: list[str], code: int) -> None:
    """What cannot be said on standard error changes no exit code."""
    closing = f"{sys.executable} -m gevinst {' '.join(arguments)}"
    assert ends(["sh", "-c", f"{closing} 2>&-"], stderr=None)[0] == code
    assert ends(["sh", "-c", f"{closing} 2>/dev/full"], stderr=None)[0] == code
    assert ends(["sh", "-c", f"{closing} >&-"])[0] == code


STOPPED = [f"{language(lang)('cli.stopped')}\n" for lang in LANGUAGES]

INTERRUPTED = """
import os, signal, sys
from importlib.abc import MetaPathFinder

class Finder(MetaPathFinder):
    left = {number}
    def find_spec(self, name, path, target=None):
        Finder.left -= 1
        if Finder.left == 0:
            signal.raise_signal(signal.SIGINT)

from gevinst.__main__ import run
sys.meta_path.insert(0, Finder())
sys.argv = ["gevinst", *{arguments}]
code = run()
assert Finder.left <= 0, "so many are not imported"
raise SystemExit(code)
"""


@posix
@pytest.mark.parametrize("number", [1, 2, 5, 10, 20, 40, 80, 120, 160, 200, 250, 300, 400, 500])
def test_ctrl_c_while_something_is_imported(tmp_path: Path, number: int) -> None:
    """Whatever is imported when the interrupt comes, it ends with 130 and one line."""
    arguments = ["report", "ishoj-smc", "--draws", "20", "--out", str(tmp_path / "out")]
    code, said = ends(
        [sys.executable, "-c", INTERRUPTED.format(number=number, arguments=arguments)]
    )
    assert code == 130
    assert said in STOPPED
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_at_any_moment(tmp_path: Path, workers: int) -> None:
    """An interrupt of a terminal, sooner or later, ends with 130 and one line.

    A terminal interrupts the workers as well, who say nothing of it. Before gevinst has said
    anything, Python can still be starting and lose one; it is sent once more then.
    """
    draws = ["--draws", "5000000" if workers == 1 else "50000000", "--workers", str(workers)]
    for seconds in (0.15, 0.3, 0.6, 1.0) if workers == 1 else (0.3, 0.6, 1.0, 1.2, 4.0):
        with (tmp_path / "said.txt").open("w+", encoding="utf-8") as said:
            started = subprocess.Popen(
                [*GEVINST, "simulate", "ishoj-smc", *draws],
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd=tmp_path,
                start_new_session=True,
            )
            with pytest.raises(subprocess.TimeoutExpired):
                started.wait(seconds)
            starting = os.fstat(said.fileno()).st_size == 0
            os.killpg(started.pid, signal.SIGINT)
            if starting:
                with suppress(subprocess.TimeoutExpired):
                    started.wait(10.0)
                if started.poll() is None:
                    os.killpg(started.pid, signal.SIGINT)
            code = started.wait()
            said.seek(0)
            *progress, last = said.readlines() or [""]
        assert all("000.000 " in line for line in progress) or not last.startswith("gevinst")
        if last.startswith("gevinst") or not starting:  # else Python itself had not started
            assert (code, last in STOPPED) == (130, True), last


def test_an_interrupt_that_was_made_something_else_of(capsys, monkeypatch) -> None:
    """An error that comes of an interrupt is the interrupt."""
    monkeypatch.setattr("gevinst.cli.interrupt._came", True)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("gevinst.cli.main.parse", _raiser(ImportError("numpy failed to import")))
    code, out, err = run(capsys, "studies")
    assert (code, out, err) == (130, "", "gevinst: stopped; no file is half-written\n")


def _raiser(error: BaseException):
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MemoryError(), 1, "gevinst: there is not enough memory for this\n"),
        (
            PermissionError(13, "Permission denied", "x.csv"),
            1,
            "gevinst: x.csv: permission is denied\n",
        ),
        (BrokenExecutor("-9"), 1, "ended from outside, as where memory runs out\n"),
        (ValueError("n: read 1; write 2"), 2, "gevinst: n: read 1; write 2\n"),
        (
            KeyError("a"),
            3,
            "a fault of gevinst itself, not of the study: KeyError: 'a' (test_process",
        ),
        (RecursionError(), 3, "RecursionError (test_process.py, "),
    ],
    ids=repr,
)
@pytest.mark.parametrize("command", ["gain", "audit", "report", "simulate"])
def test_every_error_is_one_line(capsys, monkeypatch, command, error, code, said) -> None:
    """Whatever a command raises is one line and an exit code."""
    monkeypatch.setattr("gevinst.files.studies.check", _raiser(error))
    monkeypatch.setattr(cli, "give_up", lambda _: None)
    done = run(capsys, command, "ishoj-smc")
    assert done[:2] == (code, "")
    assert said in done[2]
    assert done[2].count("\n") == 1


WARNING = """
import subprocess, sys
import gevinst.cli.main as cli
from gevinst.__main__ import run
warn = "import warnings; warnings.warn('divide by zero', RuntimeWarning)"
cli.main = lambda: exec(warn) or subprocess.run([sys.executable, "-c", warn]).returncode
raise SystemExit(run())
"""


def test_no_warning_of_a_library_is_shown() -> None:
    """What numpy warns of, here or in a worker, is nothing to act on; -W shows it again."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"}
    assert ends([sys.executable, "-c", WARNING], env=environment) == (0, "")
    shown = ends([sys.executable, "-Wd", "-c", WARNING], env=environment)[1]
    assert shown.count("RuntimeWarning: divide by zero") == 2


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "en"),
        ({"LANG": "dan"}, "en"),
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "da"}, "da"),
        ({"LANG": "da.UTF-8"}, "da"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB", "LC_ALL": "da_DK@euro"}, "da"),
        ({"LANG": "en_GB", "LC_MESSAGES": "da_DK"}, "da"),
        ({"LANG": "da_DK", "LC_ALL": ""}, "da"),
    ],
)
def test_the_systems_language(monkeypatch, variables: dict[str, str], code: str) -> None:
    """LC_ALL, LC_MESSAGES, LANG, the first that says something; what is none of ours is English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert output.environment() == code


@pytest.mark.parametrize("stated", ["language = 'da'\nx =", ' language="da"\nid = 3\n', ""])
def test_a_broken_study_is_told_of_in_its_language(capsys, tmp_path: Path, stated: str) -> None:
    """Errors are in the study's language as soon as that can be read; --lang goes before it."""
    (tmp_path / "study.toml").write_text(stated or "x =\n", "utf-8")
    for command in ("check", "gain", "report"):
        err = run(capsys, command, str(tmp_path))[2]
        assert ("Ret linjen" in err or "mangler" in err) == bool(stated), err
        english = run(capsys, command, str(tmp_path), "--lang", "en")[2]
        assert "Correct the line" in english or "missing" in english


ENGLISH = (
    r"\b(usage|options|arguments?|error|expected|invalid|choose|unrecognized|required|show|exit)\b"
    r"|\b(read|write|the|could|match|ignored)\b"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["gain", "--help"],
        ["simulate", "--help"],
        ["report", "--help"],
        [],
        ["gain"],
        ["gian"],
        ["gain", "ishoj-smc", "--foo"],
        ["gain", "ishoj-smc", "--basis"],
        ["gain", "ishoj-smc", "--json=1"],
        ["gain", "ishoj-smc", "--h", "x"],
        ["gain", "ishoj-smc", "--basis", "x"],
        ["gain", "ishoj-smc", "--basis", ""],
        ["simulate", "ishoj-smc", "--target", "x"],
        ["simulate", "ishoj-smc", "--draws", "1"],
        ["simulate", "ishoj-smc", "--workers", "0"],
        ["simulate", "ishoj-smc", "--rng", "x"],
        ["simulate", "ishoj-smc", "--confidence-level", "95"],
        ["simulate", "ishoj-smc", "--vary", "x"],
        ["simulate", "ishoj-smc", "--assume", "x"],
        ["simulate", "ishoj-smc", "--assume", "x.y=z"],
        ["simulate", "ishoj-smc", "--assume", "missing.moved=z"],
        ["simulate", "ishoj-smc", "--assume", "missing.x=z"],
        ["simulate", "ishoj-smc", "--assume", "reported.real=z"],
        ["simulate", "ishoj-smc", "--assume", "reported.statuses="],
        ["simulate", "ishoj-smc", "--assume", "missing.extra_cost=z"],
        ["simulate", "ishoj-smc", "--standardise", "x"],
        ["simulate", "ishoj-smc", "--strata", "cash_benefit,x"],
        ["simulate", "ishoj-smc", "--out", "x"],
        ["bootstrap", "ishoj-smc", "--impossible", "x"],
        ["bootstrap", "ishoj-smc", "--impossible", "x:y"],
        ["bootstrap", "gladsaxe", "--impossible", "x:y"],
        ["bootstrap", "ishoj-smc", "--methods", "x"],
        ["audit", "bare.csv", "--basis", "published"],
    ],
    ids=" ".join,
)
def test_a_danish_user_reads_danish(capsys, monkeypatch, tmp_path, arguments: list[str]) -> None:
    """Help, wrong usage and wrong values hold no English word but what is typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    (tmp_path / "bare.csv").write_text("a;b\nx;1\n", "utf-8")
    code, out, err = run(capsys, *arguments)
    assert code == (0 if "--help" in arguments else 2)
    assert out + err
    typed = r"--\w+|'[^']*'|as_published|control|\{[^}]*\}"
    assert re.findall(ENGLISH, re.sub(typed, "", out + err)) == [], out + err
    monkeypatch.setenv("LC_ALL", "C")
    said = "".join(run(capsys, *arguments, "--lang", "en")[1:])
    assert re.findall(r"[æøå]|\b(brug|skriv|læst|fejl)\b", said) == []
