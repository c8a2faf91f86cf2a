"""The arrays of inputs: what does not fit is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gevinst.rows.build import build


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
