"""The choices a calculation rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Heads = Literal["averaged", "analysed", "enrolled"]
HEADS: tuple[Heads, ...] = get_args(Heads)
"""Who an amount paid for a whole group is spread over.

``averaged``: those whose gains are averaged, the analysed and whichever dropouts are counted too;
``analysed`` and ``enrolled``: they, whoever is counted.
"""
AVERAGED: Heads = "averaged"
ALL = "all"
"""The perspective in which everybody's costs count."""
STATED = "stated"
"""The one choice where a study names no alternatives."""


@dataclass(frozen=True)
class Conventions:
    """The choices a calculation rests on.

    Parameters
    ----------
    basis : str
        The rate basis: which rate prices which cell.
    horizon : str
        The time convention (`gevinst.model.horizons.CONVENTIONS`).
    heads : str
        What an amount paid for a whole group is divided by: one of `HEADS`.
    perspective : str
        Whose costs count: a payer's id, or `ALL`.
    weights : str
        How many citizens each stratum stands for.
    payers : str
        Which payer a printed amount belongs to.
    """

    basis: str
    horizon: str
    heads: str = HEADS[0]
    perspective: str = ALL
    weights: str = STATED
    payers: str = STATED
