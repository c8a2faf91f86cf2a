"""What is uncertain. A source is one small class in one file.

It has a name, settings that a study can state (`gevinst.sources.settings`), a `check` that holds
them against the study, and a `draw` of its own named latents from its own stream. To add one: write
the class, name it in `SOURCES`, and let a study declare it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from gevinst.latents import Latents
from gevinst.problems import Problems
from gevinst.sources import settings
from gevinst.sources.events import Events
from gevinst.sources.missing import Missing
from gevinst.sources.outcomes import Outcomes
from gevinst.sources.rates import Rates
from gevinst.sources.reported import Reported
from gevinst.sources.suppressed import Suppressed
from gevinst.sources.uncounted import Uncounted
from gevinst.study import Study


class Source(Protocol):
    """Something uncertain: it draws named columns from its own stream."""

    @property
    def name(self) -> str:
        """Name of the source, and of its stream."""

    def check(self, study: Study, problems: Problems) -> None:
        """Add what in its settings does not fit the study."""

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw `rows` rows of this source's latents."""


SOURCES: Mapping[str, type] = {
    "rates": Rates,
    "outcomes": Outcomes,
    "missing": Missing,
    "reported": Reported,
    "uncounted": Uncounted,
    "events": Events,
    "suppressed": Suppressed,
    "investment": Rates,
}
"""Every source by name."""


RATE_SOURCES = ("rates", "investment")
"""Those of them that draw rates; a rate names one in `drawn_by`."""

MEAN, NEW_GROUP = "mean", "new_group"
TARGETS = (MEAN, NEW_GROUP)
"""What draws are of: the mean effect, or what a new group of the same size would show."""


def chosen(
    study: Study, vary: Sequence[str] | None = None, target: str = MEAN
) -> tuple[Source, ...]:
    """Return the sources of a study that vary, with their settings.

    Parameters
    ----------
    study : Study
        Declares its sources, and carries what `Study.assume` says of them.
    vary : sequence of str, optional
        Names of those that vary; the rest stay at their published value. All by default.
    target : {"mean", "new_group"}
        What is drawn: see `TARGETS`.

    Raises
    ------
    ValueError
        If a name is none of the study's sources, or a setting is none of the source's; the message
        lists what there is.
    """
    if target not in TARGETS:
        raise ValueError(f"target: read '{target}'; write one of: {', '.join(TARGETS)}")
    declared = [source.name for source in study.sources]
    for where, names in (("vary", vary or ()), ("assume", study.assumed)):
        for name in names:
            if name not in declared:
                known = ", ".join(declared) or "none"
                raise ValueError(f"{where}: read '{name}'; this study's sources are: {known}")
    made = [
        _made(spec.name, {**spec.settings, **study.assumed.get(spec.name, {})}, target)
        for spec in study.sources
    ]
    return tuple(source for source in made if vary is None or source.name in vary)


def problems_of(study: Study, sources: Sequence[Source]) -> Problems:
    """Hold the settings of sources against the study they are of."""
    problems = Problems()
    of_group = any(getattr(source, "target", MEAN) != MEAN for source in sources)
    if of_group and study.statuses and len(study.strata) > 1:
        problems.add("E131", "study.toml", None, NEW_GROUP)
    for source in sources:
        source.check(study, problems)
    return problems


def _made(name: str, stated: Mapping[str, object], target: str) -> Source:
    """Make one source from what is stated of it."""
    source = SOURCES[name]
    try:
        values = settings.read(source, stated)
    except settings.SettingError as error:
        raise ValueError(f"{name}.{error}") from None
    if any(field.name == "target" for field in dataclasses.fields(source)):
        values["target"] = target
    made: Source = source(name=name, **values)
    return made
