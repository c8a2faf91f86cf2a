"""Citizens: what share of an arm is in each status at each time, given what was drawn of it. Pure.

The order is fixed: who counts how much, the dropouts, the tally over paths, what a prior adds; then
the sources ``missing`` and ``reported`` in the order the study declares them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst import latents as names
from gevinst.latents import Latents
from gevinst.study import Arm, Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_BY_CITIZEN = (names.weight, names.urn, names.dropout, names.unchanged, names.kept)
"""Latents that make one citizen count for more than another, or follow one through the times."""


@dataclass(frozen=True, eq=False)
class _Arm:
    """One arm of a study and what was drawn of it."""

    study: Study
    a: int
    latents: Latents

    @property
    def of(self) -> Arm:
        """The arm itself."""
        return self.study.arms[self.a]

    def drawn(self, latent: Callable[[str], str]) -> NDArray[Any] | None:
        """What was drawn of one kind; None where nothing was."""
        return self.latents.get(latent(self.of.id))

    def any(self, *kinds: Callable[[str], str]) -> bool:
        """Whether anything was drawn of these kinds."""
        return any(self.drawn(latent) is not None for latent in kinds)

    @property
    def paths(self) -> list[Integers]:
        """Statuses at each time, shape (row or 1, n) each; none where nothing gives them."""
        if self.study.citizen_strata and self.study.paths is not None:
            return [path[np.newaxis] for path in self.study.paths[self.of.id].T]
        of_time = (names.path(self.of.id, time.id) for time in self.study.times)
        return [path for name in of_time if (path := self.latents.get(name)) is not None]

    @property
    def lost(self) -> list[int]:
        """Positions of the statuses of those lost to follow-up."""
        return [i for i, item in enumerate(self.study.items) if item.lost]


def status_shares(study: Study, a: int, latents: Latents, out: Floats) -> None:
    """Find the share of each stratum's citizens in each status at each time.

    Parameters
    ----------
    study : Study
        With counted statuses.
    a : int
        Position of the arm.
    latents : mapping of str to ndarray
        What was drawn (`gevinst.latents`).
    out : ndarray, shape (stratum, time, item, row)
        Zeros, where the shares are put: there are many rows, and no copy of them is made.

    Raises
    ------
    ValueError
        If citizens are weighted and no coupling gives their paths.
    """
    arm = _Arm(study, a, latents)
    if arm.any(*_BY_CITIZEN) or (arm.paths and len(out) > 1):
        _tally_strata(arm, out)
    elif len(out) > 1:
        _match_at_random(arm, out)
    else:
        # Nobody counts more than another, so it does not matter who went where.
        counts = arm.drawn(names.counts)
        known = study.counts[a][np.newaxis] if counts is None else counts
        out[0] = np.moveaxis(known, 0, -1)
        total = np.array([float(arm.of.analysed)])
        _finish(arm, out[0], total, _absent(arm, out[0][:, arm.lost].sum(axis=1), total, 0.0))


def paths_matter(study: Study, latents: Latents) -> bool:
    """Whether it matters who went where, given what was drawn; else all couplings are one."""
    return len(study.strata) > 1 or citizens_vary(study, latents)


def citizens_vary(study: Study, latents: Latents) -> bool:
    """Whether some citizen counts for more than another, or is followed through the times."""
    return any(_Arm(study, a, latents).any(*_BY_CITIZEN) for a in range(len(study.arms)))


def _tally_strata(arm: _Arm, out: Floats) -> None:
    """Count weighted citizens along their paths, stratum by stratum."""
    if not arm.paths:
        raise ValueError(f"citizens of '{arm.of.id}' are weighted, but no coupling gives paths")
    rows = out.shape[-1]
    weights, heads = _weights(arm, rows)
    dropout, unchanged = (
        None if (uniform := arm.drawn(latent)) is None else _picks(weights, uniform.T)
        for latent in (names.dropout, names.unchanged)
    )
    end = 0
    for shares, stratum in zip(out, members(arm.study, arm.of.id, arm.paths[0][0]), strict=True):
        # Weights come stratum by stratum, whatever order a coupling has put the citizens in.
        these = slice(end, end := end + len(stratum))
        if not len(stratum):
            continue  # nobody has no shares; `gevinst.strata.divided` lets it weigh nothing
        everybody = len(stratum) == arm.of.analysed
        paths = arm.paths if everybody else [path[:, stratum] for path in arm.paths]
        counted = weights[these]
        gone = _gone(arm, paths, counted) if arm.any(names.extra_cost) else np.zeros(1)
        total = heads if everybody else np.array([float(len(stratum))])
        if dropout is not None:
            counted = counted + dropout[these]
        seen = _last_seen(paths, arm.lost) if arm.any(names.kept) else paths
        _tally(seen, counted, shares)
        if unchanged is not None:
            _tally(paths[:1] * len(paths), unchanged[these], shares)
        came: Floats | float = 0.0
        for back in (dropout, unchanged):
            if back is not None:
                came = came + (arm.of.dropouts if everybody else back[these].sum(axis=0))
        total = total + came
        _finish(arm, shares, total, _absent(arm, gone, total, came))


def members(study: Study, arm: str, start: Integers) -> list[Integers]:
    """Places of each stratum's citizens among an arm's, given their statuses at the start.

    Parameters
    ----------
    study : Study
        With one stratum, or divided into strata (`Study.start_strata`, `Study.citizen_strata`).
    arm : str
        Id of the arm.
    start : ndarray of int, shape (n,)
        Item position of each citizen's status at the first time.
    """
    if len(study.strata) == 1:
        return [np.arange(len(start))]
    of = study.citizen_strata[arm] if study.citizen_strata else study.start_strata[start]
    return [np.flatnonzero(of == k) for k in range(len(study.strata))]


def _match_at_random(arm: _Arm, out: Floats) -> None:
    """Expected shares of each stratum when times are matched at random."""
    counts = arm.study.counts[arm.a]
    for k, shares in enumerate(out):
        inside = np.where(arm.study.start_strata == k, counts[0], 0)
        shares[...] = (counts / arm.of.analysed)[..., np.newaxis]
        shares[0] = (inside / max(inside.sum(), 1))[:, np.newaxis]
        _finish(arm, shares, np.ones(1), shares[:, arm.lost].sum(axis=1))


def _finish(arm: _Arm, citizens: Floats, total: Floats, absent: Floats) -> None:
    """Apply what was drawn of counted citizens and make them shares of all, in place.

    `total` is how many there are, and `absent` how many of them are missing at each time.
    """
    if (course := arm.drawn(names.course)) is not None:
        total, absent = total + arm.of.dropouts, absent + arm.of.dropouts
        for at_time, item in zip(citizens, course[0], strict=True):
            at_time[item] += arm.of.dropouts
    if (prior := arm.drawn(names.prior)) is not None:
        unseen = np.moveaxis(prior, 0, -1)
        citizens *= 1.0 - _cumulated(unseen.swapaxes(0, 1))[-1][:, np.newaxis]
        citizens += total * unseen
    for source in arm.study.sources:
        if source.name == "missing":
            _place_missing(arm, citizens)
            if arm.any(names.extra_cost):
                _price_missing(arm, citizens, absent)
        if source.name == "reported":
            _reclassify(arm, citizens)
    citizens /= total


def stratum_sizes(study: Study, a: int) -> list[int]:
    """Citizens of an arm in each stratum; all of them where there is one."""
    arm = study.arms[a]
    if len(study.strata) == 1:
        return [arm.analysed]
    if study.citizen_strata:
        of = study.citizen_strata[arm.id]
        return [int((of == k).sum()) for k in range(len(study.strata))]
    start = study.counts[a, 0]
    return [int(start[study.start_strata == k].sum()) for k in range(len(study.strata))]


def most_lost(study: Study, a: int) -> list[int]:
    """Largest number of an arm's citizens lost to follow-up at each time."""
    counts = [[at_time] for at_time in study.counts[a]]
    sets = study.masked.get(study.arms[a].id, counts)
    lost = _Arm(study, a, {}).lost
    return [int(np.max(np.asarray(each)[:, lost].sum(axis=1))) for each in sets]


