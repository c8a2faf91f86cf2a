"""accounts(study): totals by year that are of no persons, and how they changed.

A budget line, or a number of stays, has one number a year. Nothing says how that number would vary,
so no change of it has an interval, and none is called what something did.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.accounts.series import Change, Held, Series, held_of, series_of
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.study.claims import YearlyAccount, pairs_of
from gevinst.study.restated import IndexYear, indexed_with
from gevinst.study.study import Study
from gevinst.text.language import NBSP, Label, Lang, Language, language, table
from gevinst.text.problems import Problem, StudyError
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

_MOST_DIGITS = 4
"""So many significant digits of an account's largest number are shown at least."""


@dataclass(frozen=True, eq=False, repr=False)
class Accounts(Result):
    """Accounts by year.

    Parameters
    ----------
    found : tuple of Series
        Per account each group's, in the order in which the study states them.
    held : tuple of Held
        What is held against what: over all years that both have, and from the last before the
        start.
    accounts : mapping of str to YearlyAccount
        By id.
    groups : mapping of str to Label
        What groups are called.
    index : tuple of IndexYear
        What amounts of other years were restated with.
    provenance : Provenance
        What made the result.
    """

    found: tuple[Series, ...]
    held: tuple[Held, ...]
    accounts: Mapping[str, YearlyAccount]
    groups: Mapping[str, Label]
    index: tuple[IndexYear, ...]
    provenance: Provenance

    drawn: ClassVar[tuple[str, ...]] = ("accounts",)
    disregards: ClassVar[tuple[str, ...]] = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """One figure, where something has two years."""
        return self.drawn if any(each.whole for each in self.found) else ()

    def of(self, account: str, group: str = "") -> Series:
        """One of the series, by ids."""
        return next(s for s in self.found if (s.account, s.group) == (account, group))

    def by_account(self) -> dict[str, list[Series]]:
        """Return each account's series."""
        return {name: [s for s in self.found if s.account == name] for name in self.accounts}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "found": [each.to_dict() for each in self.found],
            "held": [each.to_dict() for each in self.held],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per account, group and year: as stated, of how much, and as shown."""
        import pandas as pd

        rows = [
            (each.account, each.group, row.year, row.amount, row.of, row.index, value)
            for each in self.found
            for row, value in zip(each.rows, each.values, strict=True)
        ]
        columns = ["account", "group", "year", "amount", "of", "index", "value"]
        return pd.DataFrame(rows, columns=columns).set_index(["account", "group", "year"])

    def name(self, account: str, text: Language) -> str:
        """What an account is called, and what of its base it is shown per."""
        label, per = text.label(self.accounts[account].label), self._per(account, text)
        return text("accounts.what", what=label, per=per) if per else label

    def _per(self, account: str, text: Language) -> str:
        stated = self.accounts[account]
        if not stated.base:
            return ""
        key = "per_one" if stated.per == 1.0 else "per"
        return text(
            f"accounts.{key}", per=text.significant(stated.per), base=text.label(stated.base)
        )

    def _what(self, series: Series, text: Language, *, whole: bool = True) -> str:
        """Name a series; below the account's name, which is then not said again, by its group."""
        name = self.name(series.account, text)
        if not series.group:
            return name
        group = text.label(self.groups[series.group])
        return text("accounts.whose", account=name, group=group) if whole else group

    def _digits(self, account: str) -> int:
        """Decimals that an account's numbers are all shown with: as few as say the same."""
        values = [value for s in self.found if s.account == account for value in s.values]
        largest = max(map(abs, values))
        most = _MOST_DIGITS - 1 - math.floor(math.log10(largest)) if largest else 0
        most = min(6, max(0, most))
        return next(
            d for d in range(most + 1) if all(round(v, d) == round(v, most) for v in values)
        )

    def _said(self, value: float, account: str, text: Language) -> str:
        """Write a number with its unit."""
        stated, digits = self.accounts[account], self._digits(account)
        if stated.money:
            return text.kr(value, digits)
        return f"{text.number(value, digits)}{NBSP}{text.label(stated.unit)}"

    def _change(self, change: Change, account: str, text: Language) -> str:
        """Say a rise or a fall, and in percent where there was something before."""
        key = "same" if not change.amount else "rise" if change.amount > 0.0 else "fall"
        said = text(f"accounts.{key}", amount=self._said(abs(change.amount), account, text))
        if change.share is None or not change.amount:
            return said
        share = text.percent(change.share, 1)
        share = f"+{share}" if change.share > 0.0 else share
        return text("accounts.with_share", change=said, share=share)

    def sentences(self, account: str, text: Language) -> list[str]:
        """Say an account's changes, each group's first, and what it is held against."""
        said = [line for s in self.by_account()[account] for line in self._of(s, text)]
        return said + [self._held(h, text) for h in self.held if h.one.account == account]

    def _of(self, series: Series, text: Language) -> Iterator[str]:
        """Say a series' changes: all of it, before its start, and from then on."""
        name, what = series.account, self._what(series, text, whole=False)
        whole = series.whole
        if whole is None:
            value = self._said(series.values[0], name, text)
            yield text("accounts.one_year", what=what, value=value, first=str(series.years[0]))
            return
        yield text("accounts.course", what=what, **self._between(whole, name, text))
        start = str(series.start)
        since, until = map(series.change, (series.since(series.years), series.before(series.years)))
        if since is not None:  # else nothing is stated of what came after the start
            if until is not None:
                yield text("accounts.until", start=start, **self._between(until, name, text))
            yield text("accounts.since", start=start, **self._between(since, name, text))
        if series.earlier is not None:
            low, high = (self._said(end, name, text) for end in series.earlier)
            n = len(series.steps)
            yield text("accounts.earlier", n=n, start=start, low=low, high=high)

    def _between(self, change: Change, account: str, text: Language) -> dict[str, str]:
        return {
            "first": str(change.first),
            "last": str(change.last),
            "before": self._said(change.before, account, text),
            "after": self._said(change.after, account, text),
            "change": self._change(change, account, text),
        }

    def _held(self, held: Held, text: Language) -> str:
        """Say both changes, and the first minus the second."""
        one, other = held.changes
        whole = held.one.account != held.other.account
        named = {
            "one": self._what(held.one, text, whole=whole),
            "other": self._what(held.other, text, whole=whole),
            "first": str(one.first),
            "last": str(one.last),
            "one_change": self._change(one, held.one.account, text),
            "other_change": self._change(other, held.other.account, text),
            "gap": self._said(held.gap, held.one.account, text),
        }
        if held.points is None:
            return text("accounts.held", **named)
        return text("accounts.held_points", points=text.number(held.points, 1), **named)

    def notes(self, text: Language) -> list[str]:
        """Say why there is no interval, what was restated, and which years have no number."""
        said = [text("accounts.why")]
        for account in self.accounts.values():
            if account.price_year is not None and any(row.index != 1.0 for row in account.rows):
                years = {account.price_year, *(row.year for row in account.rows)}
                index = indexed_with(self.index, years, text)
                label, year = text.label(account.label), str(account.price_year)
                said.append(text("accounts.restated", account=label, year=year, index=index))
        for series in self.found:
            if series.lacking:
                years_said = ", ".join(map(str, series.lacking))
                what = self._what(series, text)
                said.append(text("accounts.lacking", what=what, years=years_said))
        return said

    def heads(self, account: str, text: Language) -> list[str | tuple[str, str]]:
        """What stands above the columns of `rows`, in two lines where groups are named."""
        stated = self.accounts[account]
        unit = text("unit.kr") if stated.money else text.label(stated.unit)
        columns = [unit]
        if stated.base:
            total, base = text("accounts.total", unit=unit), text.label(stated.base)
            columns = [total, text("accounts.base", base=base), self._per(account, text)]
        groups = (s.group for s in self.by_account()[account])
        return [
            (text.label(self.groups[group]), column) if group else column
            for group in groups
            for column in columns
        ]

    def rows(self, account: str, text: Language) -> list[list[str]]:
        """Write each year and what stands in it, of each group; a dash where nothing does."""
        each, digits = self.by_account()[account], self._digits(account)
        of = [dict(zip(s.years, zip(s.rows, s.values, strict=True), strict=True)) for s in each]
        rows = []
        for year in sorted({year for series in of for year in series}):
            cells = [str(year)]
            for series in of:
                row, value = series.get(year, (None, math.nan))
                if self.accounts[account].base:
                    both = (row.restated, row.of or math.nan) if row else (math.nan, math.nan)
                    cells += [_short(number, text) for number in both]
                cells.append(text.number(value, digits))
            rows.append(cells)
        return rows

    def summary(self, lang: Lang = "en") -> str:
        """Say each account as a table, with its changes in words, in ``en`` or ``da``."""
        text = language(lang)
        said = [text("accounts.heading")]
        for name in self.accounts:
            heads = [(h, "") if isinstance(h, str) else h for h in self.heads(name, text)]
            above = [["", *(head[0] for head in heads)]]
            below = [["", *(head[1] for head in heads)]] if any(h[1] for h in heads) else []
            rows = [[self.name(name, text)], *above, *below, [], *self.rows(name, text)]
            said.append("\n".join([table(rows), *self.sentences(name, text)]))
        return "\n\n".join([*self.opening(lang), *said, "\n".join(self.notes(text))])

    def _accounts_picture(self, text: Language) -> Picture:
        from gevinst.plots.panels import Course, courses

        drawn, alt = [], []
        for name, each in self.by_account().items():
            stated, per = self.accounts[name], self._per(name, text)
            unit = text("unit.kr") if stated.money else text.label(stated.unit)
            axis = text("accounts.figure.axis", unit=unit, per=per) if per else unit
            lines = [
                (text.label(self.groups[s.group]) if s.group else "", s.years, s.values)
                for s in each
            ]
            drawn.append(Course(text.label(stated.label), axis, tuple(lines), stated.start))
            for series in each:
                ends = series.whole or Change(*series.years * 2, *series.values * 2)
                at = ((ends.first, ends.before), (ends.last, ends.after))
                said = [
                    text("accounts.figure.at", value=self._said(v, name, text), year=str(year))
                    for year, v in dict(at).items()
                ]
                what = self._what(series, text)
                alt.append(text("accounts.figure.years", what=what, years=", ".join(said)))
        marked = any(account.start is not None for account in self.accounts.values())
        return courses(
            drawn,
            text,
            title=text("accounts.figure.title"),
            alt="; ".join(alt),
            caption=text(f"accounts.figure.caption{'_mark' if marked else ''}"),
        )


