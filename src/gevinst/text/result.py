"""Result: what every answer can do, whatever the question was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.text.language import Lang, language
from gevinst.text.problems import Problem, say_all

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LINE = 110
"""Characters of a one-line representation."""


class Result:
    """An answer: it says itself in words, as a frame, as plain values, and in a notebook.

    Subclasses are frozen dataclasses with ``repr=False`` that write `summary`, `to_frame` and
    `to_dict`. What belongs to a study also has a ``provenance``.

    Attributes
    ----------
    drawn : tuple of str
        Names of the figures of its kind.
    """

    drawn: ClassVar[tuple[str, ...]] = ()

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

    def opening(self, lang: Lang = "en") -> list[str]:
        """Say what comes before all else: that the study's printed headline cannot be rebuilt."""
        headline = getattr(getattr(self, "provenance", None), "headline", None)
        return [] if headline is None else [headline.said(lang)]

    def cautions(self, lang: Lang = "en") -> Sequence[str]:
        """Say what to be wary of: a headline that cannot be rebuilt, and warnings, a line each."""
        warnings: Sequence[Problem] = getattr(self, "warnings", ())
        return [*self.opening(lang), *say_all(warnings, lang)]

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
