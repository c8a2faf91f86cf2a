"""scenarios(study): the difference under every combination of choices, side by side.

Choices are stated alternatives and not chance: no combination is a draw, and their number is no
sample size. What holds for all of them, and within each answer to the questions, is described.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.scenarios import said
from gevinst.analyses.scenarios.axes import (
    NOBODY,
    REASONS,
    UNWORKED,
    Axis,
    Choices,
    axes_of,
    combinations,
    impossible,
)
from gevinst.analyses.scenarios.over_time import Accumulated, over_time
from gevinst.analyses.scenarios.specify import SIGNS, Specification, Specifier
from gevinst.stats.intervals import level_of
from gevinst.stats.sensitivity.shapley import shapley_shares
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture


class _Several:
    """Several specifications, and between what they lie."""

    specifications: tuple[Specification, ...]

    @property
    def low(self) -> float:
        """The lowest difference, or end of bounds."""
        return min(each.low for each in self.specifications)

    @property
    def high(self) -> float:
        """The highest."""
        return max(each.high for each in self.specifications)


@dataclass(frozen=True)
class Answer(_Several):
    """All specifications that give one answer to every question, over the conventions.

    Parameters
    ----------
    questions : mapping of str to str
        The answer.
    specifications : tuple of Specification
        One per combination of conventions that goes with it.
    """

    questions: Choices
    specifications: tuple[Specification, ...]

    @property
    def medians(self) -> tuple[float, float]:
        """Ends between which the median lies, each difference within its bounds."""
        low = median(each.low for each in self.specifications)
        return low, median(each.high for each in self.specifications)

    def share(self, sign: str) -> float:
        """Share of the specifications with one of `SIGNS`."""
        return sum(each.sign == sign for each in self.specifications) / len(self.specifications)

    @property
    def sign(self) -> str:
        """The sign all of them have, or ``either``."""
        signs = {each.sign for each in self.specifications}
        return signs.pop() if len(signs) == 1 else "either"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; a median with bounds is written as the middle of them."""
        low, high = self.medians
        return {
            "questions": dict(self.questions),
            "specifications": len(self.specifications),
            "median": (low + high) / 2.0,
            "median_low": low,
            "median_high": high,
            "low": self.low,
            "high": self.high,
            "share_negative": self.share("negative"),
            "share_either": self.share("either"),
        }


@dataclass(frozen=True)
class Impossible:
    """Choices that cannot go together.

    Parameters
    ----------
    reason : str
        Why not: one of `gevinst.analyses.scenarios.axes.REASONS`.
    combinations : tuple of mapping
        Which they are.
    """

    reason: str
    combinations: tuple[Choices, ...]


@dataclass(frozen=True)
class Swing(_Several):
    """What one axis alone does to the difference.

    Parameters
    ----------
    axis : Axis
        Which.
    specifications : tuple of Specification
        One for each choice along it that is possible: the study's own in all else, or, where that
        does not go with the choice, the one with the fewest other choices that do.
    share : float or None
        Part of the variance of the difference over all specifications in which the data fix it
        (Shapley); None where the axis is the same in all of them.
    """

    axis: Axis
    specifications: tuple[Specification, ...]
    share: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        choices = [
            {"choices": dict(each.choices), "low": each.low, "high": each.high}
            for each in self.specifications
        ]
        return {"axis": self.axis.name, "low": self.low, "high": self.high, "at": choices}


