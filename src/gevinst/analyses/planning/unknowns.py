"""What a study leaves open, and between what its difference lies as long as it is.

Three kinds of unknowns. *Readings* are alternatives of which one holds; *amounts* lie between two
ends that the study states; of *people* it is not known where they were. Given the readings, amounts
and people add up, each citizen and each line by itself, so the ends of all together are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.lost.assumed import BEST, WORST, Arm
from gevinst.analyses.scenarios.axes import readings_of
from gevinst.analyses.turning.ends import difference
from gevinst.analyses.turning.misclassified import doubts
from gevinst.sources.registry import chosen
from gevinst.sources.unknown import Unknown
from gevinst.study.conventions import AVERAGED
from gevinst.study.named import label_of
from gevinst.study.people import extreme_course, most_lost, starts_of
from gevinst.study.prices import priced
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, language

Floats = NDArray[np.float64]
Range = tuple[float, float]

LOST, HEARSAY, HIDDEN = "lost", "hearsay", "hidden_counts"
PEOPLE = (LOST, HEARSAY, HIDDEN)
"""Unknowns of people; their answers are all that can be true of each citizen, and need no list."""
READINGS = ("basis", "weights", "payers", "heads")
"""Unknowns that conventions of a study answer."""


def unknowns(study: Study) -> tuple[Unknown, ...]:
    """Return what a study leaves open that moves its difference, or can."""
    amounts = (each for source in chosen(study) for each in source.unknowns(study))
    return (*readings(study), *amounts, *_amounts(study), *_people(study))


def readings(study: Study) -> Iterator[Unknown]:
    """Yield alternatives that the study states, and whom what was paid for a group was for."""
    for axis in readings_of(study):
        answers = tuple(partial(_read, reading=axis.name, as_=each) for each in axis.choices)
        labels = tuple(
            axis.labels.get(each) or {code: axis.label(each, language(code)) for code in LANGUAGES}
            for each in axis.choices
        )
        names: dict[str, Label | float] = {}
        if axis.name == "heads":
            paid = [
                arm
                for a, arm in enumerate(study.arms)
                if arm.dropouts and study.group_lines[a].any() and study.contrast.sign(arm.id)
            ]
            names["analysed"] = sum(arm.analysed for arm in paid)
            names["enrolled"] = sum(arm.enrolled for arm in paid)
        yield Unknown(axis.name, answers, names, labels)


def _read(study: Study, reading: str, as_: str) -> Study:
    return study.choose(**{reading: as_})  # type: ignore[arg-type]


def _amounts(study: Study) -> Iterator[Unknown]:
    """Yield prices of lines that are only known to lie between two ends."""
    maps = [each[..., i] for each in study.rate_maps.values() for i in study.statuses]
    of_statuses = {int(rate) for each in maps for rate in each.flat}
    for k, rate in enumerate(study.rates):
        if (ends := rate.distribution.ends) is None or k in of_statuses:
            continue
        answers = tuple(partial(_priced, rate=k, kr=kr) for kr in ends)
        what = _together([rate.label] if rate.label else priced(study, k))
        names: dict[str, Label | float] = {"what": what}
        names |= {"least": ends[0] / rate.per, "most": ends[1] / rate.per}
        yield Unknown(f"amount.{rate.id}", answers, names)


def _priced(study: Study, rate: int, kr: float) -> Study:
    rates = study.rates
    return replace(study, rates=(*rates[:rate], replace(rates[rate], kr=kr), *rates[rate + 1 :]))


def _together(labels: tuple[Label, ...] | list[Label], mark: str = "{}") -> Label:
    """Write several labels as one."""
    said = {code: map(language(code).label, labels) for code in LANGUAGES}
    return {code: ", ".join(map(mark.format, each)) for code, each in said.items()}


def _people(study: Study) -> Iterator[Unknown]:
    """Yield whom the counts do not tell."""
    if not study.statuses:
        return
    arms = [Arm(study, study.axes.at("arm", arm)) for arm in study.contrast.arms]
    if any(arm.lost_somebody for arm in arms):
        times = arms[0].counted_times
        lost = ([most_lost(study, arm.a)[t] for t in times] for arm in arms)
        names = {
            "dropouts": sum(arm.dropouts for arm in arms),
            "unknown": sum(arm.unknown for arm in arms),
            "moved": sum(max(each, default=0) for each in lost),
        }
        yield Unknown(LOST, (), names)
    if doubted := doubts(study):
        statuses = [label_of(study.items, s) for each in doubted for s in each.statuses]
        yield Unknown(HEARSAY, (), {"statuses": _together(statuses, "«{}»")})
    if study.masked:
        yield Unknown(HIDDEN, ())


@dataclass(frozen=True)
class _Case:
    """One answer to every reading.

    Parameters
    ----------
    read : mapping of str to int
        Which answer, by the name of the reading.
    study : Study
        Under the answers.
    lines : float
        The difference without what its counted citizens contribute, kr. per citizen.
    moves : mapping of str to tuple of float
        What each answer to an amount moves it by.
    """

    read: Mapping[str, int]
    study: Study
    lines: float
    moves: Mapping[str, Sequence[float]]


class Open:
    """What is open in a study, and the ends of its difference.

    All of it, for what moves nothing by itself can move something beside another answer.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    answered : sequence of str
        Names of unknowns that are none any more.
    """

    def __init__(self, study: Study, answered: Sequence[str] = ()) -> None:
        self.study, self.difference = study, difference(study)
        self.unknowns = [each for each in unknowns(study) if each.name not in answered]

    def alone(self, unknown: Unknown) -> tuple[float, ...]:
        """Differences under the answers to one, with all else as published."""
        if unknown.answers:
            return tuple(difference(answer(self.study)) for answer in unknown.answers)
        lines = self._lines(self.study, unknown.name == LOST)
        each = ({unknown.name: which} for which in (WORST, BEST))
        return tuple(lines + contributed(self.study, ways) for ways in each)

    def _lines(self, study: Study, lost: bool) -> float:
        """Return the difference without what citizens in statuses contribute.

        Where the dropouts are counted, an investment is spread over them too.
        """
        if lost and self._dropped and study.conventions.heads == AVERAGED:
            study = study.choose(heads="enrolled")
        return difference(study) - contributed(study, {})

    @property
    def _dropped(self) -> bool:
        at = self.study.axes.at
        return any(self.study.arms[at("arm", arm)].dropouts for arm in self.study.contrast.arms)

    @cached_property
    def _cases(self) -> tuple[_Case, ...]:
        lost = any(each.name == LOST for each in self.unknowns)
        # Whom an investment is for is settled by counting the dropouts.
        settled = ("heads",) if lost and self._dropped else ()
        readings = [u for u in self.unknowns if u.name in READINGS and u.name not in settled]
        amounts = [u for u in self.unknowns if u.answers and u.name not in READINGS]
        found = []
        for picked in product(*(range(len(each.answers)) for each in readings)):
            study = self.study
            for each, at in zip(readings, picked, strict=True):
                study = each.answers[at](study)
            lines = self._lines(study, lost)
            moves = {
                each.name: [self._lines(answer(study), lost) - lines for answer in each.answers]
                for each in amounts
            }
            names = (each.name for each in readings)
            found.append(_Case(dict(zip(names, picked, strict=True)), study, lines, moves))
        return tuple(found)

    def range(self, known: Mapping[str, int | str] | None = None) -> Range:
        """Return the ends of the difference over all that is open, but for what is known.

        Parameters
        ----------
        known : mapping of str to int or str, optional
            Name of an unknown -> which of its answers is true; of people ``worst`` or ``best``.
        """
        fixed = known or {}
        people = [each.name for each in self.unknowns if not each.answers]
        cases = [
            case
            for case in self._cases
            if all(case.read[name] == at for name, at in fixed.items() if name in case.read)
        ]
        low, high = (
            end(
                case.lines
                + contributed(case.study, {name: str(fixed.get(name, which)) for name in people})
                + sum(
                    moves[int(fixed[name])] if name in fixed else end(moves)
                    for name, moves in case.moves.items()
                )
                for case in cases
            )
            for end, which in ((min, WORST), (max, BEST))
        )
        return low, high

    def left(self, unknown: Unknown) -> float:
        """Return the width of what is still open when one is known, kr. per citizen.

        The largest over its answers at the ends; of people over the worst and the best.
        """
        answers = range(len(unknown.answers)) if unknown.answers else (WORST, BEST)
        ranges = (self.range({unknown.name: at}) for at in answers)
        return max(high - low for low, high in ranges)


def contributed(study: Study, ways: Mapping[str, str]) -> float:
    """Return what citizens in statuses contribute to the difference, kr. per citizen.

    Parameters
    ----------
    study : Study
        Under its conventions.
    ways : mapping of str to str
        For some of `PEOPLE` whether what is true of them is ``worst`` or ``best`` for the
        difference; the others are as published. The lost as `gevinst.missing` has them; of reports
        whichever are false; of suppressed counts the set that adds up, each time by itself.
    """
    total = 0.0
    for arm in study.contrast.arms if study.statuses else ():
        a = study.axes.at("arm", arm)
        worth = study.contrast.sign(arm) * study.status_horizon[:, None] * study.status_costs[a]
        gained, dropouts = 0.0, 0
        if LOST in ways:
            start, kr = extreme_course(study, a, ways[LOST])
            each = study.contrast.sign(arm) * study.status_horizon * kr
            each[0] = worth[0, start] if start >= 0 else 0.0
            dropouts, known = study.arms[a].dropouts, starts_of(study, a)
            started = float(known @ worth[0] + known.sum() * each[1:].sum())
            gained = started + (dropouts - int(known.sum())) * float(each.sum())
            worth[:, list(study.lost)] = each[:, None]
        if HEARSAY in ways:
            _doubt(study, a, worth, ways[HEARSAY])
        for t, counts in enumerate(study.counts[a]):
            hidden = HIDDEN in ways and arm in study.masked
            by_set = (study.masked[arm][t] if hidden else counts[None]) @ worth[t]
            gained += float(by_set.min() if ways.get(HIDDEN) == WORST else by_set.max())
        total += gained / (study.arms[a].analysed + dropouts)
    return total


def _doubt(study: Study, a: int, worth: Floats, which: str) -> None:
    """Let reports be false where that is worst, or best, for the difference, in place.

    Those after the start, and where the status instead has a price.
    """
    for doubted in doubts(study):
        j = study.axes.at("item", doubted.instead)
        priced_ = study.rate_of[a, 0, :, j] >= 0
        priced_[0] = False
        for status in doubted.statuses:
            i = study.axes.at("item", status)
            of_two = np.sort(worth[:, [i, j]], axis=1)[:, 0 if which == WORST else 1]
            worth[:, i] = np.where(priced_, of_two, worth[:, i])
