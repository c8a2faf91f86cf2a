"""Reasons of a system and of other libraries, in the user's language."""

from __future__ import annotations

import errno
import os
import sys
import tomllib
from argparse import Namespace

import pytest

from gevinst.cli.main import _explain
from gevinst.files.output import refusal
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import Problem, Said
from gevinst.text.reasons import SYSTEM, TOML, of_system, of_toml

COMMON = (
    *(errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC),
    *(errno.ENAMETOOLONG, errno.EROFS, errno.ELOOP, errno.EEXIST, errno.EIO, errno.EMFILE),
)
"""What users meet."""


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_every_number_has_a_reason(number: int) -> None:
    """A known number is said in each language's own words, another in the system's."""
    error = OSError(number, os.strerror(number), "a.csv")
    foreign = os.strerror(number)
    said = {lang: refusal("E072", "a", error).problems[0].say(lang) for lang in LANGUAGES}
    assert said["da"] != said["en"]
    assert (foreign in said["da"]) is (number not in SYSTEM)
    assert number in SYSTEM or number not in COMMON


def test_an_error_without_a_number_is_said_as_it_is() -> None:
    """What has neither number nor words of a system has its own."""
    assert of_system(OSError("odd")) == "odd"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_command_says_the_reason(capsys, lang: str) -> None:
    """What ends a command is said in its language."""
    _explain(OSError(errno.ENOSPC, "No space left on device", "a.csv"), Namespace(lang=lang))
    err = capsys.readouterr().err
    assert language(lang)("why.disk_full") in err
    assert "space" not in err


BROKEN_TOML = {
    "a b": "no_equals",
    "a = b": "no_value",
    "a =": "no_value",
    "/": "no_statement",
    ".a = 1": "no_statement",
    "[.a]": "no_key",
    'a = "b': "open_string",
    'a = "b\n"': "character",
    "a = 'b\n": "open_string",
    "a = '''b": "open_string",
    "a\x00": "no_equals",
    "a = 1\x01": "two_on_a_line",
    "# \x01": "character",
    "a = 1 b = 2": "two_on_a_line",
    "a = [1": "open_list",
    "a = {b = 1": "open_table",
    "[a": "open_section",
    "[[a]": "open_section",
    "a = 1\na = 2": "twice",
    "[a]\n[a]": "twice",
    "a = {b = 1, b = 2}": "twice",
    "a = {b = 1}\na.c = 1": "twice",
    r'a = "C:\data"': "backslash",
    r'a = "\uzzzz"': "backslash",
    r'a = "\ud800"': "backslash",
    "a = 2018-02-30": "no_date",
    "a = " + "9" * 5000: "digits",
    "a = " + "[" * 100_000: "nested",
}
"""Texts that are no TOML -> what is said of each."""


@pytest.mark.parametrize(("text", "key"), BROKEN_TOML.items(), ids=range(len(BROKEN_TOML)))
def test_what_is_wrong_with_toml(text: str, key: str) -> None:
    """Each fault has words of its own in each language, and nothing of the library's."""
    with pytest.raises((ValueError, RecursionError)) as caught:
        tomllib.loads(text)
    reason = of_toml(str(caught.value))
    assert isinstance(reason, Said)
    of = reason.values.get("what", reason)
    assert of.key == f"why.toml.{key}"
    said = {
        lang: Problem("E002", "study.toml", 1, "", {"reason": reason}).say(lang)
        for lang in LANGUAGES
    }
    for lang in LANGUAGES:
        assert of.say(lang) in said[lang]
        assert "{" not in said[lang]
        assert str(caught.value) not in said[lang]


def test_every_reason_is_said_of_something() -> None:
    """No text is left that nothing says, and every fault of TOML known is tried above."""
    table = language("en").table("why")
    assert set(table) == {*SYSTEM.values(), "column", "toml"} or sys.platform == "win32"
    assert set(language("en").table("why.toml")) == set(TOML.values())
    assert set(BROKEN_TOML.values()) == set(TOML.values())
