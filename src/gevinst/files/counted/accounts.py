"""Accounts by year, which are of no persons: what they are, and what a table says they came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gevinst.files.priced.restated import index_of
from gevinst.files.stated import Stated
from gevinst.files.tables import Row, Table
from gevinst.files.toml import Section
from gevinst.study.claims import AccountYear, YearlyAccount, pairs_of
from gevinst.text.language import Label
from gevinst.text.numerals import Numeral
from gevinst.text.problems import Said

_ALIKE = ("unit", "base", "per", "price_year")
"""What two accounts must have in common to be held against each other."""


def read_account(name: str, section: Section, lang: str, others: Sequence[str]) -> YearlyAccount:
    """Read what an account is; what it came to stands in a table.

    Parameters
    ----------
    name : str
        Its id.
    section : Section
        Its settings.
    lang : str
        The study's language.
    others : sequence of str
        Ids that it can be compared with: of groups, and of accounts.
    """
    account = YearlyAccount(
        name,
        section.label(lang),
        unit=section.optional_label("unit", lang),
        base=section.optional_label("base", lang),
        per=section.above_zero("per") if "per" in section.values else 1.0,
        start=section.year("start") if "start" in section.values else None,
        price_year=section.year("price_year") if "price_year" in section.values else None,
    )
    if "compared_with" in section.values:
        known = [other for other in others if other != name]
        account = replace(account, compared_with=section.choice("compared_with", known, ""))
    section.done()
    if account.unit and account.price_year is not None:
        section.problem("E341", account.price_year)
    if account.per != 1.0 and not account.base:
        section.problem("E342", section.values["per"])
    return account


def read_accounts(table: Table, stated: Stated) -> tuple[YearlyAccount, ...]:
    """Read what each account came to, by group and year."""
    ids = tuple(account.id for account in stated.accounts)
    groups = tuple(group.id for group in stated.account_groups)
    known = {"account": ids, "group": groups}
    key = ("account", "group", "year")
    rows = table.rows(
        ("account", "year", "amount", "source"),
        ("group", "of"),
        key,
        {column: each.__contains__ for column, each in known.items()},
    )
    by_id = {account.id: account for account in stated.accounts}
    found: dict[str, list[AccountYear]] = {name: [] for name in ids}
    for row in rows:
        name = row.choice("account", ids)
        read = _read_row(row, None if name is None else by_id[name], groups, stated)
        if name is not None and read is not None:
            found[name].append(read)
    accounts = tuple(replace(by_id[name], rows=tuple(each)) for name, each in found.items())
    if not table.faulty:
        labels = {group.id: group.label for group in stated.account_groups}
        _check(table, accounts, labels)
    return accounts


def _read_row(
    row: Row, account: YearlyAccount | None, groups: Sequence[str], stated: Stated
) -> AccountYear | None:
    """Read a year's total; None where something of it cannot be read."""
    group = row.choice("group", groups) if row.text("group") else ""
    year, amount, source = row.year("year"), row.number("amount"), row.needed("source")
    of = _base(row, account) if account else None
    if account is None or group is None or year is None or amount is None:
        return None
    target = account.price_year
    index = 1.0 if target is None else index_of(row, year, target, stated.index)
    return AccountYear(group, year, amount, of, source, index)


def _base(row: Row, account: YearlyAccount) -> float | None:
    """Read how much of its base there was; None of an account that has none."""
    if not account.base:
        if row.text("of"):
            row.problem("E343", row.text("of"), account=account.id)
        return None
    of = row.number("of")
    if of is not None and of <= 0.0:
        row.problem("E340", Numeral(row.text("of")), account=account.id)
    return of


def _check(table: Table, accounts: tuple[YearlyAccount, ...], labels: Mapping[str, Label]) -> None:
    """Hold each account's rows against what the settings say of it, and against the other's."""
    by_id = {account.id: account for account in accounts}
    for account in accounts:
        if not account.rows:
            table.problem("E346", account.id)
            continue
        groups = account.groups
        if "" in groups and len(groups) > 1:
            table.problem("E344", account.id, groups=[group for group in groups if group])
        for group in groups:
            years = account.years(group)
            if account.start is not None and not years[0] < account.start <= years[-1]:
                ends = {"first": years[0], "last": years[-1]}
                known = Said(f"accounts.known.{'one' if len(years) == 1 else 'some'}", ends)
                table.problem("W340", account.start, years=known, **_named(account, group, labels))
        other = by_id.get(account.compared_with)
        if other is not None:
            unlike = [key for key in _ALIKE if getattr(account, key) != getattr(other, key)]
            if unlike:
                table.problem("E345", other.id, account=account.id, unlike=unlike)
        elif account.compared_with and account.compared_with not in groups:
            table.problem("E347", account.compared_with, account=account.id)
            continue
        pairs = pairs_of(account, by_id)
        if account.compared_with and not pairs:
            table.problem("W342", account.compared_with, account=account.id)
        for group, theirs, reference in pairs:
            common = {*account.years(group)} & {*theirs.years(reference)}
            if len(common) < 2:
                said = _named(account, group, labels)
                table.problem("W341", account.compared_with, n=len(common), **said)


def _named(account: YearlyAccount, group: str, labels: Mapping[str, Label]) -> dict[str, Any]:
    """Name an account, and whose it is where it is of a group, as a page names them."""
    of = Said("accounts.of_group", {"group": labels[group]}) if group else ""
    return {"account": account.label, "group": of}
