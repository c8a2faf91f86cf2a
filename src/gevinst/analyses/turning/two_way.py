"""two_way(study, a, b): the difference over two numbers that move together, the rest as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.swing import input_said, unit_said, value_said
from gevinst.analyses.turning.ends import difference
from gevinst.analyses.turning.inputs import Input, inputs_of
from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from gevinst.rows.build import build
from gevinst.sources.registry import chosen
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.problems import WrongValueError, suggest, whole
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]

KINDS = ("rate", "heads", "count", "probability", "citizens", "effect", "off")
"""Kinds of inputs that are numbers of the calculation itself."""
_LAID = KINDS[-2:]
_TAIL, _APART = 0.025, 0.5  # of the law of an input; of its size where it has none
_SHOWN, _NAMED = 5, 6  # values of each axis in the table, and names in a message


@dataclass(frozen=True, eq=False)
class Axis:
    """One of the two numbers, and the values it takes.

    Parameters
    ----------
    input : Input
        Which.
    values : ndarray, shape (point,)
        In its unit, evenly spaced.
    mechanical : bool
        Whether they are half its size to either side, for want of a spread.
    """

    input: Input
    values: Floats
    mechanical: bool

    def label(self, text: Language) -> str:
        """Say what it is."""
        return input_said(self.input.input, self.input.place, text)

    def said(self, text: Language) -> str:
        """Say from where to where it goes, and why."""
        unit = self.input.unit
        low, high = (value_said(float(x), unit, text) for x in (self.values[0], self.values[-1]))
        key = "mechanical" if self.mechanical else "spread"
        return text(f"two_way.{key}", input=self.label(text), low=low, high=high)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "input": self.input.input,
            "unit": self.input.unit,
            "current": self.input.current,
            "values": self.values.tolist(),
            "mechanical": self.mechanical,
        }


@dataclass(frozen=True, eq=False, repr=False)
class TwoWay(Result):
    """The difference over a grid of two numbers.

    Parameters
    ----------
    point : float
        The difference as it is, kr. per citizen.
    a, b : Axis
        The two.
    differences : ndarray, shape (a, b)
        kr. per citizen; NaN where no counts are so.
    zero : ndarray, shape (b,)
        Per value of the second the value of the first at which the difference is zero; NaN where
        there is none within its values.
    provenance : Provenance
        What made the result.
    """

    point: float
    a: Axis
    b: Axis
    differences: Floats
    zero: Floats
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("two_way",)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": self.point,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "differences": [[_plain(x) for x in row] for row in self.differences.tolist()],
            "zero": [_plain(x) for x in self.zero.tolist()],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per pair of values, and the difference there."""
        import pandas as pd

        a, b = np.meshgrid(self.a.values, self.b.values, indexing="ij")
        columns = {self.a.input.input: a, self.b.input.input: b, "difference": self.differences}
        return pd.DataFrame({name: each.ravel() for name, each in columns.items()})

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table and sentences, in ``en`` or ``da``."""
        text = language(lang)
        heads = {"a": self.a.label(text), "b": self.b.label(text)}
        across, down = (
            np.unique(np.linspace(0, len(axis.values) - 1, _SHOWN).round().astype(int)).tolist()
            for axis in (self.a, self.b)
        )
        rows = [["", *(value_said(self.a.values[k], self.a.input.unit, text) for k in across)], []]
        for j in down:
            numbers = (text.number(self.differences[k, j]) for k in across)
            rows.append([value_said(self.b.values[j], self.b.input.unit, text), *numbers])
        said = [text("two_way.heading", **heads), table(rows), *self._notes(text)]
        return "\n".join([*self.opening(lang), *said])

    def _notes(self, text: Language) -> list[str]:
        """Say whether the sign turns within the values, and where these come from."""
        low, high = np.nanmin(self.differences), np.nanmax(self.differences)
        key = "turns" if low < 0.0 < high else "stays"
        ends = {"low": text.kr(float(low)), "high": text.kr(float(high))}
        said = [text(f"two_way.{key}", **ends), self.a.said(text), self.b.said(text)]
        counted = "count" in (self.a.input.kind, self.b.input.kind)
        return [*said, *([text("break_even.note.count")] if counted else [])]

    def _two_way_picture(self, text: Language) -> Picture:
        """Lines of equal difference; where it is zero stands out, and so does what is."""
        from gevinst.plots.plane import plane

        return plane(
            (self.a.values, self.b.values),
            self.differences,
            text,
            title=text("figure.two_way_title"),
            alt=" ".join(self._notes(text)),
            axes=tuple(
                f"{x.label(text)}, {unit_said(x.input.unit, text)}" for x in (self.a, self.b)
            ),  # type: ignore[arg-type]
            caption=" ".join([text("figure.two_way_caption"), *self._notes(text)]),
            point=(self.a.input.current, self.b.input.current),
            label=text("figure.point", kr=text.kr(self.point)),
        )


def two_way(study: Study, a: str, b: str, *, points: int = 41) -> TwoWay:
    """Calculate the difference over two inputs at once.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    a, b : str
        Names as `gevinst.break_even` has them, of one of `KINDS`: ``rate.<rate>``,
        ``heads.<arm>``, ``count.<arm>.<time>.<status>``, ``probability.<event>``,
        ``citizens.<stratum>``, ``effect.<effect>``, ``off.<deadweight or displacement>``.
    points : int
        Values of each, 2 or more.

    Returns
    -------
    TwoWay
        From the 2.5 % to the 97.5 % point of a number that a source of the study draws; half its
        size to either side of another, as far as it can go.

    Raises
    ------
    ValueError
        A name that is none, or the same twice; two counts of one group and time that hold all its
        citizens.

    Notes
    -----
    Every pair is a row of the calculation. Where the difference is zero is not searched for: with
    the second held still it is a straight line in the first, after multiplication by the citizens
    that it is divided by.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.two_way(gv.load("ishoj-smc"), "rate.flexjob", "rate.investment", points=3)
    >>> found.differences.shape
    (3, 3)
    """
    points, a, b = whole("points", points, 2), one_form(a), one_form(b)
    known = {i.input: i for i in inputs_of(study, 0.0) if i.kind in KINDS}
    for key, name in (("a", a), ("b", b)):
        if name not in known:
            near = suggest(name, list(known))[:_NAMED]
            raise WrongValueError(key, name, "two_way_input", known=near)
    if a == b:
        raise WrongValueError("b", b, "two_way_same")
    first, second = (_axis(study, known[name], points) for name in (a, b))
    rows = [_at(study, {a: first.values, b: np.full(points, y)}) for y in second.values]
    found = np.array(rows).T
    if np.isnan(found).all():
        raise WrongValueError("b", b, "two_way_all")
    zero = _zero(study, (a, b), first.values, second.values)
    return TwoWay(difference(study), first, second, found, zero, provenance(study))


def _zero(study: Study, names: tuple[str, str], first: Floats, second: Floats) -> Floats:
    """Solve the first per value of the second; NaN where it is outside its values."""
    a, b = names
    low, high = first[0], first[-1]
    ends = [_by(study, a, {a: np.full_like(second, x), b: second}) for x in (low, high)]
    with np.errstate(all="ignore"):  # a line may be flat
        zero = low - ends[0] * (high - low) / (ends[1] - ends[0])
    return np.where((low <= zero) & (zero <= high), zero, math.nan)


def _axis(study: Study, each: Input, points: int) -> Axis:
    """Return the values of an input: within its law, or half its size to either side."""
    scalars = (scalar for source in chosen(study) for scalar in source.scalars(study))
    law = next((s.quantile for s in scalars if s.name == each.input), None)
    if law is not None and each.sd != 0.0:
        low, high = law(np.array([_TAIL, 1.0 - _TAIL])).tolist()
    if law is None or low == high:
        law, room = None, _APART * (abs(each.current) or each.scale)
        low, high = each.current - room, each.current + room
    low, high = max(low, each.limits[0]), min(high, each.limits[1])
    return Axis(each, np.linspace(low, high, points), mechanical=law is None)


def _at(study: Study, values: Mapping[str, Floats]) -> Floats:
    """Difference with some inputs others, a row each; NaN where no counts are so."""
    base, rows = build(study), len(next(iter(values.values())))
    rate, quantity, weight = (
        np.repeat(each, rows, axis=0) for each in (base.rate, base.quantity, base.weight)
    )
    counts: dict[tuple[int, int], dict[int, Floats]] = {}
    strata: dict[int, Floats] = {}
    _lay(study, quantity, values)
    for name, x in values.items():
        kind, _, what = name.partition(".")
        if kind == "rate":
            k = [each.id for each in study.rates].index(what)
            rate[:, k] = x * study.rates[k].per
        elif kind == "heads":
            a = study.axes.at("arm", what)
            per = 1.0 / x - 1.0 / study.heads(study.arms[a])
            quantity[:, a] += per[:, np.newaxis, np.newaxis, np.newaxis] * study.group_lines[a]
        elif kind == "probability":
            event = next(each for each in study.events if each.id == what)
            for cell in study.event_cells(event):
                quantity[:, *cell] += study.lines[cell] * (x / event.probability - 1.0)
        elif kind in _LAID:
            continue
        elif kind == "citizens":
            strata[study.axes.at("stratum", what)] = x
        else:
            a, t, i = _counted(study, what)
            counts.setdefault((a, t), {})[i] = x
    possible = np.ones(rows, np.bool_)
    for (a, t), own in counts.items():
        possible = possible & _recount(study, quantity, a, t, own)
    if strata:
        citizens = _citizens(study, strata, rows)
        weight[:] = (citizens / citizens.sum(axis=1, keepdims=True))[:, np.newaxis, :]
    inputs: Inputs = replace(base, rate=rate, quantity=quantity, weight=weight)
    found = evaluate(inputs).difference()
    return np.where(possible, found, math.nan)


def _lay(study: Study, quantity: Floats, values: Mapping[str, Floats]) -> None:
    """Lay effects from elsewhere with others of them, and other shares that come off."""
    said = study.elsewhere
    if said is None or not any(name.partition(".")[0] in _LAID for name in values):
        return
    effects = {
        each.id: values[name] / each.scale
        for each in said.effects
        if (name := f"effect.{each.id}") in values
    }
    off = {each.id: values[n] for each in said.factors if (n := f"off.{each.id}") in values}
    for cell, _, units in said.laid(study, effects, off):
        quantity[:, *cell] = units


def _by(study: Study, name: str, values: Mapping[str, Floats]) -> Floats:
    """Difference times what one input divides it by, in which it is a straight line."""
    found, kind = _at(study, values), name.partition(".")[0]
    if kind == "heads":
        return found * values[name]
    if kind == "citizens":
        strata = {
            study.axes.at("stratum", each.partition(".")[2]): x
            for each, x in values.items()
            if each.startswith("citizens.")
        }
        return np.asarray(found * _citizens(study, strata, len(found)).sum(axis=1))
    return found


def _counted(study: Study, what: str) -> tuple[int, int, int]:
    """Return positions of arm, time and status in a name, whose ids may hold points."""
    return next(
        (study.axes.at("arm", arm), t, i)
        for arm in study.contrast.arms
        for t, time in enumerate(study.axes.times)
        for i, item in enumerate(study.axes.items)
        if what == f"{arm}.{time}.{item}"
    )


def _recount(
    study: Study, quantity: Floats, a: int, t: int, own: Mapping[int, Floats]
) -> NDArray[np.bool_]:
    """Put some statuses' citizens, the others of the arm in proportion; whether that can be."""
    n, counts = study.arms[a].analysed, study.counts[a, t]
    rest = n - sum(int(counts[i]) for i in own)
    left = n - sum(own.values())
    share = left / rest if rest else np.zeros_like(left)
    for i in study.statuses:
        quantity[:, a, 0, t, i] = own[i] / n if i in own else share * (counts[i] / n)
    room = 1e-9 * n
    return np.asarray((left >= -room) & ((rest > 0) | (np.abs(left) <= room)))


def _citizens(study: Study, own: Mapping[int, Floats], rows: int) -> Floats:
    """Citizens that each stratum stands for, some of them others, shape (row, stratum)."""
    a = study.axes.at("arm", study.contrast.treated)
    found = np.repeat((study.stratum_shares[a] * study.arms[a].analysed)[np.newaxis], rows, axis=0)
    for k, x in own.items():
        found[:, k] = x
    return found


def _plain(x: float) -> float | None:
    return x if math.isfinite(x) else None
