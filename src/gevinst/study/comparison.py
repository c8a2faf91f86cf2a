"""What is compared with what, and what kind of comparison that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from gevinst.model.axes import Contrast
from gevinst.text.form import one_form
from gevinst.text.language import Label
from gevinst.text.problems import WrongValueError

Kind = Literal["control", "stated", "before", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""``control``: the reference is another group, which was seen. ``stated``: the reference is a
course that somebody wrote down, of what would have happened; nobody was compared with anybody.
``before``: there is no reference, and the same citizens are seen at start and later. ``none``:
there is no reference, and nothing more is said. Without a reference the result is a change."""

PAIRED: tuple[Kind, ...] = ("control", "stated")
"""Kinds that hold an arm against another."""

USUAL = Contrast("intervention", "control")
"""What is compared where a study has two arms of these ids and says no more."""


@dataclass(frozen=True)
class Marker:
    """What would have come without the intervention elsewhere: something to hold a share against.

    Parameters
    ----------
    share : float
        Part of an improvement that came by itself there.
    label : Label
        What it is of.
    source : str
        Where it stands.
    """

    share: float
    label: Label
    source: str


@dataclass(frozen=True)
class Comparison:
    """What a study compares.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    contrast : Contrast
        Which arm is held against which.
    basis : Label
        Of stated courses: who wrote them, and for whom, as a sentence; empty where nothing is said.
    over : Label
        What time the amounts are over, as in "over three years"; empty where nothing is said.
    markers : tuple of Marker
        Shares from elsewhere of what comes by itself.
    chosen : Label
        How the treated were chosen, as a sentence, where that was for a high cost; else empty.
    """

    kind: Kind
    contrast: Contrast
    basis: Label = field(default_factory=dict)
    over: Label = field(default_factory=dict)
    markers: tuple[Marker, ...] = ()
    chosen: Label = field(default_factory=dict)


def contrast_of(known: Sequence[str], treated: str, reference: str | None) -> Contrast:
    """Return two of the known arms, or one, as what is compared.

    Raises
    ------
    ValueError
        If there is no such arm, or the two are the same.
    """
    arms = [one_form(arm) for arm in (treated, reference) if arm is not None]
    for arm in arms:
        if arm not in known:
            raise WrongValueError("compare", arm, "study_has", known=list(known))
    if len(set(arms)) < len(arms):
        raise WrongValueError("compare", ":".join(arms), "two_arms", known=list(known))
    return Contrast(*arms)
