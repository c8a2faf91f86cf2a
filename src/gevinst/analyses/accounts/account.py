"""Account: the numbers of contacts and their cost, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.accounts.contacts import TOTAL, Course, Ends, Nudge, Scenario
from gevinst.analyses.provenance import Provenance
from gevinst.model.axes import Contrast
from gevinst.study.claims import Activity, Published
from gevinst.text.language import Label, Language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Account(Result):
    """Contacts and cost per arm and year.

    Parameters
    ----------
    years : tuple of int
        Of the account.
    courses : tuple of Course
        Per arm each item that stands in every year, then all of them together.
    left_out : tuple of str
        Items that some year or arm lacks: they can be in no change.
    citizens : mapping of str to tuple of int
        Per arm the numbers it can be of, the one counted with first.
    stated : bool
        Whether it is said of how many citizens the account is.
    difference : float or None
        Change per citizen in the treated arm minus that in the reference, first to last year, kr.
    steps : tuple of (int, int, float)
        The same from each year to the next.
    intervals : mapping of float to tuple of float
        Per dispersion the interval of the difference; none where a year may have no contact.
    nudges : tuple of Nudge
        A few contacts more or less.
    scenarios : tuple of Scenario
        The account without each jump in cost per contact.
    masked : tuple of (Activity, int, int)
        Suppressed numbers, and how far their cost narrows them.
    contrast : Contrast
        Which arm is held against which.
    level : float
        Nominal level of the intervals.
    labels, counted : mapping of str to Label
        What arms and items, and the contacts of items, are called.
    claims : tuple of str
        What the publication says of the changes of all items, in its words.
    provenance : Provenance
        What made the result.
    """

    years: tuple[int, ...]
    courses: tuple[Course, ...]
    left_out: tuple[str, ...]
    citizens: Mapping[str, tuple[int, ...]]
    stated: bool
    difference: float | None
    steps: tuple[tuple[int, int, float], ...]
    intervals: Mapping[float, Ends]
    nudges: tuple[Nudge, ...]
    scenarios: tuple[Scenario, ...]
    masked: tuple[tuple[Activity, int, int], ...]
    contrast: Contrast
    level: float
    labels: Mapping[str, Label]
    counted: Mapping[str, Label]
    claims: tuple[str, ...]
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = ()

    def of(self, arm: str, item: str = TOTAL) -> Course:
        """One of the courses, by ids."""
        return next(course for course in self.courses if (course.arm, course.item) == (arm, item))

    @property
    def totals(self) -> tuple[Course, ...]:
        """Per arm all items together."""
        return tuple(course for course in self.courses if course.item == TOTAL)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON; kr. of the arm but where it is said."""
        return {
            "study": self.provenance.study,
            "unit": "kr.",
            "years": list(self.years),
            "citizens": {arm: list(sizes) for arm, sizes in self.citizens.items()},
            "courses": [
                {
                    "arm": course.arm,
                    "item": course.item or None,
                    "kr": list(course.kr),
                    "contacts_least": list(course.least),
                    "contacts_most": list(course.most),
                    "change": course.change,
                    "change_share": course.share(),
                    "published_pct": {kind: f.value for kind, f in course.printed.items()},
                }
                for course in self.courses
            ],
            "difference_per_citizen": self.difference,
            "steps_per_citizen": [list(step) for step in self.steps],
            "level": self.level,
            "intervals": [
                {"dispersion": phi, "low": low, "high": high}
                for phi, (low, high) in self.intervals.items()
            ],
            "nudges": [
                {
                    "arm": nudge.arm,
                    "item": nudge.item,
                    "contacts": nudge.contacts,
                    "kr_per_contact": nudge.kr,
                    "change_share": {str(k): share for k, share in nudge.shares.items()},
                    "turning": nudge.turning,
                }
                for nudge in self.nudges
            ],
            "at_cost_before": [
                {
                    "item": s.jump.item,
                    "before": s.jump.before,
                    "after": s.jump.after,
                    "ratios": dict(s.jump.ratios),
                    "change_share": dict(s.shares),
                    "difference_per_citizen": s.difference,
                }
                for s in self.scenarios
            ],
            "masked": [
                {"item": a.item, "arm": a.arm, "year": a.year, "least": low, "most": high}
                for a, low, high in self.masked
            ],
            "left_out": list(self.left_out),
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per arm, item and year: contacts, cost, and cost per contact."""
        import pandas as pd

        rows = []
        for course in self.courses:
            for t, year in enumerate(self.years):
                ends = (course.least[t], course.most[t]) if course.least else (None, None)
                price = course.kr[t] / ends[0] if ends[0] and ends[0] == ends[1] else None
                name = course.item or "all"
                rows.append((course.arm, name, year, *ends, course.kr[t], price))
        columns = ["arm", "item", "year", "contacts_least", "contacts_most", "kr", "kr_per_contact"]
        return pd.DataFrame(rows, columns=columns).set_index(["arm", "item", "year"])

    def item(self, course: Course, text: Language) -> str:
        """What an item is called."""
        return text.label(self.labels[course.item]) if course.item else text("activity.total")

    def heads(self, text: Language) -> list[tuple[str, str]]:
        """What stands above the columns of `cells`, in two lines."""
        contacts = text("activity.contacts")
        ends = f"{self.years[0]}–{self.years[-1]}"
        return [
            *((contacts, str(year)) for year in self.years),
            *((text("unit.kr"), str(year)) for year in self.years),
            *((text("activity.per_contact"), str(year)) for year in self.years),
            *((contacts, ends), (text("unit.kr"), ends)) * (len(self.years) > 1),
        ]

    def cells(self, course: Course, text: Language) -> list[str]:
        """Write an item's numbers; a printed change stands in brackets where it is another."""
        ends = list(zip(course.least, course.most, strict=True))
        ends = ends or [(-1, -1)] * len(self.years)
        contacts = [_between(low, high, text) for low, high in ends]
        prices = [
            _between(kr / high, kr / low, text) if low > 0 else ""
            for kr, (low, high) in zip(course.kr, ends, strict=True)
        ]
        said = [*contacts, *map(text.number, course.kr), *prices]
        if len(self.years) == 1:
            return said
        share = course.contacts_share()
        both = "" if share is None else "–".join(dict.fromkeys(map(text.percent, share)))
        change = course.share()
        whole = "" if change is None else text.percent(change)
        return [
            *said,
            both + _printed(course.printed.get("contacts"), share, text),
            whole
            + _printed(
                course.printed.get("kr"), None if change is None else (change, change), text
            ),
        ]


def _between(low: float, high: float, text: Language) -> str:
    """Write a number, or from which to which it can be; nothing where there is none."""
    return "" if low < 0 else "–".join(dict.fromkeys(map(text.number, (low, high))))


def _printed(figure: Published | None, shares: Ends | None, text: Language) -> str:
    """Write a printed change in brackets where it is another."""
    if figure is None or (shares is not None and any(figure.agrees(100.0 * s) for s in shares)):
        return ""
    return " " + text("activity.printed", share=text.percent(figure.value / 100.0, figure.digits))
