"""Workers: blocks of rows, or any tasks, done by several processes, each in its order."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gevinst.rows.blocks import Blocks

Floats = NDArray[np.float64]
Task = TypeVar("Task")
Done = TypeVar("Done")

CHUNK = 16
"""Most blocks that one task of a worker does: a tenth of a second of work or more."""

AHEAD = 64
"""Tasks for each worker that are taken at a time, so that few are held whatever their number."""


def shared(do: Callable[[Task], Done], tasks: Iterable[Task], workers: int) -> Iterator[Done]:
    """Do tasks by one process or several, in their order.

    Parameters
    ----------
    do : callable
        What is done with each: a function of a module, so that another process finds it.
    tasks : iterable
        Taken as they are needed, by this thread, and never more than `AHEAD` for each worker.
    workers : int
        Processes; within ``joblib.parallel_config`` its backend says how many there are.

    Yields
    ------
    object
        What came of each, as soon as it and those before it are done.
    """
    if workers == 1:
        yield from map(do, tasks)
        return
    from joblib import Parallel, delayed, effective_n_jobs

    left, most = iter(tasks), AHEAD * effective_n_jobs(workers)
    how = {"return_as": "generator", "batch_size": 1, "pre_dispatch": "all"}
    with Parallel(n_jobs=workers, **how) as parallel:
        while window := list(islice(left, most)):
            with _deaf():
                results = parallel(delayed(do)(task) for task in window)
            try:
                for done in results:  # noqa: UP028 - it would say at the end what was not used
                    yield done
            finally:
                with warnings.catch_warnings():  # that some were done for nothing
                    warnings.simplefilter("ignore")
                    results.close()


def evaluated(
    rows: Blocks, seed: int, done: int, goal: int, workers: int
) -> Iterator[tuple[int, Mapping[str, Floats]]]:
    """Evaluate the blocks from one draw to another, by one process or several.

    Parameters
    ----------
    rows : Blocks
        Of a study under its sources.
    seed : int
        Of all blocks.
    done, goal : int
        The first draw, at the start of a block, and the one behind the last that is wanted.
    workers : int
        Processes; no number changes any draw.

    Yields
    ------
    tuple of int and mapping of str to ndarray
        Where the draws begin, and per coupling their net gain, shape (draw, arm).
    """
    blocks = range(done // rows.rows, -(-goal // rows.rows))
    if workers == 1:
        for block in blocks:
            yield block * rows.rows, rows.evaluate(seed, block, goal - block * rows.rows)
        return
    from joblib import Parallel, delayed

    size = max(1, min(CHUNK, len(blocks) // (2 * workers)))
    chunks = [blocks[i : i + size] for i in range(0, len(blocks), size)]
    tasks = (delayed(_chunk)(rows, seed, chunk, goal) for chunk in chunks)
    with _deaf():
        results = Parallel(n_jobs=workers, return_as="generator")(tasks)
    for chunk, found in zip(chunks, results, strict=True):
        yield chunk[0] * rows.rows, found


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that start here not hear Ctrl-C, which is their parent's to answer."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is None or threading.current_thread() is not threading.main_thread():
        yield  # not ours to say
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _chunk(rows: Blocks, seed: int, blocks: range, goal: int) -> Mapping[str, Floats]:
    """Evaluate some blocks up to the last draw that is wanted, one after the other."""
    found = [rows.evaluate(seed, block, goal - block * rows.rows) for block in blocks]
    return {coupling: np.concatenate([each[coupling] for each in found]) for coupling in found[0]}
