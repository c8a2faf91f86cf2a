"""Stated: a course that somebody wrote down might have cost more or less than is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gevinst.sources.cells import Cells
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.settings import choice, span, spans
from gevinst.sources.source import Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.stats.distributions import law_of
from gevinst.stats.laws import Law
from gevinst.study.study import Study
from gevinst.text.problems import Problems, suggest

Floats = NDArray[np.float64]

_STATED = "stated:"
"""Latent of what a stated course costs per krone written: of all cases, or of one, shape (row,)."""

MOST = 10.0
"""So many times what is written, at most."""


@dataclass(frozen=True)
class Stated(Source):
    """Let a course that somebody wrote down cost more or less than is written.

    The course is that of the arm the others are held against, in a study whose comparison is
    ``stated``. Nothing is drawn where no range is stated.

    Parameters
    ----------
    share : (float, float)
        What the course costs per krone written, at least and at most: one number a row for all
        cases that have no range of their own.
    cases : sequence of (str, (float, float))
        The same of single cases, each by itself.
    law : {"uniform", "pert"}
        ``uniform`` between the two; ``pert`` with mean 1, what is written.
    """

    name: str = "stated"
    share: tuple[float, float] = span((1.0, 1.0), 0.0, MOST)
    cases: tuple[tuple[str, tuple[float, float]], ...] = spans(0.0, MOST)
    law: str = choice("uniform", "pert")

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a study without a stated course, cases it has not, and ranges without a law."""
        if not study.stated or study.contrast.reference is None:
            problems.add("E164", "settings", None, self.name)
        for case, _ in self.cases:
            if case not in study.axes.strata:
                known = suggest(case, study.axes.strata)
                problems.add("E030", "settings", None, case, column="cases", known=known)
        for stated in (self.share, *(stated for _, stated in self.cases)):
            try:
                self._law(stated)
            except ValueError:
                problems.add("E165", "settings", None, "[{:g}, {:g}]".format(*stated))

    def _law(self, stated: tuple[float, float]) -> Law:
        return law_of(self.law, 1.0, low=stated[0], high=stated[1])

    def _ranges(self, study: Study) -> Iterator[tuple[str, Law, tuple[int, ...]]]:
        """Yield each number that is drawn: whose it is, its law, and the cases it holds for."""
        reference = study.contrast.reference
        if reference is None or not study.stated:
            return
        own = dict(self.cases)
        places = enumerate(study.axes.strata)
        others = tuple(k for k, case in places if case not in own)
        if others and self.share[0] < self.share[1]:
            yield reference, self._law(self.share), others
        for case, stated in own.items():
            if stated[0] < stated[1]:
                yield case, self._law(stated), (study.axes.at("stratum", case),)

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``stated:<arm or case>``: what a course costs per krone written, shape (row,)."""
        return {_STATED + of: law.draw(rng, rows) for of, law, _ in self._ranges(study)}

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Multiply the units of the course's lines; what nobody counted is not written."""
        uncounted = cells.study.uncounted
        for of, _, strata in self._ranges(cells.study):
            if (factor := drawn.get(_STATED + of)) is not None:
                a = cells.study.axes.at("arm", str(cells.study.contrast.reference))
                for cell in cells.units:
                    written = not (uncounted.size and uncounted[cell])
                    if cell[0] == a and cell[1] in strata and written:
                        cells.units[cell] = cells.units[cell] * factor

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of what the course costs per krone written."""
        mean, covariance = no_factor(terms)
        lines = ~np.isin(terms.of(3), study.statuses)
        if study.uncounted.size:
            lines &= study.uncounted[tuple(terms.cell.T)] == 0.0
        for _, law, strata in self._ranges(study):
            a = study.axes.at("arm", str(study.contrast.reference))
            its = (terms.of(0) == a) & np.isin(terms.of(1), strata) & lines
            mean[its] = law.mean
            covariance[np.ix_(its, its)] = law.sd**2
        return mean, covariance

    def expected(self, study: Study) -> Latents:
        """The mean of what each course costs per krone written."""
        return {_STATED + of: np.full(1, law.mean) for of, law, _ in self._ranges(study)}

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return what each course costs per krone written."""
        for of, law, _ in self._ranges(study):

            def drawn(share: Floats, of: str = of) -> Latents:
                return {_STATED + of: share}

            quantile = partial(_quantile, law)
            yield Scalar(f"stated.{of}", 1.0, "share", quantile, drawn, (study.labels[of],))

    def keeps(self, study: Study) -> Collection[str]:
        """A line is no status."""
        return ()

    @property
    def moves_mean(self) -> bool:
        """Whether what is written is not the middle of a range."""
        ranges = (self.share, *(stated for _, stated in self.cases))
        return any(abs(self._law(stated).mean - 1.0) > 1e-12 for stated in ranges)


def _quantile(law: Law, p: Floats) -> Floats:
    return np.asarray(law.quantile(p), dtype=np.float64)
