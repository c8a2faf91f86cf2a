"""Terms: the calculation written out as a sum of products of independent factors.

The gain is linear in each price, in each citizen's weight and in each share drawn. So the
difference between the arms is a sum over cells of a number times one factor per source, and means
and variances follow from those of the factors alone (`gevinst.stats.multilinear_shares`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Factor = tuple[Floats, Floats]
"""Mean of a source's factor in each term, shape (term,), and covariance, shape (term, term)."""


@dataclass(frozen=True, eq=False)
class Terms:
    """Cells of the calculation, one factor per source in each.

    Parameters
    ----------
    cell : ndarray of int, shape (term, 4)
        Positions of arm, stratum, time and item whose quantity it is.
    rate : ndarray of int, shape (term,)
        Position in the study's rates of what prices it.
    part : ndarray of str, shape (term,)
        Empty, or the part of the calculation that a source has made of it.
    coefficient : ndarray, shape (term,)
        What everything known multiplies the price with: sign of the arm, stratum share, horizon,
        payers' part, and units per citizen.
    """

    cell: Integers
    rate: Integers
    part: NDArray[np.str_]
    coefficient: Floats

    def of(self, axis: int) -> Integers:
        """Positions along one axis of the cell: arm, stratum, time, item."""
        return self.cell[:, axis]

    def with_more(
        self,
        cells: Sequence[tuple[int, int, int, int]],
        rates: Sequence[int],
        part: str,
        coefficients: Sequence[float],
    ) -> Terms:
        """Return the terms and more of them, all one part of the calculation."""
        more = np.array(cells, dtype=np.int64).reshape(-1, 4)
        return Terms(
            np.concatenate([self.cell, more]),
            np.concatenate([self.rate, np.array(rates, dtype=np.int64)]),
            np.concatenate([self.part, np.full(len(more), part)]),
            np.concatenate([self.coefficient, np.array(coefficients, dtype=np.float64)]),
        )

    def __len__(self) -> int:
        return len(self.rate)


def no_factor(terms: Terms) -> Factor:
    """Return the factor of a source that touches no term: one, without variance."""
    return np.ones(len(terms)), np.zeros((len(terms), len(terms)))


def coefficients(study: Study) -> Floats:
    """What a priced unit per citizen counts for in the difference.

    Shape (arm, stratum, time, item). Sign of the arm, stratum share, horizon and payers' part.
    """
    sign = np.array([study.contrast.sign(arm.id) for arm in study.arms])
    weight = sign[:, np.newaxis] * study.stratum_shares
    share = np.broadcast_to(study.payer_shares, study.axes.sizes()).sum(axis=-1)
    found: Floats = weight[:, :, np.newaxis, np.newaxis] * study.horizon * share
    return found


def terms_of(study: Study) -> Terms:
    """Write a study's calculation out, under its conventions.

    Parameters
    ----------
    study : Study
        Statuses, if it has any, in one stratum.
    """
    units = study.lines.copy()
    for a, arm in enumerate(study.arms):
        units[a] += study.group_lines[a] / study.heads(arm)
        if study.statuses:
            units[a] += (study.counts[a] / arm.analysed)[np.newaxis]
    worth = coefficients(study) * units
    cells = np.argwhere((study.rate_of >= 0) & (worth != 0.0))
    at = tuple(cells.T)
    return Terms(
        cells,
        np.broadcast_to(study.rate_of, worth.shape)[at],
        np.full(len(cells), "", dtype=np.str_),
        worth[at],
    )
