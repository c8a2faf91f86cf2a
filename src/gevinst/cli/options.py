"""Options: in groups that commands share, and how their values are read."""

from __future__ import annotations

import math
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.cli.output import environment, tell
from gevinst.text.form import one_form, parted, unquoted
from gevinst.text.language import LANGUAGES, Language
from gevinst.text.numerals import STYLES
from gevinst.text.problems import Problems, StudyError, WrongValueError
from gevinst.text.voice import speak

if TYPE_CHECKING:
    from gevinst.study.study import Study

SEED = 2018
"""The seed of every command without --rng, so that a quoted number is found again."""


def _text(text: str) -> str:
    """Read a text, which nothing is not."""
    if not text.strip():
        raise WrongValueError("", text, "empty")
    return text


class Option(NamedTuple):
    """An option: its spellings with blanks between, and how `argparse` reads it.

    What it is stands in the texts under ``cli.option``, by its key or its spelling, and what is
    shown for its value under ``cli.metavar``.
    """

    names: str
    metavar: str | None = None
    type: Callable[[str], Any] | None = _text
    default: Any = None
    choices: tuple[str, ...] | None = None
    action: str | None = None
    key: str | None = None
    nargs: str | None = None

    def what(self, text: Language) -> str:
        """Say what it is."""
        key = self.key or self.names.removeprefix("--").replace("-", "_")
        return text(f"cli.option.{key}", seed=SEED)

    def add_to(self, parser: ArgumentParser, text: Language) -> None:
        """Let a parser take it."""
        how = {
            "default": self.default,
            "choices": self.choices,
            "action": self.action,
            "nargs": self.nargs,
        }
        given = {name: value for name, value in how.items() if value is not None}
        if self.metavar is not None:
            given["metavar"] = text(f"cli.metavar.{self.metavar}")
        if self.type is not None:
            given["type"] = partial(_read, self.type, text)
        what = self.what(text).replace("%", "%%")
        parser.add_argument(*self.names.split(), help=what, **given)


def _read(reader: Callable[[str], Any], text: Language, given: str) -> Any:
    """Read a value as `argparse` wants it: what is wrong is said in the language of the rest."""
    try:
        return reader(given)
    except WrongValueError as error:
        raise ArgumentTypeError(error.say(text.code)) from None


def _whole(what: str, least: int, most: float = math.inf) -> Callable[[str], int]:
    """Return a reader of whole numbers."""

    def read(text: str) -> int:
        # A number of thousands of digits is one that Python does not read.
        if not text.isdecimal() or len(text) > 999 or not least <= int(text) <= most:
            raise WrongValueError("", text, what, least=least, most=most)
        return int(text)

    return read


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not 0.0 < level < 1.0:
        raise WrongValueError("", text, "share")
    return level


def names(text: str) -> list[str]:
    """Read names with commas between; one that holds a comma stands in quotation marks."""
    return [unquoted(name) for name in parted(_text(text), ",")]


def switches(text: str) -> list[tuple[str, str]]:
    """Read switches, FROM:TO with commas between."""
    found = []
    for switch in parted(_text(text), ","):
        start, end, *more = *map(unquoted, parted(switch, ":")), "", ""
        if not (start and end) or any(more):
            raise WrongValueError("", switch.strip(), "from_to")
        found.append((start, end))
    return found


def arms(text: str) -> tuple[str, ...]:
    """Read the arms compared, TREATED:REFERENCE, or the one that is looked at alone."""
    found = tuple(map(unquoted, parted(_text(text), ":")))
    if len(found) > 2 or not all(found):
        raise WrongValueError("", text, "compare")
    return found


def read_study(options: Namespace) -> Study:
    """Read the study under the conventions and assumptions asked for, telling its warnings."""
    from gevinst.files.studies import check

    study, problems = check(options.study)
    choose_language(options, problems)
    if study is None:
        raise StudyError(problems)
    tell(problems, options.lang)
    if (pair := getattr(options, "compare", None)) is not None:
        study = study.compare(*pair)
    speak(study.voice)
    study = study.choose(**{name: getattr(options, name, None) for name in CHOICES})
    return _assume(study, getattr(options, "assume", None) or [])


