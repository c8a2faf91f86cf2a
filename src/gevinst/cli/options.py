"""Options: in groups that commands share, and how their values are read."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.cli.output import tell

if TYPE_CHECKING:
    from gevinst.study.study import Study

SEED = 2018
"""The seed of every command without --rng, so that a quoted number is found again."""


class Option(NamedTuple):
    """An option: its spellings with blanks between, what it is, and how `argparse` reads it."""

    names: str
    what: str
    metavar: str | None = None
    type: Callable[[str], Any] | None = None
    default: Any = None
    choices: tuple[str, ...] | None = None
    action: str | None = None

    def add_to(self, parser: ArgumentParser) -> None:
        """Let a parser take it."""
        _, _, *how = self._fields
        given = {name: getattr(self, name) for name in how if getattr(self, name) is not None}
        parser.add_argument(*self.names.split(), help=self.what, **given)


class UsageError(Exception):
    """What an option was given cannot be used; the message says what to write."""


@contextmanager
def usage() -> Iterator[None]:
    """Take a value error that is raised within for wrong usage: it is about an option's value."""
    from gevinst.text.problems import StudyError

    try:
        yield
    except StudyError:
        raise
    except ValueError as error:
        raise UsageError(error) from None


def _whole(what: str, least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"read '{text}'; write {what}, {least} or more")
        return int(text)

    return read


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not 0.0 < level < 1.0:
        raise ArgumentTypeError(f"read '{text}'; write a share such as 0.95")
    return level


def names(text: str) -> list[str]:
    """Read names with commas between."""
    return [name.strip() for name in text.split(",")]


def switches(text: str | None) -> list[tuple[str, str]]:
    """Read --impossible: FROM:TO with commas between."""
    found = []
    for switch in text.split(",") if text else ():
        start, colon, end = switch.strip().partition(":")
        if not (start and colon and end):
            raise ValueError(
                f"impossible: read '{switch}'; write FROM:TO, such as early_retirement:*"
            )
        found.append((start, end))
    return found


def read_study(options: Namespace) -> Study:
    """Read the study under the conventions and assumptions asked for, telling its warnings."""
    from gevinst.files.studies import check
    from gevinst.text.problems import StudyError

    study, problems = check(options.study)
    if study is None:
        raise StudyError(problems)
    options.lang = options.lang or study.language
    tell(problems, options)
    with usage():
        study = study.choose(**{name: getattr(options, name, None) for name in CHOICES})
        return _assume(study, getattr(options, "assume", None) or [])


def _assume(study: Study, assumed: list[str]) -> Study:
    """Take up each --assume: SOURCE.SETTING=VALUE."""
    for stated in assumed:
        name, equals, value = stated.partition("=")
        source, point, setting = name.strip().partition(".")
        if not (equals and point and source and setting):
            raise ValueError(
                f"assume: read '{stated}'; write SOURCE.SETTING=VALUE, such as outcomes.law=rubin"
            )
        study = study.assume(source, **{setting: value.strip()})
    if assumed:
        from gevinst.sources.registry import chosen

        chosen(study)  # says what a setting cannot be, before any work
    return study


CHOICES = {
    "basis": "rate basis: published, printed, low_after_start ...",
    "horizon": "time convention: annual_end, period_sum, cumulative_trapezoid ...",
    "heads": "who an investment is spread over: analysed or enrolled",
    "perspective": "whose costs count: a payer, or all",
    "weights": "how many citizens each stratum stands for",
    "payers": "which payer a printed amount belongs to",
}
"""The study's conventions that a command can choose otherwise."""

PRINTED = (
    Option("--json", "print one JSON object and no more", action="store_true"),
    Option("--lang", "language (the study's own if absent)", choices=("da", "en")),
)
STUDY = (*PRINTED, Option("study", "a bundled study or a folder", "STUDY"))
CHOSEN = (*STUDY, *(Option(f"--{name}", what, "NAME") for name, what in CHOICES.items()))
CHOSEN_BUT_WEIGHTS = tuple(option for option in CHOSEN if option.names != "--weights")
"""Of a command that goes through all weights."""

RNG = Option("--rng", f"default {SEED}", "SEED", _whole("a whole number", 0), SEED)
DRAWN = (
    *CHOSEN,
    Option("--draws", "per coupling", "N", _whole("a whole number of draws", 2), 100_000),
    Option("--assume", "e.g. outcomes.law=rubin", "SOURCE.SETTING=VALUE", action="append"),
    RNG,
)
LEVEL = Option("--confidence-level", "default 0.95", "L", _level, 0.95)
METHODS = Option("--methods", "welch,expanded,percentile,basic,bca,...", "NAME,...")
IMPOSSIBLE = Option("--impossible", "switches nobody makes; * is any status", "FROM:TO,...")
STRATA = Option("--strata", "groups or statuses at start, or one column", "NAME,...")
VARY = Option("--vary", "only these sources vary", "SOURCE,...")
TARGET = Option(
    "--target",
    "how sure the mean effect is, or what a new group would show",
    default="mean",
    choices=("mean", "new_group"),
)
UNTIL_MCSE = Option(
    "--until-mcse",
    "stop when both limits are known to 1 %% of the interval's width; N is then the most",
    action="store_true",
)
WORKERS = Option(
    "--workers", "processes; changes no number", "N", _whole("a number of processes", 1), 1
)
STANDARDISE = Option("--standardise", "pooled, intervention, control, overlap", "WEIGHTS")


def out(metavar: str, what: str) -> Option:
    """Return the option that says where a command writes."""
    return Option("-o --out --output", what, metavar)
