"""Published figures and claims, recalculated from the study's own inputs.

A study states figures as data. Here each kind of figure has one small function that says what the
same quantity is from counts, rates and conventions; whether they agree is the reader's to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gevinst.analyses.gain import Gain
from gevinst.analyses.headline import as_published
from gevinst.study.claims import AccountYear, Activity, Published, YearlyAccount
from gevinst.study.prices import Rate
from gevinst.study.study import Study

PLACES = ("arm", "stratum", "time", "since", "item", "payer")
"""Columns that say where a figure stands."""

SAID_AS = ("total", "effect", "annual")
"""What a text can call a figure, where the word matters."""

RELATIONS = ("=", ">", "<")
"""A figure is equal to what is printed; a claim of direction lies above or below a number."""


@dataclass(frozen=True)
class Unpriced:
    """A study of outcomes alone, in the place of its calculation: it has none."""

    study: Study


def _items(study: Study, name: str) -> list[int]:
    """Positions of a status, of a group's members, or of all statuses where no name is given."""
    if not name:
        return [i for i, item in enumerate(study.items) if not item.investment]
    members = study.groups[name][1] if name in study.groups else (name,)
    return [study.axes.at("item", member) for member in members]


def _citizens(gain: Gain, figure: Published) -> float:
    study = gain.study
    a, t = study.axes.at("arm", figure.arm), study.axes.at("time", figure.time)
    return float(study.counts[a, t, _items(study, figure.item)].sum())


def _share(gain: Gain, figure: Published) -> float:
    a = gain.study.axes.at("arm", figure.arm)
    return 100.0 * _citizens(gain, figure) / gain.study.arms[a].analysed


def _enrolment(field: str) -> Callable[[Gain, Published], float]:
    def measure(gain: Gain, figure: Published) -> float:
        arms = [arm for arm in gain.study.arms if figure.arm in ("", arm.id)]
        return float(sum(getattr(arm, field) for arm in arms))

    return measure


def _rate(gain: Gain, figure: Published) -> float | None:
    """kr. a month behind the cells; where times differ, the one farthest from what is printed.

    Of a rate in another year's prices a publication prints either what was stated or what that
    is in its own: the nearer is meant.
    """
    study = gain.study
    a, (i, *_) = study.axes.at("arm", figure.arm), _items(study, figure.item)
    rates = study.rate_of[a, 0, :, i]

    def off(kr: float) -> float:
        return abs(kr - figure.value)

    monthly = [min(_monthly(study.rates[rate]), key=off) for rate in rates if rate >= 0]
    return max(monthly, key=off, default=None)


def _monthly(rate: Rate) -> list[float]:
    """kr. a month of a rate, and those that were stated where they are of another year."""
    found = [rate.kr / 12.0]
    if rate.restated and not rate.restated.currency:
        found.append(rate.restated.amount * rate.per / 12.0)
    return found


def _cost(gain: Gain, figure: Published, time: str | None = None) -> float:
    study = gain.study
    a, t = study.axes.at("arm", figure.arm), study.axes.at("time", time or figure.time)
    items = _items(study, figure.item)
    # An income is printed without a sign; in a sum of costs it stands with a minus.
    sign = -1.0 if figure.item and all(study.items[i].income for i in items) else 1.0
    return sign * float(gain.cells[a, t, items].sum())


def _cost_change(gain: Gain, figure: Published) -> float:
    return 100.0 * (_cost(gain, figure) / _cost(gain, figure, figure.since) - 1.0)


def _gain(gain: Gain, figure: Published) -> float:
    """Gain of an arm; with a time, the fall in annual cost from the start until then."""
    a = gain.study.axes.at("arm", figure.arm)
    if not figure.time:
        return float(gain.gain[a])
    return float(gain.cost[a, 0] - gain.cost[a, gain.study.axes.at("time", figure.time)])


def _of_arm(values: Callable[[Gain, int], float]) -> Callable[[Gain, Published], float]:
    return lambda gain, figure: values(gain, gain.study.axes.at("arm", figure.arm))


@dataclass(frozen=True)
class _Sum:
    """Contacts and kr. of an activity summed over what a figure does not name."""

    contacts: tuple[float, float]
    kr: float


