"""The calculation: against a plain loop, and the laws that hold to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(inputs_of_any_shape(), st.data())
def test_sum_law(inputs: Inputs, data: st.DataObject) -> None:
    """Whatever axes are kept, their sum is the total."""
    by = tuple(data.draw(st.sets(st.sampled_from(["stratum", "time", "item", "payer"]))))
    total = evaluate(inputs).over("arm")
    np.testing.assert_allclose(evaluate(inputs, by).over("arm"), total, rtol=1e-9, atol=1e-9)


@given(inputs_of_any_shape())
def test_row_law(inputs: Inputs) -> None:
    """Row i of a batch equals that row alone, to the last bit."""
    batch = evaluate(inputs).over("arm")
    for row in range(inputs.rows):
        alone = evaluate(inputs.take(slice(row, row + 1))).over("arm")
        assert np.array_equal(batch[row], alone[0])


@given(inputs_of_any_shape(), st.integers(1, 3))
def test_batch_law(inputs: Inputs, cut: int) -> None:
    """Any split of the rows gives the same bits."""
    parts = [slice(0, cut), slice(cut, None)]
    taken = [evaluate(inputs.take(p)).over("arm") for p in parts if inputs.rows > p.start]
    whole = evaluate(inputs).over("arm")
    if inputs.rows > 1:
        assert np.array_equal(np.concatenate(taken)[: inputs.rows], whole)


def test_row_law_on_a_long_batch(ishoj) -> None:
    """The row law holds at lengths where vector instructions have tails."""
    rng = np.random.default_rng(1)
    inputs = build(ishoj, {"rate:cash_benefit": rng.gamma(100, 1443.7, 1003)})
    batch = evaluate(inputs).difference()
    for row in (0, 1, 7, 500, 1001, 1002):
        assert evaluate(inputs.take(slice(row, row + 1))).difference()[0] == batch[row]


@given(inputs_of_any_shape())
def test_null_law(inputs: Inputs) -> None:
    """Two identical arms give a difference of zero, to the last bit."""
    same = {
        name: np.repeat(np.take(getattr(inputs, name), [0], axis=axis), 2, axis=axis)
        for name, axis in (("weight", 1), ("quantity", 1), ("rate_of", 0), ("share", 0))
    }
    assert not evaluate(replace(inputs, **same)).difference().any()


@given(inputs_of_any_shape(), st.floats(0.01, 100))
def test_scale_law(inputs: Inputs, factor: float) -> None:
    """Prices times a factor give gains times the factor."""
    scaled = evaluate(replace(inputs, rate=inputs.rate * factor)).over("arm")
    np.testing.assert_allclose(scaled, factor * evaluate(inputs).over("arm"), rtol=1e-9, atol=1e-9)


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


def test_own_shares_law(two_types) -> None:
    """Strata weighted by the arm's own shares give what one pooled stratum gives."""
    inputs = build(two_types)
    by_stratum = evaluate(inputs, by=("stratum",)).over("arm", "stratum")[0]
    weight = two_types.weights["stated"]
    unweighted = by_stratum / weight
    assert evaluate(inputs).over("arm")[0] == pytest.approx((weight * unweighted).sum(axis=1))


def test_shapes_are_named(ishoj) -> None:
    """A shape that does not fit is an error naming the array and both numbers."""
    inputs = build(ishoj)
    with pytest.raises(ValueError, match=r"horizon: the axis 'time' has length 2; .* has 3"):
        replace(inputs, horizon=inputs.horizon[:, :2])
    with pytest.raises(ValueError, match=r"weight: read 2 dimensions; it has 3"):
        replace(inputs, weight=inputs.weight[0])
    with pytest.raises(ValueError, match=r"read 3 rows where another array has 2"):
        replace(
            inputs, weight=np.repeat(inputs.weight, 2, 0), rate=np.repeat(inputs.rate, 3, axis=0)
        )
    with pytest.raises(ValueError, match="no rate prices it"):
        replace(inputs, rate_of=np.full_like(inputs.rate_of, -1))


def test_an_axis_that_was_not_kept(ishoj) -> None:
    """Asking the ledger for an axis it has not names the call that keeps it."""
    ledger = evaluate(build(ishoj), by=("item",))
    with pytest.raises(KeyError, match=r"evaluate\(inputs, \('time', 'item'\)\)"):
        ledger.over("arm", "time")
    with pytest.raises(ValueError, match="by: read"):
        evaluate(build(ishoj), by=("arms",))
