"""Latents: what sources draw and `gevinst.rows` applies, by name.

A latent is an array whose first axis is the row. In memory the row lies last. These are the ones
that more than one room reads; what one source draws for itself alone is named in its own file.

=====================  =====================  =====================================================
name                   shape                  meaning
=====================  =====================  =====================================================
``rate:<rate>``        (row,)                 kr. per unit
``path:<arm>:<time>``  (row or 1, path)       item position of the status of those on each path
``size:<arm>``         (row or 1, path)       how many of the analysed citizens are on each path
``stratum:<arm>``      (1, path)              the paths' strata, where there are some
``weight:<arm>``       (row, path)            how many citizens each path counts for in the row
``counts:<arm>``       (row, time, item)      citizens per status behind suppressed counts
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

_OF_PEOPLE = ("counts:", "left:", "followed:")


def rate(name: str) -> str:
    """Latent of one rate."""
    return f"rate:{name}"


def path(arm: str, time: str) -> str:
    """Latent of one arm's statuses at one time, citizen by citizen."""
    return f"path:{arm}:{time}"


def size(arm: str) -> str:
    """Latent of how many of an arm's citizens are on each path."""
    return f"size:{arm}"


def stratum(arm: str) -> str:
    """Latent of the strata of an arm's paths."""
    return f"stratum:{arm}"


def counts(arm: str) -> str:
    """Latent of the counts behind an arm's suppressed ones."""
    return f"counts:{arm}"


def weight(arm: str) -> str:
    """Latent of how many citizens each of an arm's paths counts for."""
    return f"weight:{arm}"


def left(arm: str) -> str:
    """Latent of how many of an arm's newcomers drop out."""
    return f"left:{arm}"


def followed(arm: str) -> str:
    """Latent of how many of an arm's newcomers count."""
    return f"followed:{arm}"


def of_people(latents: Latents) -> bool:
    """Whether latents tell who there is, on which what is drawn along the paths depends."""
    return any(name.startswith(_OF_PEOPLE) for name in latents)


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
