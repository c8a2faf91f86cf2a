"""Studies: those there are, and one read with all problems at once, wherever it is held."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path

import numpy as np

from gevinst.files.choices import (
    read_conventions,
    read_discount,
    read_shares,
    read_stratification,
    read_weights,
)
from gevinst.files.claims import names_figures, read_activity, read_published, read_survey
from gevinst.files.container import SETTINGS, Container, Folder
from gevinst.files.counted.accounts import read_accounts
from gevinst.files.counted.columns import read_counts
from gevinst.files.counted.outcomes import read_outcomes
from gevinst.files.people import numeric_columns, read_citizens, unknown_columns
from gevinst.files.priced.effects import check_elsewhere, read_elsewhere
from gevinst.files.priced.lines import read_lines
from gevinst.files.priced.means import read_summaries
from gevinst.files.priced.rates import read_correlations, read_index, read_prices, read_rates
from gevinst.files.settings import read_citizen, read_notes, read_stated
from gevinst.files.stated import Contents, Stated, known_starts
from gevinst.files.toml import Section
from gevinst.files.workbook.cells import is_workbook
from gevinst.files.workbook.read import Workbook
from gevinst.model.horizons import CONVENTIONS
from gevinst.sources.registry import chosen, problems_of
from gevinst.study.claims import ActivityItem, Published
from gevinst.study.outcomes import Outcome
from gevinst.study.strata import strata_of
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.problems import Problem, Problems, StudyError, suggest, warn
from gevinst.text.reasons import of_system

OF_EFFECTS = ("effects", "consequences", "persistence")
"""Tables of effects from elsewhere: none is of use without the first two."""

PRICING = ("rates", "prices", "lines", "correlations", "summaries", *OF_EFFECTS)
"""Tables of money: a study without any of them, and without items, is one of outcomes alone."""


_OF_WEIGHTS = ("E079", "E081")
"""Too few citizens to weight: what needs no weights can be calculated all the same."""


def bundled() -> dict[str, Path]:
    """Return the bundled studies' folders by name, in alphabetical order.

    Returns
    -------
    dict

    Examples
    --------
    >>> import gevinst as gv
    >>> "ishoj-smc" in gv.bundled()
    True
    """
    root = Path(str(resources("gevinst") / "datasets"))
    return {
        folder.name.replace("_", "-"): folder
        for folder in sorted(root.iterdir())
        if (folder / SETTINGS).is_file()
    }


def evaluations() -> dict[str, Path]:
    """Return the folders of the gallery's published evaluations by name, in that order."""
    root = Path(str(resources("gevinst") / "datasets" / "gallery"))
    names = ((folder.name.replace("_", "-"), folder) for folder in sorted(root.iterdir()))
    return {f"gallery/{name}": folder for name, folder in names}


def load(name: str) -> Study:
    """Load a bundled study, or one of the gallery of published evaluations.

    Parameters
    ----------
    name : str
        One of those that `bundled` lists, ``"ishoj-smc"`` for instance, or of `gallery`.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        If there is no such study; the message lists those there are.

    Examples
    --------
    >>> import gevinst as gv
    >>> [arm.analysed for arm in gv.load("ishoj-smc").arms]
    [28, 26]
    """
    name, studies = one_form(name), bundled() | evaluations()
    if name not in studies:
        raise StudyError([Problem("E001", name, values={"known": suggest(name, list(studies))})])
    return read(studies[name])


def read(path: str | Path) -> Study:
    """Read a study.

    Parameters
    ----------
    path : str or Path
        A folder with ``study.toml`` and its contents, or a workbook, ``.xlsx``.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With every problem found; nothing is repaired in silence.

    Warns
    -----
    StudyWarning
        With all that is doubtful; `check` returns it.

    Examples
    --------
    >>> import gevinst as gv
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     gv.write(gv.load("ishoj-smc"), f"{folder}/copy.xlsx")
    ...     gv.read(f"{folder}/copy.xlsx").price_year
    2018
    """
    study, problems = check(path)
    if study is None:
        raise StudyError(problems)
    warn(problems)
    return study


def check(path: str | Path) -> tuple[Study | None, Problems]:
    """Read a study, and return it with all that is to be said of it.

    Parameters
    ----------
    path : str or Path
        A bundled name, a folder or a workbook.

    Returns
    -------
    Study or None
        None where there are errors.
    Problems
        Errors, warnings and notes, in the order of the files.

    Examples
    --------
    >>> import gevinst as gv
    >>> study, problems = gv.check("ishoj-smc")
    >>> study.price_year, {problem.severity for problem in problems}
    (2018, {'note'})
    """
    problems = Problems()
    try:
        container = _container(path, problems)
    except OSError as error:
        problems.add("E162", str(path), reason=of_system(error))
        container = None
    study = None if container is None else read_study(container)
    return study, problems


