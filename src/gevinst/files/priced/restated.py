"""In what money a row's amount is stated: its unit's currency, and the year of its prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gevinst.files.priced.money import is_money, units_read
from gevinst.files.stated import Stated
from gevinst.files.tables import Row
from gevinst.study.restated import Restated
from gevinst.text.numerals import LARGEST, Numeral


def money_of(row: Row, column: str, units: Iterable[str], stated: Stated) -> tuple[str, str]:
    """Read a unit of money: what it is in code, and its currency; both empty where it is none.

    It is of the study's own currency, or of one that the study says the worth of.
    """
    text, own = row.text(column), stated.currency
    known = units_read(units, own)
    code, per, time = text.partition("/")
    if text not in known and is_money(text) and f"kr{per}{time}" in units:
        if code not in stated.exchange:
            row.problem("E224", text, currency=code, own=own)
            return "", ""
        return f"kr{per}{time}", code
    unit = known.get(row.choice(column, tuple(known)) or "", "")
    return unit, own if unit else ""


def restated_of(
    row: Row, column: str, amount: float, currency: str, stated: Stated
) -> Restated | None:
    """Read in what money an amount is stated; None where it is the study's own.

    Parameters
    ----------
    row : Row
        ``price_year``, which is the study's where it is empty.
    column : str
        Where the amount stands.
    amount : float
        As stated.
    currency : str
        Of its unit; empty where it cannot be read.
    stated : Stated
        The study's currency and year, the exchange rates and the index there are.
    """
    year = row.year("price_year") if row.text("price_year") else stated.price_year
    exchange = stated.exchange.get(currency)
    # That the study's own year is none is said elsewhere.
    own = stated.currency, stated.price_year
    if not (currency and year and stated.price_year) or (currency, year) == own:
        return None
    index = index_of(row, year, stated.price_year, stated.index)
    found = Restated(amount, year, index=index)
    if exchange is not None:
        if exchange.year not in (None, year):
            row.problem("W222", year, currency=currency, other=exchange.year)
        found = replace(found, currency=currency, exchange=exchange.rate)
    if amount * found.factor > LARGEST:
        row.problem("E140", Numeral(row.text(column)[:20]), column=column)
    return found


def index_of(row: Row, year: int, target: int, index: Mapping[int, float] | None) -> float:
    """What prices of a year are multiplied by; 1 where that cannot be said, which is a problem."""
    if year == target or index == {}:
        return 1.0
    if index is None:
        row.problem("E225", year, target=target)
        return 1.0
    if missing := [each for each in (year, target) if each not in index]:
        row.problem("E226", year, missing=missing, target=target)
        return 1.0
    return index[target] / index[year]
