"""What two margins say about the table between them: how many there are, and how far they differ.

Published reports give counts per status at the start and at the end, and not who went where. The
tables that fit are the integer points of a transport polytope, so sums over the table are bounded
by linear programmes with integer solutions. Which of the tables is true is ignorance, not sampling.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats import streams
from gevinst.stats.lattice import as_numbers
from gevinst.text.language import Lang, language
from gevinst.text.numerals import LARGEST
from gevinst.text.result import Listed

__all__ = [
    "Bounds",
    "bound_functional",
    "count_tables",
    "possible_cells",
    "random_table",
]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MAX_WORK = 20_000_000  # additions of whole numbers: some seconds
_MAX_CELLS = 2_000_000  # of an array: some hundred MiB, a second
_MAX_STEPS = 400_000  # transitions between states: some seconds


@dataclass(frozen=True, eq=False, repr=False)
class Bounds(Listed):
    """Smallest and largest value over all tables with the margins, and a table that attains each.

    Attributes
    ----------
    low, high : float
        In the unit of the values summed.
    low_table, high_table : ndarray of int, shape (r, c)
        Admissible tables with these sums.
    """

    low: float
    high: float
    low_table: Counts
    high_table: Counts

    def heading(self, lang: Lang) -> str:
        """Say both ends."""
        text = language(lang)
        ends = text.significant(self.low), text.significant(self.high)
        return text("stats.bounds", low=ends[0], high=ends[1])

    def listed(self, lang: Lang) -> list[tuple[str, str]]:
        """Return the table that attains each end."""
        text = language(lang)
        return [
            (text(f"stats.label.{name}"), str(getattr(self, name).tolist()))
            for name in ("low_table", "high_table")
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        tables = {"low_table": self.low_table.tolist(), "high_table": self.high_table.tolist()}
        return {"low": self.low, "high": self.high, **tables}


def _margins(row_totals: ArrayLike, column_totals: ArrayLike) -> tuple[Counts, Counts]:
    rows, columns = (
        _totals(values, name)
        for values, name in ((row_totals, "row_totals"), (column_totals, "column_totals"))
    )
    if rows.sum() != columns.sum():
        raise ValueError(
            f"margins: read rows that sum to {rows.sum()} and columns that sum to "
            f"{columns.sum()}; write margins of the same citizens"
        )
    return rows, columns


def _totals(values: ArrayLike, name: str) -> Counts:
    numbers = as_numbers(values, name)
    if (numbers < 0).any() or (numbers != np.rint(numbers)).any():
        raise ValueError(f"{name}: read {numbers.tolist()}; write counts such as [17, 11]")
    return numbers.astype(np.int64)


def count_tables(row_totals: ArrayLike, column_totals: ArrayLike) -> int:
    """Count the tables of non-negative integers with the given margins, exactly.

    The count is a coefficient of a product of complete homogeneous symmetric polynomials
    (Diaconis & Gangolli 1995, section 2); it is built up column by column.

    Parameters
    ----------
    row_totals, column_totals : array_like of int, shapes (r,) and (c,)
        Counts with the same sum.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        Totals that are not counts or do not agree, or more tables than can be counted in seconds.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.count_tables([3, 2], [4, 1])
    2
    """
    rows, columns = _margins(row_totals, column_totals)
    first = sorted(rows[rows > 0].tolist(), reverse=True)
    second = sorted(columns[columns > 0].tolist(), reverse=True)
    if len(first) < 2 or len(second) < 2:
        return 1
    work, *grid = min((_work(a, b), a, b) for a, b in ((first, second), (second, first)))
    if work <= _MAX_WORK:
        return _count_on_grid(*grid)
    for states, others in ((first, second), (second, first)):
        if len(others) <= 4 and math.prod(t + 1 for t in states[1:]) <= _MAX_CELLS:
            largest = (others[0] + len(states)) ** (len(states) - 1)
            if len(states) <= 6 and largest < 2**62:
                return _count_in_pairs(states, others)
    return _count_by_states(*grid)


def _count_in_pairs(states: list[int], others: list[int]) -> int:
    """Sum over what two of four columns take of each row: the ways of these times of the rest."""
    c = [*others, 0, 0][:4]
    free = np.indices([t + 1 for t in states[1:]]).reshape(len(states) - 1, -1)
    taken = np.vstack([c[0] + c[3] - free.sum(axis=0), free])
    taken = taken[:, (taken[0] >= 0) & (taken[0] <= states[0])]
    left = np.array(states)[:, np.newaxis] - taken
    ways = (_ways(taken, c[0]), _ways(left, c[1]))
    return int(np.dot(*(each.astype(object) for each in ways)))


def _ways(most: Counts, total: int) -> Counts:
    """Ways to write a total as a sum of counts up to `most`, shape (count, case): per case.

    By inclusion and exclusion over the counts that are too large.
    """
    parts, cases = most.shape
    found = np.zeros(cases, dtype=np.int64)
    for above in itertools.product((0, 1), repeat=parts):
        rest = total - np.array(above) @ (most + 1)
        ways = np.ones(cases, dtype=np.int64)
        for i in range(1, parts):
            ways *= rest + i
        ways //= math.factorial(parts - 1)
        found += (-1) ** sum(above) * np.where(rest >= 0, ways, 0)
    return found


def _work(states: list[int], others: list[int]) -> int:
    cells = math.prod(t + 1 for t in states[1:])
    return cells * (len(states) - 1) * sum(t + 1 for t in others[1:])


def _count_on_grid(states: list[int], others: list[int]) -> int:
    """Coefficient by arrays of Python integers; the largest total of each margin is implied."""
    free = states[1:]
    ways = np.zeros([t + 1 for t in free], dtype=object)
    ways[(0,) * len(free)] = 1
    for total in others[1:]:
        spread = np.zeros([*ways.shape, total + 1], dtype=object)
        spread[..., 0] = ways
        for axis, size in enumerate(free):
            view = np.moveaxis(spread, axis, 0)
            for k in range(1, size + 1):  # one more to this row, one more of the column used
                view[k, ..., 1:] = view[k, ..., 1:] + view[k - 1, ..., :-1]
        ways = spread.sum(axis=-1)
    # The first column takes what is left, and must be able to: so must the first row.
    left = np.indices(ways.shape).sum(axis=0)
    most, used = others[0], sum(others[1:])
    possible = (sum(free) - left <= most) & (used - left <= states[0])
    return int(ways[possible].sum())


def _count_by_states(states: list[int], others: list[int]) -> int:
    """Coefficient by memory over the multiset of what the rows have left; for many equal rows."""
    steps = 0

    @cache
    def finish(left: tuple[int, ...], column: int) -> int:
        nonlocal steps
        if column == len(others) - 1:
            return 1  # the last column takes what is left
        total = 0
        for after, ways in _fill(left, others[column]).items():
            steps += 1
            if steps > _MAX_STEPS:
                raise ValueError(
                    f"margins: read {len(states)} rows and {len(others)} columns, which have more "
                    "tables than can be counted in seconds; merge small statuses"
                )
            total += ways * finish(after, column + 1)
        return total

    return finish(tuple(states), 0)


def _fill(left: tuple[int, ...], total: int) -> dict[tuple[int, ...], int]:
    """Ways to take ``total`` from rows with this much left, by the multiset that remains."""
    reached: dict[tuple[tuple[int, ...], int], int] = {((), total): 1}
    room = sum(left)
    for size in left:
        room -= size
        grown: dict[tuple[tuple[int, ...], int], int] = {}
        for (done, need), ways in reached.items():
            for taken in range(max(0, need - room), min(size, need) + 1):
                key = (tuple(sorted((*done, size - taken), reverse=True)), need - taken)
                grown[key] = grown.get(key, 0) + ways
        reached = grown
        if len(reached) > _MAX_STEPS // 4:
            raise ValueError(
                f"margins: read {len(left)} rows, which leave more tables than can be counted in "
                "seconds; merge small statuses"
            )
    return {done: ways for (done, _), ways in reached.items()}


def bound_functional(
    row_totals: ArrayLike,
    column_totals: ArrayLike,
    value: ArrayLike,
    *,
    impossible: ArrayLike | None = None,
) -> Bounds:
    """Bound a sum over the cells of a table whose margins alone are known.

    Parameters
    ----------
    row_totals, column_totals : array_like of int, shapes (r,) and (c,)
        Counts with the same sum.
    value : array_like, shape (r, c)
        What one citizen in each cell adds, in kr. or any one unit.
    impossible : array_like of bool, shape (r, c), optional
        Cells that hold no citizen. By default none is impossible.

    Returns
    -------
    Bounds
        Both ends are attained, by integer tables.

    Raises
    ------
    ValueError
        Margins that do not agree, shapes that do not fit, or margins that refute ``impossible``;
        the message names the row or column where one alone does.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.stats.bound_functional([3, 2], [4, 1], [[0, 1], [0, 0]])
    >>> found.low, found.high
    (0.0, 1.0)
    """
    rows, columns = _margins(row_totals, column_totals)
    shape = (rows.size, columns.size)
    worth = np.asarray(value, np.float64)
    if worth.shape != shape or not (np.abs(worth) <= LARGEST).all():
        raise ValueError(
            f"value: read shape {worth.shape}; write numbers of shape {shape}, one "
            f"per row and column, of size {LARGEST:.0f} at most"
        )
    mask = mask_of(impossible, shape)
    _check_feasible(rows, columns, mask)
    low_table = _cheapest_table(rows, columns, worth, mask)
    high_table = _cheapest_table(rows, columns, -worth, mask)
    low, high = float((worth * low_table).sum()), float((worth * high_table).sum())
    return Bounds(low, high, low_table, high_table)


def mask_of(impossible: ArrayLike | None, shape: tuple[int, int]) -> Mask:
    """Return the cells that hold no citizen as True and False; none is impossible by default."""
    if impossible is None:
        return np.zeros(shape, np.bool_)
    mask = np.asarray(impossible)
    if mask.dtype != np.bool_ or mask.shape != shape:
        raise ValueError(
            f"impossible: read {mask.dtype} of shape {mask.shape}; write True and False in shape "
            f"{shape}, True where no citizen can be"
        )
    return mask


def _check_feasible(rows: Counts, columns: Counts, mask: Mask) -> None:
    for kind, totals, room in (
        ("row", rows, (~mask) @ columns),
        ("column", columns, rows @ (~mask)),
    ):
        short = np.flatnonzero(totals > room)
        if short.size:
            place = int(short[0])
            raise ValueError(
                f"impossible: {kind} {place} has {totals[place]} citizens and room for "
                f"{room[place]}; the margins refute these impossible transitions, so allow more"
            )


def _cheapest_table(rows: Counts, columns: Counts, worth: Floats, mask: Mask) -> Counts:
    """Solve the transport problem; a vertex of its polytope is a table of integers."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, kron, vstack

    r, c = worth.shape
    constraints = vstack(
        [kron(eye_array(r), np.ones((1, c))), kron(np.ones((1, r)), eye_array(c))], format="csr"
    )
    scale = float(np.abs(worth).max()) or 1.0
    top = np.where(mask, 0, np.minimum.outer(rows, columns)).ravel()
    solution = linprog(  # type: ignore[call-overload]  # the stubs know no sparse A_eq
        (worth / scale).ravel(),
        A_eq=constraints,
        b_eq=np.concatenate([rows, columns]),
        bounds=np.column_stack([np.zeros_like(top), top]),
        method="highs-ds",
    )
    if solution.status != 0:
        raise ValueError(
            "impossible: no table has these margins and none of these transitions; "
            "the margins refute them together, so allow more"
        )
    table: Counts = np.rint(solution.x).astype(np.int64).reshape(r, c)
    return table


