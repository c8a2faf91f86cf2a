"""What is uncertain. A source is one small class in one file: a name and a `draw`.

To add one: write the class, name it in `SOURCES`, and let a study declare it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from gevinst.latents import Latents
from gevinst.sources.missing import Missing
from gevinst.sources.outcomes import Outcomes
from gevinst.sources.rates import Rates
from gevinst.study import Study


class Source(Protocol):
    """Something uncertain: it draws named columns from its own stream."""

    @property
    def name(self) -> str:
        """Name of the source, and of its stream."""

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw `rows` rows of this source's latents."""


SOURCES: dict[str, Callable[[], Source]] = {
    "rates": lambda: Rates("rates"),
    "outcomes": Outcomes,
    "missing": Missing,
    "investment": lambda: Rates("investment"),
}
"""Every source by name."""


RATE_SOURCES = ("rates", "investment")
"""Those of them that draw rates; a rate names one in `drawn_by`."""


def chosen(study: Study, vary: Sequence[str] | None = None) -> tuple[Source, ...]:
    """Return the sources of a study that vary.

    Parameters
    ----------
    study : Study
        Declares its sources.
    vary : sequence of str, optional
        Names of those that vary; the rest stay at their published value. All by default.

    Raises
    ------
    ValueError
        If a name is none of the study's sources; the message lists them.
    """
    declared = [source.name for source in study.sources]
    wanted = declared if vary is None else list(vary)
    for name in wanted:
        if name not in declared:
            raise ValueError(
                f"vary: read '{name}'; this study's sources are: {', '.join(declared) or 'none'}"
            )
    return tuple(SOURCES[name]() for name in declared if name in wanted)
