"""Latents: what sources draw and `gevinst.rows` applies, by name.

A latent is an array whose first axis is the row. In memory the row lies last. These are the ones
that more than one room reads; what one source draws for itself alone is named in its own file.

=====================  =====================  =====================================================
name                   shape                  meaning
=====================  =====================  =====================================================
``rate:<rate>``        (row,)                 kr. per unit
``path:<arm>:<time>``  (row or 1, n)          item position of each analysed citizen's status
``counts:<arm>``       (row, time, item)      citizens per status behind suppressed counts
``weight:<arm>``       (row, n)               citizen weights with mean 1
``urn:<arm>``          (row, enrolled)        new group: whom of the n each newcomer resembles
``left:<arm>``         (row,)                 new group: how many of the enrolled dropped out
``followed:<arm>``     (row or 1,)            new group: how many of the enrolled count
=====================  =====================  =====================================================
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


def counts(arm: str) -> str:
    """Latent of the counts behind an arm's suppressed ones."""
    return f"counts:{arm}"


def weight(arm: str) -> str:
    """Latent of an arm's citizen weights."""
    return f"weight:{arm}"


def urn(arm: str) -> str:
    """Latent of whom an arm's newcomers resemble."""
    return f"urn:{arm}"


def left(arm: str) -> str:
    """Latent of how many of an arm's newcomers drop out."""
    return f"left:{arm}"


def followed(arm: str) -> str:
    """Latent of how many of an arm's newcomers count."""
    return f"followed:{arm}"


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
