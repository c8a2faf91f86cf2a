"""Outcomes in units of their own: days, hours, reconvictions, or who was in a status."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gevinst.study.named import Named
from gevinst.text.language import Label

STATUS, COLUMN, EVENTS, AMOUNT = "status", "column", "events", "amount"
"""Kinds of outcomes; the last is a total without a spread."""

_HAIR = 1e-9
"""Relative: numbers closer than this are one."""


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
        Units per so many citizens as the outcome says, and the unit of its last digit.
    citizens : int or None
        Of how many citizens; None for the arm's analysed.
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
    events : bool
        Whether units are events, which are counted in whole numbers.
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

    @property
    def kind(self) -> str:
        """One of `STATUS`, `COLUMN`, `EVENTS` and `AMOUNT`."""
        kinds = {STATUS: self.status, COLUMN: self.column, EVENTS: self.events}
        return next((kind for kind, there in kinds.items() if there), AMOUNT)

    @property
    def printed(self) -> bool:
        """Whether a table says what there was of it."""
        return not (self.status or self.column)

    def whole(self, row: OutcomeRow, citizens: int) -> tuple[float, float] | None:
        """Return the fewest and the most units that a row can be of, in all.

        Of events behind a printed rate these are the whole numbers that are printed so, halves
        rounded up or down.

        Parameters
        ----------
        row : OutcomeRow
            One of `rows`.
        citizens : int
            Of how many it is.

        Returns
        -------
        tuple of float or None
            None where no whole number of events is printed so.

        Examples
        --------
        >>> reconvictions = Outcome("reconvictions", {}, per=100.0, events=True)
        >>> reconvictions.whole(OutcomeRow("a", "end", None, 142.0, 1.0, None, ""), 1000)
        (1415, 1425)
        """
        if row.amount is not None:
            return row.amount
        rate, share = row.rate or 0.0, citizens / self.per
        if not self.events:
            return rate * share, rate * share
        low, high = ((rate + end * row.rounding / 2.0) * share for end in (-1.0, 1.0))
        room = _HAIR * max(1.0, abs(high))
        least, most = max(0, math.ceil(low - room)), math.floor(high + room)
        return (least, most) if least <= most else None
