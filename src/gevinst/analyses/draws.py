"""What a simulation gives: draws per coupling, beside the point, with what made them.

Draws are exchangeable: they have quantiles, intervals and probabilities, each with its Monte Carlo
error. The calculated point is never one of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance
from gevinst.model.axes import Contrast
from gevinst.sources.source import MEAN, Varied
from gevinst.stats.intervals import quantile_error
from gevinst.text.language import Language, language, table
from gevinst.text.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

LEVEL = 0.95


def probability_error(share: float, draws: int) -> float:
    """Monte Carlo error of a share of draws; one draw more on either side, so it is never zero."""
    shrunk = (share * draws + 1.0) / (draws + 2.0)
    return float((shrunk * (1.0 - shrunk) / draws) ** 0.5)


@dataclass(frozen=True)
class Draws:
    """Exchangeable rows of the difference between the arms: they have quantiles and probabilities.

    Parameters
    ----------
    arms : tuple of str
        Ids along the columns.
    net_gain : ndarray, shape (draw, arm)
        kr. per citizen.
    contrast : Contrast
        Which arm is held against which.
    """

    arms: tuple[str, ...]
    net_gain: Floats
    contrast: Contrast

    @property
    def difference(self) -> Floats:
        """Gain of the treated arm less that of the reference, kr. per citizen, shape (draw,)."""
        treated, *reference = (self.arms.index(arm) for arm in self.contrast.arms)
        total: Floats = self.net_gain[:, treated]
        for arm in reference:
            total = total - self.net_gain[:, arm]
        return total

    def __len__(self) -> int:
        return len(self.net_gain)

    def quantile(self, p: float) -> float:
        """Quantile of the difference, kr. per citizen."""
        return float(np.quantile(self.difference, p))

    def probability(self, above: float = 0.0) -> float:
        """Share of draws whose difference is above a number of kr. per citizen."""
        return float(np.mean(self.difference > above))

    def curve(self, above: Sequence[float] | None = None) -> pd.DataFrame:
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

        values = np.sort(self.difference)
        ends = np.quantile(values, [0.001, 0.999])
        x = (
            np.linspace(float(ends[0]), float(ends[1]), 101)
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

    def to_dict(self, level: float = LEVEL) -> dict[str, Any]:
        """Summarise: mean, sd, interval and P(difference > 0), each with its Monte Carlo error.

        Parameters
        ----------
        level : float
            Probability mass of the central interval.

        Notes
        -----
        Monte Carlo errors with S draws: mean s/sqrt(S); standard deviation
        s sqrt((kurtosis - 1)/(4 S)); probability sqrt(p (1 - p)/S) with p = (draws + 1)/(S + 2);
        a quantile by the order
        statistics at the 15.87 % and 84.13 % points of Beta(Sp + 1, S(1 - p) + 1), half their
        distance (Vehtari et al. 2021, Bayesian Analysis 16(2), 667-718, section 4.3).
        """
        values = np.sort(self.difference)
        size = len(values)
        constant = values[0] == values[-1]
        mean = float(values[0]) if constant else float(values.mean())
        deviation = 0.0 if constant else float(values.std(ddof=1))
        tail = (1.0 - level) / 2.0
        positive = self.probability()
        spread = values - mean
        kurtosis = float(np.mean(spread**4)) / deviation**4 if deviation else 1.0
        return {
            "mean": mean,
            "standard_deviation": deviation,
            "interval": {
                "level": level,
                "low": float(np.quantile(values, tail)),
                "high": float(np.quantile(values, 1.0 - tail)),
            },
            "probability_positive": positive,
            "mcse": {
                "mean": deviation / size**0.5,
                "standard_deviation": deviation * max(kurtosis - 1.0, 0.0) ** 0.5 / (2 * size**0.5),
                "low": quantile_error(values, tail),
                "high": quantile_error(values, 1.0 - tail),
                "probability_positive": 0.0 if constant else probability_error(positive, size),
            },
        }


@dataclass(frozen=True)
class Simulation:
    """Draws per coupling beside the published point, with what made them.

    Parameters
    ----------
    points : mapping of str to float
        Per coupling the calculated difference, kr. per citizen; it is not one of the draws. The
        same under every coupling but for a standardised difference.
    by_coupling : mapping of str to Draws
        ``narrowest``, ``independent``, ``widest``: what margins leave open, never mixed; one,
        ``observed``, for paired data.
    varied : tuple of Varied
        The sources that varied.
    target : str
        ``mean``, the uncertainty of the mean effect; or ``new_group``, what a new group of the same
        size would show: another quantity, and wider.
    problems : tuple of Problem
        Warnings of the sources' settings.
    provenance : Provenance
        Study hash, versions, seed, conventions, settings.
    published : bool
        Whether the study publishes the point: a figure of measure ``difference`` that agrees.
    standardised : mapping of str to Any, or None
        Weights and strata, where the draws are of the standardised difference.
    """

    points: Mapping[str, float]
    by_coupling: Mapping[str, Draws]
    varied: tuple[Varied, ...]
    target: str
    problems: tuple[Problem, ...]
    provenance: Provenance
    published: bool
    standardised: Mapping[str, Any] | None = None

    @property
    def point(self) -> float:
        """The calculated difference, kr. per citizen; NaN where it depends on the coupling."""
        first, *others = self.points.values()
        return first if all(abs(each - first) < 1e-6 for each in others) else math.nan

    @property
    def draws(self) -> int:
        """Number of draws in each coupling."""
        return len(next(iter(self.by_coupling.values())))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": {
                "point": None if math.isnan(self.point) else self.point,
                "by_coupling": {
                    name: {
                        **({"point": self.points[name]} if self.standardised else {}),
                        **d.to_dict(),
                    }
                    for name, d in self.by_coupling.items()
                },
            },
            **({"standardised": dict(self.standardised)} if self.standardised else {}),
            "target": self.target,
            "varied": [source.id for source in self.varied],
            "warnings": [problem.say() for problem in self.problems],
            "draws": self.draws,
            "rng": self.provenance.seed,
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling: mean, standard deviation, interval, P(> 0), Monte Carlo errors."""
        import pandas as pd

        rows = {}
        for name, draws in self.by_coupling.items():
            found = draws.to_dict()
            errors = {f"mcse_{key}": value for key, value in found.pop("mcse").items()}
            interval = found.pop("interval")
            rows[name] = {"point": self.points[name], **found, **interval, **errors}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("coupling")

    def summary(self, lang: str = "en") -> str:
        """Say the result as a small table in words, in ``en`` or ``da``."""
        text = language(lang)
        heading = "heading" if self.target == MEAN else self.target
        first = [text(f"simulate.{heading}", n=text.number(self.draws), seed=self.provenance.seed)]
        said = [
            text(
                "simulate.point" if self.published else "simulate.recomputed",
                kr=text.kr(self.point),
            )
        ]
        if self.standardised:
            said = [standardised_as(self.standardised, text)]
            if len(self.by_coupling) > 1:
                said[0] += " " + text("simulate.couplings")
        value = [text("simulate.value")] if self.standardised else []
        rows = [first, said, ["", *value, *(text(f"simulate.{column}") for column in _COLUMNS)], []]
        for name, draws in self.by_coupling.items():
            pairs = (f"{value} ± {error}" for value, error in earned(draws, text))
            own = [text.number(self.points[name])] if self.standardised else []
            rows.append([text(f"coupling.{name}"), *own, *pairs])
        return table(
            [
                *rows,
                [
                    text(
                        "simulate.varied",
                        names=", ".join(source.id for source in self.varied)
                        or text("simulate.nothing"),
                    )
                ],
                *([text("simulate.assumed", settings=said)] for said in self.provenance.settings()),
                *([problem.say(lang)] for problem in self.problems),
            ]
        )

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(float_format="{:,.2f}".format))


def standardised_as(made: Mapping[str, Any], text: Language) -> str:
    """Say what draws of a standardised difference are weighted to: `Simulation.standardised`."""
    named = made["weights"] if isinstance(made["weights"], str) else "given"
    weights = text(f"stratify.weights.{named}")
    return text("simulate.standardised", weights=weights, strata=text.label(made["by"]))


_COLUMNS = ("mean", "standard_deviation", "low", "high", "probability_positive")


def earned(draws: Draws, text: Language) -> list[tuple[str, str]]:
    """Write mean, sd, limits and share above zero, in percent, each with its Monte Carlo error.

    The error tells the last digit that is true, and no further digit is written.
    """
    found = draws.to_dict()
    values = {**found, **found["interval"]}
    pairs = []
    for column in _COLUMNS:
        scale = 100.0 if column == "probability_positive" else 1.0
        value, error = scale * values[column], scale * found["mcse"][column]
        if error <= 1e-9 * abs(value):  # only rounding is left between equal draws
            error = 0.0
        pairs.append((text.earned(value, error), text.earned(error, error)))
    return pairs
