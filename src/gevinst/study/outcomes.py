"""Outcomes in units of their own: days, hours, reconvictions, or who was in a status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from gevinst.stats.yes_no.printed import counts_of, fitting_bases, rounding_to
from gevinst.study.named import Arm, Named
from gevinst.text.language import Label

STATUS, COLUMN, EVENTS, SHARES, AMOUNT = "status", "column", "events", "shares", "amount"
"""Kinds of outcomes; the last is a total without a spread."""

MOST_BASES = 8
"""So many numbers of citizens are named that printed shares can be of."""

_MOST_TRIED = 100_000
"""Of more citizens nearly every number gives whatever share is printed."""


@dataclass(frozen=True)
class OutcomeRow:
    """What is printed of an outcome in one arm: a number of units, or a rate.

    Parameters
    ----------
    arm : str
        Its id.
    time : str
        Id of the time; the last where none is said.
    amount : tuple of float or None
        Fewest and most units in all; they differ where a number is suppressed. None where a rate
        is printed.
    rate, rounding : float or None, float
        Units per so many citizens as the outcome says, of shares a percentage, and the unit of its
        last digit.
    citizens : int or None
        Of how many citizens; None where that is not said.
    source : str
        Where it stands.
    """

    arm: str
    time: str
    amount: tuple[float, float] | None
    rate: float | None
    rounding: float
    citizens: int | None
    source: str


@dataclass(frozen=True)
class Outcome(Named):
    """An outcome: of counted statuses, of a column of person rows, or of rows of a table.

    Parameters
    ----------
    unit : Label
        What is counted or measured; of a status, citizens.
    per : float
        So many citizens its rates are of.
    events, shares : bool
        Whether units are events, or citizens of whom something is so: both are whole numbers.
    status, time : str
        Id of a status or a group of statuses, and of the time; the last where none is said.
    column : str
        A column of numbers of the person rows.
    rows : tuple of OutcomeRow
        What is printed, where it is neither.
    """

    unit: Label = field(default_factory=dict)
    per: float = 1.0
    events: bool = False
    status: str = ""
    time: str = ""
    column: str = ""
    rows: tuple[OutcomeRow, ...] = ()
    shares: bool = False

    @property
    def kind(self) -> str:
        """One of `STATUS`, `COLUMN`, `EVENTS`, `SHARES` and `AMOUNT`."""
        kinds = {
            STATUS: self.status,
            COLUMN: self.column,
            EVENTS: self.events,
            SHARES: self.shares,
        }
        return next((kind for kind, there in kinds.items() if there), AMOUNT)

    @property
    def yes_no(self) -> bool:
        """Whether it is so of a citizen or not."""
        return self.kind in (STATUS, SHARES)

    @property
    def printed(self) -> bool:
        """Whether a table says what there was of it."""
        return not (self.status or self.column)

    def whole(self, row: OutcomeRow, citizens: int) -> tuple[float, float] | None:
        """Return the fewest and the most units that a row can be of, in all.

        Of events behind a printed rate, and of citizens behind a printed share, these are the whole
        numbers that are printed so, halves rounded up or down.

        Parameters
        ----------
        row : OutcomeRow
            One of `rows`.
        citizens : int
            Of how many it is.

        Returns
        -------
        tuple of float or None
            None where no whole number is printed so.

        Examples
        --------
        >>> reconvictions = Outcome("reconvictions", {}, per=100.0, events=True)
        >>> reconvictions.whole(OutcomeRow("a", "end", None, 142.0, 1.0, None, ""), 1000)
        (1415, 1425)
        >>> in_work = Outcome("in_work", {}, shares=True)
        >>> in_work.whole(OutcomeRow("a", "end", None, 65.0, 1.0, None, ""), 243)
        (157, 159)
        """
        if row.amount is not None:
            return row.amount
        rate = row.rate or 0.0
        if not (self.events or self.shares):
            total = rate * (citizens / self.per)
            return total, total
        if self.shares:
            found = counts_of(rate, row.rounding, citizens)
        else:
            found = rounding_to(rate, row.rounding, citizens, self.per)
        return (found[0], found[-1]) if found else None


def open_bases(outcomes: Iterable[Outcome], arm: Arm) -> tuple[int, ...] | None:
    """Return of how many citizens an arm's shares can be, where not all can be of its analysed.

    Those shares of which it is not said of how many they are.

    Parameters
    ----------
    outcomes : iterable of Outcome
        A study's.
    arm : Arm
        One of its arms.

    Returns
    -------
    tuple of int or None
        The largest numbers up to the arm's enrolled that all of them can be of, at most
        `MOST_BASES`. None where all can be of the analysed, and are taken so.
    """
    shares = [
        (row.rate, row.rounding)
        for outcome in outcomes
        if outcome.shares
        for row in outcome.rows
        if row.arm == arm.id and row.rate is not None and row.citizens is None
    ]
    if all(counts_of(*share, arm.analysed) for share in shares):
        return None
    return largest_bases(shares, arm.enrolled)


def largest_bases(shares: Iterable[tuple[float, float]], most: int) -> tuple[int, ...]:
    """Return the largest numbers of citizens, up to one, that all of some shares can be of."""
    tried = range(most, max(0, most - _MOST_TRIED), -1)
    return tuple(islice(fitting_bases(shares, tried), MOST_BASES))
