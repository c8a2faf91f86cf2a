"""Borrowed: whose effects an answer rests on, and what it is without what takes them down here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.stats.yes_no.measures import RATIOS
from gevinst.study.elsewhere.effects import (
    Effect,
    Elsewhere,
    Factor,
    with_elsewhere,
    without_transfer,
)
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language


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
    """

    effects: tuple[Effect, ...]
    factors: tuple[Factor, ...]
    difference: float
    whole: float
    nothing_off: float

    def said(self, lang: Lang) -> list[str]:
        """Say it, a sentence each: whose effects, what is expected of them, what comes off."""
        text = language(lang)
        return [self.lead(text), *self.transfer(text), *self.off(text)]

    def lead(self, text: Language) -> str:
        """Say whose effects they are, each with its size and how sure it is."""
        return text("borrowed.lead", effects="; ".join(effect_said(e, text) for e in self.effects))

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
        parts = "; ".join(factor_said(each, text) for each in self.factors)
        whole, kr = text.kr(self.nothing_off), text.kr(self.difference)
        yield text("borrowed.off", parts=parts, kr=kr, whole=whole)


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
        _difference(with_elsewhere(study, nothing_off(said))),
    )


def nothing_off(elsewhere: Elsewhere) -> Elsewhere:
    """Return the same where nothing comes off the effects."""
    return replace(elsewhere, factors=())


def _difference(study: Study) -> float:
    return float(evaluate(build(study)).difference()[0])


def effect_said(effect: Effect, text: Language) -> str:
    """Say an effect: its label, its size with how sure it is, and where it stands."""
    ratio = effect.measure in RATIOS
    digits = 2 if ratio else 1
    size = text(f"borrowed.{effect.measure}", x=text.number(effect.estimate, digits))
    if effect.measure == "kr":
        size = text.kr(effect.estimate)
    sure = text("borrowed.no_interval")
    if effect.level:
        ends = (text.number(end, digits) for end in (effect.low, effect.high))
        low, high = map(text.kr, (effect.low, effect.high)) if effect.measure == "kr" else ends
        level = text.percent(effect.level, 0)
        sure = text("borrowed.interval", level=level, low=low, high=high)
    elif effect.se:
        sure = text("borrowed.se", se=text.number(effect.se, 2))
    if ratio and effect.baseline is not None:
        share, points = text.percent(effect.baseline), text.number(100.0 * effect.point, 1)
        size = text("borrowed.on_baseline", size=size, share=share, points=points)
    label = text.label(effect.label)
    return text("borrowed.effect", effect=label, size=size, sure=sure, source=effect.source)


def factor_said(factor: Factor, text: Language) -> str:
    """Say what comes off: its share, its range, and whose word it is."""
    name, share = text(f"borrowed.{factor.id}"), text.percent(factor.share)
    span = ""
    if factor.high > factor.low:
        low, high = (text.percent(each) for each in (factor.low, factor.high))
        span = text("borrowed.range", low=low, high=high)
    return text("borrowed.factor", name=name, share=share, range=span, source=factor.source)
