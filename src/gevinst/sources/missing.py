"""Missing: citizens who moved or dropped out did not become free of cost."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.cells import Cells, Counted, People
from gevinst.sources.latents import Latents
from gevinst.sources.settings import choice, per_arm
from gevinst.sources.source import MEAN, Source
from gevinst.stats.weights import beta_binomial, chances, picked
from gevinst.study.people import extreme_course, most_lost, starts_in, starts_of
from gevinst.study.study import Study
from gevinst.text.problems import Problems

Floats = NDArray[np.float64]

MOST_KR = 1e7

_ALIKE = ("no_gain", "worst", "best")
"""Treatments that give all dropouts of an arm one course, of no stratum."""

GIVEN_START = "at_random_given_start"

_OF_THE_GROUP = ("as_published", "at_random")
"""Treatments that need no citizen beside those an urn draws: fewer of them count, or all."""


# What it draws, each of an arm: chances (`gevinst.stats.weights.chances`) of which status each lost
# citizen gets, and each newcomer who is lost; a mark that the lost keep the last status seen; what
# all the lost cost, kr. a year (1, time); chances of whose course each dropout gets, and of where
# each starts and stays; of an arm and a status, chances of whose course each dropout gets who
# started in it; dropouts by the status they start in, (1, item), and what they cost then on, kr. a
# year (1, time), or a mark that they stay there; kr. a year more for each missing citizen, (1,).
_MOVED, _NEWCOMERS, _KEPT, _COST = "moved:", "lost:", "kept:", "cost:"
_DROPOUT, _UNCHANGED, _EXTRA, _FROM = "dropout:", "unchanged:", "extra_cost:", "dropout_from:"
_START, _LATER, _STAY = "dropouts_start:", "dropouts_later:", "dropouts_stay:"


@dataclass(frozen=True)
class Missing(Source):
    """Say what became of the missing: of those who moved, and of those who dropped out.

    Parameters
    ----------
    moved : {"at_random", "as_published", "last_status", "worst", "best"}
        A citizen lost to follow-up at a time gets the status of a random other citizen of the arm
        at that time (a hot deck); stays at the published cost; keeps the last status seen; or costs
        what is worst, or best, for the difference between the arms: nothing, or as much as the
        dearest status of either arm.
    dropouts : {"at_random", "at_random_given_start", "as_published", "unchanged", "no_gain", ...}
        A dropout gets the whole course of a random citizen of the arm, or of one who started in the
        same status (of the arm, where the start is not known or nobody else started there); stays
        out of the calculation; stays where it started, at the study's rates; gains 0 kr.; or costs,
        after the start, what is worst, or best, for the difference (``worst``, ``best``). A start
        that is not known is a random citizen's, or the worst or best of those seen. A study that
        does not say has ``at_random_given_start`` where it knows the start of a dropout (`usual`).
    extra_cost : mapping of arm to number
        kr. a year that each missing citizen of an arm costs more than the status given says: the
        delta of a delta-adjustment (0 is missing at random within the arm).
    target : {"mean", "new_group"}
        In a new group the number of dropouts is drawn too: beta-binomial, with Jeffreys' prior.
        Missing at random all of the group count, as newcomers are exchangeable.

    Notes
    -----
    Picks are made anew in every row, from the row's own citizen weights when outcomes vary too.
    ``worst`` and ``best`` are at published rates: attainable limits in the sense of Horowitz &
    Manski (2000), JASA 95(449), 77-84, the bounds of `gevinst.missing`.

    References
    ----------
    Rubin & Schenker (1986), Multiple imputation for interval estimation from simple random samples
    with ignorable nonresponse, JASA 81(394), 366-374: draws from the Bayesian bootstrap, also
    within the cells of one start.
    """

    name: str = "missing"
    moved: str = choice("at_random", "as_published", "last_status", "worst", "best")
    dropouts: str = choice(
        *("at_random", GIVEN_START, "as_published", "unchanged", "no_gain", "worst", "best")
    )
    extra_cost: tuple[tuple[str, float], ...] = per_arm(-MOST_KR, MOST_KR)
    target: str = MEAN

    @classmethod
    def usual(cls, study: Study, target: str) -> Mapping[str, object]:
        """Dropouts are like those who started as they did, where that is known.

        Newcomers of a new group have no start yet: all are like random citizens.
        """
        known = target == MEAN and study.dropout_starts.any()
        return {"dropouts": GIVEN_START} if known else {}

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse what nobody can tell, and an extra cost of an arm or a status there is not."""
        if self.moved == "at_random":
            lost = study.counts[..., study.lost].sum(axis=-1)
            for a, t in np.argwhere((lost > 0) & (lost == study.counts.sum(axis=-1))):
                problems.add("E150", "counts", None, study.times[t].id, arm=study.arms[a].id)
        stay = self.dropouts == "unchanged" and study.dropout_starts.any()
        if len(study.strata) > 1 and study.statuses and (self.dropouts in _ALIKE or stay):
            problems.add("E131", "settings", None, self.dropouts)
        if self.dropouts == GIVEN_START:
            self._check_starts(study, problems)
        for arm, kr in self.extra_cost:
            if arm not in study.axes.arms:
                problems.add(
                    "E030", "settings", None, arm, column="extra_cost", known=study.axes.arms
                )
            if kr and not any(item.lost for item in study.items):
                problems.add("E083", "settings", None, f"{arm} = {kr:g}")

    def _check_starts(self, study: Study, problems: Problems) -> None:
        """Refuse starts that are not there; say where nobody else started as a dropout did."""
        if self.target != MEAN:
            problems.add("E209", "settings", None, self.dropouts)
        elif not study.dropout_starts.any():
            problems.add("E208", "settings", None, self.dropouts)
        for a, arm in enumerate(study.arms):
            for i, number, seen in _by_start(study, a):
                if not seen:
                    item = study.items[i]
                    said = {"arm": arm.label, "status": item.label, "n": number}
                    problems.add("W150", "settings", None, item.id, **said)

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw what `gevinst.build` gives the missing; see `gevinst.sources.latents`."""
        drawn: dict[str, NDArray[np.generic]] = {}
        for a, arm in enumerate(study.arms):
            most = max(most_lost(study, a)) if study.statuses else 0
            if most and self.moved == "at_random":
                # In a new group more can be lost than in the one seen.
                mean = self.target == MEAN
                name, picks = (_MOVED, most) if mean else (_NEWCOMERS, arm.enrolled)
                drawn[name + arm.id] = latents.row_first(chances(picks, rows, rng))
            elif most and self.moved == "last_status":
                drawn[_KEPT + arm.id] = np.ones(1)
            elif most and self.moved != "as_published":
                drawn[_COST + arm.id] = extreme_course(study, a, self.moved)[1][np.newaxis]
            if self.target != MEAN and self.dropouts in _OF_THE_GROUP:
                jeffreys = arm.dropouts + 0.5, arm.analysed + 0.5
                left = beta_binomial(arm.enrolled, *jeffreys, rows, rng)
                # A group that nobody is left of shows nothing: one citizen stays.
                left = np.minimum(left, arm.enrolled - 1)
                drawn[latents.left(arm.id)] = left
                seen = arm.enrolled - left if self.dropouts == "as_published" else [arm.enrolled]
                drawn[latents.followed(arm.id)] = np.asarray(seen)
            elif arm.dropouts and self.dropouts != "as_published":
                drawn |= self._of_dropouts(study, a, rows, rng)
        for whose, kr in self.extra_cost:
            drawn[_EXTRA + whose] = np.full(1, kr)
        return drawn

    def _of_dropouts(
        self, study: Study, a: int, rows: int, rng: np.random.Generator
    ) -> dict[str, NDArray[np.generic]]:
        """Draw what becomes of an arm's dropouts, who come into the sum."""
        arm = study.arms[a]
        if self.dropouts == "no_gain":
            return {_START + arm.id: np.zeros((1, len(study.items)))}
        if self.dropouts in ("worst", "best"):
            start, later = extreme_course(study, a, self.dropouts)
            starts = starts_in(study, a, start)[np.newaxis]
            return {_START + arm.id: starts, _LATER + arm.id: later[np.newaxis]}
        drawn: dict[str, NDArray[np.generic]] = {}
        known = starts_of(study, a)
        if self.dropouts == "at_random":
            known = np.zeros_like(known)
        elif self.dropouts == "unchanged" and known.any():
            drawn = {_START + arm.id: known[np.newaxis], _STAY + arm.id: np.ones(1)}
        kind = _UNCHANGED if self.dropouts == "unchanged" else _DROPOUT
        if rest := arm.dropouts - int(known.sum()):
            drawn[kind + arm.id] = latents.row_first(chances(rest, rows, rng))
        if self.dropouts == GIVEN_START:
            for i, number, _ in _by_start(study, a):
                drawn[_from(arm.id, study, i)] = latents.row_first(chances(number, rows, rng))
        return drawn

    def weigh(self, people: People, drawn: Latents) -> None:
        """Let dropouts come into the sum, with a course each."""
        study, arm = people.study, people.arm.id
        rest = people.arm.dropouts
        if (starts := drawn.get(_START + arm)) is not None:
            placed = np.zeros((len(study.times), len(study.items)))
            stay = _STAY + arm in drawn
            placed[: len(placed) if stay else 1] = starts[0]
            number = int(starts.sum()) if stay else rest
            people.placed, rest = (number, placed), rest - number
        copies = []
        for i, number, _ in _by_start(study, people.a):
            if (by := drawn.get(_from(arm, study, i))) is not None:
                copies.append(picked(_started_in(people, i), number, by.T))
                rest -= number
        if (by := drawn.get(_DROPOUT + arm)) is not None:
            copies.append(picked(people.weighted[0], rest, by.T))
        if copies:
            people.copies = sum(copies[1:], copies[0])
        if (by := drawn.get(_UNCHANGED + arm)) is not None:
            people.stays = picked(people.weighted[0], rest, by.T)
        people.keeps_last = _KEPT + arm in drawn
        people.counts_absent = _EXTRA + arm in drawn

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Give each citizen lost to follow-up a status, and the missing what they cost more."""
        lost = list(cells.study.lost)
        for a, (arm, strata) in enumerate(zip(cells.study.arms, cells.counted, strict=True)):
            for k, counted in enumerate(strata):
                _place(cells.study, a, counted, drawn)
                if (kr := drawn.get(_COST + arm.id)) is not None:
                    _charge_lost(cells, a, k, kr[0])
                if (kr := drawn.get(_LATER + arm.id)) is not None:
                    for t in range(1, len(kr[0])):
                        cells.charge(a, k, t, np.full(1, float(arm.dropouts)), float(kr[0, t]))
            if (extra := drawn.get(_EXTRA + arm.id)) is None:
                continue
            for counted in strata:
                _mark_absent(counted, lost)
            # Statuses of the lost hold those who cost more, at what they cost more.
            cells.reprice(a, lost, extra)

    def follows(self, drawn: Latents) -> bool:
        """Dropouts who are like a citizen, and the lost who keep a status, are followed."""
        return any(name.startswith((_DROPOUT, _FROM, _UNCHANGED, _KEPT)) for name in drawn)

    def keeps(self, study: Study) -> Collection[str]:
        """The last status seen may be of a time that counts for nothing; starts are told apart."""
        times = study.axes.times if self.moved == "last_status" else ()
        known = study.dropout_starts.any(axis=0) if self.dropouts == GIVEN_START else ()
        return (*times, *(study.items[i].id for i in np.flatnonzero(known)))

    @property
    def moves_mean(self) -> bool:
        """A publication takes the missing as it counts them."""
        as_published = {self.moved, self.dropouts} == {"as_published"}
        return not as_published or any(kr for _, kr in self.extra_cost)


def _by_start(study: Study, a: int) -> Iterator[tuple[int, int, bool]]:
    """Give each status that dropouts of an arm started in, how many, and if others did."""
    known = starts_of(study, a)
    for i in np.flatnonzero(known).tolist():
        yield i, int(known[i]), bool(study.counts[a, 0, i])


def _from(arm: str, study: Study, i: int) -> str:
    return f"{_FROM}{arm}:{study.items[i].id}"


def _started_in(people: People, i: int) -> Floats:
    """Whom a dropout who started in a status is like, shape (path, row).

    Those of the row who started there; of the arm, where the row weighs none of them; all of the
    row, where nobody else did.
    """
    weights, here = people.weighted[0], (people.paths[0] == i).T
    found = np.where(here, weights, 0.0)
    for others in (np.where(here, people.sizes, 0.0), weights):
        found = np.where(found.any(axis=0), found, others)
    return found


def _charge_lost(cells: Cells, a: int, k: int, kr: Floats) -> None:
    """Charge for an arm's citizens lost to follow-up, in place: they are in no status."""
    counted, lost = cells.counted[a][k], list(cells.study.lost)
    for layer in counted.layers:
        for t, at_time in enumerate(layer):
            if at_time[lost].any():
                cells.charge(a, k, t, at_time[lost].sum(axis=0), float(kr[t]))
                at_time[lost] = 0.0


