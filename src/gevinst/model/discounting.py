"""Discounting: what an amount of a later year is worth at the start, under a schedule of rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Timing = Literal["end", "mid", "start"]
TIMINGS: tuple[Timing, ...] = get_args(Timing)
"""When in its year a flow counts as paid."""
_BEFORE_ITS_END: Mapping[str, float] = {"end": 0.0, "mid": 0.5, "start": 1.0}

NONE, OWN = "none", "own"
Rates = tuple[tuple[float | None, float], ...]
"""Until which year, and the rate a year until then, 0.035 for 3.5 %; the last has no end."""

SCHEDULES: dict[str, Rates] = {
    "finance_ministry": ((35.0, 0.035), (70.0, 0.025), (None, 0.015)),
    "treasury": ((30.0, 0.035), (75.0, 0.030), (None, 0.025)),
}
"""Real rates by the names that studies call them, each with its source in the texts."""


@dataclass(frozen=True)
class Discounting:
    """A schedule of rates, and when in its year a flow counts as paid.

    Parameters
    ----------
    schedule : str
        ``none``, one of `SCHEDULES`, or ``own``.
    rates : tuple
        As `Rates`; none where nothing is discounted.
    timing : str
        One of `TIMINGS`.
    source : str
        Whose rates they are; empty of a schedule that is known by its name.

    Notes
    -----
    The factor of t years is a product over the years, each at its own rate:
    1 / prod_j (1 + r_j)^(years of t at r_j), so that half a year counts with the power of a half.
    HM Treasury (2022), The Green Book, annex 6; Finansministeriet (2021),
    Dokumentationsnotat for den samfundsøkonomiske diskonteringsrente.

    Examples
    --------
    >>> ministry = discounting_as("finance_ministry")
    >>> [round(ministry.factor(t), 4) for t in (0, 1, 1.5, 35, 36)]
    [1.0, 0.9662, 0.9497, 0.3, 0.2927]
    """

    schedule: str = NONE
    rates: Rates = ()
    timing: Timing = "end"
    source: str = ""

    def factor(self, years: float) -> float:
        """Return what a krone paid so many years after the start is worth then."""
        found, begins = 1.0, 0.0
        for to, rate in self.rates:
            ends = years if to is None else min(years, to)
            if ends > begins:
                found /= (1.0 + rate) ** (ends - begins)
                begins = ends
        return found

    def of_year(self, year: int) -> float:
        """Return what a krone of a year's flow is worth at the start; the first year is 1."""
        return self.factor(year - _BEFORE_ITS_END[self.timing])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        rates = [{"to": to, "rate": rate} for to, rate in self.rates]
        about = {"schedule": self.schedule, "timing": self.timing, "source": self.source}
        return {**about, "rates": rates}


def discounting_as(schedule: str, stated: Discounting | None = None) -> Discounting:
    """Return the discounting that a schedule's name means: a study's own, else a known one.

    What a study says of when in its year a flow is paid holds for other schedules too.
    """
    if stated is not None and stated.schedule == schedule:
        return stated
    timing = TIMINGS[0] if stated is None else stated.timing
    return Discounting(schedule, SCHEDULES.get(schedule, ()), timing)


def discounting_of(plain: Mapping[str, Any]) -> Discounting:
    """Return what `Discounting.to_dict` wrote."""
    rates = tuple((each["to"], each["rate"]) for each in plain["rates"])
    return Discounting(**{**plain, "rates": rates})
