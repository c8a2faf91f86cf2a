"""Citizens: counted along their paths, stratum by stratum, given what was drawn of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents as names
from gevinst.sources.cells import Counted, People
from gevinst.stats.weights import running_sums

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def count(people: People, out: Floats) -> tuple[Counted, ...]:
    """Count one arm's citizens in each stratum, status and time.

    Parameters
    ----------
    people : People
        After every source has said who counts.
    out : ndarray, shape (stratum, time, item, row)
        Zeros, where citizens are put: there are many rows, and no copy of them is made.

    Returns
    -------
    tuple of Counted
        One per stratum.

    Raises
    ------
    ValueError
        If citizens are weighted and no coupling gives their paths.
    """
    if people.followed or (people.paths and len(out) > 1):
        found = _along_paths(people, out)
    elif len(out) > 1:
        found = _matched_at_random(people, out)
    else:
        # Nobody counts more than another, so it does not matter who went where.
        drawn = people.latents.get(names.counts(people.arm.id))
        known = people.study.counts[people.a][np.newaxis] if drawn is None else drawn
        out[0] = np.moveaxis(known, 0, -1)
        total = np.array([float(people.arm.analysed)])
        gone = out[0][:, list(people.study.lost)].sum(axis=1)
        found = (Counted(out[0], total, _absent(people, gone, total, 0.0)),)
    if people.placed is not None:
        more, course = people.placed
        for counted in found:
            counted.total = counted.total + more
            counted.absent = counted.absent + more
            if counted.came is None:
                counted.came = np.zeros(counted.citizens.shape)
            counted.came += course[..., np.newaxis]
    return found


def _along_paths(people: People, out: Floats) -> tuple[Counted, ...]:
    """Count weighted citizens along their paths, stratum by stratum."""
    if not people.paths:
        raise ValueError(f"citizens of '{people.arm.id}' are weighted, but no coupling gives paths")
    weights, heads = people.weighted
    lost = list(people.study.lost)
    found: list[Counted] = []
    for k, shares in enumerate(out):
        these = slice(None) if len(out) == 1 else np.flatnonzero(people.strata == k)
        weight, own = weights[these], [path[:, these] for path in people.paths]
        if not len(weight):
            # Nobody has no shares; `gevinst.study.strata.divided` lets it weigh nothing.
            found.append(Counted(shares, np.ones(1), np.zeros(1)))
            continue
        total = heads if len(out) == 1 else running_sums(weight)[-1]
        gone = _gone(own, weight, lost) if people.counts_absent else np.zeros(1)
        courses = _last_seen(own, lost) if people.keeps_last else own
        _tally(courses, weight, shares)
        came, back = None, 0.0
        for copies, course in ((people.copies, courses), (people.stays, own[:1] * len(own))):
            if copies is not None:
                came = np.zeros(shares.shape) if came is None else came
                _tally(course, copies[these], came)
                back = back + running_sums(copies[these])[-1]
        found.append(Counted(shares, total + back, _absent(people, gone, total, back), came))
    return tuple(found)


def _matched_at_random(people: People, out: Floats) -> tuple[Counted, ...]:
    """Expected shares of each stratum when times are matched at random."""
    study = people.study
    counts = study.counts[people.a]
    found = []
    for k, shares in enumerate(out):
        if study.stratum_counts.size:
            own = study.stratum_counts[people.a, k]
            shares[...] = (own / max(own[0].sum(), 1))[..., np.newaxis]
            absent = shares[:, list(study.lost)].sum(axis=1)
            found.append(Counted(shares, np.ones(1), absent))
            continue
        inside = np.where(study.start_strata == k, counts[0], 0)
        shares[...] = (counts / people.arm.analysed)[..., np.newaxis]
        shares[0] = (inside / max(inside.sum(), 1))[:, np.newaxis]
        absent = shares[:, list(study.lost)].sum(axis=1)
        found.append(Counted(shares, np.ones(1), absent))
    return tuple(found)


def _tally(paths: Sequence[Integers], weights: Floats, citizens: Floats) -> None:
    """Add weighted citizens to each status at each time, shape (time, item, row)."""
    items, rows = citizens.shape[1:]
    for at_time, path in zip(citizens, paths, strict=True):
        if len(path) == 1:
            for status, weight in zip(path[0], weights, strict=True):
                at_time[status] += weight
        else:
            # bincount adds in the order of the paths: a row's bits do not depend on the others.
            places = path.T * rows
            places += np.arange(rows)
            counted = np.bincount(places.ravel(), weights.ravel(), minlength=items * rows)
            at_time += counted.reshape(items, rows)


def _gone(paths: Sequence[Integers], weights: Floats, lost: list[int]) -> Floats:
    """Weighted citizens lost to follow-up at each time, shape (time, row)."""
    away = (np.isin(path.T, lost) for path in paths)
    return np.stack([running_sums(np.where(each, weights, 0.0))[-1] for each in away])


def _absent(people: People, gone: Floats, total: Floats, came: Floats | float) -> Floats:
    """How many of `total` are missing: the lost, and the dropouts who came back into the sum.

    Of a new group that counts those who left are missing, and the others may be lost.
    """
    left = people.latents.get(names.left(people.arm.id))
    followed = people.latents.get(names.followed(people.arm.id))
    if left is None or followed is None:
        return gone + came
    dropped = 1.0 - (people.arm.enrolled - left) / followed
    absent: Floats = gone * (1.0 - dropped) + total * dropped
    return absent


def _last_seen(paths: Sequence[Integers], lost: list[int]) -> list[Integers]:
    """Let each citizen who is lost at a time keep the status before it."""
    seen = [paths[0]]
    for path in paths[1:]:
        seen.append(np.where(np.isin(path, lost), seen[-1], path))
    return seen
