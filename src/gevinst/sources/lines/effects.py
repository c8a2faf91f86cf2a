"""Effects: what was measured elsewhere is uncertain, and so is what comes off it here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gevinst.sources.cells import Cells
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.stats.laws import Law
from gevinst.stats.yes_no.measures import Effective
from gevinst.study.elsewhere.effects import factor_label
from gevinst.study.study import Study
from gevinst.text.problems import Problems

Floats = NDArray[np.float64]

_EFFECT, _OFF = "effect:", "off:"
"""Latents of an effect per citizen, and of a share that comes off, shape (row,)."""


@dataclass(frozen=True)
class Effects(Source):
    """Draw each effect, and each share that comes off, once a row for all that hangs on it.

    Parameters
    ----------
    target : {"mean"}
        What a new group would show is refused: how unlike its citizens are, nothing says.
    """

    name: str = "effects"
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a source that has nothing to draw, and draws of a new group."""
        if not {**self._effects(study), **self._factors(study)}:
            problems.add("E307", "settings", None, self.name)
        if self.target != MEAN:
            problems.add("E308", "settings", None, self.target)

    @staticmethod
    def _effects(study: Study) -> Mapping[str, Effective]:
        """Return the laws of the effects that vary."""
        said = study.elsewhere
        effects = () if said is None else said.effects
        return {each.id: each.law for each in effects if each.standard_error > 0.0}

    @staticmethod
    def _factors(study: Study) -> Mapping[str, Law]:
        """Return the laws of what comes off, where it varies."""
        said = study.elsewhere
        factors = () if said is None else said.factors
        return {each.id: each.spread for each in factors if each.spread.sd > 0.0}

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``effect:<id>``, per citizen as it was elsewhere, and ``off:<id>``, (row,) each."""
        laws = {_EFFECT + name: law for name, law in self._effects(study).items()}
        off = {_OFF + name: law for name, law in self._factors(study).items()}
        return {name: law.draw(rng, rows) for name, law in {**laws, **off}.items()}

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Lay the drawn effects into the lines of their consequences."""
        said = cells.study.elsewhere
        if said is None:
            return
        effects, off = (
            {each.id: drawn[kind + each.id] for each in stated if kind + each.id in drawn}
            for kind, stated in ((_EFFECT, said.effects), (_OFF, said.factors))
        )
        for cell, effect, units in said.laid(cells.study, effects, off):
            if effect in effects or any(each.id in off for each in said.factors_of(effect)):
                cells.units[cell] = units

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of each term's effect, and of what is left of it, per published."""
        mean, covariance = no_factor(terms)
        said = study.elsewhere
        if said is None:
            return mean, covariance
        places = {tuple(cell): k for k, cell in enumerate(terms.cell.tolist())}
        at: dict[str, list[int]] = {each.id: [] for each in said.effects}
        for cell, effect, units in said.cells(study):
            if cell in places:
                at[effect.id].append(places[cell])
            elif units and effect.standard_error and not effect.point:
                return None  # of nothing there is no part
        second = {}
        for one in said.effects:
            mean[at[one.id]] = one.law.mean / (one.point or 1.0)
            for other in said.effects:
                both = one.law.mean * other.law.mean
                if one is other:
                    both += one.law.sd**2
                second[one.id, other.id] = both / ((one.point or 1.0) * (other.point or 1.0))
        for each in said.factors:
            law, point = each.spread, 1.0 - each.share
            if point == 0.0:
                if law.sd > 0.0:
                    return None
                continue
            left, square = (1.0 - law.mean) / point, ((1.0 - law.mean) ** 2 + law.sd**2) / point**2
            for one in said.effects:
                if each.touches(one.id):
                    mean[at[one.id]] *= left
                for other in said.effects:
                    touched = each.touches(one.id) + each.touches(other.id)
                    second[one.id, other.id] *= (1.0, left, square)[touched]
        for (one_id, other_id), both in second.items():
            its = np.ix_(at[one_id], at[other_id])
            covariance[its] = both - np.outer(mean[at[one_id]], mean[at[other_id]])
        return mean, covariance

    def expected(self, study: Study) -> Latents:
        """Mean of each effect, and of what comes off it."""
        laws = {_EFFECT + name: law.mean for name, law in self._effects(study).items()}
        off = {_OFF + name: law.mean for name, law in self._factors(study).items()}
        return {name: np.full(1, mean) for name, mean in {**laws, **off}.items()}

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return each effect, of a share in percentage points, and what comes off."""
        said, laws = study.elsewhere, self._effects(study)
        for each in () if said is None else said.effects:
            if each.id in laws:
                yield Scalar(
                    f"effect.{each.id}",
                    each.scale * each.point,
                    each.unit,
                    partial(_scaled, laws[each.id], each.scale),
                    partial(_alone, _EFFECT + each.id, each.scale),
                    (each.label,),
                )
        for name, law in self._factors(study).items():
            yield Scalar(
                f"off.{name}",
                next(each.share for each in said.factors if each.id == name) if said else 0.0,
                "share",
                partial(_scaled, law, 1.0),
                partial(_alone, _OFF + name, 1.0),
                (factor_label(name),),
            )

    def keeps(self, study: Study) -> Collection[str]:
        """A line is no status."""
        return ()

    @property
    def moves_mean(self) -> bool:
        """No: an effect is what its source states, and its law is around that."""
        return False


def _scaled(law: Effective | Law, scale: float, p: Floats) -> Floats:
    return np.asarray(scale * law.quantile(p), dtype=np.float64)


def _alone(name: str, scale: float, x: Floats) -> Latents:
    return {name: x / scale}
