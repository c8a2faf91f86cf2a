"""outcomes(study): what came out in units other than money, side by side.

Each outcome has its own unit and its own answer. None is made the headline, and which way is better
nobody but the reader can say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.accounts.measured import Measured, Value, measured
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.stats.intervals import level_of
from gevinst.study.outcomes import EVENTS
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problem, StudyError
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes(Result):
    """Outcomes side by side.

    Parameters
    ----------
    found : tuple of Measured
        In the order in which the study states them.
    labels : mapping of str to mapping of str to Label
        What arms and times are called, by ``arm`` and ``time``.
    several_times : bool
        Whether the study has more than one time.
    lost : mapping of str to tuple of (str, int)
        Per outcome of a column the arms some of whose citizens have no number in it, and how many.
    level : float
        Nominal level of the intervals.
    provenance : Provenance
        What made the result.
    """

    found: tuple[Measured, ...]
    labels: Mapping[str, Mapping[str, Label]]
    several_times: bool
    lost: Mapping[str, tuple[tuple[str, int], ...]]
    level: float
    provenance: Provenance

    drawn: ClassVar[tuple[str, ...]] = ("outcomes",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """One figure, where two can be held against each other."""
        return self.drawn if any(each.pair for each in self.found) else ()

    def of(self, name: str) -> Measured:
        """One of the outcomes, by its id."""
        return next(each for each in self.found if each.outcome.id == name)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "found": [each.to_dict() for each in self.found],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per outcome, arm and time: of how many, units in all, and per so many."""
        import pandas as pd

        rows = [
            {"outcome": each.outcome.id, **value.to_dict(), "per": each.outcome.per}
            for each in self.found
            for value in each.values
        ]
        return pd.DataFrame(rows).set_index(["outcome", "arm", "time"])

    def name(self, each: Measured, text: Language) -> str:
        """What an outcome is called."""
        return text.label(each.outcome.label)

    def heads(self, each: Measured, text: Language) -> list[str]:
        """What stands above the columns of `cells`."""
        total = text("unit.citizens") if each.outcome.yes_no else text.label(each.outcome.unit)
        return [total, text("outcomes.of"), self._per(each, text)]

    def rows(self, each: Measured, text: Language) -> list[list[str]]:
        """Write each arm: its name, units in all, of how many, and per so many of them."""
        return [
            [self._where(value, text), *self._cells(each, value, text)] for value in each.values
        ]

    def _where(self, value: Value, text: Language) -> str:
        arm = self._named("arm", value.arm, text)
        timed = self.several_times and value.time
        return f"{arm}, {self._named('time', value.time, text)}" if timed else arm

    def _cells(self, each: Measured, value: Value, text: Language) -> list[str]:
        yes_no = each.outcome.yes_no
        share = text.percent(value.value, value.digits) if yes_no else _short(value.value, text)
        if value.citizens is None:
            return ["–", text("outcomes.unknown"), share]
        ends = dict.fromkeys(text.significant(end) for end in (value.least, value.most))
        return ["–".join(ends), text.number(value.citizens), share]

    def _named(self, axis: str, name: str, text: Language) -> str:
        return text.label(self.labels[axis][name])

    def _per(self, each: Measured, text: Language) -> str:
        """What a value is of: a share of citizens, or so many units per so many of them."""
        if each.outcome.yes_no:
            return text("outcomes.share")
        per = each.outcome.per
        return text("outcomes.per_one" if per == 1.0 else "outcomes.per", per=text.significant(per))

    def sentences(self, each: Measured, text: Language) -> list[str]:
        """Say the difference, what is printed leaves of it, the ratio, and what chance makes."""
        if each.pair is None or each.difference is None or each.room is None:
            return [text(f"outcomes.reason.{each.reason}")]
        what, found = self._held(*each.pair, text), self._found(each, text)
        said = [text("outcomes.difference", what=what, found=found)]
        if each.room[0] < each.room[1]:
            low, high = (self._written(each, end, text) for end in each.room)
            said.append(text("outcomes.room", low=low, high=high))
        if each.ratio is not None:
            share = text.percent(abs(each.ratio - 1.0), 1)
            way = "same" if each.ratio == 1.0 else "less" if each.ratio < 1.0 else "more"
            said.append(text(f"outcomes.{way}", ratio=text.significant(each.ratio, 3), share=share))
        return [*said, self._chance(each, text)]

    def _found(self, each: Measured, text: Language) -> str:
        """Write the difference with its unit."""
        number = self._written(each, each.difference or 0.0, text)
        if each.outcome.yes_no:
            return text("outcomes.points", number=number)
        unit = text.label(each.outcome.unit)
        return text("outcomes.units", number=number, unit=unit, per=self._per(each, text))

    def _written(self, each: Measured, value: float, text: Language) -> str:
        """Write a difference in the outcome's unit, all with the decimals that the values need."""
        if each.outcome.yes_no:
            return text.number(100.0 * value, max(1, *(one.digits for one in each.values)))
        largest = max(abs(one.value) for one in each.values)
        return text.number(value, max(_decimals(largest, 3), _decimals(each.difference or 0.0, 3)))

    def _chance(self, each: Measured, text: Language) -> str:
        """Say the intervals, and whether zero lies within; or why there are none."""
        if not each.intervals:
            return text(f"outcomes.reason.{each.reason}")
        limits = {
            phi: dict(
                zip(("low", "high"), (self._written(each, end, text) for end in ends), strict=True)
            )
            for phi, ends in each.intervals.items()
        }
        first, *more = limits
        kind, level = each.outcome.kind, text.level(self.level)
        if each.outcome.yes_no:
            kind = "room" if each.room and each.room[0] < each.room[1] else "yes_no"
        said = [text(f"outcomes.interval_{kind}", level=level, **limits[first])]
        said += [text("outcomes.wider", phi=text.significant(phi), **limits[phi]) for phi in more]
        inside = [phi for phi, (low, high) in each.intervals.items() if low <= 0.0 <= high]
        if inside and inside[0] != first:
            zero = text("outcomes.zero_from", phi=text.significant(inside[0]))
        else:
            zero = text(f"outcomes.zero_{'inside' if inside else 'outside'}")
        return f"{'; '.join(said)}. {zero}"

    def notes(self, text: Language) -> list[str]:
        """Say what the intervals hold and leave out, and of whom there is no number."""
        kinds = {each.outcome.kind for each in self.found if each.intervals}
        said = [text("outcomes.events")] if EVENTS in kinds else []
        said += [text("outcomes.chance")] if kinds else []
        ranged = any(
            value.citizens and value.least < value.most
            for each in self.found
            for value in each.values
        )
        said += [text("outcomes.ranged")] if ranged else []
        bases = {v.arm: v.bases for each in self.found for v in each.values if v.bases is not None}
        for arm, fitting in bases.items():
            named = self._named("arm", arm, text)
            key = "fitting" if fitting else "no_base"
            said.append(
                text(f"outcomes.{key}", arm=named, bases=", ".join(map(text.number, fitting)))
            )
        for each in self.found:
            for value in each.values:
                if not value.whole:
                    where = self._where(value, text)
                    said.append(text("outcomes.no_whole", outcome=self.name(each, text), arm=where))
            for arm, n in self.lost.get(each.outcome.id, ()):
                said.append(
                    text(
                        "outcomes.lost",
                        n=text.number(n),
                        outcome=self.name(each, text),
                        arm=self._named("arm", arm, text),
                    )
                )
        return said

    def summary(self, lang: Lang = "en") -> str:
        """Say each outcome as a table, with its difference in words, in ``en`` or ``da``."""
        text = language(lang)
        said = [text("outcomes.heading")]
        for each in self.found:
            rows = [[self.name(each, text)], ["", *self.heads(each, text)], []]
            rows += self.rows(each, text)
            said.append("\n".join([table(rows), *self.sentences(each, text)]))
        return "\n\n".join(
            [
                *self.opening(lang),
                *said,
                *(["\n".join(notes)] if (notes := self.notes(text)) else []),
            ]
        )

    def _outcomes_picture(self, text: Language) -> Picture:
        from gevinst.plots.panels import Panel, panels

        drawn, alt = [], []
        for each in (each for each in self.found if each.pair is not None):
            scale = 100.0 if each.outcome.yes_no else 1.0
            ends = [(scale * low, scale * high) for low, high in each.intervals.values()]
            unit = text.label(each.outcome.unit) if each.outcome.unit else ""
            key = "points" if each.outcome.yes_no else "units"
            what = text(f"outcomes.figure.{key}", unit=unit, per=self._per(each, text))
            point = scale * (each.difference or 0.0)
            drawn.append(Panel(self.name(each, text), what, point, tuple(ends)))
            alt.append(f"{self.name(each, text)}: {self._found(each, text)}")
        one, other = next(each.pair for each in self.found if each.pair is not None)
        key = "caption" if any(each.intervals for each in self.found) else "caption_points"
        return panels(
            drawn,
            text,
            title=text("outcomes.figure.title", what=self._held(one, other, text)),
            alt="; ".join(alt),
            caption=text(f"outcomes.figure.{key}", level=text.level(self.level)),
        )

    def _held(self, one: Value, other: Value, text: Language) -> str:
        """Say what is held against what: two arms, or an arm's last time against its first."""
        arms = [self._named("arm", value.arm, text) for value in (one, other)]
        if one.arm != other.arm:
            return text("outcomes.minus", one=arms[0], other=arms[1])
        first, last = (self._named("time", value.time, text) for value in (other, one))
        return text("outcomes.between", arm=arms[0], first=first, last=last)


