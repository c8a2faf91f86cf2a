"""The granularity law: a status split into parts of the same price changes no answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.study.people import COUPLINGS, standard_errors
from tests.conftest import SIX, simulated


def test_granularity_law(ishoj) -> None:
    """Splitting a status into parts with the same rate changes no standard error."""
    at = ishoj.axes.at
    counts = ishoj.counts.copy()
    whole, part = (at("item", s) for s in ("cash_benefit", "cash_benefit_placement"))
    counts[:, :, whole] += counts[:, :, part]
    counts[:, :, part] = 0
    merged = replace(ishoj, counts=counts)
    assert gv.gain(merged).difference == pytest.approx(gv.gain(ishoj).difference)
    for kind in COUPLINGS:
        expected = standard_errors(ishoj, kind)
        np.testing.assert_allclose(standard_errors(merged, kind), expected)
    (_, ours), (_, theirs) = (simulated(s, None, n=20_000) for s in (ishoj, merged))
    for kind in COUPLINGS:
        for figure in ("mean", "standard_deviation"):
            error = np.hypot(ours[kind]["mcse"][figure], theirs[kind]["mcse"][figure])
            assert abs(ours[kind][figure] - theirs[kind][figure]) < SIX * error
