"""Blocks of rows: drawn source by source, built, and evaluated under every coupling.

Whatever asks for many rows stands here: the simulation, the shares of its variance, and what comes
of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.rows.compact import compact
from gevinst.rows.kept import kept, names_of
from gevinst.sources import latents as names
from gevinst.sources.couplings import Coupling
from gevinst.sources.latents import Latents
from gevinst.sources.source import Source
from gevinst.stats import streams
from gevinst.stats.mean.widening import Sampled
from gevinst.study.people import couplings_of
from gevinst.study.study import Study

Floats = NDArray[np.float64]

_KEPT_BYTES = 2**25 - 2**13
"""The largest array whose release makes glibc keep memory of that size for the next one."""
_MOST_CELLS = 2**20
"""Paths times rows of a block, so that one of its arrays is 8 MiB at most."""
_MOST_RATES = 2**23
"""Rates times rows of a block, of which there are few arrays: 64 MiB each at most."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """The rows of a study under its sources, a block at a time.

    Parameters
    ----------
    whole : Study
        Under the conventions it carries.
    sources : sequence of Source
        Those that vary.
    keep : tuple of str
        Kinds of inputs that are kept beside the net gains (`gevinst.rows.kept.KINDS`).

    Notes
    -----
    A block has `gevinst.stats.streams.BLOCK` rows; fewer, where there are so many paths or rates
    that memory would grow with them.
    """

    whole: Study
    sources: Sequence[Source]
    keep: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a study that prices nothing: rows are of its gain."""
        self.whole.need_prices()

    @cached_property
    def study(self) -> Study:
        """The study that rows are made of."""
        return compact(self.whole)

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Names of the columns of inputs that are kept."""
        return names_of(self.study, self.keep)

    @cached_property
    def couplings(self) -> tuple[str, ...]:
        """The couplings that the data leave open."""
        return couplings_of(self.study)

    @cached_property
    def rows(self) -> int:
        """Rows of a block."""
        rows = streams.BLOCK
        paths = max((each.most_paths for each in self._couplings.values()), default=1)
        rates = len(self.study.rates)
        while rows > 1 and (rows * paths > _MOST_CELLS or rows * rates > _MOST_RATES):
            rows //= 2
        return rows

    @cached_property
    def _couplings(self) -> dict[str, Coupling]:
        """Who went where under each coupling; nobody where no citizens are counted."""
        kinds = self.couplings if self.study.statuses else ()
        return {kind: Coupling(self.study, kind) for kind in kinds}

    def draw(self, seed: int, block: int) -> list[Latents]:
        """Draw one block of each source's latents, from its own stream."""
        # Asking for what the block before gave back takes a third of the time of a block.
        np.empty(_KEPT_BYTES, np.uint8)
        return [
            source.draw(self.study, self.rows, streams.stream(seed, source.name, block))
            for source in self.sources
        ]

    def follows(self, drawn: Latents) -> bool:
        """Whether, given what was drawn, it matters who went where; else all couplings are one."""
        return any(source.follows(drawn) for source in self.sources)

    def along(
        self, seed: int, block: int, drawn: Latents, seeds: Mapping[str, int] | None = None
    ) -> dict[str, Latents]:
        """Add to what was drawn one block of paths under each coupling, and what depends on them.

        There are no paths where nobody is counted. A matching at random varies with the
        citizens: where they stay as published, so does it, at its expected shares.

        Parameters
        ----------
        seed, block : int
            As for `draw`.
        drawn : mapping of str to ndarray
            What the sources drew, merged.
        seeds : mapping of str to int, optional
            Other seeds, of some sources or of the ``coupling``.
        """
        seeds, followed = seeds or {}, self.follows(drawn)
        paths: dict[str, Latents] = {kind: {} for kind in self.couplings}
        for kind, coupling in self._couplings.items():
            rng = streams.stream(seeds.get(coupling.name, seed), coupling.name, block)
            still = kind == "independent" and not followed
            paths[kind] = {} if still else coupling.draw(self.rows, rng, drawn)
        found: dict[str, Latents] = {kind: {**drawn, **each} for kind, each in paths.items()}
        for source in self.sources if followed else ():
            own = seeds.get(source.name, seed)
            rngs = {kind: streams.stream(own, f"{source.name} {kind}", block) for kind in paths}
            more = source.draw_along(self.study, self.rows, paths, drawn, rngs)
            found = {kind: {**each, **more.get(kind, {})} for kind, each in found.items()}
        return found

    def evaluate(self, seed: int, block: int, most: int | None = None) -> Mapping[str, Floats]:
        """Draw a block and evaluate it, or its first `most` rows, under every coupling.

        Shape (row, arm): net gain, kr. per citizen; and behind it the columns that are `kept`.
        """
        rows = self.rows if most is None else min(most, self.rows)
        drawn = names.merge(*self.draw(seed, block))
        if len(self.study.strata) == 1 and not self.follows(drawn):
            # It does not matter who went where: all couplings are one.
            return dict.fromkeys(self.couplings, self._first(rows, drawn))
        return {
            coupling: self._first(rows, latents)
            for coupling, latents in self.along(seed, block, drawn).items()
        }

    def difference(self, latents: Latents) -> Floats:
        """Difference in every row of a block, kr. per citizen, shape (row,)."""
        found = evaluate(build(self.study, latents, self.sources)).difference()
        return np.broadcast_to(found, (self.rows,))

    def sampled(self, coupling: str) -> tuple[Sampled, ...]:
        """Return what samples of citizens bring into the variance of the difference."""
        return tuple(part for s in self.sources for part in s.sampled(self.study, coupling))

    def _first(self, rows: int, latents: Latents) -> Floats:
        """Return so many rows of a block, shape (row, column)."""
        if rows < self.rows:  # drawn as a whole, and each row is what it is alone
            latents = {k: each if len(each) == 1 else each[:rows] for k, each in latents.items()}
        found = self._columns(latents)
        return np.broadcast_to(found, (rows, found.shape[1]))

    def _columns(self, latents: Latents) -> Floats:
        """Net gain of each arm in every row, and behind it what is kept; one row if all are."""
        inputs = build(self.study, latents, self.sources)
        columns = [evaluate(inputs).over("arm")]
        if self.keep:
            columns.append(kept(self.study, inputs, self.keep))
        return np.concatenate(columns, axis=1) if self.keep else columns[0]

    def point(self, coupling: str) -> float:
        """Calculate the difference; of strata under a coupling, which says who ended where."""
        paths: Latents = {}
        if len(self.study.strata) > 1 and coupling in self._couplings and coupling != "independent":
            paths = self._couplings[coupling].draw(1, streams.generator(0))
        return float(evaluate(build(self.study, paths)).difference()[0])
