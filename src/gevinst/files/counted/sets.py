"""Counts that are not printed exactly: each cell is the whole numbers that it can be."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from gevinst.files.stated import Stated, count_of
from gevinst.files.tables import Row
from gevinst.stats.yes_no.printed import beside, counts_of, rounding_to
from gevinst.study.named import Arm

MOST_SETS = 100_000
"""So many ways of filling in counts can be gone through."""

_MOST_SAID = 10**9
"""No larger number of ways is told apart from a larger one."""

_MOST_WIDE = 2 * 10**6
"""Where sums have more room than this, there are more than half as many ways."""

_PERCENT = re.compile(r"(.*\S)\s*(?:%|pct\.?|procent|per ?cent)", re.IGNORECASE)
_RANGE = re.compile(r"([0-9]{1,9}) ?[-–—] ?([0-9]{1,9})")


def could_be(row: Row, column: str, arm: Arm | None, stated: Stated) -> range | None:
    """Read a count as the whole numbers that it can be; None, and a problem, where it is none.

    Parameters
    ----------
    row : Row
        ``<5`` is 1 to 4, ``59,9 %`` whatever of the arm's analysed is printed so, ``13-17`` a
        range, and a number itself, or what rounds to it where the settings say so of counts.
    column : str
        Where it stands.
    arm : Arm or None
        Whose citizens are counted; None where that is not known.
    stated : Stated
        Whether zeros are suppressed, and what counts are rounded to.
    """
    text = row.text(column)
    if _PERCENT.fullmatch(text):
        return _of_share(row, column, arm)
    if ends := _RANGE.fullmatch(text):
        low, high = int(ends[1]), int(ends[2])
        if low > high:
            row.problem("E172", text, column=column)
            return None
        return range(low, high + 1)
    counts = count_of(row, column)
    if counts is None:
        return None
    if is_masked(text):
        return range(stated.least_masked, counts[-1] + 1)
    if stated.rounded:
        if counts[0] % stated.rounded:
            row.problem("E283", text, column=column, rounded=stated.rounded, count=counts[0])
            return None
        return rounding_to(counts[0], stated.rounded)
    return range(counts[0], counts[0] + 1)


def is_masked(text: str) -> bool:
    """Whether a count is suppressed."""
    return text.startswith("<")


def is_percent(text: str) -> bool:
    """Whether a cell is written with a sign of percent."""
    return _PERCENT.fullmatch(text) is not None


def percent_of(row: Row, column: str) -> tuple[float, float] | None:
    """Read a percentage with its sign: the number, and the unit of its last digit."""
    text = row.text(column)
    found = _PERCENT.fullmatch(text)
    if found is None:
        row.problem("E282", text, column=column)
        return None
    share = row.parse(column, found[1], "E282")
    if share is None:
        return None
    if not 0.0 <= share <= 100.0:
        row.problem("E282", text, column=column)
        return None
    return share, row.table.style.last_digit(found[1])


def near(row: Row, share: float, rounding: float, of: int) -> dict[str, object]:
    """Say which percentages lie beside one that no whole number gives, and of which counts."""
    decimals = len(f"{rounding:.10f}".rstrip("0").partition(".")[2]) + 1
    fewer, more = beside(share, of)
    below, above = (row.table.style.turned(f"{100.0 * k / of:.{decimals}f}") for k in (fewer, more))
    return {"fewer": fewer, "more": more, "below": below, "above": above}


def _of_share(row: Row, column: str, arm: Arm | None) -> range | None:
    """Read the counts of an arm's analysed that are printed as a percentage."""
    printed = percent_of(row, column)
    if printed is None or arm is None:
        return None
    found = counts_of(*printed, arm.analysed)
    if not found:
        said = {"column": column, "arm": arm.id, "analysed": arm.analysed}
        row.problem("E280", row.text(column), **said, **near(row, *printed, arm.analysed))
        return None
    return found


def ways(rest: int, cells: Sequence[range]) -> int:
    """In how many ways one number of each cell can add up; of very many fewer than there are.

    Examples
    --------
    >>> ways(11, [range(1, 5)] * 3)
    3
    """
    over = rest - sum(cell[0] for cell in cells)
    widths = [min(len(cell) - 1, max(over, 0)) for cell in cells]
    room = min(over, sum(widths) - over)
    if room < 0:
        return 0
    if room > _MOST_WIDE:
        return _MOST_WIDE // 2
    found = np.zeros(room + 1)
    found[0] = 1.0
    # Filling in, and taking away from what is full, are as many ways.
    for width in widths:
        sums = np.cumsum(found)
        found = sums.copy()
        found[width + 1 :] -= sums[: max(0, room - width)]
        if found.max() > _MOST_SAID:  # whatever follows, no sum has fewer ways in the end
            return _MOST_SAID
    return int(found[room])


def adding_up(rest: int, cells: Sequence[range]) -> list[tuple[int, ...]]:
    """List the sets of a whole number of each cell that add up to `rest`."""
    sets: list[tuple[tuple[int, ...], int]] = [((), rest)]
    for at, cell in enumerate(cells):
        after = cells[at + 1 :]
        least, most = (sum(each[end] for each in after) for end in (0, -1))
        sets = [
            ((*done, count), left - count)
            for done, left in sets
            for count in range(max(cell[0], left - most), min(cell[-1], left - least) + 1)
        ]
    return [done for done, left in sets if left == 0]
