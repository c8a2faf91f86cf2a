"""One independent random stream per (source, block).

A block has a fixed number of rows, whatever the batch or the number of workers, and each source
draws from a stream of its own. So adding a source moves no other source's draws, and row i is the
same row however the work is cut (`numpy.random.SeedSequence`, spawn keys).
"""

from __future__ import annotations

import hashlib

import numpy as np

BLOCK = 8192
"""Rows in a block. Changing it changes every draw, so it is part of a result's provenance."""


def entropy(rng: int | np.random.Generator | None) -> int:
    """Turn what a caller hands in as `rng` into the number that all streams grow from.

    Parameters
    ----------
    rng : int, numpy.random.Generator or None
        A seed is used as it is; a generator gives one draw of 63 bits; None asks the system.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    if rng is None:
        return int(np.random.SeedSequence().entropy)  # type: ignore[arg-type]
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    if rng < 0:
        raise ValueError(f"rng: read {rng}; a seed is a whole number from 0 and up")
    return int(rng)


def stream(seed: int, source: str, block: int) -> np.random.Generator:
    """Return the generator of one source in one block."""
    name = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big")
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(name, block)))
