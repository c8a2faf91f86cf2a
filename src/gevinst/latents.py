"""Latents: what sources draw and `build` applies, by name.

A latent is an array whose first axis is the row. In memory the row lies last.

==========================  =====================  ================================================
name                        shape                  meaning
==========================  =====================  ================================================
``rate:<rate>``             (row,)                 kr. per unit
``path:<arm>:<time>``       (row or 1, n)          item position of each analysed citizen's status
``weight:<arm>``            (row, n)               citizen weights with mean 1
``prior:<arm>``             (row, time, item)      share a prior gives each status, beside the seen
``urn:<arm>``               (row, enrolled)        new group: whom of the n each newcomer resembles
``left:<arm>``              (row,)                 new group: how many of the enrolled dropped out
``followed:<arm>``          (row or 1,)            new group: how many of the enrolled count
``counts:<arm>``            (row, time, item)      citizens per status behind suppressed counts
``moved:<arm>``             (row, most lost)       uniform: which status each lost citizen gets
``lost:<arm>``              (row, enrolled)        new group, uniform: the same of newcomers
``kept:<arm>``              (1,)                   the lost keep the last status seen
``given:<arm>``             (1, time)              item position of the status all the lost get
``dropout:<arm>``           (row, dropouts)        uniform: whose course each dropout gets
``unchanged:<arm>``         (row, dropouts)        uniform: where each dropout starts, and stays
``course:<arm>``            (1, time)              item positions of the course all dropouts get
``extra_cost:<arm>``        (1,)                   kr. a year more for each missing citizen
``real:<arm>:<status>``     (row,)                 share of reported starts that count
``instead:<arm>``           (1,)                   item position of those whose start does not
``start:<arm>``             (row, enrolled)        new group, uniform: whether each start counts
``share:<arm>:<item>``      (row,)                 share of citizens with a line nobody counted
``event:<event>``           (row,)                 probability of an event, per stated probability
==========================  =====================  ================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Latents = Mapping[str, NDArray[Any]]


def rate(name: str) -> str:
    """Latent of one rate."""
    return f"rate:{name}"


def path(arm: str, time: str) -> str:
    """Latent of one arm's statuses at one time, citizen by citizen."""
    return f"path:{arm}:{time}"


def share(arm: str, item: str) -> str:
    """Latent of the share of an arm's citizens who had a line nobody counted."""
    return f"share:{arm}:{item}"


def event(name: str) -> str:
    """Latent of the probability of an event, per stated probability."""
    return f"event:{name}"


def weight(arm: str) -> str:
    """Latent of an arm's citizen weights."""
    return f"weight:{arm}"


def prior(arm: str) -> str:
    """Latent of what a prior gives each status of an arm."""
    return f"prior:{arm}"


def urn(arm: str) -> str:
    """Latent of whom an arm's newcomers resemble."""
    return f"urn:{arm}"


def left(arm: str) -> str:
    """Latent of how many of an arm's newcomers drop out."""
    return f"left:{arm}"


def followed(arm: str) -> str:
    """Latent of how many of an arm's newcomers count."""
    return f"followed:{arm}"


def counts(arm: str) -> str:
    """Latent of the counts behind an arm's suppressed ones."""
    return f"counts:{arm}"


def moved(arm: str) -> str:
    """Latent of what became of an arm's citizens who were lost to follow-up."""
    return f"moved:{arm}"


def lost(arm: str) -> str:
    """Latent of which status each of an arm's newcomers who are lost gets."""
    return f"lost:{arm}"


def kept(arm: str) -> str:
    """Latent of an arm's lost citizens keeping their last status."""
    return f"kept:{arm}"


def given(arm: str) -> str:
    """Latent of the status that all of an arm's lost citizens get."""
    return f"given:{arm}"


def dropout(arm: str) -> str:
    """Latent of what became of an arm's dropouts."""
    return f"dropout:{arm}"


def unchanged(arm: str) -> str:
    """Latent of where an arm's dropouts start and stay."""
    return f"unchanged:{arm}"


def course(arm: str) -> str:
    """Latent of the course that all of an arm's dropouts get."""
    return f"course:{arm}"


def extra_cost(arm: str) -> str:
    """Latent of what an arm's missing citizens cost more."""
    return f"extra_cost:{arm}"


def real(arm: str, status: str) -> str:
    """Latent of the share of an arm's reported starts in a status that count."""
    return f"real:{arm}:{status}"


def instead(arm: str) -> str:
    """Latent of the status of those in an arm whose reported start does not count."""
    return f"instead:{arm}"


def start(arm: str) -> str:
    """Latent of which of an arm's newcomers' starts count."""
    return f"start:{arm}"


def rows(latents: Latents) -> int:
    """Number of rows a set of latents makes.

    Raises
    ------
    ValueError
        If two latents have different numbers of rows, naming both.
    """
    count, name = 1, ""
    for other, array in latents.items():
        if len(array) != 1 and count not in (1, len(array)):
            raise ValueError(f"{other} has {len(array)} rows where {name} has {count}")
        if len(array) > 1:
            count, name = len(array), other
    return count


def merge(*parts: Latents) -> dict[str, NDArray[Any]]:
    """Put several sources' latents together.

    Raises
    ------
    ValueError
        If two sources draw the same latent.
    """
    merged: dict[str, NDArray[Any]] = {}
    for part in parts:
        if twice := merged.keys() & part.keys():
            raise ValueError(f"two sources draw the same latent: {', '.join(sorted(twice))}")
        merged.update(part)
    return merged


def row_first(array: NDArray[Any]) -> NDArray[Any]:
    """View an array whose row lies last in memory with the row as its first axis."""
    return np.moveaxis(array, -1, 0)
