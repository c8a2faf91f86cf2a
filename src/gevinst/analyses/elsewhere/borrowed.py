"""Borrowed: whose effects an answer rests on, and what it is without what takes them down here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.stats.yes_no.measures import RATIOS
from gevinst.study.elsewhere.effects import (
    Effect,
    Factor,
    with_elsewhere,
    without_transfer,
)
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language

_TOKEN = re.compile(r"[\w-]+(?:\.[\w-]+)*")
"""What can be the id of a reference."""

_HALF_ORE = 0.005
"""Less apart than this two amounts are one."""


@dataclass(frozen=True)
class Borrowed:
    """What an answer takes from elsewhere.

    Parameters
    ----------
    effects : tuple of Effect
        Those that something follows from.
    factors : tuple of Factor
        What comes off them.
    difference : float
        As calculated, kr. per citizen.
    whole : float
        The same if all of each effect is expected here.
    nothing_off : float
        The same as calculated, if nothing comes off the effects.
    references : mapping of str to Label
        What publications are called that sources name.
    """

    effects: tuple[Effect, ...]
    factors: tuple[Factor, ...]
    difference: float
    whole: float
    nothing_off: float
    references: Mapping[str, Label] = field(default_factory=dict)

    def said(self, lang: Lang) -> list[str]:
        """Say it, a sentence each: whose effects, what is expected of them, what comes off."""
        text = language(lang)
        return [self.lead(text), *self.transfer(text), *self.off(text)]

    def lead(self, text: Language) -> str:
        """Say whose effects they are, each with its size and how sure it is."""
        said = (
            text(
                "borrowed.effect",
                effect=text.label(each.label),
                size=size_said(each, text),
                sure=sure_said(each, text),
                source=self.cited(each.source, text),
            )
            for each in self.effects
        )
        return text("borrowed.lead", effects="; ".join(said))

    def cited(self, source: str, text: Language) -> str:
        """Say where something stands, references by their labels."""
        return _TOKEN.sub(
            lambda token: text.label(self.references.get(token[0], {"": token[0]})), source
        )

    def transfer(self, text: Language) -> Iterator[str]:
        """Say how much of them is expected here, and the answer without that."""
        parts = [
            text("borrowed.part", effect=text.label(each.label), share=text.percent(each.transfer))
            for each in self.effects
            if each.transfer < 1.0
        ]
        if parts:
            whole, kr = text.kr(self.whole), text.kr(self.difference)
            yield text("borrowed.transfer", parts=", ".join(parts), kr=kr, whole=whole)

    def without(self) -> Iterator[tuple[str, float]]:
        """Go through the answers without what takes the effects down: (what, kr. per citizen)."""
        if any(each.transfer < 1.0 for each in self.effects):
            yield "whole", self.whole
        if self.factors:
            yield "nothing_off", self.nothing_off

    def off(self, text: Language) -> Iterator[str]:
        """Say what comes off them, and the answer if nothing did."""
        if not self.factors:
            return
        parts = "; ".join(self._factor(each, text) for each in self.factors)
        whole, kr = text.kr(self.nothing_off), text.kr(self.difference)
        yield text("borrowed.off", parts=parts, kr=kr, whole=whole)
        if self.difference > self.nothing_off + _HALF_ORE:
            yield text("borrowed.softens")

    def _factor(self, factor: Factor, text: Language) -> str:
        """Say what comes off: its share, its range, and whose word it is."""
        name, share = text(f"borrowed.{factor.id}"), text.percent(factor.share)
        span = ""
        if factor.high > factor.low:
            low, high = (text.percent(each) for each in (factor.low, factor.high))
            span = text("borrowed.range", low=low, high=high)
        source = self.cited(factor.source, text)
        return text("borrowed.factor", name=name, share=share, range=span, source=source)


def borrowed(study: Study) -> Borrowed | None:
    """Return what the answers to a study take from elsewhere; None where that is nothing."""
    said = study.elsewhere
    if said is None:
        return None
    used = {each.effect for each in said.consequences}
    return Borrowed(
        tuple(each for each in said.effects if each.id in used),
        said.factors,
        _difference(study),
        _difference(without_transfer(study)),
        _difference(with_elsewhere(study, replace(said, factors=()))),
        study.references,
    )


def _difference(study: Study) -> float:
    return float(evaluate(build(study)).difference()[0])


def size_said(effect: Effect, text: Language) -> str:
    """Say how large an effect is; of a ratio, on what share, and what that is."""
    if effect.measure == "kr":
        return text.kr(effect.estimate)
    size = text(f"borrowed.{effect.measure}", x=text.number(effect.estimate, _digits(effect)))
    if effect.measure not in RATIOS or effect.baseline is None:
        return size
    share, points = text.percent(effect.baseline), text.number(100.0 * effect.point, 1)
    return text("borrowed.on_baseline", size=size, share=share, points=points)


def sure_said(effect: Effect, text: Language) -> str:
    """Say how sure an effect is where it was measured: an interval, a standard error, or none."""
    if effect.level:
        kr = effect.measure == "kr"
        ends = (effect.low, effect.high)
        low, high = (text.kr(end) if kr else text.number(end, _digits(effect)) for end in ends)
        return text("borrowed.interval", level=text.percent(effect.level), low=low, high=high)
    if effect.se:
        kr = effect.measure == "kr"
        return text("borrowed.se", se=text.kr(effect.se) if kr else text.number(effect.se, 2))
    return text("borrowed.no_interval")


def _digits(effect: Effect) -> int:
    return 2 if effect.measure in RATIOS else 1
