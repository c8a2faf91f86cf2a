"""Figures: every figure of the package by its subject, as a file that stands alone.

To add one: a row of `FIGURES`, and its line in the texts under ``figure.about``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.analyses.accounts.activity import activity
from gevinst.analyses.accounts.outcomes import outcomes
from gevinst.analyses.accounts.progression import progression
from gevinst.analyses.accounts.survey import survey
from gevinst.analyses.accounts.yearly import accounts
from gevinst.analyses.alone.deadweight import deadweight
from gevinst.analyses.bootstrap import bootstrap
from gevinst.analyses.cases import cases
from gevinst.analyses.draws import LEVEL
from gevinst.analyses.lost.missing import missing
from gevinst.analyses.planning.ask import ask
from gevinst.analyses.planning.plan import plan
from gevinst.analyses.scenarios.specifications import scenarios
from gevinst.analyses.simulate import simulate
from gevinst.analyses.start.adjustment import adjust
from gevinst.analyses.start.baseline import baseline
from gevinst.analyses.start.stratify import stratify
from gevinst.analyses.tornado import tornado
from gevinst.analyses.turning.bounds import bounds
from gevinst.analyses.turning.break_even import break_even
from gevinst.analyses.turning.fragility import fragility
from gevinst.analyses.turning.switch_worth import switch_worth
from gevinst.analyses.turning.two_way import TwoWay, two_way
from gevinst.analyses.value.information import value_of_information
from gevinst.analyses.variance import variance_shares
from gevinst.analyses.years.years import years
from gevinst.study.study import Study
from gevinst.text.language import NBSP, Language
from gevinst.text.problems import WrongValueError, one_of
from gevinst.text.result import Result

if TYPE_CHECKING:
    from gevinst.plots.picture import Drawing, Picture


class Figure(NamedTuple):
    """A figure: its name, the question whose answer draws it, and what that can be asked with.

    Attributes
    ----------
    name : str
        Its subject.
    ask : callable
        A study, and what is asked with -> an answer.
    takes : tuple of str
        Parameters of `ask` that can be given.
    needs : tuple of str
        Those of them that must be.
    """

    name: str
    ask: Callable[..., Result]
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def picture(self) -> str:
        """What the answer calls it."""
        return self.name.replace("-", "_")

    def about(self, text: Language) -> str:
        """Say what it shows."""
        return text(f"figure.about.{self.picture}")


_DRAWN = ("n", "rng")
_LEVEL = "confidence_level"
_SWITCH = ("query", "strata", "impossible")


def _two_way(study: Study, inputs: Sequence[str]) -> TwoWay:
    """Ask over two inputs, given in one list."""
    if len(inputs) != 2:
        raise WrongValueError("inputs", ",".join(inputs), "figure_inputs", figure="two-way")
    return two_way(study, *inputs)


FIGURES = (
    Figure("difference", simulate, (*_DRAWN, _LEVEL)),
    Figure("curve", simulate, _DRAWN),
    Figure("dots", simulate, _DRAWN),
    Figure("intervals", bootstrap, (_LEVEL, "impossible")),
    Figure("shares", variance_shares, _DRAWN),
    Figure("tornado", tornado, (*_DRAWN, _LEVEL)),
    Figure("standardised", stratify, ("strata", _LEVEL, "impossible")),
    Figure("balance", baseline, ("strata",)),
    Figure("methods", adjust, ("strata", "covariates", _LEVEL)),
    Figure("lost", missing, (_LEVEL,)),
    Figure("dropouts", missing, (_LEVEL,)),
    Figure("scenarios", scenarios, (_LEVEL,)),
    Figure("cases", cases),
    Figure("break-even", break_even),
    Figure("deadweight", deadweight, (_LEVEL,)),
    Figure("two-way", _two_way, ("inputs",), ("inputs",)),
    Figure("fragility", fragility, ("impossible",)),
    Figure("bounds", bounds, ("query", "moved", "impossible"), ("query",)),
    Figure("switch-worth", switch_worth, _SWITCH, ("query",)),
    Figure("switch-worth-difference", switch_worth, _SWITCH, ("query",)),
    Figure("detectable", plan, (_LEVEL,)),
    Figure("assurance", plan, (_LEVEL,)),
    Figure("questions", ask),
    Figure("composition", progression),
    Figure("activity", activity, (_LEVEL,)),
    Figure("years", years, (*_DRAWN, _LEVEL)),
    Figure("outcomes", outcomes, (_LEVEL,)),
    Figure("accounts", accounts),
    Figure("survey", survey, (_LEVEL,)),
    Figure("value", value_of_information, _DRAWN),
)
"""Every figure, in the order in which they are listed."""


def figure_named(name: str) -> Figure:
    """Return a figure by its name.

    Raises
    ------
    WrongValueError
        If there is none; the message lists those there are.
    """
    found = one_of("figure", name, [figure.name for figure in FIGURES])
    return next(figure for figure in FIGURES if figure.name == found)


def draw(figure: Figure, study: Study, text: Language, given: Mapping[str, Any]) -> Picture:
    """Ask a figure's question of a study, and draw the answer.

    Parameters
    ----------
    figure : Figure
        Which.
    study : Study
        Under the conventions it carries.
    text : Language
        Of its words.
    given : mapping of str to object
        Parameters of its question that were given, by name.

    Raises
    ------
    WrongValueError
        A parameter that it does not take, one that it needs and was not given, or an answer that
        has no such figure.
    """
    for name in given:
        if name not in figure.takes:
            raise WrongValueError(name, given[name], "of_figure", figure=figure.name)
    for name in figure.needs:
        if name not in given:
            raise WrongValueError(name, None, f"figure_{name}", figure=figure.name)
    answer = figure.ask(study, **given)
    if figure.picture not in answer.pictures:
        raise WrongValueError("figure", figure.name, "no_figure")
    found: Picture = answer.picture(figure.picture, text.code)
    return found


FOLDER = "figures"
"""Where a report keeps its figures."""
_KINDS = "svg", "png"


def kept(drawing: Drawing, study: Study, text: Language) -> dict[str, bytes]:
    """Write a figure of a report as files of their own: path in its folder -> content."""
    figure = next(each for each in FIGURES if each.picture == drawing.picture.name)
    files = drawing.files(_KINDS, footer(figure, study, text, {}))
    return {f"{FOLDER}/{figure.name}.{kind}": content for kind, content in files.items()}


def footer(figure: Figure, study: Study, text: Language, given: Mapping[str, Any]) -> str:
    """Say below a figure what it is of: study, level, choices, publication and version."""
    said = [text.label(study.title)]
    if _LEVEL in figure.takes:
        said.append(text("figure.level", level=text.level(given.get(_LEVEL, LEVEL))))
    chosen = dataclasses.asdict(study.conventions)
    declared = dataclasses.asdict(study.declared or study.conventions)
    other = [
        f"{name}{NBSP}={NBSP}{value}" for name, value in chosen.items() if value != declared[name]
    ]
    other += [
        f"{source}.{setting}{NBSP}={NBSP}{value}"
        for source, settings in study.assumed.items()
        for setting, value in settings.items()
    ]
    if other:
        said.append(text("figure.chosen", chosen=", ".join(other)))
    if study.references:
        said.append(text("figure.source", source=text.label(next(iter(study.references.values())))))
    return " · ".join([*said, f"gevinst{NBSP}{version('gevinst')}"])
