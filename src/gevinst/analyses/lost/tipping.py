"""Where the difference is zero, told by what the dropouts of each arm gained on average."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.lost.assumed import BEST, WORST, Arm
from gevinst.analyses.lost.patterns import groups
from gevinst.model.axes import Contrast
from gevinst.text.language import Label, Language

if TYPE_CHECKING:
    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """One arm's dropouts.

    Parameters
    ----------
    arm : str
        Its id.
    label : Label
        What it is called.
    dropouts, enrolled : int
        How many there are, of how many.
    gain : float
        Gain of those analysed, kr. for the whole arm, before lines and investment.
    lines : tuple of float
        Lines and investment, kr. per citizen, where the dropouts are not counted and where they
        are.
    like_others : float
        What a dropout like those analysed gains on average, kr.
    stays : tuple of float
        Smallest and largest mean gain of dropouts who stay in a status they can have started in,
        kr.
    one_stays : float
        The gain of one of them that is farthest from nothing, kr.
    ends : tuple of float
        Smallest and largest mean gain there can be, kr.
    courses : tuple of float
        Smallest and largest mean gain of the arm's own prices, kr.
    """

    arm: str
    label: Label
    dropouts: int
    enrolled: int
    gain: float
    lines: tuple[float, float]
    like_others: float
    stays: tuple[float, float]
    one_stays: float
    ends: tuple[float, float]
    courses: tuple[float, float]

    @property
    def analysed(self) -> int:
        """Citizens who are no dropouts."""
        return self.enrolled - self.dropouts


@dataclass(frozen=True)
class Tipping:
    """The line on which the difference is zero, the moved as published.

    Parameters
    ----------
    contrast : Contrast
        Which arms are compared.
    treated, reference : Side
        Their dropouts.
    """

    contrast: Contrast
    treated: Side
    reference: Side

    @property
    def both(self) -> bool:
        """Whether both arms have dropouts, so that the line is one on a map."""
        return bool(self.treated.dropouts and self.reference.dropouts)

    @property
    def without(self) -> float:
        """The difference where no dropout gains anything, kr. per citizen of those enrolled."""
        one, other = self.treated, self.reference
        return (one.gain / one.enrolled + one.lines[1]) - (
            other.gain / other.enrolled + other.lines[1]
        )

    @property
    def line(self) -> tuple[float, float, float]:
        """a, b, c of a g_treated + b g_reference = c, on which the difference is zero.

        The gains are the mean of each arm's dropouts, kr.; the equation is in kr. for all of the
        treated who were enrolled.
        """
        one, other = self.treated, self.reference
        return (
            float(one.dropouts),
            -other.dropouts * one.enrolled / other.enrolled,
            -one.enrolled * self.without,
        )

    def at(self, side: Side) -> float | None:
        """Return the mean gain of one arm's dropouts at which nothing is left, the other's at 0."""
        first = side is self.treated
        slope = self.line[0 if first else 1]
        return self.line[2] / slope if slope else None

    def to_dict(self) -> dict[str, Any]:
        """Per arm the mean gain of its dropouts at which the difference is zero, and the line."""
        sides = {side.arm: self.at(side) for side in (self.treated, self.reference)}
        return {**sides, "line": list(self.line)}

    def sentences(self, text: Language) -> list[str]:
        """Say what each arm's dropouts would have to have cost for nothing to be left."""
        said = []
        for side, other in ((self.treated, self.reference), (self.reference, self.treated)):
            kr = self.at(side)
            if kr is None:
                continue
            key = "dearer" if kr < 0.0 else "cheaper"
            if not side.ends[0] <= kr <= side.ends[1]:
                key = "never"
            alone = "" if other.dropouts else "_alone"
            said.append(
                text(
                    f"missing.tipping.{key}{alone if key != 'never' else ''}",
                    arm=text.label(side.label),
                    other=text.label(other.label),
                    n=text.number(side.dropouts),
                    kr=text.kr(abs(kr)),
                )
            )
        return said

    def why(self, text: Language) -> list[str]:
        """Say why counting dropouts without a gain moves the difference, and why staying is one."""
        one, other = self.treated, self.reference
        parts = {
            "spread": one.lines[1] - one.lines[0] - (other.lines[1] - other.lines[0]),
            "treated": one.gain / one.enrolled - one.gain / one.analysed,
            "reference": -(other.gain / other.enrolled - other.gain / other.analysed),
        }
        before = self.without - sum(parts.values())
        values = {name: _signed(kr, text) for name, kr in parts.items()}
        parts_said = [text("missing.why_no_gain.spread", kr=values["spread"])]
        for name, side in (("treated", one), ("reference", other)):
            if side.dropouts:
                key = "also" if len(parts_said) > 1 else "mean"
                enrolled, analysed = map(text.number, (side.enrolled, side.analysed))
                of = {"arm": text.label(side.label), "enrolled": enrolled, "analysed": analysed}
                parts_said.append(text(f"missing.why_no_gain.{key}", kr=values[name], **of))
        said = [
            text(
                "missing.why_no_gain.all",
                before=text.number(before),
                after=text.number(self.without),
                parts="; ".join(parts_said),
            )
        ]
        for side in (one, other):
            far = side.one_stays
            if side.dropouts and abs(far) > 0.5:
                key = "gain" if far > 0.0 else "loss"
                arm, kr = text.label(side.label), text.kr(abs(far))
                said.append(text(f"missing.why_unchanged_{key}", arm=arm, kr=kr))
        return said

    def picture(self, text: Language, reach: float, level: float) -> Picture:
        """Draw the map of both arms' dropouts; `reach` is half an interval, kr. per citizen."""
        from gevinst.plots.regions import Mark, Region
        from gevinst.plots.regions import regions as draw_regions

        one, other = self.treated, self.reference
        a, b, c = self.line
        arms = {"one": text.label(one.label), "other": text.label(other.label)}
        marks = [Mark(text("missing.plane.no_gain"), 0.0, 0.0)]
        if all(side.ends[0] <= side.like_others <= side.ends[1] for side in (one, other)):
            like_others = text("missing.plane.like_others")
            marks.append(Mark(like_others, one.like_others, other.like_others))
        regions = [Region(text("missing.plane.courses"), one.courses, other.courses)]
        stays, (low, high) = text("missing.plane.stays"), zip(one.stays, other.stays, strict=True)
        if low == high != (0.0, 0.0):  # where all starts are known
            marks.append(Mark(stays, *low))
        else:
            regions.append(Region(stays, one.stays, other.stays))
        zero, reach = text("missing.plane.zero"), reach * one.enrolled
        sums = [a * x + b * y - c for x in one.ends for y in other.ends]
        crossed = max(map(abs, sums)) > reach
        return draw_regions(
            (one.ends, other.ends),
            text,
            line=(a, b, c),
            reach=reach,
            marks=marks,
            regions=regions,
            title=text("missing.plane.title"),
            alt=" ".join([zero, *self.sentences(text)]),
            axes=(
                text("missing.plane.x", arm=arms["one"]),
                text("missing.plane.y", arm=arms["other"]),
            ),
            sides=(text("missing.plane.below"), text("missing.plane.above")),
            caption=" ".join(
                text(f"missing.plane.{key}", level=text.level(level))
                for key in ("caption", "between" if crossed else "inside")
            ),
        )


