"""The sum law: whatever a gain is divided by, the parts add up to the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from tests.conftest import inputs_of_any_shape


@given(inputs_of_any_shape(), st.data())
def test_sum_law(inputs: Inputs, data: st.DataObject) -> None:
    """Whatever axes are kept, their sum is the total."""
    by = tuple(data.draw(st.sets(st.sampled_from(["stratum", "time", "item", "payer"]))))
    total = evaluate(inputs).over("arm")
    np.testing.assert_allclose(evaluate(inputs, by).over("arm"), total, rtol=1e-9, atol=1e-9)


def test_perspective_counts_one_payer(two_types) -> None:
    """A payer's perspective leaves the others' shares out, and all of them add to the total."""
    whole = gv.gain(two_types).difference
    parts = [gv.gain(two_types.choose(perspective=p)).difference for p in two_types.axes.payers]
    assert parts[0] == pytest.approx(1430 - 1118.75)
    assert sum(parts) == pytest.approx(whole)
