"""Commands: a row of `COMMANDS` and a function each, which says what is asked and what is shown.

Analyses are imported where they are asked, so that help and wrong usage are answered at once.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any, NamedTuple

import gevinst
from gevinst.cli.checked import check, noted
from gevinst.cli.listed import gallery, studies
from gevinst.cli.many import batch
from gevinst.cli.options import (
    ALL,
    ANSWERED,
    AS_PUBLISHED,
    AXES,
    BATCH,
    CHOICES,
    CHOSEN,
    CHOSEN_BUT_WEIGHTS,
    CLAIMS,
    COVARIATES,
    DRAWN,
    FIGURE,
    FROM,
    IMPOSSIBLE,
    KEEP,
    LEVEL,
    LIKE,
    MATTERS,
    METHODS,
    MOVED,
    NO_FIGURES,
    NUMBERS,
    OUT_FILE,
    OUT_FOLDER,
    OUTCOME,
    POWER,
    PRINTED,
    QUERY,
    RNG,
    SCRIPT,
    SEED,
    SIZE,
    STANDARDISE,
    STRATA,
    STUDY,
    TARGET,
    TEMPLATE,
    TIME,
    UNTIL_MCSE,
    VARY,
    WORKERS,
    YEARS,
    Option,
    choose_language,
    named,
    read_answers,
    read_study,
)
from gevinst.cli.output import progress, show
from gevinst.text.language import Language
from gevinst.text.numerals import STYLES
from gevinst.text.problems import WrongValueError

ENOUGH = 0.01
"""--until-mcse stops when the error of both limits is below this share of the width."""


class Command(NamedTuple):
    """A command: its name, the options it takes, and what runs it to an exit code."""

    name: str
    options: tuple[Option, ...]
    run: Callable[[Namespace], int]

    def what(self, text: Language) -> str:
        """Say what it does."""
        return text(f"cli.command.{self.name}")


def _asks(question: str, *taken: str, **named: str) -> Callable[[Namespace], int]:
    """Run a question of the package by its public name, with options under the same names.

    An option of another name than the parameter is given as ``parameter="option"``.
    """

    def run(options: Namespace) -> int:
        study = read_study(options)
        given = {name: getattr(options, name) for name in taken}
        given |= {parameter: getattr(options, name) for parameter, name in named.items()}
        found = getattr(gevinst, question)(study, **given)
        return show(options, found.to_dict(), found.summary(options.lang))

    return run


def _audit(options: Namespace) -> int:
    from pathlib import Path

    from gevinst.analyses.audit.registry import audit, audit_table
    from gevinst.files.bare.figures import is_table, read_figures
    from gevinst.text.problems import Problems

    if is_table(options.study):
        choose_language(options)
        for name in (*CHOICES, "compare"):
            if (given := getattr(options, name)) is not None:
                raise WrongValueError(name, given, "of_a_table")
        notes = Problems()
        style = options.numbers or next(iter(STYLES))
        figures = read_figures(options.study, notes, STYLES[style])
        found = audit_table(figures, Path(options.study).stem)
        plain = found.to_dict(options.lang)
        plain["notes"] = [note.to_dict(options.lang) for note in notes]
        said = [found.summary(options.lang), *noted(notes, options.lang, style)]
        return show(options, plain, "\n".join(said))
    if options.numbers:
        raise WrongValueError("numbers", options.numbers, "of_a_study")
    found = audit(read_study(options))
    return show(options, found.to_dict(options.lang), found.summary(options.lang))


def _bootstrap(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.analyses.bootstrap import bootstrap
    from gevinst.stats.intervals import DEFAULTS

    found = bootstrap(
        study,
        confidence_level=options.confidence_level,
        methods=options.methods or DEFAULTS,
        impossible=options.impossible,
        rng=options.rng,
    )
    return show(options, found.to_dict(), found.summary(options.lang))


def _stratify(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.analyses.start.stratify import stratify
    from gevinst.study.strata import named_strata

    found = stratify(
        study,
        strata=named_strata(study, options.strata),
        basis=options.basis,
        impossible=options.impossible,
        confidence_level=options.confidence_level,
    )
    return show(options, found.to_dict(), found.summary(options.lang), found.warnings)


def _adjust(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.study.strata import named_strata

    with named(weights="standardise"):
        found = gevinst.adjust(
            study,
            weights=options.standardise or "pooled",
            strata=named_strata(study, options.strata),
            covariates=options.covariates,
            outcome=options.outcome,
            time=options.time,
            moved=options.moved,
            confidence_level=options.confidence_level,
        )
    return show(options, found.to_dict(), found.summary(options.lang))


def _plan(options: Namespace) -> int:
    study = read_study(options)
    names = ("confidence_level", "power", "size", "target")
    given = {name: getattr(options, name) for name in names}
    if options.matters is not None:
        value = STYLES[study.number_style].read(options.matters).value
        if value is None:
            raise WrongValueError("matters", options.matters, "above_zero")
        given["matters"] = value
    found = gevinst.plan(study, **given)
    plain = found.to_dict()
    if options.json:  # what is worth knowing is drawn, and takes longer than the rest
        worth = gevinst.value_of_information(study, rng=SEED).to_dict()
        plain |= {name: worth[name] for name in ("evpi", "evppi")}
    return show(options, plain, found.summary(options.lang))


def _ask(options: Namespace) -> int:
    study = read_study(options)
    answered, level = read_answers(options), options.confidence_level
    found = gevinst.ask(study, answered=answered, confidence_level=level)
    return show(options, found.to_dict(options.lang), found.summary(options.lang))


def _verify(options: Namespace) -> int:
    import json
    from pathlib import Path

    from gevinst.analyses.turning.robustness import verify
    from gevinst.files.tables import read_text as decoded
    from gevinst.text.language import language
    from gevinst.text.problems import Problems

    choose_language(options)
    text = language(options.lang)
    try:
        content = json.loads(decoded(Path(options.claims), Problems()) or "")
        wrong = verify(content)
    except (ValueError, RecursionError):
        raise WrongValueError("claims", options.claims, "no_claims") from None
    said = text("robustness.holds", n=len(content["rows"]))
    if wrong:
        rows = ", ".join(name for name in wrong if name != "digest")
        changed = text("robustness.digest") if "digest" in wrong else ""
        said = " ".join(filter(None, (changed, rows and text("robustness.refused", rows=rows))))
    show(options, {"holds": not wrong, "refused": wrong}, said)
    return 1 if wrong else 0


def _simulate(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.analyses.simulate import simulate
    from gevinst.analyses.variance import variance_shares
    from gevinst.files.draws import write_draws
    from gevinst.study.strata import named_strata

    wanted: dict[str, Any] = {
        "vary": options.vary,
        "target": options.target,
        "weights": options.standardise,
        "strata": named_strata(study, options.strata),
        "rng": options.rng,
    }
    if options.keep and options.out is None:
        raise WrongValueError("keep", ",".join(options.keep), "keep_out")
    with named(weights="standardise", path="out"):
        found = simulate(
            study,
            n=options.draws,
            confidence_level=options.confidence_level,
            until_mcse=ENOUGH if options.until_mcse else None,
            keep=options.keep,
            workers=options.workers,
            progress=progress(options.lang),
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
    from gevinst.reports.report import report

    written = report(
        study,
        options.out,
        lang=options.lang,
        n=options.draws,
        rng=options.rng,
        figures=not options.no_figures,
        everything=options.all,
        template=options.template,
        progress=progress(options.lang),
    )
    plain = written.to_dict()
    if options.json:
        plain |= written.results.to_dict(options.lang)
    places = written.places(options.lang)
    said = (written.headline, written.results.told(options.lang), *places)
    return show(options, plain, "\n".join(filter(None, said)))


def _figure(options: Namespace) -> int:
    from pathlib import Path

    from gevinst.files.output import write_file
    from gevinst.plots.style import WIDTH
    from gevinst.reports.figures import FIGURES, draw, figure_named, footer
    from gevinst.study.strata import named_strata
    from gevinst.text.language import language

    if options.figure is None:
        choose_language(options)
        about = {figure.name: figure.about(language(options.lang)) for figure in FIGURES}
        said = "\n".join(f"{name}: {what}" for name, what in about.items())
        return show(options, {"figures": about}, said)
    figure = figure_named(options.figure)
    if options.study is None:
        raise WrongValueError("study", None, "figure_study")
    study = read_study(options)
    asked = ("query", "inputs", "moved", "impossible", "covariates", "confidence_level")
    given = {
        **{name: getattr(options, name, None) for name in asked},
        "n": options.draws,
        "rng": SEED if options.rng is None and "rng" in figure.takes else options.rng,
        "strata": named_strata(study, options.strata),
    }
    given = {name: value for name, value in given.items() if value is not None}
    text, width = language(options.lang), options.width or WIDTH
    with named(n="draws", a="inputs", b="inputs"):
        picture = draw(figure, study, text, given)
    path = Path(options.out or f"{study.id}-{figure.name}.svg")
    content = picture.file(
        path.suffix[1:].lower(), width=width, footer=footer(figure, study, text, given)
    )
    write_file(path, lambda file: file.write(content))
    plain = {
        "study": study.id,
        "figure": figure.name,
        "file": str(path),
        "title": picture.title,
        "alt": picture.alt,
        "caption": picture.caption,
        "width_cm": round(2.54 * width, 4),
    }
    written = text("figure.written", path=path)
    return show(options, plain, "\n".join([picture.title, written]))


def _sentence(options: Namespace) -> int:
    study = read_study(options)
    from gevinst.reports.front.quote import quote
    from gevinst.text.language import LANGUAGES, language

    asked = LANGUAGES if options.json else (options.lang,)
    said = {lang: quote(study, language(lang), n=options.draws, rng=options.rng) for lang in asked}
    return show(options, {"study": study.id, "sentence": said}, said[options.lang])


def _new(options: Namespace) -> int:
    from gevinst.files.studies import check
    from gevinst.files.written.new import write_new
    from gevinst.text.language import language

    options.study, old = options.like, getattr(options, "from")
    study = None if options.like is None else read_study(options)
    if study is None:
        choose_language(options, check(old)[1] if old else None)
    text = language(options.lang)
    path = write_new(options.script, text, study, old)
    kind = path.suffix.lower()[1:] if path.is_file() else "folder"
    content = {"study": study.id if study else None, "file": str(path)}
    return show(options, content, text(f"new.written_{kind}", path=path))


_YEARS = ("years", "persistence", "discount", "timing")
COMMANDS = (
    Command("check", STUDY, check),
    Command("gain", CHOSEN, _asks("gain")),
    Command("audit", (*CHOSEN, NUMBERS), _audit),
    Command("bootstrap", (*CHOSEN, LEVEL, METHODS, RNG, IMPOSSIBLE), _bootstrap),
    Command("stratify", (*CHOSEN_BUT_WEIGHTS, STRATA, LEVEL, IMPOSSIBLE), _stratify),
    Command(
        "adjust",
        (*CHOSEN_BUT_WEIGHTS, STANDARDISE, STRATA, COVARIATES, OUTCOME, TIME, AS_PUBLISHED, LEVEL),
        _adjust,
    ),
    Command(
        "simulate",
        (*DRAWN, VARY, TARGET, LEVEL, UNTIL_MCSE, WORKERS, STANDARDISE, STRATA, KEEP, OUT_FILE),
        _simulate,
    ),
    Command("batch", BATCH, batch),
    Command("missing", (*CHOSEN, LEVEL), _asks("missing", "confidence_level")),
    Command(
        "scenarios", (*CHOSEN, AXES, LEVEL), _asks("scenarios", "confidence_level", axes="axis")
    ),
    Command(
        "years",
        (*DRAWN, *YEARS, LEVEL),
        _asks("years", "confidence_level", "rng", *_YEARS, n="draws"),
    ),
    Command("cases", CHOSEN, _asks("cases")),
    Command(
        "bounds",
        (*CHOSEN, QUERY, MOVED, IMPOSSIBLE),
        _asks("bounds", "query", "moved", "impossible"),
    ),
    Command("progression", CHOSEN, _asks("progression")),
    Command("activity", (*CHOSEN, LEVEL), _asks("activity", "confidence_level")),
    Command("outcomes", (*CHOSEN, LEVEL), _asks("outcomes", "confidence_level")),
    Command("accounts", CHOSEN, _asks("accounts")),
    Command("survey", (*CHOSEN, LEVEL), _asks("survey", "confidence_level")),
    Command(
        "sensitivity",
        (*DRAWN, LEVEL, IMPOSSIBLE),
        _asks("sensitivity", "confidence_level", "impossible", "rng", n="draws"),
    ),
    Command("deadweight", (*CHOSEN, LEVEL), _asks("deadweight", "confidence_level")),
    Command("robustness", CHOSEN, _asks("robustness")),
    Command("plan", (*CHOSEN, LEVEL, POWER, MATTERS, SIZE, TARGET), _plan),
    Command("ask", (*CHOSEN, LEVEL, ANSWERED), _ask),
    Command("verify", (*PRINTED, CLAIMS), _verify),
    Command("report", (*DRAWN, OUT_FOLDER, NO_FIGURES, ALL, TEMPLATE), _report),
    Command("figure", FIGURE, _figure),
    Command("sentence", DRAWN, _sentence),
    Command("new", (*PRINTED, SCRIPT, LIKE, FROM), _new),
    Command("studies", PRINTED, studies),
    Command("gallery", PRINTED, gallery),
)
"""Every command, in the order help lists them. To add one: a function, a row here, and its
line in the texts under ``cli.command``; where the answer only has to be shown, `_asks` is
the function."""
