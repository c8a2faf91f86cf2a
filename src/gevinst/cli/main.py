"""The command line: parse, run, and turn errors into exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from gevinst.cli.commands import COMMANDS
from gevinst.cli.options import UsageError
from gevinst.cli.output import tell


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 done, 1 the study has errors, 2 wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8")
    options = parser().parse_args(arguments)
    from gevinst.text.problems import StudyError

    try:
        code: int = options.run(options)
    except StudyError as error:
        tell(error.problems, options)
        return 1
    except UsageError as error:
        print(f"gevinst: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("gevinst: stopped; nothing was written", file=sys.stderr)
        return 130
    return code


def parser() -> argparse.ArgumentParser:
    """Return what reads a command line: a parser with one for each row of `COMMANDS`."""
    found = argparse.ArgumentParser(
        prog="gevinst", description="How sure can anyone be of a published gain?"
    )
    found.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = found.add_subparsers(
        title="commands", required=True, metavar="COMMAND", parser_class=_CommandParser
    )
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.what, description=command.what)
        added.set_defaults(run=command.run)
        for option in command.options:
            option.add_to(added)
    return found


class _CommandParser(argparse.ArgumentParser):
    """A command's parser; what it does not know is its own error, told with its own usage."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, and refuse the rest."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest


class _Version(argparse.Action):
    """Look the version up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, and exit."""
        from importlib.metadata import version

        print(f"gevinst {version('gevinst')}")
        parser.exit()
