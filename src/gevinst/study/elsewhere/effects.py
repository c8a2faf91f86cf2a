"""Effects from elsewhere: what is stated of them, and the cost lines that they come to.

An effect is a difference between the treated and the course without the intervention. So each of
its consequences is a cost line of the treated arm, where the other has nothing:

    units = effect x transfer x share present at the time x what is left of it here

and the price of a unit is a rate of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.distributions import beta_around, law_of
from gevinst.stats.laws import Fixed, Law
from gevinst.stats.yes_no.measures import OF_SHARES, RATIOS, Effective, measured
from gevinst.text.language import LANGUAGES, Label, language

if TYPE_CHECKING:
    from gevinst.study.study import Study

Floats = NDArray[np.float64]
Amount = Floats | float
Cell = tuple[int, int, int, int]
"""Positions of arm, stratum, time and item."""

MEASURES = (*OF_SHARES, "days", "kr")
"""What an effect can be measured in."""

FACTORS = ("deadweight", "displacement")
"""What takes off an effect: what would have come anyway, and what others lose by it."""

FACTOR_LAWS = ("pert", "uniform")
"""Laws of a factor between its least and its most; the first is the default."""


@dataclass(frozen=True)
class Effect:
    """What an intervention did to those it was measured on.

    Parameters
    ----------
    id, label
        Its name in the tables, and what it is called.
    measure : str
        One of `MEASURES`.
    estimate : float
        In the measure's unit: 13 percentage points, a ratio, days or kr. per citizen.
    source : str
        Where it stands, and so whose effect it is.
    low, high, level : float
        An interval and its level; all 0 where none is stated.
    se : float
        Standard error, of a ratio that of its logarithm; 0 where none is stated.
    baseline : float or None
        Share without the intervention, where it is stated.
    transfer : float
        How much of it is expected here: 1 where nothing is stated.
    """

    id: str
    label: Label
    measure: str
    estimate: float
    source: str
    low: float = 0.0
    high: float = 0.0
    level: float = 0.0
    se: float = 0.0
    baseline: float | None = None
    transfer: float = 1.0

    @property
    def of_share(self) -> bool:
        """Whether it is of a share of citizens."""
        return self.measure in OF_SHARES

    @property
    def unit(self) -> str:
        """Unit it is spoken of in: percentage points of a share."""
        return "pp" if self.of_share else self.measure

    @property
    def scale(self) -> float:
        """How many of `unit` an effect of 1 is."""
        return 100.0 if self.of_share else 1.0

    @property
    def standard_error(self) -> float:
        """Standard error of the measure, of a ratio that of its logarithm; 0 where none is stated.

        The width of an interval over twice the normal law's quantile; of a ratio that of the
        interval of its logarithm.
        """
        from scipy.special import ndtri

        if not self.level:
            return self.se
        ends = (self.low, self.high)
        low, high = map(math.log, ends) if self.measure in RATIOS else ends
        return float((high - low) / 2.0 / ndtri(0.5 + self.level / 2.0))

    @cached_property
    def law(self) -> Effective:
        """Law of the effect per citizen, as it was measured elsewhere."""
        law = measured(self.measure, self.estimate, self.standard_error)
        return Effective(self.measure, law, self.baseline)

    @property
    def point(self) -> float:
        """Effect per citizen at the estimate: a change in a share, days or kr."""
        return float(self.law.of(self.estimate))


@dataclass(frozen=True)
class Presence:
    """How much of an effect is there at a time."""

    effect: str
    time: str
    share: float
    source: str


@dataclass(frozen=True)
class Consequence:
    """What one of an effect comes to in one item.

    Parameters
    ----------
    effect, item : str
        Ids.
    time : str
        When; empty where at each.
    rate : str
        Id of its price, kr. per one of the effect.
    falls : bool
        Whether the item falls where the effect rises.
    source : str
        Where it stands.
    """

    effect: str
    item: str
    time: str
    rate: str
    falls: bool
    source: str


@dataclass(frozen=True)
class Factor:
    """A share that comes off an effect.

    Parameters
    ----------
    id : str
        One of `FACTORS`.
    share : float
        From 0 to 1.
    source : str
        Where it stands.
    low, high : float
        Least and most, or the limits of an interval; both 0 where none are stated.
    level : float
        Level of that interval: a Beta law with mean `share`; 0 where the two are least and most.
    law : str
        One of `FACTOR_LAWS`, between the least and the most.
    of : tuple of str
        Ids of the effects that it is of; all where empty.
    """

    id: str
    share: float
    source: str
    low: float = 0.0
    high: float = 0.0
    level: float = 0.0
    law: str = FACTOR_LAWS[0]
    of: tuple[str, ...] = ()

    @cached_property
    def spread(self) -> Law:
        """Law of the share.

        Raises
        ------
        ValueError
            If the share does not lie where such a law can have its mean.
        """
        if self.low == self.high:
            return Fixed(self.share)
        if not self.level:
            return law_of(self.law, self.share, low=self.low, high=self.high)
        if not self.low < self.share < self.high:
            raise ValueError(f"{self.share:g} does not lie between {self.low:g} and {self.high:g}")
        return beta_around(self.share, self.low, self.high, self.level)

    def touches(self, effect: str) -> bool:
        """Whether it comes off an effect."""
        return not self.of or effect in self.of


@dataclass(frozen=True)
class Elsewhere:
    """All that a study takes from elsewhere."""

    effects: tuple[Effect, ...]
    presence: tuple[Presence, ...]
    consequences: tuple[Consequence, ...]
    factors: tuple[Factor, ...] = field(default=())

    def effect(self, id_: str) -> Effect:
        """Return an effect by its id."""
        return next(each for each in self.effects if each.id == id_)

    def present(self, effect: str, time: str) -> float:
        """How much of an effect is there at a time: 1 where nothing is stated."""
        found = (p.share for p in self.presence if (p.effect, p.time) == (effect, time))
        return next(found, 1.0)

    def until(self, times: Sequence[str]) -> Elsewhere:
        """Return what of it is at some times."""
        return replace(
            self,
            presence=tuple(each for each in self.presence if each.time in times),
            consequences=tuple(e for e in self.consequences if e.time in ("", *times)),
        )

    def factors_of(self, effect: str) -> tuple[Factor, ...]:
        """Return what comes off an effect."""
        return tuple(factor for factor in self.factors if factor.touches(effect))

    @property
    def transferred(self) -> bool:
        """Whether less of some effect is expected here."""
        return any(each.transfer < 1.0 for each in self.effects)

    def cells(self, study: Study) -> Iterator[tuple[Cell, Effect, float]]:
        """Go through the cells of the consequences: (cell, effect, units per one of the effect).

        Units are those before what comes off, and without the effect itself.
        """
        at = study.axes.at
        arm = at("arm", treated(study))
        for each in self.consequences:
            effect, sign = self.effect(each.effect), -1.0 if each.falls else 1.0
            for time in (each.time,) if each.time else study.axes.times:
                cell = arm, 0, at("time", time), at("item", each.item)
                units = sign * effect.transfer * self.present(effect.id, time)
                yield cell, effect, units

    def laid(
        self, study: Study, effects: Mapping[str, Amount], off: Mapping[str, Amount]
    ) -> Iterator[tuple[Cell, str, Amount]]:
        """Go through the cells with their units: (cell, id of its effect, units per citizen).

        Parameters
        ----------
        study : Study
            Whose cells.
        effects, off : mapping of str to ndarray or float
            Effects per citizen as they were elsewhere, and shares that come off, other than stated.
        """
        for cell, effect, units in self.cells(study):
            found = units * effects.get(effect.id, effect.point)
            for factor in self.factors_of(effect.id):
                found = found * (1.0 - off.get(factor.id, factor.share))
            yield cell, effect.id, found


def treated(study: Study) -> str:
    """Return the arm that has the effects: the treated of the study's own comparison."""
    said = study.comparison
    return study.contrast.treated if said is None else said.contrast.treated


