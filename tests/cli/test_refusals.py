"""Refusals: whatever a command is given, it ends with an exit code and messages, no traceback."""

from __future__ import annotations

import json
import os
import re
import shutil
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli import main as cli
from gevinst.cli.commands import COMMANDS
from gevinst.files.output import held, write_folder
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import StudyError, WrongValueError
from tests.conftest import DATA, cell, run

OF_STUDY = [c.name for c in COMMANDS if any(option.names == "study" for option in c.options)]

SPELLINGS = {c.name: " ".join(option.names for option in c.options).split() for c in COMMANDS}

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


def of_study(command: str, study: str) -> list[str]:
    """Write a command on a study, with as little work as there can be."""
    more = {"bounds": [study, "cheaper"], "figure": ["tornado", study]}
    more["report"] = [study, "--no-figures"]
    asked = more.get(command, [study])
    return [command, *asked, *(["--draws", "3"] if "--draws" in SPELLINGS[command] else [])]


def _named(said: str) -> list[tuple[str, str]]:
    """Find the options that problems name: of which command, where it is said, and spelling."""
    lines = [line for line in said.splitlines() if re.match(r"[EW]\d{3} ", line)]
    return re.findall(
        r"(?:gevinst (\w+) (?:[A-ZÆØÅ]+ )?)?(?<![\w%.-])(--?[a-z][a-z-]*)", "\n".join(lines)
    )


def _refused(command: str, done: tuple[int, str, str], *, shown: bool = False) -> None:
    """Hold the end of a command against what is promised of a refusal."""
    code, out, err = done
    for other, spelling in _named(err):
        assert spelling in SPELLINGS[other or command], err
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
    quickest = str(DATA / "two_types") if command.name == "report" else "ishoj-smc"
    study = [quickest] if command.name in OF_STUDY else []
    for option in command.options:
        if option.type is None or option.names == "study":
            continue
        for value in GIVEN:
            spelling = option.names.split()[-1]
            named = spelling.startswith("-")
            words = [f"{spelling}={value}"] if named else [value]
            quick = of_study(command.name, quickest) if study and named else []
            done = run(capsys, *(quick or [command.name, *study]), *words)
            _refused(command.name, done)
            assert value.strip() or done[0] == 2


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
        done = run(capsys, *of_study(command, str(folder)))
        _refused(command, done, shown=command == "check")


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
            code, out, err = done = run(capsys, *of_study(command, name))
            _refused(command, done)
            assert (code, bool(err)) != (0, True)
    odd = tmp_path / NO_TEXT
    shutil.copytree(folder, odd)
    for command in set(OF_STUDY) - {"report"}:
        # Of a survey, accounts, cases, outcomes, and anybody's course it has none: that is said.
        refused = int(command in ("survey", "cases", "adjust", "outcomes", "accounts"))
        assert run(capsys, *of_study(command, str(odd)), "--json")[0] == refused, command
    out = str(odd / NO_TEXT)
    code, said, _ = run(capsys, *of_study("report", str(odd)), "--out", out, "--json")
    assert code == 0
    assert "\\udcff" in said
    assert json.loads(said)["report"] == str(Path(out) / "report.html")


def _few(folder: Path) -> None:
    """Leave two citizens in each group, of whom one ends in a job."""
    path = folder / "counts.csv"
    header, *rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    counts = {"cash_benefit": "221", "ordinary_employment": "001"}
    kept = [[*row[:2], *counts.get(row[1], "000"), *row[5:]] for row in rows]
    path.write_text("\n".join(map(";".join, [header, *kept])) + "\n", "utf-8")
    stated = (folder / "study.toml").read_text("utf-8")
    stated = re.sub(r"(?m)^(enrolled|analysed) = \d+", r"\1 = 2", stated)
    (folder / "study.toml").write_text(stated, "utf-8")
    (folder / "published.csv").unlink()


