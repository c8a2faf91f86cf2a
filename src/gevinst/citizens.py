"""Citizens: what share of an arm is in each status at each time, given what was drawn of it. Pure.

The order is fixed: who counts how much, the dropouts, the tally over paths, what a prior adds; then
the sources ``missing`` and ``reported`` in the order the study declares them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst import latents as names
from gevinst.latents import Latents
from gevinst.study import Arm, Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Drawn = Callable[[Callable[[str], str]], NDArray[Any] | None]
"""What was drawn of one arm, by the kind of latent; None where nothing was."""


def status_shares(study: Study, a: int, latents: Latents, out: Floats) -> None:
    """Find the share of an arm's citizens in each status at each time.

    Parameters
    ----------
    study : Study
        With counted statuses.
    a : int
        Position of the arm.
    latents : mapping of str to ndarray
        What was drawn (`gevinst.latents`).
    out : ndarray, shape (time, item, row)
        Zeros, where the shares are put: there are many rows, and no copy of them is made.

    Raises
    ------
    ValueError
        If citizens are weighted and no coupling gives their paths.
    """
    arm = study.arms[a]

    def drawn(latent: Callable[[str], str]) -> NDArray[Any] | None:
        return latents.get(latent(arm.id))

    citizens, rows = out, out.shape[-1]
    paths = [latents.get(names.path(arm.id, time.id)) for time in study.times]
    weights, heads = _weights(arm, drawn, rows)
    dropout, unchanged, course = map(drawn, (names.dropout, names.unchanged, names.course))
    missing = 0 if dropout is None and unchanged is None and course is None else arm.dropouts
    kept = drawn(names.kept) is not None
    if weights is None and dropout is None and unchanged is None and not kept:
        # Nobody counts more than another, so it does not matter who went where.
        counts = drawn(names.counts)
        known = study.counts[a][np.newaxis] if counts is None else counts
        citizens[...] = np.moveaxis(known, 0, -1)
        gone = citizens[:, _lost(study)].sum(axis=1)
    else:
        walked = [path for path in paths if path is not None]
        if len(walked) < len(paths):
            raise ValueError(f"citizens of '{arm.id}' are weighted, but no coupling gives paths")
        weights = np.ones((arm.analysed, rows)) if weights is None else weights
        started = None if unchanged is None else _picks(weights, unchanged.T)
        if dropout is not None:
            weights = weights + _picks(weights, dropout.T)
        _tally(walked, weights, citizens)
        gone = citizens[:, _lost(study)].sum(axis=1)
        if kept:
            citizens[...] = 0.0
            _tally(_last_seen(walked, _lost(study)), weights, citizens)
        if started is not None:
            _tally(walked[:1] * len(walked), started, citizens)
    if course is not None:
        for at_time, item in zip(citizens, course[0], strict=True):
            at_time[item] += missing
    total = heads + missing
    if (prior := drawn(names.prior)) is not None:
        unseen = np.moveaxis(prior, 0, -1)
        citizens *= 1.0 - unseen.sum(axis=1, keepdims=True)
        citizens += total * unseen
    for source in study.sources:
        if source.name == "missing":
            _place_missing(study, a, citizens, drawn, gone + missing)
        if source.name == "reported":
            _reclassify(study, arm, citizens, latents)
    citizens /= total


def most_lost(study: Study, a: int) -> list[int]:
    """Largest number of an arm's citizens lost to follow-up at each time."""
    counts = [[at_time] for at_time in study.counts[a]]
    sets = study.masked.get(study.arms[a].id, counts)
    return [int(np.max(np.asarray(each)[:, _lost(study)].sum(axis=1))) for each in sets]


def _lost(study: Study) -> list[int]:
    """Positions of the statuses of those lost to follow-up."""
    return [i for i, item in enumerate(study.items) if item.lost]


def _weights(arm: Arm, drawn: Drawn, rows: int) -> tuple[Floats | None, Floats]:
    """How much each citizen counts, shape (n, row), and how many they are; None: all alike."""
    weight, like, followed = map(drawn, (names.weight, names.urn, names.followed))
    if like is not None:
        weight = _resembled(arm, like, followed, rows)
    if weight is None or followed is None:
        followed = np.array([arm.analysed])
    return None if weight is None else weight.T, np.asarray(followed, dtype=np.float64)


def count_newcomers(study: Study, latents: Latents) -> Latents:
    """Replace whom each newcomer resembles by how many resemble each citizen: their weight.

    `status_shares` does so by itself; rows that are built under several couplings need it once.
    """
    counted = dict(latents)
    for arm in study.arms:
        if (like := counted.pop(names.urn(arm.id), None)) is not None:
            followed = counted.get(names.followed(arm.id))
            counted[names.weight(arm.id)] = _resembled(arm, like, followed, names.rows(latents))
    return counted


