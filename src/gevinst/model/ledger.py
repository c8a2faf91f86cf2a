"""Ledger: kr. by row, arm and the axes kept. Everything that is shown is a sum over named axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import AXES, Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Ledger:
    """What `gevinst.model.evaluate.evaluate` gives.

    Parameters
    ----------
    axes : Axes
        Names and order.
    kept : tuple of str
        The axes of `kr` after the row: ``arm`` and those asked for, in the order of `AXES`.
    kr : ndarray, shape (row, *kept)
        kr. per citizen; gain positive, cost negative.
    """

    axes: Axes
    kept: tuple[str, ...]
    kr: Floats

    def __repr__(self) -> str:
        return f"<Ledger: {len(self.kr)} rows by {', '.join(self.kept)}, kr. per citizen>"

    def over(self, *axes: str) -> Floats:
        """Sum to the named axes.

        Parameters
        ----------
        *axes : str
            Axes to keep, in the order wanted; the rest is summed.

        Returns
        -------
        ndarray, shape (row, *axes)

        Raises
        ------
        KeyError
            If an axis was not kept; the message names the call that keeps it.
        """
        for axis in axes:
            if axis not in self.kept:
                wanted = tuple(name for name in AXES[1:] if name in (*self.kept, axis))
                raise KeyError(f"the ledger has no axis '{axis}'; call evaluate(inputs, {wanted})")
        summed = tuple(i for i, name in enumerate(self.kept, start=1) if name not in axes)
        left = [name for name in self.kept if name in axes]
        return np.moveaxis(
            self.kr.sum(axis=summed),
            [1 + left.index(axis) for axis in axes],
            list(range(1, 1 + len(axes))),
        )

    def arm(self, name: str) -> Floats:
        """Gain of one arm, kr. per citizen, shape (row,)."""
        total: Floats = self.over("arm")[:, self.axes.at("arm", name)]
        return total

    def difference(self, *axes: str) -> Floats:
        """Gain of the treated arm less that of the reference, shape (row, *axes).

        Where nobody is the reference it is the treated arm's own gain.
        """
        parts = self.over(*axes, "arm")
        treated, *reference = (self.axes.at("arm", arm) for arm in self.axes.contrast.arms)
        total: Floats = parts[..., treated]
        for arm in reference:
            total = total - parts[..., arm]
        return total
