"""Uncounted lines: from all of the largest share to nothing."""

from __future__ import annotations

import pytest

import gevinst as gv
from tests.conftest import SIX, alone


def test_uncounted_by_hand(ishoj) -> None:
    """Alone it is uniform from all of the largest share to nothing; under 'printed' it is zero."""
    rows = alone(ishoj, "uncounted")
    most = 11 / 28 * 46_332
    for row in rows.values():
        expected = gv.gain(ishoj).difference - most / 2
        assert abs(row["mean"] - expected) < SIX * row["mcse"]["mean"]
        error = SIX * row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - most / 12**0.5) < error
    printed = ishoj.choose(basis="printed")
    still = alone(printed, "uncounted")["widest"]
    assert still["mean"] == pytest.approx(gv.gain(printed).difference, rel=1e-12)
    assert still["standard_deviation"] == 0.0
