"""The silence law: what has no spread gives the published value, to the last bit, in every row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats.distributions import law_of
from gevinst.stats.laws import Fixed
from tests.conftest import draw_rates


def test_silence_law(ishoj) -> None:
    """Sources at zero spread give the published result, to the last bit, in every row."""
    still = tuple(
        replace(rate, distribution=replace(rate.distribution, kind="gamma", cv=0.0, low=0, high=0))
        for rate in ishoj.rates
    )
    simulation = gv.simulate(replace(ishoj, rates=still), n=100, vary=["rates"], rng=1)
    for draws in simulation.by_coupling.values():
        assert (draws.difference == simulation.point).all()
    nothing = gv.simulate(ishoj, n=10, vary=[], rng=1)
    assert (nothing.by_coupling["independent"].difference == nothing.point).all()


def test_silence_law_among_rates_that_move_together(mixed) -> None:
    """A rate with cv 0 is itself to the last bit, also among rates that move together."""
    kr = next(rate.kr for rate in mixed.rates if rate.id == "resource_programme_low")
    assert (draw_rates(mixed, 100)["resource_programme_low"] == kr).all()
    still = tuple(
        replace(rate, distribution=replace(rate.distribution, kind="gamma", cv=0.0, low=0, high=0))
        for rate in mixed.rates
    )
    silent = replace(mixed, rates=still)
    for values in draw_rates(silent, 100).values():
        assert len(set(values)) == 1
    simulation = gv.simulate(silent, n=50, vary=["rates"], rng=1)
    for draws in simulation.by_coupling.values():
        assert (draws.difference == simulation.point).all()


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        ("gamma", {"cv": 0.0}),
        ("lognormal", {"cv": 0.0}),
        ("gamma", {"low": 12.3, "high": 12.3}),
        ("pert", {"low": 12.3, "high": 12.3}),
        ("fixed", {}),
    ],
)
def test_silence_law_of_a_rate(kind: str, stated: dict[str, float]) -> None:
    """Without spread every draw is the rate to the last bit, and the stream is left alone."""
    law = law_of(kind, 12.3, **stated)
    rng = np.random.default_rng(1)
    assert law == Fixed(12.3)
    assert (law.draw(rng, 100) == 12.3).all()
    assert rng.random() == np.random.default_rng(1).random()
    assert (law.quantile([0.05, 0.5]) == 12.3).all()
    with pytest.raises(ValueError, match="no scores"):
        law.score([12.3])
