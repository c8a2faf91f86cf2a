"""The tornado: one bar for each source that varies alone."""

from __future__ import annotations

import gevinst as gv


def test_tornado_bars_are_the_simulations(ishoj) -> None:
    """A bar is the interval `simulate` gives with only that source; the widest is first."""
    bars = gv.tornado(ishoj, n=2_000, rng=6)
    alone = gv.simulate(ishoj, n=2_000, vary=["rates"], rng=6)
    assert bars.alone["rates"].to_dict() == alone.to_dict()
    assert next(iter(bars.alone)) == "outcomes"
    assert bars.to_frame().shape[0] == 3 * len(ishoj.sources)
    assert "Cost rates" in str(bars)
