"""The standard error of a mean gain over every pairing of citizens' times that margins allow.

A citizen's gain is a sum of contributions, one per time: a cost times what the time counts for.
Margins give each time's contributions and not which belong together. The mean needs no pairing; the
variance is smallest and largest under two that sorting finds (Frechet-Hoeffding; Aronow, Green &
Lee 2014, Annals of Statistics 42, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.lattice import as_numbers
from gevinst.tables import mask_of, possible_cells

__all__ = [
    "StandardErrorBand",
    "Support",
    "extremes",
    "pair",
    "quasi_independent",
    "standard_error",
    "standard_error_band",
    "support",
]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOST_PATHS = 60_000  # variables of one integer programme
_SECONDS = 20.0  # for one end of a band


@dataclass(frozen=True, slots=True)
class StandardErrorBand:
    """Standard error of a mean change for three ways of pairing the starts with the ends.

    Attributes
    ----------
    narrowest, independent, widest : float
        In the unit of the costs; NaN for one citizen.
    law : {"independence", "quasi-independence"}
        What ``independent`` means: quasi-independence when some transitions are impossible.
    """

    narrowest: float
    independent: float
    widest: float
    law: str = "independence"


def standard_error(parts: Sequence[Floats]) -> float:
    """Classical standard error of a sum of independent means of one group; NaN for one citizen.

    Parameters
    ----------
    parts : sequence of ndarray, shape (n,) each
        One array where each citizen's gain is known (or paired); one per time where the times are
        drawn apart. Variances have n - 1.
    """
    n = parts[0].size
    return math.sqrt(sum(float(p.var(ddof=1)) for p in parts) / n) if n > 1 else math.nan


def pair(costs: Sequence[Floats], counted: Sequence[float], kind: str) -> tuple[Floats, ...]:
    """Pair the times of one group's margins and return what each citizen gains.

    Parameters
    ----------
    costs : sequence of ndarray, shape (n,) each
        Cost per citizen at each time, in any order.
    counted : sequence of float
        What a cost counts for at each time: 1 at the start and -1 at the end for a change.
    kind : {"narrowest", "independent", "widest"}
        ``narrowest``: costs at every time ascending, so that the expensive stay expensive (the
        smallest variance between two times, and at most that over more). ``widest``: every time's
        contribution ascending, the largest at any number of times. ``independent``: not paired.

    Returns
    -------
    tuple of ndarray, shape (n,)
        One array of gains; for ``independent`` one array of contributions per time that counts.
    """
    if kind == "independent":
        apart = tuple(w * cost for w, cost in zip(counted, costs, strict=True) if w)
        return apart or (0.0 * costs[0],)
    if kind == "widest":
        ordered = [np.sort(w * cost) for w, cost in zip(counted, costs, strict=True)]
    else:
        ordered = [w * np.sort(cost) for w, cost in zip(counted, costs, strict=True)]
    total: Floats = np.sum(ordered, axis=0)
    return (total,)


def standard_error_band(
    start: object,
    end: object,
    *,
    impossible: object | Callable[[float, float], bool] | None = None,
) -> StandardErrorBand:
    """Bound the standard error of mean(start - end) over all pairings of starts with ends.

    Without impossible transitions sorting gives the ends. With them each end is an integer
    programme over the pairs that are possible. Variances have n - 1.

    Parameters
    ----------
    start, end : array_like, shapes (n,)
        Cost per citizen at each time, in any order.
    impossible : array_like of bool or callable, optional
        Pairs that no citizen can have made: a matrix over the distinct start costs (ascending)
        and the distinct end costs (ascending), or a function of one start and one end cost.
        Costs stand for statuses here: statuses that share a cost are one.

    Returns
    -------
    StandardErrorBand

    Raises
    ------
    ValueError
        Values that are not finite numbers, lengths that differ, or transitions that the costs
        themselves refute.
    """
    before, after = as_numbers(start, "start"), as_numbers(end, "end")
    if after.size != before.size:
        raise ValueError(
            f"end: read {after.size} costs for {before.size} at the start; "
            "write the same citizens twice"
        )
    if impossible is None or before.size == 1:
        kinds = ("narrowest", "independent", "widest")
        low, middle, high = (
            standard_error(pair((before, after), (1.0, -1.0), kind)) for kind in kinds
        )
        return StandardErrorBand(low, middle, high)
    starts, rows = np.unique(before, return_counts=True)
    ends, columns = np.unique(after, return_counts=True)
    if callable(impossible):
        impossible = np.array([[bool(impossible(s, e)) for e in ends] for s in starts])
    mask = mask_of(impossible, (starts.size, ends.size))
    allowed = support([rows, columns], [mask], [starts, -ends])
    narrow, wide = extremes(allowed)
    spread = float(quasi_independent(allowed) @ (allowed.gains - allowed.mean) ** 2)
    return StandardErrorBand(
        standard_error([narrow]),
        math.sqrt(spread / (before.size - 1)),
        standard_error([wide]),
        "quasi-independence",
    )


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
    paths = np.flatnonzero(margins[0])[:, None]
    for before, after, mask in zip(margins, margins[1:], impossible, strict=False):
        step = possible_cells(before, after, mask)
        onward = [np.flatnonzero(step[status]) for status in paths[:, -1]]
        lengths = [len(following) for following in onward]
        if sum(lengths) > _MOST_PATHS:
            raise ValueError(
                "impossible: the margins leave more paths than can be listed; merge small "
                "statuses, or leave out times that do not count"
            )
        paths = np.column_stack([np.repeat(paths, lengths, axis=0), np.concatenate(onward)])
    gains = np.zeros(len(paths))
    total = 0.0
    for t, (counts, values) in enumerate(zip(margins, contributions, strict=True)):
        gains += values[paths[:, t]]
        total += float(counts @ values)
    return Support(tuple(margins), paths, gains, total / int(margins[0].sum()))


def extremes(allowed: Support) -> tuple[Floats, Floats]:
    """Return every citizen's gain where the variance is smallest, and where it is largest.

    The mean is fixed by the margins, so the variance is linear in how many citizens take each
    path: one integer programme for each end.

    Raises
    ------
    ValueError
        Where a programme finds no answer in time.
    """
    squared = (allowed.gains - allowed.mean) ** 2
    return _cheapest(allowed, squared), _cheapest(allowed, -squared)


def _cheapest(allowed: Support, worth: Floats) -> Floats:
    """Gains of the citizens in the cheapest admissible set of paths, shape (n,)."""
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array

    columns = np.arange(len(worth))
    offsets = np.cumsum([0, *(len(m) for m in allowed.margins)])
    places = (allowed.paths + offsets[:-1]).T.ravel()
    matrix = csr_array(
        (np.ones(places.size), (places, np.tile(columns, len(allowed.margins)))),
        shape=(int(offsets[-1]), len(worth)),
    )
    counts = np.concatenate(allowed.margins)
    solution = milp(
        worth / (float(np.abs(worth).max()) or 1.0),
        integrality=np.ones(len(worth), dtype=np.int64),
        constraints=LinearConstraint(matrix, counts, counts),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-9},
    )
    if solution.status != 0:
        raise ValueError(
            f"impossible: no end of the band was found in {_SECONDS:g} seconds; "
            "merge small statuses"
        )
    return np.repeat(allowed.gains, np.rint(solution.x).astype(np.int64))


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
