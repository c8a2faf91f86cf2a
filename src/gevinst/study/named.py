"""What has an id and a label: arms, times, items, sources, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gevinst.text.language import Label
from gevinst.text.problems import Problem, StudyError

MOST = 10**9 - 1
"""No count of people or contacts is larger: numpy draws tables of no more."""


@dataclass(frozen=True)
class Named:
    """An id with a label: a payer, a stratum, an item of the health account, an alternative."""

    id: str
    label: Label


def label_of(named: Iterable[Named], id_: str) -> Label:
    """Return the label of an id along its own axis: an arm and an item can have one id.

    Raises
    ------
    StopIteration
        If there is no such id.
    """
    return next(each.label for each in named if each.id == id_)


@dataclass(frozen=True)
class Arm(Named):
    """A group of citizens: how many were enrolled and how many are in the calculation."""

    enrolled: int
    analysed: int
    source: str

    def __post_init__(self) -> None:
        """Refuse an arm that no file could hold."""
        sizes = {"enrolled": self.enrolled, "analysed": self.analysed}
        problems = [
            Problem("E066", self.id, read=str(size)[:20], values={"column": column})
            for column, size in sizes.items()
            if size > MOST
        ]
        if problems:
            raise StudyError(problems)

    @property
    def dropouts(self) -> int:
        """Citizens enrolled and not in the calculation."""
        return self.enrolled - self.analysed


@dataclass(frozen=True)
class Design:
    """Something of a study's design that no calculation here honours, so that each says so.

    Parameters
    ----------
    label : Label
        What it is, as a phrase: "12 schools".
    column : str
        The column of the citizens that tells it; empty where none does.
    """

    label: Label
    column: str = ""


@dataclass(frozen=True)
class Time(Named):
    """A point in time, or a period.

    Parameters
    ----------
    years : float or None
        Of a point: years since the start, where they are stated.
    span : tuple of float or None
        Of a period: from when to when, in years since the start, where that is stated.
    """

    years: float | None
    span: tuple[float, float] | None = None

    @property
    def until(self) -> float | None:
        """When it is over, in years since the start; None where nothing says when it is."""
        return self.years if self.span is None else self.span[1]

    @property
    def a_year(self) -> bool:
        """Whether it is a period of one year."""
        return self.span is not None and abs(self.span[1] - self.span[0] - 1.0) < 1e-9


def unlike_years(times: Sequence[Time]) -> list[str]:
    """Ids of the times that are no period of one year, where the study says how long periods are.

    A status has an annual rate, so where each time counts for a year of it each must be one.
    """
    placed = any(time.span is not None for time in times)
    return [time.id for time in times if placed and not time.a_year]


@dataclass(frozen=True)
class Item(Named):
    """A benefit status or a cost line.

    Parameters
    ----------
    id, label
        As in `Named`.
    kind : str
        ``recurring`` or ``one_off``.
    status : bool
        Whether citizens are counted in it; otherwise it is a cost line.
    lost : bool
        Whether citizens in this status are lost to follow-up: a cost of zero is then no saving.
    investment : bool
        Whether it is the price of the intervention itself.
    income : bool
        Whether its amounts come in, such as earnings, tax or a user's payment: a cost with a minus.
    """

    kind: str
    status: bool = False
    lost: bool = False
    investment: bool = False
    income: bool = False


@dataclass(frozen=True)
class SourceSpec:
    """A source of uncertainty that a study declares.

    Parameters
    ----------
    name : str
        Which.
    basis : mapping of str to str
        In words what it rests on.
    settings : mapping of str to object
        As stated.
    own : object or None
        The source itself, where it is none of `gevinst.sources`.
    """

    name: str
    basis: Label
    settings: Mapping[str, object] = field(default_factory=dict)
    own: object = None


@dataclass(frozen=True)
class Note:
    """Something a reader must know, with the words of the publication where they matter."""

    id: str
    label: Label
    source: str
    quote: str = ""


STRATUM = "stratum"
"""Column of counts that says which stratum they are of."""


@dataclass(frozen=True)
class Stratification:
    """What citizens are compared within: groups of statuses at the first time, a column, or counts.

    Parameters
    ----------
    label : mapping of str to str
        What the strata are strata of: "benefit at start".
    groups : tuple of str
        Ids of groups of statuses, or of statuses, a stratum each; empty where a column says it.
    column : str
        Column of person rows, or of counts, each value of which is a stratum; empty where groups
        say it.
    strata : tuple of Named
        Those that counts are kept in; empty where they are not.
    citizens : tuple of int
        How many each of them stands for in the population, where the study says so.
    """

    label: Label
    groups: tuple[str, ...] = ()
    column: str = ""
    strata: tuple[Named, ...] = ()
    citizens: tuple[int, ...] = ()
