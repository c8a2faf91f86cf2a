"""Anderson's limits of the mean of bounded values: by hand, by a loop, and in coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from gevinst.stats.mean.atoms import Component
from gevinst.stats.mean.bounded import mean_limits
from gevinst.stats.mean.estimate import bootstrap_mean_difference


def by_integral(values, support, error):
    """Return the limits as integrals of the two bands, on every step of the observed law."""
    low, high = support
    reach = stats.ksone.isf(error, len(values))
    edges = np.concatenate([[low], np.sort(values), [high]])
    share = np.arange(len(values) + 1) / len(values)
    widths = np.diff(edges)
    # E X = high - integral of F.
    least = high - float(widths @ np.minimum(share + reach, 1.0))
    most = high - float(widths @ np.maximum(share - reach, 0.0))
    return least, most


@pytest.mark.parametrize("n", [1, 2, 5, 28])
@pytest.mark.parametrize("support", [(-3.0, 7.0), (0.0, 5.0), (-100.0, 5.0)])
def test_limits_are_the_means_of_the_bands(n: int, support) -> None:
    """Moving the topmost share to the lower end is integrating the band, ties included."""
    values = np.random.default_rng(n).integers(0, 6, n).astype(float)
    for error in (0.0125, 0.025, 0.2):
        ours = mean_limits(Component.of(values), support, error)
        assert ours == pytest.approx(by_integral(values, support, error), abs=1e-9)


def test_one_value_by_hand() -> None:
    """Of one value between 0 and 1 the share moved is 1 - error, and the rest stays."""
    low, high = mean_limits(Component.of(np.array([0.3])), (0.0, 1.0), 0.05)
    assert (low, high) == pytest.approx((0.3 * 0.05, 1 - 0.7 * 0.05))


def _rare(rng, n):
    return np.where(rng.random(n) < 0.05, 20.0, 1.0)


LAWS = {
    "rare and expensive against none": (
        (_rare, 1.95),
        (lambda rng, n: np.ones(n), 1.0),
        (0.0, 20.0),
    ),
    "few yes": ((lambda rng, n: (rng.random(n) < 0.04) * 1.0, 0.04),) * 2 + ((0.0, 1.0),),
    "uniform": ((lambda rng, n: rng.random(n), 0.5),) * 2 + ((0.0, 1.0),),
    "skewed": ((lambda rng, n: rng.beta(0.3, 5, n), 0.3 / 5.3),) * 2 + ((0.0, 1.0),),
}


@pytest.mark.parametrize("sizes", [(28, 26), (3, 5), (1, 1)])
@pytest.mark.parametrize("name", LAWS)
def test_the_promise_is_kept_whatever_the_law(name: str, sizes) -> None:
    """Of 1,000 pairs of groups at least 95 % hold the true difference, where Welch may hold few.

    A coverage of exactly .95 falls below .91 by chance but once in a million times.
    """
    (first, mean), (second, other), support = LAWS[name]
    rng = np.random.default_rng(1969)
    held = welch = 0
    for _ in range(1000):
        x, y = first(rng, sizes[0]), second(rng, sizes[1])
        found = bootstrap_mean_difference(x, y, support=support)
        interval = found.interval("anderson")
        held += interval.low <= mean - other <= interval.high
        usual = found.interval("welch")
        welch += usual.available and usual.low <= mean - other <= usual.high
    assert held >= 910
    if name.startswith("rare"):
        assert welch < 800


def test_no_spread_and_one_citizen_have_one() -> None:
    """What is equal among those seen need not be among others: the interval says how far."""
    for x in ([4.0], [4.0] * 10):
        found = bootstrap_mean_difference(x, [3.0] * len(x), support=(0.0, 10.0))
        interval = found.interval("anderson")
        assert interval.available
        assert interval.reason is None
        assert interval.low < 1.0 < interval.high
    assert found.interval("welch").reason == "no-spread"


def test_without_a_support_there_is_none_and_outside_it_is_refused() -> None:
    """The support is known beforehand; it is never read off the values."""
    found = bootstrap_mean_difference([1, 2, 3], [4, 5])
    assert found.interval("anderson").reason == "no-support"
    assert math.isnan(found.interval("anderson").low)
    with pytest.raises(ValueError, match=r"support: read \(0, 2\) beside values from 1"):
        bootstrap_mean_difference([1, 2, 3], support=(0, 2))
