"""Rows whose costs are kept apart by time, so that many time conventions can read the same draws.

A convention is linear in what is spent at each time: what is drawn and evaluated once is then
placed in years by `gevinst.model.flows`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gevinst.model.evaluate import evaluate
from gevinst.model.horizons import RECURRING
from gevinst.model.inputs import Inputs
from gevinst.rows.blocks import Blocks
from gevinst.rows.build import build
from gevinst.sources.latents import Latents
from gevinst.study.study import Study

Floats = NDArray[np.float64]

PARTS = ((False, False), (False, True), (True, False), (True, True))
"""Kinds of items that are kept apart: (is a one-off, is what the intervention cost)."""


def counting(study: Study, recurring: Floats, one_off: Floats) -> Study:
    """Return a study under which each time counts for what is given, per kind of item.

    Parameters
    ----------
    study : Study
        Under its conventions but the one of time.
    recurring, one_off : ndarray, shape (times,)
        What a cost at each time counts for.
    """
    found = replace(study)
    each = [recurring if item.kind == RECURRING else one_off for item in study.items]
    found.__dict__["horizon"] = np.stack(each, axis=1)
    return found


def all_times(study: Study, *, falls: bool) -> Study:
    """Return a study under which every time counts, with the signs of a fall since the first.

    Who went where in the widest coupling hangs on no more than these signs.
    """
    spent = np.full(len(study.times), -1.0)
    recurring = spent.copy()
    if falls:
        recurring[0] = 1.0
    return counting(study, recurring, spent)


def apart(study: Study, inputs: Inputs) -> Floats:
    """Return the difference in minus what is spent, kr. per citizen, shape (row, part, time).

    Parts are those of `PARTS`; citizens who are in no status and are charged are in the first.
    """
    more = inputs.horizon.shape[-1] - len(study.items)
    kinds = [(item.kind != RECURRING, item.investment) for item in study.items]
    kinds += [PARTS[0]] * more
    found = np.zeros((inputs.rows, len(PARTS), len(study.times)))
    for p, part in enumerate(PARTS):
        counted = np.array([kind == part for kind in kinds])
        if counted.any():
            horizon = np.where(counted, -1.0, 0.0) * np.ones_like(inputs.horizon)
            ledger = evaluate(replace(inputs, horizon=horizon), by=("time",))
            found[:, p] = ledger.difference("time")
    return found


@dataclass(frozen=True, eq=False)
class ByTime(Blocks):
    """Blocks whose rows are `apart`, a column each, in the place of the net gains."""

    def _columns(self, latents: Latents) -> Floats:
        inputs = build(self.study, latents, self.sources)
        return apart(self.study, inputs).reshape(inputs.rows, -1)


def in_years(columns: Floats, coefficients: Floats) -> Floats:
    """Place rows in years: column by column, so that a row is the same in every batch.

    Parameters
    ----------
    columns : ndarray, shape (row, column)
        What was evaluated.
    coefficients : ndarray, shape (year, column)
        What a column counts for in a year.

    Returns
    -------
    ndarray, shape (year, row)
    """
    found = np.zeros((len(coefficients), len(columns)))
    for year, each in zip(found, coefficients, strict=True):
        for column, coefficient in zip(columns.T, each.tolist(), strict=True):
            if coefficient:
                year += coefficient * column
    return found
