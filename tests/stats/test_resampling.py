"""Resampling of statistics that are not means."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gevinst.stats.resampling import resample_statistic

# R8: law school data (Efron & Tibshirani 1993, table 3.1): LSAT and GPA.
LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
GPA = [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
LAW = np.column_stack([LSAT, GPA])


def correlation(rows):
    """Return the correlation of two columns."""
    return np.corrcoef(rows[:, 0], rows[:, 1])[0, 1]


def test_law_school_correlation():
    """Correlation .776374, jackknife error .142519, acceleration -.075672 (R8)."""
    result = resample_statistic(LAW, correlation, method="bca", n_resamples=200, rng=1)
    assert result.estimate == pytest.approx(0.776374, abs=5e-7)
    assert result.jackknife_standard_error == pytest.approx(0.142519, abs=5e-7)
    assert result.acceleration == pytest.approx(-0.075672, abs=5e-7)
    assert result.interval.kind == "bca"
    assert -1 <= result.interval.low < result.interval.high <= 1


def test_law_school_fisher_z():
    """The Fisher z interval of the correlation is (.4385, .9220) (R8), and BCa's lies near it."""
    z = np.arctanh(correlation(LAW))
    reach = stats.norm.ppf(0.975) / math.sqrt(len(LAW) - 3)
    assert (np.tanh(z - reach), np.tanh(z + reach)) == pytest.approx((0.4385, 0.9220), abs=5e-5)
    theirs = stats.pearsonr(LSAT, GPA).confidence_interval(0.95)
    assert (theirs.low, theirs.high) == pytest.approx((0.4385, 0.9220), abs=5e-5)
    ours = resample_statistic(LAW, correlation, method="bca", n_resamples=2000, rng=1).interval
    assert ours.low < 0.6
    assert 0.9 < ours.high < 0.97


@pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
def test_median_equals_scipy(method):
    """The median's limits are scipy's own, draw for draw, whatever the container."""
    x = np.random.default_rng(2).lognormal(size=21)
    ours = resample_statistic(x, np.median, method=method, n_resamples=500, rng=7)
    theirs = stats.bootstrap(
        (x,),
        np.median,
        n_resamples=500,
        vectorized=False,
        method={"bca": "BCa"}.get(method, method),
        rng=np.random.default_rng(7),
    )
    assert (ours.interval.low, ours.interval.high) == pytest.approx(theirs.confidence_interval)
    assert ours.standard_error == pytest.approx(theirs.standard_error)
    frame = pd.DataFrame({"kr": x})
    again = resample_statistic(
        frame, lambda d: d.kr.median(), method=method, n_resamples=500, rng=7
    )
    assert again.interval.low == pytest.approx(ours.interval.low)
    # A median jumps from value to value, so the error of a limit may be zero.
    assert all(0 <= e < ours.standard_error for e in ours.interval.monte_carlo_error)


def test_strata_keep_their_sizes():
    """Every replicate has as many rows of each stratum as the data, so a stratum count is fixed."""
    strata = np.array(["a"] * 5 + ["b"] * 3)
    seen = set()

    def count(rows):
        seen.add(int((rows < 5).sum()))
        return float(rows.mean())

    resample_statistic(np.arange(8.0), count, strata=strata, n_resamples=100, rng=1)
    assert seen == {5, 4}  # 4 where the jackknife leaves one out


def test_clusters_stay_together():
    """Rows of one cluster always come together, so equal pairs keep their sum even."""
    clusters = np.repeat(np.arange(6), 2)
    data = np.column_stack([clusters, np.tile([1, -1], 6)])
    result = resample_statistic(
        data, lambda d: d[:, 1].sum(), clusters=clusters, n_resamples=100, rng=1
    )
    assert result.replicates.tolist() == [0] * 100
    assert result.interval.reason == "same-replicates"
    assert not result.interval.available


def test_a_ratio_without_a_denominator_is_counted():
    """Replicates on which a ratio is not finite leave no interval, but a count and a reason."""
    data = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 1.0]])
    result = resample_statistic(
        data, lambda d: d[:, 0].sum() / d[:, 1].sum(), n_resamples=400, rng=1
    )
    # (2/3)^3 of replicates have no denominator: 118.5 of 400, sd 9.1; seven sd.
    assert abs(result.interval.dropped - 400 * 8 / 27) < 64
    assert result.interval.reason == "not-finite"
    # What is left is those replicates on which it happened to exist: no standard error of theirs.
    assert math.isnan(result.standard_error)
    assert math.isnan(result.jackknife_standard_error)
    assert result.to_dict()["standard_error"] is None
    assert "not a finite number" in str(result)
    assert result.to_dict()["interval"]["low"] is None


@pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
@pytest.mark.parametrize(
    ("statistic", "n", "reason"),
    [
        (lambda x: float(sum(x.tolist()) / (max(x.tolist()) - min(x.tolist()))), 3, "not-finite"),
        (lambda x: np.log(x.min() - 0.99) if 2.0 in x else np.log(-1.0), 6, "not-finite"),
        (lambda x: np.corrcoef(x, x)[0, 1], 3, "not-finite"),
        (lambda x: 7.0, 6, "same-replicates"),
        (lambda x: float(len(np.unique(x))), 20, "one-sided-replicates"),
        (lambda x: float(np.ptp(x) > 3), 6, "no-jackknife"),
    ],
)
def test_what_has_no_interval_has_a_reason(statistic, n: int, reason: str, method: str) -> None:
    """Plain and numpy divisions by zero, constants, counts that only fall, and steps.

    No warning comes out, and everything can be shown; where only BCa has none, the others have one.
    """
    result = resample_statistic(
        np.arange(1.0, n + 1), statistic, method=method, n_resamples=400, rng=1
    )
    if method == "bca" or reason not in ("one-sided-replicates", "no-jackknife"):
        assert result.interval.reason == reason
        assert not result.interval.available
    else:
        assert result.interval.available
    assert math.isnan(result.standard_error) == (reason == "not-finite")
    json.dumps(result.to_dict(), allow_nan=False)
    for lang in ("en", "da"):
        assert not re.search(r"\b(nan|inf)\b", result.summary(lang))
        if not result.interval.available:
            assert result.summary(lang).count("(") > 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "odd"}, "write one of"),
        ({"confidence_level": 95}, "between 0 and 1"),
        ({"n_resamples": 5}, "100 or more"),
        ({"strata": ["a", "b", "b"]}, "one unit"),
        ({"strata": ["a", "b"]}, "one label per row"),
        ({"clusters": [1, 1, 2], "strata": [1, 2, 2]}, "more than one stratum"),
    ],
)
def test_bad_input_is_named(changes, words):
    """Methods, levels, draws and labels that do not fit are refused in words."""
    with pytest.raises(ValueError, match=words):
        resample_statistic([1.0, 2.0, 3.0], np.median, **changes)


def test_statistic_must_be_finite_on_the_data():
    """A statistic that is not finite on the data itself is refused; so is no data."""
    with pytest.raises(ValueError, match="finite there"):
        resample_statistic([1.0, 2.0], lambda d: math.nan)
    with pytest.raises(ValueError, match="no rows"):
        resample_statistic([], np.median)
