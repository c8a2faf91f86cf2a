"""Usage: how the command line is asked, and what it says to wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest

from gevinst.cli.commands import COMMANDS
from gevinst.text.language import LANGUAGES, language
from tests.conftest import DATA, run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gain",), "STUDY"),
        (("gain", "ishoj-smc", "--basis", "low"), "published, printed, low_after_start"),
        (("bootstrap", "ishoj-smc", "--confidence-level", "95"), "share such as 0.95"),
        (("bootstrap", "ishoj-smc", "--methods", "odd"), "welch, expanded"),
        (("bootstrap", "ishoj-smc", "--impossible", "flexjob"), "FROM:TO"),
        (("bootstrap", "ishoj-smc", "--lang", "en", "--impossible", "job:*"), "a status, a group"),
        (("simulate", "ishoj-smc", "--vary", "rate"), "rates, outcomes, missing, reported"),
        (("simulate", "ishoj-smc", "--draws", "1"), "from 2 to 1000000000"),
        (("simulate", "ishoj-smc", "--draws", "1e5"), "1e5"),
        (("simulate", "ishoj-smc", "--rng", "-1"), "0 or more"),
        (("gain", "ishoj-smc", "--lang", "de"), "da"),
        (("gian", "ishoj-smc"), "gain"),
        ((), "COMMAND"),
    ],
)
def test_wrong_usage(capsys, arguments: tuple[str, ...], says: str) -> None:
    """Wrong usage ends with 2 and says on one line what can be written."""
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_an_unknown_option_shows_the_commands_own_usage(capsys, command: str) -> None:
    """What a command does not know is told with what it does know, not with the list of all."""
    (options,) = (each.options for each in COMMANDS if each.name == command)
    positions = ["ishoj-smc" for option in options if not option.names.startswith("-")]
    code, out, err = run(capsys, command, *positions, "--foo")
    assert (code, out) == (2, "")
    assert err.startswith(f"usage: gevinst {command} [-h]")
    assert err.endswith(f"gevinst {command}: error: unrecognized arguments: --foo\n")


def test_an_option_before_the_command_is_unknown_to_all(capsys) -> None:
    """What stands before the command belongs to none, so the usage is that of them all."""
    code, _, err = run(capsys, "--foo", "studies")
    assert code == 2
    assert err.startswith("usage: gevinst [-h] [--version] COMMAND")


def test_every_command_says_what_it_does(capsys) -> None:
    """Help lists each command with its line, and a command's help each of its options with its."""
    for code in LANGUAGES:
        text, lang = language(code), ("--lang", code)
        listed = " ".join(run(capsys, "--help", *lang)[1].split())
        for command in COMMANDS:
            what = command.what(text)
            assert f"{command.name} {what}" in listed
            said = " ".join(run(capsys, command.name, *lang, "--help")[1].split())
            assert what in said
            for option in command.options:
                assert option.what(text) in said, (command.name, option.names)


@pytest.mark.parametrize("spelling", ["-o", "--out", "--output"])
def test_where_to_write_has_three_spellings(capsys, tmp_path: Path, spelling: str) -> None:
    """-o, --out and --output are one option of whatever writes."""
    for command, name in (("simulate", "draws.csv"), ("report", "folder")):
        out = tmp_path / name
        done = run(capsys, command, str(DATA / "two_types"), "--draws", "20", spelling, str(out))
        assert (done[0], out.exists()) == (0, True)


def test_no_such_study(capsys) -> None:
    """A name that is no study ends with 1 and lists those there are."""
    code, _, err = run(capsys, "gain", "ishoj")
    assert code == 1
    assert "ishoj-smc" in err


def test_a_setting_says_how_it_is_written_here(capsys) -> None:
    """What a message tells to write is what the command line takes."""
    study = ("ishoj-smc", "--lang", "en")
    for stated, write in (
        ("reported.real=0.5", "on the command line 0.2:0.8"),
        ("missing.extra_cost=intervention", "on the command line intervention:"),
    ):
        code, _, message = run(capsys, "simulate", *study, "--assume", stated)
        assert code == 2
        assert write in message
        setting = stated.partition("=")[0]
        value = message.rpartition("on the command line ")[2].split()[0]
        done = ["simulate", "ishoj-smc", "--draws", "20", "--assume", f"{setting}={value}"]
        assert run(capsys, *done)[0] == 0
    for stated in ("reported.statuses=", "reported.statuses=flexjob+"):
        code, _, message = run(capsys, "simulate", *study, "--assume", stated)
        assert (code, "on the command line first+second" in message) == (2, True)
