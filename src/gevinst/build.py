"""build(study, latents): turn a study and what was drawn into rows of inputs. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gevinst import latents as names
from gevinst.citizens import status_shares
from gevinst.horizons import horizon
from gevinst.inputs import Inputs
from gevinst.latents import Latents
from gevinst.study import ALL, Event, Study

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
        for cell, units in _lines(study, a, latents):
            quantity[(a, *cell)] += units
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


def event_cells(study: Study, event: Event, time: str) -> tuple[int, slice, int, int]:
    """Cells of an event at a time: arm, strata, time, item."""
    at = study.axes.at
    k = at("stratum", event.stratum) if event.stratum else 0
    strata = slice(k, k + 1) if event.stratum else slice(None)
    return at("arm", event.arm), strata, at("time", time), at("item", event.item)


def _rates(study: Study, latents: Latents, rows: int) -> Floats:
    """kr. per unit, shape (rate, row)."""
    rates = np.empty((len(study.rates), rows))
    for position, rate in enumerate(study.rates):
        rates[position] = latents.get(names.rate(rate.id), rate.kr)
    return rates


def _lines(
    study: Study, a: int, latents: Latents
) -> Iterator[tuple[tuple[int, int, int], Floats | float]]:
    """Units of each cost line per citizen: (stratum, time, item) and one number, or one a row."""
    arm = study.arms[a]
    heads: Floats | float = float(arm.enrolled)
    if study.conventions.heads == "analysed":
        left = latents.get(names.left(arm.id))
        heads = float(arm.analysed) if left is None else arm.enrolled - left
    shares = {
        i: share
        for i, item in enumerate(study.items)
        if (share := latents.get(names.share(arm.id, item.id))) is not None
    }
    known = (study.lines[a] != 0.0) | (study.group_lines[a] != 0.0)
    if shares:
        known = known | (study.uncounted[a] != 0.0)
    events = _events(study, a, latents)
    for k, t, i in np.argwhere(known).tolist():
        units = study.lines[a][k, t, i] + study.group_lines[a][k, t, i] / heads
        units = units * events.get((k, t, i), 1.0)
        if i in shares:
            units = units + study.uncounted[a, k, t, i] * shares[i]
        yield (k, t, i), units


def _events(study: Study, a: int, latents: Latents) -> dict[tuple[int, int, int], Floats]:
    """Probability per stated probability of each cell of an arm that may not come."""
    found: dict[tuple[int, int, int], Floats] = {}
    for event in study.events:
        factor = latents.get(names.event(event.id))
        if event.arm == study.arms[a].id and factor is not None:
            for time in event.times:
                _, strata, t, i = event_cells(study, event, time)
                for k in range(*strata.indices(len(study.strata))):
                    found[k, t, i] = found.get((k, t, i), 1.0) * factor
    return found