@dataclass(frozen=True, eq=False, repr=False)
class Scenarios(_Several, Result):
    """The difference under every combination of choices.

    Parameters
    ----------
    axes : tuple of Axis
        What can be chosen; none where the study leaves nothing open.
    specifications : tuple of Specification
        All that are possible.
    own : Specification
        The one that the study itself calculates.
    impossible : tuple of Impossible
        Combinations that do not go together, by reason.
    answers : tuple of Answer
        Within one answer to every question.
    swings : tuple of Swing
        What each axis does.
    over_time : tuple of Accumulated
        The difference accumulated over the follow-up by each step rule, all else as published; none
        where it cannot be.
    level : float
        Of the intervals.
    coupling : str
        What they are under.
    masked : bool
        Whether the study holds suppressed counts, which are then taken as nearest to their mean.
    provenance : Provenance
        What made the result.
    """

    axes: tuple[Axis, ...]
    specifications: tuple[Specification, ...]
    own: Specification
    impossible: tuple[Impossible, ...]
    answers: tuple[Answer, ...]
    swings: tuple[Swing, ...]
    over_time: tuple[Accumulated, ...]
    level: float
    coupling: str
    masked: bool
    provenance: Provenance

    drawn: ClassVar[tuple[str, ...]] = ("scenarios",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where there is nothing to choose."""
        return self.drawn if self.axes else ()

    @property
    def signs(self) -> dict[str, int]:
        """How many answers to the questions have each sign whatever the conventions."""
        found = Counter(answer.sign for answer in self.answers)
        return {sign: found[sign] for sign in SIGNS}

    @property
    def less_tried(self) -> int:
        """How many answers lack conventions that are not worked out for them."""
        questions = [axis.name for axis in self.axes if axis.question]
        lacking = {
            tuple(choices[name] for name in questions)
            for each in self.impossible
            if each.reason in UNWORKED
            for choices in each.combinations
        }
        return len(lacking & {tuple(answer.questions.values()) for answer in self.answers})

    @property
    def fixed(self) -> tuple[Specification, ...]:
        """Specifications in which the data fix the difference."""
        return tuple(each for each in self.specifications if each.difference is not None)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        plain = [each.to_dict(self.level, self.coupling) for each in self.specifications]
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "level": self.level,
            "axes": [axis.to_dict() for axis in self.axes],
            "published": self.own.to_dict(self.level, self.coupling),
            "specifications": plain,
            "impossible": [
                {"choices": dict(choices), "reason": each.reason}
                for each in self.impossible
                for choices in each.combinations
            ],
            "signs": self.signs,
            "summary": [answer.to_dict() for answer in self.answers],
            "swing": [swing.to_dict() for swing in self.swings],
            "shares": {swing.axis.name: swing.share for swing in self.swings},
            "shares_over": len(self.fixed),
            "over_time": [each.to_dict() for each in self.over_time],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per specification: its choices, its bounds and its interval."""
        import pandas as pd

        nothing = (math.nan, math.nan)
        return pd.DataFrame(
            {
                **each.choices,
                "difference": math.nan if each.difference is None else each.difference,
                "low": each.low,
                "high": each.high,
                "interval_low": (each.interval or nothing)[0],
                "interval_high": (each.interval or nothing)[1],
            }
            for each in self.specifications
        )

    def summary(self, lang: Lang = "en") -> str:
        """Say what the choices make of the difference, in ``en`` or ``da``."""
        return "\n".join([*self.opening(lang), *said.summary(self, language(lang))])

    def _scenarios_picture(self, text: Language) -> Picture:
        """The curve of all specifications, and below it what is chosen in each."""
        return said.curve(self, text)


def scenarios(
    study: Study, *, axes: Sequence[str] | str | None = None, confidence_level: float = 0.95
) -> Scenarios:
    """Calculate a study's difference under every combination of choices it leaves open.

    The choices are *questions*, of whose answers only one can be true (the rate basis, whom a case
    stands for, whose the amounts are, what became of the moved and of the dropouts), and
    *conventions*: whom an investment is spread over (``heads``), when the follow-up ends
    (``time``), the groups as they are or standardised (``estimand``). Nothing is drawn.

    Parameters
    ----------
    study : Study
        Under the conventions it carries; those are its own specification.
    axes : str or sequence of str, optional
        Axes beside those: ``horizon``, ``perspective``. Only where the study leaves a choice.
    confidence_level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    Scenarios
        A difference that the data only bound (a standardised one from margins, or without the
        moved) has its bounds in the place of a point. Of a study that leaves nothing open: its own
        specification alone.

    Raises
    ------
    ValueError
        An axis along which the study states one thing only; a level outside (0, 1).

    Notes
    -----
    A specification curve (Simonsohn, Simmons & Nelson 2020, Nature Human Behaviour 4, 1208-1214) as
    a description alone: their test of all specifications together is not made, and to state an
    alternative twice changes no interval. Intervals are Student's (Welch) under the widest
    coupling, or Imbens & Manski's on bounds, as `gevinst.missing` and `gevinst.standardise` give
    them. What an axis has of the variance is
    `gevinst.stats.sensitivity.shapley.shapley_shares` over the specifications in which the data fix
    the difference.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.scenarios(gv.load("ishoj-smc"))
    >>> len(found.specifications), round(found.own.low)
    (198, 1631)
    >>> found.signs
    {'negative': 12, 'either': 4, 'positive': 2}
    """
    study.need_prices()
    asked = (axes,) if isinstance(axes, str) else tuple(axes or ())
    level = level_of(confidence_level)
    found = axes_of(study, asked)
    specifier = Specifier(study, level)
    possible: list[Specification] = []
    refused: dict[str, list[Choices]] = {reason: [] for reason in REASONS}
    for choices in combinations(found):
        reason = impossible(choices)
        specified = None if reason else specifier.specify(choices)
        if specified is None:
            refused[reason or NOBODY].append(choices)
        else:
            possible.append(specified)
    own = {axis.name: axis.own for axis in found}
    return Scenarios(
        axes=found,
        specifications=tuple(possible),
        own=next(each for each in possible if each.choices == own),
        impossible=tuple(Impossible(reason, tuple(c)) for reason, c in refused.items() if c),
        answers=_answers(found, possible),
        swings=_swings(found, possible),
        over_time=over_time(study, level),
        level=level,
        coupling=specifier.coupling,
        masked=bool(study.masked),
        provenance=provenance(study),
    )


def _answers(axes: Sequence[Axis], found: Iterable[Specification]) -> tuple[Answer, ...]:
    """Gather what gives one answer to every question."""
    questions = [axis.name for axis in axes if axis.question]
    by_answer: dict[tuple[str, ...], list[Specification]] = {}
    for each in found:
        by_answer.setdefault(tuple(each.choices[name] for name in questions), []).append(each)
    return tuple(
        Answer(dict(zip(questions, answer, strict=True)), tuple(each))
        for answer, each in by_answer.items()
    )


def _swings(axes: Sequence[Axis], found: Sequence[Specification]) -> tuple[Swing, ...]:
    """Let each axis swing, and divide the variance of what the data fix among them."""
    fixed = [each for each in found if each.difference is not None]
    varied = [axis for axis in axes if len({each.choices[axis.name] for each in fixed}) > 1]
    shares: dict[str, float] = {}
    if varied:
        chosen = [
            [axis.choices.index(each.choices[axis.name]) for axis in varied] for each in fixed
        ]
        parts = shapley_shares(chosen, [each.low for each in fixed]).tolist()
        shares = dict(zip((axis.name for axis in varied), parts, strict=True))

    def unlike(each: Specification) -> int:
        return sum(each.choices[axis.name] != axis.own for axis in axes)

    swings = []
    for axis in axes:
        nearest = [
            min((each for each in found if each.choices[axis.name] == choice), key=unlike)
            for choice in axis.choices
            if any(each.choices[axis.name] == choice for each in found)
        ]
        swings.append(Swing(axis, tuple(nearest), shares.get(axis.name)))
    return tuple(swings)
