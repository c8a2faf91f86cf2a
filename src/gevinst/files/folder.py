"""A study folder: study.toml and its CSV tables, read into a Study with all problems at once."""

from __future__ import annotations

import re
from importlib.resources import files as resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gevinst.files import accounts, persons
from gevinst.files.stated import Stated
from gevinst.files.toml import Section, read_toml
from gevinst.model.horizons import CONVENTIONS, ONE_OFF, RECURRING
from gevinst.sources import settings
from gevinst.sources.registry import SOURCES, chosen, problems_of
from gevinst.study.conventions import ALL, HEADS, STATED, Conventions
from gevinst.study.named import Arm, Item, Named, Note, SourceSpec, Stratification, Time
from gevinst.study.strata import strata_of
from gevinst.study.study import Study
from gevinst.text.language import Label
from gevinst.text.problems import Problems, StudyError, suggest

ALTERNATIVES = {"basis": "rates", "weights": "weights", "payers": "payers"}
"""Kinds of alternatives a study can name (rate bases, weightings, readings of the payers), and what
its file calls them."""

ARMS = ("intervention", "control")
"""Ids of the arms that a study file names, the treated first."""

CURRENCIES = ("DKK",)
"""gevinst writes kr. and nothing else."""

_PLAIN = re.compile(r"[^\W_][\w-]*")
"""A study's id becomes the name of a folder."""

_OF_WEIGHTS = ("E079", "E081")
"""Too few citizens to weight: what needs no weights can be calculated all the same."""

Floats = NDArray[np.float64]


def bundled() -> dict[str, Path]:
    """Return the bundled studies' folders by name, in alphabetical order."""
    root = Path(str(resources("gevinst") / "datasets"))
    return {
        folder.name.replace("_", "-"): folder
        for folder in sorted(root.iterdir())
        if (folder / "study.toml").is_file()
    }


def load(name: str) -> Study:
    """Load a bundled study.

    Parameters
    ----------
    name : str
        One of those `bundled` lists, ``"ishoj-smc"`` for instance.

    Raises
    ------
    StudyError
        If there is no such study; the message lists those there are.
    """
    studies = bundled()
    if name not in studies:
        problems = Problems()
        problems.add("E001", name, known=suggest(name, list(studies)))
        raise StudyError(problems)
    return read(studies[name])


def read(path: str | Path) -> Study:
    """Read a study folder.

    Parameters
    ----------
    path : str or Path
        A folder with ``study.toml`` and its tables.

    Raises
    ------
    StudyError
        With every problem found; nothing is repaired in silence.
    """
    study, problems = check(path)
    if study is None:
        raise StudyError(problems)
    return study


def check(path: str | Path) -> tuple[Study | None, Problems]:
    """Read a study, a bundled name or a folder, and return it with all that is to be said of it.

    Returns
    -------
    Study or None
        None where there are errors.
    Problems
        Errors, warnings and notes, in the order of the files.
    """
    problems = Problems()
    folder, studies = Path(path), bundled()
    if str(path) in studies:
        if not (folder / "study.toml").is_file():
            folder = studies[str(path)]
        elif isinstance(path, str):  # a Path is a folder that somebody means
            problems.add("E067", path, name=path)
            return None, problems
    if folder.name == "study.toml":
        folder = folder.parent
    if not folder.is_dir():
        problems.add("E001", str(path), known=suggest(str(path), list(studies)))
        return None, problems
    top = read_toml(folder / "study.toml", problems)
    study = None if top is None else _read(folder, top, problems)
    return (None if problems.errors else study), problems


