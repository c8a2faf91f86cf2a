"""Mantel and Haenszel's odds ratio: R's answer, and where there is none."""

from __future__ import annotations

import json
import math

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


def test_mantel_haenszel_without_answer() -> None:
    """Nobody says yes: no odds ratio, and nothing raised; a wrong shape is refused in words."""
    found = gv.stats.mantel_haenszel([[[0, 4], [0, 5]]])
    assert math.isnan(found.estimate)
    assert found.to_dict()["estimate"] is None
    with pytest.raises(ValueError, match=r"shape \(strata, 2, 2\)"):
        gv.stats.mantel_haenszel([[1, 2], [3, 4]])
