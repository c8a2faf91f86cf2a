"""One independent random stream per (source, block).

A block has a fixed number of rows, whatever the batch or the number of workers, and each source
draws from a stream of its own. So adding a source moves no other source's draws, and row i is the
same row however the work is cut (`numpy.random.SeedSequence`, spawn keys).
"""

from __future__ import annotations

import hashlib
import numbers
from collections.abc import Sequence

import numpy as np

Rng = (
    int
    | np.integer
    | Sequence[int]
    | np.random.SeedSequence
    | np.random.BitGenerator
    | np.random.Generator
    | None
)
"""What makes random numbers: whatever `numpy.random.default_rng` takes."""

BLOCK = 16_384
"""Rows in a block. Changing it changes every draw, so it is part of a result's provenance."""


def entropy(rng: Rng) -> int:
    """Turn what a caller hands in as `rng` into the number that all streams grow from.

    Parameters
    ----------
    rng : what `numpy.random.default_rng` takes
        A whole number is used as it is, also from within a `numpy.random.SeedSequence` that was
        not spawned; None asks the system; anything else gives 63 bits of its own, and a generator
        goes one step on.

    Raises
    ------
    ValueError
        If the seed is negative, or nothing a generator can be made from.
    """
    if isinstance(rng, np.random.SeedSequence) and not rng.spawn_key:
        rng = rng.entropy
    if rng is None:
        return int(np.random.SeedSequence().entropy)  # type: ignore[arg-type]
    if isinstance(rng, numbers.Integral):
        if rng < 0:
            raise ValueError(f"rng: read {rng}; a seed is a whole number from 0 and up")
        return int(rng)
    return int(generator(rng).integers(2**63))


def generator(rng: Rng) -> np.random.Generator:
    """Return the generator that a caller hands in or asks for.

    Raises
    ------
    ValueError
        If `rng` is nothing a generator can be made from.
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"rng: read {rng!r} ({error}); write a whole number from 0 and up, a numpy "
            "Generator or SeedSequence, or None"
        ) from None


def stream(seed: int, source: str, block: int) -> np.random.Generator:
    """Return the generator of one source in one block."""
    name = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big")
    return np.random.Generator(
        np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=(name, block)))
    )


def named(seed: int, name: str) -> int:
    """Return a seed of its own for each name, the same wherever the name stands among others.

    It has 48 bits, so that a spreadsheet holds it.
    """
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:6], "big")