def _weights(arm: _Arm, rows: int) -> tuple[Floats, Floats]:
    """How much each citizen counts, shape (n, row), and how many they are, shape (row or 1,)."""
    weight, like, followed = map(arm.drawn, (names.weight, names.urn, names.followed))
    if like is not None:
        weight = _resembled(arm.of, like, followed, rows)
    if weight is None:
        return np.ones((arm.of.analysed, rows)), np.array([float(arm.of.analysed)])
    heads = np.array([arm.of.analysed]) if followed is None else followed
    return weight.T, np.asarray(heads, dtype=np.float64)


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


def _gone(arm: _Arm, paths: Sequence[Integers], weights: Floats) -> Floats:
    """Weighted citizens lost to follow-up at each time, shape (time, row)."""
    away = (np.isin(path.T, arm.lost) for path in paths)
    return np.stack([_cumulated(np.where(each, weights, 0.0))[-1] for each in away])


def _absent(arm: _Arm, gone: Floats, total: Floats, came: Floats | float) -> Floats:
    """How many of `total` are missing: the lost, and the dropouts who came back into the sum.

    Of a new group that counts those who left are missing, and the others may be lost.
    """
    left, followed = arm.drawn(names.left), arm.drawn(names.followed)
    if left is None or followed is None:
        return gone + came
    dropped = 1.0 - (arm.of.enrolled - left) / followed
    absent: Floats = gone * (1.0 - dropped) + total * dropped
    return absent


