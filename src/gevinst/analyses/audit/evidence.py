"""Evidence: published figures with what the study's own inputs give for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.audit.finding import CHANGES, INCONSISTENCY, MeasureName, Place, Quantity
from gevinst.analyses.audit.formulas import Formula, Span, parse
from gevinst.analyses.gain import Gain, gain
from gevinst.analyses.published import agrees, recompute
from gevinst.study.claims import Published
from gevinst.study.study import Study

_MOST_SETS = 500
"""So many sets of suppressed counts are calculated through together; beyond, time by time."""


@dataclass(frozen=True)
class Evidence:
    """What the checks read.

    Parameters
    ----------
    figures : tuple of Published
        Figures and claims.
    study : Study or None
        The inputs; None for a table by itself.
    """

    figures: tuple[Published, ...]
    study: Study | None = None

    @cached_property
    def gain(self) -> Gain | None:
        """The calculation under the study's conventions."""
        return None if self.study is None else gain(self.study)

    @cached_property
    def by_id(self) -> dict[str, Published]:
        """Figures by id."""
        return {figure.id: figure for figure in self.figures}

    @cached_property
    def spans(self) -> dict[str, Span]:
        """Every number that rounds to each figure."""
        return {
            f.id: Span(f.value - f.rounding / 2, f.value + f.rounding / 2) for f in self.figures
        }

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        """How figures follow from others, by id: as written, and as their measures say."""
        return {f.id: parse(f.follows) for f in self.figures if f.follows} | self._known()

    @cached_property
    def recomputed(self) -> dict[str, float]:
        """What the study's inputs give for each figure they say anything of."""
        if self.gain is None:
            return {}
        found = {f.id: recompute(self.gain, f) for f in self.figures}
        for name, values in self.unsettled.items():
            fitting = (value for value in values if agrees(self.by_id[name], value))
            found[name] = next(fitting, found[name])
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def unsettled(self) -> dict[str, tuple[float, ...]]:
        """What figures are under each set of counts that suppression leaves, where they differ.

        Every set of an arm's times together where these are few, else one time's sets at a time.
        """
        found: dict[str, list[float]] = defaultdict(list)
        if self.study is None:
            return {}
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
                moved = gain(replace(self.study, counts=changed, masked={}))
                for figure in self.figures:
                    value = recompute(moved, figure)
                    if value is not None:
                        found[figure.id].append(value)
        return {name: tuple(values) for name, values in found.items() if len(set(values)) > 1}

    def explained(self, figure: str) -> bool:
        """Whether some set of counts behind suppressed ones gives a published figure."""
        values = self.unsettled.get(figure, ())
        return any(agrees(self.by_id[figure], value) for value in values)

    @cached_property
    def slack(self) -> dict[str, float]:
        """How far each recalculated figure can be off because its inputs are printed rounded.

        Each rate at the end of its rounding moves a figure by so much; at worst they all move it
        the same way. Exact for figures linear in the rates, the first order for ratios.
        """
        found: dict[str, float] = defaultdict(float)
        if self.study is None:
            return found
        odd = [f for f in self.figures if f.id in self.recomputed and not self._exactly(f)]
        for k, rate in enumerate(self.study.rates if odd else ()):
            if rate.rounding > 0.0:
                rates = list(self.study.rates)
                rates[k] = replace(rate, kr=rate.kr + rate.rounding)
                moved = gain(replace(self.study, rates=tuple(rates)))
                for figure in odd:
                    value = recompute(moved, figure) or 0.0
                    found[figure.id] += abs(value - self.recomputed[figure.id])
        return found

    def _exactly(self, figure: Published) -> bool:
        return agrees(figure, self.recomputed[figure.id])

    def agrees(self, figure: Published) -> bool:
        """Whether the study's inputs give the figure, or say nothing of it."""
        value = self.recomputed.get(figure.id)
        return value is None or agrees(figure, value, self.slack.get(figure.id, 0.0))

    @property
    def headline(self) -> float | None:
        """The difference everything is about, kr. per citizen."""
        return None if self.gain is None else self.gain.difference

    def severity(self, effect: float | None) -> str:
        """Grade what moves the headline by so much: does it turn or outweigh it?"""
        headline = self.headline
        if effect is None or headline is None:
            return INCONSISTENCY
        turned = (headline + effect) * headline < 0
        return CHANGES if turned or abs(effect) > abs(headline) else INCONSISTENCY

    def place(self, figure: Published) -> Place:
        """Where a figure stands, with the study's labels; its id where it has no place."""
        parts = [
            self.label(part)
            for part in (
                figure.arm,
                figure.stratum,
                figure.item,
                figure.payer,
                figure.since,
                figure.time,
            )
            if part
        ]
        return Place(tuple(parts) or (figure.id,))

    def label(self, name: str) -> object:
        """Label of an id of the study, or the id."""
        if self.study is None:
            return name
        study = self.study
        axes = (study.arms, study.strata, study.times, study.items, study.payers)
        for named in (*(n for axis in axes for n in axis), *study.activity_items):
            if named.id == name:
                return named.label
        return study.groups[name][0] if name in study.groups else name

    def what(self, figure: Published) -> dict[str, object]:
        """Name a figure in a sentence: what it is, where, and what is printed."""
        digits = 0 if figure.value == round(figure.value) else 2
        return {
            "measure": MeasureName(figure.measure),
            "place": self.place(figure),
            "published": Quantity(figure.value, figure.unit, digits),
        }

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
            names = tuple(parts)
            if target and all(names) and target not in names:
                found[target] = parse(text.format(*names))

        for arm in dict.fromkeys(f.arm for f in self.figures if f.arm):
            parts = {m: one(m, arm=arm) for m in _PER_ARM}
            add(parts["gain_per_citizen"], "{} / {}", (parts["gain"], parts["analysed"]))
            add(parts["net_gain"], "{} - {}", (parts["gain"], self._investment(arm)))
            add(parts["net_gain_per_citizen"], "{} / {}", (parts["net_gain"], parts["analysed"]))
            add(parts["analysed"], "{} - {}", (parts["enrolled"], parts["dropouts"]))
        per_citizen = [
            one("net_gain_per_citizen", arm=arm) or one("gain_per_citizen", arm=arm)
            for arm in ("intervention", "control")
        ]
        add(one("difference"), "{} - {}", per_citizen)
        return found

    def _investment(self, arm: str) -> str | None:
        """The investment as printed to the last krone, if it is: a rounded one says less."""
        found = [f for f in self.figures if f.measure == "investment" and f.arm == arm]
        return min(found, key=lambda f: f.rounding).id if found else None


_PER_ARM = (
    *("gain", "gain_per_citizen", "net_gain", "net_gain_per_citizen"),
    *("enrolled", "analysed", "dropouts"),
)
