"""Totals by year of one group, what changed between years, and what two changes differ by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from gevinst.analyses.accounts.contacts import Ends, share_of
from gevinst.study.claims import AccountYear, YearlyAccount


@dataclass(frozen=True)
class Change:
    """What a number became between two years.

    Parameters
    ----------
    first, last : int
        Years.
    before, after : float
        What it was in each, in the account's unit (per its base where it has one).
    """

    first: int
    last: int
    before: float
    after: float

    @property
    def amount(self) -> float:
        """What it rose by; negative where it fell."""
        return self.after - self.before

    @property
    def share(self) -> float | None:
        """The same over what it was; None where that is nothing, or less."""
        return share_of(self.before, self.after)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {**asdict(self), "change": self.amount, "change_share": self.share}


@dataclass(frozen=True)
class Series:
    """An account of one group.

    Parameters
    ----------
    account, group : str
        Ids; the group is empty where none is said.
    rows : tuple of AccountYear
        From the first year.
    per : float
        So many of the base its numbers are per.
    start : int or None
        The year in which what may have changed it began.
    """

    account: str
    group: str
    rows: tuple[AccountYear, ...]
    per: float
    start: int | None

    @property
    def years(self) -> tuple[int, ...]:
        """From the first."""
        return tuple(row.year for row in self.rows)

    @property
    def values(self) -> tuple[float, ...]:
        """Per year: per the base where there is one, in the prices that it is shown in."""
        return tuple(
            row.restated if row.of is None else row.restated * self.per / row.of
            for row in self.rows
        )

    def change(self, years: Sequence[int]) -> Change | None:
        """From the first of some years to the last; None of fewer than two."""
        if len(years) < 2:
            return None
        of = dict(zip(self.years, self.values, strict=True))
        return Change(years[0], years[-1], of[years[0]], of[years[-1]])

    def before(self, years: Sequence[int]) -> list[int]:
        """Those of some years that lie before the start."""
        return [] if self.start is None else [year for year in years if year < self.start]

    def since(self, years: Sequence[int]) -> list[int]:
        """From the last of some years before the start on; none where none is on either side."""
        earlier = self.before(years)
        return list(years[len(earlier) - 1 :]) if earlier else []

    @property
    def whole(self) -> Change | None:
        """From the first year to the last."""
        return self.change(self.years)

    @property
    def steps(self) -> tuple[float, ...]:
        """Changes from one year to the next, before the start."""
        of = dict(zip(self.years, self.values, strict=True))
        return tuple(of[b] - of[a] for a, b in pairwise(self.before(self.years)) if b == a + 1)

    @property
    def earlier(self) -> Ends | None:
        """Lowest and highest of them: what was seen, and no interval; None of fewer than two."""
        return (min(self.steps), max(self.steps)) if len(self.steps) > 1 else None

    @property
    def lacking(self) -> tuple[int, ...]:
        """Years between the first and the last that have no number."""
        return tuple(sorted({*range(self.years[0], self.years[-1])} - {*self.years}))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values; changes that there are not are None."""
        spans = {
            "change": self.whole,
            "until_start": self.change(self.before(self.years)),
            "since_start": self.change(self.since(self.years)),
        }
        return {
            "account": self.account,
            "group": self.group or None,
            "start": self.start,
            "years": list(self.years),
            "values": list(self.values),
            **{name: None if span is None else span.to_dict() for name, span in spans.items()},
            "steps_before_start": list(self.steps),
        }


@dataclass(frozen=True)
class Held:
    """The changes of two series between the same years.

    Parameters
    ----------
    one, other : Series
        What is held against what.
    changes : tuple of Change
        Of each.
    """

    one: Series
    other: Series
    changes: tuple[Change, Change]

    @property
    def gap(self) -> float:
        """The first change minus the second."""
        return self.changes[0].amount - self.changes[1].amount

    @property
    def points(self) -> float | None:
        """The same of the changes in percent, in percentage points; None where one has none."""
        one, other = (change.share for change in self.changes)
        return None if one is None or other is None else 100.0 * (one - other)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        sides = (self.one, self.other)
        return {
            "held": [{"account": each.account, "group": each.group or None} for each in sides],
            "changes": [change.to_dict() for change in self.changes],
            "gap": self.gap,
            "gap_points": self.points,
        }


def series_of(account: YearlyAccount, group: str) -> Series:
    """Return what an account came to of one group, from its first year."""
    rows = (row for row in account.rows if row.group == group)
    in_order = tuple(sorted(rows, key=lambda row: row.year))
    return Series(account.id, group, in_order, account.per, account.start)


def held_of(one: Series, other: Series) -> Iterator[Held]:
    """Hold two against each other over the years that both have, and from before the start."""
    common = sorted({*one.years} & {*other.years})
    spans = dict.fromkeys(tuple(years) for years in (common, one.since(common)))
    for years in spans:
        ours, theirs = one.change(years), other.change(years)
        if ours is not None and theirs is not None:
            yield Held(one, other, (ours, theirs))
