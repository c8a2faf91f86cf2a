"""The calculation: one sum of products, and nothing else.

    gain[row, arm] = sum over stratum, time, item, payer of
        weight[row, arm, stratum] * horizon[row, time, item]
        * quantity[row, arm, stratum, time, item] * price[row, arm, stratum, time, item, payer]

with price = rate x the payer's share. No randomness, no labels, no files.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import AXES
from gevinst.model.inputs import Inputs
from gevinst.model.ledger import Ledger


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

    Examples
    --------
    >>> import gevinst as gv
    >>> ledger = gv.evaluate(gv.build(gv.load("ishoj-smc")))
    >>> round(float(ledger.difference()[0]), 2)
    1630.8
    """
    if unknown := set(by) - set(AXES[1:]):
        raise ValueError(f"by: read {sorted(unknown)}; the axes to keep are {', '.join(AXES[1:])}")
    kept = tuple(axis for axis in AXES if axis == "arm" or axis in by)
    at = [AXES.index(axis) for axis in kept]
    kr = np.zeros((*inputs.axes.sizes(kept), inputs.rows))
    cells = inputs.axes.sizes(AXES[:-1])
    weight = _full(inputs.weight, cells[:2])
    horizon = _full(inputs.horizon, cells[2:])
    quantity = _full(inputs.quantity, cells)
    rate = np.moveaxis(inputs.rate, 0, -1)
    rate_of = np.broadcast_to(inputs.rate_of, cells)
    share = np.broadcast_to(inputs.share, inputs.axes.sizes())
    for arm, stratum, time, item in np.argwhere(horizon.any(axis=-1) & (rate_of >= 0)).tolist():
        cell = (arm, stratum, time, item)
        units = quantity[cell]
        if not (units[0] or units.any()):
            continue  # zero in every row: it adds nothing, and skipping it changes no bit
        gain = weight[arm, stratum] * horizon[time, item] * units * rate[rate_of[cell]]
        for payer, part in enumerate(share[cell].tolist()):
            if part:
                place = (*cell, payer)
                kr[tuple(place[axis] for axis in at)] += gain if part == 1.0 else gain * part
    return Ledger(inputs.axes, kept, np.moveaxis(kr, -1, 0))


def _full(array: NDArray[np.float64], sizes: tuple[int, ...]) -> NDArray[np.float64]:
    """View of [row, ...] as [..., row], with axes of length 1 as long as they stand for."""
    rows_last = np.moveaxis(array, 0, -1)
    return np.broadcast_to(rows_last, (*sizes, rows_last.shape[-1]))
