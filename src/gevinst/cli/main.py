"""The command line: parse, run, and turn errors into messages and exit codes."""

from __future__ import annotations

import sys
import traceback
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

from gevinst.cli.commands import COMMANDS
from gevinst.cli.interrupt import came
from gevinst.cli.output import complain, environment, stopped, tell
from gevinst.cli.parsing import asked, parse
from gevinst.files.output import give_up
from gevinst.text.language import language
from gevinst.text.problems import Said, StudyError, WrongValueError
from gevinst.text.reasons import of_system
from gevinst.text.voice import PLAIN, spoken

DONE, ERRORS, USAGE, FAULT = 0, 1, 2, 3
"""Exit codes: the last is a fault of gevinst itself. After Ctrl-C it is that of `stopped`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Whatever goes wrong is a message on standard error and an exit code.

    Returns
    -------
    int
        0 done; 1 the study has errors, or a disk or standard output refuses; 2 wrong usage; 3 a
        fault of gevinst itself; 130 stopped with Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = sys.argv[1:] if arguments is None else arguments
    options = Namespace(lang=asked(arguments))
    with spoken(PLAIN):  # until a study says otherwise
        try:
            try:
                options = parse(arguments)
                code: int = options.run(options)
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has read enough
            give_up(sys.stdout)
            return DONE
        except (Exception, KeyboardInterrupt) as error:
            return _explain(error, options)
    return code


def _explain(error: BaseException, options: Namespace) -> int:
    """Say what went wrong, in the language settled on or the system's."""
    if came() or isinstance(error, KeyboardInterrupt):
        return stopped(options.lang)
    lang = options.lang or environment()
    text = language(lang)
    if isinstance(error, StudyError):
        tell(error.problems, lang)
        return ERRORS
    if isinstance(error, WrongValueError):
        complain(f"gevinst: {error.say(lang, _option(error.name))}")
        return USAGE
    if isinstance(error, ValueError):
        complain(f"gevinst: {error}")
        return USAGE
    if isinstance(error, MemoryError):
        complain(text("cli.memory"))
        return ERRORS
    if isinstance(error, BrokenExecutor):
        complain(text("cli.worker"))
        return ERRORS
    if isinstance(error, OSError):
        if error.filename is None:
            give_up(sys.stdout)
        what = error.filename or text("cli.output")
        complain(Said("cli.refused", {"what": what, "reason": of_system(error)}).say(lang))
        return ERRORS
    last = traceback.extract_tb(error.__traceback__)[-1]
    said = f"{type(error).__name__}: {error}".strip(": ")
    complain(text("cli.fault", error=said, place=f"{Path(last.filename).name}, {last.lineno}"))
    return FAULT


def _option(name: str) -> str:
    """Return what a value came through: its place, its option, or, for a setting, --assume."""
    if any(option.names == name for command in COMMANDS for option in command.options):
        return name
    return f"--assume {name}" if "." in name else f"--{name.replace('_', '-')}"
