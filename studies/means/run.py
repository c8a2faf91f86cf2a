"""How often do the intervals of printed means hold the truth, under each law?

    python studies/means/run.py            every mechanism, then results.csv
    python studies/means/run.py --repetitions 200

A repetition draws the costs of two groups and prints of each the mean and the standard deviation.
From these alone the intervals of the difference, and of the first group's mean, are made as
`gv.simulate` makes them: means drawn by a normal, gamma or lognormal law with that mean and
standard error, the draws widened by Student's t with Welch's degrees of freedom.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gevinst.stats.mean.widening import Sampled, effective_degrees_of_freedom, widened
from gevinst.study.prices import LAWS, Summary

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
SEED = 2014
LEVEL = 0.95
DRAWS = 2_000
MEANS = (12_000.0, 9_000.0)
"""True mean costs of the two groups."""

COSTS: dict[str, Callable[[np.random.Generator, float, int], Floats]] = {
    "normal, cv 0.4": lambda rng, mean, n: rng.normal(mean, 0.4 * mean, n),
    "gamma, cv 1": lambda rng, mean, n: rng.gamma(1.0, mean, n),
    "gamma, cv 2": lambda rng, mean, n: rng.gamma(0.25, 4.0 * mean, n),
    "lognormal, cv 2": lambda rng, mean, n: _lognormal(rng, mean, 2.0, n),
}
"""What one citizen costs: draws of so many with such a mean."""

SIZES = ((15, 15), (30, 30), (240, 240), (30, 15))
"""Citizens of the two groups."""


def _lognormal(rng: np.random.Generator, mean: float, cv: float, n: int) -> Floats:
    sigma = math.sqrt(math.log1p(cv**2))
    return rng.lognormal(math.log(mean) - sigma**2 / 2.0, sigma, n)


def interval(means: list[Summary], scores: list[Floats]) -> tuple[float, float]:
    """Return the interval of a printed mean, or of the first less the second, from their scores."""
    drawn = [each.sampling_law().at(z) for each, z in zip(means, scores, strict=True)]
    parts = [Sampled(each.standard_error**2, each.n - 1, each.n) for each in means]
    degrees = effective_degrees_of_freedom(sum(part.variance for part in parts), parts)
    ordered = widened(np.sort(drawn[0] - sum(drawn[1:])), degrees)
    low, high = np.quantile(ordered, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(low), float(high)


def _printed(costs: Floats, law: str) -> Summary:
    mean, sd = float(costs.mean()), float(costs.std(ddof=1))
    return Summary("", "", "", "", len(costs), mean, "sd", (sd,), law=law)


def measure(
    costs: str, sizes: tuple[int, int], repetitions: int, seed: int = SEED
) -> Iterator[dict[str, object]]:
    """Yield a row per law of the mean and of the difference: how often the interval holds it."""
    rng = np.random.default_rng([seed, list(COSTS).index(costs), *sizes])
    truths = {"mean": MEANS[0], "difference": MEANS[0] - MEANS[1]}
    found = {(of, law): np.empty((repetitions, 2)) for of in truths for law in LAWS}
    for k in range(repetitions):
        groups = [COSTS[costs](rng, mean, n) for mean, n in zip(MEANS, sizes, strict=True)]
        scores = [rng.standard_normal(DRAWS) for _ in groups]
        for (of, law), limits in found.items():
            some = slice(1 if of == "mean" else 2)
            limits[k] = interval([_printed(each, law) for each in groups[some]], scores[some])
    for (of, law), limits in found.items():
        truth = truths[of]
        below, above = (limits[:, 1] < truth).mean(), (limits[:, 0] > truth).mean()
        held = 1.0 - below - above
        yield {
            "costs": costs,
            "of": of,
            "citizens": f"{sizes[0]}" + f" and {sizes[1]}" * (of == "difference"),
            "law": law,
            "repetitions": repetitions,
            "coverage": round(float(held), 4),
            "its error": round(math.sqrt(held * (1.0 - held) / repetitions), 4),
            "too low": round(float(below), 4),
            "too high": round(float(above), 4),
            "mean length": round(float((limits[:, 1] - limits[:, 0]).mean())),
        }


def main() -> None:
    """Measure every mechanism, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repetitions", type=int, default=2_000)
    repetitions = parser.parse_args().repetitions
    rows = [
        row for costs, sizes in product(COSTS, SIZES) for row in measure(costs, sizes, repetitions)
    ]
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    table.to_csv(HERE / "results.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
