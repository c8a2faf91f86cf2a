"""Terms: the calculation written out as a sum of products of independent factors.

The gain is linear in each price, in each citizen's weight and in each share drawn. So the
difference between the arms is a sum over cells of a number times one factor per source, and means
and variances follow from those of the factors alone (`gevinst.sobol.multilinear_shares`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.axes import INTERVENTION
from gevinst.build import counted_shares
from gevinst.horizons import horizon
from gevinst.study import HEADS, Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Factor = tuple[Floats, Floats]
"""Mean of a source's factor in each term, shape (term,), and covariance, shape (term, term)."""

COUNTED, INSTEAD, REAL = 0, -1, 1
"""How a term stands to a reported start: not at all, for starts that do not count, for the real."""


@dataclass(frozen=True, eq=False)
class Terms:
    """Cells of the calculation, one factor per source in each.

    Parameters
    ----------
    cell : ndarray of int, shape (term, 4)
        Positions of arm, stratum, time and item whose quantity it is.
    rate : ndarray of int, shape (term,)
        Position in the study's rates of what prices it.
    start : ndarray of int, shape (term,)
        `COUNTED`, `INSTEAD` or `REAL`.
    uncounted : ndarray of bool, shape (term,)
        Whether the calculation leaves it out.
    coefficient : ndarray, shape (term,)
        What everything known multiplies it with: sign of the arm, stratum share, horizon, payers'
        part, and the units of a line.
    """

    cell: Integers
    rate: Integers
    start: Integers
    uncounted: NDArray[np.bool_]
    coefficient: Floats

    def of(self, axis: int) -> Integers:
        """Positions along one axis of the cell: arm, stratum, time, item."""
        return self.cell[:, axis]

    def __len__(self) -> int:
        return len(self.rate)


def no_factor(terms: Terms) -> Factor:
    """Return the factor of a source that touches no term: one, without variance."""
    return np.ones(len(terms)), np.zeros((len(terms), len(terms)))


def terms_of(
    study: Study, reported: tuple[str, ...] = (), instead: str = "", *, uncounted: bool = False
) -> Terms:
    """Write a study's calculation out, under its conventions.

    Parameters
    ----------
    study : Study
        Statuses, if it has any, in one stratum.
    reported : sequence of str
        Statuses in which a start may not count, and `instead` where those citizens are.
    instead : str
        See `reported`.
    uncounted : bool
        Whether the lines that nobody counted are terms too.
    """
    counted = horizon(
        study.conventions.horizon,
        [time.years for time in study.times],
        [item.kind for item in study.items],
    )
    counted = np.broadcast_to(counted, study.axes.sizes(("time", "item")))
    weight = study.weights[study.conventions.weights]
    share = np.broadcast_to(counted_shares(study), study.axes.sizes()).sum(axis=-1)
    rate_of = study.rate_maps[study.conventions.rates]
    doubted = [study.axes.at("item", status) for status in reported]
    rows: list[tuple[tuple[int, int, int, int], int, int, bool, float]] = []
    for a, arm in enumerate(study.arms):
        heads = arm.analysed if study.conventions.heads == HEADS[0] else arm.enrolled
        units = study.lines[a] + study.group_lines[a] / heads
        sign = 1.0 if arm.id == INTERVENTION else -1.0
        for k, t, i in np.argwhere(rate_of[a] >= 0).tolist():
            cell = (a, k, t, i)
            known = sign * weight[a, k] * counted[t, i] * share[cell]
            if study.items[i].status and t and i in doubted:
                # Another payer may have the start than has what stands instead of it.
                other = study.axes.at("item", instead)
                known_other = sign * weight[a, k] * counted[t, other] * share[a, k, t, other]
                rows.append((cell, int(rate_of[cell]), REAL, False, known))
                rows.append((cell, int(rate_of[a, k, t, other]), INSTEAD, False, known_other))
            elif known == 0.0:
                continue
            elif study.items[i].status:
                rows.append((cell, int(rate_of[cell]), COUNTED, False, known))
            elif units[k, t, i]:
                rows.append((cell, int(rate_of[cell]), COUNTED, False, known * units[k, t, i]))
            if uncounted and study.uncounted.size and study.uncounted[cell]:
                each = known * study.uncounted[cell]
                rows.append((cell, int(rate_of[cell]), COUNTED, True, each))
    return Terms(
        np.array([cell for cell, *_ in rows], dtype=np.int64).reshape(-1, 4),
        np.array([rate for _, rate, *_ in rows], dtype=np.int64),
        np.array([start for _, _, start, *_ in rows], dtype=np.int64),
        np.array([left_out for *_, left_out, _ in rows], dtype=np.bool_),
        np.array([coefficient for *_, coefficient in rows], dtype=np.float64),
    )
