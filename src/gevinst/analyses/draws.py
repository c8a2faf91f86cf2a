"""Draws: exchangeable rows of a difference. They have quantiles, intervals and probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import Contrast
from gevinst.stats.intervals import quantile_error
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

LEVEL = 0.95


def probability_error(share: float, draws: int) -> float:
    """Monte Carlo error of a share of draws; one draw more on either side, so it is never zero."""
    shrunk = (share * draws + 1.0) / (draws + 2.0)
    return float((shrunk * (1.0 - shrunk) / draws) ** 0.5)


@dataclass(frozen=True)
class DrawSummary:
    """Draws in five numbers, each with its Monte Carlo error.

    Parameters
    ----------
    mean, standard_deviation, low, high : float
        kr. per citizen; low and high are the ends of the central interval.
    probability_positive : float
        Share of draws above zero.
    level : float
        Probability mass of the interval.
    mcse : mapping of str to float
        Monte Carlo error of each of the five, by name.
    """

    mean: float
    standard_deviation: float
    low: float
    high: float
    probability_positive: float
    level: float
    mcse: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "mean": self.mean,
            "standard_deviation": self.standard_deviation,
            "interval": {"level": self.level, "low": self.low, "high": self.high},
            "probability_positive": self.probability_positive,
            "mcse": dict(self.mcse),
        }

    def written(self, text: Language) -> dict[str, tuple[str, str]]:
        """Write each number and its error, the share in percent, by name.

        The error tells the last digit that is true, and no further digit is written.
        """
        found = {}
        for name, error in self.mcse.items():
            scale = 100.0 if name == "probability_positive" else 1.0
            value, error = scale * getattr(self, name), scale * error
            if error <= 1e-9 * abs(value):  # only rounding is left between equal draws
                error = 0.0
            found[name] = text.earned(value, error), text.earned(error, error)
        return found


@dataclass(frozen=True, eq=False, repr=False)
class Draws(Result):
    """Exchangeable rows of the difference between the arms: they have quantiles and probabilities.

    Parameters
    ----------
    arms : tuple of str
        Ids along the columns.
    net_gain : ndarray, shape (draw, arm)
        kr. per citizen.
    contrast : Contrast
        Which arm is held against which.
    level : float
        Probability mass of the interval.
    """

    arms: tuple[str, ...]
    net_gain: Floats
    contrast: Contrast
    level: float = LEVEL

    @cached_property
    def difference(self) -> Floats:
        """Gain of the treated arm less that of the reference, kr. per citizen, shape (draw,)."""
        treated, *reference = (self.arms.index(arm) for arm in self.contrast.arms)
        total: Floats = self.net_gain[:, treated]
        for arm in reference:
            total = total - self.net_gain[:, arm]
        return total

    @cached_property
    def _sorted(self) -> Floats:
        return np.sort(self.difference)

    def __len__(self) -> int:
        return len(self.net_gain)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Sequence[float] | Floats) -> Floats: ...
    def quantile(self, p: float | Sequence[float] | Floats) -> float | Floats:
        """Quantiles of the difference, kr. per citizen: one number, or one for each of several."""
        found = np.quantile(self._sorted, p)
        return float(found) if np.ndim(p) == 0 else found

    def probability(self, above: float = 0.0) -> float:
        """Share of draws whose difference is above a number of kr. per citizen."""
        return float(np.mean(self.difference > above))

    def curve(self, above: Sequence[float] | Floats | None = None) -> pd.DataFrame:
        """P(difference > x) over x, with its Monte Carlo error.

        Parameters
        ----------
        above : sequence of float, optional
            The x, kr. per citizen; 101 from the lowest to the highest 0.1 % of draws by default.

        Returns
        -------
        DataFrame
            Columns ``above`` (kr. per citizen), ``probability``, ``mcse``.
        """
        import pandas as pd

        values = self._sorted
        x = (
            np.linspace(self.quantile(0.001), self.quantile(0.999), 101)
            if above is None
            else np.asarray(above, dtype=float)
        )
        share = (len(values) - np.searchsorted(values, x, side="right")) / len(values)
        error = np.array([probability_error(p, len(values)) for p in share])
        return pd.DataFrame({"above": x, "probability": share, "mcse": error})

    def to_frame(self) -> pd.DataFrame:
        """Every draw: net gain of each arm and their difference, kr. per citizen."""
        import pandas as pd

        columns = dict(zip(self.arms, self.net_gain.T, strict=True))
        return pd.DataFrame({**columns, "difference": self.difference}).rename_axis("draw")

    @cached_property
    def found(self) -> DrawSummary:
        """Mean, sd, interval and share above zero, each with its Monte Carlo error.

        Notes
        -----
        Monte Carlo errors with S draws: mean s/sqrt(S); standard deviation
        s sqrt((kurtosis - 1)/(4 S)); probability sqrt(p (1 - p)/S) with p = (draws + 1)/(S + 2);
        a quantile by the order
        statistics at the 15.87 % and 84.13 % points of Beta(Sp + 1, S(1 - p) + 1), half their
        distance (Vehtari et al. 2021, Bayesian Analysis 16(2), 667-718, section 4.3).
        """
        values = self._sorted
        size = len(values)
        constant = values[0] == values[-1]
        mean = float(values[0]) if constant else float(values.mean())
        deviation = 0.0 if constant else float(values.std(ddof=1))
        tail = (1.0 - self.level) / 2.0
        positive = self.probability()
        spread = values - mean
        kurtosis = float(np.mean(spread**4)) / deviation**4 if deviation else 1.0
        return DrawSummary(
            mean=mean,
            standard_deviation=deviation,
            low=float(np.quantile(values, tail)),
            high=float(np.quantile(values, 1.0 - tail)),
            probability_positive=positive,
            level=self.level,
            mcse={
                "mean": deviation / size**0.5,
                "standard_deviation": deviation * max(kurtosis - 1.0, 0.0) ** 0.5 / (2 * size**0.5),
                "low": quantile_error(values, tail),
                "high": quantile_error(values, 1.0 - tail),
                "probability_positive": 0.0 if constant else probability_error(positive, size),
            },
        )

    def to_dict(self) -> dict[str, Any]:
        """Summarise: mean, sd, interval and P(difference > 0), each with its Monte Carlo error."""
        return self.found.to_dict()

    def summary(self, lang: Lang = "en") -> str:
        """Say the summary as a small table, in ``en`` or ``da``."""
        text = language(lang)
        written = self.found.written(text)
        return table(
            [
                [text("simulate.alone", n=text.number(len(self)))],
                ["", *(text(f"simulate.{name}") for name in written)],
                [],
                ["", *(f"{value} ± {error}" for value, error in written.values())],
            ]
        )
