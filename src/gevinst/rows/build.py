"""build(study, latents): turn a study and what was drawn into rows of inputs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.model.inputs import Inputs
from gevinst.rows.citizens import count
from gevinst.sources import latents as names
from gevinst.sources.cells import Cell, Cells, Counted, People
from gevinst.sources.latents import Latents
from gevinst.sources.registry import chosen
from gevinst.sources.source import Source
from gevinst.study.conventions import HEADS
from gevinst.study.study import Study

Floats = NDArray[np.float64]


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
    """
    latents = latents or {}
    rows = names.rows(latents)
    if sources is None:
        sources = chosen(study) if latents else ()
    quantity = np.zeros((*study.axes.sizes(("arm", "stratum", "time", "item")), rows))
    cells = Cells(
        study,
        _counted(study, sources, latents, quantity),
        _units(study, latents),
        [np.asarray(latents.get(names.rate(rate.id), [rate.kr])) for rate in study.rates],
        study.rate_of,
    )
    for source in sources:
        source.apply(cells, latents)
    for counted in (each for of_arm in cells.counted for each in of_arm):
        for layer in counted.layers[1:]:
            counted.citizens += layer
        counted.citizens /= counted.total
    for cell, units in cells.units.items():
        quantity[cell] += units
    rates = np.empty((len(cells.rates), rows))
    for position, kr in enumerate(cells.rates):
        rates[position] = kr
    return Inputs(
        study.axes,
        weight=study.stratum_shares[np.newaxis],
        horizon=study.horizon[np.newaxis],
        quantity=names.row_first(quantity),
        rate=names.row_first(rates),
        rate_of=cells.rate_of,
        share=study.payer_shares,
    )


def _counted(
    study: Study, sources: Sequence[Source], latents: Latents, quantity: Floats
) -> tuple[tuple[Counted, ...], ...]:
    """Count every arm's citizens; nobody is counted in a study of lines."""
    if not study.statuses:
        return ((),) * len(study.arms)
    found, rows = [], quantity.shape[-1]
    for a in range(len(study.arms)):
        people = People(study, a, latents, rows)
        for source in sources:
            source.weigh(people, latents)
        found.append(count(people, quantity[a]))
    return tuple(found)


def _units(study: Study, latents: Latents) -> dict[Cell, Floats | float]:
    """Units of each cost line per citizen."""
    found: dict[Cell, Floats | float] = {}
    for a, arm in enumerate(study.arms):
        heads: Floats | float = float(study.heads(arm))
        left = latents.get(names.left(arm.id))
        if left is not None and study.conventions.heads == HEADS[0]:
            heads = arm.enrolled - left
        for k, t, i in np.argwhere((study.lines[a] != 0) | (study.group_lines[a] != 0)).tolist():
            found[a, k, t, i] = study.lines[a, k, t, i] + study.group_lines[a, k, t, i] / heads
    return found
