"""Measures of an effect on a share: their formulas, and the law of what is drawn."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from gevinst.stats.distributions import beta_around
from gevinst.stats.laws import Lognormal
from gevinst.stats.yes_no.measures import RATIOS, Effective, measured, share_with


def test_shares_by_hand() -> None:
    """Of 46 %: 13 points, a risk a quarter higher, odds twice as high, a hazard half as high."""
    assert float(share_with("pp", 13.0, 0.46)) == pytest.approx(0.59)
    assert float(share_with("rr", 1.25, 0.46)) == pytest.approx(0.575)
    odds = 2.0 * 0.46 / 0.54
    assert float(share_with("or", 2.0, 0.46)) == pytest.approx(odds / (1.0 + odds))
    assert float(share_with("hr", 0.5, 0.46)) == pytest.approx(1.0 - math.sqrt(0.54))
    for measure in RATIOS:
        assert float(share_with(measure, 1.0, 0.46)) == pytest.approx(0.46)


def test_a_ratio_is_drawn_on_the_log_scale() -> None:
    """The median is the estimate; the limits are where an interval of the logarithm has them."""
    se = (math.log(1.8) - math.log(1.0)) / 2.0 / stats.norm.ppf(0.975)
    law = measured("or", math.sqrt(1.8), se)
    assert isinstance(law, Lognormal)
    np.testing.assert_allclose(law.quantile([0.025, 0.5, 0.975]), [1.0, math.sqrt(1.8), 1.8])


def by_quadrature(effect: Effective, estimate: float, se: float) -> tuple[float, float]:
    """Mean and standard deviation, by integrating over the score what is drawn at each."""
    log = effect.measure in RATIOS

    def at(z: float) -> float:
        x = estimate * math.exp(se * z) if log else estimate + se * z
        return float(effect.of(x))

    def moment(k: int) -> float:
        # In short pieces, so that no kink is overlooked.
        ends = np.linspace(-9.0, 9.0, 361)
        return sum(
            integrate.quad(lambda z: at(z) ** k * stats.norm.pdf(z), low, high)[0]
            for low, high in pairwise(ends)
        )

    mean = moment(1)
    return mean, math.sqrt(moment(2) - mean**2)


@pytest.mark.parametrize(
    ("measure", "estimate", "se", "baseline"),
    [
        ("pp", 13.4, 4.3, 0.46),
        ("pp", 13.4, 10.0, 0.8),
        ("pp", -2.0, 3.0, 0.03),
        ("rr", 1.3, 0.15, 0.46),
        ("rr", 1.3, 0.4, 0.7),
        ("or", 1.8, 0.5, 0.3),
        ("hr", 1.6, 0.4, 0.3),
        ("hr", 0.6, 0.2, 0.9),
    ],
)
def test_moments_are_those_of_what_is_drawn(measure, estimate, se, baseline) -> None:
    """By another quadrature, held at 0 and 1 or not."""
    effect = Effective(measure, measured(measure, estimate, se), baseline)
    mean, sd = by_quadrature(effect, estimate, se)
    assert effect.mean == pytest.approx(mean, rel=1e-7, abs=1e-9)
    assert effect.sd == pytest.approx(sd, rel=1e-6)
    drawn = effect.draw(np.random.default_rng(1), 20_000)
    assert (drawn >= -baseline).all()
    assert (drawn <= 1.0 - baseline + 1e-15).all()
    # Seven standard errors: less often than one in a hundred billion.
    assert abs(drawn.mean() - mean) < 7.0 * sd / math.sqrt(20_000)


def test_how_often_a_share_would_leave() -> None:
    """Both tails of a difference, the upper of a risk, none of odds and hazards."""
    pp = Effective("pp", measured("pp", 13.4, 10.0), 0.8)
    high, low = stats.norm.sf((20.0 - 13.4) / 10.0), stats.norm.cdf((-80.0 - 13.4) / 10.0)
    assert pp.beyond == pytest.approx(high + low)
    rr = Effective("rr", measured("rr", 1.2, 0.3), 0.8)
    assert rr.beyond == pytest.approx(stats.norm.sf(math.log(1.25 / 1.2) / 0.3))
    for measure in ("or", "hr"):
        assert Effective(measure, measured(measure, 3.0, 1.0), 0.8).beyond == 0.0
    assert Effective("days", measured("days", -3.0, 1.2)).beyond == 0.0


def test_an_amount_is_normal() -> None:
    """Days are themselves, whatever sign."""
    days = Effective("days", measured("days", -3.0, 1.2))
    assert (days.mean, days.sd) == (-3.0, 1.2)
    np.testing.assert_allclose(days.quantile([0.5, 0.975]), [-3.0, -3.0 + 1.2 * 1.959964], 1e-6)


def test_a_beta_around_a_share() -> None:
    """The mean stays; limits of a Beta are found again; others are nearest in squares."""
    for a, b in [(2.0, 18.0), (30.0, 10.0), (0.8, 5.0)]:
        law = stats.beta(a, b)
        found = beta_around(a / (a + b), *law.ppf([0.05, 0.95]), 0.9)
        assert found.mean == a / (a + b)
        assert found.worth == pytest.approx(a + b, rel=1e-5)
        assert found.sd == pytest.approx(law.std(), rel=1e-5)
    found = beta_around(0.1, 0.05, 0.2, 0.9)

    def missed(worth: float) -> float:
        points = stats.beta(0.1 * worth, 0.9 * worth).ppf([0.05, 0.95])
        return float(np.sum((points - (0.05, 0.2)) ** 2))

    assert missed(found.worth) <= min(map(missed, np.geomspace(1.0, 1e4, 400))) + 1e-12