def _without_strata(folder: Path) -> None:
    """Say no strata."""
    stated = (folder / "study.toml").read_text("utf-8")
    section = stated[stated.index("[stratification]") :]
    stated = stated.replace(section[: section.index("\n\n") + 1], "")
    (folder / "study.toml").write_text(stated, "utf-8")


def _of_others(folder: Path) -> None:
    (folder.parent / "out").mkdir()
    (folder.parent / "out" / "thesis.txt").write_text("x", "utf-8")


def _edited(folder: Path) -> None:
    write_folder(folder.parent / "out", {"report.html": "ours"})
    (folder.parent / "out" / "report.html").write_text("edited", "utf-8")


BATCH = "batch quick --draws 3 -o"


def _batched(folder: Path) -> None:
    gv.batch("quick", folder.parent / "rows.csv", n=4)


def _being_written(folder: Path) -> None:
    _batched(folder)
    HELD.enter_context(held(folder.parent / "rows.csv", new=True))


HELD = ExitStack()
"""What another run would hold."""

REPORT = "report quick --draws 3 --no-figures -o"
STRATA = "--strata cash_benefit_all,resource_programme_all"

ADVICE: dict[str, tuple[Callable[[Path], None], list[str], list[str]]] = {
    "E070": (_of_others, [f"{REPORT} out"], [f"{REPORT} another"]),
    "E071": (_edited, [f"{REPORT} out"], [f"{REPORT} another"]),
    "E072": (
        lambda _: None,
        [f"{REPORT} quick/study.toml/out", "simulate study --draws 3 -o study/rates.csv/out.csv"],
        [f"{REPORT} another", "simulate study --draws 3 -o out.csv"],
    ),
    "E161": (lambda _: None, [f"{REPORT} .", f"{REPORT} quick/.."], [f"{REPORT} quick/inside"]),
    "E081": (
        _few,
        ["simulate study --draws 3", "report study --draws 3"],
        ["simulate study --draws 3 --assume outcomes.law=rubin"],
    ),
    "E403": (
        lambda folder: (folder.parent / "rows.csv").write_text("x", "utf-8") and None,
        [f"{BATCH} rows.csv"],
        [f"{BATCH} another.csv"],
    ),
    "E404": (_batched, [f"{BATCH} rows.csv"], [f"{BATCH} another.csv"]),
    "E405": (_being_written, [f"{BATCH} rows.csv"], [f"{BATCH} another.csv"]),
    "E121": (
        lambda _: None,
        ["stratify gladsaxe", "simulate gladsaxe --standardise pooled"],
        ["gain gladsaxe --weights own_number"],
    ),
    "E122": (
        _without_strata,
        ["stratify study", "simulate study --draws 3 --standardise pooled"],
        [f"stratify study {STRATA}", f"simulate study --draws 3 --standardise pooled {STRATA}"],
    ),
}
"""Code -> what to do to a study, commands that say it, and those that follow the advice."""


def test_every_advice_that_names_an_option_is_tried() -> None:
    """Both languages name the same options, and the table below holds each code that names one."""
    named = {}
    for code in LANGUAGES:
        for problem in language(code).table("problem"):
            said = " ".join(language(code).table(f"problem.{problem}").values())
            if found := _named(f"{problem} {said}"):
                assert named.setdefault(problem, found) == found
    assert named.keys() == ADVICE.keys()


@pytest.mark.parametrize("code", ADVICE)
def test_advice_can_be_followed(capsys, monkeypatch, tmp_path, folder: Path, code: str) -> None:
    """The command that gives an advice has the option it names, and following it is done."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(DATA / "two_types", tmp_path / "quick")
    change, saying, following = ADVICE[code]
    change(folder)
    for line in saying:
        done = run(capsys, *line.split())
        _refused(line.split()[0], done)
        assert (done[0], code in done[2]) == (1, True), done[2]
        assert _named(done[2])
    for line in following:
        assert run(capsys, *line.split())[0] == 0
    HELD.close()
