"""Axes: what can be chosen about a study, and which choices cannot go together.

An axis is a *question* where only one of its answers can be true (which rate; what became of those
who moved), or a *convention*: a way of counting, each right for what it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from gevinst.analyses.start.standardise import RAW
from gevinst.model.discounting import NONE
from gevinst.stats.standardisation import WEIGHTS
from gevinst.study.conventions import ALL
from gevinst.study.follow_up import follow_ups
from gevinst.study.strata import strata_of
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, Language, language
from gevinst.text.problems import WrongValueError

AS_PUBLISHED, LEFT_OUT, AT_RANDOM = "as_published", "left_out", "at_random"
ANALYSED, ENROLLED = "analysed", "enrolled"
TRANSFER = ("stated", "whole")
"""How much of effects from elsewhere is expected here: as the study states, or all."""
Choices = Mapping[str, str]
"""Axis -> what is chosen along it."""


@dataclass(frozen=True)
class Axis:
    """What can be chosen.

    Parameters
    ----------
    name : str
        ``basis``, ``moved`` ...
    question : bool
        Whether only one of the choices can be true; else they are ways of counting.
    choices : tuple of str
        Ids, in the order they are shown.
    own : str
        The study's own.
    labels : mapping of str to Label
        What the study calls them; the others have words of the package, or their ids.
    """

    name: str
    question: bool
    choices: tuple[str, ...]
    own: str
    labels: Mapping[str, Label]

    def title(self, text: Language) -> str:
        """Say what is chosen."""
        return text(f"scenarios.axis.{self.name}")

    def label(self, choice: str, text: Language) -> str:
        """Say a choice briefly: the words of its label before a colon."""
        if choice in self.labels:
            return text.label(
                {lang: said.partition(":")[0] for lang, said in self.labels[choice].items()}
            )
        key = f"scenarios.choice.{self.name}_{choice}"
        return text(key) if text.has(key) else choice

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        kind = "question" if self.question else "convention"
        return {
            "axis": self.name,
            "kind": kind,
            "choices": list(self.choices),
            "published": self.own,
        }


class _Rule(NamedTuple):
    """Choices that cannot go together, and the key of the reason; `other` means any but that."""

    reason: str
    first: tuple[str, str]
    axis: str
    choice: str
    other: bool = False

    def forbids(self, choices: Choices) -> bool:
        """Whether a combination is one of them."""
        axis, choice = self.first
        if choices.get(axis) != choice or self.axis not in choices:
            return False
        return (choices[self.axis] != self.choice) is self.other


_RULES = (
    _Rule("heads", ("dropouts", AT_RANDOM), "heads", ANALYSED),
    _Rule("strata", ("moved", AT_RANDOM), "estimand", RAW, other=True),
)
NOBODY = "nobody"
"""Reason of a combination under which nobody is left whose gain could be averaged."""
UNWORKED = ("strata", NOBODY)
"""Reasons that are of the calculation and not of the choices: less is tried of such an answer."""
REASONS = ("heads", *UNWORKED)
"""Why choices have no specification."""


def impossible(choices: Choices) -> str | None:
    """Say why choices cannot go together: one of `REASONS`; None where they can."""
    return next((rule.reason for rule in _RULES if rule.forbids(choices)), None)


def combinations(axes: Sequence[Axis]) -> Iterator[dict[str, str]]:
    """Go through all combinations of choices, the possible and the impossible."""
    names = [axis.name for axis in axes]
    for chosen in product(*(axis.choices for axis in axes)):
        yield dict(zip(names, chosen, strict=True))


def axes_of(study: Study, asked: Sequence[str] = ()) -> tuple[Axis, ...]:
    """Return the axes along which a study leaves a choice, and those asked for beside them.

    Raises
    ------
    ValueError
        An axis asked for that is none, or along which the study states one thing only.
    """
    found = {axis.name: axis for axis in _axes(study) if len(axis.choices) > 1}
    for name in asked:
        if name not in found:
            raise WrongValueError("axis", name, "study_has", known=list(found))
    return tuple(axis for name, axis in found.items() if name not in _MORE or name in asked)


def readings_of(study: Study) -> tuple[Axis, ...]:
    """Return those axes, with a choice, that a convention of the study settles for its inputs.

    Stated alternatives, and whom what was paid for a whole group is spread over.
    """
    return tuple(axis for axis in (*_stated(study), _heads(study)) if len(axis.choices) > 1)


_MORE = ("horizon", "perspective")
"""Axes that are left out unless they are asked for."""


def _axes(study: Study) -> Iterator[Axis]:
    """Go through all axes, those without a choice too."""
    chosen = study.conventions
    yield from _stated(study)
    arms = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    dropped = any(study.arms[a].dropouts for a in arms)
    if study.statuses:
        later = study.counts[arms][:, 1:][..., list(study.lost)]
        moved: tuple[str, ...] = (AS_PUBLISHED, LEFT_OUT, AT_RANDOM) if later.any() else ()
        if study.paths is None and study.contrast.reference is None:
            moved = tuple(name for name in moved if name != LEFT_OUT)  # bounded for a pair only
        said: dict[str, Label] = {}
        if study.status_costs[..., list(study.lost)].any():  # as published is not at no cost
            key = "scenarios.choice.moved_priced"
            said[AS_PUBLISHED] = {lang: language(lang)(key) for lang in LANGUAGES}
        yield Axis("moved", True, moved, AS_PUBLISHED, said)
        yield Axis("dropouts", True, (AS_PUBLISHED, AT_RANDOM) if dropped else (), AS_PUBLISHED, {})
    yield _heads(study)
    less = study.elsewhere is not None and study.elsewhere.transferred
    yield Axis("transfer", True, TRANSFER if less else (), TRANSFER[0], {})
    times = follow_ups(study)
    yield Axis("time", False, times, study.axes.times[-1], study.labels)
    yield Axis("estimand", False, _estimands(study), RAW, {})
    yield Axis("horizon", False, study.choices["horizon"], chosen.horizon, {})
    yield _discounts(study)
    payers = study.choices["perspective"]
    payers = payers if len(study.payers) > 1 else ()
    labels = {payer.id: payer.label for payer in study.payers if payer.id != ALL}
    yield Axis("perspective", False, payers, chosen.perspective, labels)


def _discounts(study: Study) -> Axis:
    """By the schedule that a study states, or not at all; where that makes a difference."""
    own = study.conventions.discount
    stated = NONE if study.discount is None else study.discount.schedule
    choices = tuple(dict.fromkeys((own, stated, NONE)))
    told = {study.choose(discount=each).horizon.tobytes() for each in choices if study.priced}
    return Axis("discount", False, choices if len(told) > 1 else (), own, {})


def _stated(study: Study) -> Iterator[Axis]:
    """Go through the alternatives that a study states itself."""
    named = {
        kind: {each.id: each.label for each in alternatives}
        for kind, alternatives in study.alternatives.items()
    }
    for kind in ("basis", "weights", "payers"):
        own = getattr(study.conventions, kind)
        yield Axis(kind, True, study.choices[kind], own, named.get(kind, {}))


def _heads(study: Study) -> Axis:
    """Whom what was paid for a whole group is spread over, where some of them dropped out."""
    arms = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    dropped = any(study.arms[a].dropouts for a in arms)
    heads = (ANALYSED, ENROLLED) if dropped and study.group_lines[arms].any() else ()
    own = ENROLLED if study.conventions.heads == ENROLLED else ANALYSED
    return Axis("heads", False, heads, own, {})


def _estimands(study: Study) -> tuple[str, ...]:
    """The groups as they are, and standardised to each population that holds somebody."""
    if study.stratification is None or not study.statuses or study.contrast.reference is None:
        return ()
    sizes = strata_of(study).counts(study)
    shared = bool((sizes > 0).all(axis=0).any())
    return (RAW, *(name for name in WEIGHTS if name != "overlap" or shared))
