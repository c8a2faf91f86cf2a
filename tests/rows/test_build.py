"""Building rows: cost lines by hand, and latents that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.sources import latents


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


def test_latents_that_do_not_fit(ishoj) -> None:
    """Latents of different lengths, twice the same, or weights without paths are errors."""
    with pytest.raises(ValueError, match="3 rows where rate:flexjob has 2"):
        build(ishoj, {"rate:flexjob": np.ones(2), "rate:cash_benefit": np.ones(3)})
    with pytest.raises(ValueError, match="same latent: a"):
        latents.merge({"a": np.ones(1)}, {"a": np.ones(1)})
    with pytest.raises(ValueError, match="no coupling gives paths"):
        build(ishoj, {"weight:control": np.ones((2, 26))})
