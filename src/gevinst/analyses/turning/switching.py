"""The fewest who turn the sign where some switches are impossible: an integer programme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.turning.ends import TIE, Ends
from gevinst.study.study import Study
from gevinst.study.transitions import need_whole

Mask = NDArray[np.bool_]
Moved = tuple[tuple[str, str, str], float, int]
"""Arm and both statuses, kr. per citizen towards zero, and citizens."""

_SECONDS = 20.0


def fewest(
    study: Study, of: Sequence[Ends], now: float, fixed: bool, barred: Sequence[Mask]
) -> list[Moved] | None:
    """Find the fewest citizens whose change turns the sign and leaves a table without a switch.

    The unknowns are citizens of an arm who change from one status to another, whole numbers, and
    the citizens of each cell of the tables on either side of the end: margins of whole numbers
    have tables of whole numbers, so those need not be asked to be.

    Parameters
    ----------
    study : Study
        Margins.
    of : sequence of Ends
        The arms whose citizens can change.
    now : float
        The difference, kr. per citizen; not zero.
    fixed : bool
        Whether those lost to follow-up stay where they are.
    barred : sequence of ndarray of bool, shape (item, item)
        Per consecutive pair of times the steps that nobody makes.

    Returns
    -------
    list or None
        One entry per change; None where no number of them turns the sign.
    """
    from scipy.optimize import LinearConstraint, milp

    need_whole(study)
    changes = [
        (each, i, j, -float(np.sign(now)) * each.moves(i, target.kr))
        for each in of
        for i, _ in each.here(lost=not fixed)
        for target in each.targets
        for j in target.statuses
        if i != j
    ]
    steps = [
        (each, t, np.argwhere(~barred[t]))
        for each in of
        for t in (each.time - 1, each.time)
        if 0 <= t < len(barred)
    ]
    if not changes:
        return None
    one = np.eye(len(study.items))
    own = {each.arm: np.array([c[0] is each for c in changes]) for each in of}
    leaving, coming = one[:, [c[1] for c in changes]], one[:, [c[2] for c in changes]]
    sizes = np.cumsum([len(changes), *(len(cells) for *_, cells in steps)])
    rows, least, most = [], [], []

    def hold(
        block: NDArray[np.float64],
        at: int,
        low: NDArray[np.float64],
        high: NDArray[np.float64],
        changed: NDArray[np.float64] | float = 0.0,
    ) -> None:
        full = np.zeros((len(block), sizes[-1]))
        full[:, at : at + block.shape[1]] = block
        full[:, : len(changes)] += changed
        rows.append(full)
        least.append(low)
        most.append(high)

    for (each, t, cells), at in zip(steps, sizes, strict=False):
        for side, when in enumerate((t, t + 1)):
            counts = study.counts[each.a, when].astype(np.float64)
            changed = own[each.arm] * (leaving - coming) if when == each.time else 0.0
            hold(one[:, cells[:, side]], int(at), counts, counts, changed)
    for each in of:
        there = study.counts[each.a, each.time].astype(np.float64)
        hold(own[each.arm] * leaving, 0, 0.0 * there, there)
    worth = np.array([c[3] for c in changes])
    asked = np.arange(sizes[-1]) < len(changes)
    # The solver lets a sum be short by a part; one short by more than a tie is asked again.
    for more in (0.0, 1e-5):
        hold(worth[np.newaxis] / abs(now), 0, np.full(1, 1.0 + more), np.full(1, np.inf))
        solution = milp(
            asked.astype(np.float64),
            integrality=asked.astype(np.int64),
            constraints=LinearConstraint(
                np.vstack(rows), np.concatenate(least), np.concatenate(most)
            ),
            options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
        )
        if solution.status == 2:
            return None
        if solution.status != 0:
            raise ValueError(
                f"impossible: no answer was found in {_SECONDS:g} seconds; merge small statuses"
            )
        citizens = np.rint(solution.x[: len(changes)])
        if float(worth @ citizens) >= abs(now) - TIE:
            break
    ids = study.axes.items
    return [
        ((each.arm, ids[i], ids[j]), kr, int(n))
        for (each, i, j, kr), n in zip(changes, citizens.tolist(), strict=True)
        if n
    ]
