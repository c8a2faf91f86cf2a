"""The relabel law: the order in which things stand changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

import gevinst as gv
from gevinst.analyses.start.stratum_gains import MOVED
from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from tests.conftest import PAIRS, draw_rates, inputs_of_any_shape, relabelled


@given(inputs_of_any_shape())
def test_relabel_law(inputs: Inputs) -> None:
    """Turning the items' order around changes nothing."""
    axes = replace(inputs.axes, items=inputs.axes.items[::-1])
    turned = replace(
        inputs,
        axes=axes,
        horizon=inputs.horizon[..., ::-1],
        quantity=inputs.quantity[..., ::-1],
        rate_of=inputs.rate_of[..., ::-1],
        share=inputs.share[..., ::-1, :],
    )
    expected = evaluate(inputs).over("arm")
    np.testing.assert_allclose(evaluate(turned).over("arm"), expected, rtol=1e-9, atol=1e-9)


def test_relabel(ishoj) -> None:
    """Law: permuting the statuses changes nothing."""
    order = np.random.default_rng(2).permutation(len(ishoj.statuses)).tolist()
    order = [*order, *range(len(order), len(ishoj.items))]
    shuffled = relabelled(ishoj, order)
    for moved in MOVED:
        one, two = (gv.standardise(s, moved=moved) for s in (ishoj, shuffled))
        assert (one.low, one.high) == pytest.approx((two.low, two.high))
        assert one.found.errors == pytest.approx(two.found.errors)


def test_order_of_the_pairs_does_not_matter(mixed) -> None:
    """The same pairs in another order, or turned round, give the same draws."""
    turned = tuple(replace(p, rate=p.other, other=p.rate) for p in reversed(PAIRS))
    one, other = (draw_rates(replace(mixed, correlations=pairs), 100) for pairs in (PAIRS, turned))
    assert all(np.array_equal(one[rate], other[rate]) for rate in one)
