"""What sources that question the calculation move the mean of the draws by, each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gevinst.analyses.draws import Draws
from gevinst.rows.blocks import Blocks
from gevinst.sources.source import Source, Varied, varied
from gevinst.study.study import Study


def with_moves(study: Study, sources: Sequence[Source], seed: int) -> tuple[Varied, ...]:
    """Return what a result remembers of its sources, with what each moves the mean by.

    One block of the source's own draws is evaluated while all else stays as calculated; under
    every coupling, and the mean over couplings is taken, since `Varied` tells of none.

    Parameters
    ----------
    study : Study
        As its rows are made.
    sources : sequence of Source
        Those that vary. Only those that may move the mean are evaluated.
    seed : int
        Of the simulation: the draws are those of its first block.
    """
    found = []
    for source in sources:
        remembered = varied(source)
        if source.moves_mean:
            rows = Blocks(study, (source,))
            moved = np.zeros(rows.rows)
            for coupling, net_gain in rows.evaluate(seed, 0).items():
                difference = Draws(study.axes.arms, net_gain, study.contrast).difference
                moved += (difference - rows.point(coupling)) / len(rows.couplings)
            error = float(moved.std()) / moved.size**0.5
            remembered = replace(remembered, mean_moved=float(moved.mean()), mean_moved_error=error)
        found.append(remembered)
    return tuple(found)