def _resembled(
    arm: Arm, like: NDArray[Any], followed: NDArray[Any] | None, rows: int
) -> NDArray[Any]:
    """Count the newcomers who stay and resemble each of an arm's citizens, shape (row, n)."""
    stay = np.array([arm.analysed]) if followed is None else followed
    # Small whole numbers, so that all rows' counts stay in the processor's cache.
    counted = np.zeros((arm.analysed, rows), dtype=np.min_scalar_type(arm.enrolled))
    flat, columns = counted.reshape(-1), np.arange(rows)
    # Newcomers are exchangeable: those who stay are the first of them.
    for newcomer, citizen in enumerate(like.T[: np.max(stay)]):
        place = citizen.astype(np.int64)
        place *= rows
        place = place + columns  # one row's urn may serve all rows
        flat[place] += newcomer < stay
    return names.row_first(counted.astype(np.float64))


def _picks(weights: Floats, uniform: Floats) -> Floats:
    """Count how often each citizen is picked, by weight; shape (n, row)."""
    picks = np.zeros(weights.shape)
    cumulated = _cumulated(weights)
    columns = np.arange(weights.shape[1])
    for u in uniform:
        picks[_pick(cumulated, u), columns] += 1.0
    return picks


def _tally(paths: Sequence[Integers], weights: Floats, citizens: Floats) -> None:
    """Add weighted citizens to each status at each time, shape (time, item, row)."""
    items, rows = citizens.shape[1:]
    for at_time, path in zip(citizens, paths, strict=True):
        if len(path) == 1:
            for status, weight in zip(path[0], weights, strict=True):
                at_time[status] += weight
        else:
            # bincount adds in the order of the citizens: a row's bits do not depend on the others.
            places = path.T * rows
            places += np.arange(rows)
            counted = np.bincount(places.ravel(), weights.ravel(), minlength=items * rows)
            at_time += counted.reshape(items, rows)


def _last_seen(paths: Sequence[Integers], lost: list[int]) -> list[Integers]:
    """Let each citizen who is lost at a time keep the status before it."""
    seen = [paths[0]]
    for path in paths[1:]:
        seen.append(np.where(np.isin(path, lost), seen[-1], path))
    return seen


def _place_missing(study: Study, a: int, citizens: Floats, drawn: Drawn, number: Floats) -> None:
    """Give each citizen lost to follow-up a status, in place, and price what they cost more.

    `number` is how many are missing at each time, dropouts too, shape (time, row).
    """
    lost = _lost(study)
    moved, given, extra = map(drawn, (names.moved, names.given, names.extra_cost))
    columns = np.arange(citizens.shape[2])
    for t, (at_time, most) in enumerate(zip(citizens, most_lost(study, a), strict=True)):
        mass = at_time[lost].sum(axis=0)
        if moved is not None and most:
            at_time[lost] = 0.0
            cumulated = _cumulated(at_time)
            for u in moved.T[:most]:
                at_time[_pick(cumulated, u), columns] += mass / most
        elif given is not None:
            at_time[lost] = 0.0
            at_time[given[0, t]] += mass
        if extra is not None:
            # `build` prices these cells at the extra cost alone; at the start nobody is missing.
            at_time[lost] = 0.0
            at_time[lost[0]] = number[t] if t else 0.0


def _reclassify(study: Study, arm: Arm, citizens: Floats, latents: Latents) -> None:
    """Move the reported starts that do not count to the status instead, in place."""
    instead = latents.get(names.instead(arm.id))
    if instead is None:
        return
    lucky = latents.get(names.start(arm.id))
    for at_time in citizens[1:]:
        before = np.zeros(citizens.shape[2])
        for i, item in enumerate(study.items):
            share = latents.get(names.real(arm.id, item.id))
            if share is None:
                continue
            real = (
                at_time[i] * share if lucky is None else _happened(lucky, share, before, at_time[i])
            )
            before = before + at_time[i]
            at_time[instead[0]] += at_time[i] - real
            at_time[i] = real


def _happened(lucky: Floats, share: Floats, before: Floats, number: Floats) -> Floats:
    """How many of the next `number` newcomers' starts happened, each with its own uniform."""
    counted = np.cumsum(share > lucky.T, axis=0)
    counted = np.concatenate([np.zeros((1, counted.shape[1])), counted])
    columns = np.arange(counted.shape[1])
    ends = (
        np.minimum(np.floor(n).astype(np.int64), len(counted) - 1)
        for n in (before, before + number)
    )
    first, last = (counted[end, columns] for end in ends)
    happened: Floats = np.minimum(last - first, number)
    return happened


def _cumulated(weights: Floats) -> Floats:
    """Running sums along the first axis; numpy's own walks it ten times slower."""
    sums = np.empty(weights.shape)
    sums[0] = weights[0]
    for before, weight, after in zip(sums, weights[1:], sums[1:], strict=False):
        np.add(before, weight, out=after)
    return sums


def _pick(cumulated: Floats, uniform: Floats) -> Integers:
    """Position whose part of the cumulated weight holds each uniform; shape (row,)."""
    # <= so that a position with no weight is never picked, not even by a uniform of zero.
    below: Integers = (cumulated <= uniform * cumulated[-1]).sum(axis=0)
    return np.minimum(below, len(cumulated) - 1)
