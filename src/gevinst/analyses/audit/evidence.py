"""Evidence: published figures, and beside a study what its own inputs give for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.audit.finding import (
    CHANGES,
    INCONSISTENCY,
    Finding,
    MeasureName,
    Place,
    Quantity,
    Quote,
    about,
)
from gevinst.analyses.audit.formulas import Formula, Span, circles, name_in_formula, parse
from gevinst.analyses.gain import Gain, gain
from gevinst.analyses.headline import headlines, nearest, one_rate_off
from gevinst.analyses.published import Unpriced, recompute
from gevinst.model.horizons import CONVENTIONS
from gevinst.study.claims import Published
from gevinst.study.comparison import USUAL
from gevinst.study.study import Study
from gevinst.text.language import digits_apart

_MOST_SETS = 500
"""So many sets of suppressed counts are calculated through together; beyond, time by time."""

NOTHING = 0.5
"""kr. per citizen: what moves the headline by less has no effect."""

_PER_ARM = (
    *("gain", "gain_per_citizen", "net_gain", "net_gain_per_citizen"),
    *("enrolled", "analysed", "dropouts"),
)


def half_digit(figure: Published) -> float:
    """How far the number behind a figure can lie from it; people and contacts are whole."""
    counted = figure.unit in ("citizens", "contacts") and figure.rounding == 1.0
    return 0.0 if counted else figure.rounding / 2


def is_masked(figure: Published) -> bool:
    """Whether a figure is a count that is only said to be below a number."""
    return figure.relation == "<" and figure.unit == "count"


def span(figure: Published) -> Span:
    """Every number that rounds to a figure; of a masked count every whole one below it."""
    if is_masked(figure):
        return Span(0.0, figure.value - 1.0)
    half = half_digit(figure)
    return Span(figure.value - half, figure.value + half)


@dataclass(frozen=True)
class Evidence:
    """What a check reads of published figures by themselves, as in a bare table.

    Parameters
    ----------
    figures : tuple of Published
        Figures and claims.
    """

    figures: tuple[Published, ...]

    @cached_property
    def by_id(self) -> dict[str, Published]:
        """Figures by id."""
        return {figure.id: figure for figure in self.figures}

    @cached_property
    def spans(self) -> dict[str, Span]:
        """Every number that each figure can be."""
        return {figure.id: span(figure) for figure in self.figures}

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        """How figures follow from others, by id: as written, and as their measures say.

        What is made of itself, through others or at once, is held against nothing, so it has none.
        """
        written = {f.id: parse(f.follows) for f in self.figures if f.follows}
        round_ = {way[0] for way in circles({name: f.names for name, f in written.items()})}
        kept = {name: formula for name, formula in written.items() if name not in round_}
        return kept | self._known()

    @cached_property
    def recomputed(self) -> Mapping[str, float]:
        """What inputs give for each figure they say anything of; there are none."""
        return {}

    @property
    def annual(self) -> bool:
        """Whether a gain is known to be an annual level, and no sum over time."""
        return False

    def agrees(self, figure: Published) -> bool:
        """Whether inputs give the figure, or say nothing of it."""
        return True

    @cached_property
    def off(self) -> set[str]:
        """Ids of figures that inputs do not give, whatever their roundings."""
        return {f.id for f in self.figures if not self.agrees(f)}

    def ties(self, figure: Published) -> tuple[str, ...]:
        """What a finding about a figure is about: the figure, and the count it is a number of."""
        if figure.measure not in ("citizens", "share"):
            return (about(figure.id),)
        return about(figure.id), f"count {figure.arm} {figure.item} {figure.time}"

    def explained(self, figure: str) -> bool:
        """Whether some set of counts behind suppressed ones gives a published figure."""
        return False

    def label(self, name: str) -> object:
        """Label of an id, or the id."""
        return name

    def labels(self, *names: str) -> Place:
        """Name a place by ids, empty ones left out."""
        return Place(tuple(self.label(name) for name in names if name))

    def place(self, figure: Published) -> Place:
        """Where a figure stands; its id where it has no place."""
        where = (figure.arm, figure.stratum, figure.item, figure.payer, figure.since, figure.time)
        return self.labels(*where) if any(where) else Place((figure.id,))

    def finding(
        self,
        code: str,
        figure: Published,
        recomputed: float | None = None,
        severity: str = INCONSISTENCY,
        /,
        **values: object,
    ) -> Finding:
        """Make a finding about a figure, whose sentence names it and `values`."""
        digits = figure.digits
        named = {
            "measure": MeasureName(figure.measure),
            "place": self.place(figure),
            "published": Quantity(figure.value, figure.unit, digits),
            "claim": Quote(figure.quote),
        }
        if recomputed is not None:
            apart = digits_apart(figure.value, recomputed, digits)
            named["recomputed"] = Quantity(recomputed, figure.unit, apart)
        named |= values
        place = figure.id, figure.source
        return Finding(code, *place, figure.value, recomputed, severity, values=named)

    def _known(self) -> dict[str, Formula]:
        """Formulas that follow from what the measures mean, where all parts are published."""
        found: dict[str, Formula] = {}

        def one(measure: str, **place: str) -> str | None:
            wanted = {"arm": "", "time": "", "since": "", "item": "", "stratum": "", **place}
            for f in self.figures:
                plain = f.measure == measure and f.relation == "=" and not f.follows
                if plain and all(getattr(f, key) == value for key, value in wanted.items()):
                    return f.id
            return None

        def add(target: str | None, text: str, parts: Iterable[str | None]) -> None:
            names = [name for name in parts if name]
            if target and len(names) == text.count("{}") and target not in names:
                found[target] = parse(text.format(*map(name_in_formula, names)))

        for arm in dict.fromkeys(f.arm for f in self.figures if f.arm):
            parts = {m: one(m, arm=arm) for m in _PER_ARM}
            add(parts["gain_per_citizen"], "{} / {}", (parts["gain"], parts["analysed"]))
            add(parts["net_gain"], "{} - {}", (parts["gain"], self._investment(arm)))
            add(parts["net_gain_per_citizen"], "{} / {}", (parts["net_gain"], parts["analysed"]))
            add(parts["analysed"], "{} - {}", (parts["enrolled"], parts["dropouts"]))
        per_citizen = [
            one("net_gain_per_citizen", arm=arm) or one("gain_per_citizen", arm=arm)
            for arm in self.pair
        ]
        add(one("difference"), "{} - {}", per_citizen)
        return found

    @property
    def pair(self) -> tuple[str, ...]:
        """The arms that a difference is of, the treated first."""
        return USUAL.arms

    def _investment(self, arm: str) -> str | None:
        """The investment as printed to the last krone, if it is: a rounded one says less."""
        found = [f for f in self.figures if f.measure == "investment" and f.arm == arm]
        return min(found, key=lambda f: f.rounding).id if found else None


@dataclass(frozen=True)
class StudyEvidence(Evidence):
    """What a check reads of a study's figures: beside them, what the study's inputs give for each.

    Parameters
    ----------
    study : Study
        The inputs, under the conventions it carries.
    """

    study: Study

    @property
    def pair(self) -> tuple[str, ...]:
        """The arms that the study compares."""
        return self.study.contrast.arms

    @cached_property
    def gain(self) -> Gain:
        """The calculation under the study's conventions."""
        return gain(self.study)

    @cached_property
    def recomputed(self) -> Mapping[str, float]:
        """What the study's inputs give for each figure they say anything of."""
        own = self.gain if self.study.priced else Unpriced(self.study)
        found = {f.id: recompute(own, f) for f in self.figures}
        for name, values in self.unsettled.items():
            fitting = (value for value in values if self.by_id[name].agrees(value))
            found[name] = next(fitting, found[name])
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def unsettled(self) -> dict[str, tuple[float, ...]]:
        """What figures are under each set of counts that suppression leaves, where they differ.

        Every set of an arm's times together where these are few, else one time's sets at a time.
        """
        found: dict[str, list[float]] = defaultdict(list)
        for arm, by_time in self.study.masked.items():
            a = self.study.axes.at("arm", arm)
            filled = self.study.counts[a]
            several: Iterator[Sequence[NDArray[np.int64]]] = product(*by_time)
            if prod(map(len, by_time)) > _MOST_SETS:
                several = (
                    [*filled[:t], one, *filled[t + 1 :]]
                    for t, sets in enumerate(by_time)
                    for one in sets[:_MOST_SETS]
                )
            for counts in several:
                changed = self.study.counts.copy()
                changed[a] = np.array(counts)
                other = replace(self.study, counts=changed, masked={})
                moved = gain(other) if other.priced else Unpriced(other)
                for figure in self.figures:
                    value = recompute(moved, figure)
                    if value is not None:
                        found[figure.id].append(value)
        return {name: tuple(values) for name, values in found.items() if len(set(values)) > 1}

    @cached_property
    def slack(self) -> dict[str, float]:
        """How far each recalculated figure can be off because its inputs are printed rounded.

        Each rate at the end of its rounding moves a figure by so much; at worst they all move it
        the same way. Exact for figures linear in the rates, the first order for ratios.
        """
        found: dict[str, float] = defaultdict(float)
        given = self.recomputed
        odd = [f for f in self.figures if f.id in given and not f.agrees(given[f.id])]
        for study in one_rate_off(self.study) if odd else ():
            moved = gain(study)
            for figure in odd:
                value = recompute(moved, figure) or 0.0
                found[figure.id] += abs(value - given[figure.id])
        return found

    @property
    def annual(self) -> bool:
        """Whether a gain is an annual level, and no sum over time."""
        return CONVENTIONS[self.study.conventions.horizon].annual

    def agrees(self, figure: Published) -> bool:
        """Whether the study's inputs give the figure, or say nothing of it."""
        value = self.recomputed.get(figure.id)
        return value is None or figure.agrees(value, self.slack.get(figure.id, 0.0))

    def explained(self, figure: str) -> bool:
        """Whether some set of counts behind suppressed ones gives a published figure."""
        values, printed = self.unsettled.get(figure, ()), self.by_id.get(figure)
        if printed in headlines(self.study) and values:
            # Sets of several times together, of which `unsettled` may have had too many.
            values = (*values, nearest(self.study, printed, self.recomputed[figure]))
        return any(self.by_id[figure].agrees(value) for value in values)

    def label(self, name: str) -> object:
        """Label of an id of the study, or the id."""
        return self.study.labels.get(name, name)

    def severity(self, effect: float) -> str:
        """Grade what moves the headline by so much: does it turn or outweigh it?"""
        headline = self.gain.difference
        turned = (headline + effect) * headline < 0
        return CHANGES if turned or abs(effect) > abs(headline) else INCONSISTENCY

    def moving(self, effect: float, finding: Finding) -> Finding:
        """Say of a finding how much it moves the headline, and grade it by that."""
        return replace(finding, headline=effect, severity=self.severity(effect))
