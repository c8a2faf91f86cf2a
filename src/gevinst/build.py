"""build(study, latents): turn a study and what was drawn into rows of inputs. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst import latents as names
from gevinst.horizons import horizon
from gevinst.inputs import Inputs
from gevinst.latents import Latents
from gevinst.study import ALL, Study

Floats = NDArray[np.float64]


def build(study: Study, latents: Latents | None = None) -> Inputs:
    """Turn a study and latents into rows of inputs.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    latents : mapping of str to ndarray, optional
        Drawn columns (`gevinst.latents`). What is absent stays at its published value, so no
        latents give the published calculation.

    Returns
    -------
    Inputs

    Raises
    ------
    ValueError
        If latents disagree on the number of rows, or weights come without paths.
    """
    latents = latents or {}
    rows = names.rows(latents)
    axes = study.axes
    quantity = np.zeros((*axes.sizes(("arm", "stratum", "time", "item")), rows))
    for a, arm in enumerate(study.arms):
        heads = arm.analysed if study.conventions.heads == "analysed" else arm.enrolled
        quantity[a] += (study.lines[a] + study.group_lines[a] / heads)[..., np.newaxis]
        if study.statuses:
            quantity[a, 0] += _status_shares(study, a, latents, rows)
    counted = horizon(
        study.conventions.horizon,
        [time.years for time in study.times],
        [item.kind for item in study.items],
    )
    return Inputs(
        axes,
        weight=study.weights[study.conventions.weights][np.newaxis],
        horizon=counted[np.newaxis],
        quantity=names.row_first(quantity),
        rate=names.row_first(_rates(study, latents, rows)),
        rate_of=study.rate_maps[study.conventions.rates],
        share=counted_shares(study),
    )


def counted_shares(study: Study) -> Floats:
    """Part of each price that each payer pays, none for payers the perspective leaves out."""
    stated = study.shares[study.conventions.payers]
    perspective = study.conventions.perspective
    if perspective == ALL:
        return stated
    counts = np.array([payer.id == perspective for payer in study.payers], dtype=float)
    share: Floats = stated * counts
    return share


def _rates(study: Study, latents: Latents, rows: int) -> Floats:
    """kr. per unit, shape (rate, row)."""
    rates = np.empty((len(study.rates), rows))
    for position, rate in enumerate(study.rates):
        rates[position] = latents.get(names.rate(rate.id), rate.kr)
    return rates


def _status_shares(study: Study, a: int, latents: Latents, rows: int) -> Floats:
    """Share of one arm's citizens in each status at each time, shape (time, item, row)."""
    arm = study.arms[a]
    path, weight = latents.get(names.path(arm.id)), latents.get(names.weight(arm.id))
    dropout, moved = latents.get(names.dropout(arm.id)), latents.get(names.moved(arm.id))
    if path is None:
        if weight is not None or dropout is not None:
            raise ValueError(f"citizens of '{arm.id}' are weighted, but no coupling gives paths")
        citizens = np.repeat(study.counts[a].astype(float)[..., np.newaxis], rows, axis=-1)
        heads = float(arm.analysed)
    else:
        weights = np.ones((arm.analysed, rows)) if weight is None else weight.T
        heads = float(arm.analysed)
        if dropout is not None:
            weights = _with_dropouts(weights, dropout.T)
            heads += dropout.shape[1]
        citizens = _tally(path, weights, len(study.items))
    if moved is not None:
        _place_moved(study, a, citizens, moved.T)
    return citizens / heads


def _with_dropouts(weights: Floats, uniform: Floats) -> Floats:
    """Give each dropout the whole course of a citizen picked by weight; shape (n, row)."""
    weights = np.array(weights)
    cumulated = np.cumsum(weights, axis=0)
    columns = np.arange(weights.shape[1])
    for u in uniform:
        weights[_pick(cumulated, u), columns] += 1.0
    return weights


def _tally(path: NDArray[Any], weights: Floats, items: int) -> Floats:
    """Weighted citizens in each status at each time, shape (time, item, row)."""
    rows, times = weights.shape[1], path.shape[2]
    citizens = np.zeros((times, items, rows))
    columns = np.arange(rows)
    for i, weight in enumerate(weights):
        for t in range(times):
            status = path[:, i, t]
            if len(status) == 1:
                citizens[t, status[0]] += weight
            else:
                citizens[t, status, columns] += weight
    return citizens


def _place_moved(study: Study, a: int, citizens: Floats, uniform: Floats) -> None:
    """Give each citizen lost to follow-up the status of another at that time, in place."""
    lost = [i for i, item in enumerate(study.items) if item.lost]
    columns = np.arange(citizens.shape[2])
    for t, at_time in enumerate(citizens):
        number = int(study.counts[a, t, lost].sum())
        if number == 0:
            continue
        mass = at_time[lost].sum(axis=0) / number
        at_time[lost] = 0.0
        cumulated = np.cumsum(at_time, axis=0)
        for u in uniform[:number]:
            at_time[_pick(cumulated, u), columns] += mass


def _pick(cumulated: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Position whose part of the cumulated weight holds each uniform; shape (row,)."""
    # <= so that a position with no weight is never picked, not even by a uniform of zero.
    below: NDArray[np.int64] = (cumulated <= uniform * cumulated[-1]).sum(axis=0)
    return np.minimum(below, len(cumulated) - 1)
