"""How often do the intervals of an adjustment for covariates hold the truth?

    python studies/covariates/run.py            every mechanism, then results.csv
    python studies/covariates/run.py --repetitions 200

A repetition draws two small groups that are unlike in a number, with outcomes that hang on it, and
adjusts them as `gv.adjust` does. The truth is the mean difference over the population that the two
groups together are a sample of.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gevinst.stats.adjusted import Adjusted, adjusted_for, adjusted_shares, raw
from gevinst.stats.regression import separated

Floats = NDArray[np.float64]
Outcome = Callable[[Floats, int], Floats]
"""Means of the outcome by the numbers, shape (..., columns), and the group (0 the first)."""

HERE = Path(__file__).parent
SEED = 2013
LEVEL = 0.95
APART = 0.6
"""How far the first group's first number lies above the second's, in standard deviations."""
RESAMPLES = 20


class Mechanism(NamedTuple):
    """How groups come about.

    Attributes
    ----------
    name : str
        What it is.
    sizes : tuple of int
        Citizens of the groups.
    columns : int
        Numbers held equal.
    outcome : callable
        The mean, or of a yes/no outcome the logarithm of the odds.
    yes_no : bool
        Whether the outcome is yes or no.
    skewed : bool
        Whether what is left of a gain is lognormal less its mean, or normal; both of variance 1.
    """

    name: str
    sizes: tuple[int, int]
    columns: int
    outcome: Outcome
    yes_no: bool = False
    skewed: bool = False


def line(x: Floats, group: int) -> Floats:
    """A line of the first number, steeper in the first group."""
    return (2.0 + 1.5 * x[..., 0]) if group == 0 else 0.75 * x[..., 0]


def curve(x: Floats, group: int) -> Floats:
    """The same, and the first group's bends, which no line does."""
    return line(x, group) + 0.5 * (group == 0) * x[..., 0] ** 2


def odds(x: Floats, group: int) -> Floats:
    """Log odds: about two in five have it."""
    return -1.2 + x[..., 0] + 0.5 * (group == 0)


def rare(x: Floats, group: int) -> Floats:
    """Log odds: about one in seven has it."""
    return odds(x, group) - 1.5


MECHANISMS = (
    Mechanism("gain on a line, 28 and 26", (28, 26), 1, line),
    Mechanism("five numbers, four of them idle", (28, 26), 5, line),
    Mechanism("skewed gain on a line", (28, 26), 1, line, skewed=True),
    Mechanism("gain on a curve", (28, 26), 1, curve),
    Mechanism("gain on a line, 11 and 9", (11, 9), 1, line),
    Mechanism("yes or no, 28 and 26", (28, 26), 1, odds, yes_no=True),
    Mechanism("rarely yes, 28 and 26", (28, 26), 1, rare, yes_no=True),
    Mechanism("yes or no, 100 and 100", (100, 100), 1, odds, yes_no=True),
)


def chance(log_odds: Floats) -> Floats:
    """Probabilities."""
    found: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return found


def truth(mechanism: Mechanism) -> float:
    """Return the mean difference over both groups' populations, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    shares = np.array(mechanism.sizes) / sum(mechanism.sizes)
    found = 0.0
    for share, middle in zip(shares, (APART, 0.0), strict=True):
        x = np.zeros((nodes.size, mechanism.columns))
        x[:, 0] = middle + nodes
        means = [mechanism.outcome(x, group) for group in (0, 1)]
        if mechanism.yes_no:
            means = [chance(each) for each in means]
        found += share * float(weights @ (means[0] - means[1])) / math.sqrt(2 * math.pi)
    return found


def draw(mechanism: Mechanism, rng: np.random.Generator) -> tuple[list[Floats], list[Floats]]:
    """Draw both groups: their outcomes and their numbers."""
    values, numbers = [], []
    for group, (n, middle) in enumerate(zip(mechanism.sizes, (APART, 0.0), strict=True)):
        x = rng.standard_normal((n, mechanism.columns))
        x[:, 0] += middle
        mean = mechanism.outcome(x, group)
        if mechanism.yes_no:
            y = (rng.random(n) < chance(mean)).astype(np.float64)
        elif mechanism.skewed:
            size = math.sqrt(math.log((1 + math.sqrt(5)) / 2))  # variance 1 about exp(size^2 / 2)
            y = mean + rng.lognormal(0.0, size, n) - math.exp(size**2 / 2)
        else:
            y = mean + rng.standard_normal(n)
        values.append(y)
        numbers.append(x)
    return values, numbers


def adjusted(mechanism: Mechanism, rng: np.random.Generator) -> Iterator[Adjusted]:
    """Draw both groups and adjust them."""
    values, numbers = draw(mechanism, rng)
    if mechanism.yes_no:
        yield from adjusted_shares(values, numbers, (True, True), LEVEL)
    else:
        yield raw(values, LEVEL)
        yield from adjusted_for(values, numbers, (True, True), LEVEL)


def measure(mechanism: Mechanism, repetitions: int, seed: int = SEED) -> list[dict[str, object]]:
    """Return a row per method: bias, coverage and length of intervals, with simulation errors."""
    rng = np.random.default_rng([seed, MECHANISMS.index(mechanism)])
    exact = truth(mechanism)
    rows: dict[str, list[tuple[float, ...]]] = {}
    for _ in range(repetitions):
        for row in adjusted(mechanism, rng):
            rows.setdefault(row.method, []).append(
                (row.estimate - exact, row.low - exact, row.high - exact, row.standard_error)
            )
    found = []
    for method, numbers in rows.items():
        error, low, high, se = np.array(numbers).T
        answers = np.isfinite(low)
        held = ((low <= 0) & (high >= 0))[answers].mean()
        spread = error[answers].std(ddof=1)
        found.append(
            {
                "mechanism": mechanism.name,
                "method": method,
                "repetitions": repetitions,
                "without an answer": round(1 - answers.mean(), 4),
                "bias in standard deviations": round(error[answers].mean() / spread, 3),
                "standard error over standard deviation": round(se[answers].mean() / spread, 3),
                "coverage": round(held, 4),
                "its error": round(math.sqrt(held * (1 - held) / answers.sum()), 4),
                "mean length": round((high - low)[answers].mean(), 3),
            }
        )
    return found


def separated_resamples(mechanism: Mechanism, data_sets: int, seed: int = SEED) -> float:
    """Return the share of resamples no logistic regression fits, of data that one does fit."""
    rng = np.random.default_rng([seed, len(MECHANISMS)])
    lost: list[bool] = []
    while len(lost) < data_sets * RESAMPLES:
        groups = [
            (y, np.column_stack([np.ones(len(x)), x]))
            for y, x in zip(*draw(mechanism, rng), strict=True)
        ]
        if any(separated(y, x) for y, x in groups):
            continue
        for _ in range(RESAMPLES):
            picked = [(y, x, rng.integers(len(y), size=len(y))) for y, x in groups]
            lost.append(any(separated(y[p], x[p]) for y, x, p in picked))
    return float(np.mean(lost))


def main() -> None:
    """Measure every mechanism, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repetitions", type=int, default=5_000)
    repetitions = parser.parse_args().repetitions
    rows = [row for each in MECHANISMS for row in measure(each, repetitions)]
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    table.to_csv(HERE / "results.csv", index=False, lineterminator="\n")
    for each in MECHANISMS:
        if each.yes_no:
            share = separated_resamples(each, max(repetitions // 10, 1))
            print(f"{each.name}: no logistic regression fits {share:.1%} of resamples")


if __name__ == "__main__":
    main()