def _activity(gain: Gain, figure: Published, arm: str, year: str) -> _Sum:
    found = [
        activity
        for activity in gain.study.activity
        if activity.arm == arm and str(activity.year) == year and figure.item in ("", activity.item)
    ]
    return _Sum(
        (sum(_least(a) for a in found), sum(float(a.contacts[-1]) for a in found)),
        sum(a.kr for a in found),
    )


def _least(activity: Activity) -> float:
    return float(activity.contacts[0])


def _contacts(gain: Gain, figure: Published) -> float:
    """Contacts; of a suppressed count the value nearest to what is printed."""
    low, high = _activity(gain, figure, figure.arm, figure.time).contacts
    return min(max(figure.value, low), high)


def _contacts_change(gain: Gain, figure: Published) -> float:
    now = _activity(gain, figure, figure.arm, figure.time).contacts
    before = _activity(gain, figure, figure.arm, figure.since).contacts
    lowest, highest = 100.0 * (now[0] / before[1] - 1), 100.0 * (now[1] / before[0] - 1)
    return min(max(figure.value, lowest), highest)


def _kr(gain: Gain, figure: Published) -> float:
    return _activity(gain, figure, figure.arm, figure.time).kr


def _kr_change(gain: Gain, figure: Published) -> float:
    before = _activity(gain, figure, figure.arm, figure.since).kr
    return 100.0 * (_kr(gain, figure) / before - 1.0)


def _kr_difference(gain: Gain, figure: Published) -> float | None:
    """kr. of the treated arm minus that of the reference."""
    if (pair := as_published(gain.study)) is None:
        return None
    ours, theirs = (_activity(gain, figure, arm, figure.time).kr for arm in pair.arms)
    return ours - theirs


def _account(gain: Gain, figure: Published, *, per: bool = False) -> float | None:
    """Total of an account in a year, or per its base; None where there is none.

    Of a restated one a publication prints what was stated or what that is: the nearer is meant.
    """
    account, (row,) = _account_rows(gain, figure, figure.time)
    if row is None or (per and row.of is None):
        return None
    share = account.per / (row.of or 1.0) if per else 1.0
    return min((row.amount * share, row.restated * share), key=lambda v: abs(v - figure.value))


def _account_change(gain: Gain, figure: Published) -> float | None:
    """In percent, as stated or restated, the nearer; None where a year has no total."""
    _, (before, now) = _account_rows(gain, figure, figure.since, figure.time)
    if before is None or now is None:
        return None
    pairs = (before.amount, now.amount), (before.restated, now.restated)
    changes = [100.0 * (after / first - 1.0) for first, after in pairs]
    return min(changes, key=lambda change: abs(change - figure.value))


def _account_rows(
    gain: Gain, figure: Published, *years: str
) -> tuple[YearlyAccount, list[AccountYear | None]]:
    """Return the account that a figure names, and its group's rows of years."""
    account = next(each for each in gain.study.accounts if each.id == figure.item)
    rows = {str(row.year): row for row in account.rows if row.group == figure.arm}
    return account, [rows.get(year) for year in years]


def _difference(gain: Gain, figure: Published) -> float | None:
    """Of the arms that the study compares; None where others are, or one is looked at alone."""
    return None if as_published(gain.study) is None else gain.difference


def _case_cost(gain: Gain, figure: Published) -> float:
    """kr. per citizen of one stratum, summed over the places a figure does not name."""
    at = gain.study.axes.at
    place = tuple(
        at(axis, name) if name else slice(None)
        for axis, name in (
            ("arm", figure.arm),
            ("stratum", figure.stratum),
            ("time", figure.time),
            ("item", figure.item),
            ("payer", figure.payer),
        )
    )
    return float(gain.case_cost[place].sum())


def _case_saving(gain: Gain, figure: Published) -> float | None:
    """kr. per citizen of one stratum that the reference costs more than the treated arm."""
    if (pair := as_published(gain.study)) is None:
        return None
    ours, theirs = (_case_cost(gain, replace(figure, arm=arm)) for arm in pair.arms)
    return theirs - ours


@dataclass(frozen=True)
class Measure:
    """How a kind of figure follows from the study's inputs.

    Parameters
    ----------
    of : callable or None
        Calculates it from the gain, or of `OF_NO_PRICE` what stands in its place, and the figure's
        place; None for what is only stated.
    needs : tuple of str
        Columns of ``published.csv`` without which it says nothing.
    """

    of: Callable[[Any, Published], float | None] | None
    needs: tuple[str, ...] = ("arm",)


