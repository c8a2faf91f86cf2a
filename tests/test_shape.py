"""The shape of the model holds a study of cost lines as well as one of counted statuses."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv


def test_a_study_of_lines_simulates(two_types) -> None:
    """With no counted statuses there is one coupling, and a shared rate moves both arms."""
    found = gv.simulate(two_types, n=20_000, rng=1)
    assert list(found.by_coupling) == ["none"]
    # Closed form: coefficient of each rate in the difference x rate x 0.1, in squares.
    full = np.array([1000 * (0.75 * (2 - 1) - 0.25 * 1), -0.25 * 2000, 0.75 * 80, 0.25 * 2000])
    expected = 0.1 * np.sqrt((full**2).sum())
    draws = found.by_coupling["none"].to_dict()
    # Six Monte Carlo errors: fails by chance less than once in 100 million runs.
    assert abs(draws["standard_deviation"] - expected) < 6 * draws["mcse"]["standard_deviation"]


def test_gain_reports_lines(two_types) -> None:
    """The gain of a study of lines separates the investment and has no annual cost."""
    found = gv.gain(two_types).to_dict()
    arm = found["arms"]["intervention"]
    assert arm["investment"] == pytest.approx(4 * 50)
    assert "annual_cost" not in arm
    assert arm["net_gain_per_citizen"] == pytest.approx(-(1118.75 + 450))
    assert "With" in str(gv.gain(two_types))