def with_elsewhere(study: Study, elsewhere: Elsewhere) -> Study:
    """Return a study with other effects: those of its cells are laid anew."""
    return replace(study, elsewhere=elsewhere, lines=_lines(study, elsewhere, {}, {}))


def with_effects(study: Study, effects: Mapping[str, float], off: Mapping[str, float]) -> Study:
    """Return the same study, good for a calculation, with other effects, and other that comes off.

    Parameters
    ----------
    study : Study
        With effects from elsewhere.
    effects, off
        As in `Elsewhere.laid`.
    """
    said = study.elsewhere
    return study if said is None else replace(study, lines=_lines(study, said, effects, off))


def _lines(
    study: Study, elsewhere: Elsewhere, effects: Mapping[str, float], off: Mapping[str, float]
) -> Floats:
    lines = study.lines.copy()
    for cell, _, units in elsewhere.laid(study, effects, off):
        lines[cell] = units
    return lines


def without_transfer(study: Study) -> Study:
    """Return a study in which all of each effect is expected here."""
    if study.elsewhere is None or not study.elsewhere.transferred:
        return study
    effects = tuple(replace(each, transfer=1.0) for each in study.elsewhere.effects)
    return with_elsewhere(study, replace(study.elsewhere, effects=effects))


def factor_label(name: str) -> Label:
    """Return what a share that comes off effects is called."""
    return {lang: language(lang)(f"borrowed.{name}") for lang in LANGUAGES}