_PLACE, _CHANGE = ("arm", "time"), ("arm", "since", "time")

MEASURES: dict[str, Measure] = {
    "citizens": Measure(_citizens, _PLACE),
    "share": Measure(_share, _PLACE),
    "enrolled": Measure(_enrolment("enrolled"), ()),
    "analysed": Measure(_enrolment("analysed"), ()),
    "dropouts": Measure(_enrolment("dropouts"), ()),
    "rate": Measure(_rate, ("arm", "item")),
    "cost": Measure(_cost, _PLACE),
    "cost_change": Measure(_cost_change, _CHANGE),
    "gain": Measure(_gain),
    "gain_per_citizen": Measure(_of_arm(lambda g, a: float(g.gain[a] / g.study.arms[a].analysed))),
    "investment": Measure(_of_arm(lambda g, a: float(g.investment[a]))),
    "net_gain": Measure(_of_arm(lambda g, a: float(g.net_gain[a]))),
    "net_gain_per_citizen": Measure(_of_arm(lambda g, a: float(g.net_gain_per_citizen[a]))),
    "difference": Measure(_difference, ()),
    "contacts": Measure(_contacts, _PLACE),
    "contacts_change": Measure(_contacts_change, _CHANGE),
    "activity_kr": Measure(_kr, _PLACE),
    "activity_kr_change": Measure(_kr_change, _CHANGE),
    "activity_kr_difference": Measure(_kr_difference, ("time",)),
    "case_cost": Measure(_case_cost, ("arm", "stratum")),
    "case_saving": Measure(_case_saving, ("stratum",)),
    "account": Measure(_account, ("item", "time")),
    "account_per": Measure(partial(_account, per=True), ("item", "time")),
    "account_change": Measure(_account_change, ("item", "since", "time")),
    "survey_share": Measure(None, ()),
    "survey_count": Measure(None, ()),
    "given": Measure(None, ()),
}
"""What a published figure can be a number of, and how it follows from the study's inputs.

``share`` and the ``..._change`` measures are in percent, ``rate`` in kr. a month, the rest in kr.,
citizens or contacts.
"""

OF_TWO = ("difference", "activity_kr_difference", "case_saving")
"""Measures of an arm held against another."""

OF_NO_PRICE = (
    *("citizens", "share", "enrolled", "analysed", "dropouts"),
    *("contacts", "contacts_change"),
    *("activity_kr", "activity_kr_change", "activity_kr_difference"),
    *("account", "account_per", "account_change"),
)
"""Measures that need no price of the study's: of people, and of accounts."""

UNITS = (
    *("kr", "kr/month", "kr/year", "pct", "citizens", "contacts"),
    *("hours", "fte", "months", "ratio", "count"),
)
"""Units a published figure can have."""


def recompute(gain: Gain | Unpriced, figure: Published) -> float | None:
    """Calculate what a published figure is from the study's own inputs, in the figure's unit.

    Returns
    -------
    float or None
        None where the figure is only stated and no input says it, or it is a change from zero.
    """
    of = MEASURES[figure.measure].of
    if isinstance(gain, Unpriced) and figure.measure not in OF_NO_PRICE:
        return None
    if not gain.study.arms and not figure.measure.startswith("account"):
        return None  # nobody is counted
    try:
        return None if of is None else of(gain, figure)
    except ZeroDivisionError:  # a change from nothing has no percentage
        return None


def is_published(study: Study, difference: float) -> bool:
    """Whether a study publishes a difference, or an arm's own change: a figure that agrees."""
    return printed(study, difference) is not None


def printed(study: Study, difference: float) -> float | None:
    """Return a difference, or an arm's own change, as it is printed; None where none agrees."""
    alone, arm = study.contrast.reference is None, study.contrast.treated
    if not alone and as_published(study) is None:
        return None
    measure, arms = ("net_gain_per_citizen", ("", arm)) if alone else ("difference", ("",))
    figures = (f for f in study.published if f.measure == measure and f.arm in arms)
    return next((figure.value for figure in figures if figure.agrees(difference)), None)
