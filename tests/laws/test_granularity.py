"""The granularity law: a status split into parts of the same price changes no answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.study.people import COUPLINGS, standard_errors


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
    ours, theirs = (gv.simulate(study, n=2_000, rng=3) for study in (ishoj, merged))
    for kind in COUPLINGS:
        np.testing.assert_array_equal(
            ours.by_coupling[kind].difference, theirs.by_coupling[kind].difference
        )
