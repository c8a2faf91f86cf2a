"""The batch law: however rows are split into batches, each has the same bits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from gevinst.stats import streams
from gevinst.study.people import COUPLINGS
from tests.conftest import inputs_of_any_shape


@given(inputs_of_any_shape(), st.integers(1, 3))
def test_batch_law(inputs: Inputs, cut: int) -> None:
    """Any split of the rows gives the same bits."""
    parts = [slice(0, cut), slice(cut, None)]
    taken = [evaluate(inputs.take(p)).over("arm") for p in parts if inputs.rows > p.start]
    whole = evaluate(inputs).over("arm")
    if inputs.rows > 1:
        assert np.array_equal(np.concatenate(taken)[: inputs.rows], whole)


def test_batch_law_of_a_simulation(ishoj) -> None:
    """The first draws are the same, to the last bit, however many follow."""
    few, many = (gv.simulate(ishoj, n=n, rng=7) for n in (500, streams.BLOCK + 10))
    for coupling in COUPLINGS:
        first = many.by_coupling[coupling].net_gain[:500]
        assert np.array_equal(few.by_coupling[coupling].net_gain, first)
