"""Latents: what sources draw and `build` applies, by name.

A latent is an array whose first axis is the row. In memory the row lies last.

====================  ====================  ===================================================
name                  shape                 meaning
====================  ====================  ===================================================
``rate:<rate>``       (row,)                kr. per unit
``path:<arm>``        (row or 1, n, times)  item position of each analysed citizen's status
``weight:<arm>``      (row, n)              citizen weights with mean 1
``moved:<arm>``       (row, most lost)      uniform: which status each lost citizen gets
``dropout:<arm>``     (row, dropouts)       uniform: whose course each dropout gets
====================  ====================  ===================================================
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


def path(arm: str) -> str:
    """Latent of one arm's paths."""
    return f"path:{arm}"


def weight(arm: str) -> str:
    """Latent of one arm's citizen weights."""
    return f"weight:{arm}"


def moved(arm: str) -> str:
    """Latent of what became of an arm's citizens who were lost to follow-up."""
    return f"moved:{arm}"


def dropout(arm: str) -> str:
    """Latent of what became of an arm's dropouts."""
    return f"dropout:{arm}"


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


def row_first(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """View an array whose row lies last in memory with the row as its first axis."""
    return np.moveaxis(array, -1, 0)
