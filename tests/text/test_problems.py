"""Problems: every code has its texts, and every text its code."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.text.language import language
from gevinst.text.problems import Problem, StudyError, WrongValueError


@pytest.mark.parametrize(
    "error",
    [
        StudyError([Problem("E001", "x", values={"known": ["a", "b"]})]),
        WrongValueError("methods", "x", "one_of", known=("a", "b")),
        WrongValueError("strata", None, "no_strata"),
    ],
    ids=repr,
)
def test_an_error_comes_out_of_another_process(error: StudyError | WrongValueError) -> None:
    """An error is the same after the pickling by which a worker hands it on."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert (type(again), str(again)) == (type(error), str(error))
    assert {**vars(again), "language": None} == {**vars(error), "language": None}


@pytest.mark.parametrize("key", language("en").table("wrong"))
def test_every_wrong_value_is_said_in_both_languages(key: str) -> None:
    """Each text of a wrong value can be filled in, and differs where words do."""
    if key in ("value", "nothing", "write", "setting"):
        return
    names = set(re.findall(r"{(\w+)}", language("en").table("wrong")[key]))
    error = WrongValueError("x", "y", key, **dict.fromkeys(names, "a, b"))
    assert str(error) == error.say("en") != error.say("da")
    assert error.say("da").startswith("x: læst 'y'; ")


def test_every_code_has_its_texts() -> None:
    """Every code the readers use has a Danish and an English text with the same blanks."""
    used = set()
    for path in Path(gv.__file__).parent.rglob("*.py"):
        used |= set(re.findall(r'"([EWN]\d{3})"', path.read_text("utf-8")))
    assert len(used) > 35
    for code in used:
        blanks = [
            set(re.findall(r"{(\w+)}", language(lang)._texts["problem"][code]["wrong"]))
            for lang in ("da", "en")
        ]
        assert blanks[0] == blanks[1]
    assert used == set(language("da")._texts["problem"])
