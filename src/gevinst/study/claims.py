"""What a publication claims: figures with their places, and the accounts beside the headline."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from gevinst.study.named import Named
from gevinst.text.language import Label


@dataclass(frozen=True)
class Activity:
    """Contacts and kr. of one group in one year, in an account kept beside the headline."""

    item: str
    arm: str
    year: int
    contacts: tuple[int, ...]
    """The values it can have: one, or several where the count is suppressed ("<5")."""
    kr: float
    source: str
    citizens: int | None = None
    """How many citizens they are of, where it is said."""


@dataclass(frozen=True)
class ActivityItem(Named):
    """An item of that account, and what its contacts are called: admissions, visits."""

    counted: Label = field(default_factory=dict)


@dataclass(frozen=True)
class AccountYear:
    """A year's total in an account that is of no persons.

    Parameters
    ----------
    group : str
        Whose: id of one of the study's groups of accounts; empty where none is said.
    year : int
        Of the calendar.
    amount : float
        As stated.
    of : float or None
        How much of the account's base there was that year; None where it has none.
    source : str
        Where it stands.
    index : float
        What the amount is multiplied by to be in the account's price year; 1 where it has none.
    """

    group: str
    year: int
    amount: float
    of: float | None
    source: str
    index: float = 1.0

    @property
    def restated(self) -> float:
        """The amount in the prices that the account is shown in."""
        return self.amount * self.index


@dataclass(frozen=True)
class YearlyAccount(Named):
    """An account by year without persons: a budget line, or a number of stays.

    Parameters
    ----------
    unit : Label
        What is counted; empty where it is the study's money.
    base : Label
        What amounts are shown per, as inhabitants; empty where they are not.
    per : float
        So many of the base an amount is shown per.
    start : int or None
        The year in which what may have changed it began; None where that is not said.
    price_year : int or None
        In whose prices it is shown; None: as stated.
    compared_with : str
        Id of the group, or of another account, that it is held against; empty where none is.
    rows : tuple of AccountYear
        In the order in which they stand.
    """

    unit: Label = field(default_factory=dict)
    base: Label = field(default_factory=dict)
    per: float = 1.0
    start: int | None = None
    price_year: int | None = None
    compared_with: str = ""
    rows: tuple[AccountYear, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """Ids of those whose account it is, in the order in which they first stand."""
        return tuple(dict.fromkeys(row.group for row in self.rows))

    @property
    def money(self) -> bool:
        """Whether it is in the study's currency."""
        return not self.unit

    def years(self, group: str) -> tuple[int, ...]:
        """Years that a group's total is stated of, from the first."""
        return tuple(sorted(row.year for row in self.rows if row.group == group))


def pairs_of(
    account: YearlyAccount, by_id: Mapping[str, YearlyAccount]
) -> list[tuple[str, YearlyAccount, str]]:
    """Return what each group of an account is held against: an account, and a group of it.

    Parameters
    ----------
    account : YearlyAccount
        Of another account it is held against the same group there, else against its own group.
    by_id : mapping of str to YearlyAccount
        A study's.
    """
    reference, groups = account.compared_with, account.groups
    if reference in by_id:
        other = by_id[reference]
        return [(group, other, group) for group in groups if group in other.groups]
    there = bool(reference) and reference in groups
    return [(group, account, reference) for group in groups if there and group != reference]


@dataclass(frozen=True)
class Answer:
    """How many of those asked gave an answer to a question at a time.

    Parameters
    ----------
    question, answer, time : str
        Ids of the survey's.
    arm : str
        Id of the arm that was asked; empty where it is not said, or everybody.
    asked : int or None
        How many were asked; None where it is not said.
    count : int or None
        How many gave the answer, where that is printed; else `percent` is.
    percent, rounding : float
        As printed, and the unit of its last digit.
    figure : str
        Id of the published figure it is; empty where it is none.
    source : str
        Where it stands.
    """

    question: str
    answer: str
    time: str
    arm: str
    asked: int | None
    count: int | None
    percent: float
    rounding: float
    figure: str
    source: str


@dataclass(frozen=True)
class Survey:
    """What citizens, or those who know them, were asked: names of it, and the answers in order."""

    questions: tuple[Named, ...] = ()
    answers: tuple[Named, ...] = ()
    times: tuple[Named, ...] = ()
    given: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Published:
    """A figure or a claim as published: data, not a finding.

    Parameters
    ----------
    id : str
        Its name.
    measure : str
        What it says a number of; `gevinst.analyses.published` recalculates it.
    relation : str
        ``=`` for a figure, ``>`` or ``<`` for a claim of direction.
    value : float
        In `unit`; for a claim of direction what it is compared with.
    unit : str
        ``kr``, ``pct``, ``citizens`` ...: one of `gevinst.analyses.published.UNITS`.
    rounding : float
        Unit of the last printed digit; 0 where the number is exact.
    source, quote : str
        Where it stands, and the words where the text claims it.
    arm, stratum, time, since, item, payer : str
        Where; empty means the whole. `since` is the earlier time of a change; `item` a status, a
        line, a group of statuses, or an item of the health account.
    of : int or None
        For a percentage of people: the number asked.
    years : float or None
        How many years the figure covers, where that matters.
    said_as : str
        What the text calls it: ``total``, ``effect``, ``annual``, or nothing.
    low, high : float or None
        The range that is printed around it: of a sensitivity analysis, or an interval.
    follows : str
        How it follows from other published figures: a formula over their ids.
    """

    id: str
    measure: str
    relation: str
    value: float
    unit: str
    rounding: float
    source: str
    quote: str = ""
    arm: str = ""
    stratum: str = ""
    time: str = ""
    since: str = ""
    item: str = ""
    payer: str = ""
    of: int | None = None
    years: float | None = None
    said_as: str = ""
    follows: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def digits(self) -> int:
        """Decimals it is printed with: as its rounding says, else those it has."""
        if self.rounding > 0.0:
            return max(0, math.ceil(-math.log10(self.rounding) - 1e-9))
        return next((d for d in range(6) if round(self.value, d) == self.value), 6)

    def agrees(self, value: float, slack: float = 0.0) -> bool:
        """Whether a recalculated value is what was published.

        Half the unit of the last printed digit lies to either side of it.

        Parameters
        ----------
        value : float
            The recalculated value, in `unit`.
        slack : float
            How far the value can lie from it because its own inputs are printed rounded.
        """
        if self.relation == ">":
            return value > self.value
        if self.relation == "<":
            return value < self.value
        # A relative hair for binary fractions: 22,513.4999999 and 22,513.5 are one number.
        return abs(value - self.value) <= self.rounding / 2 + slack + 1e-9 * abs(self.value)
