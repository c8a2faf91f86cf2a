"""Implied rates: one set that explains every printed amount, or none."""

from __future__ import annotations

import numpy as np
import pytest


def test_implied_rates(ishoj) -> None:
    """One set of rates explains all printed amounts, and the study's rates lie in its ranges."""
    from gevinst.analyses.audit.implied import implied_rates

    found = implied_rates(ishoj)
    assert found.feasible
    for rate, low, high in zip(ishoj.rates, found.low, found.high, strict=True):
        assert low - 1e-6 <= rate.kr <= high + 1e-6, rate.id
        if rate.implied:
            np.testing.assert_allclose(rate.implied, (low, high), atol=6e-5)
    assert found.to_frame().loc["cash_benefit", "high"] == pytest.approx(144372.8214, abs=1e-4)


def test_no_rates_explain_a_changed_cell(ishoj) -> None:
    """With one printed cell moved by two kroner no set of rates explains the table."""
    from dataclasses import replace

    from gevinst.analyses.audit.implied import implied_rates

    figures = tuple(
        replace(f, value=f.value + 2) if f.id == "cost.intervention.0.cash_benefit" else f
        for f in ishoj.published
    )
    found = implied_rates(replace(ishoj, published=figures))
    assert not found.feasible
    assert np.isnan(found.low).all()
    with pytest.raises(ValueError, match="no published amount"):
        implied_rates(replace(ishoj, published=()))
