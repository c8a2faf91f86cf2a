"""Every source by name, and the sources of a study with their settings.

To add one: write the class in a file of its own, name it in `SOURCES`, give it its texts, and let a
study declare it. A source of one's own needs none of that: `Study.with_source`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from gevinst.sources import settings
from gevinst.sources.lines.difference import Difference
from gevinst.sources.lines.effects import Effects
from gevinst.sources.lines.events import Events
from gevinst.sources.lines.means import Means
from gevinst.sources.lines.stated import Stated
from gevinst.sources.lines.uncounted import Uncounted
from gevinst.sources.missing import Missing
from gevinst.sources.outcomes import Outcomes
from gevinst.sources.rates import Rates
from gevinst.sources.reported import Reported
from gevinst.sources.source import MEAN, NEW_GROUP, TARGETS, Source
from gevinst.sources.suppressed import Suppressed
from gevinst.study.named import SourceSpec
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.problems import Problems, StudyError, WrongValueError, one_of, unknown_source

SOURCES: Mapping[str, type[Source]] = {
    "rates": Rates,
    "outcomes": Outcomes,
    "missing": Missing,
    "reported": Reported,
    "uncounted": Uncounted,
    "events": Events,
    "stated": Stated,
    "means": Means,
    "difference": Difference,
    "effects": Effects,
    "suppressed": Suppressed,
    "investment": Rates,
}
"""Every source by name."""


RATE_SOURCES = ("rates", "investment")
"""Those of them that draw rates; a rate names one in `drawn_by`."""


def chosen(
    study: Study, vary: Sequence[str] | str | None = None, target: str = MEAN
) -> tuple[Source, ...]:
    """Return the sources of a study that vary, with their settings.

    Parameters
    ----------
    study : Study
        Declares its sources, and carries what `Study.assume` says of them.
    vary : sequence of str, optional
        Names of those that vary, or one name; the rest stay at their published value. All by
        default.
    target : {"mean", "new_group"}
        What is drawn: see `TARGETS`.

    Raises
    ------
    ValueError
        If a name is none of the study's sources, or a setting is none of the source's; the message
        lists what there is.
    """
    target = one_of("target", target, TARGETS)
    vary = (vary,) if isinstance(vary, str) else vary
    vary = None if vary is None else list(map(one_form, vary))
    declared = [source.name for source in study.sources]
    for where, names in (("vary", vary or ()), ("assume", study.assumed)):
        for name in names:
            if name not in declared:
                raise unknown_source(where, name, declared)
    made = [_made(study, spec, target) for spec in study.sources]
    return tuple(source for source in made if vary is None or source.name in vary)


def ready(
    study: Study, vary: Sequence[str] | str | None, target: str
) -> tuple[tuple[Source, ...], Problems]:
    """Return the sources that vary, held against the study, with what is to be warned of.

    Raises
    ------
    StudyError
        If a source's settings do not fit the study.
    """
    sources = chosen(study, vary, target)
    problems = problems_of(study, sources)
    if problems.errors:
        raise StudyError(problems)
    return sources, problems


def usual(study: Study, target: str = MEAN) -> dict[str, dict[str, object]]:
    """Return the settings of each source that hang on what a study knows: it states no other."""
    found = {}
    for spec in study.sources:
        stated = {**spec.settings, **study.assumed.get(spec.name, {})}
        own = {} if spec.own else SOURCES[spec.name].usual(study, target)
        found[spec.name] = {name: each for name, each in own.items() if name not in stated}
    return {name: settings for name, settings in found.items() if settings}


def problems_of(
    study: Study, sources: Sequence[Source], called: Callable[[str], str] | None = None
) -> Problems:
    """Hold the settings of sources against the study they are of.

    Sources name a table, or ``settings``; `called` says what that is called where the study is
    read. A study that is in hand is the place itself.
    """
    problems = Problems()
    of_group = any(getattr(source, "target", MEAN) != MEAN for source in sources)
    if of_group and study.statuses and len(study.strata) > 1:
        problems.add("E131", "settings", None, NEW_GROUP)
    for source in sources:
        source.check(study, problems)
    for at, problem in enumerate(problems):
        place = study.id if called is None else called(problem.file)
        problems[at] = dataclasses.replace(problem, file=place)
    return problems


def _made(study: Study, spec: SourceSpec, target: str) -> Source:
    """Make one source from what is stated, and assumed, of it."""
    own = cast("Source | None", spec.own)
    kind = SOURCES[spec.name] if own is None else type(own)
    stated = {**spec.settings, **study.assumed.get(spec.name, {})}
    if own is None:
        stated = {**kind.usual(study, target), **stated}
    try:
        values = settings.read(kind, stated)
    except WrongValueError as error:
        raise WrongValueError(f"{spec.name}.{error.name}", error.read, error.write) from None
    if any(field.name == "target" for field in dataclasses.fields(kind)):  # type: ignore[arg-type]
        values["target"] = target
    if own is not None:
        return dataclasses.replace(own, **values)  # type: ignore[type-var]
    return kind(name=spec.name, **values)  # type: ignore[call-arg]
