"""Balance: how unlike two groups are in one thing at start, as they are and mixed alike."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.mean.estimate import or_none
from gevinst.stats.standardisation import smd, standard_population
from gevinst.text.language import Label

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STRATUM, STATUS, COST = "stratum", "status", "cost"
"""Kinds of what is balanced: shares of citizens, and kr. per citizen."""


@dataclass(frozen=True)
class Balance:
    """One thing both groups have at start, and how unlike they are in it.

    Parameters
    ----------
    kind : str
        `STRATUM`, `STATUS` or `COST`.
    id, label
        Its name.
    means : mapping of str to float
        Per arm the share of citizens, or kr. per citizen and year.
    citizens : mapping of str to int
        Per arm how many; all of them for the cost.
    smd : float
        Standardised mean difference, intervention minus control; NaN without spread.
    smd_standardised : float
        The same between the groups given the pooled mix of strata, over the same spread; NaN where
        a stratum is empty in one of them.
    with_dropouts : Balance or None
        The same with the dropouts whose start is known; None where nobody's is, or not this of it.
    """

    kind: str
    id: str
    label: Label
    means: dict[str, float]
    citizens: dict[str, int]
    smd: float
    smd_standardised: float
    with_dropouts: Balance | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        more = self.with_dropouts
        return {
            "kind": self.kind,
            "id": self.id,
            "arms": self._groups,
            "smd": or_none(self.smd),
            "smd_standardised": or_none(self.smd_standardised),
            "with_dropouts": more and {"arms": more._groups, "smd": or_none(more.smd)},
        }

    @property
    def _groups(self) -> dict[str, Any]:
        return {arm: {"citizens": n, "mean": self.means[arm]} for arm, n in self.citizens.items()}


class Start:
    """Two groups at start: what any value per citizen is in them, as they are and mixed alike.

    Parameters
    ----------
    arms : tuple of str
        Ids of the groups.
    counts : ndarray of int, shape (2, strata, item)
        Citizens.
    dropouts : ndarray of int, shape (2, strata + 1, item)
        Dropouts whose start is known; last those of no stratum that is known.
    strata : tuple of str
        Ids of the strata.
    """

    def __init__(
        self, arms: tuple[str, ...], counts: Integers, dropouts: Integers, strata: tuple[str, ...]
    ) -> None:
        self.arms, self.counts, self.sizes = arms, counts, counts.sum(axis=2)
        self.everybody = dropouts.copy() if dropouts.any() else None
        if self.everybody is not None:
            self.everybody[:, :-1] += counts
        self.weights = standard_population("pooled", self.sizes, strata).shares[0]
        shares = counts / self.sizes.sum(axis=1)[:, np.newaxis, np.newaxis]
        # Each citizen weighs w_s / (n_s / n), so that the groups have one mix of strata.
        own = self.sizes / self.sizes.sum(axis=1, keepdims=True)
        factor = np.divide(self.weights, own, out=np.full(own.shape, math.nan), where=own > 0)
        factor[:, self.weights == 0] = 0.0
        self.mixed = shares * factor[:, :, np.newaxis]
        self.whole = bool(np.isfinite(factor).all())

    def balance(
        self, kind: str, name: str, label: Label, value: Floats, *, told: bool = True
    ) -> Balance:
        """Compare what each citizen has: `value` per arm, stratum (and none) and item.

        `told` is whether it is known of the dropouts.
        """
        found, (v1, v2) = self._compared(kind, name, label, self.counts, value[:, :-1])
        after = math.nan
        if self.whole:
            first, second = (self.mixed * value[:, :-1]).sum(axis=(1, 2)).tolist()
            # Means that differ by rounding alone are one.
            second = first if abs(first - second) <= 1e-12 * abs(first) else second
            after = smd((first, v1), (second, v2))
        more = None
        if told and self.everybody is not None:
            more, _ = self._compared(kind, name, label, self.everybody, value)
        return replace(found, smd_standardised=after, with_dropouts=more)

    def _compared(
        self, kind: str, name: str, label: Label, counts: Integers, value: Floats
    ) -> tuple[Balance, tuple[float, float]]:
        """Compare the groups as they are, and return what their values vary by."""
        n = counts.sum(axis=(1, 2))
        shares = counts / n[:, np.newaxis, np.newaxis]
        mean = (shares * value).sum(axis=(1, 2))
        spread = (shares * (value - mean[:, np.newaxis, np.newaxis]) ** 2).sum(axis=(1, 2))
        citizens = n if kind == COST else (counts * value).sum(axis=(1, 2))
        if kind == COST:
            spread = spread * n / np.maximum(n - 1, 1)
        v1, v2 = float(spread[0]), float(spread[1])
        means = {arm: float(m) for arm, m in zip(self.arms, mean, strict=True)}
        numbers = {arm: int(c) for arm, c in zip(self.arms, citizens, strict=True)}
        between = smd((float(mean[0]), v1), (float(mean[1]), v2))
        return Balance(kind, name, label, means, numbers, between, math.nan), (v1, v2)
