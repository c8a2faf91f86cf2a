"""The study that rows are made of: no more statuses and times than what is counted needs.

Splitting a status into parts that cost the same changes no result, so such parts are put together
before anything is drawn; and a time whose costs count for nothing is left out, unless a source
needs to know where citizens were then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.sources.registry import chosen
from gevinst.study.named import Item
from gevinst.study.study import Study


def compact(study: Study) -> Study:
    """Return a study with the same rows, of as few statuses and times as its sources allow.

    Parameters
    ----------
    study : Study
        Under the conventions it carries, with its sources. Which of them vary does not matter, so
        that it moves no other source's draws.

    Returns
    -------
    Study
        Good for rows alone: what is said about the numbers is left out.
    """
    if not study.statuses:
        return study
    apart = {name for source in chosen(study) for name in source.keeps(study)}
    times = [
        t for t, time in enumerate(study.times) if not t or _counts(study, t) or time.id in apart
    ]
    firsts, place = _merged(study, times, apart)

    def along(array: NDArray[Any]) -> NDArray[Any]:
        """Take the times and items that are left, of an array (arm, stratum, time, item, ...)."""
        for places, on in ((times, 2), (firsts, 3)):
            if array.size and array.shape[on] > 1:
                array = array.take(places, on)
        return array

    def summed(counts: NDArray[Any]) -> NDArray[Any]:
        if not counts.size:
            return counts
        found = np.zeros((*counts.shape[:-1], len(firsts)), dtype=counts.dtype)
        for i, to in enumerate(place):
            found[..., to] += counts[..., i]
        return found

    items = tuple(study.items[i] for i in firsts)
    kept = [study.times[t].id for t in times]
    of_id = {item.id: items[to].id for item, to in zip(study.items, place, strict=True)}
    small = replace(
        study,
        times=tuple(study.times[t] for t in times),
        items=items,
        groups={
            # What is now part of another status is found under its own name, too.
            **{
                item.id: (item.label, (items[to].id,))
                for item, to in zip(study.items, place, strict=True)
                if item.id != items[to].id
            },
            **{
                name: (label, tuple(dict.fromkeys(of_id[i] for i in ids)))
                for name, (label, ids) in study.groups.items()
            },
        },
        rate_maps={basis: along(each) for basis, each in study.rate_maps.items()},
        counts=summed(study.counts[:, times]),
        stratum_counts=summed(study.stratum_counts[:, :, times])
        if study.stratum_counts.size
        else study.stratum_counts,
        lines=along(study.lines),
        group_lines=along(study.group_lines),
        uncounted=along(study.uncounted),
        shares={reading: along(share) for reading, share in study.shares.items()},
        masked={arm: tuple(summed(sets[t]) for t in times) for arm, sets in study.masked.items()},
        paths=None
        if study.paths is None
        else {arm: place[path][:, times] for arm, path in study.paths.items()},
        start_strata=study.start_strata[firsts] if study.start_strata.size else study.start_strata,
        dropout_starts=summed(study.dropout_starts),
        amounts=tuple(each for each in study.amounts if each.time in kept),
        published=(),
        activity=(),
    )
    # A convention sees all times of a study; what it makes of those that are left is known.
    small.__dict__["horizon"] = study.horizon[np.ix_(times, firsts)]
    return small


def _counts(study: Study, t: int) -> bool:
    """Whether anything at a time counts for something."""
    units = [each for each in (study.lines, study.group_lines, study.uncounted) if each.size]
    used = np.any([(each[:, :, t] != 0.0).any(axis=(0, 1)) for each in units], axis=0)
    used[list(study.statuses)] = True
    return bool(study.horizon[t][used].any())


def _merged(study: Study, times: list[int], apart: set[str]) -> tuple[list[int], NDArray[np.int64]]:
    """Return which items are left, in their order, and for each item the place of its own."""
    of_key: dict[object, list[int]] = {}
    for i, item in enumerate(study.items):
        of_key.setdefault(_key(study, i, item, times, apart), []).append(i)
    # Of those that are one the smallest id stands for all, so that no order of rows matters.
    merged = [(min(own, key=lambda i: study.items[i].id), own) for own in of_key.values()]
    place = np.empty(len(study.items), dtype=np.int64)
    for to, (_, own) in enumerate(merged):
        place[own] = to
    return [first for first, _ in merged], place


def _key(study: Study, i: int, item: Item, times: list[int], apart: set[str]) -> object:
    """What statuses must have in common to be one."""
    if not item.status or item.id in apart:
        return item.id
    shares = np.broadcast_to(study.payer_shares, study.axes.sizes())
    priced = study.rate_of[:, :, times, i], shares[:, :, times, i]
    stratum = study.start_strata[i] if study.start_strata.size else 0
    return item.lost, int(stratum), *(each.tobytes() for each in priced)