def _read(folder: Path, top: Section, problems: Problems) -> Study | None:
    """Read what study.toml says and then each table with it."""
    lang = top.choice("language", ("da", "en"), "en")
    study_id = top.text("id")
    if isinstance(top.values.get("id"), str) and not _PLAIN.fullmatch(study_id):
        top.problem("E077", study_id)
    paired = (folder / persons.FILE).exists()
    arms = tuple(_arm(section, lang, paired=paired) for section in top.sections("arms"))
    payers = _named(top, "payers", lang)
    strata = _named(top, "strata", lang) or (Named("all", {"da": "alle", "en": "all"}),)
    times = _times(top, lang)
    sources = tuple(_source(section, lang) for section in top.sections("sources"))
    items = (
        *(_item(section, lang, status=True) for section in top.sections("statuses")),
        *(_item(section, lang, status=False) for section in top.sections("items")),
    )
    if {arm.id for arm in arms} != set(ARMS):
        top.problem("E054", ", ".join(arm.id for arm in arms))
    named: dict[str, list[str]] = {
        "arms": [arm.id for arm in arms],
        "strata": [stratum.id for stratum in strata],
        "times": [time.id for time in times],
        "statuses / items": [item.id for item in items],
        "payers": [payer.id for payer in payers],
        "sources": [source.name for source in sources],
    }
    for axis, ids in named.items():
        if not ids and axis not in ("arms", "sources"):
            top.problem("E050", key=axis, section="study.toml")
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            top.problem("E013", twice, first=axis)
    alternatives = {
        kind: tuple(
            Named(name, section.label(lang))
            for name, section in top.section("alternatives").named(key).items()
        )
        for kind, key in ALTERNATIVES.items()
    }
    assumptions = _labels(top, "assumptions", lang)
    if problems.errors:
        return None  # the tables are read against these axes
    stated = Stated(
        arms=arms,
        strata=strata,
        times=times,
        items=items,
        payers=payers,
        groups={
            name: (section.label(lang), section.strings("members"))
            for name, section in top.named("groups").items()
        },
        bases=tuple(named.id for named in alternatives["basis"]) or ("published",),
        sources=tuple(source.name for source in sources),
        assumptions=tuple(assumptions),
        activity=tuple(top.section("activity").values),
        least_masked=0 if top.flag("suppressed_zeros") else 1,
    )
    tables = accounts.read(folder, stated, problems)
    if tables.persons is not None:
        arms = tables.persons.sized(arms, problems)
    conventions = _conventions(top, stated)
    top.choice("currency", CURRENCIES, CURRENCIES[0])
    study = Study(
        id=study_id,
        language=lang,
        title=top.section("title").label(lang),
        price_year=top.whole("price_year"),
        arms=arms,
        strata=strata,
        times=times,
        items=items,
        payers=payers,
        groups=stated.groups,
        rates=tables.rates,
        correlations=tables.correlations,
        rate_maps=tables.rate_maps,
        counts=tables.counts,
        lines=tables.lines,
        group_lines=tables.group_lines,
        shares=_shares(top, stated, tables.share),
        weights=_weights(top, stated),
        conventions=conventions,
        alternatives=alternatives,
        sources=sources,
        assumptions=assumptions,
        notes=tuple(_note(name, section, lang) for name, section in top.named("notes").items()),
        references=_labels(top, "references", lang),
        published=tables.published,
        amounts=tables.amounts,
        activity=tables.activity,
        uncounted=tables.uncounted if tables.uncounted.any() else np.zeros((0, 0, 0, 0)),
        masked={
            arm.id: tuple(sets.get(t, tables.counts[a, t][np.newaxis]) for t in range(len(times)))
            for a, arm in enumerate(arms)
            if (sets := tables.masked.get(arm.id))
        },
        paths=tables.persons.paths if tables.persons else None,
        citizens=tables.persons.citizens if tables.persons else {},
        activity_items=tuple(
            Named(name, section.label(lang)) for name, section in top.named("activity").items()
        ),
        stratification=_stratification(top, stated, lang),
    )
    if study.stratification is not None and not problems.errors:
        _check_strata(study, top)
    top.done()
    if not problems.errors:
        found = problems_of(study, chosen(study))
        problems.extend(problem for problem in found if problem.code not in _OF_WEIGHTS)
    return study


def _arm(section: Section, lang: str, *, paired: bool) -> Arm:
    """Read an arm; with person rows its sizes may be left out, and are then 0 until counted."""
    before = len(section.problems.errors)
    enrolled, analysed = (
        0 if paired and key not in section.values else section.whole(key)
        for key in ("enrolled", "analysed")
    )
    sized = len(section.problems.errors) == before
    arm = Arm(section.text("id"), section.label(lang), enrolled, analysed, section.text("source"))
    section.done()
    if paired or not sized:
        return arm
    if arm.analysed > arm.enrolled or arm.analysed < 1:
        section.problem("E055", arm.analysed, arm=arm.id, enrolled=arm.enrolled)
    return arm


def _times(top: Section, lang: str) -> tuple[Time, ...]:
    """Read the times, whose years must grow in the order they stand in."""
    times, latest = [], -1.0
    for section in top.sections("times"):
        time = Time(section.text("id"), section.label(lang), section.years("years"))
        section.done()
        times.append(time)
        if time.years is not None:
            if time.years <= latest:
                section.problem("E068", section.values["years"])
            latest = max(latest, time.years)
    return tuple(times)


def _item(section: Section, lang: str, *, status: bool) -> Item:
    item = Item(
        section.text("id"),
        section.label(lang),
        kind=RECURRING if status else section.choice("kind", (RECURRING, ONE_OFF), RECURRING),
        status=status,
        lost=status and section.flag("lost"),
        investment=not status and section.flag("investment"),
    )
    section.done()
    return item


