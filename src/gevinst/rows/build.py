"""build(study, latents): turn a study and what was drawn into rows of inputs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gevinst.model.inputs import Inputs
from gevinst.rows.citizens import count
from gevinst.sources import latents as names
from gevinst.sources.cells import Cell, Cells, Counted, People
from gevinst.sources.latents import Latents
from gevinst.sources.registry import chosen
from gevinst.sources.source import Source
from gevinst.study.conventions import AVERAGED
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NO_STATUS = "in no status"
"""Item of citizens whose cost is known and whose status is not; no id can be it."""


def build(
    study: Study, latents: Latents | None = None, sources: Sequence[Source] | None = None
) -> Inputs:
    """Turn a study and latents into rows of inputs.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    latents : mapping of str to ndarray, optional
        Drawn columns (`gevinst.sources.latents`, and what the study's sources draw of their own).
        What is absent stays at its published value, so no latents give the published calculation.
    sources : sequence of Source, optional
        Those that drew them, in the order the study declares; all that the study declares by
        default.

    Returns
    -------
    Inputs

    Raises
    ------
    ValueError
        If latents disagree on the number of rows, or weights come without paths.

    Notes
    -----
    The order is fixed: who counts and how much, as every source says; the counting; then each
    source applies what was drawn of it, in the order the study declares them.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.build(gv.load("ishoj-smc"))
    <Inputs: 1 rows of 2 arm x 1 stratum x 3 time x 16 item x 1 payer>
    """
    latents = latents or {}
    rows = names.rows(latents)
    if sources is None:
        sources = chosen(study) if latents else ()
    quantity = np.zeros((*study.axes.sizes(("arm", "stratum", "time", "item")), rows))
    counted, averaged = _counted(study, sources, latents, quantity)
    cells = Cells(
        study,
        counted,
        _units(study, latents, averaged),
        [np.asarray(latents.get(names.rate(rate.id), [rate.kr])) for rate in study.rates],
        study.rate_of,
    )
    for source in sources:
        source.apply(cells, latents)
    for each in (each for of_arm in cells.counted for each in of_arm):
        for layer in each.layers[1:]:
            each.citizens += layer
        each.citizens /= each.total
    if not study.statuses:  # lines that no source moves are the same in every row
        rows_of = max((np.size(units) for units in cells.units.values()), default=1)
        quantity = quantity[..., :rows_of]
    for cell, units in cells.units.items():
        quantity[cell] += units
    axes, rate_of, horizon, share = study.axes, cells.rate_of, study.horizon, study.payer_shares
    if cells.charged:
        quantity, rate_of = _charged(cells, quantity)
        axes = replace(axes, items=(*axes.items, _NO_STATUS))
        horizon = np.column_stack([horizon, study.status_horizon])
        # What is charged is what counts under the perspective, whoever pays.
        whole = np.zeros((*share.shape[:3], 1, share.shape[4]))
        whole[..., 0] = 1.0
        share = np.concatenate([share, whole], axis=3)
    rates = np.empty((len(cells.rates), rows))
    for position, kr in enumerate(cells.rates):
        rates[position] = kr
    return Inputs(
        axes,
        weight=study.stratum_shares[np.newaxis],
        horizon=horizon[np.newaxis],
        quantity=names.row_first(quantity),
        rate=names.row_first(rates),
        rate_of=rate_of,
        share=share,
    )


def _charged(cells: Cells, quantity: Floats) -> tuple[Floats, Integers]:
    """Add an item of those who are in no status: a citizen of it is what is charged, in kr."""
    cells.rates.append(np.ones(1))
    more = np.zeros((*quantity.shape[:3], 1, quantity.shape[4]))
    for (a, k, t), each in cells.charged.items():
        for citizens, kr in each:
            more[a, k, t, 0] += citizens * kr / cells.counted[a][k].total
    priced = np.broadcast_to(cells.rate_of, quantity.shape[:4])
    one = np.full((*priced.shape[:3], 1), len(cells.rates) - 1)
    return np.concatenate([quantity, more], axis=3), np.concatenate([priced, one], axis=3)


def _counted(
    study: Study, sources: Sequence[Source], latents: Latents, quantity: Floats
) -> tuple[tuple[tuple[Counted, ...], ...], list[Floats | int]]:
    """Count every arm's citizens, and how many gains are averaged; nobody in a study of lines."""
    if not study.statuses:
        return ((),) * len(study.arms), [arm.analysed for arm in study.arms]
    found, averaged, rows = [], [], quantity.shape[-1]
    for a in range(len(study.arms)):
        people = People(study, a, latents, rows)
        for source in sources:
            source.weigh(people, latents)
        found.append(count(people, quantity[a]))
        averaged.append(people.averaged)
    return tuple(found), averaged


def _units(
    study: Study, latents: Latents, averaged: Sequence[Floats | int]
) -> dict[Cell, Floats | float]:
    """Units of each cost line per citizen; of what is paid once for a group, per head of it."""
    found: dict[Cell, Floats | float] = {}
    for a, arm in enumerate(study.arms):
        heads: Floats | float = float(study.heads(arm))
        left = latents.get(names.left(arm.id))
        if study.conventions.heads == AVERAGED:
            heads = np.asarray(averaged[a], dtype=np.float64)
        elif left is not None and study.conventions.heads == "analysed":
            heads = arm.enrolled - left
        for k, t, i in np.argwhere((study.lines[a] != 0) | (study.group_lines[a] != 0)).tolist():
            found[a, k, t, i] = study.lines[a, k, t, i] + study.group_lines[a, k, t, i] / heads
    return found
