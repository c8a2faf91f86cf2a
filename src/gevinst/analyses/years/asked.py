"""What is asked of the years: how costs flow between times, what comes after, and discounting."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.model.discounting import NONE, SCHEDULES, TIMINGS, Discounting, discounting_as
from gevinst.model.flows import Flow, Span, in_periods, persisting
from gevinst.model.horizons import CONVENTIONS, RECURRING
from gevinst.study.study import LONG, Study
from gevinst.text.language import Language
from gevinst.text.problems import Problem, StudyError, WrongValueError, one_of
from gevinst.text.voice import DKK

Floats = NDArray[np.float64]

NOTHING, CONSTANT, FADING = "none", "constant", "fading"
_FADING = re.compile(r"fading=(\d*[.,]?\d+)")
BY_DEFAULT = (NOTHING, CONSTANT)
"""Between nothing and all of it lies whatever fades."""
STEPS = "cumulative_trapezoid"
"""The time convention by which an annual cost goes from one level to the next, if no other is
chosen."""


@dataclass(frozen=True)
class Persistence:
    """What comes after the last observation: an assumption, and no observation.

    Parameters
    ----------
    name : str
        ``none``, ``constant``, or ``fading=0.2``.
    kept : float
        What each year keeps of the year before.
    """

    name: str
    kept: float

    def say(self, text: Language) -> str:
        """Say it in a few words."""
        kind = self.name.partition("=")[0]
        return text(f"years.persistence.{kind}", share=text.percent(1.0 - self.kept))


def persistence_of(asked: str | float) -> Persistence:
    """Read what is to come after the last observation.

    Raises
    ------
    WrongValueError
        If it is neither of the words, nor a share a year between 0 and 1.
    """
    if isinstance(asked, str):
        if asked in BY_DEFAULT:
            return Persistence(asked, float(asked == CONSTANT))
        found = _FADING.fullmatch(asked.replace(" ", ""))
        share = float(found[1].replace(",", ".")) if found else math.nan
    else:
        share = float(asked)
    if not 0.0 < share < 1.0:
        raise WrongValueError("persistence", asked, "persistence")
    return Persistence(f"{FADING}={share:g}", 1.0 - share)


def persistences_of(asked: str | float | Sequence[str | float] | None) -> tuple[Persistence, ...]:
    """Read one or several, each once."""
    several = BY_DEFAULT if asked is None else asked
    if isinstance(several, (str, int, float)):
        several = (several,)
    found = tuple(dict.fromkeys(map(persistence_of, several)))
    if not found:
        raise WrongValueError("persistence", None, "persistence")
    return found


@dataclass(frozen=True)
class Seen:
    """How a study's costs flow as far as it saw them.

    Parameters
    ----------
    recurring, once : Flow
        Of recurring costs and of one-offs.
    falls : bool
        Whether recurring costs are annual levels, and a gain is their fall since the first time.
    until : float
        Years from the start to the last observation.
    horizon : str
        The time convention they flow by.
    spans : tuple of (float, float)
        The years of which anything is known, until the last observation.
    """

    recurring: Flow
    once: Flow
    falls: bool
    until: float
    horizon: str
    spans: tuple[Span, ...]

    def weights(
        self, persistence: Persistence, years: int, discounting: Discounting, times: int
    ) -> tuple[Floats, Floats]:
        """Return what each time counts for in each year, recurring and one-offs, (year, time)."""
        lasting = persisting(self.recurring, persistence.kept, years)
        recurring = lasting.by_year(years, discounting, times)
        return recurring, self.once.by_year(years, discounting, times)


def seen(study: Study) -> Seen:
    """Place a study's costs in years.

    Raises
    ------
    StudyError
        If it prices nothing (E256), does not say when its times are (E316), tells one level of
        cost only (E317), of one group no more than what was paid (E318), or counts citizens in
        statuses over periods (E319).
    """
    study.need_prices()
    unplaced = [time.id for time in study.times if time.until is None]
    if unplaced:
        raise StudyError([Problem("E316", study.id, values={"times": ", ".join(unplaced)})])
    years, spans = [time.years for time in study.times], [time.span for time in study.times]
    once = in_periods(years, spans)
    chosen = study.conventions.horizon
    if any(spans) or CONVENTIONS[chosen].contrast_only:
        if study.statuses:
            raise StudyError([Problem("E319", study.id)])
        if study.contrast.reference is None:
            raise StudyError([Problem("E318", study.id)])
        # After the last time at which anything recurs nothing is seen of what goes on.
        used = _recurs(study)
        recurring = in_periods(
            [year if recurs else None for year, recurs in zip(years, used, strict=True)],
            [span if recurs else None for span, recurs in zip(spans, used, strict=True)],
        )
        over = [t.until or 0.0 for t, recurs in zip(study.times, used, strict=True) if recurs]
        until = max(over, default=0.0)
        known = tuple((s[0], min(s[1], until)) for s in spans if s is not None)
        return Seen(recurring, once, False, until, "period_sum", known)
    if len(study.times) < 2:
        raise StudyError([Problem("E317", study.id)])
    steps = chosen if CONVENTIONS[chosen].needs_years else STEPS
    flow = CONVENTIONS[steps].flow
    recurring = Flow() if flow is None else flow(years, spans)
    first, until = (study.times[t].until or 0.0 for t in (0, -1))
    return Seen(recurring, once, True, until, steps, ((first, until),))


def placeable(study: Study) -> bool:
    """Whether a study's costs can be placed in years."""
    try:
        seen(study)
    except StudyError:
        return False
    return True


def _recurs(study: Study) -> NDArray[np.bool_]:
    """Whether anything recurs at each time, shape (time,)."""
    recurring = [i for i, item in enumerate(study.items) if item.kind == RECURRING]
    units = [u for u in (study.lines, study.group_lines, study.uncounted) if u.size]
    found: NDArray[np.bool_] = np.any(
        [(u[..., recurring] != 0.0).any(axis=(0, 1, 3)) for u in units], axis=0
    )
    return found


def discounting_for(
    study: Study, years: int, schedule: str | None, timing: str | None
) -> tuple[Discounting, str]:
    """Return how the years are discounted, and why so.

    As asked, else as the study says; else not, where they are few or nothing is known for its
    currency, and otherwise as its country's ministry does.

    Returns
    -------
    Discounting
    str
        ``asked``, ``stated``, ``few_years``, ``no_schedule``, or ``usual``.
    """
    stated, chosen = study.discount, study.conventions.discount
    if schedule is not None:
        name, why = one_of("discount", schedule, study.choices["discount"]), "asked"
    elif stated is not None or chosen != NONE:
        name, why = chosen, "stated"
    elif years < LONG:
        name, why = NONE, "few_years"
    elif study.currency == DKK:
        name, why = next(iter(SCHEDULES)), "usual"
    else:
        name, why = NONE, "no_schedule"
    found = discounting_as(name, stated)
    if timing is not None:
        known = one_of("timing", timing, TIMINGS)
        found = Discounting(found.schedule, found.rates, known, found.source)
    return found, why
