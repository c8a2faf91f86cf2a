"""What is compared with what, and what kind of comparison that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from gevinst.model.axes import Contrast
from gevinst.text.language import Label

Kind = Literal["control", "stated"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""``control``: the reference is another group, which was seen. ``stated``: the reference is a
course that somebody wrote down, of what would have happened; nobody was compared with anybody."""


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
    """

    kind: Kind
    contrast: Contrast
    basis: Label = field(default_factory=dict)
    over: Label = field(default_factory=dict)

    @property
    def stated(self) -> bool:
        """Whether the reference is a course that somebody wrote down."""
        return self.kind == "stated"
