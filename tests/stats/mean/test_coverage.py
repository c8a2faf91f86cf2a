"""Measured coverage: which mechanism of the coverage study is nearest to given data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats.mean import coverage


def test_explain_warns_where_coverage_is_low() -> None:
    """A skewed group against a quiet one is nearest to the mechanism whose coverage is low."""
    rng = np.random.default_rng(4)
    x, y = np.exp(rng.standard_normal(28)), 0.5 * rng.standard_normal(26)
    setting = coverage.nearest(gv.stats.bootstrap_mean_difference(x, y))
    assert setting.name == "lognormal_and_normal"
    assert min(setting.coverage["welch"], setting.coverage["expanded"]) < coverage.ENOUGH


def test_every_setting_is_nearest_to_itself() -> None:
    """The distance between settings is zero to itself, whichever group is first or sign."""
    for setting in coverage.settings():
        x, y = setting.shapes
        mirrored = tuple(replace(s, skewness=-s.skewness) for s in (y, x))
        assert coverage.distance((x, y), setting.shapes) == 0
        assert coverage.distance(mirrored, setting.shapes) == pytest.approx(0)
        nearest = min(coverage.settings(), key=lambda s: coverage.distance((x, y), s.shapes))
        assert nearest is setting
