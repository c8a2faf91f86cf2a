"""Inputs that a simulation keeps beside its draws, for other tools to go on from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.rows.kept import KINDS
from gevinst.text.language import Lang, language
from gevinst.text.problems import one_of
from gevinst.text.result import Listed

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

ALL = "all"
"""All `KINDS`."""


@dataclass(frozen=True, eq=False, repr=False)
class DrawnInputs(Listed):
    """What was drawn, row by row as the draws.

    Parameters
    ----------
    names : tuple of str
        Of the columns: `gevinst.rows.kept` says what each holds, and its unit.
    by_coupling : mapping of str to ndarray, shape (draw, column)
        Per coupling; row i belongs to its draw i.
    """

    names: tuple[str, ...]
    by_coupling: Mapping[str, Floats]

    def heading(self, lang: Lang) -> str:
        """Say how many there are."""
        text, draws = language(lang), len(next(iter(self.by_coupling.values())))
        return text("simulate.inputs", k=text.number(len(self.names)), n=text.number(draws))

    def listed(self, lang: Lang) -> list[tuple[str, str]]:
        """Each column with its mean, from the lowest to the highest over the couplings."""
        text, found = language(lang), []
        for j, name in enumerate(self.names):
            means = [float(each[:, j].mean()) for each in self.by_coupling.values()]
            ends = dict.fromkeys(text.significant(x) for x in (min(means), max(means)))
            found.append((name, " – ".join(ends)))
        return found

    def to_dict(self) -> dict[str, Any]:
        """Per coupling and column mean and standard deviation, in its unit."""
        return {
            coupling: {
                name: {"mean": float(column.mean()), "standard_deviation": float(column.std())}
                for name, column in zip(self.names, each.T, strict=True)
            }
            for coupling, each in self.by_coupling.items()
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling and draw, a column per input."""
        import pandas as pd

        frames = {
            name: pd.DataFrame(each, columns=list(self.names)).rename_axis("draw")
            for name, each in self.by_coupling.items()
        }
        return pd.concat(frames, names=["coupling"])


def kinds_of(keep: Sequence[str] | str | None) -> tuple[str, ...]:
    """Return the kinds of inputs that are wanted, in their order.

    Raises
    ------
    WrongValueError
        If one is none of them; the message lists what there is.
    """
    asked = () if keep is None else (keep,) if isinstance(keep, str) else keep
    wanted = {one_of("keep", each, (*KINDS, ALL)) for each in asked}
    return tuple(kind for kind in KINDS if wanted & {kind, ALL})
