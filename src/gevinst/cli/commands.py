"""Commands: a row of `COMMANDS` and a function each, which says what is asked and what is shown.

Analyses are imported where they are asked, so that help and wrong usage are answered at once.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.cli.options import (
    CHOICES,
    CHOSEN,
    CHOSEN_BUT_WEIGHTS,
    DRAWN,
    IMPOSSIBLE,
    LEVEL,
    METHODS,
    PRINTED,
    RNG,
    STANDARDISE,
    STRATA,
    STUDY,
    TARGET,
    UNTIL_MCSE,
    VARY,
    WORKERS,
    Option,
    UsageError,
    names,
    out,
    read_study,
    switches,
    usage,
)
from gevinst.cli.output import progress, show, tell

if TYPE_CHECKING:
    from gevinst.study.study import Study
    from gevinst.text.problems import Problems

ENOUGH = 0.01
"""--until-mcse stops when the error of both limits is below this share of the width."""


class Command(NamedTuple):
    """A command: its name, what it does, the options it takes, and what runs it to an exit code."""

    name: str
    what: str
    options: tuple[Option, ...]
    run: Callable[[Namespace], int]


def _check(options: Namespace) -> int:
    from gevinst.files.studies import check

    study, problems = check(options.study)
    options.lang = options.lang or (study.language if study else "en")
    found = [problem.to_dict(options.lang) for problem in problems]
    plain = {"study": study.id if study else None, "ok": bool(study), "problems": found}
    if not options.json:
        tell(problems, options)
    if study is not None:
        return show(options, plain, _read_as(study, problems, options.lang))
    if options.json:
        show(options, plain, "")
    return 1


def _read_as(study: Study, problems: Problems, lang: str) -> str:
    """Say what was read: the groups, and the numbers that another country would read otherwise."""
    from gevinst.text.language import language

    text = language(lang)
    arms = ", ".join(
        text("check.arm", label=text.label(a.label), analysed=a.analysed, enrolled=a.enrolled)
        for a in study.arms
    )
    said = [text("check.fine", study=study.id, arms=arms, figures=len(study.published))]
    notes = [problem for problem in problems if problem.severity == "note"]
    echoes = ["  " + note.say(lang) for note in notes if note.code == "N020"]
    said += [note.say(lang) for note in notes if note.code != "N020"]
    if echoes:
        said += [text("check.echo"), *echoes[:3]]
    if len(echoes) > 3:
        said.append("  " + text("check.more", n=len(echoes) - 3))
    return "\n".join(said)


def _gain(options: Namespace) -> int:
    from gevinst.analyses.gain import gain

    found = gain(read_study(options))
    return show(options, found.to_dict(), found.summary(options.lang))


def _audit(options: Namespace) -> int:
    from pathlib import Path

    from gevinst.analyses.audit.registry import audit, audit_table
    from gevinst.files.figures import is_table, read_figures

    if is_table(options.study):
        if any(getattr(options, name) for name in CHOICES):
            raise UsageError("a table by itself has no conventions to choose")
        found = audit_table(read_figures(options.study), Path(options.study).stem)
        options.lang = options.lang or "en"
    else:
        found = audit(read_study(options))
    return show(options, found.to_dict(options.lang), found.summary(options.lang))


def _bootstrap(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.analyses.bootstrap import bootstrap
    from gevinst.stats.intervals import DEFAULTS

    chosen: Any = names(options.methods) if options.methods else DEFAULTS
    with usage():
        found = bootstrap(
            study,
            confidence_level=options.confidence_level,
            methods=chosen,
            impossible=switches(options.impossible),
            rng=options.rng,
        )
    return show(options, found.to_dict(), found.summary(options.lang))


def _stratify(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.analyses.start.stratify import stratify
    from gevinst.study.strata import named_strata

    with usage():
        found = stratify(
            study,
            strata=named_strata(study, options.strata),
            basis=options.basis,
            impossible=switches(options.impossible),
            confidence_level=options.confidence_level,
        )
    return show(options, found.to_dict(), found.summary(options.lang), found.warnings)


def _simulate(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.analyses.simulate import simulate
    from gevinst.analyses.variance import variance_shares
    from gevinst.files.draws import write_draws
    from gevinst.study.strata import named_strata

    if options.out is not None and not options.out.endswith((".csv", ".npz")):
        raise UsageError(f"-o: read '{options.out}'; write a name ending in .csv or .npz")
    wanted = {
        "vary": None if options.vary is None else names(options.vary),
        "target": options.target,
        "weights": options.standardise,
        "strata": named_strata(study, options.strata),
        "rng": options.rng,
    }
    with usage():
        found = simulate(
            study,
            n=options.draws,
            confidence_level=options.confidence_level,
            until_mcse=ENOUGH if options.until_mcse else None,
            workers=options.workers,
            progress=progress(),
            **wanted,
        )
        shares = variance_shares(study, **wanted)
    if options.out is not None:
        write_draws(found, options.out)
    plain = {**found.to_dict(), "sources": shares.to_dict()}
    said = f"{found.summary(options.lang)}\n\n{shares.summary(options.lang)}"
    return show(options, plain, said, found.warnings)


def _report(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.reports.page import report
    from gevinst.text.language import language

    written = report(study, options.out, lang=options.lang, n=options.draws, rng=options.rng)
    plain = {**written.to_dict(), **written.results.to_dict(options.lang)}
    said = (
        written.headline,
        written.results.simulation.summary(options.lang),
        language(options.lang)("report.written", path=written.page),
    )
    return show(options, plain, "\n".join(said))


def _studies(options: Namespace) -> int:
    from gevinst.files.studies import bundled, load
    from gevinst.text.language import language

    studies = [load(name) for name in bundled()]
    said = (f"{s.id}: {language(options.lang or s.language).label(s.title)}" for s in studies)
    plain = [{"id": study.id, "title": dict(study.title)} for study in studies]
    return show(options, {"studies": plain}, "\n".join(said))


COMMANDS = (
    Command("check", "name every problem of a study at once", STUDY, _check),
    Command("gain", "the published calculation, line by line", CHOSEN, _gain),
    Command("audit", "which published figures do not follow from their own inputs", CHOSEN, _audit),
    Command(
        "bootstrap",
        "exact intervals for small groups",
        (*CHOSEN, LEVEL, METHODS, RNG, IMPOSSIBLE),
        _bootstrap,
    ),
    Command(
        "stratify",
        "the difference with the same mix in both",
        (*CHOSEN_BUT_WEIGHTS, STRATA, LEVEL, IMPOSSIBLE),
        _stratify,
    ),
    Command(
        "simulate",
        "Monte Carlo over what is uncertain",
        (
            *(*DRAWN, VARY, TARGET, LEVEL, UNTIL_MCSE, WORKERS, STANDARDISE, STRATA),
            out("FILE", "write the draws: .csv or .npz"),
        ),
        _simulate,
    ),
    Command(
        "report",
        "write the report into a folder",
        (*DRAWN, out("DIR", "default STUDY-report")),
        _report,
    ),
    Command("studies", "the bundled studies", PRINTED, _studies),
)
"""Every command, in the order help lists them. To add one: a function, and a row here."""
