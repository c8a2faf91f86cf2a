"""build(study, latents): turn a study and what was drawn into rows of inputs. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gevinst import latents as names
from gevinst.citizens import status_shares
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
    rate_of = study.rate_maps[study.conventions.rates]
    rates = _rates(study, latents, rows)
    for a, arm in enumerate(study.arms):
        if study.statuses:
            status_shares(study, a, latents, quantity[a])
        lines = _lines(study, a, latents)
        for cell in np.argwhere(lines.any(axis=-1)).tolist():
            quantity[(a, *cell)] += lines[tuple(cell)]
        if (extra := latents.get(names.extra_cost(arm.id))) is not None:
            # Statuses of the lost hold those who cost more, at what they cost more.
            rate_of = rate_of.copy()
            rate_of[a, :, :, [item.lost for item in study.items]] = len(rates)
            rates = np.concatenate([rates, np.broadcast_to(extra, (1, rows))])
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
        rate=names.row_first(rates),
        rate_of=rate_of,
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


def event_cells(
    study: Study, event: tuple[str, str, str, float], time: str
) -> tuple[int, slice, int, int]:
    """Cells of an event (`Study.events`) at a time: arm, strata, time, item."""
    arm, stratum, item, _ = event
    strata = slice(None)
    if stratum:
        k = study.axes.at("stratum", stratum)
        strata = slice(k, k + 1)
    of = study.axes.at("arm", arm), study.axes.at("time", time), study.axes.at("item", item)
    return of[0], strata, of[1], of[2]


def _rates(study: Study, latents: Latents, rows: int) -> Floats:
    """kr. per unit, shape (rate, row)."""
    rates = np.empty((len(study.rates), rows))
    for position, rate in enumerate(study.rates):
        rates[position] = latents.get(names.rate(rate.id), rate.kr)
    return rates


def _lines(study: Study, a: int, latents: Latents) -> Floats:
    """Units of each cost line per citizen, shape (stratum, time, item, row or 1)."""
    arm = study.arms[a]
    heads = np.array([float(arm.enrolled)])
    if study.conventions.heads == "analysed":
        heads = arm.enrolled - latents.get(names.left(arm.id), np.array([float(arm.dropouts)]))
    lines: Floats = study.lines[a][..., np.newaxis] + study.group_lines[a][..., np.newaxis] / heads
    factors = {
        event: factor
        for event in study.events
        if event[0] == arm.id and (factor := latents.get(names.event(*event))) is not None
    }
    shares = {
        i: share
        for i, item in enumerate(study.items)
        if (share := latents.get(names.share(arm.id, item.id))) is not None
    }
    if factors or shares:
        rows = max(map(len, (*factors.values(), *shares.values())))
        lines = np.broadcast_to(lines, (*lines.shape[:-1], max(rows, lines.shape[-1]))).copy()
    for event, factor in factors.items():
        for time in study.events[event]:
            lines[event_cells(study, event, time)[1:]] *= factor
    for i, share in shares.items():
        lines[:, :, i] += study.uncounted[a, :, :, i, np.newaxis] * share
    return lines
