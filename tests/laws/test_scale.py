"""The scale law: prices times a factor give gains times the factor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from gevinst.stats.standardisation import WEIGHTS
from tests.conftest import inputs_of_any_shape


@given(inputs_of_any_shape(), st.floats(0.01, 100))
def test_scale_law(inputs: Inputs, factor: float) -> None:
    """Prices times a factor give gains times the factor."""
    scaled = evaluate(replace(inputs, rate=inputs.rate * factor)).over("arm")
    np.testing.assert_allclose(scaled, factor * evaluate(inputs).over("arm"), rtol=1e-9, atol=1e-9)


def test_perspective_and_scale(ishoj) -> None:
    """Law: rates twice as high double every figure; under a payer who pays nothing all is zero."""
    doubled = replace(ishoj, rates=tuple(replace(rate, kr=2 * rate.kr) for rate in ishoj.rates))
    for weights in WEIGHTS:
        one, two = (gv.standardise(s, weights=weights) for s in (ishoj, doubled))
        for a, b in (
            (one.low, two.low),
            (one.high, two.high),
            (one.interval.low, two.interval.low),
        ):
            assert 2 * a == pytest.approx(b, rel=1e-5)
    state = replace(ishoj.payers[0], id="state")
    share = {k: np.concatenate([v, 0 * v], axis=-1) for k, v in ishoj.shares.items()}
    nothing = replace(ishoj, payers=(*ishoj.payers, state), shares=share)
    each = gv.standardise(nothing.choose(perspective="state"))
    assert (each.low, each.high) == (0.0, 0.0)
    assert each.interval.reason == "no-spread"
    assert each.sign == "either"
