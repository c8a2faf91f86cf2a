"""Question: something that the authors of a study could answer, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gevinst.text.language import Label, Lang, Language, language, rounded


@dataclass(frozen=True)
class Question:
    """Something that the authors of a study could answer.

    Parameters
    ----------
    name : str
        ``<kind>.<what>``, or the kind alone: ``basis``, ``weights``, ``payers``, ``heads``,
        ``uncounted.<line>``, ``amount.<rate>``, ``lost``, ``hearsay``, ``hidden_counts``,
        ``paths``, ``percentages``.
    low, high : float
        Between what the difference lies, by the answer, kr. per citizen, all else as published.
    left : float
        Width of what is open, of all unknowns together, when it is answered: the largest over the
        answers at its ends.
    names : mapping of str to Label or float
        What it names.
    answers : tuple of (Label, float)
        Answers that the study lists, and the difference under each.
    interval : tuple of float or None
        Of ``paths``: the least and the largest width of the difference's interval, by the answer.
    """

    name: str
    low: float
    high: float
    left: float
    names: Mapping[str, Label | float] = field(default_factory=dict)
    answers: tuple[tuple[Label, float], ...] = ()
    interval: tuple[float, float] | None = None

    @property
    def what(self) -> str:
        """Its kind."""
        return self.name.partition(".")[0]

    def asked(self, text: Language) -> str:
        """Ask it, as one would of the authors."""
        key = f"ask.question.{self.what}"
        if self.what == "lost":
            key += "".join(f"_{who}" for who in ("dropouts", "moved") if self.names[who])
            if self.names["dropouts"] and not self.names["unknown"]:
                key = key.replace("dropouts", "started")
        return text(key, **named(self.names, text))

    def short(self, text: Language) -> str:
        """Say in a few words what is not known."""
        return in_short(self.what, self.names, text)

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """Return plain values for JSON."""
        text = language(lang)
        interval = self.interval and dict(zip(("least", "most"), self.interval, strict=True))
        return {
            "question": self.asked(text),
            "name": self.name,
            "low": self.low,
            "high": self.high,
            "left": self.left,
            "interval_width": interval,
            "answers": [
                {"answer": text.label(label), "difference": kr} for label, kr in self.answers
            ],
        }


def named(names: Mapping[str, Label | float], text: Language) -> dict[str, str]:
    """Write what a question names in a language."""
    return {
        key: text.label(each) if isinstance(each, Mapping) else text.number(each)
        for key, each in names.items()
    }


def in_short(what: str, names: Mapping[str, Label | float], text: Language) -> str:
    """Say in a few words what is not known: of labels the words before a parenthesis."""
    first = {key: said.partition(" (")[0] for key, said in named(names, text).items()}
    return text(f"plan.gap.{what}", **first)


def amount(kr: float, text: Language, *, exact: bool = False) -> str:
    """Say an amount as what it is: a saving, an extra cost, or nothing; rounded, unless exact."""
    kr = float(f"{kr:.0f}") if exact else rounded(kr)
    key = "saving" if kr > 0.0 else "cost" if kr < 0.0 else "nothing"
    return text(f"front.{key}", kr=text.kr(abs(kr)))


def between(low: float, high: float, text: Language) -> str:
    """Say between what amounts something lies, near to far where both are of one kind."""
    if low * high <= 0.0:
        return text("ask.between", low=amount(low, text), high=amount(high, text))
    near, far = (rounded(abs(kr)) for kr in sorted((low, high), key=abs))
    key = "saving" if low > 0.0 else "cost"
    return text(f"front.{key}_between", low=text.number(near), high=text.kr(far))


def span(limits: tuple[float, float] | None, text: Language) -> str:
    """Write two ends, one where they are written alike, or that there are none."""
    if limits is None:
        return text("bootstrap.none")
    low, high = (rounded(end) for end in limits)
    if low == high:
        return text.kr(low)
    return text("ask.span", low=text.number(low), high=text.kr(high))
