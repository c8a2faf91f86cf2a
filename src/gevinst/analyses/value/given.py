"""The difference in every draw, where some sources vary and the others are held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.draws import Draws
from gevinst.rows.blocks import Blocks
from gevinst.rows.workers import evaluated
from gevinst.sources.source import Source
from gevinst.study.study import Study

Floats = NDArray[np.float64]


def differences(study: Study, sources: Sequence[Source], n: int, seed: int) -> dict[str, Floats]:
    """Draw the difference per coupling, kr. per citizen, shape (n,)."""
    rows = Blocks(study, sources)
    found = {coupling: np.empty(n) for coupling in rows.couplings}
    for start, by_coupling in evaluated(rows, seed, 0, n, 1):
        for coupling, net_gain in by_coupling.items():
            drawn = Draws(study.axes.arms, net_gain[: n - start], study.contrast).difference
            found[coupling][start : start + len(drawn)] = drawn
    return found
