"""How often does the interval on top of the bounds hold the true standardised difference?

Populations are made from Ishøj's own counts, as published: citizens whose courses are those of the
low end, of the high end, of independence, and half of each. Samples of the study's size are drawn
within stratum and arm, read as margins, and bounded; the interval should hold the population's
standardised difference in 95 % of them.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

import gevinst as gv
from gevinst.analyses.start.stratum_gains import Asked, Groups, groups_of
from gevinst.stats.margins.groups import GroupMargins
from gevinst.stats.standardisation import standard_population
from gevinst.study.strata import strata_of

POPULATIONS = ("low_end", "high_end", "independent", "low_and_independent")
WEIGHTS = ("pooled", "intervention")
RESULTS = Path(__file__).with_suffix(".csv")


def population(groups: Groups, weights, kind: str):
    """Citizens of each arm and stratum as (start, end) contributions, equally likely."""
    found = []
    for a, group in enumerate(groups.margins):
        starts = [
            np.repeat(group.values[0], group.counts[0] * (group.stratum == s))
            for s in range(group.strata)
        ]
        ends = np.sort(np.repeat(group.values[-1], group.counts[-1]))
        lowest = (kind != "high_end") == (a == 0)
        per_citizen = weights[a] / group.sizes
        arm, taken = [np.empty((0, 2))] * group.strata, 0
        for s in np.argsort(-per_citizen if lowest else per_citizen):
            mine = ends[taken : taken + starts[s].size]
            taken += starts[s].size
            apart = np.array([(x, y) for x in starts[s] for y in ends])
            together = np.column_stack([np.sort(starts[s]), mine])
            if kind == "independent":
                arm[s] = apart
            elif kind == "low_and_independent":
                arm[s] = np.vstack([apart, np.repeat(together, ends.size, axis=0)])
            else:
                arm[s] = together
        found.append(arm)
    return found


def margins_of(drawn) -> GroupMargins:
    """Read the drawn citizens of one arm as margins."""
    heads = np.vstack([np.column_stack([d[:, 0], np.full(len(d), s)]) for s, d in enumerate(drawn)])
    starts, counts = np.unique(heads, axis=0, return_counts=True)
    ends, after = np.unique(np.concatenate([d[:, 1] for d in drawn]), return_counts=True)
    return GroupMargins(
        (counts, after),
        (starts[:, 0], ends),
        starts[:, 1].astype(int),
        np.zeros((len(drawn), 2)),
        (np.zeros(len(counts), np.bool_), np.zeros(len(after), np.bool_)),
    )


def main(samples: int = 1_000) -> list[dict[str, object]]:
    """Measure every population and weighting, and print a line for each."""
    study = gv.load("ishoj-smc")
    strata = strata_of(study)
    groups = groups_of(study, strata, Asked())
    rng = np.random.default_rng(2018)
    rows = []
    for name in WEIGHTS:
        weights = standard_population(name, groups.sizes, strata.ids).shares
        for kind in POPULATIONS:
            citizens = population(groups, weights, kind)
            truth = groups.shifts[0] - groups.shifts[1]
            for a, sign in ((0, 1), (1, -1)):
                means = [pool.sum(axis=1).mean() for pool in citizens[a]]
                truth += sign * float(weights[a] @ np.array(means))
            held = 0
            for _ in range(samples):
                arms = tuple(
                    margins_of(
                        [
                            pool[rng.integers(len(pool), size=n)]
                            for pool, n in zip(citizens[a], groups.sizes[a], strict=True)
                        ]
                    )
                    for a in (0, 1)
                )
                drawn = Groups(groups.sizes, groups.shifts, arms, (), groups.reach)
                interval = drawn.difference(weights).interval
                held += interval.low <= truth <= interval.high
            share = held / samples
            rows.append(
                {
                    "weights": name,
                    "population": kind,
                    "truth": round(truth),
                    "samples": samples,
                    "coverage": round(share, 4),
                    "mcse": round((share * (1 - share) / samples) ** 0.5, 4),
                }
            )
            print(rows[-1])
    return rows


if __name__ == "__main__":
    measured = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(measured[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(measured)