def outcomes(study: Study, *, confidence_level: float = 0.95) -> Outcomes:
    """Show every outcome that a study states, each in its own unit, side by side.

    Parameters
    ----------
    study : Study
        With ``[[outcomes]]``; it needs no prices.
    confidence_level : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Outcomes
        Per outcome what there was in each arm, and the treated minus the reference with an
        interval: of a status and of shares Newcombe's (1998, method 10), over all counts that what
        is printed leaves; of a column of person rows Welch's, of
        events normal ones with variance ``phi total (per / citizens)^2`` in each arm at the
        dispersions 1, 2 and 5 side by side. A total of what is no event has no interval, and
        neither has an arm alone, a stated course, or a share of which it is not known of how many
        citizens it is.

    Raises
    ------
    StudyError
        E257 where no outcome is stated.
    ValueError
        A level that is none.

    Examples
    --------
    >>> import gevinst as gv
    >>> rows = {"outcome": "days", "arm": ["a", "b"], "amount": [420, 560], "source": "report"}
    >>> arm = {"enrolled": 28, "analysed": 28, "source": "report"}
    >>> study = gv.from_tables(
    ...     id="days",
    ...     title="Days in hospital",
    ...     arms={"a": arm, "b": arm},
    ...     comparison={"treated": "a"},
    ...     outcome_items={"days": {"unit": "days"}},
    ...     outcomes=rows,
    ... )
    >>> gv.outcomes(study).of("days").difference
    -5.0
    """
    level = level_of(confidence_level)
    if not study.outcomes:
        raise StudyError([Problem("E257", study.id)])
    found = tuple(measured(study, outcome, level) for outcome in study.outcomes)
    axes: Sequence[tuple[str, Any]] = (("arm", study.arms), ("time", study.times))
    return Outcomes(
        found=found,
        labels={axis: {each.id: each.label for each in named} for axis, named in axes},
        several_times=len(study.times) > 1,
        lost={each.outcome.id: tuple(_lost(study, each)) for each in found if each.outcome.column},
        level=level,
        provenance=provenance(study),
    )


def _lost(study: Study, each: Measured) -> list[tuple[str, int]]:
    """Give the arms some of whose analysed citizens have no number in a column."""
    there = {value.arm: value.citizens for value in each.values}
    gone = ((arm.id, arm.analysed - (there.get(arm.id) or 0)) for arm in study.arms)
    return [(arm, n) for arm, n in gone if n]


def _decimals(value: float, digits: int) -> int:
    """Decimals that show so many significant digits of a number; six at most."""
    return min(6, max(0, digits - 1 - math.floor(math.log10(abs(value))))) if value else 0


def _short(value: float, text: Language) -> str:
    """Write a number to three significant digits, a larger one to a decimal or none."""
    size = abs(value)
    if size >= 1_000.0:
        return text.number(value)
    return text.significant(value, 4 if size >= 100.0 else 3)
