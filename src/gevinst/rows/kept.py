"""Inputs that are kept beside the net gains of rows, so that others can go on from them. Pure.

==============================  ==================================================================
column                          meaning
==============================  ==================================================================
``rate:<rate>``                 kr. per unit; for a status kr. per citizen-year
``share:<arm>:<time>:<status>`` share of the arm's citizens in the status
``cost:<arm>:<time>``           kr. per citizen-year: what the statuses cost
``lines:<arm>:<time>``          kr. per citizen: cost lines, but the investment
``investment:<arm>``            kr. per citizen, of all times
==============================  ==================================================================

Statuses that cost the same are one, under the first of their ids, and times that count for nothing
are left out, as in the rows themselves (`gevinst.rows.compact`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.model.inputs import Inputs
from gevinst.study.study import Study

Floats = NDArray[np.float64]

RATES, SHARES, COSTS, INVESTMENT = KINDS = ("rates", "shares", "costs", "investment")
"""Kinds of inputs that can be kept."""


def names_of(study: Study, kinds: Sequence[str]) -> tuple[str, ...]:
    """Name the columns that are kept of a study's rows, in the order of `KINDS`."""
    arms, times = study.axes.arms, study.axes.times
    statuses = [study.items[i].id for i in study.statuses]
    costs = ["cost"] * bool(statuses) + ["lines"] * bool(_lines(study))
    of_kind = {
        RATES: [f"rate:{rate.id}" for rate in study.rates],
        SHARES: [f"share:{a}:{t}:{i}" for a in arms for t in times for i in statuses],
        COSTS: [f"{cost}:{a}:{t}" for cost in costs for a in arms for t in times],
        INVESTMENT: [f"investment:{a}" for a in arms],
    }
    return tuple(name for kind in KINDS if kind in kinds for name in of_kind[kind])


def kept(study: Study, inputs: Inputs, kinds: Sequence[str]) -> Floats:
    """Return the inputs of rows that are kept, shape (row, column), in the order of `names_of`.

    Parameters
    ----------
    study : Study
        That the rows were built of.
    inputs : Inputs
        Its rows.
    kinds : sequence of str
        Some of `KINDS`.
    """
    arms, times = len(study.arms), len(study.times)
    share = np.zeros((arms, times, len(study.items), inputs.rows))
    cost, lines = np.zeros((2, arms, times, inputs.rows))
    investment = np.zeros((arms, inputs.rows))
    cells = inputs.axes.sizes(("arm", "stratum", "time", "item"))
    rate_of = np.broadcast_to(inputs.rate_of, cells)
    payers = np.broadcast_to(inputs.share, inputs.axes.sizes()).sum(axis=-1)
    quantity = np.broadcast_to(np.moveaxis(inputs.quantity, 0, -1), (*cells, inputs.rows))
    weight = np.broadcast_to(
        np.moveaxis(inputs.weight, 0, -1), (arms, len(study.strata), inputs.rows)
    )
    in_lines = _lines(study)
    for a, k, t, i in np.ndindex(*cells):
        units = weight[a, k] * quantity[a, k, t, i]
        if i < len(study.items):
            share[a, t, i] += units
        if (rate := int(rate_of[a, k, t, i])) < 0:
            continue
        kr = units * inputs.rate[:, rate] * payers[a, k, t, i]
        if i in in_lines:
            lines[a, t] += kr
        elif i < len(study.items) and study.items[i].investment:
            investment[a] += kr
        else:  # in a status, or in none and charged
            cost[a, t] += kr
    costs = [cost] * bool(study.statuses) + [lines] * bool(in_lines)
    of_kind = {
        RATES: np.broadcast_to(inputs.rate.T[: len(study.rates)], (len(study.rates), inputs.rows)),
        SHARES: share[:, :, list(study.statuses)].reshape(-1, inputs.rows),
        COSTS: np.reshape(costs, (-1, inputs.rows)),
        INVESTMENT: investment,
    }
    return np.concatenate([of_kind[kind] for kind in KINDS if kind in kinds]).T


def _lines(study: Study) -> list[int]:
    """Positions of cost lines, but the investment."""
    return [i for i, item in enumerate(study.items) if not (item.status or item.investment)]
