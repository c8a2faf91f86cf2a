"""What the page's script calculates with: a study of counted citizens as plain numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.scenarios.axes import Axis, axes_of
from gevinst.study.people import distinct_paths
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_PATHS = 2_000
"""Distinct paths of paired data that a page holds; of more the section is left out."""

CHOICES = ("basis", "horizon", "heads", "payers", "perspective")
"""Conventions that can be chosen otherwise, in the order of `Numbers.chosen`."""


class Numbers(NamedTuple):
    """A study as the script takes it, and what of the study each place in it is.

    Attributes
    ----------
    plain : dict
        Ready for JSON; `gevinst.calculate` in ``sliders.js`` says how it is read.
    rates : tuple of int
        Position in the study of each rate in it.
    axes : tuple of Axis or None
        What can be chosen along each of `CHOICES`; None where the study states one thing only.
    """

    plain: dict[str, Any]
    rates: tuple[int, ...]
    axes: tuple[Axis | None, ...]


def numbers(study: Study, level: float) -> Numbers | None:
    """Return what the script needs; None of a study whose calculation it does not know.

    It knows citizens who are counted in statuses, exactly and in one stratum, at any times and
    under any rule of time, with lines beside them; of paired data the paths as they are.

    Parameters
    ----------
    study : Study
        Under its conventions.
    level : float
        Of the intervals, between 0 and 1.
    """
    counted = study.priced and study.statuses and not study.stated and not study.masked
    arms = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    if not counted or len(study.strata) > 1 or (study.stratum_shares[arms] != 1.0).any():
        return None
    at = {item: k for k, item in enumerate(study.statuses)}
    paths = None
    if study.paths is not None:
        told = [distinct_paths(study, study.arms[a].id)[:2] for a in arms]
        if sum(len(each) for each, _ in told) > MOST_PATHS:
            return None
        paths = [
            [[int(n), *(at[i] for i in path)] for path, n in zip(each.tolist(), of, strict=True)]
            for each, of in told
        ]
    axes = _axes(study)
    options = [axis.choices if axis else ("",) for axis in axes]
    bases, times, heads, payers, _ = (
        [_under(study, name, each) for each in choices]
        for name, choices in zip(CHOICES, options, strict=True)
    )
    statuses = list(study.statuses)
    maps = [each.rate_of[arms, 0] for each in bases]
    lines = [
        (a, t, i)
        for a in arms
        for t, i in np.argwhere((study.lines[a, 0] != 0) | (study.group_lines[a, 0] != 0)).tolist()
    ]
    shares = [
        [_under(one, CHOICES[-1], whose).payer_shares[:, 0].sum(axis=-1) for whose in options[-1]]
        for one in payers
    ]
    used = sorted(
        {int(k) for each in maps for k in np.unique(each[..., statuses])}
        | {int(each.rate_of[a, 0, t, i]) for each in bases for a, t, i in lines}
    )
    rates = tuple(k for k in used if k >= 0)
    place = {-1: -1, **{k: n for n, k in enumerate(rates)}}
    plain = {
        "hash": study.hash[:8],
        "level": level,
        "arms": [
            {"sign": study.contrast.sign(arm.id), "dropouts": arm.dropouts}
            for arm in (study.arms[a] for a in arms)
        ],
        "counts": None if paths else study.counts[arms][..., statuses].tolist(),
        "paths": paths,
        "kr": [study.rates[k].kr for k in rates],
        "rateOf": [np.vectorize(place.get)(each[..., statuses]).tolist() for each in maps],
        "horizon": [each.status_horizon.tolist() for each in times],
        "heads": [int(each.conventions.heads == "enrolled") for each in heads],
        "share": [[each[arms][..., statuses].tolist() for each in row] for row in shares],
        "lines": [
            {
                "arm": arms.index(a),
                "each": float(study.lines[a, 0, t, i]),
                "group": float(study.group_lines[a, 0, t, i]),
                "rate": [place[int(each.rate_of[a, 0, t, i])] for each in bases],
                "horizon": [float(each.horizon[t, i]) for each in times],
                "share": [[float(each[a, t, i]) for each in row] for row in shares],
            }
            for a, t, i in lines
        ],
        "choices": [len(each) for each in options],
        "chosen": [axis.choices.index(axis.own) if axis else 0 for axis in axes],
    }
    return Numbers(plain, rates, axes)


def _under(study: Study, name: str, choice: str) -> Study:
    """Return the study with one choice made otherwise; with none as it is."""
    chosen: dict[str, Any] = {name: choice} if choice else {}
    return study.choose(**chosen)


def _axes(study: Study) -> tuple[Axis | None, ...]:
    """Return the axis of each of `CHOICES` along which the study leaves a choice."""
    asked = ["horizon"] * (len(study.choices["horizon"]) > 1)
    asked += ["perspective"] * (len(study.payers) > 1)
    found = {axis.name: axis for axis in axes_of(study, asked)}
    return tuple(found.get(name) for name in CHOICES)
