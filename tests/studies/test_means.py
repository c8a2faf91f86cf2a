"""Coverage of intervals of printed means, on a few studies; studies/means has many."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from gevinst.study.prices import LAWS, Summary
from tests.conftest import STUDIES, script

run = script(STUDIES / "means" / "run.py")

REPETITIONS = 200
FEWEST = int(binom.ppf(1e-6, REPETITIONS, 0.95))
"""Intervals of 95 % that hold the truth: fewer with a probability below one in a million."""


@pytest.mark.parametrize("law", LAWS)
def test_normal_costs_of_few_are_covered(law: str) -> None:
    """Of 15 citizens each, Welch's promise; half the spread would be seen not to keep it."""
    rows = run.measure("normal, cv 0.4", (15, 15), REPETITIONS, seed=1)
    (found,) = (row for row in rows if (row["of"], row["law"]) == ("difference", law))
    assert float(str(found["coverage"])) * REPETITIONS >= FEWEST


def test_half_the_spread_covers_too_little() -> None:
    """The same measure sees an interval of half the width, which holds the truth in 66 to 68 %."""
    rng, held = np.random.default_rng(2), 0
    for _ in range(REPETITIONS):
        costs = [rng.normal(0.0, 1.0, 15) + 9.0 for _ in range(2)]
        means = [
            Summary("", "", "", "", 15, float(each.mean()), "sd", (float(each.std(ddof=1)) / 2.0,))
            for each in costs
        ]
        low, high = run.interval(means, [rng.standard_normal(2_000) for _ in range(2)])
        held += low <= 0.0 <= high
    assert held < FEWEST


def test_the_committed_table_is_whole() -> None:
    """A row for each kind of costs, size, law, and what the interval is of."""
    table = pd.read_csv(STUDIES / "means" / "results.csv")
    assert len(table) == len(run.COSTS) * len(run.SIZES) * len(LAWS) * 2
    assert table["coverage"].between(0.5, 1.0).all()
    assert set(table["repetitions"]) == {2_000}
