"""Held: a source that stays at its mean while others vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst.sources.cells import Cells, People
from gevinst.sources.latents import Latents
from gevinst.sources.source import Source
from gevinst.study.study import Study


@dataclass(frozen=True)
class Held(Source):
    """A source in whose place its mean stands; what is published, where it has none.

    Parameters
    ----------
    name : str
        Of the source.
    source : Source
        Which.
    """

    name: str
    source: Source

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Return the one row of the source's mean."""
        return self.source.expected(study) or {}

    def weigh(self, people: People, drawn: Latents) -> None:
        """As the source does."""
        self.source.weigh(people, drawn)

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """As the source does."""
        self.source.apply(cells, drawn)


def holding(sources: tuple[Source, ...], varying: tuple[str, ...]) -> tuple[Source, ...]:
    """Hold all sources but some at their mean, in their order."""
    return tuple(each if each.name in varying else Held(each.name, each) for each in sources)
