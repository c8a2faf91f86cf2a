"""Time and memory of Monte Carlo over citizens, rates and the missing, beside plain numpy.

    python studies/performance/monte_carlo.py

Every line runs in a process of its own, and the same law is drawn by both: where mean or standard
deviation differ by more than Monte Carlo error, nothing is written. A line tells the first run,
which imports what it needs and starts the workers, and the best and the median of those after it.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import gevinst as gv
from gevinst.sources.couplings import Coupling
from gevinst.study.people import couplings_of
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TABLE = Path(__file__).with_suffix(".csv")
MIB = 2**20
CHUNK = 100_000  # rows of plain numpy at a time: faster than all at once, and it fits in memory
QUIET = 1.3  # processes that want to run, our own last line among them
ERRORS = 6.0  # by chance less than once in 500 million


class Job(NamedTuple):
    """What is drawn: of whom, with which sources, of margins or of known paths."""

    name: str
    vary: tuple[str, ...]
    target: str = "mean"
    paired: bool = False


JOBS = {
    job.name: job
    for job in (
        Job("J3a", ("rates", "outcomes")),
        Job("J3a, paired", ("rates", "outcomes"), paired=True),
        Job("J3a, missing too", ("rates", "outcomes", "missing")),
        Job("J3b", ("rates", "outcomes", "missing"), "new_group"),
        Job("J3b, paired", ("rates", "outcomes", "missing"), "new_group", paired=True),
    )
}
# job, who, draws, workers, runs after the first
LINES = (
    ("J3a", "gevinst", 100_000, 1, 5),
    ("J3a", "gevinst", 1_000_000, 1, 5),
    ("J3a", "gevinst", 10_000_000, 1, 1),
    ("J3a", "gevinst", 1_000_000, 2, 9),
    ("J3a", "numpy", 1_000_000, 1, 2),
    ("J3a, paired", "gevinst", 1_000_000, 1, 5),
    ("J3a, paired", "numpy", 1_000_000, 1, 2),
    ("J3a, missing too", "gevinst", 1_000_000, 1, 5),
    ("J3a, missing too", "numpy", 1_000_000, 1, 2),
    ("J3b", "gevinst", 1_000_000, 1, 5),
    ("J3b", "gevinst", 1_000_000, 2, 9),
    ("J3b", "numpy", 1_000_000, 1, 2),
    ("J3b, paired", "gevinst", 1_000_000, 1, 5),
    ("J3b, paired", "gevinst", 1_000_000, 2, 9),
    ("J3b, paired", "numpy", 1_000_000, 1, 2),
)


def study_of(job: Job) -> Study:
    """Return the bundled study; paired, everybody's path is one of those that fit its margins."""
    study = gv.load("ishoj-smc")
    if job.target != "mean":
        study = study.assume("missing", dropouts="as_published", moved="as_published")
    if not job.paired:
        return study
    paths = {arm: np.column_stack(courses(study, "independent", arm)) for arm in study.axes.arms}
    return replace(study, paths=paths)


def courses(study: Study, kind: str, arm: str) -> list[Integers]:
    """Statuses of an arm's citizens at each time, under a coupling."""
    drawn = Coupling(study, kind).draw(1, np.random.default_rng(1))
    citizens = drawn[f"size:{arm}"][0].astype(int)
    return [np.repeat(drawn[f"path:{arm}:{t}"][0], citizens) for t in study.axes.times]


# --- plain numpy ----------------------------------------------------------------------------------


