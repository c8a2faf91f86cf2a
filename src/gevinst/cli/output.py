"""What is printed: results on standard output, all else on standard error.

Neither ever fails for what a text holds: it is utf-8, what is not utf-8 in the name of a path is
written out, and so are the characters that steer a terminal.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from gevinst.cli.interrupt import met
from gevinst.text.form import TURNING
from gevinst.text.language import LANGUAGES, Lang, language

if TYPE_CHECKING:
    from gevinst.text.problems import Problem

STOPPED = 130
"""Exit code after Ctrl-C."""

PATIENCE = 2.0
"""Seconds without a word."""
_LINE = 60
"""Letters that a longer word of how far a run is takes, at most, on a terminal."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but tabs and line ends."""


def environment() -> Lang:
    """Return the language that the user's system is set to: English where it is none of ours."""
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if not said and sys.platform == "win32":  # which sets none of them
        import ctypes
        import locale

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        said = locale.windows_locale.get(number, "")
    code = re.split(r"\W|_", said)[0]
    return language(code).code if code in LANGUAGES else "en"


def put(said: str) -> None:
    """Print on standard output.

    Raises
    ------
    OSError
        If it takes no more.
    """
    print(_plain(said), flush=True)


def complain(said: str, begin: str = "", end: str = "\n") -> None:
    """Print on standard error, if it takes it: there is nowhere else to say that it does not."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(begin + _plain(said), end=end, file=sys.stderr, flush=True)


def _plain(said: str) -> str:
    """Write out what steers a terminal, as JSON would."""
    said = TURNING.sub(lambda mark: mark[1] or f"\\u{ord(mark[0]):04x}", said)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", said)


def stopped(lang: Lang | None) -> int:
    """Say that the run was interrupted; its exit code."""
    met()
    complain(language(lang or environment())("cli.stopped"))
    return STOPPED


def show(options: Namespace, plain: object, said: str, warnings: Sequence[Problem] = ()) -> int:
    """Print plain values as JSON, with their warnings apart, or the words, which hold them."""
    if options.json:
        tell(warnings, options.lang)
        said = json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)
    put(said)
    return 0


def tell(problems: Sequence[Problem], lang: Lang) -> None:
    """Write errors and warnings on standard error."""
    from gevinst.text.problems import say_all

    doubted = (problem for problem in problems if problem.severity != "note")
    for line in say_all(doubted, lang):
        complain(line)


def progress(lang: Lang, counted: str = "cli.progress") -> Callable[..., None]:
    """Write on standard error how far a run is, once it has taken two seconds.

    What it returns is told how many draws are done, of how many; or which step begins, of how many,
    and what it does. Of what else than draws, the text `counted` says.
    """
    text = language(lang)
    start = told = time.monotonic()

    def tell_how_far(done: int, of: int, what: str = "") -> None:
        nonlocal told
        now = time.monotonic()
        if now - start >= PATIENCE and (what or now - told >= 1.0 or done == of):
            told = now
            key = "cli.step" if what else counted
            said = text(key, done=text.number(done), of=text.number(of), what=what)
            # On a terminal each stands in the place of the last.
            over = sys.stderr is not None and sys.stderr.isatty()
            line, begin = (said.ljust(_LINE), "\r") if over else (said, "")
            complain(line, begin, "" if over and done < of else "\n")

    return tell_how_far
