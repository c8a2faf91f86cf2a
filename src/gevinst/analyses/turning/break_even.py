"""break_even(study): what each input by itself would have to be for the difference to be zero."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.standardise import standardise
from gevinst.analyses.swing import input_said, unit_said, value_said
from gevinst.analyses.turning.ends import difference
from gevinst.analyses.turning.inputs import Input, inputs_of
from gevinst.sources.registry import chosen
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.numerals import LARGEST
from gevinst.text.problems import StudyError, WrongValueError
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

_DRAWN = 8  # inputs of the figure, as many as a page holds in letters one can read
_SHOWN, _COUNTS = 20, 5  # inputs of a printed table, and counts among them

_DIGITS = {"kr": 0, "kr/year": 0, "kr/month": 0, "citizens": 1, "years": 2, "share": 4}
_DIGITS |= {"pp": 2, "days": 2}


@dataclass(frozen=True, eq=False, repr=False)
class BreakEven(Result):
    """Every input that moves the difference, and where it is what is asked for.

    Parameters
    ----------
    difference, target : float
        What the difference is, and what it is asked to be, kr. per citizen.
    inputs : tuple of Input
        The nearest first: those that can have the value before those that cannot, by distance
        relative to the input's size.
    beyond_mix : tuple of float or None
        How much dearer each of the treated would have to have been at start, beyond what the mix of
        strata makes, for the standardised difference (pooled weights) to be the target: the lowest
        and the highest over every table that fits, kr.; below zero cheaper. None without strata.
    provenance : Provenance
        What made the result.
    course : str
        The input that is the cost of a course somebody wrote down; empty where none is.
    ranged : bool
        Whether a source draws it, or a case's of it.
    over : Label
        What time its cost is over; empty where the study does not say.
    """

    difference: float
    target: float
    inputs: tuple[Input, ...]
    beyond_mix: tuple[float, float] | None
    provenance: Provenance
    course: str = ""
    ranged: bool = False
    over: Label = field(default_factory=dict)

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("break_even",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where no input can bring the difference there."""
        return self.drawn if self.nearest() else ()

    def of(self, name: str) -> Input:
        """Return one input by its name.

        Raises
        ------
        KeyError
            If there is no such input, or it does not move the difference.
        """
        for each in self.inputs:
            if each.input == name:
                return each
        raise KeyError(f"no input '{name}'; there are: {', '.join(i.input for i in self.inputs)}")

    def nearest(self) -> list[Input]:
        """Return what a table shows: the nearest that can be, and of counts but a few."""
        possible = [each for each in self.inputs if each.possible]
        counts = [each for each in possible if each.kind == "count"][:_COUNTS]
        return [each for each in possible if each.kind != "count" or each in counts][:_SHOWN]

    def rows(self) -> list[dict[str, Any]]:
        """One row of plain values per input."""
        return [
            {
                "input": each.input,
                "value": each.value,
                "current": each.current,
                "unit": each.unit,
                "distance": each.distance,
                "distance_sd": each.distance_sd,
                "possible": each.possible,
            }
            for each in self.inputs
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": self.difference,
            "target": self.target,
            "inputs": self.rows(),
            "beyond_mix": self.beyond_mix
            and dict(zip(("low", "high"), self.beyond_mix, strict=True)),
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per input, the nearest first."""
        import pandas as pd

        frame = pd.DataFrame(self.rows()).set_index("input")
        return frame.astype({"distance_sd": float})

    def summary(self, lang: Lang = "en") -> str:
        """Say the nearest inputs as a table, in ``en`` or ``da``."""
        text = language(lang)
        heads, *rows = self.cells(text)
        said = [
            self.heading(text),
            table([heads, [], *rows], left=2) if rows else text("break_even.none"),
        ]
        return "\n".join([*self.opening(lang), *said, *self.notes(text)])

    def heading(self, text: Language) -> str:
        """Say what is asked."""
        kr, target = text.kr(self.difference), text.kr(self.target)
        return text("break_even.heading", kr=kr, target=target)

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table: its heads, and a row per input that is near."""
        names = ("unit", "current", "value", "distance", "in_sd")
        heads = ["", *(text(f"break_even.{name}") for name in names)]
        return [heads, *(self._row(each, text) for each in self.nearest())]

    def notes(self, text: Language) -> list[str]:
        """Say what is left out of the table, and what its rows mean."""
        said, shown = [], self.nearest()
        if more := len(self.inputs) - len(shown):
            said.append(text("break_even.more", n=more))
        if self.beyond_mix:
            low, high = map(text.number, self.beyond_mix)
            arm = next(each.place[0] for each in self.inputs if each.kind == "imbalance")
            values = {"arm": text.label(arm), "target": text.kr(self.target)}
            said.append(text("break_even.beyond_mix", low=low, high=high, **values))
        said += self.written(text)
        kinds = dict.fromkeys(each.kind for each in shown)
        return [*said, *(text(f"break_even.note.{kind}") for kind in kinds)]

    def written(self, text: Language) -> list[str]:
        """Say what a course that somebody wrote down would have to cost; nothing where none is."""
        each = next((each for each in self.inputs if each.input == self.course), None)
        if each is None or not each.possible or self.target or not self.difference:
            return []
        cost = -self.difference / each.distance
        said = text(
            f"break_even.stated_{'saving' if self.difference > 0.0 else 'cost'}",
            arm=text.label(each.place[0]),
            share=text.percent(abs(each.distance), 1),
            now=text.kr(cost),
            kr=text.kr(abs(self.difference)),
            over=f" {text.label(self.over)}" if self.over else "",
        )
        return [said if self.ranged else said + text("break_even.stated_open")]

    def _row(self, each: Input, text: Language) -> list[str]:
        name = input_said(each.input, each.place, text)
        digits = _DIGITS[each.unit]
        numbers = [text.number(x, digits) for x in (each.current, each.value, each.distance)]
        sd = "–" if each.distance_sd is None else text.number(each.distance_sd, 2)
        return [name, unit_said(each.unit, text), *numbers, sd]

    def _break_even_picture(self, text: Language) -> Picture:
        """A bar per input that is near: its distance in its own size, and in its own spread."""
        from gevinst.plots.bars import Bar, Row, bars

        rows, alt = [], []
        shown = self.nearest()[:_DRAWN]
        for each in shown:
            far = 100.0 * each.distance / each.scale
            now, then = (value_said(x, each.unit, text) for x in (each.current, each.value))
            name = input_said(each.input, each.place, text)
            label = text("figure.turns", input=name, now=now, then=then)
            said = text.percent(each.distance / each.scale, 1)
            said = said if far < 0.0 else f"+{said}"
            if each.distance_sd is not None:
                sd = text.number(abs(each.distance_sd), 2)
                said = text("figure.turns_sd", far=said, sd=sd)
            # Right of zero, where no label of a row is.
            rows.append(Row(label, (Bar(min(far, 0.0), max(far, 0.0), labels=("", said)),)))
            alt.append(f"{label}: {said}")
        kr, target = text.kr(self.difference), text.kr(self.target)
        return bars(
            rows,
            text,
            title=text("figure.break_even_title", target=target),
            alt="; ".join(alt),
            axis=text("figure.break_even_axis"),
            caption=text(
                "figure.break_even_caption", kr=kr, target=target, n=len(self.inputs) - len(shown)
            ),
            row_height=0.36,
        )


def break_even(study: Study, *, target: float = 0.0) -> BreakEven:
    """Say what each input by itself would have to be for the difference to be zero.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    target : float
        The difference that is asked for, kr. per citizen.

    Returns
    -------
    BreakEven
        In closed form. Inputs are the rates; citizens that a group's amount is spread over; the
        citizens of each status at each time that counts; the years that the effect lasts (an
        extrapolation); what each of the lost costs more; how much dearer the treated were at start
        for reasons of no table, or what part of their fall comes by itself; the part that comes
        without the intervention (deadweight); the probability of an event; the citizens a stratum
        stands for; of courses that somebody wrote down, what they cost per krone written; and
        effects from elsewhere, how much of them comes, and what comes off them. Inputs that do not
        move the difference are left out.

    Raises
    ------
    ValueError
        A target that is no number of kr., or larger than any amount.

    Notes
    -----
    Counts are those that `gevinst.gain` takes. Deadweight is 1 - investment / improvement of the
    treated arm; its current value is the reference's improvement per citizen as a part of the
    treated arm's.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.break_even(gv.load("ishoj-smc"))
    >>> round(found.of("deadweight.intervention").value, 5)
    0.22716
    """
    if not abs(target) <= LARGEST:  # nan is neither
        raise WrongValueError("target", target, "amount", most=f"{LARGEST:.0f}")
    inputs = tuple(inputs_of(study, target))
    beyond = _beyond_mix(study, target)
    made = provenance(study)
    if not study.stated or study.comparison is None:
        return BreakEven(difference(study), target, inputs, beyond, made)
    course = f"stated.{study.contrast.reference}"
    drawn = {scalar.name for source in chosen(study) for scalar in source.scalars(study)}
    ranged = any(each.kind == "stated" and each.input in drawn for each in inputs)
    over = study.comparison.over
    return BreakEven(difference(study), target, inputs, beyond, made, course, ranged, over)


def _beyond_mix(study: Study, target: float) -> tuple[float, float] | None:
    """Solve the imbalance that the mix does not make; None where the strata do not hold all."""
    if study.stratification is None or study.contrast.reference is None or not study.statuses:
        return None
    first = float(study.status_horizon[0])
    try:
        found = standardise(study)
    except StudyError:
        return None
    return ((found.low - target) / first, (found.high - target) / first) if first > 0.0 else None
