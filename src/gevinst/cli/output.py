"""What is printed: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gevinst.text.problems import Problem

PATIENCE = 2.0
"""Seconds without a word."""


def show(options: Namespace, plain: object, said: str, warnings: Sequence[Problem] = ()) -> int:
    """Print plain values as JSON, with their warnings apart, or the words, which hold them."""
    if options.json:
        tell(warnings, options)
        said = json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)
    print(said)
    return 0


def tell(problems: Sequence[Problem], options: Namespace) -> None:
    """Write errors and warnings on standard error."""
    from gevinst.text.problems import say_all

    doubted = (problem for problem in problems if problem.severity != "note")
    for line in say_all(doubted, options.lang or "en"):
        print(line, file=sys.stderr)


def progress() -> Callable[[int, int], None]:
    """Write on standard error how far a run is, once it has taken two seconds."""
    start = told = time.monotonic()

    def tell_how_far(done: int, of: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - start >= PATIENCE and (now - told >= 1.0 or done == of):
            told = now
            line, end = ("\r", "" if done < of else "\n") if sys.stderr.isatty() else ("", "\n")
            said = f"{line}gevinst: {done:,} of {of:,} draws"
            print(said, end=end, file=sys.stderr, flush=True)

    return tell_how_far
