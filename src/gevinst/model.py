"""The calculation: one sum of products, and nothing else.

    gain[row, arm] = sum over stratum, time, item, payer of
        weight[row, arm, stratum] * horizon[row, time, item]
        * quantity[row, arm, stratum, time, item] * price[row, arm, stratum, time, item, payer]

with price = rate x the payer's share. No randomness, no labels, no files.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.axes import AXES
from gevinst.inputs import Inputs
from gevinst.ledger import Ledger


def evaluate(inputs: Inputs, by: tuple[str, ...] = ()) -> Ledger:
    """Calculate the gain of every row and arm.

    Parameters
    ----------
    inputs : Inputs
        One row (the published calculation) or many.
    by : tuple of str
        Axes to keep besides row and arm: ``stratum``, ``time``, ``item``, ``payer``. Each makes
        the ledger that many times larger, so keep them for few rows.

    Returns
    -------
    Ledger
        kr. per citizen, gain positive.

    Raises
    ------
    ValueError
        If `by` names something that is no axis.

    Notes
    -----
    Cells are taken in the order of the axes and added as vectors over rows, with plain
    multiplication and addition. No matrix product and no reduction along a contiguous axis: those
    change the last bits with the number of rows, and row i of a batch must equal that row alone.
    """
    if unknown := set(by) - set(AXES[1:]):
        raise ValueError(f"by: read {sorted(unknown)}; the axes to keep are {', '.join(AXES[1:])}")
    kept = tuple(axis for axis in AXES if axis == "arm" or axis in by)
    kr = np.zeros((*inputs.axes.sizes(kept), inputs.rows))
    weight, horizon, quantity, rate = (
        np.moveaxis(array, 0, -1)
        for array in (inputs.weight, inputs.horizon, inputs.quantity, inputs.rate)
    )
    for cell in product(*map(range, inputs.axes.sizes(AXES[:-1]))):
        arm, stratum, time, item = cell
        units = _at(quantity, cell)
        counted = _at(horizon, (time, item))
        if not (units.any() and counted.any()):
            continue
        price = rate[_at(inputs.rate_of, cell)]
        gain = _at(weight, (arm, stratum)) * counted * units * price
        for payer in range(len(inputs.axes.payers)):
            if share := float(_at(inputs.share, (*cell, payer))):
                place = dict(zip(AXES, (*cell, payer), strict=True))
                kr[tuple(place[axis] for axis in kept)] += gain * share
    return Ledger(inputs.axes, kept, np.moveaxis(kr, -1, 0))


def _at(array: NDArray[Any], cell: tuple[int, ...]) -> NDArray[Any]:
    """Read one cell of an array whose axes may have length 1."""
    index = tuple(0 if n == 1 else i for i, n in zip(cell, array.shape, strict=False))
    value: NDArray[Any] = array[index]
    return value