def _place(
    study: Study, a: int, counted: Counted, drawn: Mapping[str, NDArray[np.generic]]
) -> None:
    """Give each citizen of an arm lost to follow-up a status, in place."""
    arm, lost = study.arms[a].id, list(study.lost)
    moved, newcomers = (drawn.get(kind + arm) for kind in (_MOVED, _NEWCOMERS))
    by = moved if newcomers is None else newcomers
    if by is None:
        return
    for t, most in enumerate(most_lost(study, a)):
        layers = [layer[t] for layer in counted.layers]
        masses = [at_time[lost].sum(axis=0) for at_time in layers]
        for at_time in layers:
            at_time[lost] = 0.0
        if most:
            # Each newcomer who is lost gets a status; of those seen, as many as there were.
            donors, mass = _donors(study, a, t, layers[0]), sum(masses)
            picks: Floats | int = most if newcomers is None else mass
            found = picked(donors, picks, np.asarray(by).T)
            layers[0] += found * (mass / most) if newcomers is None else found


def _donors(study: Study, a: int, t: int, at_time: Floats) -> Floats:
    """Who the lost are like: those seen in the row, or of the arm where a row sees nobody."""
    nobody = ~at_time.any(axis=0)
    if not nobody.any():
        return at_time
    seen = study.counts[a, t].astype(np.float64)
    seen[list(study.lost)] = 0.0
    return np.where(nobody, seen[:, np.newaxis], at_time)


def _mark_absent(counted: Counted, lost: list[int]) -> None:
    """Let statuses of the lost hold all who are missing, in place; at the start nobody is yet."""
    for layer in counted.layers:
        layer[:, lost] = 0.0
    counted.citizens[1:, lost[0]] = counted.absent[1:]
