"""Formulas of published figures: ``total / citizens``, over the figures' ids.

An id of letters, digits, ``_`` and ``.`` that begins with a letter stands as it is; any other in
brackets: ``[løn pr. time] * 1,5``.

A printed number stands for all numbers that round to it. So a formula is worked out with spans,
and gives the span of results that its printed parts allow (interval arithmetic: exact where each
part stands once, too wide where one stands twice, never too narrow).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gevinst.text.form import one_form
from gevinst.text.numerals import DANISH, NumberStyle
from gevinst.text.problems import Said, WrongValueError

_PLAIN = r"[^\W\d][\w.\u0300-\u036f]*"  # letters of any script, composed or with marks of their own
_TOKEN = re.compile(rf"\s*(?:({_PLAIN})|\[([^\[\]]+)\]|([0-9][0-9.,]*)|([-+*/()]))")


@dataclass(frozen=True)
class Span:
    """All numbers from `low` to `high`."""

    low: float
    high: float

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Span) -> Span:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(ends), max(ends))

    def __truediv__(self, other: Span) -> Span:
        if other.low <= 0.0 <= other.high:
            return Span(float("-inf"), float("inf"))
        return self * Span(1.0 / other.high, 1.0 / other.low)

    def meets(self, other: Span, hair: float = 0.0) -> bool:
        """Whether the two have a number in common, or all but a hair."""
        return self.low - hair <= other.high and other.low - hair <= self.high

    @property
    def middle(self) -> float:
        """The number half-way."""
        return (self.low + self.high) / 2.0


Lookup = Mapping[str, Span]


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Parameters
    ----------
    text : str
        As written.
    names : tuple of str
        Ids of the figures it uses, each once, in order.
    echoed : tuple of str
        Numbers with one separator that another country would read otherwise.
    evaluate : callable
        Span of each figure -> span of the result.
    """

    text: str
    names: tuple[str, ...]
    evaluate: Callable[[Lookup], Span]
    echoed: tuple[str, ...] = ()


def parse(text: str, style: NumberStyle = DANISH) -> Formula:
    """Parse a formula of ids, numbers, ``+ - * /`` and parentheses.

    Parameters
    ----------
    text : str
        As it is written.
    style : NumberStyle
        How its numbers are; those of a study's figures are kept as Danish.

    Raises
    ------
    ValueError
        If it is no formula; the message says where.
    """
    tokens: list[tuple[str, str]] = []
    position, written = 0, one_form(text)
    while position < len(written):
        match = _TOKEN.match(written, position)
        if match is None:
            raise WrongValueError("formula", text, "formula_place", part=written[position:][:12])
        kinds = ("name", "name", "number", "sign")
        tokens += [
            (k, one_form(part)) for k, part in zip(kinds, match.groups(), strict=True) if part
        ]
        position = match.end()
    parser = _Parser(tokens, style)
    evaluate = parser.sum()
    if parser.rest:
        raise WrongValueError("formula", text, "formula_place", part=parser.rest[0][1])
    names = tuple(dict.fromkeys(value for kind, value in tokens if kind == "name"))
    echoed = (value for kind, value in tokens if kind == "number" and style.read(value).echo)
    return Formula(text, names, evaluate, tuple(echoed))


def restyled(text: str, style: NumberStyle) -> str:
    """Write the numbers of a formula in Danish where they are of a style, and the other way.

    Examples
    --------
    >>> from gevinst.text.numerals import ENGLISH
    >>> restyled("a.b * 1.5 + [wage, 2.5 hours]", ENGLISH)
    'a.b * 1,5 + [wage, 2.5 hours]'
    """
    if style == DANISH:
        return text

    def turned(token: re.Match[str]) -> str:
        return DANISH.turned(token[0]) if token[3] else token[0]

    return _TOKEN.sub(turned, text)


def name_in_formula(figure: str) -> str:
    """Write a figure's id as it stands in a formula."""
    return figure if re.fullmatch(_PLAIN, figure) else f"[{figure}]"


def circles(made_of: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Find figures that are made of themselves, through others or at once.

    Parameters
    ----------
    made_of : mapping of str to sequence of str
        Ids of figures -> ids of those in their formulas.

    Returns
    -------
    list of tuple of str
        The shortest way round from each such figure, which is its first.
    """
    found = []
    for start in made_of:
        came: dict[str, str] = {}
        for name in (queue := [start]):
            for part in made_of.get(name, ()):
                if part not in came:
                    came[part] = name
                    queue.append(part)
        if start in came:
            way = [came[start]]
            while way[-1] != start:
                way.append(came[way[-1]])
            found.append(tuple(reversed(way)))
    return found


class _Parser:
    """Recursive descent: sum of products of atoms."""

    def __init__(self, tokens: list[tuple[str, str]], style: NumberStyle) -> None:
        self.rest, self.style = list(tokens), style

    def _take(self, *signs: str) -> str | None:
        if self.rest and self.rest[0][0] == "sign" and self.rest[0][1] in signs:
            return self.rest.pop(0)[1]
        return None

    def sum(self) -> Callable[[Lookup], Span]:
        """Parse terms with + and - between them."""
        total = self._product()
        while sign := self._take("+", "-"):
            total = _joined(total, self._product(), sign)
        return total

    def _product(self) -> Callable[[Lookup], Span]:
        total = self._atom()
        while sign := self._take("*", "/"):
            total = _joined(total, self._atom(), sign)
        return total

    def _atom(self) -> Callable[[Lookup], Span]:
        if self._take("("):
            inner = self.sum()
            if not self._take(")"):
                raise WrongValueError("formula", None, "formula_open")
            return inner
        if self._take("-"):
            return _joined(lambda _: Span(0.0, 0.0), self._atom(), "-")
        if not self.rest or self.rest[0][0] == "sign":
            raise WrongValueError("formula", None, "formula_end")
        kind, value = self.rest.pop(0)
        if kind == "name":
            return lambda spans: spans[value]
        number = self.style.read(value).value
        if number is None:
            own = Said(f"numbers.name.{self.style.code}")
            raise WrongValueError("formula", value, "formula_number", part=value, style=own)
        return lambda _: Span(number, number)


def _joined(
    left: Callable[[Lookup], Span], right: Callable[[Lookup], Span], sign: str
) -> Callable[[Lookup], Span]:
    """Join two parts with a sign."""
    join: dict[str, Callable[[Span, Span], Span]] = {
        "+": Span.__add__,
        "-": Span.__sub__,
        "*": Span.__mul__,
        "/": Span.__truediv__,
    }
    return lambda spans: join[sign](left(spans), right(spans))
