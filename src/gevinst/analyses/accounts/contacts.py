"""Contacts and their cost over years: what changed per arm, and how much of it chance alone makes.

A cost of a year is contacts times cost per contact. With the cost per contact as it was, and the
number of contacts with a variance of `phi` times its mean, the variance of the cost is ``phi
kr^2 / contacts``. A Poisson law has phi 1; contacts that come several to a person have more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gevinst.analyses.audit.activity import Jump, jumps_of, narrowed
from gevinst.stats.intervals import dispersed
from gevinst.study.claims import Activity, Published
from gevinst.study.study import Study

TOTAL = ""
"""Name of all items together."""

Ends = tuple[float, float]


def share_of(before: float, after: float) -> float | None:
    """Change over what there was before; None where that is nothing, or less."""
    return (after - before) / before if before > 0.0 else None


@dataclass(frozen=True)
class Course:
    """An item, or all, in one arm over the years of the account.

    Parameters
    ----------
    arm, item : str
        Ids; the item is `TOTAL` for all.
    kr : tuple of float
        Per year, for the whole arm.
    least, most : tuple of int
        Per year the fewest and most contacts; none for `TOTAL`, which adds no unlike contacts.
    spread : tuple of float or None
        Per year the variance of the cost where contacts have that of a Poisson law; None where
        there may be no contact.
    printed : mapping of str to Published
        ``contacts`` and ``kr``: the change from the first to the last year as published, percent.
    """

    arm: str
    item: str
    kr: tuple[float, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]
    spread: tuple[float | None, ...]
    printed: Mapping[str, Published]

    @property
    def change(self) -> float:
        """Change from the first to the last year, kr. for the whole arm."""
        return self.kr[-1] - self.kr[0]

    def share(self, before: int = 0, after: int = -1) -> float | None:
        """Change between two years over the first of them; None where that is nothing."""
        return share_of(self.kr[before], self.kr[after])

    def contacts_share(self) -> Ends | None:
        """Lowest and highest change in contacts, over the first year's; None from nothing."""
        if not self.least or not self.least[0]:
            return None
        return self.least[-1] / self.most[0] - 1.0, self.most[-1] / self.least[0] - 1.0

    def variance(self, before: int = 0, after: int = -1) -> float | None:
        """Of the change between two years, at phi 1; None where a year may have no contact."""
        ends = self.spread[before], self.spread[after]
        return None if ends[0] is None or ends[1] is None else ends[0] + ends[1]


@dataclass(frozen=True)
class Nudge:
    """What a few contacts more or less in the last year would make of an arm's change.

    Parameters
    ----------
    arm, item : str
        Of the item whose contacts cost most each in that year, of known number.
    contacts : int
        In the last year.
    kr : float
        Per contact.
    shares : mapping of int to float
        So many contacts more or less -> the arm's change over its first year's cost.
    turning : int or None
        The fewest contacts more (or, negative, less) that turn the difference of the changes; None
        where none do.
    """

    arm: str
    item: str
    contacts: int
    kr: float
    shares: Mapping[int, float]
    turning: int | None


@dataclass(frozen=True)
class Scenario:
    """The account with one item's later years at the cost per contact from before a jump.

    Parameters
    ----------
    jump : Jump
        What is undone.
    shares : mapping of str to float or None
        Per arm the change of all items over the first year's cost.
    difference : float or None
        Of the arms' changes, kr. per citizen.
    """

    jump: Jump
    shares: Mapping[str, float | None]
    difference: float | None


def complete(study: Study, years: Sequence[int]) -> tuple[str, ...]:
    """Items that stand in the account of every arm in every year: those that can be added."""
    there = {(a.item, a.arm, a.year) for a in study.activity}
    arms = account_arms(study)
    return tuple(
        item.id
        for item in study.activity_items
        if all((item.id, arm, year) in there for arm in arms for year in years)
    )


def account_arms(study: Study) -> tuple[str, ...]:
    """Arms that stand in the account, in the study's order."""
    there = {a.arm for a in study.activity}
    return tuple(arm for arm in study.axes.arms if arm in there)


def courses_of(study: Study, years: Sequence[int], items: Sequence[str]) -> Iterator[Course]:
    """Yield each arm's items, then all of them together."""
    cells = {(a.item, a.arm, a.year): a for a in study.activity}
    for arm in account_arms(study):
        found = []
        for item in items:
            course = [cells[item, arm, year] for year in years]
            ends = [_ends(cell, study.activity) for cell in course]
            found.append(
                Course(
                    arm,
                    item,
                    tuple(cell.kr for cell in course),
                    tuple(low for low, _ in ends),
                    tuple(high for _, high in ends),
                    tuple(
                        None if not low else cell.kr**2 / low
                        for cell, (low, _) in zip(course, ends, strict=True)
                    ),
                    dict(_printed(study, arm, item, years)),
                )
            )
        yield from found
        if found:
            yield Course(
                arm,
                TOTAL,
                tuple(map(sum, zip(*(course.kr for course in found), strict=True))),
                (),
                (),
                tuple(map(_sum, zip(*(course.spread for course in found), strict=True))),
                dict(_printed(study, arm, TOTAL, years)),
            )


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _ends(cell: Activity, activity: Sequence[Activity]) -> tuple[int, int]:
    """Fewest and most contacts of a cell; of a masked one as its cost narrows them."""
    return narrowed(cell, activity) or (cell.contacts[0], cell.contacts[-1])


