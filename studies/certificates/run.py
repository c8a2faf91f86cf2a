"""Whether the certificate of an exact law is ever exceeded, on and off lattices.

    python studies/certificates/run.py            10,000 data sets, then results.csv
    python studies/certificates/run.py --data-sets 500

A data set is two small groups of few distinct values, whose laws are also enumerated here: every
composition of a group over its values has a multinomial probability. The package must lie between
F(t - r) - c and F(t + r) + c, c its certificate and r its resolution, at atoms, beside them and
between them.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

import gevinst as gv

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
SEED = 1973
MOST = 20_000  # compositions of a group
SLACK = 1e-10  # of the enumeration here: sums of thousands of logarithms of factorials
UNITS = (0.01, 1.0, 100.0, 1_000.0, 15_000.0, 1 / 3, math.pi)
KINDS = (
    "one step",
    "one step, each group moved",
    "one fine step",
    "a step of its own in each group",
    "no step",
    "no step, citizens all unlike",
)


def data_set(rng: np.random.Generator) -> tuple[str, list[Floats]]:
    """Draw a kind of data and two groups of it."""
    while True:
        kind = KINDS[rng.integers(len(KINDS))]
        unlike = kind.endswith("unlike")
        unit = UNITS[rng.integers(len(UNITS))]
        groups = []
        for _ in range(2):
            n = int(rng.integers(2, 8 if unlike else 61))
            d = n if unlike else int(rng.integers(2, 5))
            own = unit * (rng.lognormal() if "its own" in kind else 1.0)
            reach = 2_000 if "fine" in kind else 20
            values = own * (
                rng.lognormal(size=d)
                if kind.startswith("no")
                else rng.integers(-reach, reach + 1, size=d)
            )
            values = values + unit * rng.normal() if "moved" in kind else values
            groups.append(values if unlike else rng.choice(values, n, p=rng.dirichlet(np.ones(d))))
        if all(_compositions(group) <= MOST for group in groups):
            return kind, groups


def _compositions(group: Floats) -> int:
    distinct = np.unique(group).size
    return math.comb(group.size + distinct - 1, distinct - 1)


def mean_law(group: Floats) -> tuple[Floats, Floats]:
    """Enumerate the resampled means of a group, ascending, and the probability of each."""
    values, repeats = np.unique(group, return_counts=True)
    n, d = group.size, values.size
    if d == 1:
        return values, np.ones(1)
    bars = np.array(list(itertools.combinations(range(n + d - 1), d - 1)))
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, n + d - 1)))
    taken = np.diff(edges, axis=1) - 1
    chance = stats.multinomial.pmf(taken, n, repeats / n)
    means = taken @ values / n
    order = np.argsort(means)
    return means[order], chance[order]


def check(groups: list[Floats], rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Return by how much the certificate is exceeded, it, the resolution and the plain error."""
    found = gv.stats.bootstrap_mean_difference(*groups)
    (first, chances), (second, others) = map(mean_law, groups)
    up_to = np.concatenate([[0.0], np.cumsum(others)])
    # What is one number here differs in its last digits.
    last = 1e-11 * max(float(np.abs(group).max()) for group in groups)

    def law(t: Floats) -> Floats:
        """P(mean - mean <= t), second of P(second mean >= first - t)."""
        places = np.searchsorted(second, first[:, np.newaxis] - t - 2 * last, side="left")
        return np.asarray(chances @ (1.0 - up_to[places]))

    atoms = rng.choice(first, 12)[:, np.newaxis] - rng.choice(second, 12)
    between = rng.uniform(atoms.min(), atoms.max(), 100)
    t = np.concatenate([atoms.ravel(), atoms.ravel() * (1 + 1e-7), between])
    ours, reach = found.cdf(t), found.resolution + 4 * last
    above = ours - law(t + reach) - found.certificate
    below = law(t - reach) - ours - found.certificate
    excess = float(max(above.max(), below.max())) - SLACK
    return excess, found.certificate, found.resolution, float(np.abs(ours - law(t)).max())


def run(data_sets: int, seed: int = SEED) -> pd.DataFrame:
    """Check so many data sets: a row each."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(data_sets):
        kind, groups = data_set(rng)
        excess, certificate, resolution, error = check(groups, rng)
        held = gv.stats.bootstrap_mean_difference(*groups).law.representation
        spread = float(np.ptp(np.concatenate(groups))) or 1.0
        rows.append((kind, held, excess, certificate, resolution / spread, error))
    columns = ["kind", "held as", "excess", "certificate", "resolution", "error"]
    return pd.DataFrame(rows, columns=columns)


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Count, per kind of data and representation, how often the certificate is exceeded."""
    return (
        found.assign(exceeded=found["excess"] > 0)
        .groupby(["kind", "held as"])
        .agg(
            data_sets=("excess", "size"),
            exceeded=("exceeded", "sum"),
            largest_certificate=("certificate", "max"),
            largest_resolution=("resolution", "max"),
            largest_error=("error", "max"),
        )
        .reset_index()
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data-sets", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    began = time.perf_counter()
    counted = table(run(options.data_sets, options.seed))
    print(counted.to_string(index=False, float_format="{:.1e}".format))
    print(f"{counted.exceeded.sum()} of {counted.data_sets.sum()} exceeded", end="; ")
    print(f"{time.perf_counter() - began:.0f} seconds")
    if (options.data_sets, options.seed) == (10_000, SEED):
        counted.to_csv(HERE / "results.csv", index=False, float_format="%.3g")
