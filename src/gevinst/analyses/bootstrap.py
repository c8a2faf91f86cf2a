"""bootstrap(study): the exact law of each mean gain under resampling of citizens, per coupling.

Nothing is drawn. Along the paths of a coupling a citizen has a gain, and the law of a resampled
mean of gains is computed (`gevinst.stats.mean.law`). Under the independent coupling start and end
are resampled apart. Rates, missing citizens and the investment stay as published: `simulate` lets
those vary too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.coverage import Unseen, promise_said, unseen
from gevinst.analyses.gain import gain
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.stats import streams
from gevinst.stats.intervals import DEFAULTS, METHODS, Interval, Method, level_of
from gevinst.stats.mean.coverage import POOR, Promise, promise
from gevinst.stats.mean.estimate import MeanEstimate, or_none
from gevinst.study.people import NO_COUPLING, gain_support, gains_by_coupling
from gevinst.study.study import Study
from gevinst.study.transitions import Switch
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import one_of
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

NO_CITIZENS = "no-citizens"
"""Reason code of a study that counts no citizens in statuses: there is nobody to resample."""


@dataclass(frozen=True, eq=False, repr=False)
class Bootstrap(Result):
    """Estimates per coupling: of the difference between the arms, and of each arm.

    Parameters
    ----------
    difference : mapping of str to MeanEstimate
        Per coupling the difference in net gain per citizen, kr. (intervention minus control):
        ``narrowest``, ``independent``, ``widest`` for margins, ``observed`` for paired data,
        ``none`` where no citizens are counted.
    arms : mapping of str to mapping of str to MeanEstimate
        Per arm and coupling the net gain per citizen, kr.
    labels : mapping of str to Label
        What the arms are called.
    impossible : tuple of (str, str)
        Switches taken as impossible.
    methods : tuple of str
        Interval methods shown.
    unseen : Unseen or None
        What the groups may not have shown; None where nobody is counted.
    provenance : Provenance
        What made the result.
    """

    difference: Mapping[str, MeanEstimate]
    arms: Mapping[str, Mapping[str, MeanEstimate]]
    labels: Mapping[str, Label]
    impossible: tuple[Switch, ...]
    methods: tuple[Method, ...]
    unseen: Unseen | None
    provenance: Provenance
    at_most: bool = False
    """Whether more than two times count, so that ``narrowest`` is at most that."""

    drawn: ClassVar[tuple[str, ...]] = ("intervals",)

    @property
    def estimate(self) -> float:
        """The difference itself, the same under every coupling, kr. per citizen."""
        return next(iter(self.difference.values())).estimate

    @property
    def level(self) -> float:
        """Nominal level of the intervals."""
        return next(iter(self.difference.values())).confidence_level

    @property
    def reason(self) -> str | None:
        """Code of why there is no interval of the difference, or None."""
        first = next(iter(self.difference.values()))
        if NO_COUPLING in self.difference:
            return NO_CITIZENS
        return None if first.measurable else first.reason

    def intervals(self, coupling: str) -> tuple[Interval, ...]:
        """Intervals of the difference under one coupling, one per method shown."""
        return tuple(self._interval(self.difference, coupling, m) for m in self.methods)

    def _interval(self, of: Mapping[str, MeanEstimate], coupling: str, method: Method) -> Interval:
        """One interval, the same whenever it is asked for.

        Anderson's is that of the widest coupling under each: whoever went where, it holds, as no
        gains are further apart. With impossible switches none is the furthest in every way.
        """
        if method == "anderson" and self.impossible:
            return Interval(math.nan, math.nan, self.level, method, "impossible")
        where = "widest" if method == "anderson" and "widest" in of else coupling
        return of[where].interval(method, rng=self.provenance.seed)

    def outer(self, method: Method = DEFAULTS[0]) -> Interval:
        """Lowest and highest limit over the couplings: the answer where margins are the data."""
        found = [self._interval(self.difference, c, method) for c in self.difference]
        low, high = min(i.low for i in found), max(i.high for i in found)
        return Interval(low, high, self.level, method, found[0].reason)

    @property
    def widest(self) -> MeanEstimate:
        """The difference under the coupling with the largest standard error."""
        return max(self.difference.values(), key=lambda estimate: estimate.standard_error)

    def promise(self) -> Promise | None:
        """Lowest coverage of the defaults in the settings that the data may come from, at 95 %.

        Under the widest coupling, as `studies/coverage` measured it; None without intervals.
        """
        return None if self.reason else promise(self.widest, DEFAULTS)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON.

        ``identified`` says whether the data fix the estimate itself: true for a mean gain, whoever
        went where; what margins leave open is its standard error.
        """
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": self._plain(self.difference),
            "arms": {arm: self._plain(found) for arm, found in self.arms.items()},
            "impossible": [list(switch) for switch in self.impossible],
            "reason": self.reason,
            "coverage": None if (promised := self.promise()) is None else dict(promised.coverage),
            "unseen": self.unseen and self.unseen.to_dict(),
            "provenance": self.provenance.to_dict(),
        }

    def _plain(self, by_coupling: Mapping[str, MeanEstimate]) -> dict[str, Any]:
        nobody = {"reason": self.reason} if self.reason == NO_CITIZENS else {}
        return {
            "estimate": next(iter(by_coupling.values())).estimate,
            "identified": True,
            "standard_error": {
                c: None if nobody else or_none(e.standard_error) for c, e in by_coupling.items()
            },
            "intervals": [
                {**self._interval(by_coupling, c, method).to_dict(), **nobody, "coupling": c}
                for c in by_coupling
                for method in self.methods
            ],
            "probability_positive": {c: or_none(self._share(e)) for c, e in by_coupling.items()},
            "certificate": {c: e.certificate for c, e in by_coupling.items()},
            "resolution": {c: e.resolution for c, e in by_coupling.items()},
            "reason": {c: nobody.get("reason", e.reason) for c, e in by_coupling.items()},
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per quantity, coupling and method: estimate, standard error, limits."""
        import pandas as pd

        rows = []
        for of, by_coupling in {"difference": self.difference, **self.arms}.items():
            for coupling, found in by_coupling.items():
                for method in self.methods:
                    interval = self._interval(by_coupling, coupling, method).to_dict()
                    row = {"of": of, "coupling": coupling, "method": interval.pop("method")}
                    row |= {"estimate": found.estimate, "standard_error": found.standard_error}
                    rows.append(row | interval | {"probability_positive": self._share(found)})
        return pd.DataFrame(rows).set_index(["of", "coupling", "method"])

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table in words, in ``en`` or ``da``."""
        text = language(lang)
        sizes = " / ".join(str(n) for n in next(iter(self.difference.values())).sizes)
        estimates = self.difference.values()
        simulated = [
            text(f"method.{m}") for m in self.methods if any(e.draws(m) for e in estimates)
        ]
        key = f"bootstrap.heading{'_simulated' * bool(simulated)}"
        method = text("bootstrap.and").join(simulated)
        heading = text(key, kr=text.kr(self.estimate), sizes=sizes, method=method)
        if self.reason:
            reason = text(f"reason.{self.reason}")
            return "\n".join([*self.opening(lang), heading, reason, *self._guaranteed(text)])
        level = text.level(self.level)
        methods = (f"{text(f'method.{m}')} {level}" for m in self.methods)
        columns = text("bootstrap.standard_error"), *methods, *self.positive(text)
        rows = [[heading], ["", *columns], []]
        for coupling, found in self.difference.items():
            limits = (i.written(text) for i in self.intervals(coupling))
            cells = text.number(found.standard_error), *limits, *self.positive(text, coupling)
            rows.append([text(f"coupling.{coupling}"), *cells])
        lines = [*self.opening(lang), table(rows)]
        for arm, by_coupling in self.arms.items():
            errors = " / ".join(text.number(e.standard_error) for e in by_coupling.values())
            kr = text.kr(next(iter(by_coupling.values())).estimate)
            label = text.label(self.labels[arm])
            lines.append(text("bootstrap.arm", arm=label, kr=kr, errors=errors))
        return "\n".join([*lines, *self.asides(text), self.explain(lang)])

    def _share(self, found: MeanEstimate) -> float:
        """Share of resamplings above zero; NaN of stated courses, where nobody was compared."""
        return math.nan if self.provenance.stated else found.probability_positive

    def positive(self, text: Language, coupling: str = "") -> list[str]:
        """Write the share of resamplings above zero, or its heading; nothing of stated courses."""
        if self.provenance.stated:
            return []
        share = coupling and text.percent(self._share(self.difference[coupling]), 1)
        return [share or text("bootstrap.positive")]

    def asides(self, text: Language) -> list[str]:
        """Say what must stand beside the table: what is simulated, none, narrowest, and so on."""
        said = []
        for method in self.methods:
            found = {c: self._interval(self.difference, c, method) for c in self.difference}
            errors = [error for i in found.values() for error in i.monte_carlo_error or ()]
            if errors:
                values = {"error": text.kr(math.ceil(max(errors))), "seed": self.provenance.seed}
                said.append(text("bootstrap.simulated", method=text(f"method.{method}"), **values))
            if without := [c for c, interval in found.items() if not interval.available]:
                names = ", ".join(text(f"coupling.{c}") for c in without)
                said.append(f"{names}: {found[without[0]].heading(text.code)}")
        said += [text("bootstrap.at_most")] * self.at_most
        if self.impossible:
            switches = ", ".join(" -> ".join(switch) for switch in self.impossible)
            said.append(text("bootstrap.impossible", switches=switches))
        if reason := next(iter(self.difference.values())).reason:
            said.append(text(f"reason.{reason}"))
        return said

    def sentence(self, lang: Lang = "en") -> str:
        """Say what the tables allow and what sampling adds, and where zero lies: for a reader."""
        text = language(lang)
        if self.reason:
            return text(f"reason.{self.reason}")
        ends: dict[str, float] = {}
        for prefix, pick in (("", max), ("inner_", min)):
            coupling = pick(self.difference, key=lambda c: self.difference[c].standard_error)
            interval = self._interval(self.difference, coupling, self.methods[0])
            ends |= {f"{prefix}low": interval.low, f"{prefix}high": interval.high}
        band = len(self.difference) > 1
        inside = (ends["low"] <= 0 <= ends["high"], ends["inner_low"] <= 0 <= ends["inner_high"])
        verdict = "above" if ends["low"] > 0 else "below"
        if all(inside):
            verdict = "both_band" if band else "both"
        elif inside[0]:
            verdict = "depends"
        shown = {name: self.rounded(value, text) for name, value in ends.items()}
        of = "" if band else "_one"
        found = text(f"bootstrap.found{of}", kr=text.kr(self.estimate))
        sampled = text(f"bootstrap.sampled{of}", level=text.level(self.level), **shown)
        return f"{found} {sampled} {text(f'bootstrap.{verdict}')}"

    def rounded(self, value: float, text: Language) -> str:
        """Write a limit for prose: no digit below a hundredth of the largest standard error."""
        return text.earned(value, self.widest.standard_error / 100)

    def explain(self, lang: Lang = "en") -> str:
        """Say which intervals are shown and why, for these data.

        The coverage is the `promise`. A line on who was not seen follows.
        """
        text, promised = language(lang), self.promise()
        unseen = self.unseen.said(text, DEFAULTS[0]) if self.unseen else []
        if promised is None:
            return " ".join([text(f"reason.{self.reason}"), *self._guaranteed(text), *unseen])
        poor = max(promised.coverage[method] for method in DEFAULTS) < POOR
        named = self._guaranteed(text) if poor else []
        sizes = text("bootstrap.and").join(map(text.number, self.widest.sizes))
        short = text.percent(self.widest.percentile_shortfall)
        why = text("bootstrap.why", sizes=sizes, short=short)
        return " ".join([why, *promise_said(promised, text), *named, *unseen])

    def _guaranteed(self, text: Language) -> list[str]:
        """Say the interval that holds whatever the law of the gains, where there is one."""
        found = self._interval(self.difference, next(iter(self.difference)), "anderson")
        if not found.available:
            return []
        low, high = text.number(found.low), text.number(found.high)
        return [text("bootstrap.anderson", level=text.level(self.level), low=low, high=high)]

    def cautions(self, lang: Lang = "en") -> list[str]:
        """Say what must stand beside the intervals."""
        return [*self.opening(lang), *self.asides(language(lang))]

    def _ends(self, interval: Interval, text: Language) -> tuple[str, str]:
        return self.rounded(interval.low, text), self.rounded(interval.high, text)

    def _intervals_picture(self, text: Language) -> Picture:
        """A row per coupling, and below them the answer: the narrowest interval on the widest.

        A bar is the first method's interval, a thin line across it the second's.
        """
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import COUPLING_COLOURS

        rows, alt = [], []
        for coupling in (couplings := list(self.difference)):
            first, *rest = self.intervals(coupling)
            label, thin = text(f"coupling.{coupling}"), rest[0].limits if rest else None
            ends, colour = self._ends(first, text), COUPLING_COLOURS[coupling]
            bar = Bar(*first.limits, colour, labels=ends, thin=thin, ticks=True)
            rows.append(Row(label, (bar,)))
            alt.append(f"{label}: {first.written(text)}")
        if len(couplings) > 1:
            widest, *_, narrowest = sorted(
                couplings, key=lambda c: -self.difference[c].standard_error
            )
            outer = self.outer(self.methods[0])
            laid = [
                Bar(*self.intervals(c)[0].limits, COUPLING_COLOURS[c], height)
                for c, height in ((widest, 0.62), (narrowest, 0.3))
            ]
            laid.append(Bar(*outer.limits, height=0.0, labels=self._ends(outer, text)))
            rows.append(Row(text("figure.answer"), tuple(laid), bold=True, gap=0.35))
        caption = "two_bars_caption" if len(couplings) > 1 else "two_bars_caption_one"
        return bars(
            rows,
            text,
            title=text("figure.two_bars_title"),
            alt="; ".join(alt),
            axis=text("figure.difference"),
            caption=text(f"figure.{caption}", level=text.percent(self.level)),
            point=(self.estimate, text("figure.point", kr=text.kr(self.estimate))),
            rule=len(rows) - 1 if len(couplings) > 1 else None,
        )


def bootstrap(
    study: Study,
    *,
    confidence_level: float = 0.95,
    methods: Sequence[Method] = DEFAULTS,
    impossible: Sequence[Switch] = (),
    rng: streams.Rng = 0,
) -> Bootstrap:
    """Compute the exact bootstrap of a study's net gain per citizen, side by side per coupling.

    Citizens are resampled within their arm, whole paths at a time. Lines, the investment among
    them, shift an arm's mean and have no sampling variance.

    Parameters
    ----------
    study : Study
        Under the conventions it carries; margins or paired data.
    confidence_level : float
        Between 0 and 1, ends excluded.
    methods : sequence of str
        Intervals to show, of `gevinst.stats.intervals.METHODS`; Welch's t and expanded percentile
        by default. ``studentized`` draws, and ``bayesian`` where an arm has more than 500
        citizens; their limits carry their Monte Carlo error.
    impossible : sequence of (str, str), optional
        Switches that no citizen makes between consecutive times: ids of statuses or groups, or
        ``"*"`` for all. Each is first tested against the margins. ``independent`` then means
        quasi-independence.
    rng : what `numpy.random.default_rng` takes, optional
        Seed of what is drawn; it is remembered.

    Returns
    -------
    Bootstrap
        Where data are degenerate, with a reason code in place of intervals.

    Raises
    ------
    ValueError
        A level outside (0, 1), an unknown method or status.
    StudyError
        Impossible transitions that the margins refute.

    Notes
    -----
    Welch's degrees of freedom are Satterthwaite's over the two arms, each with n - 1, under every
    coupling (`gevinst.stats.mean.estimate.MeanEstimate.degrees_of_freedom` says why); the
    expanded percentile is Hesterberg's (2015), section 4.4.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.bootstrap(gv.load("ishoj-smc"))
    >>> found.difference["widest"].interval("welch")
    <Interval: Welch t 95 %: −82,024.7 to 85,286.3>
    """
    level = level_of(confidence_level)
    asked = (methods,) if isinstance(methods, str) else methods
    methods = [one_of("methods", method, METHODS) for method in asked]
    switches = tuple((str(start), str(end)) for start, end in impossible)
    point = gain(study).net_gain_per_citizen
    groups = gains_by_coupling(study, switches)
    support = (gain_support(study),) * 2 if study.statuses else None
    arms: dict[str, dict[str, MeanEstimate]] = {arm.id: {} for arm in study.arms}
    difference = {}
    for coupling, found in groups.items():
        shifts = {}
        for a, arm in enumerate(study.arms):
            alone = MeanEstimate((found[a],), level, support=support and support[:1])
            shifts[arm.id] = float(point[a]) - alone.estimate
            arms[arm.id][coupling] = replace(alone, shift=shifts[arm.id])
        pair = tuple(arms[arm][coupling].groups[0] for arm in study.contrast.arms)
        shift = sum(study.contrast.sign(arm) * kr for arm, kr in shifts.items())
        difference[coupling] = MeanEstimate(pair, level, shift, support)
    every = [found for of in (difference, *arms.values()) for found in of.values()]
    drawn = any(found.draws(method) for found in every for method in methods)
    return Bootstrap(
        difference=difference,
        arms=arms,
        labels={arm.id: arm.label for arm in study.arms},
        impossible=switches,
        methods=tuple(methods),
        unseen=unseen(study, next(iter(difference.values()))) if study.statuses else None,
        provenance=provenance(study, streams.entropy(rng) if drawn else None),
        at_most="independent" in groups and not switches and study.counted_times > 2,
    )
