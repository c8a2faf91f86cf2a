"""Amounts of another currency or another year's prices, and what makes them the study's."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.study.study import Study


@dataclass(frozen=True)
class Exchange:
    """What one unit of another currency is worth in the study's, and in which year if it is said.

    Parameters
    ----------
    currency : str
        Three capital letters, as in ISO 4217.
    rate : float
        Units of the study's currency per unit of it.
    source : str
        Where it stands.
    year : int or None
        The year whose rate it is.
    """

    currency: str
    rate: float
    source: str
    year: int | None = None


@dataclass(frozen=True)
class IndexYear:
    """One year of a price index of the study's currency."""

    year: int
    value: float
    source: str


@dataclass(frozen=True)
class Restated:
    """What an amount was stated as, and what it was multiplied by.

    It is exchanged first; in its own year's prices it is then indexed to the study's price year.

    Parameters
    ----------
    amount : float
        As stated, per unit of its table.
    year : int
        In whose prices.
    currency : str
        Empty: the study's.
    exchange : float
        Units of the study's currency per unit of it; 1 of the study's own.
    index : float
        The index of the study's price year over that of `year`; 1 of the same.
    """

    amount: float
    year: int
    currency: str = ""
    exchange: float = 1.0
    index: float = 1.0

    @property
    def factor(self) -> float:
        """Study's kr. per unit of the amount."""
        return self.exchange * self.index

    def say(self, text: Language, unit: str) -> str:
        """Write the amount with its year, and what it was multiplied by.

        Parameters
        ----------
        text : Language
        unit : str
            ``kr/month``, ``kr/year`` or ``kr``: of the currency.
        """
        digits = _digits(self.amount)
        own = f"{text.number(self.amount, digits)}\u00a0{self.currency}"
        amount = own if self.currency else text.kr(self.amount, digits)
        said = text(f"restated.{unit.replace('/', '_per_')}", amount=amount, year=str(self.year))
        factors = [factor for factor in (self.exchange, self.index) if factor != 1.0]
        return " × ".join([said, *(text.significant(factor, 5) for factor in factors)])


def made_with(study: Study, text: Language) -> Iterator[str]:
    """Say the exchange rates and the years of the index that a study's amounts were made with."""
    restated = [rate.restated for rate in study.rates if rate.restated]
    for each in study.exchange:
        if each.currency in {r.currency for r in restated}:
            source = f"{each.year}, {each.source}" if each.year else each.source
            kr = text.kr(each.rate, _digits(each.rate))
            yield text("restated.exchange", currency=each.currency, kr=kr, source=source)
    if years := {r.year for r in restated if r.year != study.price_year}:
        yield indexed_with(study.index, {*years, study.price_year}, text)


def indexed_with(index: Iterable[IndexYear], years: Container[int], text: Language) -> str:
    """Say the years of an index that amounts were restated with."""
    said = (
        text(
            "restated.of_year",
            year=str(each.year),
            value=text.number(each.value, _digits(each.value)),
            source=each.source,
        )
        for each in index
        if each.year in years
    )
    return text("restated.index", years="; ".join(said))


def _digits(value: float) -> int:
    """Decimals that a number as stated has."""
    return next((digits for digits in range(7) if round(value, digits) == value), 7)
