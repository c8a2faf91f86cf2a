"""Unknown: something a study leaves open that somebody who was there can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gevinst.study.study import Study
from gevinst.text.language import Label

Change = Callable[[Study], Study]
"""A study -> the same study with an answer written into it."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """What is not known, and the answers at its ends.

    Parameters
    ----------
    name : str
        ``<kind>.<what>``, or the kind alone; no two of a study are alike.
    answers : tuple of callable
        Each writes one answer into the study. Every other answer gives a difference between theirs.
    names : mapping of str to Label or float
        What its question names: labels, amounts and numbers of citizens.
    labels : tuple of Label
        What the answers are called, where the study lists them; else empty.
    """

    name: str
    answers: tuple[Change, ...]
    names: Mapping[str, Label | float] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
