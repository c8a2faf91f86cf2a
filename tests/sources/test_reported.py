"""Reported starts: the share that counts, and what stands instead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.rows.build import build
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.stats.distributions import beta_from_range, beta_moments
from tests.conftest import SIX, alone


def test_reported_starts_by_hand(ishoj) -> None:
    """A share of 0.6 x 0.5 counts: the rest cost cash benefit, in both arms, at the end."""
    study = ishoj.assume("reported", real=[0.6, 0.6], lasting=[0.5, 0.5])
    rows = alone(study, "reported")
    at = ishoj.axes.at
    cash = at("item", "cash_benefit")
    expected = gv.gain(ishoj).difference
    kr = np.array([rate.kr for rate in ishoj.rates])
    for a, (arm, sign) in enumerate(zip(ishoj.arms, (1, -1), strict=True)):
        for status in ("ordinary_employment", "flexjob"):
            i = at("item", status)
            price = kr[ishoj.rate_maps["published"][a, 0, 2]]
            more = 0.7 * ishoj.counts[a, 2, i] / arm.analysed * (price[cash] - price[i])
            expected -= sign * more
    for row in rows.values():
        assert row["mean"] == pytest.approx(expected)
        assert row["standard_deviation"] == pytest.approx(0.0, abs=1e-6)


def test_reported_starts_vary_as_their_beta_laws(ishoj) -> None:
    """Mean and variance of the share that counts are those of a product of two Beta laws."""
    (source,) = chosen(ishoj, ["reported"])
    rows = 100_000
    drawn = source.draw(ishoj, rows, streams.stream(5, "reported", 0))
    ours = drawn["real:intervention:flexjob"]
    assert ours is drawn["real:control:flexjob"]
    law = beta_from_range(0.5, 0.98)
    assert law is not None
    np.testing.assert_allclose(stats.beta(*law).ppf([0.05, 0.95]), [0.5, 0.98], atol=1e-6)
    mean, variance = beta_moments(*law)
    second = (mean**2 + variance) ** 2 - mean**4
    spread = (ours - mean**2) ** 2
    assert abs(ours.mean() - mean**2) < SIX * (second / rows) ** 0.5
    assert abs(spread.mean() - second) < SIX * spread.std() / rows**0.5
    apart = chosen(ishoj.assume("reported", shared="false"), ["reported"])[0]
    drawn = apart.draw(ishoj, 1_000, streams.stream(5, "reported", 0))
    two = (drawn[f"real:{arm}:flexjob"] for arm in ("intervention", "control"))
    assert abs(np.corrcoef(*two)[0, 1]) < 0.25  # eight errors of a correlation of 1,000 pairs


def test_starts_in_a_new_group_are_binomial(ishoj) -> None:
    """Given the share, how many of a new group's starts count is binomial: mean and variance.

    With outcomes fixed the four starts in ordinary employment have the variance 4 p (1 - p).
    """
    study = ishoj.assume("reported", real=[0.6, 0.6], lasting=[1.0, 1.0])
    (source,) = chosen(study, ["reported"], "new_group")
    rows = 20_000
    drawn = source.draw(study, rows, streams.stream(5, "reported", 0))
    inputs = build(study, drawn)
    job = study.axes.at("item", "ordinary_employment")
    starts = inputs.quantity[:, 0, 0, 2, job] * 28
    assert set(np.rint(starts).astype(int)) <= {0, 1, 2, 3, 4}
    seen = np.bincount(np.rint(starts).astype(int), minlength=5)
    expected = rows * stats.binom(4, 0.6).pmf(np.arange(5))
    assert stats.chisquare(seen, expected).pvalue > 1e-6


def test_a_start_becomes_a_status_that_nobody_doubts(ishoj) -> None:
    """The status instead is none of those in doubt, and has a price in both arms."""
    doubt = ishoj.assume("reported", instead="flexjob")
    with pytest.raises(gv.StudyError, match="E098"):
        gv.simulate(doubt, n=10)
    maps = {basis: rate_map.copy() for basis, rate_map in ishoj.rate_maps.items()}
    for rate_map in maps.values():
        rate_map[1, :, 2, ishoj.axes.at("item", "cash_benefit")] = -1
    with pytest.raises(gv.StudyError, match="E041"):
        gv.simulate(replace(ishoj, rate_maps=maps), n=10)
