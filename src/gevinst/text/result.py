"""Result: what every answer can do, whatever the question was."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.text.language import Lang, language
from gevinst.text.problems import Problem, say_all
from gevinst.text.voice import DKK, PLAIN, Voice, spoken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LINE = 110
"""Characters of a one-line representation."""

_NAMED = ("difference", "differences", "difference_per_citizen")
"""Keys and columns that are called otherwise where the result is a change."""

_MONEY = re.compile(r"\Akr\.?(?![a-z])")
"""How units of money begin, as in "kr. per citizen" and "kr/year"."""


OF_NUMBERS = ("weights", "person_time")
"""Kinds of design that change numbers themselves, and not only how sure they are."""

DESIGNS = ("clusters", "pairs", "waves", *OF_NUMBERS)
"""What a study can say of its citizens beside their arms, and no calculation uses."""


def _voiced(method: Callable[..., Any]) -> Callable[..., Any]:
    """Say and name what a result has in the voice of its study."""

    @wraps(method)
    def asked(self: Result, *args: Any, **kwargs: Any) -> Any:
        voice = self.voice
        with spoken(voice):
            found = method(self, *args, **kwargs)
        return found if voice in (None, PLAIN) else _renamed(found, voice)

    return asked


def _renamed(found: Any, voice: Voice) -> Any:
    """Call things as the voice does: keys of plain values, columns and rows, and units of money."""
    if isinstance(found, dict):
        renamed = {_name(key, voice): _renamed(each, voice) for key, each in found.items()}
        if isinstance(unit := renamed.get("unit"), str):
            renamed["unit"] = _unit(unit, voice)
        return renamed
    if isinstance(found, list):
        return [_renamed(each, voice) for each in found]
    if hasattr(found, "columns"):
        if "unit" in found.columns and voice.currency != DKK:
            units = (_unit(u, voice) if isinstance(u, str) else u for u in found["unit"])
            found = found.assign(unit=list(units))
        name = partial(_name, voice=voice)
        return found.rename(columns=name, index=name)
    return found


def _name(key: Any, voice: Voice) -> Any:
    if voice.change and key in _NAMED:
        return key.replace("difference", "change")
    return "amount" if voice.currency != DKK and key == "kr" else key


def _unit(unit: str, voice: Voice) -> str:
    return unit if voice.currency == DKK else _MONEY.sub(voice.currency, unit)


class Result:
    """An answer: it says itself in words, as a frame, as plain values, and in a notebook.

    Subclasses are frozen dataclasses with ``repr=False`` that write `summary`, `to_frame` and
    `to_dict`. What belongs to a study also has a ``provenance``.

    Attributes
    ----------
    drawn : tuple of str
        Names of the figures of its kind.
    disregards : tuple of str
        Kinds of design that the answer would look otherwise with: all, unless its class says less.
    """

    drawn: ClassVar[tuple[str, ...]] = ()
    disregards: ClassVar[tuple[str, ...]] = DESIGNS

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let whatever it says be said in its voice."""
        super().__init_subclass__(**kwargs)
        for name in ("summary", "to_frame", "to_dict", "picture"):
            if name in vars(cls):
                setattr(cls, name, _voiced(vars(cls)[name]))

    @property
    def voice(self) -> Voice | None:
        """How texts speak of its study; None where it is of no study."""
        voice: Voice | None = getattr(getattr(self, "provenance", None), "voice", None)
        return voice

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of the figures it has; the first is what `plot` draws of itself.

        What for some ``reason`` has no answer has none.
        """
        return () if getattr(self, "reason", None) else self.drawn

    def summary(self, lang: Lang = "en") -> str:
        """Say the result in words, in ``en`` or ``da``; the first line names it."""
        raise NotImplementedError

    def to_frame(self) -> pd.DataFrame:
        """Return the numbers as a data frame."""
        raise NotImplementedError

    def to_dict(self) -> Any:
        """Everything as plain values, unrounded, ready for JSON."""
        raise NotImplementedError

    def foremost(self, lang: Lang = "en") -> list[str]:
        """Say what comes before the answer itself.

        That the study's printed headline cannot be rebuilt; and what of the study's design the
        answer does not honour; and how later amounts are discounted.
        """
        made = getattr(self, "provenance", None)
        headline, design = getattr(made, "headline", None), getattr(made, "design", {})
        text = language(lang)
        return [
            *([] if headline is None else [headline.said(lang)]),
            *(
                text(f"design.{kind}", label=text.label(label))
                for kind, label in design.items()
                if kind in self.disregards
            ),
            *getattr(made, "discounted", lambda lang: ())(lang),
        ]

    def opening(self, lang: Lang = "en") -> list[str]:
        """Say what comes first, and whose effects the answer rests on where not its own."""
        borrowed = getattr(getattr(self, "provenance", None), "borrowed", None)
        return [*self.foremost(lang), *([] if borrowed is None else borrowed.said(lang))]

    @_voiced
    def cautions(self, lang: Lang = "en") -> Sequence[str]:
        """Say what to be wary of: a headline that cannot be rebuilt, and warnings, a line each."""
        warnings: Sequence[Problem] = getattr(self, "warnings", ())
        return [*self.opening(lang), *say_all(warnings, lang)]

    @_voiced
    def picture(self, name: str = "", lang: Lang = "en") -> Any:
        """Return one of its figures, the first by default, with title and words.

        Raises
        ------
        ValueError
            If it has no such figure; the message lists those it has.
        """
        name = name or next(iter(self.pictures), "")
        if name not in self.pictures:
            known = ", ".join(self.pictures) or "none"
            raise ValueError(f"picture: read '{name}'; {type(self).__name__} has: {known}")
        return replace(getattr(self, f"_{name}_picture")(language(lang)), name=name)

    def plot(self, name: str = "", *, ax: Axes | None = None, lang: Lang = "en") -> Axes:
        """Draw one of its figures, on axes of its own by default, and return the axes."""
        drawn: Axes = self.picture(name, lang).on(ax)
        return drawn

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        first = next((line.strip() for line in self.summary().splitlines() if line.strip()), "")
        said = f"{type(self).__name__}: {first}"
        return f"<{said if len(said) <= _LINE else said[: _LINE - 1] + '…'}>"

    def _repr_html_(self) -> str:
        """Show the frame with a caption, rounded numbers and what to be wary of."""
        from html import escape

        frame = self.to_frame()
        shown = frame.to_html(formatters=_formats(frame), na_rep="")
        caption = escape(self.summary().partition("\n")[0])
        said = "".join(f"<li>{escape(caution)}</li>" for caution in self.cautions())
        cautions = f"<ul>{said}</ul>" if said else ""
        head, tag, body = shown.partition(">")
        return f"{head}{tag}<caption>{caption}</caption>{body}{cautions}"


class Listed(Result):
    """An answer of a few numbers: a first line, and a line for each of them.

    Subclasses write `heading`, and `listed`: what is shown below it, by name.
    """

    def heading(self, lang: Lang) -> str:
        """Say what it is, in one line."""
        raise NotImplementedError

    def listed(self, lang: Lang) -> Sequence[tuple[str, str]]:
        """Return what is shown below the heading: a label and a text each."""
        return ()

    def summary(self, lang: Lang = "en") -> str:
        """Say the heading, and what is listed below it."""
        return "\n".join(
            [self.heading(lang), *(f"{label}: {said}" for label, said in self.listed(lang))]
        )

    def to_frame(self) -> pd.DataFrame:
        """One row: the numbers of `to_dict`."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def _formats(frame: pd.DataFrame) -> dict[Any, Any]:
    """One way of rounding per column of numbers: whole where they are large, else three digits."""
    formats: dict[Any, Any] = {}
    text = language("en")
    for name in frame.columns:
        column = frame[name]
        if getattr(column.dtype, "kind", "O") == "f":
            largest = max((abs(x) for x in column if math.isfinite(x)), default=0.0)
            formats[name] = text.number if largest >= 100.0 else partial(text.significant, digits=3)
    return formats
