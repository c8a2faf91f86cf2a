"""Few citizens in random statuses: every table of theirs can be gone through."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from gevinst.study.study import Study
from gevinst.study.transitions import Switch, barred_steps
from gevinst.text.problems import StudyError

STATUSES = ("cash_benefit", "resource_programme", "flexjob", "ordinary_employment", "moved")


def mixed_up(study: Study, seed: int, citizens: int = 4, invested: float = 8_000.0) -> Study:
    """A study of few citizens in random statuses at three times, and an investment in kr."""
    rng = np.random.default_rng(seed)
    counts = np.zeros_like(study.counts)
    for a, t in product((0, 1), range(3)):
        for name in rng.choice(STATUSES[: 4 if t == 0 else 5], size=citizens):
            counts[a, t, study.axes.at("item", name)] += 1
    arms = tuple(replace(arm, analysed=citizens) for arm in study.arms)
    rates = tuple(replace(r, kr=invested) if r.id == "investment" else r for r in study.rates)
    return replace(study, counts=counts, arms=arms, rates=rates)


def not_refuted(study: Study, *switches: Switch) -> tuple[Switch, ...]:
    """Those of some switches that the margins do not refute together."""
    kept: list[Switch] = []
    for switch in switches:
        try:
            barred_steps(study, [*kept, switch])
        except StudyError:
            continue
        kept.append(switch)
    return tuple(kept)
