"""The ledger: an axis that was kept can be asked for, and no other."""

from __future__ import annotations

import pytest

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build


def test_an_axis_that_was_not_kept(ishoj) -> None:
    """Asking the ledger for an axis it has not names the call that keeps it."""
    ledger = evaluate(build(ishoj), by=("item",))
    with pytest.raises(KeyError, match=r"evaluate\(inputs, \('time', 'item'\)\)"):
        ledger.over("arm", "time")
    with pytest.raises(ValueError, match="by: read"):
        evaluate(build(ishoj), by=("arms",))
