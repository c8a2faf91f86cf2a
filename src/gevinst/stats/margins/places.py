"""The integer programme behind what margins leave open: how many citizens take each path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Places", "cheapest", "stacked", "steps"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOST_PATHS = 60_000  # variables of one integer programme
_SECONDS = 20.0  # for one end


@dataclass(frozen=True, eq=False)
class Places:
    """Which totals each path counts in, and what the totals are.

    Attributes
    ----------
    places : ndarray of int, shape (totals per path, path)
        Rows of `totals` that a path counts in; -1 is none.
    totals : ndarray of int
        Citizens.
    most : ndarray of int, optional
        Citizens at most, where `totals` are the least; as many by default.
    """

    places: Counts
    totals: Counts
    most: Counts | None = None

    @property
    def matrix(self) -> Any:
        """The same as a sparse matrix, shape (totals, path)."""
        from scipy.sparse import csr_array

        columns = np.broadcast_to(np.arange(self.places.shape[1]), self.places.shape)
        counted = self.places >= 0
        return csr_array(
            (np.ones(int(counted.sum())), (self.places[counted], columns[counted])),
            shape=(len(self.totals), self.places.shape[1]),
        )

    def holding(self, paths: Mask, citizens: int) -> Places:
        """Return the same with one more total: of those on some of the paths."""
        more = np.where(paths, len(self.totals), -1)
        totals = np.append(self.totals, citizens)
        most = None if self.most is None else np.append(self.most, citizens)
        return Places(np.vstack([self.places, more]), totals, most)


def stacked(paths: Counts, margins: Sequence[Counts], most: Sequence[Counts] = ()) -> Places:
    """Count paths, shape (path, time), in the margins of their times, one after another."""
    offsets = np.cumsum([0, *(len(m) for m in margins)])
    limits = np.concatenate(most) if most else None
    return Places((paths + offsets[:-1]).T, np.concatenate(margins), limits)


def steps(open_: Sequence[Mask], impossible: Sequence[Mask] = ()) -> Counts:
    """List the paths through open places, by steps that are possible.

    Parameters
    ----------
    open_ : sequence of ndarray of bool, shape (statuses at the time,)
        Where somebody can be at each time.
    impossible : sequence of ndarray of bool, optional
        Per consecutive pair of times, shape (statuses before, statuses after); none by default.

    Returns
    -------
    ndarray of int, shape (path, time)

    Raises
    ------
    ValueError
        More paths than a programme can have.
    """
    paths = np.flatnonzero(open_[0])[:, np.newaxis]
    for t, there in enumerate(open_[1:]):
        step = np.broadcast_to(there, (len(open_[t]), len(there)))
        onward = step & ~impossible[t] if len(impossible) else step
        following = [np.flatnonzero(onward[status]) for status in paths[:, -1]]
        lengths = [len(each) for each in following]
        if sum(lengths) > _MOST_PATHS:
            raise ValueError(
                "impossible: the margins leave more paths than can be listed; merge small "
                "statuses, or leave out times that do not count"
            )
        paths = np.column_stack([np.repeat(paths, lengths, axis=0), np.concatenate(following)])
    return paths


def cheapest(worth: Floats, counted: Places) -> Counts | None:
    """Citizens per path where the sum of what they are worth is smallest; None where none fit.

    Parameters
    ----------
    worth : ndarray, shape (path,)
        What a citizen on each path adds.
    counted : Places
        What the citizens must add up to.

    Raises
    ------
    ValueError
        Where no answer is found in time.
    """
    from scipy.optimize import LinearConstraint, milp

    least = counted.totals
    solution = milp(
        worth / (float(np.abs(worth).max()) or 1.0),
        integrality=np.ones(len(worth), dtype=np.int64),
        constraints=LinearConstraint(
            counted.matrix, least, least if counted.most is None else counted.most
        ),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-12},
    )
    if solution.status == 2:
        return None
    if solution.status != 0:
        raise ValueError(
            f"impossible: no end of the bounds was found in {_SECONDS:g} seconds; "
            "merge small statuses"
        )
    citizens: Counts = np.rint(solution.x).astype(np.int64)
    return citizens