def _last_seen(paths: Sequence[Integers], lost: list[int]) -> list[Integers]:
    """Let each citizen who is lost at a time keep the status before it."""
    seen = [paths[0]]
    for path in paths[1:]:
        seen.append(np.where(np.isin(path, lost), seen[-1], path))
    return seen


def _place_missing(arm: _Arm, citizens: Floats) -> None:
    """Give each citizen lost to follow-up a status, in place."""
    lost, columns = arm.lost, np.arange(citizens.shape[2])
    moved, newcomers, given = map(arm.drawn, (names.moved, names.lost, names.given))
    uniform = moved if newcomers is None else newcomers
    for t, (at_time, most) in enumerate(zip(citizens, most_lost(arm.study, arm.a), strict=True)):
        mass = at_time[lost].sum(axis=0)
        if uniform is not None and most:
            at_time[lost] = 0.0
            cumulated = _cumulated(_donors(arm, t, at_time))
            picks = most if newcomers is None else int(np.ceil(mass.max()))
            for k, u in enumerate(uniform.T[:picks]):
                # Each newcomer who is lost gets a status; of those seen, as many as there were.
                part = mass / most if newcomers is None else np.clip(mass - k, 0.0, 1.0)
                at_time[_pick(cumulated, u), columns] += part
        elif given is not None:
            at_time[lost] = 0.0
            at_time[given[0, t]] += mass


def _donors(arm: _Arm, t: int, at_time: Floats) -> Floats:
    """Who the lost are like: those seen in the row, or of the arm where a row sees nobody."""
    nobody = ~at_time.any(axis=0)
    if not nobody.any():
        return at_time
    seen = arm.study.counts[arm.a, t].astype(np.float64)
    seen[arm.lost] = 0.0
    return np.where(nobody, seen[:, np.newaxis], at_time)


def _price_missing(arm: _Arm, citizens: Floats, absent: Floats) -> None:
    """Let statuses of the lost hold all who are missing, in place: `build` prices them there.

    At the start nobody is missing yet.
    """
    citizens[:, arm.lost] = 0.0
    citizens[1:, arm.lost[0]] = absent[1:]


def _reclassify(arm: _Arm, citizens: Floats) -> None:
    """Move the reported starts that do not count to the status instead, in place."""
    instead, lucky = arm.drawn(names.instead), arm.drawn(names.start)
    if instead is None:
        return
    for at_time in citizens[1:]:
        before = np.zeros(citizens.shape[2])
        for i, item in enumerate(arm.study.items):
            share = arm.latents.get(names.real(arm.of.id, item.id))
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
    """Running sums along the first axis, of a row the same to the last bit however many there are.

    numpy's own walks it ten times slower, and its `sum` adds one row in another order than many.
    """
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