def _signed(kr: float, text: Language) -> str:
    return f"{'+' if kr > 0.0 else ''}{text.number(kr)}"


def tipping(treated: Arm, reference: Arm) -> Tipping:
    """Return where the difference of two arms is zero."""
    return Tipping(treated.study.contrast, _side(treated), _side(reference))


def _side(arm: Arm) -> Side:
    named = arm.study.arms[arm.a]
    total = float((arm.worth * arm.counts).sum())
    seen = (arm.counts[0] > 0) & ~arm.lost
    stays = arm.stays[seen]
    possible = arm.stays[(seen & (arm.unknown > 0)) | (arm.starts > 0)]
    ends = [arm.extreme_dropout(which) for which in (WORST, BEST)]
    known = np.flatnonzero(arm.starts)
    return Side(
        named.id,
        named.label,
        arm.dropouts,
        named.enrolled,
        total,
        (arm.lines(counted=False), arm.lines(counted=True)),
        total / arm.n,
        _mean(arm, [(stays, arm.unknown), *((arm.stays[[i]], arm.starts[i]) for i in known)]),
        max(possible.tolist(), key=abs, default=0.0),
        (min(ends), max(ends)),
        _mean(arm, groups(arm)),
    )


def _mean(arm: Arm, groups: Sequence[tuple[Floats, float]]) -> tuple[float, float]:
    """Smallest and largest mean gain of an arm's dropouts, by groups: what each can gain, kr."""
    if not arm.starts.any():  # one group, of whom each can gain the same
        gains = groups[0][0]
        return (float(gains.min()), float(gains.max())) if gains.size else (0.0, 0.0)
    low, high = (
        math.fsum(k * float(end(gains)) for gains, k in groups if k) / arm.dropouts
        for end in (np.min, np.max)
    )
    return low, high
