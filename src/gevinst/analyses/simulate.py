"""simulate(study): Monte Carlo over the declared sources, side by side per coupling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.draws import Draws, Simulation
from gevinst.analyses.provenance import provenance
from gevinst.analyses.published import agrees
from gevinst.rows.blocks import evaluate_block, point_of
from gevinst.sources.registry import chosen, problems_of
from gevinst.sources.source import MEAN, Source, varied
from gevinst.stats import streams
from gevinst.stats.standardisation import Weights
from gevinst.study.people import couplings_of
from gevinst.study.strata import Wanted, divided, strata_of
from gevinst.study.study import Study
from gevinst.text.problems import StudyError

Floats = NDArray[np.float64]

Progress = Callable[[int, int], None]
"""Told after each piece of work how many draws are done, of how many."""

CHUNK = 16
"""Most blocks that one task of a worker does: a tenth of a second of work or more."""


def simulate(
    study: Study,
    *,
    n: int = 100_000,
    vary: Sequence[str] | None = None,
    target: str = MEAN,
    weights: Weights | None = None,
    strata: Wanted = None,
    until_mcse: float | None = None,
    workers: int = 1,
    rng: streams.Rng = None,
    progress: Progress | None = None,
) -> Simulation:
    """Let the study's sources of uncertainty vary and evaluate every row.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Number of draws, the same for each coupling.
    vary : sequence of str, optional
        Sources that vary (``rates``, ``outcomes``, ``missing``, ...); the others stay as published.
        All the study declares by default.
    target : {"mean", "new_group"}
        ``mean``: how sure the mean effect is. ``new_group``: what another group of the same size
        would show, with the chance of its own citizens on top; wider, and labelled.
    weights, strata
        As in `gevinst.standardise`, for draws of the standardised difference (``pooled`` weights
        where strata alone are given); None, by default, for the raw one. The weights are taken as
        known, and citizens vary within their stratum.
    until_mcse : float, optional
        Stop before `n` draws when the Monte Carlo error of both limits of the 95 % interval is
        below this share of the interval's width, for every coupling: 0.01 for one in a hundred.
    workers : int
        Processes to share the work, by joblib; within ``joblib.parallel_config`` its backend
        decides, so a Dask or Ray cluster serves as well. No number changes any draw.
    rng : what `numpy.random.default_rng` takes, optional
        Seed; the same study, seed and versions give the same draws.
    progress : callable, optional
        Called with (draws done, draws wanted) after each piece of work.

    Returns
    -------
    Simulation
        The couplings share their draws of everything but the matching, so that they can be
        compared.

    Raises
    ------
    ValueError
        If `n` is below 2, `until_mcse` or `workers` is not above 0, or a source is unknown.
    StudyError
        If a source's settings do not fit the study.

    Notes
    -----
    Memory beside the kept columns is that of one block per worker, whatever `n` is.
    """
    if n < 2:
        raise ValueError(f"n: read {n}; write the number of draws, 2 or more")
    if workers < 1:
        raise ValueError(f"workers: read {workers}; write a number of processes, 1 or more")
    if until_mcse is not None and not until_mcse > 0.0:
        raise ValueError(f"until_mcse: read {until_mcse}; write a share of the width, as 0.01")
    seed = streams.entropy(rng)
    made, (study, standard) = provenance(study, seed), standardise_rows(study, weights, strata)
    sources = chosen(study, vary, target)
    problems = problems_of(study, sources)
    if problems.errors:
        raise StudyError(problems)
    kept = {c: np.empty((n, len(study.arms)), order="F") for c in couplings_of(study)}
    done = 0
    while done < n:
        # Twice as many each time, so that looking whether it is enough costs little.
        goal = n if until_mcse is None else min(max(2 * done, streams.BLOCK), n)
        for start, by_coupling in _work(study, sources, seed, done, goal, workers):
            for coupling, net_gain in by_coupling.items():
                kept[coupling][start : start + len(net_gain)] = net_gain[: n - start]
            if progress is not None:
                progress(min(start + len(net_gain), n), n)
        done = goal
        if until_mcse is None:
            continue
        if all(
            _settled(Draws(study.axes.arms, each[:done], study.contrast), until_mcse)
            for each in kept.values()
        ):
            break
        if done == n:
            problems.add("W082", study.id, None, n, share=f"{100 * until_mcse:g}")
    points = {c: point_of(study, c) for c in kept}
    published = standard is None and any(
        f.measure == "difference" and agrees(f, next(iter(points.values())))
        for f in study.published
    )
    return Simulation(
        points=points,
        by_coupling={
            c: Draws(study.axes.arms, net_gain[:done], study.contrast)
            for c, net_gain in kept.items()
        },
        varied=tuple(varied(source) for source in sources),
        target=target,
        problems=tuple(problems),
        provenance=made,
        published=published,
        standardised=standard,
    )


def standardise_rows(
    study: Study, weights: Weights | None, strata: Wanted
) -> tuple[Study, dict[str, Any] | None]:
    """Return the study whose rows are of the standardised difference, and what it is weighted to.

    As it is, and None, where neither weights nor strata are given.
    """
    if strata is None and weights is None:
        return study, None
    weights = "pooled" if weights is None else weights
    if not isinstance(weights, (str, Mapping)):
        weights = [float(each) for each in weights]
    by = strata_of(study, strata)
    standard = {"weights": weights, "strata": list(by.ids), "by": dict(by.by)}
    return divided(study, weights, strata), standard


def _settled(draws: Draws, share: float) -> bool:
    """Whether the error of both limits is below a share of the interval's width."""
    found = draws.to_dict()
    width = found["interval"]["high"] - found["interval"]["low"]
    return bool(max(found["mcse"]["low"], found["mcse"]["high"]) <= share * width)


def _work(
    study: Study, sources: Sequence[Source], seed: int, done: int, goal: int, workers: int
) -> Iterator[tuple[int, Mapping[str, Floats]]]:
    """Evaluate the blocks from one draw to another: (first draw, net gain per coupling)."""
    blocks = range(done // streams.BLOCK, -(-goal // streams.BLOCK))
    if workers == 1:
        for block in blocks:
            yield block * streams.BLOCK, evaluate_block(study, sources, seed, block)
        return
    from joblib import Parallel, delayed

    size = max(1, min(CHUNK, len(blocks) // (2 * workers)))
    chunks = [blocks[i : i + size] for i in range(0, len(blocks), size)]
    tasks = (delayed(_chunk)(study, sources, seed, chunk) for chunk in chunks)
    for chunk, found in zip(
        chunks, Parallel(n_jobs=workers, return_as="generator")(tasks), strict=True
    ):
        yield chunk[0] * streams.BLOCK, found


def _chunk(
    study: Study, sources: Sequence[Source], seed: int, blocks: range
) -> Mapping[str, Floats]:
    """Evaluate some blocks, one after the other."""
    found = [evaluate_block(study, sources, seed, block) for block in blocks]
    return {coupling: np.concatenate([each[coupling] for each in found]) for coupling in found[0]}
