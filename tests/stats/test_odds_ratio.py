"""Mantel and Haenszel's odds ratio: R's answer, and where there is none."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

import gevinst as gv

R18 = [
    [[0, 0], [6, 5]],
    [[3, 0], [3, 6]],
    [[6, 2], [0, 4]],
    [[5, 6], [1, 0]],
    [[2, 5], [0, 0]],
]


def test_mantel_haenszel_known_answer() -> None:
    """R's mantelhaen.test on the penicillin tables, two of them with an empty row.

    Odds ratio 7, interval (1.0267, 47.725), chi-squared 3.9286, p 0.04747.
    """
    found = gv.stats.mantel_haenszel(R18)
    assert found.estimate == pytest.approx(7.0)
    assert (found.low, found.high) == pytest.approx((1.0267, 47.725), rel=1e-4)
    assert found.pvalue == pytest.approx(0.04747, abs=5e-6)
    assert stats.chi2(1).isf(found.pvalue) == pytest.approx(3.9286, abs=1e-4)
    json.dumps(found.to_dict(), allow_nan=False)


def test_equals_statsmodels_where_statsmodels_is_right() -> None:
    """Estimate, interval and test of random tables, a difference above the correction."""
    from statsmodels.stats.contingency_tables import StratifiedTable

    rng = np.random.default_rng(3)
    for _ in range(20):
        tables = rng.integers(1, 30, size=(3, 2, 2))
        tables[:, 0, 0] += 5
        found, theirs = gv.stats.mantel_haenszel(tables), StratifiedTable(np.moveaxis(tables, 0, 2))
        assert found.estimate == pytest.approx(theirs.oddsratio_pooled)
        assert (found.low, found.high) == pytest.approx(theirs.oddsratio_pooled_confint())
        n = tables.sum(axis=(1, 2))
        expected = tables[:, 0].sum(axis=1) * tables[:, :, 0].sum(axis=1) / n
        if abs((tables[:, 0, 0] - expected).sum()) > 0.5:
            assert found.pvalue == pytest.approx(theirs.test_null_odds(correction=True).pvalue)


@pytest.mark.parametrize(
    ("table", "estimate", "reason"),
    [
        ([[0, 4], [2, 5]], 0.0, "zero-cells"),
        ([[3, 4], [0, 5]], math.inf, "zero-cells"),
        ([[3, 0], [2, 5]], math.inf, "zero-cells"),
        ([[3, 0], [0, 5]], math.inf, "zero-cells"),
        ([[0, 4], [0, 5]], math.nan, "no-contrast"),
        ([[4, 0], [5, 0]], math.nan, "no-contrast"),
        ([[0, 0], [2, 5]], math.nan, "no-contrast"),
        ([[0, 0], [0, 0]], math.nan, "no-contrast"),
        ([[1, 0], [0, 1]], math.inf, "zero-cells"),
    ],
)
def test_zero_cells_have_a_reason_and_what_is_defined(table, estimate, reason) -> None:
    """The odds ratio and its p where they are defined, no interval, and words in both languages."""
    found = gv.stats.mantel_haenszel([table])
    assert found.estimate == pytest.approx(estimate, nan_ok=True)
    assert found.reason == reason
    assert math.isnan(found.low)
    if reason == "zero-cells":
        both = np.array(table)
        theirs = stats.chi2_contingency(both, correction=True)
        n = both.sum()  # Pearson's with n in the place of n - 1
        statistic = theirs.statistic * (n - 1) / n
        assert found.pvalue == pytest.approx(stats.chi2(1).sf(statistic))
    else:
        assert math.isnan(found.pvalue)
    json.dumps(found.to_dict(), allow_nan=False)
    for lang in ("en", "da"):
        assert "nan" not in found.summary(lang)
        assert "inf" not in found.summary(lang)


def test_no_difference_at_all_has_a_p_of_one() -> None:
    """The continuity correction is never larger than the difference it corrects."""
    assert gv.stats.mantel_haenszel([[[5, 5], [5, 5]]]).pvalue == 1.0


def test_a_p_is_never_zero() -> None:
    """Also where the tail falls below all floating-point numbers."""
    found = gv.stats.mantel_haenszel([[[9000, 1], [1, 9000]]])
    assert found.pvalue > 0
    assert "p < 0.001" in found.summary("en")
    assert "p < 0,001" in found.summary("da")


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([[1, 2], [3, 4]], r"shape \(strata, 2, 2\)"),
        ([[[1, 2], [-3, 4]]], "whole numbers"),
        ([[[1, 2.5], [3, 4]]], "whole numbers"),
        ([[[1, math.nan], [3, 4]]], "whole numbers"),
        ([[["a", "b"], ["c", "d"]]], "whole numbers"),
    ],
)
def test_what_is_no_table_is_refused(tables, words: str) -> None:
    """In one message with what was read and what to write."""
    with pytest.raises(ValueError, match=words):
        gv.stats.mantel_haenszel(tables)