def _source(section: Section, lang: str) -> SourceSpec:
    """Read a source with the settings that it states; each is held against what it allows."""
    name = section.choice("name", tuple(SOURCES), "rates")
    basis = section.label(lang)
    stated = {key: value for key, value in section.values.items() if key not in section.used}
    section.used.update(stated)
    for key in list(stated):
        try:
            settings.read(SOURCES[name], {key: stated[key]})
        except settings.SettingError as error:
            section.problem("E080", error.read, key=key, section=section.name, known=error.write)
            del stated[key]
    return SourceSpec(name, basis, stated)


def _note(name: str, section: Section, lang: str) -> Note:
    note = Note(name, section.label(lang), section.text("source"), section.text("quote", ""))
    section.done()
    return note


def _named(top: Section, key: str, lang: str) -> tuple[Named, ...]:
    return tuple(Named(s.text("id"), s.label(lang)) for s in top.sections(key))


def _labels(top: Section, key: str, lang: str) -> dict[str, Label]:
    return {name: section.label(lang) for name, section in top.named(key).items()}


def _weights(top: Section, stated: Stated) -> dict[str, Floats]:
    """Read stratum shares: of the citizens each stratum counts, and of each alternative."""
    strata = stated.ids("stratum")
    counted = {section.text("id"): section.whole("citizens") for section in top.sections("strata")}
    readings = {
        name: {stratum: section.section("citizens").whole(stratum) for stratum in strata}
        for name, section in top.section("alternatives").named("weights").items()
    } or {STATED: counted or {strata[0]: 1}}
    weights = {}
    for name, reading in readings.items():
        citizens = np.array([float(reading[stratum]) for stratum in strata])
        if citizens.sum() == 0.0:
            top.problem("E058", 0, key=f"{name} citizens")
        weights[name] = np.tile(citizens / max(citizens.sum(), 1.0), (len(stated.arms), 1))
    return weights


def _shares(top: Section, stated: Stated, share: Floats) -> dict[str, Floats]:
    """Read whose each amount is: as the tables say, and with two payers swapped in some strata."""
    shares = {}
    for name, section in top.section("alternatives").named("payers").items():
        shares[name] = share.copy()
        if "swap" in section.values:
            swap, strata = section.strings("swap"), section.strings("strata")
            for axis, ids in (("payer", swap), ("stratum", strata)):
                for unknown in set(ids) - set(stated.ids(axis)):
                    section.problem("E030", unknown, column=axis, known=stated.ids(axis))
            if len(swap) != 2:
                section.problem("E051", swap, key="swap", section=section.name)
            if top.problems.errors:
                continue
            pair = [stated.ids("payer").index(payer) for payer in swap]
            for stratum in strata:
                k = stated.ids("stratum").index(stratum)
                shares[name][:, k, :, :, pair] = share[:, k, :, :, pair[::-1]]
    return shares or {STATED: share}


def _stratification(top: Section, stated: Stated, lang: str) -> Stratification | None:
    """Read what citizens are compared within: groups of statuses at start, or a column."""
    if "stratification" not in top.values:
        return None
    section = top.section("stratification")
    label = section.label(lang)
    stated_by = [key for key in ("groups", "column") if key in section.values]
    groups = section.strings("groups") if "groups" in section.values else ()
    column = section.text("column", "")
    if len(stated_by) != 1 or not (groups or column):
        section.problem("E128", ", ".join(stated_by))
    known = (*stated.groups, *stated.ids("status"))
    for unknown in (name for name in groups if name not in known):
        section.problem("E030", unknown, column="groups", known=suggest(unknown, known))
    section.done()
    return Stratification(label, groups, column)


def _check_strata(study: Study, top: Section) -> None:
    """Hold the declared strata against the citizens: each start in exactly one."""
    try:
        strata_of(study)
    except StudyError as error:
        section = top.section("stratification")
        for problem in error.problems:
            section.problem(problem.code, problem.read, **problem.values)


def _conventions(top: Section, stated: Stated) -> Conventions:
    section = top.section("conventions")
    conventions = Conventions(
        section.choice("rates", stated.bases, stated.bases[0]),
        section.choice("horizon", tuple(CONVENTIONS), next(iter(CONVENTIONS))),
        section.choice("heads", HEADS, HEADS[0]),
        section.choice("perspective", (ALL, *stated.ids("payer")), ALL),
        *(
            section.choice(kind, known, known[0])
            for kind in ("weights", "payers")
            for known in [tuple(top.section("alternatives").named(kind)) or (STATED,)]
        ),
    )
    section.done()
    if CONVENTIONS[conventions.horizon].needs_years and any(
        time.years is None for time in stated.times
    ):
        section.problem("E062", conventions.horizon)
    return conventions
