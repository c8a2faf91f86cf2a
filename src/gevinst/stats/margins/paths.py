"""The paths that citizens can have taken, given margins at any number of times and barred steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.matching import Tally
from gevinst.stats.margins.places import Places, cheapest, stacked, steps
from gevinst.stats.margins.tables import possible_cells

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Support:
    """The paths that citizens can have taken, given margins and impossible steps.

    Attributes
    ----------
    margins : tuple of ndarray of int, shape (statuses at the time,) each
        Citizens per status at each time.
    paths : ndarray of int, shape (path, time)
        Positions in the margins.
    gains : ndarray, shape (path,)
        What a citizen on the path gains.
    mean : float
        Mean gain of the citizens: the same for every admissible set of paths.
    """

    margins: tuple[Counts, ...]
    paths: Counts
    gains: Floats
    mean: float

    @property
    def citizens(self) -> int:
        """How many citizens there are."""
        return int(self.margins[0].sum())


def support(
    margins: Sequence[Counts], impossible: Sequence[Mask], contributions: Sequence[Floats]
) -> Support:
    """List the paths that some admissible set of citizens' courses holds.

    Tables of consecutive pairs of times join wherever the time between agrees, so a path is
    possible when each of its steps is, and margins are refuted when those of one step are.

    Parameters
    ----------
    margins : sequence of ndarray of int, shape (statuses at the time,)
        Citizens per status at each time.
    impossible : sequence of ndarray of bool
        Per consecutive pair of times, shape (statuses before, statuses after).
    contributions : sequence of ndarray, shape (statuses at the time,)
        What being in a status at a time adds to a citizen's gain.

    Raises
    ------
    ValueError
        Margins that refute a step's impossible transitions, or more paths than can be listed.
    """
    barred = [
        ~possible_cells(before, after, mask)
        for before, after, mask in zip(margins, margins[1:], impossible, strict=False)
    ]
    paths = steps([counts > 0 for counts in margins], barred)
    gains = np.zeros(len(paths))
    total = 0.0
    for t, (counts, values) in enumerate(zip(margins, contributions, strict=True)):
        gains += values[paths[:, t]]
        total += float(counts @ values)
    return Support(tuple(margins), paths, gains, total / int(margins[0].sum()))


def side_by_side(
    groups: Counts, impossible: Sequence[Mask]
) -> tuple[tuple[Counts, ...], tuple[Mask, ...]]:
    """Lay groups that nobody leaves beside one another, as the margins of one.

    Parameters
    ----------
    groups : ndarray of int, shape (group, time, status)
        Citizens of each.
    impossible : sequence of ndarray of bool, shape (status, status)
        Per consecutive pair of times what nobody does in any of them.

    Returns
    -------
    margins : tuple of ndarray of int, shape (group x status,)
    impossible : tuple of ndarray of bool, shape (group x status, group x status)

    Examples
    --------
    >>> margins, barred = side_by_side(np.array([[[2, 1], [1, 2]], [[0, 4], [4, 0]]]), [False])
    >>> [margin.tolist() for margin in margins]
    [[2, 1, 0, 4], [1, 2, 4, 0]]
    >>> barred[0].astype(int).tolist()
    [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    """
    number, times, statuses = groups.shape
    margins = groups.swapaxes(0, 1).reshape(times, -1)
    apart = np.kron(np.eye(number), np.ones((statuses, statuses))) == 0.0
    within = (np.broadcast_to(mask, (statuses, statuses)) for mask in impossible)
    return tuple(margins), tuple(apart | np.tile(mask, (number, number)) for mask in within)


def extremes(allowed: Support, counted: Places | None = None) -> tuple[Tally, Tally]:
    """Return what citizens gain where the variance is smallest, and where it is largest.

    The mean is fixed by the margins, so the variance is linear in how many citizens take each
    path: one integer programme for each end.

    Parameters
    ----------
    allowed : Support
        The paths.
    counted : Places, optional
        What the citizens on them must add up to; the margins by default.

    Raises
    ------
    ValueError
        Where none fit, or a programme finds no answer in time.
    """
    squared = (allowed.gains - allowed.mean) ** 2
    places = counted or stacked(allowed.paths, allowed.margins)
    narrow, wide = cheapest(squared, places), cheapest(-squared, places)
    if narrow is None or wide is None:
        raise ValueError("impossible: no citizens' courses add up to that")
    gains = allowed.gains
    return Tally(gains, narrow.astype(np.float64)), Tally(gains, wide.astype(np.float64))


def quasi_independent(allowed: Support) -> Floats:
    """Return the share of citizens on each path under quasi-independence.

    The law proportional to a product of one factor per time on the possible paths, with the
    margins' shares, by proportional fitting (Goodman 1968). Paths that the margins force to be
    empty are not listed: fitting would creep towards zero.
    """
    shares = np.full(len(allowed.paths), 1.0 / len(allowed.paths))
    targets = [counts / allowed.citizens for counts in allowed.margins]
    for _ in range(10_000):
        missed = 0.0
        for t, target in enumerate(targets):
            at = allowed.paths[:, t]
            found = np.bincount(at, weights=shares, minlength=len(target))
            missed = max(missed, float(np.abs(found - target).max()))
            factor = np.divide(target, found, out=np.zeros_like(target), where=found > 0)
            shares = shares * factor[at]
        if missed <= 1e-13:
            break
    return shares / float(shares.sum())
