"""Money in tables: its units, its column, and what other currencies are worth.

In code amounts are ``kr`` and units ``kr``, ``kr/month``, ``kr/year``, whatever the currency.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from gevinst.files.toml import Section
from gevinst.study.restated import Exchange
from gevinst.text.voice import CURRENCY, DKK

_KR = re.compile(r"\Akr(?![a-z])")


_AMOUNT = "amount"


def amount_column(currency: str, columns: Collection[str] = ()) -> str:
    """Return what the column of amounts is called, of a table that has these columns.

    Examples
    --------
    >>> amount_column("DKK"), amount_column("EUR"), amount_column("DKK", ["amount"])
    ('kr', 'amount', 'amount')
    """
    return "kr" if currency == DKK and _AMOUNT not in columns else _AMOUNT


def written_unit(unit: str, currency: str) -> str:
    """Return a unit as a table of the study writes it; one that is of no money stays.

    Examples
    --------
    >>> written_unit("kr/month", "EUR"), written_unit("pct", "EUR"), written_unit("kr", "DKK")
    ('EUR/month', 'pct', 'kr')
    """
    return unit if currency == DKK else lettered_unit(unit, currency)


def lettered_unit(unit: str, currency: str) -> str:
    """Return a unit with the letters of a currency, as kroner too have it where they are foreign.

    Examples
    --------
    >>> lettered_unit("kr/month", "DKK")
    'DKK/month'
    """
    return _KR.sub(currency, unit)


def is_money(unit: str) -> bool:
    """Whether a unit is of some currency.

    Examples
    --------
    >>> is_money("USD/month"), is_money("pct")
    (True, False)
    """
    code, _, per = unit.partition("/")
    return bool(CURRENCY.fullmatch(code)) and per in ("", "month", "year")


def is_unit(units: Iterable[str], currency: str) -> Callable[[str], bool]:
    """Return what tells whether a text is such a unit, in the study's currency or another."""
    known = units_read(units, currency)
    return lambda text: text in known or is_money(text)


def units_read(units: Iterable[str], currency: str) -> Mapping[str, str]:
    """Return the units a table can write, and what each is in code: in kroner two names for one.

    Examples
    --------
    >>> units_read(["kr/month", "pct"], "EUR")
    {'EUR/month': 'kr/month', 'pct': 'pct'}
    >>> units_read(["kr"], "DKK")
    {'kr': 'kr', 'DKK': 'kr'}
    """
    usual = {written_unit(unit, currency): unit for unit in units}
    return usual | {lettered_unit(unit, currency): unit for unit in usual.values()}


def read_exchange(top: Section, own: str) -> dict[str, Exchange]:
    """Read what other currencies are worth in the study's; each stands once."""
    found: dict[str, Exchange] = {}
    for section in top.sections("exchange"):
        currency, rate = section.text("currency"), section.above_zero("rate")
        year = section.year("year") if "year" in section.values else None
        each = Exchange(currency, rate, section.text("source"), year)
        section.done()
        if currency and not CURRENCY.fullmatch(currency):
            section.problem("E220", currency, column="currency")
        elif currency == own:
            section.problem("E221", currency)
        elif found.setdefault(currency, each) is not each:
            section.problem("E222", rate, currency=currency, other=found[currency].rate)
    return found
