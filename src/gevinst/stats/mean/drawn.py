"""What is drawn of resampled means: bootstrap t, and means under flat Dirichlet weights.

Citizens of one value are alike, so each replicate draws how many of them there are, or what they
weigh together: nothing grows with the citizens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.mean.atoms import Component
from gevinst.stats.weights import dealt, gammas

__all__ = ["replicated_t", "weighted_means"]

Floats = NDArray[np.float64]
Generator = np.random.Generator

_CELLS = 2**17
"""Most numbers of a block of draws, values times rows."""


def replicated_t(
    parts: Sequence[Component], generator: Generator, draws: int
) -> tuple[Floats, int]:
    """Draw bootstrap t of a sum of signed means.

    Parameters
    ----------
    parts : sequence of Component
        Of two citizens or more each.
    generator : numpy.random.Generator
        Source of randomness.
    draws : int
        How many.

    Returns
    -------
    t : ndarray, shape (draws - dropped,)
    dropped : int
        Replicates of zero standard error.
    """
    estimate = sum(part.sign * float(part.probabilities @ part.values) for part in parts)
    # Rounding leaves a replicate of equal values some 1e-32 of variance.
    least = (1e-13 * max(float(np.abs(part.values).max()) for part in parts)) ** 2
    pieces = []
    for rows in _blocks(parts, draws):
        means, variance = np.zeros(rows), np.zeros(rows)
        for part in parts:
            counts = dealt(part.n, part.probabilities[:, np.newaxis], rows, generator)
            mean = part.values @ counts / part.n
            squares = (counts * (part.values[:, np.newaxis] - mean) ** 2).sum(axis=0)
            means += part.sign * mean
            variance += squares / (part.n - 1) / part.n
        kept = variance > least
        pieces.append((means[kept] - estimate) / np.sqrt(variance[kept]))
    t = np.concatenate(pieces)
    return t, draws - t.size


def weighted_means(parts: Sequence[Component], generator: Generator, draws: int) -> Floats:
    """Draw a sum of signed means under flat Dirichlet weights of the citizens (Rubin 1981).

    Parameters
    ----------
    parts : sequence of Component
        Of whole citizens at each value.
    generator : numpy.random.Generator
        Source of randomness.
    draws : int
        How many.

    Returns
    -------
    ndarray, shape (draws,)
    """
    pieces = []
    for rows in _blocks(parts, draws):
        means = np.zeros(rows)
        for part in parts:
            citizens = np.rint(part.probabilities * part.n)[:, np.newaxis]
            weights = gammas(citizens, 1.0, rows, generator)
            means += part.sign * (part.values @ weights) / weights.sum(axis=0)
        pieces.append(means)
    return np.concatenate(pieces)


def _blocks(parts: Sequence[Component], draws: int) -> Iterator[int]:
    """Yield the rows of each block."""
    most = max(_CELLS // max(part.values.size for part in parts), 1)
    for start in range(0, draws, most):
        yield min(most, draws - start)
