"""missing(study): the difference by each assumption about those who were lost, and what it can be.

An identified set says what can be true whatever became of them; an interval says what small groups
add. The two are never one number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.bootstrap import bootstrap
from gevinst.analyses.gain import gain
from gevinst.analyses.lost.assumed import ASSUMPTIONS, BEST, GIVEN_START, WORST, Arm
from gevinst.analyses.lost.estimates import Estimate, Estimates, Limits, estimates_of
from gevinst.analyses.lost.flow import Flow, flow
from gevinst.analyses.lost.patterns import Patterns, patterns
from gevinst.analyses.lost.tipping import Tipping, tipping
from gevinst.analyses.lost.trimmed import lee
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.stats.intervals import level_of
from gevinst.stats.mean.estimate import or_none
from gevinst.stats.standardisation import imbens_manski
from gevinst.study.people import couplings_of
from gevinst.study.prices import paid_each
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, rounded, table
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture


@dataclass(frozen=True, eq=False, repr=False)
class Attrition(Result):
    """What the lost can have done to a difference.

    Parameters
    ----------
    flow : Flow
        From those enrolled to those seen at the end.
    estimates : tuple of Estimates
        By assumption.
    manski : tuple of float or None
        Smallest and largest difference, whatever became of those who were lost: an identified set.
    manski_interval : tuple of float or None
        An interval for the difference on top of it (Imbens & Manski).
    lee : mapping of str to (float, float)
        Per coupling bounds for those whom both arms would have kept.
    guaranteed : tuple of float or None
        An interval that holds for every law of the gains (Anderson), the lost as published.
    tipping : Tipping or None
        Where the difference is zero; None where nobody dropped out.
    patterns : Patterns or None
        All ways in which the dropouts can have started and ended; None where nobody dropped out.
    level : float
        Of the intervals.
    perspective : Label
        Whose money it is; empty where it is everybody's.
    provenance : Provenance
        What made the result.
    lines : tuple of Label
        What is paid, or comes in, per citizen: the same for dropouts as for the others.
    """

    flow: Flow
    estimates: tuple[Estimates, ...]
    manski: Limits | None
    manski_interval: Limits | None
    lee: Mapping[str, Limits]
    guaranteed: Limits | None
    tipping: Tipping | None
    patterns: Patterns | None
    level: float
    perspective: Label
    provenance: Provenance
    lines: tuple[Label, ...] = ()

    drawn: ClassVar[tuple[str, ...]] = ("lost", "dropouts")

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where nobody was lost, and no map of the dropouts where an arm has none."""
        if self.manski is None:
            return ()
        return self.drawn if self.tipping and self.tipping.both else self.drawn[:1]

    def of(self, name: str) -> Estimates:
        """Return the estimate of one assumption.

        Raises
        ------
        KeyError
            If it is not shown for this study.
        """
        for each in self.estimates:
            if each.assumed.name == name:
                return each
        known = ", ".join(each.assumed.name for each in self.estimates)
        raise KeyError(f"no assumption '{name}'; there are: {known}")

    def rows(self) -> list[dict[str, Any]]:
        """One row of plain values per assumption."""
        rows = []
        for each in self.estimates:
            limits = each.shown.interval(self.level)
            interval = limits and {
                "level": self.level,
                "low": limits[0],
                "high": limits[1],
                "coupling": each.coupling,
            }
            low, high = each.between
            rows.append(
                {
                    "assumption": each.assumed.name,
                    "moved": each.assumed.moved,
                    "dropouts": each.assumed.dropouts,
                    "difference": or_none(each.shown.difference),
                    "couplings": {"low": or_none(low), "high": or_none(high)},
                    "citizens": dict(zip(self.flow.contrast.arms, each.citizens, strict=True)),
                    "interval": interval,
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        bounds = {
            "manski": self.manski and _ends(self.manski),
            "manski_interval": self.manski_interval
            and {"level": self.level, **_ends(self.manski_interval)},
            "lee": {coupling: _ends(limits) for coupling, limits in self.lee.items()},
            "guaranteed": self.guaranteed and {"level": self.level, **_ends(self.guaranteed)},
        }
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "level": self.level,
            "flow": self.flow.to_dict(),
            "estimates": self.rows(),
            "bounds": bounds,
            "tipping": self.tipping and self.tipping.to_dict(),
            "patterns": self.patterns and vars(self.patterns).copy(),
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per assumption: the difference, its interval and the coupling of that."""
        import pandas as pd

        rows = []
        for row in self.rows():
            interval = row.pop("interval") or {"low": math.nan, "high": math.nan, "coupling": None}
            for name in ("couplings", "citizens"):
                row.pop(name)
            rows.append({**row, **{k: interval[k] for k in ("low", "high", "coupling")}})
        return pd.DataFrame(rows).set_index("assumption")

    def summary(self, lang: Lang = "en") -> str:
        """Say who was lost, the difference by assumption, and the bounds, in ``en`` or ``da``."""
        text = language(lang)
        flow_heads, *flow_rows = self.flow.cells(text)
        heads, *rows = self.cells(text)
        said = [
            *self.opening(lang),
            text("missing.heading"),
            "",
            table([flow_heads, [], *flow_rows]),
            "",
            table([heads, [], *rows]),
            *self.sentences(text),
            "",
            *(f"{label}: {what}" for label, what in self.card(text)),
        ]
        return "\n".join(said)

    def cells(self, text: Language) -> list[list[str]]:
        """Write the estimates as a table: its heads, and a row per assumption."""
        level = text.level(self.level)
        names = ("citizens", "difference", "interval")
        heads = ["", *(text(f"missing.{name}", level=level) for name in names)]
        rows = []
        for each in self.estimates:
            limits = each.shown.interval(self.level)
            interval = text("bootstrap.none")
            if limits is not None:
                low, high = map(text.number, limits)
                interval = text("bootstrap.limits", low=low, high=high)
            counted = " / ".join(map(text.number, each.citizens))
            difference = text.number(each.shown.difference)
            rows.append([each.assumed.said(text), counted, difference, interval])
        return [heads, *rows]

    def sentences(self, text: Language) -> list[str]:
        """Say what the table does not: the bounds, where the sign turns, and what to be wary of."""
        said = [self.reach(text)] if self.manski else [text("missing.nobody")]
        if self.manski_interval:
            low, high = map(text.number, self.manski_interval)
            said.append(text("missing.on_top", low=low, high=high, level=text.level(self.level)))
        said += self._apart(text)
        said += self.flow.empty_said(text)
        if self.lines and any(arm.dropouts for arm in self.flow.arms):
            said.append(text("missing.lines", items=", ".join(map(text.label, self.lines))))
        if self.tipping:
            said += self.tipping.sentences(text)
        if self.patterns:
            said.append(self._patterns_said(text))
        if self.lee:
            ends = [end for limits in self.lee.values() for end in limits]
            low, high = text.number(min(ends)), text.number(max(ends))
            said.append(text("missing.lee", low=low, high=high))
        if self.guaranteed:
            low, high = map(text.number, self.guaranteed)
            said.append(
                text("missing.guaranteed", low=low, high=high, level=text.level(self.level))
            )
        return said

    def reach(self, text: Language) -> str:
        """Say how far the difference can reach, whatever became of those who were lost."""
        low, high = map(text.number, self.manski or (math.nan, math.nan))
        return text("missing.reach", low=low, high=high)

    def _apart(self, text: Language) -> list[str]:
        """Say which estimates depend on who went where, and why two that sound alike differ."""
        said = []
        for each in self.estimates:
            low, high = each.between
            if high - low > 0.5:
                name = each.assumed.said(text)
                key = "couplings" if each.reach is None else "whoever"
                if each.assumed.dropouts == GIVEN_START:
                    key = "couplings_start"
                ends = {"low": text.number(low), "high": text.number(high)}
                said.append(text(f"missing.{key}", name=name, **ends))
        if self.tipping:
            said += self.tipping.why(text)
        return said

    def _patterns_said(self, text: Language) -> str:
        found = self.patterns
        assert found is not None  # noqa: S101 - for the type checker
        low, high, n = text.number(found.low), text.number(found.high), text.number(found.number)
        if found.above_zero is None:
            return text("missing.patterns_many", n=n, low=low, high=high)
        share = text.percent(found.above_zero)
        return text("missing.patterns", n=n, low=low, high=high, share=share)

    def card(self, text: Language) -> list[tuple[str, str]]:
        """Say what is estimated: whom, until when, against what, whose money, the moved."""
        flow = self.flow
        arms = [text.label(flow.labels[arm]) for arm in flow.contrast.arms]
        against = arms[1] if len(arms) > 1 else text("missing.card.nobody")
        money = text.label(self.perspective) if self.perspective else text("missing.card.everybody")
        values = {"treated": arms[0], "against": against, "until": text.label(flow.until)}
        keys = ("whom", *(("until",) if flow.until else ()), "against")
        said = [(text(f"missing.card.{k}"), text(f"missing.card.{k}_is", **values)) for k in keys]
        said.append((text("missing.card.money"), money))
        if flow.times:
            said.append((text("missing.card.moved"), text("missing.card.moved_is")))
        return said

    def _lost_picture(self, text: Language) -> Picture:
        """A row per assumption: the interval, and on it the difference; below them the reach."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import DARK, MIDDLE

        rows, alt = [], []
        for each in self.estimates:
            if each.assumed.name in (WORST, BEST):
                continue
            limits = each.shown.interval(self.level) or (each.shown.difference,) * 2
            label = each.assumed.said(text)
            low, high = (text.number(rounded(kr)) for kr in limits)
            rows.append(
                Row(label, (Bar(*limits, MIDDLE, labels=(low, high), dot=each.shown.difference),))
            )
            alt.append(text("missing.alt", name=label, low=low, high=high))
        if self.manski is not None:
            thin = self.manski_interval
            least, most = (text.number(rounded(kr)) for kr in thin) if thin else ("", "")
            low, high = (text.number(rounded(kr)) for kr in self.manski)
            label = text("missing.whatever", low=low, high=high)
            laid = Bar(*self.manski, DARK, thin=thin, ticks=True, labels=(least, most))
            rows.append(Row(label, (laid,), bold=True, gap=0.35))
            alt.append(label)
        caption = [text("missing.caption", level=text.level(self.level))]
        if len(self.estimates[0].by_coupling) > 1:
            caption.append(text("missing.caption_couplings"))
        return bars(
            rows,
            text,
            title=text("missing.title"),
            alt="; ".join(alt),
            axis=self.flow.axis(text),
            caption=" ".join(caption),
            rule=len(rows) - 1 if self.manski is not None else None,
        )

    def _dropouts_picture(self, text: Language) -> Picture:
        """The map of what the dropouts of both arms gain, and the line on which nothing is left."""
        assert self.tipping is not None  # noqa: S101 - for the type checker
        limits = self.of("no_gain").shown.interval(self.level)
        reach = 0.0 if limits is None else (limits[1] - limits[0]) / 2.0
        return self.tipping.picture(text, reach, self.level)


def _ends(limits: Limits) -> dict[str, float]:
    return dict(zip(("low", "high"), limits, strict=True))


def missing(study: Study, *, confidence_level: float = 0.95) -> Attrition:
    """Ask what those who were lost can have done to a study's difference.

    Nothing is drawn: each assumption has a mean and a variance in closed form, per coupling.

    Parameters
    ----------
    study : Study
        Under the conventions it carries. Unless they say otherwise, the investment is divided by
        those whose gains are averaged: the analysed where dropouts are left out, else the enrolled.
    confidence_level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    Attrition
        Of a study that lost nobody, or counts nobody, the published difference alone.

    Raises
    ------
    ValueError
        A level outside (0, 1).

    Notes
    -----
    The interval of an assumption is Student's over the citizens seen (Welch), with what choosing
    one citizen for each of the lost adds, where they are like others. Under ``worst`` and ``best``
    a dropout starts in a status seen at start in the arm and ends, as the moved do, at nothing or
    at the dearest rate of either arm: attained limits (Horowitz & Manski 2000, JASA 95(449),
    77-84). The interval on top of them is Imbens & Manski's (2004, Econometrica 72(6), 1845-1857).

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.missing(gv.load("ishoj-smc"))
    >>> round(found.of("no_gain").shown.difference)
    3023
    >>> [round(end, -2) for end in found.manski]
    [-68800.0, 65200.0]
    """
    level = level_of(confidence_level)
    if not study.statuses or study.contrast.reference is None:
        return _nobody_counted(study, level)
    pair = tuple(Arm(study, study.axes.at("arm", arm)) for arm in study.contrast.arms)
    lost = any(arm.lost_somebody for arm in pair)
    estimates = tuple(estimates_of(study, pair))
    ends = {each.assumed.name: each.shown for each in estimates}
    manski = (ends[WORST].difference, ends[BEST].difference) if lost else None
    dropped = any(arm.dropouts for arm in pair)
    tip = tipping(pair[0], pair[1]) if dropped else None
    every = bootstrap(study, confidence_level=level, methods=("anderson",))
    guaranteed = every.intervals(couplings_of(study)[-1])[0].limits
    return Attrition(
        flow=flow(study),
        estimates=estimates,
        manski=manski,
        manski_interval=_on_top(ends[WORST], ends[BEST], level) if lost else None,
        lee=_lee(pair, couplings_of(study)) if lost else {},
        guaranteed=guaranteed if all(map(math.isfinite, guaranteed)) else None,
        tipping=tip,
        patterns=patterns(pair[0], pair[1], tip.without, share=not study.stated) if tip else None,
        level=level,
        perspective=study.whose_money,
        provenance=provenance(study),
        lines=paid_each(study),
    )


def _nobody_counted(study: Study, level: float) -> Attrition:
    """The published difference, where no citizens are counted in statuses."""
    point = Estimate(gain(study).difference, math.nan, math.nan)
    citizens = tuple(study.arms[study.axes.at("arm", arm)].analysed for arm in study.contrast.arms)
    alone = Estimates(ASSUMPTIONS[0], {couplings_of(study)[0]: point}, citizens)
    money, made = study.whose_money, provenance(study)
    nothing: Mapping[str, Limits] = {}
    return Attrition(
        flow(study), (alone,), None, None, nothing, None, None, None, level, money, made
    )


def _on_top(worst: Estimate, best: Estimate, level: float) -> Limits | None:
    """An interval for the difference on top of the identified set; None without standard errors."""
    wider = max((worst, best), key=lambda each: each.error)
    if not wider.error > 0.0:  # which holds NaN too
        return None
    low, high = worst.difference, best.difference
    return imbens_manski(low, high, wider.error, wider.degrees_of_freedom, level)


def _lee(pair: tuple[Arm, ...], couplings: tuple[str, ...]) -> dict[str, Limits]:
    """Bounds for those whom both arms would have kept, with the lines of those analysed."""
    lines = pair[0].lines(counted=False) - pair[1].lines(counted=False)
    found = {}
    for coupling in couplings:
        seen = [arm.gains_seen(coupling) for arm in pair]
        kept = [
            float(gains.citizens.sum()) / (arm.n + arm.dropouts)
            for gains, arm in zip(seen, pair, strict=True)
        ]
        if all(kept):
            low, high = lee(seen[0], seen[1], (kept[0], kept[1]))
            found[coupling] = (low + lines, high + lines)
    return found
