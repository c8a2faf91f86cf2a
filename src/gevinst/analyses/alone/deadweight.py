"""deadweight(study): how much of a fall in cost may have come without the intervention."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from scipy.special import stdtrit

from gevinst.analyses.bootstrap import bootstrap
from gevinst.analyses.gain import gain
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.model.horizons import RECURRING
from gevinst.stats.mean.estimate import MeanEstimate
from gevinst.stats.mean.ratio import RatioInterval, fieller_interval
from gevinst.study.comparison import Marker
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, rounded
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

_WHOLE = 1e-9
"""A number of citizens this near to a whole one is that."""


@dataclass(frozen=True)
class Usual:
    """Dear when they were chosen: how much above what is usual for them would be all there is.

    Parameters
    ----------
    chosen : Label
        How they were chosen, as a sentence.
    above : float
        kr. a year at start above what is usual for them that alone would make the result.
    start : float
        What they cost at start, kr. a year.
    """

    chosen: Label
    above: float
    start: float


@dataclass(frozen=True, eq=False, repr=False)
class Deadweight(Result):
    """The part of a fall in cost that may have come anyway before what was paid is not covered.

    Parameters
    ----------
    arm : Label
        Whose fall it is.
    citizens : int
        Analysed citizens of it.
    improvement : float
        Fall in cost per citizen, before what was paid, kr.
    investment : float
        What was paid per citizen, beyond what was paid in the reference, kr.
    shares : mapping of str to RatioInterval
        Per coupling: what was paid as a part of the fall, with the values chance does not refuse.
    level : float
        Nominal level of the intervals.
    reference : Label
        Against whom it is held; empty for nobody.
    own : float or None
        The reference's fall per citizen as a part of this one's; None without a reference.
    markers : tuple of Marker
        Shares from elsewhere.
    usual : Usual or None
        Where the citizens were chosen for their cost.
    reason : str or None
        Code of why there is no such part: ``cost_only``, ``no_fall``, ``nothing_paid``.
    unmeasured : str or None
        Code of why there is no interval.
    provenance : Provenance
        What made the result.
    """

    arm: Label
    citizens: int
    improvement: float
    investment: float
    shares: Mapping[str, RatioInterval]
    level: float
    provenance: Provenance
    reference: Label = field(default_factory=dict)
    own: float | None = None
    markers: tuple[Marker, ...] = ()
    usual: Usual | None = None
    reason: str | None = None
    unmeasured: str | None = None

    drawn: ClassVar[tuple[str, ...]] = ("deadweight",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where nothing may have come anyway."""
        return self.drawn if self.share >= 0.0 else ()

    @property
    def share(self) -> float:
        """Part of the fall that may have come anyway; below zero where more was paid than fell."""
        return math.nan if self.reason else 1.0 - self.investment / self.improvement

    def limits(self, coupling: str) -> tuple[float | None, float | None]:
        """Interval of the share under one coupling; None where it is open."""
        found = self.shares[coupling]
        if found.shape == "all":
            return None, None
        if found.shape == "between":
            return 1.0 - found.high, 1.0 - found.low
        return None, 1.0 - found.high  # a fall below what was paid, or none, is not refused

    @property
    def outer(self) -> tuple[float | None, float | None]:
        """Lowest and highest limit over the couplings; None where it is open."""
        lows, highs = zip(*map(self.limits, self.shares), strict=True)
        low = None if None in lows else min(x for x in lows if x is not None)
        return low, None if None in highs else max(x for x in highs if x is not None)

    def of_citizens(self, share: float) -> int:
        """Return so large a part of the citizens, in whole citizens: as many as do no harm."""
        return max(0, math.floor(share * self.citizens + _WHOLE))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        intervals = {}
        for coupling in self.shares:
            low, high = self.limits(coupling)
            intervals[coupling] = {"low": low, "high": high, "open": low is None}
        marker = [
            {"share": m.share, "label": dict(m.label), "source": m.source} for m in self.markers
        ]
        usual = self.usual
        return {
            "study": self.provenance.study,
            "unit": "share",
            "deadweight": {
                "share": None if self.reason else self.share,
                "citizens": None if self.reason else self.of_citizens(self.share),
                "of": self.citizens,
                "intervals": intervals,
                "level": self.level,
            },
            "improvement": self.improvement,
            "investment": self.investment,
            "reference": self.own,
            "markers": marker,
            "regression": usual and {"above_usual": usual.above, "cost_at_start": usual.start},
            "reason": self.reason,
            "unmeasured": self.unmeasured,
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling: the share, its interval, and the same in citizens."""
        import pandas as pd

        rows = [
            (self.share, *(math.nan if end is None else end for end in self.limits(coupling)))
            for coupling in self.shares
        ] or [(self.share, math.nan, math.nan)]
        index = pd.Index(list(self.shares) or ["none"], name="coupling")
        return pd.DataFrame(rows, columns=["share", "low", "high"], index=index)

    def summary(self, lang: Lang = "en") -> str:
        """Say the part, its interval, what it can be held against, in ``en`` or ``da``."""
        text = language(lang)
        return "\n".join([*self.opening(lang), text("deadweight.heading"), *self.said(text)])

    def said(self, text: Language) -> list[str]:
        """Say it in sentences."""
        if self.reason:
            return [text(f"deadweight.{self.reason}", arm=text.label(self.arm)), *self._usual(text)]
        return [*self.part(text), *self._beside(text), *self._usual(text)]

    def part(self, text: Language) -> list[str]:
        """Say how large the part is, and between what chance leaves it."""
        values = {
            "arm": text.label(self.arm),
            "fall": text.kr(rounded(self.improvement)),
            "paid": text.kr(rounded(self.investment)),
        }
        return [text("deadweight.paid", **values), *self.held(text)]

    def short(self, text: Language) -> str:
        """Say the same in few words."""
        key = "deadweight.never_covered" if self.share < 0.0 else "deadweight.short"
        return text(key, share=text.percent(self.share))

    def limit(self, text: Language) -> str:
        """Say how much may have come anyway, in one sentence."""
        if self.share < 0.0:
            return text("deadweight.never_covered")
        k, n = text.number(self.of_citizens(self.share)), text.number(self.citizens)
        return text("deadweight.part", share=text.percent(self.share), k=k, n=n)

    def held(self, text: Language) -> list[str]:
        """Say the same, and between what chance leaves it."""
        return [self.limit(text), *([self._interval(text)] if self.share >= 0.0 else [])]

    def _interval(self, text: Language) -> str:
        if not self.shares:
            return text("deadweight.unmeasured")
        low, high = self.outer
        values = {"level": text.level(self.level), "n": text.number(self.citizens)}
        if high is None:
            return text("deadweight.unmeasured")
        values |= {"high": text.percent(high), "most": text.number(self.of_citizens(high))}
        if low is None:
            return text("deadweight.open", **values)
        if low < 0.0:
            return text("deadweight.below", **values)
        values |= {"low": text.percent(low), "fewest": text.number(self.of_citizens(low))}
        return text("deadweight.interval", **values)

    def elsewhere(self, text: Language) -> list[str]:
        """Say the shares from elsewhere."""
        return [
            text(
                "deadweight.marker",
                label=text.label(each.label),
                share=text.percent(each.share),
                source=each.source,
            )
            for each in self.markers
        ]

    def _beside(self, text: Language) -> list[str]:
        """Say what the part can be held against."""
        said = self.elsewhere(text)
        if self.own is None:
            return said or [text("deadweight.no_marker")]
        arms = {"arm": text.label(self.arm), "reference": text.label(self.reference)}
        key = "deadweight.own" if self.own > 0.0 else "deadweight.own_none"
        return [text(key, share=text.percent(self.own), **arms), *said]

    def _usual(self, text: Language) -> list[str]:
        """Say what having been dear when chosen can do."""
        if self.usual is None:
            return []
        said = text("deadweight.chosen", chosen=text.label(self.usual.chosen))
        return [f"{said} {self.unusual(text)}".rstrip()]

    def unusual(self, text: Language) -> str:
        """Say how dear beyond what is usual would be all there is; nothing where nothing fell."""
        if self.usual is None or self.usual.above <= 0.0:
            return ""
        share = text.percent(self.usual.above / self.usual.start)
        return text("deadweight.usual", kr=text.kr(rounded(self.usual.above)), share=share)

    def _deadweight_picture(self, text: Language) -> Picture:
        """Bars of what may have come anyway, and dots of what it can be held against."""
        from gevinst.plots import style
        from gevinst.plots.bars import Bar, Row, bars

        low, high = self.outer if self.shares else (None, None)
        share = max(self.share, 0.0)
        ends = (max(low or 0.0, 0.0), share if high is None else high)
        # Where the interval begins inside of the bar, its label would stand at zero.
        said = "" if high is None else text.percent(high)
        if low is not None and low >= 0.0:
            said = text("bootstrap.limits", low=text.percent(low), high=said)
        whole = Bar(
            0.0,
            100.0 * share,
            colour=style.MIDDLE,
            thin=None if high is None else (100.0 * ends[0], 100.0 * ends[1]),
            ticks=True,
            labels=("", said),
        )
        limit = text("deadweight.row", arm=text.label(self.arm), share=text.percent(share))
        rows = [Row(limit, (whole,), bold=True)]
        held = [(each.label, each.share) for each in self.markers]
        if self.own is not None:
            held.insert(0, (self.reference, self.own))
        for label, value in held:
            x = 100.0 * value
            rows.append(
                Row(text.label(label), (Bar(x, x, thin=(x, x), labels=("", text.percent(value))),))
            )
        title = text("figure.deadweight_title")
        level = text.level(self.level)
        key = "deadweight_caption" if low is not None else "deadweight_caption_open"
        return bars(
            rows,
            text,
            title=title,
            alt=" ".join(self.said(text)),
            axis=text("figure.deadweight_axis"),
            caption=text(f"figure.{key}", level=level),
        )


def deadweight(study: Study, *, confidence_level: float = 0.95) -> Deadweight:
    """Say how much of a fall in cost may have come without the intervention.

    Parameters
    ----------
    study : Study
        Under the conventions it carries. Without a reference the part stands in the place of what
        a control group would tell; with one, the reference's own fall stands beside it.
    confidence_level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Deadweight
        1 - investment / improvement, both per citizen of the treated arm. Its interval is
        Fieller's (1954), with Student's t: the investment is known and the improvement a mean of
        few citizens. Where the interval of the improvement holds zero, that of the part is open
        below. Where nothing fell, or nothing was paid, it says so.

    Raises
    ------
    ValueError
        A level outside of (0, 1).

    Notes
    -----
    Deadweight as in H M Treasury's Green Book: what would have come without the intervention.
    Interval: Fieller (1954), J. R. Stat. Soc. B 16, 175-185.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.deadweight(gv.load("ishoj-smc").compare("intervention"))
    >>> round(found.share, 5)
    0.22716
    """
    boot, found = bootstrap(study, confidence_level=confidence_level), gain(study)
    treated, *others = (study.axes.at("arm", arm) for arm in study.contrast.arms)
    each = [study.arms[a].analysed for a in (treated, *others)]
    fall = float(found.gain[treated]) / each[0]
    paid = [float(found.investment[a]) / n for a, n in zip((treated, *others), each, strict=True)]
    investment = paid[0] - sum(paid[1:])
    reason = (
        ("cost_only" if found.contrast_only else None)
        or ("no_fall" if fall <= 0.0 else None)
        or ("nothing_paid" if investment <= 0.0 else None)
    )
    own = float(found.gain[others[0]]) / each[1] / fall if others and not reason else None
    arms = boot.arms[study.arms[treated].id]
    measured = {} if reason else {c: m for c, m in arms.items() if study.statuses and m.measurable}
    stated = study.comparison
    return Deadweight(
        arm=study.arms[treated].label,
        citizens=each[0],
        improvement=fall,
        investment=investment,
        shares={c: _ratio(mean, investment, fall) for c, mean in measured.items()},
        level=boot.level,
        provenance=provenance(study),
        reference=study.arms[others[0]].label if others else {},
        own=own,
        markers=stated.markers if stated else (),
        usual=_usual(study, stated.chosen if stated else {}, found.difference, treated),
        reason=reason,
        unmeasured=None if measured or reason else (boot.reason or "no-spread"),
    )


def _ratio(mean: MeanEstimate, investment: float, fall: float) -> RatioInterval:
    """What was paid as a part of the fall, under one coupling."""
    tail = (1.0 - mean.confidence_level) / 2.0
    quantile = float(stdtrit(mean.degrees_of_freedom, 1.0 - tail))
    variances = (0.0, mean.standard_error**2)
    return fieller_interval(investment, fall, quantile=quantile, variances=variances)


def _usual(study: Study, chosen: Label, now: float, a: int) -> Usual | None:
    """How much above what is usual the citizens would have been, for that to be all there is."""
    recurring = [i for i, item in enumerate(study.items) if item.kind == RECURRING]
    first = float(study.horizon[0, recurring].max(initial=0.0))
    cost = float(gain(study).cost[a, 0]) / study.arms[a].analysed
    if not chosen or min(first, cost) <= 0.0:
        return None
    return Usual(chosen, now / first, cost)
