"""Over time: the gain accumulated over the follow-up by each step rule, and when it is paid back.

Between the times nobody was counted, so how a cost went from one level to the next is a rule, and
the rules stand side by side. What comes after the last time is an extrapolation and is called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from gevinst.analyses.gain import gain
from gevinst.analyses.lost.estimates import Limits
from gevinst.analyses.scenarios.specify import Specifier
from gevinst.model.evaluate import evaluate
from gevinst.model.horizons import CONVENTIONS, RECURRING
from gevinst.rows.build import build
from gevinst.study.study import Study

Back = Literal["followed", "extrapolated", "never", "nothing"]
"""When what was paid once is paid back: within the follow-up; after it, if the last year's saving
goes on; never at that saving; or nothing was paid more than in the reference."""


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
    once, yearly = _paid_once(study), gain(study.choose(horizon="annual_end")).difference
    specifier, ended = Specifier(study, level), study.times[-1].years or 0.0
    found = []
    for rule in rules:
        each = specifier.specify({"horizon": rule})
        if each is None or each.difference is None:
            return ()
        back, years = _back(each.difference, once, yearly - once, ended)
        found.append(Accumulated(rule, each.difference, each.interval, back, years))
    return tuple(found)


def _paid_once(study: Study) -> float:
    """What one-offs are of the difference, kr. per citizen; below zero where they cost more."""
    each = evaluate(build(study), by=("item",)).difference("item")[0]
    return float(sum(kr for item, kr in zip(study.items, each, strict=True) if _one_off(item.kind)))


def _one_off(kind: str) -> bool:
    return kind != RECURRING


def _back(left: float, once: float, yearly: float, ended: float) -> tuple[Back, float | None]:
    """Say when what was paid once is paid back, and after how many years where that is later."""
    if once >= 0.0:
        return "nothing", None
    if left >= 0.0:
        return "followed", None
    if yearly <= 0.0:
        return "never", None
    return "extrapolated", ended - left / yearly