def _printed(
    study: Study, arm: str, item: str, years: Sequence[int]
) -> Iterator[tuple[str, Published]]:
    """Published changes of an item from the first to the last year."""
    place = arm, item, str(years[0]), str(years[-1])
    for figure in study.published:
        same = (figure.arm, figure.item, figure.since, figure.time) == place
        if same and figure.relation == "=":
            if figure.measure == "activity_kr_change":
                yield "kr", figure
            elif figure.measure == "contacts_change":
                yield "contacts", figure


def nudges_of(
    courses: Sequence[Course],
    difference: float | None,
    sign: Mapping[str, int],
    n: Mapping[str, int],
) -> Iterator[Nudge]:
    """Yield each arm's: two contacts more or less of the dearest kind in the last year.

    Parameters
    ----------
    courses : sequence of Course
        Of every arm.
    difference : float or None
        Of the arms' changes, kr. per citizen.
    sign : mapping of str to int
        1 for the treated arm, -1 for the reference.
    n : mapping of str to int
        Citizens of each arm.
    """
    for total in (course for course in courses if course.item == TOTAL):
        known = [
            course
            for course in courses
            if (course.arm == total.arm and course.item != TOTAL)
            and course.least[-1] == course.most[-1] > 0
            and course.kr[-1] > 0.0
        ]
        if not known or total.kr[0] <= 0.0:
            continue
        dearest = max(known, key=lambda course: course.kr[-1] / course.least[-1])
        contacts = dearest.least[-1]
        price = dearest.kr[-1] / contacts
        tried = [k for k in (-2, -1, 1, 2) if contacts + k >= 0]
        shares = {k: (total.change + k * price) / total.kr[0] for k in tried}
        turning = None
        if difference and total.arm in sign:
            needed = -difference * n[total.arm] / (sign[total.arm] * price)
            # More than enough: past zero, not on it.
            turning = math.floor(needed) + 1 if needed > 0 else math.ceil(needed) - 1
            turning = turning if contacts + turning >= 0 else None
        yield Nudge(total.arm, dearest.item, contacts, price, shares, turning)


def sign_of(study: Study, courses: Sequence[Course]) -> dict[str, int]:
    """1 for the treated arm and -1 for the reference; empty where the account lacks either."""
    contrast = study.contrast
    there = {course.arm for course in courses}
    if contrast.reference is None or not {contrast.treated, contrast.reference} <= there:
        return {}
    return {contrast.treated: 1, contrast.reference: -1}


def citizens_of(study: Study) -> tuple[dict[str, tuple[int, ...]], bool]:
    """Per arm the numbers of citizens an account can be of, and whether it is said for all."""
    found, stated = {}, True
    for arm in (arm for arm in study.arms if arm.id in account_arms(study)):
        said = {a.citizens for a in study.activity if a.arm == arm.id}
        if len(said) == 1 and None not in said:
            found[arm.id] = tuple(n for n in said if n is not None)
            continue
        stated = False
        found[arm.id] = tuple(dict.fromkeys((study.heads(arm), arm.analysed, arm.enrolled)))
    return found, stated


def between_arms(
    courses: Sequence[Course],
    n: Mapping[str, int],
    sign: Mapping[str, int],
    before: int = 0,
    after: int = -1,
) -> float | None:
    """Change per citizen in the treated arm minus that in the reference, kr., of all items."""
    if not sign:
        return None
    return sum(
        sign[course.arm] * (course.kr[after] - course.kr[before]) / n[course.arm]
        for course in courses
        if course.item == TOTAL and course.arm in sign
    )


def intervals_of(
    courses: Sequence[Course],
    n: Mapping[str, int],
    sign: Mapping[str, int],
    level: float,
) -> dict[float, Ends]:
    """Per dispersion the normal interval of the difference of changes; none without a variance."""
    difference = between_arms(courses, n, sign)
    if difference is None:
        return {}
    variance = 0.0
    for course in courses:
        if course.item == TOTAL and course.arm in sign:
            if (own := course.variance()) is None:
                return {}
            variance += own / n[course.arm] ** 2
    return dispersed(difference, variance, level)


def scenarios_of(
    study: Study,
    courses: Sequence[Course],
    n: Mapping[str, int],
    sign: Mapping[str, int],
) -> Iterator[Scenario]:
    """Undo each jump in cost per contact: what came after it at the cost from before it."""
    items = {course.item for course in courses}
    for jump in (jump for jump in jumps_of(study) if jump.item in items):
        undone = []
        for total in (course for course in courses if course.item == TOTAL):
            (own,) = (c for c in courses if (c.arm, c.item) == (total.arm, jump.item))
            more = own.kr[-1] / jump.ratios[total.arm] - own.kr[-1]
            undone.append(replace(total, kr=(*total.kr[:-1], total.kr[-1] + more)))
        shares = {course.arm: course.share() for course in undone}
        yield Scenario(jump, shares, between_arms(undone, n, sign))


def masked_of(study: Study) -> Iterator[tuple[Activity, int, int]]:
    """Suppressed numbers that their cost says something of, with the fewest and most left."""
    for cell in study.activity:
        ends = narrowed(cell, study.activity)
        if ends is not None:
            yield cell, *ends
