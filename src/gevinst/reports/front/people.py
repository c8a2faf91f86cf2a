"""The people: blocks of figures, dearest first, at the start and at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst.study.study import Study
from gevinst.text.language import Language

_BLOCKS = 6
_MOST = 60
"""Figures of a row: where citizens are more, a figure stands for several."""
_SHADES = 5


@dataclass(frozen=True)
class Block:
    """Citizens whose cost is the same.

    Parameters
    ----------
    citizens : int
        How many.
    label : str
        What they get, and what that costs.
    shade : int
        From 0, nothing, to 5, the dearest; the lost have none.
    lost : bool
        Whether they are lost to follow-up.
    """

    citizens: int
    label: str
    shade: int
    lost: bool = False


@dataclass(frozen=True)
class Row:
    """An arm at a time."""

    label: str
    blocks: tuple[Block, ...]


def rows(study: Study, arm: str, text: Language) -> list[Row]:
    """Return an arm's citizens at the first and the last time that count."""
    counted = [t for t, weight in enumerate(study.status_horizon) if weight != 0.0]
    a, dearest = study.axes.at("arm", arm), float(study.dearest.max()) or 1.0
    return [
        Row(text.label(study.times[t].label), tuple(_blocks(study, a, t, dearest, text)))
        for t in dict.fromkeys((counted[0], counted[-1]))
    ]


def each_stands_for(study: Study) -> int:
    """How many citizens a figure stands for."""
    most = max(arm.analysed for arm in study.arms)
    step, times = 1, 5
    while most > step * _MOST:
        step, times = step * times, 10 // times
    return step


def _blocks(study: Study, a: int, t: int, dearest: float, text: Language) -> list[Block]:
    counts, costs = study.counts[a, t], study.status_costs[a, t]
    seen = [i for i in study.statuses if counts[i] and i not in study.lost]
    by_price: dict[float, list[int]] = {}
    for i in sorted(seen, key=lambda i: -costs[i]):
        by_price.setdefault(float(costs[i]), []).append(i)
    found = [
        (int(counts[items].sum()), kr, _named(study, items, text)) for kr, items in by_price.items()
    ]
    while len(found) > _BLOCKS:  # the two smallest neighbours become one
        k = min(range(len(found) - 1), key=lambda k: found[k][0] + found[k + 1][0])
        (n, kr, one), (m, kr2, other) = found[k : k + 2]
        mean = (n * kr + m * kr2) / (n + m)
        found[k : k + 2] = [(n + m, mean, f"{one}, {other}")]
    blocks = [
        Block(
            n,
            text("front.block", n=text.number(n), what=what, kr=text.number(kr / 12.0))
            if kr
            else text("front.block_free", n=text.number(n), what=what),
            int(np.ceil(_SHADES * kr / dearest)) if kr > 0.0 else 0,
        )
        for n, kr, what in found
    ]
    lost = int(counts[list(study.lost)].sum()) if study.lost else 0
    if lost:
        what = text.label(study.items[study.lost[0]].label)
        label = text("front.block_free", n=text.number(lost), what=what)
        blocks.append(Block(lost, label, 0, lost=True))
    return blocks


def _named(study: Study, items: list[int], text: Language) -> str:
    """Name statuses of one price: a group that holds them all, or each of few."""
    ids = {study.items[i].id for i in items}
    if len(items) > 1:
        for label, members in study.groups.values():
            if ids <= set(members):
                return text.label(label)
    labels = [text.label(study.items[i].label) for i in items]
    return ", ".join(labels[:2]) + (" …" if len(labels) > 2 else "")
