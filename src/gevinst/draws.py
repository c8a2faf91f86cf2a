"""simulate(study): Monte Carlo over the declared sources, side by side per coupling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gevinst import latents as names
from gevinst import streams
from gevinst.axes import CONTROL, INTERVENTION
from gevinst.build import build
from gevinst.intervals import quantile_error
from gevinst.latents import Latents
from gevinst.margins import NO_COUPLING, Coupling, couplings_of
from gevinst.model import evaluate
from gevinst.provenance import Provenance, provenance
from gevinst.published import agrees
from gevinst.sources import Source, chosen
from gevinst.study import Study
from gevinst.text import Language, language, table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True)
class Draws:
    """Exchangeable rows of the difference between the arms: they have quantiles and probabilities.

    Parameters
    ----------
    arms : tuple of str
        Ids along the columns.
    net_gain : ndarray, shape (draw, arm)
        kr. per citizen.
    """

    arms: tuple[str, ...]
    net_gain: Floats

    @property
    def difference(self) -> Floats:
        """Intervention minus control, kr. per citizen, shape (draw,)."""
        at = self.arms.index
        return self.net_gain[:, at(INTERVENTION)] - self.net_gain[:, at(CONTROL)]

    def __len__(self) -> int:
        return len(self.net_gain)

    def quantile(self, p: float) -> float:
        """Quantile of the difference, kr. per citizen."""
        return float(np.quantile(self.difference, p))

    def probability(self, above: float = 0.0) -> float:
        """Share of draws whose difference is above a number of kr. per citizen."""
        return float(np.mean(self.difference > above))

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
        # One draw more on either side: where all draws agree the error is not zero.
        shrunk = (positive * size + 1.0) / (size + 2.0)
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
                "probability_positive": 0.0
                if constant
                else (shrunk * (1.0 - shrunk) / size) ** 0.5,
            },
        }


@dataclass(frozen=True)
class Simulation:
    """Draws per coupling beside the published point, with what made them.

    Parameters
    ----------
    point : float
        The calculated difference, kr. per citizen; it is not one of the draws.
    by_coupling : mapping of str to Draws
        ``narrowest``, ``independent``, ``widest``: what margins leave open, never mixed; one,
        ``observed``, for paired data.
    varied : tuple of str
        The sources that varied.
    provenance : Provenance
        Study hash, versions, seed, conventions.
    published : bool
        Whether the study publishes the point: a figure of measure ``difference`` that agrees.
    """

    point: float
    by_coupling: Mapping[str, Draws]
    varied: tuple[str, ...]
    provenance: Provenance
    published: bool

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
                "point": self.point,
                "by_coupling": {name: d.to_dict() for name, d in self.by_coupling.items()},
            },
            "varied": list(self.varied),
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
            rows[name] = {"point": self.point, **found, **interval, **errors}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("coupling")

    def summary(self, lang: str = "en") -> str:
        """Say the result as a small table in words, in ``en`` or ``da``."""
        text = language(lang)
        rows = [
            [text("simulate.heading", n=text.number(self.draws), seed=self.provenance.seed)],
            [
                text(
                    "simulate.point" if self.published else "simulate.recomputed",
                    kr=text.kr(self.point),
                )
            ],
            ["", *(text(f"simulate.{column}") for column in _COLUMNS)],
            [],
        ]
        for name, draws in self.by_coupling.items():
            pairs = (f"{value} ± {error}" for value, error in earned(draws, text))
            rows.append([text(f"coupling.{name}"), *pairs])
        return table(
            [
                *rows,
                [text("simulate.varied", names=", ".join(self.varied) or text("simulate.nothing"))],
            ]
        )

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(float_format="{:,.2f}".format))


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
        pairs.append((text.earned(value, error), text.earned(error, error)))
    return pairs


def draw_blocks(
    study: Study, sources: Sequence[Source], n: int, seed: int
) -> Iterator[tuple[int, Latents]]:
    """Draw latents block by block: (first row, latents of the block).

    Every block is drawn whole and then cut, so the first rows are the same whatever `n` is.
    """
    for block, start in enumerate(range(0, n, streams.BLOCK)):
        kept = min(streams.BLOCK, n - start)
        drawn = names.merge(
            *(
                source.draw(study, streams.BLOCK, streams.stream(seed, source.name, block))
                for source in sources
            )
        )
        yield start, {k: v[:kept] if len(v) > 1 else v for k, v in drawn.items()}


def simulate(
    study: Study,
    *,
    n: int = 100_000,
    vary: Sequence[str] | None = None,
    rng: int | np.random.Generator | None = None,
) -> Simulation:
    """Let the study's sources of uncertainty vary and evaluate every row.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Number of draws, the same for each coupling.
    vary : sequence of str, optional
        Sources that vary (``rates``, ``outcomes``, ``missing``, ...); the others stay as published.
        All the study declares by default.
    rng : int, numpy.random.Generator or None
        Seed; the same study, seed and versions give the same draws.

    Returns
    -------
    Simulation
        The couplings share their draws of everything but the matching, so that they can be
        compared.

    Raises
    ------
    ValueError
        If `n` is below 2, or a source is unknown.
    """
    if n < 2:
        raise ValueError(f"n: read {n}; write the number of draws, 2 or more")
    seed = streams.entropy(rng)
    sources = chosen(study, vary)
    point = float(evaluate(build(study)).difference()[0])
    kept = {c: np.empty((n, len(study.arms)), order="F") for c in couplings_of(study)}
    for start, drawn in draw_blocks(study, sources, n, seed):
        block = start // streams.BLOCK
        for coupling, net_gain in kept.items():
            paths = _paths(study, coupling, seed, block, names.rows(drawn))
            ledger = evaluate(build(study, names.merge(paths, drawn)))
            end = min(start + streams.BLOCK, n)
            net_gain[start:end] = ledger.over("arm")
    return Simulation(
        point=point,
        by_coupling={c: Draws(study.axes.arms, net_gain) for c, net_gain in kept.items()},
        varied=tuple(source.name for source in sources),
        provenance=provenance(study, seed),
        published=any(f.measure == "difference" and agrees(f, point) for f in study.published),
    )


def _paths(study: Study, coupling: str, seed: int, block: int, rows: int) -> Latents:
    """Paths of one block under a coupling; none where there is nothing to couple."""
    if coupling == NO_COUPLING:
        return {}
    source = Coupling(coupling)
    drawn = source.draw(study, streams.BLOCK, streams.stream(seed, source.name, block))
    return {name: path[:rows] if len(path) > 1 else path for name, path in drawn.items()}
