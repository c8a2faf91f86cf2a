"""Time and accuracy of the exact laws against resampling, in one run on one machine.

    python studies/performance/small_groups.py

Peers that are not installed (arch, resample, Rscript with boot) are left out and said so. Every
figure is the median of several runs after a warm-up; slow peers run once.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import functools
import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

from gevinst.stats.mean.atoms import common_lattice, convolve
from gevinst.stats.mean.estimate import bootstrap_mean_difference
from gevinst.stats.mean.law import difference_law
from gevinst.stats.mean.many import difference_laws
from gevinst.stats.permutation import permutation_test

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
TAILS = np.array([0.025, 0.975])
# Synthetic gains of 28 and 26 citizens, whole kroner a year, eleven distinct sizes.
GAINS = np.array(
    [0, 51_324, -12_072, 30_216, 77_784, -40_056, 10_212, 99_996, -5_004, 64_008, 21_036.0]
)
SHARES = np.array([0.3] + [0.07] * 10)
REPLICATES = 1_000_000


def timed(call: Callable[[], object], repeats: int) -> tuple[float, object]:
    """Return the median seconds of a call after one warm-up, and what it returned."""
    result = call()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds)), result


def once(call: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds of one call and what it returned."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def difference(x: Floats, y: Floats, axis: int = -1) -> Floats:
    """Return the statistic that every peer resamples."""
    return x.mean(axis=axis) - y.mean(axis=axis)


def exact_limits(x: Floats, y: Floats) -> Floats:
    """Return percentile and BCa limits by the package."""
    result = bootstrap_mean_difference(x, y)
    ends = [result.interval(m) for m in ("percentile", "bca")]
    return np.array([[i.low, i.high] for i in ends])


def scipy_limits(x: Floats, y: Floats, size: int, batch: int | None = None) -> Floats:
    """Return BCa and percentile limits of one set of resamples by scipy.stats.bootstrap."""
    rng = np.random.default_rng(1)
    first = stats.bootstrap(
        (x, y), difference, n_resamples=size, method="BCa", vectorized=True, batch=batch, rng=rng
    )
    ends = np.quantile(first.bootstrap_distribution, TAILS)
    return np.array([ends, first.confidence_interval])


def arch_limits(x: Floats, y: Floats, size: int) -> Floats:
    """Return percentile limits by arch.bootstrap."""
    from arch.bootstrap import IndependentSamplesBootstrap

    bootstrap = IndependentSamplesBootstrap(x, y, seed=1)
    return np.quantile(bootstrap.apply(difference, size)[:, 0], TAILS)


def resample_limits(x: Floats, y: Floats, size: int) -> Floats:
    """Return percentile limits by resample.bootstrap."""
    from resample.bootstrap import resample

    pairs = zip(
        resample(x, size=size, random_state=1), resample(y, size=size, random_state=2), strict=True
    )
    return np.quantile([a.mean() - b.mean() for a, b in pairs], TAILS)


R_BOOT = """
args <- commandArgs(TRUE)
x <- scan(args[1], quiet = TRUE); y <- scan(args[2], quiet = TRUE); size <- as.integer(args[3])
suppressMessages(library(boot)); set.seed(1)
both <- c(x, y); arm <- rep(1:2, c(length(x), length(y))); first <- seq_along(x)
statistic <- function(d, i) mean(d[i[first]]) - mean(d[i[-first]])
began <- proc.time()[[3]]
b <- boot(both, statistic, R = size, strata = arm)
cat(proc.time()[[3]] - began, quantile(b$t, c(.025, .975)), as.character(getRversion()))
"""


def r_limits(x: Floats, y: Floats, size: int) -> tuple[float, Floats, str]:
    """Return seconds, percentile limits and version of R's boot (stratified by arm)."""
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder) / n for n in ("x", "y", "boot.R")]
        np.savetxt(names[0], x)
        np.savetxt(names[1], y)
        names[2].write_text(R_BOOT)
        command = ["Rscript", str(names[2]), str(names[0]), str(names[1]), str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    seconds, low, high, version = done.stdout.split()
    return float(seconds), np.array([float(low), float(high)]), version


def bootstrap_rows(x: Floats, y: Floats) -> list[dict[str, object]]:
    """Time percentile and BCa limits of one difference of means."""
    truth = convolve(common_lattice(difference_law(x, y).components)).quantile(TAILS)
    seconds, limits = timed(lambda: exact_limits(x, y), 300)
    rows = [row("J1", "gevinst, exact law", "", seconds, np.abs(limits[0] - truth).max())]
    calls = {f"scipy {version_of('scipy')}": (scipy_limits, 3, REPLICATES)}
    for name, call in (("arch", arch_limits), ("resample", resample_limits)):
        if importlib.util.find_spec(name):
            calls[f"{name} {version_of(name)}"] = (call, 0, REPLICATES // 10)
        else:
            print(f"{name} is not installed: left out")
    for name, (call, repeats, size) in calls.items():
        run = functools.partial(call, x, y, size)
        seconds, limits = timed(run, repeats) if repeats else once(run)
        error = np.abs(np.atleast_2d(limits)[0] - truth).max()
        rows.append(row("J1", name, size, seconds, error, REPLICATES / size))
    if shutil.which("Rscript"):
        size = REPLICATES // 10
        seconds, limits, version = r_limits(x, y, size)
        error = np.abs(limits - truth).max()
        rows.append(row("J1", f"R {version} boot", size, seconds, error, REPLICATES / size))
    else:
        print("Rscript is not installed: left out")
    return rows


def permutation_rows(x: Floats, y: Floats) -> list[dict[str, object]]:
    """Time the two-sample permutation p-value."""
    seconds, result = timed(lambda: permutation_test(x, y), 100)
    rows = [row("J2", "gevinst, counted", "", seconds, 0.0)]
    peer, theirs = once(
        lambda: stats.permutation_test(
            (x, y), difference, n_resamples=REPLICATES, vectorized=True, batch=20_000, rng=1
        )
    )
    error = abs(theirs.pvalue - result.pvalue)
    rows.append(row("J2", f"scipy {version_of('scipy')}", REPLICATES, peer, error))
    return rows


def batch_limits(x: Floats, y: Floats) -> Floats:
    """Return percentile and BCa limits of every data set by the batched law."""
    laws = difference_laws(x, y)
    u, v = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    cubes = (u**3).sum(1) / x.shape[1] ** 3 - (v**3).sum(1) / y.shape[1] ** 3
    a = (cubes / (6 * laws.sd**3))[:, None]
    z0 = ndtri(laws.mid_cdf(laws.mean))[:, None]
    z = z0 + ndtri(TAILS)
    levels = np.concatenate([np.tile(TAILS, (len(x), 1)), ndtr(z0 + z / (1 - a * z))], axis=1)
    return laws.quantile(levels).reshape(-1, 2, 2)


def coverage_rows(rng: np.random.Generator) -> list[dict[str, object]]:
    """Time percentile and BCa limits of 2,000 studies."""
    studies, size = 2000, 2000
    x, y = (rng.choice(GAINS, (studies, n), p=SHARES) for n in (28, 26))
    seconds, limits = timed(lambda: batch_limits(x, y), 5)
    truth = np.array([difference_law(x[i], y[i]).quantile(TAILS) for i in range(0, studies, 20)])
    error = np.abs(limits[::20, 0] - truth).max()
    rows = [row("J6", "gevinst, batched law", "", seconds, error)]
    peer, theirs = once(lambda: np.array([scipy_limits(x[i], y[i], size) for i in range(studies)]))
    error = np.abs(theirs[::20, 0] - truth).max()
    rows.append(row("J6", f"scipy {version_of('scipy')}, loop", size, peer, error))
    return rows


def row(
    job: str, who: str, replicates: object, seconds: float, error: float, scale: float = 1.0
) -> dict[str, object]:
    """Return one line of the table; slow peers are scaled to the common number of replicates."""
    return {
        "job": job,
        "who": who,
        "replicates_run": replicates,
        "seconds_run": seconds,
        "seconds_at_job_size": seconds * scale,
        "error": error,
    }


def version_of(package: str) -> str:
    """Return the installed version."""
    from importlib.metadata import version

    return version(package)


def main() -> None:
    """Run the jobs and write the table."""
    rng = np.random.default_rng(2018)
    x, y = (rng.choice(GAINS, n, p=SHARES) for n in (28, 26))
    table = pd.DataFrame(bootstrap_rows(x, y) + permutation_rows(x, y) + coverage_rows(rng))
    ours = table.groupby("job").seconds_at_job_size.transform("first")
    table["times_ours"] = table.seconds_at_job_size / ours
    table.to_csv(HERE / "small_groups.csv", index=False, float_format="%.4g")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
