"""Years: what falls in each year under each persistence, as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.draws import Draws
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.years import said
from gevinst.analyses.years.asked import Persistence
from gevinst.analyses.years.payback import Payback
from gevinst.model.discounting import Discounting
from gevinst.model.flows import Span, covered
from gevinst.sources.source import Varied
from gevinst.text.language import Lang, Language, language
from gevinst.text.problems import Problem, say_all
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]

KINDS = START, OBSERVED, PARTLY, UNKNOWN, EXTRAPOLATED = (
    "start",
    "observed",
    "partly",
    "unknown",
    "extrapolated",
)
"""What a year is: the very start, seen in whole, seen in part, before the last observation and in
none of the times, or only assumed."""


@dataclass(frozen=True)
class Ratio:
    """Limits of benefits per krone invested, over the draws."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Under:
    """One persistence under one coupling.

    Parameters
    ----------
    worth : Draws
        Of the net present value.
    limits : ndarray, shape (1 + years, 2)
        Of what has come by the end of each year, as it is worth at the start.
    payback : Payback or None
        None of stated courses, and where citizens are too few for a law.
    ratio : Ratio or None
        None where there is no law, or no investment in every draw.
    """

    worth: Draws
    limits: Floats
    payback: Payback | None
    ratio: Ratio | None


@dataclass(frozen=True, eq=False)
class Course:
    """The difference by year under one persistence, kr. per citizen.

    Parameters
    ----------
    persistence : Persistence
        What comes after the last observation.
    flow, present, cumulative : ndarray, shape (1 + years,)
        Of the calculation: what falls in a year, what that is worth at the start, and their sum so
        far; the start first.
    invested : float
        Present value of what was paid for the intervention, beyond the reference.
    back : int or None
        The year in which the calculation is paid back; None where it is not.
    by_coupling : mapping of str to Under
        The draws.
    """

    persistence: Persistence
    flow: Floats
    present: Floats
    cumulative: Floats
    invested: float
    back: int | None
    by_coupling: Mapping[str, Under]

    @property
    def npv(self) -> float:
        """Net present value, kr. per citizen."""
        return float(self.cumulative[-1])

    @property
    def widest(self) -> str:
        """The coupling with the widest interval: the row to quote."""
        found = self.by_coupling
        return max(found, key=lambda c: found[c].worth.found.high - found[c].worth.found.low)

    @property
    def ratio(self) -> float | None:
        """Benefits per krone invested; None where nothing more was invested."""
        return 1.0 + self.npv / self.invested if self.invested > 0.0 else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        couplings = {}
        for name, each in self.by_coupling.items():
            couplings[name] = {
                **each.worth.to_dict(),
                "limits_by_year": each.limits.tolist(),
                "payback": each.payback and each.payback.to_dict(),
                "ratio": each.ratio and {"low": each.ratio.low, "high": each.ratio.high},
            }
        return {
            "persistence": self.persistence.name,
            "net_present_value": self.npv,
            "payback_year": self.back,
            "investment": self.invested,
            "benefits": self.npv + self.invested,
            "ratio": self.ratio,
            "by_coupling": couplings,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Years(Result):
    """The difference by year, with what stands behind it.

    Parameters
    ----------
    years : int
        How many are looked at.
    seen : float
        Years from the start to the last observation.
    known : tuple of (float, float)
        From when to when anything is known, until then.
    steps : str
        The time convention by which costs flow between times.
    discounting : Discounting
        Of later amounts.
    why : str
        Why so: ``asked``, ``stated``, ``few_years``, ``no_schedule``, or ``usual``.
    factors : tuple of float
        Of the start and of each year's flow.
    courses : tuple of Course
        One per persistence.
    level : float
        Of the intervals.
    draws : int
        How many.
    varied : tuple of Varied
        The sources that varied.
    problems : tuple of Problem
        Warnings of the sources' settings.
    provenance : Provenance
        What made the result.
    """

    years: int
    seen: float
    known: tuple[Span, ...]
    steps: str
    discounting: Discounting
    why: str
    factors: tuple[float, ...]
    courses: tuple[Course, ...]
    level: float
    draws: int
    varied: tuple[Varied, ...]
    problems: tuple[Problem, ...]
    provenance: Provenance

    drawn: ClassVar[tuple[str, ...]] = ("years",)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Warnings of the sources' settings."""
        return self.problems

    def kind(self, year: int) -> str:
        """Say what a year is: one of `KINDS`."""
        if year == 0:
            return START
        if year - 1 >= self.seen:
            return EXTRAPOLATED
        part = covered(self.known, year - 1.0, float(year))
        return UNKNOWN if part <= 0.0 else PARTLY if part < 1.0 - 1e-9 else OBSERVED

    @property
    def unknown(self) -> list[int]:
        """Years before the last observation of which nothing is known."""
        return [year for year in range(1, self.years + 1) if self.kind(year) == UNKNOWN]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "years": self.years,
            "seen": self.seen,
            "known": [list(span) for span in self.known],
            "steps": self.steps,
            "discounting": {**self.discounting.to_dict(), "why": self.why},
            "level": self.level,
            "draws": self.draws,
            "rng": self.provenance.seed,
            "varied": [source.id for source in self.varied],
            "by_year": [
                {
                    "year": year,
                    "kind": self.kind(year),
                    "factor": factor,
                    "courses": {
                        course.persistence.name: {
                            "difference": float(course.flow[year]),
                            "present_value": float(course.present[year]),
                            "cumulative": float(course.cumulative[year]),
                        }
                        for course in self.courses
                    },
                }
                for year, factor in enumerate(self.factors)
            ],
            "courses": [course.to_dict() for course in self.courses],
            "warnings": [problem.say() for problem in self.problems],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per persistence and year; the limits are of the widest coupling."""
        import pandas as pd

        rows = []
        for course in self.courses:
            limits = course.by_coupling[course.widest].limits
            rows += [
                {
                    "persistence": course.persistence.name,
                    "year": year,
                    "kind": self.kind(year),
                    "difference": course.flow[year],
                    "factor": factor,
                    "present_value": course.present[year],
                    "cumulative": course.cumulative[year],
                    "low": limits[year, 0],
                    "high": limits[year, 1],
                }
                for year, factor in enumerate(self.factors)
            ]
        return pd.DataFrame(rows).set_index(["persistence", "year"])

    def summary(self, lang: Lang = "en") -> str:
        """Say each course by year, what it is worth, and when it is paid back."""
        lines = said.summary(self, language(lang))
        return "\n".join([*self.opening(lang), *lines, *say_all(self.problems, lang)])

    def opening(self, lang: Lang = "en") -> list[str]:
        """Say what comes before all else, but the study's discounting: the answer says its own."""
        study = self.provenance.discounted(lang)
        return [line for line in super().opening(lang) if line not in study]

    def _years_picture(self, text: Language) -> Picture:
        """What has come by the end of each year, with its interval; what is assumed is hollow."""
        return said.curve(self, text)