def read_answers(options: Namespace) -> Study | dict[str, str] | None:
    """Read what was answered: a study, under the conventions asked for, or NAME=VALUE of readings.

    Raises
    ------
    WrongValueError
        Where both are given, or two studies.
    """
    given = options.answered or []
    parts = [each.partition("=") for each in given]
    names = [name.strip() for name, _, _ in parts]
    if len(set(names)) < len(names):
        raise WrongValueError("answered", ", ".join(given), "answered_once")
    if given and all(name and value for name, _, value in parts):
        return {name.strip(): value.strip() for name, _, value in parts}
    if len(given) > 1:
        raise WrongValueError("answered", ", ".join(given), "answered_twice")
    return read_study(Namespace(**{**vars(options), "study": given[0]})) if given else None


@contextmanager
def named(**options: str) -> Iterator[None]:
    """Name wrong values of parameters by the options that they come from."""
    try:
        yield
    except WrongValueError as error:
        name = options.get(error.name, error.name)
        raise WrongValueError(name, error.read, error.write) from None


def choose_language(options: Namespace, problems: Problems | None = None) -> None:
    """Settle on a language: as asked, else the study's, else the system's."""
    stated = None if problems is None else problems.language
    options.lang = options.lang or stated or environment()


def _assume(study: Study, assumed: list[str]) -> Study:
    """Take up each --assume: SOURCE.SETTING=VALUE."""
    for stated in assumed:
        name, equals, value = stated.partition("=")
        source, point, setting = name.strip().partition(".")
        if not (equals and point and source and setting):
            raise WrongValueError("assume", stated, "assume")
        study = study.assume(source, **{one_form(setting): value.strip()})
    if assumed:
        from gevinst.sources.registry import chosen

        chosen(study)  # says what a setting cannot be, before any work
    return study


CHOICES = ("basis", "horizon", "heads", "perspective", "weights", "payers", "discount")
"""The study's conventions that a command can choose otherwise."""

PRINTED = (
    Option("--json", action="store_true", type=None),
    Option("--lang", choices=LANGUAGES),
)
STUDY = (*PRINTED, Option("study", "study"))
COMPARE = Option("--compare", "arms", arms)
CHOSEN = (*STUDY, COMPARE, *(Option(f"--{name}", "name") for name in CHOICES))
CHOSEN_BUT_WEIGHTS = tuple(option for option in CHOSEN if option.names != "--weights")
"""Of a command that goes through all weights."""

RNG = Option("--rng", "seed", _whole("whole_number", 0), SEED)
DRAWS = Option("--draws", "number", _whole("number_of_draws", 2, 10**9), 100_000)
ASSUME = Option("--assume", "setting", action="append")
DRAWN = (*CHOSEN, DRAWS, ASSUME, RNG)
LEVEL = Option("--confidence-level", "level", _level, 0.95)
NUMBERS = Option("--numbers", choices=tuple(STYLES))
METHODS = Option("--methods", "names", names)
IMPOSSIBLE = Option("--impossible", "switches", switches, ())
STRATA = Option("--strata", "names")
COVARIATES = Option("--covariates", "names", names, ())
OUTCOME = Option("--outcome", "name")
TIME = Option("--time", "name")
VARY = Option("--vary", "sources", names)
TARGET = Option("--target", default="mean", choices=("mean", "new_group"))
POWER = Option("--power", "level", _level, 0.8)
MATTERS = Option("--matters", "kr")
"""Read as the study writes numbers."""
SIZE = Option("--size", "number", _whole("whole_number", 2))
UNTIL_MCSE = Option("--until-mcse", action="store_true", type=None)
KEEP = Option("--keep", "kinds", names)
NO_FIGURES = Option("--no-figures", action="store_true", type=None)
ALL = Option("--all", action="store_true", type=None)
TEMPLATE = Option("--template", "file")
WORKERS = Option("--workers", "number", _whole("number_of_processes", 1, 1000), 1)
STANDARDISE = Option("--standardise", "weights")
QUERY = Option("query", "query")
CLAIMS = Option("claims", "claims")
SCRIPT = Option("script", "script")
LIKE = Option("--like", "study")
FROM = Option("--from", "workbook", key="old")
AXES = Option("--axis", "name", action="append")
YEARS = (
    Option("--years", "number", _whole("whole_number", 1), 10),
    Option("--persistence", "names", names),
    Option("--timing", choices=("end", "mid", "start")),
)
"""Of what is looked at beyond the last observation."""
ANSWERED = Option("--answered", "answer", action="append")
MOVED = Option("--moved", default="left_out", choices=("left_out", "as_published"), type=None)
AS_PUBLISHED = MOVED._replace(default="as_published")


