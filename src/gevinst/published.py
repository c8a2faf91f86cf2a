"""Published figures and claims, recalculated from the study's own inputs.

A study states figures as data. Here each kind of figure has one small function that says what the
same quantity is from counts, rates and conventions; whether they agree is the reader's to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gevinst.gain import Gain
from gevinst.study import Activity, Published, Study

RELATIONS = ("=", ">", "<")
"""A figure is equal to what is printed; a claim of direction lies above or below a number."""


def _items(study: Study, name: str) -> list[int]:
    """Positions of a status, of a group's members, or of all statuses where no name is given."""
    if not name:
        return [i for i, item in enumerate(study.items) if not item.investment]
    members = study.groups[name][1] if name in study.groups else (name,)
    return [study.axes.at("item", member) for member in members]


def _citizens(gain: Gain, figure: Published) -> float:
    study = gain.study
    a, t = study.axes.at("arm", figure.arm), study.axes.at("time", figure.time or study.times[0].id)
    return float(study.counts[a, t, _items(study, figure.item)].sum())


def _share(gain: Gain, figure: Published) -> float:
    a = gain.study.axes.at("arm", figure.arm)
    return 100.0 * _citizens(gain, figure) / gain.study.arms[a].analysed


def _enrolment(field: str) -> Callable[[Gain, Published], float]:
    def measure(gain: Gain, figure: Published) -> float:
        arms = [arm for arm in gain.study.arms if figure.arm in ("", arm.id)]
        return float(sum(getattr(arm, field) for arm in arms))

    return measure


def _rate(gain: Gain, figure: Published) -> float:
    """kr. a month behind the cells; where times differ, the one farthest from what is printed."""
    study = gain.study
    a, (i, *_) = study.axes.at("arm", figure.arm), _items(study, figure.item)
    rates = study.rate_maps[study.conventions.rates][a, 0, :, i]
    monthly: list[float] = [study.rates[rate].kr / 12.0 for rate in rates if rate >= 0]
    return max(monthly, key=lambda kr: abs(kr - figure.value))


def _cost(gain: Gain, figure: Published, time: str | None = None) -> float:
    study = gain.study
    a, t = study.axes.at("arm", figure.arm), study.axes.at("time", time or figure.time)
    return float(gain.cells[a, t, _items(study, figure.item)].sum())


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


def _kr_difference(gain: Gain, figure: Published) -> float:
    """kr. of the intervention arm minus that of the control arm."""
    ours, theirs = (
        _activity(gain, figure, arm, figure.time).kr for arm in ("intervention", "control")
    )
    return ours - theirs


MEASURES: dict[str, Callable[[Gain, Published], float]] = {
    "citizens": _citizens,
    "share": _share,
    "enrolled": _enrolment("enrolled"),
    "analysed": _enrolment("analysed"),
    "dropouts": _enrolment("dropouts"),
    "rate": _rate,
    "cost": _cost,
    "cost_change": _cost_change,
    "gain": _gain,
    "gain_per_citizen": _of_arm(lambda g, a: float(g.gain[a] / g.study.arms[a].analysed)),
    "investment": _of_arm(lambda g, a: float(g.investment[a])),
    "net_gain": _of_arm(lambda g, a: float(g.net_gain[a])),
    "net_gain_per_citizen": _of_arm(lambda g, a: float(g.net_gain_per_citizen[a])),
    "difference": lambda gain, figure: gain.difference,
    "contacts": _contacts,
    "contacts_change": _contacts_change,
    "activity_kr": _kr,
    "activity_kr_change": _kr_change,
    "activity_kr_difference": _kr_difference,
}
"""What a published figure can be a number of, and how it follows from the study's inputs.

``share`` and the ``..._change`` measures are in percent, ``rate`` in kr. a month, the rest in kr.,
citizens or contacts.
"""


def recompute(gain: Gain, figure: Published) -> float:
    """Calculate what a published figure is from the study's own inputs, in the figure's unit."""
    return MEASURES[figure.measure](gain, figure)


def agrees(figure: Published, value: float) -> bool:
    """Whether a recalculated value is what was published, within half its last printed digit."""
    if figure.relation == ">":
        return value > figure.value
    if figure.relation == "<":
        return value < figure.value
    # A relative hair for binary fractions: 22,513.4999999 and 22,513.5 are one number.
    return abs(value - figure.value) <= figure.rounding / 2 + 1e-9 * abs(figure.value)
