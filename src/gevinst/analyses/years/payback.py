"""When a sum over the years is paid back: the first year from which on it stays above zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def paid_back(cumulative: Floats) -> NDArray[np.int64]:
    """Return the first year from which on each row stays above zero.

    Parameters
    ----------
    cumulative : ndarray, shape (year, row)
        What has come by the end of each year, the start first.

    Returns
    -------
    ndarray of int, shape (row,)
        As many as there are years and the start, where a row does not stay above zero by the last.

    Examples
    --------
    >>> paid_back(np.array([[-5.0, 1.0], [1.0, -1.0], [2.0, -2.0]])).tolist()
    [1, 3]
    """
    found = np.full(cumulative.shape[1], len(cumulative))
    above = np.ones(cumulative.shape[1], dtype=bool)
    for year in range(len(cumulative) - 1, -1, -1):
        above &= cumulative[year] > 0.0
        found[above] = year
    return found


@dataclass(frozen=True)
class Payback:
    """How often a sum is paid back in each year, and how often not within the years looked at.

    Parameters
    ----------
    shares : tuple of float
        Share of the draws for the start and each year.
    never : float
        Share that does not stay above zero by the last year.
    draws : int
        How many there are.
    """

    shares: tuple[float, ...]
    never: float
    draws: int

    def to_dict(self) -> Mapping[str, object]:
        """Return plain values for JSON."""
        return {"by_year": list(self.shares), "never": self.never}


def payback(cumulative: Floats) -> Payback:
    """Count the rows by the year in which they are paid back; `cumulative` as in `paid_back`."""
    years, rows = cumulative.shape
    counts = np.bincount(paid_back(cumulative), minlength=years + 1)
    shares: Sequence[float] = (counts / rows).tolist()
    return Payback(tuple(shares[:-1]), shares[-1], rows)