def _container(path: str | Path, problems: Problems) -> Container | None:
    """Find what holds a study: the folder of a bundled name or a path, or a workbook."""
    place = Path(path)
    with suppress(RuntimeError):  # of a user that there is not
        place = place.expanduser()
    if is_workbook(place) and place.is_file():
        return Workbook.opened(place, problems)
    folder = _folder(path, problems)
    return None if folder is None else Folder(folder, problems)


def _folder(path: str | Path, problems: Problems) -> Path | None:
    """Find the folder of a bundled name or a path."""
    folder, studies = Path(path), bundled() | evaluations()
    with suppress(RuntimeError):  # of a user that there is not
        folder = folder.expanduser()
    if str(path) in studies:
        if not (folder / SETTINGS).is_file():
            return studies[str(path)]
        if isinstance(path, str):  # a Path is a folder that somebody means
            problems.add("E067", path, name=path)
            return None
    if folder.name == SETTINGS:
        folder = folder.parent
    if folder.is_dir():
        if not (folder / SETTINGS).exists():
            problems.add("E175", str(path))
            return None
        return folder
    if folder.exists():
        if (folder.parent / SETTINGS).exists():
            problems.add("E176", str(path), folder=str(folder.parent))
        else:
            problems.add("E177", str(path))
    elif folder.suffix or len(folder.parts) > 1:
        problems.add("E179", str(path))
    else:
        problems.add("E001", str(path), known=suggest(str(path), list(studies)))
    return None


def read_study(container: Container) -> Study | None:
    """Read a container's settings and then each table against them; None where there are errors."""
    problems = container.problems
    top = container.settings()
    if top is None:
        return None
    priced = any(map(container.has, PRICING))
    stated = read_stated(top, paired=container.has("citizens"), priced=priced)
    if container.unfinished(readable=stated is not None) or stated is None:
        return None
    container = container.reading(stated.style)
    contents = _read_contents(container, top, stated)
    if contents.persons is not None:
        stated = replace(stated, arms=contents.persons.sized(stated.arms))
    stated = replace(stated, outcomes=_read_outcomes(container, top, stated, contents))
    study = check_elsewhere(_assemble(top, stated, contents), top)
    if study.stratification is not None and not problems.errors:
        _check_strata(study, top)
    for column, known in unknown_columns(study.design.values(), study.citizens):
        top.section("design").problem("E125", column, known=known)
    two = CONVENTIONS[study.conventions.horizon].contrast_only
    if study.priced and study.contrast.reference is None and two:
        top.section("conventions").problem("E193", study.conventions.horizon)
    top.done()
    if not study.priced and not problems.errors:
        called = list(map(container.called, PRICING[:3]))
        problems.add("N250" if study.arms else "N340", top.file, known=called)
    elif not problems.errors:
        _check_used(study, container, top)
        if study.undiscounted:
            problems.add("N310", top.file)
        # Citizens are counted from their rows where there are such.
        counts = "counts" if contents.persons is None else "citizens"
        found = problems_of(
            study,
            chosen(study),
            lambda table: container.called(counts if table == "counts" else table),
        )
        problems.extend(problem for problem in found if problem.code not in _OF_WEIGHTS)
    return None if problems.errors else study


def _read_contents(container: Container, top: Section, stated: Stated) -> Contents:
    """Read each table against what the settings name."""
    contents = Contents.of(stated)
    if container.has("index"):
        contents.index = read_index(table := container.needed("index"))
        index = {each.year: each.value for each in contents.index}
        stated = replace(stated, index={} if table.faulty else index)
    if stated.ids("status"):
        if container.has("citizens"):
            if container.has("counts"):
                container.problems.add("E107", container.called("citizens"))
            read_citizens(container.needed("citizens"), stated, contents)
        else:
            read_counts(container.needed("counts"), stated, contents)
        if stated.priced:
            read_rates(container.needed("rates"), stated, contents)
            read_prices(container.needed("prices"), stated, contents)
    elsewhere = any(map(container.has, OF_EFFECTS)) or "effects" in top.values
    of_lines = container.has("lines") or not (container.has("summaries") or elsewhere)
    if of_lines and len(stated.ids("item")) > len(stated.ids("status")):
        read_lines(container.needed("lines"), stated, contents)
    if container.has("summaries"):
        read_summaries(container.needed("summaries"), stated, contents)
    if elsewhere:
        read_elsewhere(container, top, stated, contents)
    if container.has("correlations"):
        read_correlations(container.needed("correlations"), stated, contents)
    years: tuple[str, ...] | None = ()
    if stated.activity:
        read_activity(table := container.needed("activity"), stated, contents)
        years = tuple(sorted({str(activity.year) for activity in contents.activity}))
        years = None if table.faulty else years
    of_accounts: tuple[str, ...] | None = ()
    if stated.accounts or container.has("accounts"):
        contents.accounts = read_accounts(table := container.needed("accounts"), stated)
        found = {str(row.year) for account in contents.accounts for row in account.rows}
        of_accounts = None if table.faulty else tuple(sorted(found))
    figures: tuple[Published, ...] | None = ()
    if container.has("published"):
        table = container.needed("published")
        figures = read_published(table, stated, years, of_accounts)
        contents.published = figures
        figures = None if table.faulty else figures
    if stated.survey.questions or container.has("survey"):
        table = container.needed("survey")
        if not container.has("published") and names_figures(table):
            container.needed("published")  # which says that it is missing
            figures = None
        contents.survey = read_survey(table, stated, figures)
    return contents


