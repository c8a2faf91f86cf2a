"""The choices a calculation rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from gevinst.model.discounting import NONE, Discounting
from gevinst.text.language import Language

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
    discount : str
        By which schedule later amounts are discounted (`gevinst.model.discounting`), or ``none``.
    """

    basis: str
    horizon: str
    heads: str = HEADS[0]
    perspective: str = ALL
    weights: str = STATED
    payers: str = STATED
    discount: str = NONE


def schedule_said(discounting: Discounting, text: Language, *, annual: bool = False) -> str:
    """Say by which rates later amounts are discounted, in one sentence or two.

    Parameters
    ----------
    discounting : Discounting
        The schedule; of none it says so.
    text : Language
        Of the words.
    annual : bool
        Whether what is counted is an annual level, which no schedule moves.
    """
    if not discounting.rates:
        return text("discount.not")
    parts, ended = [], None
    for to, rate in discounting.rates:
        digits = 1 if abs(round(1000.0 * rate) - 1000.0 * rate) < 1e-9 else 2
        values = {"rate": text.number(100.0 * rate, digits)}
        if to is not None:
            key, values["to"] = "until", text.number(to, 0 if to == int(to) else 1)
        else:
            key = "always" if ended is None else "after"
        parts.append(text(f"discount.{key}", **values))
        ended = to
    said = text(
        "discount.said",
        schedule=text(f"discount.of.{discounting.schedule}"),
        rates=", ".join(parts),
        timing=text(f"discount.timing.{discounting.timing}"),
        source=discounting.source or text(f"discount.source.{discounting.schedule}"),
    )
    return f"{said} {text('discount.annual')}" if annual else said