def accounts(study: Study) -> Accounts:
    """Follow a study's accounts by year, which are of no persons.

    Parameters
    ----------
    study : Study
        With accounts by year; it needs no citizens and no prices.

    Returns
    -------
    Accounts
        Per account and group the changes from its first year to its last, until the last year
        before its start, and from that on; where something is held against it, the first change
        minus the second over the years that both have, in its unit and in percentage points. No
        interval: nothing says how one number a year would vary.

    Raises
    ------
    StudyError
        E349 where there is none.

    Examples
    --------
    >>> import gevinst as gv
    >>> study = gv.from_tables(
    ...     id="hostels",
    ...     title="Hostels",
    ...     account_items={"hostels": {"start": 2021, "compared_with": "country"}},
    ...     account_groups=["town", "country"],
    ...     accounts={
    ...         "account": "hostels",
    ...         "group": ["town", "town", "country", "country"],
    ...         "year": [2020, 2022, 2020, 2022],
    ...         "amount": [200, 150, 1_000, 1_100],
    ...         "source": "accounts",
    ...     },
    ... )
    >>> gv.accounts(study).of("hostels", "town").whole.amount
    -50.0
    >>> [held.points for held in gv.accounts(study).held]
    [-35.0]
    """
    if not study.accounts:
        raise StudyError([Problem("E349", study.id)])
    by_id = {account.id: account for account in study.accounts}
    series = {
        (account.id, group): series_of(account, group)
        for account in study.accounts
        for group in account.groups
    }
    held = [
        each
        for account in study.accounts
        for group, other, reference in pairs_of(account, by_id)
        for each in held_of(series[account.id, group], series[other.id, reference])
    ]
    return Accounts(
        found=tuple(series.values()),
        held=tuple(held),
        accounts=by_id,
        groups={group.id: group.label for group in study.account_groups},
        index=study.index,
        provenance=provenance(study),
    )


def _short(value: float, text: Language) -> str:
    return text.significant(value, max(_MOST_DIGITS, len(f"{abs(value):.0f}")))