def _read_outcomes(
    container: Container, top: Section, stated: Stated, contents: Contents
) -> tuple[Outcome, ...]:
    """Read what there was of the outcomes; hold columns against those that came with citizens."""
    persons = {} if contents.persons is None else contents.persons.citizens
    for section, outcome in zip(top.sections("outcomes"), stated.outcomes, strict=True):
        known = numeric_columns(persons)
        if outcome.column and outcome.column not in known and not container.problems.errors:
            section.problem("E255", outcome.column, known=suggest(outcome.column, known) or "–")
    if container.has("outcomes") or any(outcome.printed for outcome in stated.outcomes):
        return read_outcomes(container.needed("outcomes"), stated)
    return stated.outcomes


def _assemble(top: Section, stated: Stated, contents: Contents) -> Study:
    """Make a study of what its tables hold and of what else its settings state."""
    lang = stated.language
    discount = read_discount(top)
    conventions = read_conventions(top, stated, discount)
    persons = contents.persons
    return Study(
        id=stated.id,
        language=lang,
        title=top.section("title").label(lang),
        price_year=top.year("price_year") if stated.priced or "price_year" in top.values else 0,
        arms=stated.arms,
        strata=stated.strata,
        times=stated.times,
        items=stated.items,
        payers=stated.payers,
        groups=stated.groups,
        rates=tuple(contents.rates),
        correlations=contents.correlations,
        rate_maps=contents.rate_maps,
        counts=contents.counts,
        stratum_counts=contents.stratum_counts,
        lines=contents.lines,
        group_lines=contents.group_lines,
        shares=read_shares(top, stated, contents.share),
        weights=read_weights(top, stated),
        conventions=conventions,
        alternatives=stated.alternatives,
        sources=stated.sources,
        assumptions=stated.assumptions,
        notes=read_notes(top, lang),
        references=top.labels("references", lang),
        published=contents.published,
        amounts=contents.amounts,
        activity=contents.activity,
        survey=contents.survey,
        uncounted=contents.uncounted if contents.uncounted.any() else np.zeros((0, 0, 0, 0)),
        masked={
            arm.id: tuple(sets.get(t, counts[np.newaxis]) for t, counts in enumerate(of_arm))
            for arm, of_arm in zip(stated.arms, contents.counts, strict=True)
            if (sets := contents.masked.get(arm.id))
        },
        paths=persons.paths if persons else None,
        citizens=persons.citizens if persons else {},
        dropout_starts=known_starts(contents.dropout_starts),
        activity_items=tuple(
            ActivityItem(name, section.label(lang), section.optional_label("counted", lang))
            for name, section in top.named("activity").items()
        ),
        stratification=read_stratification(top, stated),
        comparison=stated.comparison,
        currency=stated.currency,
        citizen=read_citizen(top),
        exchange=tuple(stated.exchange.values()),
        index=contents.index,
        number_style=stated.style.code,
        outcomes=stated.outcomes,
        design=stated.design,
        accounts=contents.accounts,
        account_groups=stated.account_groups,
        summaries=contents.summaries,
        elsewhere=contents.elsewhere,
        discount=discount,
    )


def _check_used(study: Study, container: Container, top: Section) -> None:
    """Warn of an index and of exchange rates that no amount is made with."""
    restated = [rate.restated for rate in study.rates if rate.restated]
    of_accounts = any(account.price_year for account in study.accounts)
    if study.index and not of_accounts and all(r.year == study.price_year for r in restated):
        container.problems.add("W220", container.called("index"), year=study.price_year)
    for section in top.sections("exchange"):
        currency = section.text("currency")
        if currency not in {each.currency for each in restated}:
            section.problem("W221", currency)


def _check_strata(study: Study, top: Section) -> None:
    """Hold the declared strata against the citizens: each start in exactly one."""
    try:
        strata_of(study)
    except StudyError as error:
        section = top.section("stratification")
        for problem in error.problems:
            section.problem(problem.code, problem.read, **problem.values)