def by_numpy(study: Study, job: Job, draws: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Draw the same law as a good numpy user would: differences per coupling."""
    kinds = couplings_of(study)
    found = {kind: np.empty(draws) for kind in kinds}
    for first in range(0, draws, CHUNK):
        rows = min(CHUNK, draws - first)
        kr = np.column_stack([_rate(rate, rows, rng) for rate in study.rates])
        per_arm = {kind: [] for kind in kinds}
        for a in range(2):
            weights, heads = _weights(study, a, job, rows, rng)
            for kind in kinds:
                per_arm[kind].append(_gain(study, a, kind, job, weights, heads, kr, rng))
        for kind, (intervention, control) in per_arm.items():
            found[kind][first : first + rows] = intervention - control
    return found


def _rate(rate: gv.study.Rate, rows: int, rng: np.random.Generator) -> Floats:
    if rate.drawn_by != "rates" or rate.distribution.kind != "gamma":
        return np.full(rows, rate.kr)
    shape = rate.distribution.cv**-2
    return rng.gamma(shape, rate.kr / shape, rows)


def _weights(
    study: Study, a: int, job: Job, rows: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Weights of the citizens, shape (row, n), and how many they add up to, shape (row, 1)."""
    arm = study.arms[a]
    n = arm.analysed
    shares = rng.dirichlet(np.full(n, (n - 2) / n), rows)
    if job.target == "mean":
        return n * shares, np.full((rows, 1), float(n))
    lost = rng.beta(arm.dropouts + 0.5, n + 0.5, rows)
    heads = arm.enrolled - np.minimum(rng.binomial(arm.enrolled, lost), arm.enrolled - 1)
    return rng.multinomial(heads, shares).astype(float), heads[:, np.newaxis].astype(float)


def _gain(
    study: Study,
    a: int,
    kind: str,
    job: Job,
    weights: Floats,
    heads: Floats,
    kr: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Net gain of one arm, kr. per citizen: cost at the start, less that at the end and payment."""
    arm, rows = study.arms[a], len(weights)
    rate_of = study.rate_maps[study.conventions.basis][a, 0]
    start, end = _ends(study, a, kind)
    ends = rng.permuted(np.tile(end, (rows, 1)), axis=1) if kind == "independent" else end
    total = heads
    if "missing" in job.vary and job.target == "mean":
        weights = weights.copy()
        total = heads + arm.dropouts
        picks = [_pick(weights, rng) for _ in range(arm.dropouts)]
        for pick in picks:
            weights[np.arange(rows), pick] += 1.0
    if kind == "independent":
        after = (weights * np.take_along_axis(kr, rate_of[-1][ends], axis=1)).sum(axis=1)
    else:
        after = np.einsum("rn,rn->r", weights, kr[:, rate_of[-1][ends]])
    if "missing" in job.vary and job.target == "mean":
        lost = [i for i, item in enumerate(study.items) if item.lost]
        gone = np.isin(ends, lost)  # (row, n) or (n,); one citizen of each arm in this study
        there = np.where(gone, 0.0, weights)
        pick = _pick(there, rng)
        status = ends[np.arange(rows), pick] if kind == "independent" else ends[pick]
        after += (weights - there).sum(axis=1) * kr[np.arange(rows), rate_of[-1][status]]
    before = np.einsum("rn,rn->r", weights, kr[:, rate_of[0][start]])
    paid = study.group_lines[a, 0].sum(axis=0) @ _prices(study, a)
    by = heads[:, 0] if job.target != "mean" else float(arm.analysed)
    return (before - after) / total[:, 0] - paid / by


def _prices(study: Study, a: int) -> Floats:
    """kr. of each item that is paid for a whole group, at the start."""
    kr = np.array([*(rate.kr for rate in study.rates), 0.0])
    return kr[study.rate_maps[study.conventions.basis][a, 0, 0]]


def _ends(study: Study, a: int, kind: str) -> tuple[Integers, Integers]:
    """Statuses of an arm's citizens at the start and at the end."""
    start, *_, end = courses(study, kind, study.arms[a].id)
    return start, end


def _pick(weights: Floats, rng: np.random.Generator) -> Integers:
    """Pick a citizen of every row by weight."""
    cumulated = weights.cumsum(axis=1)
    u = rng.random((len(weights), 1)) * cumulated[:, -1:]
    return np.minimum((cumulated <= u).sum(axis=1), weights.shape[1] - 1)


# --- one line, in a process of its own ------------------------------------------------------------


def peak() -> float:
    """Return the most memory this process has had, MiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def measure(job: Job, who: str, draws: int, workers: int, runs: int) -> dict[str, object]:
    """Run one line and return its times, its peak memory and what it found."""
    study = study_of(job)
    if who == "gevinst":  # what is imported where it is used counts as imports, not as draws
        import gevinst.analyses.simulate  # noqa: F401
    before = peak()
    seconds, most = [], 0.0
    for run in range(runs + 1):
        began = time.perf_counter()
        if who == "gevinst":
            found = gv.simulate(
                study, n=draws, vary=job.vary, target=job.target, workers=workers, rng=run
            ).by_coupling
        else:
            found = by_numpy(study, job, draws, np.random.default_rng(run))
        seconds.append(time.perf_counter() - began)
        if run == 0:
            columns = 2 if who == "gevinst" else 1
            most = peak() - before - len(found) * columns * draws * 8 / MIB
        values = {kind: d.difference if who == "gevinst" else d for kind, d in found.items()}
        moments = {
            kind: (float(x.mean()), float(x.std()), float(((x - x.mean()) ** 2).std()))
            for kind, x in values.items()
        }
        del found, values
    later = seconds[1:] or seconds
    return {
        "job": job.name,
        "who": who if who == "gevinst" else f"numpy {np.__version__}",
        "draws": draws,
        "couplings": len(moments),
        "workers": workers,
        "first_seconds": seconds[0],
        "best_seconds": min(later),
        "median_seconds": float(np.median(later)),
        "draws_per_second": draws / min(later),
        "rows_per_second": draws * len(moments) / min(later),
        "peak_mib": most if workers == 1 else np.nan,
        "moments": moments,
    }


def agree(one: dict[str, tuple[float, ...]], other: dict[str, tuple[float, ...]], n: int) -> bool:
    """Whether means and variances of two runs of n draws are within Monte Carlo error."""
    return set(one) == set(other) and all(
        abs(one[k][0] - other[k][0]) < ERRORS * np.hypot(one[k][1], other[k][1]) / n**0.5
        and abs(one[k][1] ** 2 - other[k][1] ** 2)
        < ERRORS * np.hypot(one[k][2], other[k][2]) / n**0.5
        for k in one
    )


def quiet() -> float:
    """Wait, a minute at most, while others use the machine; return the load that is left."""
    for _ in range(60):
        if os.getloadavg()[0] < QUIET:
            break
        time.sleep(1.0)
    return os.getloadavg()[0]


def main() -> None:
    """Run every line, hold the peers against each other, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--line", type=int, help="run one line here, and print it as JSON")
    parser.add_argument("--jobs", nargs="*", default=list(JOBS), help="run these alone again")
    chosen = parser.parse_args()
    if chosen.line is not None:
        job, *rest = LINES[chosen.line]
        print(json.dumps(measure(JOBS[job], *rest)))
        return
    rows = []
    for number, line in enumerate(LINES):
        if line[0] not in chosen.jobs:
            continue
        load = quiet()
        command = [sys.executable, __file__, "--line", str(number)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        rows.append(json.loads(done.stdout) | {"load_before": load})
        print({k: v for k, v in rows[-1].items() if k != "moments"}, flush=True)
    table = pd.DataFrame(rows)
    for _, of_job in table.groupby("job"):
        first, *others = of_job.moments
        n = int(of_job.draws.min())
        if not all(agree(first, other, n) for other in others):
            raise RuntimeError(f"the lines draw different laws: {list(of_job.moments)}")
    plain = table[table.who != "gevinst"].set_index("job").best_seconds / 1_000_000
    per_draw = table.best_seconds / table.draws
    table["times_numpy"] = table.job.map(plain) / per_draw
    table = table.drop(columns="moments")
    if TABLE.exists():
        kept = pd.read_csv(TABLE)
        table = pd.concat([table, kept[~kept.job.isin(table.job)]])
    table = table.sort_values("job", key=lambda job: job.map(list(JOBS).index), kind="stable")
    table.to_csv(TABLE, index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.4g"))


if __name__ == "__main__":
    main()
