"""The oracle: the calculation is a plain loop over every cell."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from gevinst.rows.build import build
from tests.conftest import inputs_of_any_shape, oracle


@given(inputs_of_any_shape())
def test_oracle(inputs: Inputs) -> None:
    """The calculation equals a plain loop over every cell."""
    expected = oracle(inputs).sum(axis=(2, 3, 4, 5))
    np.testing.assert_allclose(evaluate(inputs).over("arm"), expected, rtol=1e-9, atol=1e-9)


@given(inputs_of_any_shape())
def test_every_axis_kept(inputs: Inputs) -> None:
    """A ledger that keeps every axis is the plain loop's terms."""
    ledger = evaluate(inputs, by=("stratum", "time", "item", "payer"))
    np.testing.assert_allclose(ledger.kr, oracle(inputs), rtol=1e-9, atol=1e-12)


def test_same_calculation(two_types) -> None:
    """The study of lines goes through the same calculation as the plain loop."""
    inputs = build(two_types)
    expected = oracle(inputs).sum(axis=(2, 3, 4, 5))
    np.testing.assert_allclose(evaluate(inputs).over("arm"), expected)
