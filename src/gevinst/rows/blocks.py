"""Blocks of rows: drawn source by source, built, and evaluated under every coupling.

Whatever asks for many rows stands here: the simulation, the shares of its variance, and what comes
of them. A block has a fixed number of rows (`gevinst.stats.streams.BLOCK`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.rows.citizens import count_newcomers
from gevinst.sources import latents as names
from gevinst.sources.couplings import Coupling
from gevinst.sources.latents import Latents
from gevinst.sources.registry import chosen
from gevinst.sources.source import Source
from gevinst.stats import streams
from gevinst.study.people import NO_COUPLING, couplings_of
from gevinst.study.study import Study

Floats = NDArray[np.float64]


def draw_sources(study: Study, sources: Sequence[Source], seed: int, block: int) -> Latents:
    """Draw one block of every source's latents, each from its own stream."""
    return names.merge(
        *(
            source.draw(study, streams.BLOCK, streams.stream(seed, source.name, block))
            for source in sources
        )
    )


def follows(study: Study, drawn: Latents) -> bool:
    """Whether, given what was drawn, it matters who went where; else all couplings are one."""
    return any(source.follows(drawn) for source in chosen(study))


def draw_paths(study: Study, kind: str, seed: int, block: int, drawn: Latents) -> Latents:
    """Draw one block of paths under a coupling; none where there is nothing to couple.

    A matching at random varies with the citizens: where they stay as published, so does it, at its
    expected shares.
    """
    if kind == NO_COUPLING or (kind == "independent" and not follows(study, drawn)):
        return {}
    counts = {name: drawn[name] for arm in study.axes.arms if (name := names.counts(arm)) in drawn}
    always = any(source.follows_always(drawn) for source in chosen(study))
    coupling = Coupling(kind, counts=counts, every_time=always)
    return coupling.draw(study, streams.BLOCK, streams.stream(seed, coupling.name, block))


def evaluate_block(
    study: Study, sources: Sequence[Source], seed: int, block: int
) -> Mapping[str, Floats]:
    """Draw a whole block and evaluate it under every coupling: net gain, shape (row, arm)."""
    drawn = draw_sources(study, sources, seed, block)
    couplings = couplings_of(study)
    if len(study.strata) == 1 and not follows(study, drawn):
        # It does not matter who went where: all couplings are one.
        return dict.fromkeys(couplings, _evaluated(study, drawn))
    counted = count_newcomers(study, drawn)
    return {
        coupling: _evaluated(study, {**paths, **counted})
        for coupling in couplings
        for paths in [draw_paths(study, coupling, seed, block, drawn)]
    }


def point_of(study: Study, coupling: str) -> float:
    """Calculate the difference; of strata under a coupling, which says who of them ended where."""
    paths: Latents = {}
    if len(study.strata) > 1 and coupling not in (NO_COUPLING, "independent"):
        paths = Coupling(coupling).draw(study, 1, streams.generator(0))
    return float(evaluate(build(study, paths)).difference()[0])


def _evaluated(study: Study, latents: Latents) -> Floats:
    """Net gain of every row of a block, shape (row, arm)."""
    net_gain: Floats = evaluate(build(study, latents)).over("arm")
    return np.broadcast_to(net_gain, (streams.BLOCK, len(study.arms)))
