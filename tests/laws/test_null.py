"""The null law: two identical arms differ by nothing, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from tests.conftest import inputs_of_any_shape


@given(inputs_of_any_shape())
def test_null_law(inputs: Inputs) -> None:
    """Two identical arms give a difference of zero, to the last bit."""
    same = {
        name: np.repeat(np.take(getattr(inputs, name), [0], axis=axis), 2, axis=axis)
        for name, axis in (("weight", 1), ("quantity", 1), ("rate_of", 0), ("share", 0))
    }
    assert not evaluate(replace(inputs, **same)).difference().any()
