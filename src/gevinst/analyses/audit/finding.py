"""Finding: what differs, by how much, and what it means for the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gevinst.analyses.audit.formulas import restyled
from gevinst.text.form import isolated
from gevinst.text.language import Language, digits_apart, language
from gevinst.text.numerals import STYLES
from gevinst.text.voice import CURRENCY, spoken

ROUNDING, INCONSISTENCY, CHANGES = "rounding", "inconsistency", "changes_the_conclusion"
SEVERITIES = (CHANGES, INCONSISTENCY, ROUNDING)
"""From the gravest: it would turn or outweigh the headline; figures differ; only roundings do."""


def about(figure: str) -> str:
    """Name the tie of what is about one figure."""
    return f"figure {figure}"


@dataclass(frozen=True)
class Quantity:
    """A number in a finding's sentence, written in the reader's language.

    Parameters
    ----------
    value : float
        The number.
    unit : str
        As in `gevinst.analyses.published.UNITS`, or ``number``.
    digits : int
        Decimals to write.
    """

    value: float
    unit: str = "kr"
    digits: int = 0

    def say(self, text: Language) -> str:
        """Write it with its unit."""
        number = text.number(self.value, self.digits)
        code, per, time = self.unit.partition("/")
        if CURRENCY.fullmatch(code):  # of a table by itself, which no study speaks for
            with spoken(replace(text.voice, currency=code)):
                return Quantity(self.value, f"kr{per}{time}", self.digits).say(language(text.code))
        unit = "" if self.unit == "number" else text(f"unit.{self.unit.replace('/', '_per_')}")
        return f"{number}\u00a0{unit}".rstrip("\u00a0")


@dataclass(frozen=True)
class Between:
    """All numbers between two."""

    low: Quantity
    high: Quantity

    def say(self, text: Language) -> str:
        """Write both ends."""
        return text("audit.between", low=self.low.say(text), high=self.high.say(text))


def pair(one: float, other: float, unit: str = "kr", digits: int = 0) -> tuple[Quantity, Quantity]:
    """Two numbers that a sentence sets against each other, with the digits that tell them apart."""
    enough = digits_apart(one, other, digits)
    return Quantity(one, unit, enough), Quantity(other, unit, enough)


@dataclass(frozen=True)
class Listed:
    """Whole numbers, one after the other."""

    numbers: tuple[int, ...]
    between: str = ", "

    @classmethod
    def of(cls, numbers: Iterable[int], between: str = ", ") -> Listed:
        """List those that are given."""
        return cls(tuple(numbers), between)

    def say(self, text: Language) -> str:
        """Write them as the language does; a dash where there are none."""
        return self.between.join(map(text.number, self.numbers)) or "-"


@dataclass(frozen=True)
class Place:
    """Where a figure stands, written with the study's own labels; or several amounts."""

    parts: tuple[Any, ...]

    def say(self, text: Language) -> str:
        """Write labels with commas between them."""
        said = (
            part
            if isinstance(part, str)
            else part.say(text)
            if isinstance(part, Quantity)
            else text.label(part)
            for part in self.parts
        )
        return ", ".join(said)


@dataclass(frozen=True)
class MeasureName:
    """The name of a kind of figure."""

    id: str

    def say(self, text: Language) -> str:
        """Write it."""
        return text(f"measure.{self.id}")


@dataclass(frozen=True)
class Written:
    """A formula, which is kept with Danish numbers."""

    formula: str

    def say(self, text: Language) -> str:
        """Write it with the numbers of the language."""
        return restyled(self.formula, STYLES[text.code])


@dataclass(frozen=True)
class Quote:
    """What the publication writes, in its own words where they were written down."""

    words: str

    def say(self, text: Language) -> str:
        """Write it."""
        return text("audit.quoted", quote=self.words) if self.words else text("audit.not_quoted")


@dataclass(frozen=True)
class Finding:
    """One thing a reader of the published figures must know.

    Parameters
    ----------
    code : str
        Which check: its texts are ``finding.<code>``.
    figure : str
        Id of the figure (or of what the finding is about).
    source : str
        Where it stands.
    published, recomputed : float or None
        What is printed, and what the check gives.
    severity : str
        One of `SEVERITIES`.
    headline : float or None
        What it means for the headline, kr. per citizen, where that can be said.
    values : dict
        What the sentence names.
    ties : tuple of str
        What it is about: findings that share a tie have one cause.
    consequence : bool
        Whether it follows from what others of its cause say.
    """

    code: str
    figure: str
    source: str
    published: float | None = None
    recomputed: float | None = None
    severity: str = INCONSISTENCY
    headline: float | None = None
    values: dict[str, Any] = field(default_factory=dict)
    ties: tuple[str, ...] = ()
    consequence: bool = False

    def tied(self, *ties: str) -> Finding:
        """Say what it is about."""
        return replace(self, ties=(*self.ties, *ties))

    def follows(self, figures: Iterable[str]) -> Finding:
        """Say which figures' findings it follows from, if any."""
        found = self.tied(*map(about, figures))
        return found if found.ties == self.ties else replace(found, consequence=True)

    @property
    def difference(self) -> float | None:
        """Published minus recomputed."""
        if self.published is None or self.recomputed is None:
            return None
        return self.published - self.recomputed

    def message(self, lang: str = "en") -> str:
        """Say in one sentence what differs, and in another what it means for the headline."""
        text = language(lang)
        values = {
            name: value.say(text) if hasattr(value, "say") else value
            for name, value in self.values.items()
        }
        said = text(f"finding.{self.code}", **values)
        if self.headline is not None:
            said += " " + text("audit.headline", kr=text.kr(self.headline))
        return re.sub(r"\b(kr|pct)\.\.", r"\1.", said)  # its dot ends the sentence too

    def told(self, lang: str = "en") -> str:
        """Its message, with where the figure stands."""
        return f"{self.message(lang)} [{isolated(self.source)}]"

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "code": self.code,
            "figure": self.figure,
            "source": self.source,
            "published": self.published,
            "recomputed": self.recomputed,
            "deviation": self.difference,
            "headline": self.headline,
            "severity": self.severity,
            "message": self.message(lang),
        }
