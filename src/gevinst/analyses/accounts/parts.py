"""A group of statuses in one arm: its citizens, its cost, and what of a change is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.study.claims import Published
from gevinst.study.study import Study

TOTAL = ""
"""Name of the row of all statuses."""

SAME = 0.005
"""kr.: amounts closer than this are one."""


@dataclass(frozen=True)
class Part:
    """A group of statuses, or a status in no group, in one arm.

    Parameters
    ----------
    arm, name : str
        Ids; the name is `TOTAL` for all statuses.
    citizens, least, most : tuple of int
        Per time: as calculated with, and the fewest and most where counts are suppressed.
    before, after : float
        Cost at the first and the last time, kr. a year for the whole arm.
    at_first_rates : float
        The last time's citizens at the first time's rates, kr. a year.
    rates_differ : bool
        Whether a status that somebody is in at the last time cost something else at the first.
    rates : tuple of float or None
        The one rate at the first and at the last time, kr. a month, where each has one.
    stayed : tuple of int
        Fewest and most who were in it at both times, over every table that fits.
    published : Published or None
        The change as published, in percent.
    """

    arm: str
    name: str
    citizens: tuple[int, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]
    before: float
    after: float
    at_first_rates: float
    rates_differ: bool
    rates: tuple[float, float] | None
    stayed: tuple[int, int]
    published: Published | None = None

    @property
    def change(self) -> float:
        """Change in cost, kr. a year: `quantity` plus `price`."""
        return self.after - self.before

    @property
    def quantity(self) -> float:
        """What of it is citizens: how many were in which status, at the first time's rates."""
        return self.at_first_rates - self.before

    @property
    def price(self) -> float:
        """What of it is rates that differ, for those who are in the statuses at the last time."""
        return self.after - self.at_first_rates

    def share(self, kr: float) -> float | None:
        """Part that an amount is of the cost at the first time; None where that is nothing."""
        return kr / self.before if self.before > SAME else None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "arm": self.arm,
            "group": self.name or None,
            "citizens": list(self.citizens),
            "citizens_least": list(self.least),
            "citizens_most": list(self.most),
            "cost_before": self.before,
            "cost_after": self.after,
            "change": self.change,
            "change_share": self.share(self.change),
            "citizens_part": self.quantity,
            "citizens_part_share": self.share(self.quantity),
            "rates_part": self.price,
            "stayed": list(self.stayed),
            "published_pct": self.published.value if self.published else None,
        }


def rows_of(study: Study) -> dict[str, tuple[int, ...]]:
    """Groups of statuses, statuses in none, and all: positions by name."""
    groups = {name: study.members(name) for name in study.groups}
    grouped = {i for items in groups.values() for i in items}
    single = {study.items[i].id: (i,) for i in study.statuses if i not in grouped}
    return {**groups, **single, TOTAL: study.statuses}


def apart(rows: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    """Rows that share no status with an earlier one, so that they can lie beside each other."""
    seen: set[int] = set()
    kept = []
    for name, items in rows.items():
        if name and not seen & set(items):
            kept.append(name)
            seen |= set(items)
    return tuple(kept)


def hidden(study: Study, items: Sequence[int]) -> bool:
    """Whether suppression leaves it open that somebody was in some of these statuses."""
    return any(sets[:, list(items)].any() for by_time in study.masked.values() for sets in by_time)


def part_of(study: Study, a: int, name: str, items: tuple[int, ...]) -> Part:
    """Divide one group's change in one arm."""
    held = list(items)
    arm, last = study.arms[a].id, len(study.times) - 1
    counts = study.counts[a][:, held]
    sums = sums_of(study, a, held)
    before, after = _prices(study, a, held)
    priced = (counts[0] * before).sum(), (counts[last] * after).sum()
    met = counts[last] > 0
    return Part(
        arm=arm,
        name=name,
        citizens=tuple(counts.sum(axis=1).tolist()),
        least=tuple(int(each.min()) for each in sums),
        most=tuple(int(each.max()) for each in sums),
        before=float(priced[0]),
        after=float(priced[1]),
        at_first_rates=float((counts[last] * before).sum()),
        rates_differ=bool((np.abs(after - before)[met] > SAME).any()),
        rates=_one_rate(before[counts[0] > 0], after[met]),
        stayed=stayed(study, a, held),
        published=next((f for f in study.published if _says(f, study, arm, name)), None),
    )


def _prices(
    study: Study, a: int, held: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """kr. a year per status at the first and last time; one that has no rate there has the other's.

    Nobody is in a status without a rate.
    """
    costs, rated = study.status_costs[a][:, held], study.rate_of[a, 0][:, held] >= 0
    first, last = costs[0], costs[-1]
    return np.where(rated[0], first, last), np.where(rated[-1], last, first)


def _one_rate(
    before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[float, float] | None:
    """The rate a month at each time, where each has one."""
    if not (before.size and after.size) or np.ptp(before) > SAME or np.ptp(after) > SAME:
        return None
    return float(before[0]) / 12.0, float(after[0]) / 12.0


def sums_of(study: Study, a: int, held: list[int]) -> list[NDArray[np.int64]]:
    """Per time how many of an arm are in some statuses: each number that suppression leaves."""
    sets = study.masked.get(study.arms[a].id, [each[np.newaxis] for each in study.counts[a]])
    return [each[:, held].sum(axis=1) for each in sets]


def stayed(study: Study, a: int, held: list[int]) -> tuple[int, int]:
    """Fewest and most in a group at both times: Fréchet's bounds of two margins, or as known.

    Those of each stratum that counts are kept in add up, as nobody leaves one.
    """
    if study.paths is not None:
        ends = study.paths[study.arms[a].id][:, [0, -1]]
        n = int(np.isin(ends, held).all(axis=1).sum())
        return n, n
    if study.stratum_counts.size:
        blocks = study.stratum_counts[a]
        first, last = (blocks[:, t][:, held].sum(axis=1) for t in (0, -1))
        fewest = np.maximum(0, first + last - blocks[:, 0].sum(axis=1))
        return int(fewest.sum()), int(np.minimum(first, last).sum())
    first, *_, last = sums_of(study, a, held)
    everybody = int(study.counts[a, 0].sum())
    fewest = max(0, int(first.min() + last.min()) - everybody)
    return fewest, int(min(first.max(), last.max()))


def _says(figure: Published, study: Study, arm: str, name: str) -> bool:
    """Whether a published figure is of this change."""
    place = figure.arm, figure.item, figure.since, figure.time
    ends = study.axes.times[0], study.axes.times[-1]
    same = place == (arm, name, *ends)
    return figure.measure == "cost_change" and figure.relation == "=" and same
