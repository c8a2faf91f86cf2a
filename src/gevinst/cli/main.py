"""The command line: parse, call, print. Results on standard output, all else on standard error."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from gevinst.study.study import Study
    from gevinst.text.problems import Problem, Problems

CHOICES = {
    "basis": "rate basis: published, printed, low_after_start ...",
    "horizon": "time convention: annual_end, period_sum, cumulative_trapezoid ...",
    "heads": "who an investment is spread over: analysed or enrolled",
    "perspective": "whose costs count: a payer, or all",
    "weights": "how many citizens each stratum stands for",
    "payers": "which payer a printed amount belongs to",
}
"""The study's conventions that a command can choose otherwise."""

ENOUGH = 0.01
"""--until-mcse stops when the error of both limits is below this share of the width."""

PATIENCE = 2.0
"""Seconds without a word."""

_Result = TypeVar("_Result")

SEED = 2018
"""The seed of every command without --rng, so that a quoted number is found again."""


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
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    from gevinst.text.problems import StudyError

    try:
        return command(options)
    except StudyError as error:
        _tell(error.problems, options)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("gevinst: stopped; nothing was written", file=sys.stderr)
        return 130


class _Version(argparse.Action):
    """Look the version up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, and exit."""
        from importlib.metadata import version

        print(f"gevinst {version('gevinst')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gevinst", description="How sure can anyone be of a published gain?"
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object and no more")
    shared.add_argument("--lang", choices=("da", "en"), help="language (the study's own if absent)")
    study = argparse.ArgumentParser(add_help=False, parents=[shared])
    study.add_argument("study", metavar="STUDY", help="a bundled study or a folder")
    chosen = argparse.ArgumentParser(add_help=False, parents=[study])
    for name, what in CHOICES.items():
        chosen.add_argument(f"--{name}", metavar="NAME", help=what)
    draws = argparse.ArgumentParser(add_help=False, parents=[chosen])
    draws.add_argument("--draws", type=_count, default=100_000, metavar="N", help="per coupling")
    draws.add_argument(
        "--assume", action="append", metavar="SOURCE.SETTING=VALUE", help="e.g. outcomes.law=rubin"
    )
    draws.add_argument("--rng", type=_seed, default=SEED, metavar="SEED", help=f"default {SEED}")

    def add(
        name: str,
        parent: argparse.ArgumentParser,
        run: Callable[[argparse.Namespace], int],
        what: str,
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[parent], help=what, description=what)
        command.set_defaults(command=run)
        return command

    add("check", study, _check, "name every problem of a study at once")
    add("gain", chosen, _gain, "the published calculation, line by line")
    add("audit", chosen, _audit, "which published figures do not follow from their own inputs")
    sampled = add("bootstrap", chosen, _bootstrap, "exact intervals for small groups")
    sampled.add_argument(
        "--confidence-level", type=_level, default=0.95, metavar="L", help="default 0.95"
    )
    sampled.add_argument(
        "--methods", metavar="NAME,...", help="welch,expanded,percentile,basic,bca,..."
    )
    sampled.add_argument(
        "--impossible", metavar="FROM:TO,...", help="switches nobody makes; * is any status"
    )
    unweighted = argparse.ArgumentParser(add_help=False, parents=[study])
    for name, what in CHOICES.items():
        if name != "weights":  # it goes through them all
            unweighted.add_argument(f"--{name}", metavar="NAME", help=what)
    adjusted = add("stratify", unweighted, _stratify, "the difference with the same mix in both")
    adjusted.add_argument(
        "--strata", metavar="NAME,...", help="groups or statuses at start, or one column"
    )
    adjusted.add_argument(
        "--confidence-level", type=_level, default=0.95, metavar="L", help="default 0.95"
    )
    adjusted.add_argument(
        "--impossible", metavar="FROM:TO,...", help="switches nobody makes; * is any status"
    )
    simulate = add("simulate", draws, _simulate, "Monte Carlo over what is uncertain")
    simulate.add_argument("--vary", metavar="SOURCE,...", help="only these sources vary")
    simulate.add_argument(
        "--target",
        choices=("mean", "new_group"),
        default="mean",
        help="how sure the mean effect is, or what a new group would show",
    )
    simulate.add_argument(
        "--until-mcse",
        action="store_true",
        help="stop when both limits are known to 1 %% of the interval's width; N is then the most",
    )
    simulate.add_argument(
        "--workers", type=_workers, default=1, metavar="N", help="processes; changes no number"
    )
    simulate.add_argument(
        "--standardise", metavar="WEIGHTS", help="pooled, intervention, control, overlap"
    )
    simulate.add_argument("--strata", metavar="NAME,...", help="groups of statuses, or a column")
    simulate.add_argument("-o", dest="out", metavar="FILE", help="write the draws: .csv or .npz")
    report = add("report", draws, _report, "write the report into a folder")
    report.add_argument("-o", dest="out", metavar="DIR", help="default STUDY-report")
    add("studies", shared, _studies, "the bundled studies")
    return parser


def _count(text: str) -> int:
    return _whole(text, 2, "write a whole number of draws, 2 or more")


def _workers(text: str) -> int:
    return _whole(text, 1, "write a number of processes, 1 or more")


def _seed(text: str) -> int:
    return _whole(text, 0, "write a whole number, 0 or more")


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not 0.0 < level < 1.0:
        raise argparse.ArgumentTypeError(f"read '{text}'; write a share such as 0.95")
    return level


def _switches(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Read --impossible: FROM:TO with commas between."""
    return [_switch(text) for text in options.impossible.split(",")] if options.impossible else []


def _switch(text: str) -> tuple[str, str]:
    start, colon, end = text.strip().partition(":")
    if not (start and colon and end):
        raise ValueError(f"impossible: read '{text}'; write FROM:TO, such as early_retirement:*")
    return start, end


def _whole(text: str, least: int, write: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"read '{text}'; {write}")
    return int(text)


def _load(options: argparse.Namespace) -> Study:
    """Read the study under the conventions asked for, telling its warnings."""
    from gevinst.files.studies import check
    from gevinst.text.problems import WARNING, StudyError

    study, problems = check(options.study)
    if study is None:
        raise StudyError(problems)
    options.lang = options.lang or study.language
    _tell([problem for problem in problems if problem.severity == WARNING], options)
    return _usage(lambda: _under(study, options))


def _under(study: Study, options: argparse.Namespace) -> Study:
    """Take the study under the conventions and assumptions asked for."""
    study = study.choose(**{name: getattr(options, name, None) for name in CHOICES})
    assumed = getattr(options, "assume", None) or ()
    for stated in assumed:
        study = _assume(study, stated)
    if assumed:
        from gevinst.sources.registry import chosen

        chosen(study)  # says what a setting cannot be, before any work
    return study


def _assume(study: Study, stated: str) -> Study:
    """Take up one --assume: SOURCE.SETTING=VALUE."""
    name, equals, value = stated.partition("=")
    source, point, setting = name.strip().partition(".")
    if not (equals and point and source and setting):
        raise ValueError(
            f"assume: read '{stated}'; write SOURCE.SETTING=VALUE, such as outcomes.law=rubin"
        )
    return study.assume(source, **{setting: value.strip()})


def _usage(call: Callable[[], _Result]) -> _Result:
    """Turn a value error of an option's value into wrong usage: one line, exit code 2."""
    from gevinst.text.problems import StudyError

    try:
        return call()
    except StudyError:
        raise
    except ValueError as error:
        print(f"gevinst: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def _tell(problems: Sequence[Problem], options: argparse.Namespace) -> None:
    """Write errors and warnings on standard error."""
    for problem in problems:
        if problem.severity != "note":
            print(problem.say(options.lang or "en"), file=sys.stderr)


def _print(result: Any, options: argparse.Namespace) -> int:
    """Print a result as JSON or as text."""
    print(_json(result.to_dict()) if options.json else result.summary(options.lang))
    return 0


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2)


def _check(options: argparse.Namespace) -> int:
    from gevinst.files.studies import check

    study, problems = check(options.study)
    options.lang = options.lang or (study.language if study else "en")
    if options.json:
        found = [problem.to_dict(options.lang) for problem in problems]
        print(_json({"study": study.id if study else None, "ok": bool(study), "problems": found}))
        return 0 if study else 1
    _tell(problems, options)
    if study is None:
        return 1
    _say_fine(study, problems, options.lang)
    return 0


def _say_fine(study: Study, problems: Problems, lang: str) -> None:
    """Say what was read: the groups, and the numbers that another country would read otherwise."""
    from gevinst.text.language import language

    text = language(lang)
    arms = ", ".join(
        text("check.arm", label=text.label(a.label), analysed=a.analysed, enrolled=a.enrolled)
        for a in study.arms
    )
    print(text("check.fine", study=study.id, arms=arms, figures=len(study.published)))
    notes = [problem for problem in problems if problem.severity == "note"]
    echoes = [note for note in notes if note.code == "N020"]
    for note in (note for note in notes if note.code != "N020"):
        print(note.say(lang))
    if echoes:
        print(text("check.echo"))
        for note in echoes[:3]:
            print("  " + note.say(lang))
        if len(echoes) > 3:
            print("  " + text("check.more", n=len(echoes) - 3))


def _gain(options: argparse.Namespace) -> int:
    from gevinst.analyses.gain import gain

    return _print(gain(_load(options)), options)


def _audit(options: argparse.Namespace) -> int:
    from pathlib import Path

    from gevinst.analyses.audit.registry import audit, audit_table
    from gevinst.files.figures import is_table, read_figures

    if is_table(options.study):
        if any(getattr(options, name) for name in CHOICES):
            print("gevinst: a table by itself has no conventions to choose", file=sys.stderr)
            return 2
        found = audit_table(read_figures(options.study), Path(options.study).stem)
        options.lang = options.lang or "en"
    else:
        found = audit(_load(options))
    if options.json:
        print(_json(found.to_dict(options.lang)))
        return 0
    print(found.summary(options.lang))
    return 0


def _bootstrap(options: argparse.Namespace) -> int:
    study = _load(options)
    from gevinst.analyses.bootstrap import bootstrap
    from gevinst.stats.intervals import DEFAULTS

    methods = options.methods.split(",") if options.methods else DEFAULTS
    found = _usage(
        lambda: bootstrap(
            study,
            confidence_level=options.confidence_level,
            methods=[method.strip() for method in methods],
            impossible=_switches(options),
        )
    )
    return _print(found, options)


def _stratify(options: argparse.Namespace) -> int:
    study = _load(options)
    from gevinst.analyses.start.stratify import stratify
    from gevinst.study.strata import named_strata

    found = _usage(
        lambda: stratify(
            study,
            strata=named_strata(study, options.strata),
            basis=options.basis,
            impossible=_switches(options),
            confidence_level=options.confidence_level,
        )
    )
    if options.json:  # in the text they stand below the table
        _tell(found.warnings, options)
    return _print(found, options)


def _simulate(options: argparse.Namespace) -> int:
    study = _load(options)
    from gevinst.analyses.simulate import simulate
    from gevinst.analyses.variance import variance_shares
    from gevinst.files.draws import write_draws
    from gevinst.study.strata import named_strata

    vary = None if options.vary is None else [name.strip() for name in options.vary.split(",")]
    if options.out is not None and not options.out.endswith((".csv", ".npz")):
        print(
            f"gevinst: -o: read '{options.out}'; write a name ending in .csv or .npz",
            file=sys.stderr,
        )
        return 2
    wanted = {
        "vary": vary,
        "target": options.target,
        "weights": options.standardise,
        "strata": named_strata(study, options.strata),
        "rng": options.rng,
    }
    found = _usage(
        lambda: simulate(
            study,
            n=options.draws,
            until_mcse=ENOUGH if options.until_mcse else None,
            workers=options.workers,
            progress=_progress(),
            **wanted,
        )
    )
    shares = _usage(lambda: variance_shares(study, **wanted))
    if options.out is not None:
        write_draws(found, options.out)
    if options.json:
        _tell(found.problems, options)
        print(_json({**found.to_dict(), "sources": shares.to_dict()}))
        return 0
    print(found.summary(options.lang))
    print()
    print(shares.summary(options.lang))
    return 0


def _progress() -> Callable[[int, int], None]:
    """Write on standard error how far a run is, once it has taken two seconds."""
    import time

    start = told = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - start >= PATIENCE and (now - told >= 1.0 or done == of):
            told = now
            start_line, end = (
                ("\r", "" if done < of else "\n") if sys.stderr.isatty() else ("", "\n")
            )
            said = f"{start_line}gevinst: {done:,} of {of:,} draws"
            print(said, end=end, file=sys.stderr, flush=True)

    return tell


def _report(options: argparse.Namespace) -> int:
    study = _load(options)
    from gevinst.reports.page import report
    from gevinst.text.language import language

    written = report(study, options.out, lang=options.lang, n=options.draws, rng=options.rng)
    if options.json:
        paths = {"report": str(written.page), "numbers": str(written.numbers)}
        print(
            _json({**paths, "headline": written.headline, **written.results.to_dict(options.lang)})
        )
        return 0
    text = language(options.lang)
    print(written.headline)
    print(written.results.simulation.summary(options.lang))
    print(text("report.written", path=written.page))
    return 0


def _studies(options: argparse.Namespace) -> int:
    from gevinst.files.studies import bundled, load
    from gevinst.text.language import language

    studies = [load(name) for name in bundled()]
    if options.json:
        print(_json({"studies": [{"id": s.id, "title": dict(s.title)} for s in studies]}))
        return 0
    for study in studies:
        print(f"{study.id}: {language(options.lang or study.language).label(study.title)}")
    return 0
