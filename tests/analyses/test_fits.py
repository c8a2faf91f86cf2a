"""Fits: each rate's law beside what is stated of it."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats.distributions import points


def test_distribution_fits(mixed) -> None:
    """Each rate's law stands beside what is stated of it, in kr. per unit."""
    frame = gv.distribution_fits(mixed)
    assert list(frame.index) == [rate.id for rate in mixed.rates]
    for rate, row in zip(mixed.rates, frame.itertuples(), strict=True):
        law = rate.distribution.law(rate.kr)
        assert (row.kr, row.kind, row.mean) == (rate.kr, rate.distribution.kind, law.mean)
        assert row.sd == law.sd
        assert row.cv * row.mean == pytest.approx(row.sd)
        np.testing.assert_allclose((row.p5, row.p95), points(law))
        assert row.p5 <= row.p50 <= row.p95
        assert (row.drawn_by, row.assumption) == (rate.drawn_by, rate.distribution.assumption)
    stated = frame[["stated_low", "stated_high"]].dropna()
    ranged = {"early_retirement", "flexjob", "resource_programme", "investment"}
    assert ranged <= set(stated.index)
    assert not {"cash_benefit", "rehabilitation", "moved"} & set(stated.index)
    assert stated.loc["resource_programme"].tolist() == [300_000.0, 405_000.0]
