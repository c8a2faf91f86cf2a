"""The identity law: standardisation, regression and weighting by strata are one estimate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.stats.standardisation import WEIGHTS
from tests.conftest import direct, persons, sampled


@given(st.integers(0, 10_000), st.sampled_from(WEIGHTS))
def test_three_ways_to_one_number(seed, name) -> None:
    """Standardisation = saturated g-computation = normalised stratum weighting (law: identity)."""
    groups = sampled(seed)
    found = direct(groups, name)
    w = found.weights[0]
    # g-computation: predict every citizen of the standard population under both arms, by OLS.
    arm = np.concatenate([np.full(v.size, 1.0 - a) for a in (0, 1) for v in groups[a]])
    stratum = np.concatenate([np.full(v.size, s) for a in (0, 1) for s, v in enumerate(groups[a])])
    y = np.concatenate([v for a in (0, 1) for v in groups[a]])
    columns = [(stratum == s) * part for s in range(3) for part in (np.ones_like(arm), arm)]
    beta = np.linalg.lstsq(np.column_stack(columns).astype(float), y, rcond=None)[0]
    predicted = sum(w[s] * beta[2 * s + 1] for s in range(3))
    assert found.estimate == pytest.approx(predicted, rel=1e-9, abs=1e-6)
    # Weighting: each citizen by w_s / (n_s / n), normalised within the arm.
    means = []
    for group in groups:
        each = np.concatenate([np.full(v.size, w[s] / v.size) for s, v in enumerate(group)])
        means.append(np.average(np.concatenate(group), weights=each))
    assert found.estimate == pytest.approx(means[0] - means[1], rel=1e-9, abs=1e-6)


def test_the_methods_agree(ishoj) -> None:
    """Regression gives the standardised estimate, HC2 its standard error; the bootstrap its law."""
    paired = persons(ishoj)
    for weights in WEIGHTS:
        rows = {row.method: row for row in gv.adjust(paired, weights=weights).rows}
        one = gv.standardise(paired, weights=weights)
        for method in ("direct", "weights", "bootstrap", "hc2", "hc3"):
            assert rows[method].estimate == pytest.approx(one.estimate, abs=1e-6)
        assert rows["hc2"].standard_error == pytest.approx(one.found.standard_error, rel=1e-9)
        assert rows["hc3"].standard_error > rows["hc2"].standard_error
        direct = rows["direct"]
        assert (direct.low, direct.high) == pytest.approx((one.interval.low, one.interval.high))
        assert rows["raw"].estimate == pytest.approx(gv.gain(paired).difference, abs=1e-6)
        assert all(math.isnan(row.pvalue) for row in rows.values())
