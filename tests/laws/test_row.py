"""The row law: row i of a batch equals that row alone, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from gevinst.rows.build import build
from gevinst.study.strata import divided
from tests.conftest import blocks, inputs_of_any_shape, many_lost


@given(inputs_of_any_shape())
def test_row_law(inputs: Inputs) -> None:
    """Row i of a batch equals that row alone, to the last bit."""
    batch = evaluate(inputs).over("arm")
    for row in range(inputs.rows):
        alone = evaluate(inputs.take(slice(row, row + 1))).over("arm")
        assert np.array_equal(batch[row], alone[0])


def test_row_law_on_a_long_batch(ishoj) -> None:
    """The row law holds at lengths where vector instructions have tails."""
    rng = np.random.default_rng(1)
    inputs = build(ishoj, {"rate:cash_benefit": rng.gamma(100, 1443.7, 1003)})
    batch = evaluate(inputs).difference()
    for row in (0, 1, 7, 500, 1001, 1002):
        assert evaluate(inputs.take(slice(row, row + 1))).difference()[0] == batch[row]


def test_row_law_of_a_simulation(ishoj) -> None:
    """Row i of a batch equals that row alone, to the last bit, with every source drawing."""
    for target in ("mean", "new_group"):
        rows, drawn = blocks(ishoj, None, target)
        for together in drawn.values():
            batch = evaluate(build(rows.study, together)).over("arm")
            for row in (0, 17, 8191):
                one = {k: v[row : row + 1] if len(v) > 1 else v for k, v in together.items()}
                assert np.array_equal(evaluate(build(rows.study, one)).over("arm")[0], batch[row])


def test_row_law_with_strata(ishoj) -> None:
    """Row i of a batch equals that row alone, to the last bit, with strata and every source."""
    study = divided(ishoj.assume("missing", extra_cost={"control": 10_000}), "pooled")
    rows, drawn = blocks(study)
    for together in drawn.values():
        batch = evaluate(build(rows.study, together)).over("arm")
        for row in (0, 4000):
            one = {k: v[row : row + 1] if len(v) > 1 else v for k, v in together.items()}
            assert np.array_equal(evaluate(build(rows.study, one)).over("arm")[0], batch[row])


@pytest.mark.parametrize(
    ("source", "settings"),
    [("outcomes", {"prior": "jeffreys"}), ("missing", {"extra_cost": {"intervention": 12345.678}})],
)
def test_a_row_by_itself_is_the_row_of_a_batch(ishoj, source: str, settings) -> None:
    """To the last bit, whatever is summed over statuses and citizens."""
    made, drawn = blocks(many_lost(ishoj).assume(source, **settings))
    rows = {n: array if len(array) == 1 else array[:60] for n, array in drawn["widest"].items()}
    batch = evaluate(build(made.study, rows)).over("arm")
    for i in range(60):
        one = {name: array if len(array) == 1 else array[[i]] for name, array in rows.items()}
        assert (evaluate(build(made.study, one)).over("arm")[0] == batch[i]).all()