def random_table(
    row_totals: ArrayLike,
    column_totals: ArrayLike,
    *,
    size: int | None = None,
    rng: streams.Rng = None,
) -> Counts:
    """Draw tables under the hypergeometric law: independence given the margins.

    This is not the uniform law over tables; it is the law of a random matching of the citizens'
    starts with their ends (Patefield 1981, by `scipy.stats.random_table`).

    Parameters
    ----------
    row_totals, column_totals : array_like of int, shapes (r,) and (c,)
        Counts with the same sum.
    size : int, optional
        Number of tables; one without a leading axis by default.
    rng : int, Generator or None
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (r, c) or (size, r, c)

    Raises
    ------
    ValueError
        Totals that are no counts, or that differ.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.random_table([3, 2], [4, 1], rng=1).sum(axis=1).tolist()
    [3, 2]
    """
    from scipy import stats

    rows, columns = _margins(row_totals, column_totals)
    law = stats.random_table(rows, columns)
    drawn = law.rvs(size=1 if size is None else size, random_state=streams.generator(rng))
    tables: Counts = np.asarray(drawn).astype(np.int64).reshape(-1, rows.size, columns.size)
    return tables[0] if size is None else tables


def possible_cells(rows: Counts, columns: Counts, mask: Mask) -> Mask:
    """Cells that hold someone in some admissible table.

    A cell that is empty in one such table can be filled when its column leads back to its row: from
    a column to the rows that have someone to give, from a row to the columns that may take one
    more.

    Parameters
    ----------
    rows, columns : ndarray of int, shapes (r,) and (c,)
        Margins with the same sum.
    mask : ndarray of bool, shape (r, c)
        True where no citizen can be.

    Raises
    ------
    ValueError
        If the margins refute the mask.
    """
    _check_feasible(rows, columns, mask)
    if not mask.any():
        return np.logical_and.outer(rows > 0, columns > 0)
    filled = _cheapest_table(rows, columns, np.zeros(mask.shape), mask) > 0
    reach: Mask = filled.T
    while True:
        further = reach | (reach @ ~mask @ filled.T)
        if (further == reach).all():
            return filled | (reach.T & ~mask)
        reach = further
