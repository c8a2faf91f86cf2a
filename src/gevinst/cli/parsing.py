"""Parsing: `argparse` with a parser for each command, in the user's language."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gevinst.cli.commands import COMMANDS
from gevinst.cli.output import complain, environment, put
from gevinst.text.language import LANGUAGES, Lang, Language, language


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read a command line; what is said of it is in the language asked for, or the system's.

    Raises
    ------
    SystemExit
        0 after help, 2 after wrong usage.
    """
    text = language(asked(arguments) or environment())
    with _spoken(text):
        return parser(text, arguments).parse_args(arguments)


def asked(arguments: Sequence[str]) -> Lang | None:
    """Return the language that a command line asks for, be the rest of it right or wrong."""
    said = [each.removeprefix("--lang=") for each in arguments if each.startswith("--lang=")]
    said += [arguments[i + 1] for i, each in enumerate(arguments[:-1]) if each == "--lang"]
    return next((language(code).code for code in said if code in LANGUAGES), None)


def parser(text: Language, arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return what reads a command line: a parser with one for each row of `COMMANDS`.

    Only a command that is among the arguments can be asked for its options, so only it has them.
    """
    found = _Parser(prog="gevinst", description=text("cli.description"))
    found.add_argument("--version", action=_Version, nargs=0, help=text("cli.version"))
    commands = found.add_subparsers(
        title=text("cli.commands"),
        required=True,
        metavar=text("cli.metavar.command"),
    )
    for command in COMMANDS:
        what = command.what(text)
        added = commands.add_parser(command.name, help=what, description=what)
        added.set_defaults(run=command.run)
        for option in command.options if command.name in arguments else ():
            option.add_to(added, text)
    return found


@contextmanager
def _spoken(text: Language) -> Iterator[None]:
    """Have `argparse` say its own words in a language: it looks each of them up as it says it."""
    english, ours = (each.table("cli.argparse") for each in (language("en"), text))
    said = {english[key]: ours[key] for key in english}
    before = {name: vars(argparse)[name] for name in ("_", "ngettext")}
    vars(argparse).update(
        _=lambda word: said.get(word, word),
        ngettext=lambda one, more, n: said.get(one if n == 1 else more, one if n == 1 else more),
    )
    try:
        yield
    finally:
        vars(argparse).update(before)


class _Parser(argparse.ArgumentParser):
    """A parser; what it does not know is its own error, told with its own usage."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, and refuse the rest."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(vars(argparse)["_"]("unrecognized arguments: %s") % " ".join(rest))
        return found, rest

    def _print_message(self, message: str, file: Any = None) -> None:
        """Say help on standard output, and what is wrong on standard error."""
        (put if file is sys.stdout else complain)(message.rstrip("\n"))


class _Version(argparse.Action):
    """Look the version up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, and exit."""
        from importlib.metadata import version

        put(f"gevinst {version('gevinst')}")
        parser.exit()
