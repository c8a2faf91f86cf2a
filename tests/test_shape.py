"""The shape of the model holds a study of cost lines as well as one of counted statuses."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build


def test_two_types_by_hand(two_types) -> None:
    """Types, payers, an event, a one-off and an unplaced amount give the hand-made sums."""
    # Municipality. With: A 700 + 50, B 1400 + 700 + 75 + 50. Without: A 1400 + 40, B 1400.
    # State. With: A 300, B 900. Without: A 600 + 40, B 600. Weights 3/4 and 1/4.
    ledger = evaluate(build(two_types), by=("payer",)).over("arm", "payer")[0]
    with_it = [0.75 * 750 + 0.25 * 2225, 0.75 * 300 + 0.25 * 900]
    without = [0.75 * 1440 + 0.25 * 1400, 0.75 * 640 + 0.25 * 600]
    np.testing.assert_allclose(ledger, [[-with_it[0], -with_it[1]], [-without[0], -without[1]]])


def test_an_event_keeps_price_and_probability_apart(two_types) -> None:
    """An amount that contains its probability is stored as a full price times a probability."""
    rate = next(rate for rate in two_types.rates if rate.id == "hostel")
    assert rate.kr == pytest.approx(40 / 0.5 / 0.1)
    assert two_types.lines[1, 0, 1, 1] == 0.1


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
