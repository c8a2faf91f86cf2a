"""Over time: the gain accumulated over the follow-up by each step rule, and when it is paid back.

Between the times nobody was counted, so how a cost went from one level to the next is a rule, and
the rules stand side by side. What comes after the last time is an extrapolation and is called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gevinst.analyses.lost.estimates import Limits
from gevinst.analyses.scenarios.specify import Specifier
from gevinst.analyses.years.asked import CONSTANT, persistence_of, seen
from gevinst.analyses.years.payback import paid_back
from gevinst.model.horizons import CONVENTIONS
from gevinst.rows.build import build
from gevinst.rows.by_time import PARTS, apart
from gevinst.study.study import Study

Back = Literal["followed", "extrapolated", "never", "nothing"]
"""When what was paid once is paid back: within the follow-up; after it, if the last year's saving
goes on; never at that saving; or nothing was paid more than in the reference."""

LATEST = 300
"""Years: what is not paid back until then never is."""


@dataclass(frozen=True)
class Accumulated:
    """The difference accumulated over the follow-up by one step rule.

    Parameters
    ----------
    horizon : str
        The rule, a time convention.
    difference : float
        kr. per citizen over the follow-up, what is paid once included.
    interval : tuple of float or None
        Limits with what chance in small groups adds, whoever went where.
    back : str
        One of `Back`.
    years : float or None
        Of an extrapolation: years from the start until it is paid back, if the yearly difference of
        the last time goes on unchanged.
    """

    horizon: str
    difference: float
    interval: Limits | None
    back: Back
    years: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        low, high = self.interval or (None, None)
        return {
            "horizon": self.horizon,
            "difference": self.difference,
            "low": low,
            "high": high,
            "payback": {
                "when": self.back,
                "years": self.years,
                "extrapolated": self.back == "extrapolated",
            },
        }


def over_time(study: Study, level: float) -> tuple[Accumulated, ...]:
    """Accumulate by every step rule; none where statuses are not counted at points in time."""
    if not study.statuses or len(study.times) < 3:
        return ()
    rules = [name for name in study.choices["horizon"] if CONVENTIONS[name].needs_years]
    specifier = Specifier(study, level)
    found = []
    for rule in rules:
        each = specifier.specify({"horizon": rule})
        if each is None or each.difference is None:
            return ()
        back, years = _back(study.choose(horizon=rule), each.difference)
        found.append(Accumulated(rule, each.difference, each.interval, back, years))
    return tuple(found)


def _back(study: Study, left: float) -> tuple[Back, float | None]:
    """Say when what was paid once is paid back, and after how many years where that is later.

    Every year after the follow-up is as its last, and counts as the study discounts it.
    """
    flows, columns = seen(study), apart(study, build(study))[0]
    once = sum(kr for (is_once, _), kr in zip(PARTS, columns.sum(axis=1), strict=True) if is_once)
    if once >= 0.0:
        return "nothing", None
    if left >= 0.0:
        return "followed", None
    weights = flows.weights(persistence_of(CONSTANT), LATEST, study.discounting, len(study.times))
    by_year = sum(
        weights[is_once] @ column for (is_once, _), column in zip(PARTS, columns, strict=True)
    )
    cumulative = np.cumsum(by_year)
    year = int(paid_back(cumulative[:, np.newaxis])[0])
    if year > LATEST:
        return "never", None
    # Since the follow-up ended the sum goes straight within a year.
    begins = max(year - 1.0, flows.until)
    before = left if begins == flows.until else float(cumulative[year - 1])
    return "extrapolated", begins + (year - begins) * before / (before - float(cumulative[year]))
