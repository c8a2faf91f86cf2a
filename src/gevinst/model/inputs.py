"""Inputs: the arrays of one or many rows. Shapes and units stand here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import AXES, Axes

Floats = NDArray[np.float64]

_SHAPES: dict[str, tuple[str, ...]] = {
    "weight": ("row", "arm", "stratum"),
    "horizon": ("row", "time", "item"),
    "quantity": ("row", "arm", "stratum", "time", "item"),
    "rate": ("row", "rate"),
    "rate_of": ("arm", "stratum", "time", "item"),
    "share": ("arm", "stratum", "time", "item", "payer"),
}


@dataclass(frozen=True, repr=False)
class Inputs:
    """Everything `gevinst.model.evaluate.evaluate` reads. An axis that does not vary has length 1.

    Parameters
    ----------
    axes : Axes
        Names and order.
    weight : ndarray, shape (row, arm, stratum)
        Citizens of the stratum per citizen of the arm, or of the population standardised to.
    horizon : ndarray, shape (row, time, item)
        What a cost at that time counts for, gain positive: years, or a pure number.
    quantity : ndarray, shape (row, arm, stratum, time, item)
        Units per citizen of the stratum: a share in a status, or expected units of a line.
    rate : ndarray, shape (row, rate)
        kr. per unit of each rate; for a status kr. per citizen-year.
    rate_of : ndarray of int, shape (arm, stratum, time, item)
        Which rate prices a cell; -1 where nothing does (quantity must then be 0).
    share : ndarray, shape (arm, stratum, time, item, payer)
        The part of the price each payer pays.

    Raises
    ------
    ValueError
        If a shape does not fit the axes, naming both numbers; or if a cell has quantity and no
        rate.

    Notes
    -----
    The logical order is [row, ...]; in memory the row lies last, so that each cell's rows are
    contiguous. Arrays that come otherwise are copied once.
    """

    axes: Axes
    weight: Floats
    horizon: Floats
    quantity: Floats
    rate: Floats
    rate_of: NDArray[np.int64]
    share: Floats
    rows: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        rows = 1
        for name, dimensions in _SHAPES.items():
            array = getattr(self, name)
            if array.ndim != len(dimensions):
                raise ValueError(
                    f"{name}: read {array.ndim} dimensions; it has {len(dimensions)}: "
                    f"{', '.join(dimensions)}"
                )
            for dimension, length in zip(dimensions, array.shape, strict=True):
                if dimension == "row":
                    rows = _common_rows(name, rows, length)
                elif dimension in AXES:
                    expected = len(self.axes.ids(dimension))
                    if length not in (1, expected):
                        raise ValueError(
                            f"{name}: the axis '{dimension}' has length {length}; "
                            f"the study has {expected} (or write 1 where nothing varies)"
                        )
            if "row" in dimensions:
                object.__setattr__(self, name, _row_last(array))
        cells = np.broadcast_shapes(self.rate_of.shape, self.quantity.shape[1:])
        unpriced = np.broadcast_to(self.rate_of < 0, cells)
        units = np.moveaxis(np.broadcast_to(self.quantity, (len(self.quantity), *cells)), 0, -1)
        # Many rows are looked at cell by cell, as they would be copied together.
        one_by_one = map(tuple, np.argwhere(unpriced).tolist())
        if any(units[c].any() for c in ((unpriced,) if units.shape[-1] == 1 else one_by_one)):
            raise ValueError("quantity: a cell has units but no rate prices it")
        object.__setattr__(self, "rows", rows)

    def __repr__(self) -> str:
        sizes = " x ".join(f"{n} {axis}" for axis, n in zip(AXES, self.axes.sizes(), strict=True))
        return f"<Inputs: {self.rows} rows of {sizes}>"

    def take(self, rows: slice | NDArray[np.int64]) -> Inputs:
        """Return some of the rows; arrays that do not vary are kept as they are."""
        return replace(
            self,
            **{
                name: array[rows] if len(array) > 1 else array
                for name in ("weight", "horizon", "quantity", "rate")
                for array in [getattr(self, name)]
            },
        )


def _common_rows(name: str, rows: int, length: int) -> int:
    """Number of rows two arrays make together."""
    if length != rows and 1 not in (length, rows):
        raise ValueError(f"{name}: read {length} rows where another array has {rows}")
    return max(rows, length)


def _row_last(array: Floats) -> Floats:
    """View with the logical order kept and the row contiguous in memory."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 0, -1)), -1, 0)
