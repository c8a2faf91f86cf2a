"""Axes: which arms are compared, and with what sign."""

from __future__ import annotations

import pytest

from gevinst.model.axes import Axes, Contrast


def test_the_sign_of_an_arm_is_the_contrasts() -> None:
    """Treated counts one, reference minus one, any other arm nothing."""
    contrast = Contrast("b", "a")
    assert [contrast.sign(arm) for arm in ("a", "b", "c")] == [-1.0, 1.0, 0.0]
    axes = Axes(("a", "b", "c"), ("all",), ("0",), ("i",), ("p",))
    assert axes.contrast == Contrast("a", "b")
    with pytest.raises(KeyError, match="no arm 'x'"):
        Axes(("a",), ("all",), ("0",), ("i",), ("p",), Contrast("x"))