def _draws_file(text: str) -> str:
    """Read the name of a file of draws."""
    from gevinst.files.draws import ending

    ending(text, "")
    return text


def _rows_file(text: str) -> str:
    """Read the name of a file of rows of many studies."""
    from gevinst.files.many.batch import ending

    ending(text, "")
    return text


def _folder(text: str) -> str:
    """Read the name of a folder, which is no file's."""
    if text.lower().endswith((".html", ".htm", ".pdf", ".docx", ".json", ".csv", ".xlsx")):
        raise WrongValueError("", text, "folder")
    return _text(text)


def _figure_file(text: str) -> str:
    """Read the name of a figure's file."""
    from gevinst.plots.picture import FORMATS

    endings = [f".{kind}" for kind in FORMATS]
    if not text.lower().endswith(tuple(endings)):
        raise WrongValueError("", text, "ends_in", known=", ".join(endings))
    return text


_INCHES = {"cm": 1 / 2.54, "mm": 1 / 25.4, "in": 1.0}
_NARROWEST, _WIDEST = 12.0, 50.0  # cm


def _width(text: str) -> float:
    """Read a width, in inches."""
    found = re.fullmatch(r"\s*(\d{1,4}(?:[.,]\d{1,4})?)\s*(cm|mm|in)\s*", text, re.ASCII)
    inches = float(found[1].replace(",", ".")) * _INCHES[found[2]] if found else 0.0
    if not _NARROWEST <= 2.54 * inches <= _WIDEST:
        least, most = f"{_NARROWEST:g}", f"{_WIDEST:g}"
        raise WrongValueError("", text, "width", least=least, most=most)
    return inches


OUT_FILE = Option("-o --out --output", "file", _draws_file, key="out_file")
OUT_FOLDER = Option("-o --out --output", "folder", _folder, key="out_folder")
OUT_ROWS = Option("-o --out --output", "file", _rows_file, key="out_rows")
OUT_FIGURE = Option("-o --out --output", "file", _figure_file, key="out_figure")
"""Where a command writes."""

BATCH = (
    *PRINTED,
    Option("studies", "studies"),
    *(DRAWS._replace(default=2_000), RNG, VARY, TARGET, LEVEL, WORKERS, OUT_ROWS),
)
"""Of many studies, each under its own conventions."""

FIGURE = (
    *PRINTED,
    Option("figure", "figure", nargs="?"),
    Option("study", "study", nargs="?"),
    *CHOSEN[len(STUDY) :],
    OUT_FIGURE,
    Option("--width", "width", _width),
    *(option._replace(default=None) for option in (DRAWS, RNG, LEVEL)),
    ASSUME,
    STRATA,
    COVARIATES._replace(default=None),
    IMPOSSIBLE._replace(default=None),
    Option("--query", "query"),
    Option("--inputs", "inputs", names),
    MOVED._replace(default=None),
)
"""Of a figure: what its question does not take is refused, so nothing has a default."""
