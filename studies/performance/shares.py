"""Time and accuracy of variance shares by eight sources, in one run on one machine.

    python studies/performance/shares.py

Every method gets the same synthetic gain, the same laws and the same number of draws, and its
shares are held against the closed form before anything is written. A peer that is not installed
(SALib) has a row that says so.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import importlib.util
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from gevinst.stats.sensitivity.sobol import Shares, multilinear_shares, swap_blocks

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
DRAWS = 2**17
SOURCES = (
    "benefit",  # kr. a citizen-year
    "pension",  # kr. a citizen-year
    "contact",  # kr. a health contact
    "started",  # share who start work, intervention
    "usual",  # share who start work, control
    "real",  # predictive value: recorded starts that are real
    "lasts",  # share of them that lasts
    "investment",  # kr. per citizen
)
RATES = {"benefit": (144_000, 0.10), "pension": (210_000, 0.15), "contact": (2_500, 0.40)}
SHARES = {"started": (0.2, 0.5), "usual": (0.15, 0.35), "real": (0.6, 0.95), "lasts": (0.4, 0.8)}
INVESTMENT = (38_000, 46_000)
# The gain's terms, as what multiplies the sources named in each.
TERMS = (
    (1.0, {"benefit", "started", "real", "lasts"}),
    (-1.0, {"benefit", "usual", "real", "lasts"}),
    (0.3, {"pension", "started"}),
    (-0.3, {"pension", "usual"}),
    (9.0, {"contact", "lasts"}),
    (-1.0, {"investment"}),
)


class Law(NamedTuple):
    """A law in the two ways it is drawn: directly, and as a quantile function."""

    draw: Callable[[np.random.Generator, tuple[int, ...]], Floats]
    quantile: stats.distributions.rv_frozen

    @property
    def moments(self) -> tuple[float, float]:
        """Mean and variance."""
        return float(self.quantile.mean()), float(self.quantile.var())


def lognormal(mean: float, cv: float) -> Law:
    """Return a lognormal law by mean and coefficient of variation."""
    s = float(np.sqrt(np.log1p(cv**2)))
    centre = float(np.log(mean)) - s * s / 2
    return Law(
        lambda rng, n: rng.lognormal(centre, s, n), stats.lognorm(s, scale=float(np.exp(centre)))
    )


def uniform(low: float, high: float) -> Law:
    """Return a uniform law between two ends."""
    return Law(lambda rng, n: rng.uniform(low, high, n), stats.uniform(low, high - low))


def gamma(mean: float, cv: float) -> Law:
    """Return a gamma law by mean and coefficient of variation."""
    shape, scale = cv**-2, mean * cv**2
    return Law(lambda rng, n: rng.gamma(shape, scale, n), stats.gamma(shape, scale=scale))


def beta(low: float, high: float) -> Law:
    """Return a beta law with the mean and the variance of a uniform one between two ends."""
    mean, variance = (low + high) / 2, (high - low) ** 2 / 12
    size = mean * (1 - mean) / variance - 1
    a, b = mean * size, (1 - mean) * size
    return Law(lambda rng, n: rng.beta(a, b, n), stats.beta(a, b))


def laws(rate: Callable[..., Law], share: Callable[..., Law]) -> list[Law]:
    """Return the law of every source, in order."""
    return [
        rate(*RATES[s])
        if s in RATES
        else share(*SHARES[s])
        if s in SHARES
        else uniform(*INVESTMENT)
        for s in SOURCES
    ]


def gain(x: Sequence[Floats]) -> Floats:
    """Return the difference in kr. per citizen of every draw, as one would write it."""
    benefit, pension, contact, started, usual, real, lasts, investment = x
    more = started - usual
    return (benefit * real * lasts + 0.3 * pension) * more + 9.0 * contact * lasts - investment


def moments(sources: list[Law]) -> tuple[Floats, Floats]:
    """Return mean and covariance over the terms of every source.

    A source multiplies the terms it is in and is a known 1 in the others; the numbers before the
    terms are put into the last source.
    """
    means = np.ones((len(sources), len(TERMS)))
    covariances = np.zeros((len(sources), len(TERMS), len(TERMS)))
    for b, (source, law) in enumerate(zip(SOURCES, sources, strict=True)):
        inside = np.array([source in named for _, named in TERMS], np.float64)
        mean, variance = law.moments
        means[b] = np.where(inside > 0, mean, 1.0)
        covariances[b] = variance * np.outer(inside, inside)
    before = np.array([number for number, _ in TERMS])
    means[-1] *= before
    covariances[-1] *= np.outer(before, before)
    return means, covariances


def drawn(sources: list[Law], n: int, rng: np.random.Generator) -> Shares:
    """Draw two sets of all sources and swap one at a time."""
    a, b = ([law.draw(rng, n) for law in sources] for _ in range(2))
    return swap_blocks(gain, a, b)


def quasi(sources: list[Law], n: int, seed: int) -> Shares:
    """Swap blocks of the Sobol' points that scipy.stats.sobol_indices uses."""
    u = stats.qmc.Sobol(2 * len(sources), rng=seed, bits=64).random(n).T
    x = [law.quantile.ppf(column) for law, column in zip(sources * 2, u, strict=True)]
    return swap_blocks(gain, x[: len(sources)], x[len(sources) :])


def by_scipy(dists: Sequence[object], n: int) -> Floats:
    """Return first and total shares by scipy, shape (2, k)."""
    found = stats.sobol_indices(func=gain, n=n, dists=list(dists), rng=1)
    return np.array([found.first_order, found.total_order])


class Handed(NamedTuple):
    """Draws in the place of a quantile function, for scipy to use those that we use."""

    pair: Floats

    def ppf(self, q: Floats) -> Floats:
        """Return the draws, whatever the points."""
        return self.pair


def by_salib(n: int, resamples: int) -> Floats:
    """Return first and total shares by SALib, which draws lognormal and uniform by itself."""
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    bounds, kinds = [], []
    for source in SOURCES:
        if source in RATES:
            mean, cv = RATES[source]
            s = float(np.sqrt(np.log1p(cv**2)))
            bounds.append([float(np.log(mean)) - s * s / 2, s])
        else:
            bounds.append(list(SHARES.get(source, INVESTMENT)))
        kinds.append("lognorm" if source in RATES else "unif")
    problem = {"num_vars": len(SOURCES), "names": SOURCES, "bounds": bounds, "dists": kinds}
    x = sample.sample(problem, n, calc_second_order=False, seed=1)
    y = gain(x.T)
    found = analyse.analyze(problem, y, calc_second_order=False, num_resamples=resamples, seed=1)
    return np.array([found["S1"], found["ST"]])


def timed(call: Callable[[], object], repeats: int) -> tuple[float, float, object]:
    """Return best and median seconds of a call after one warm-up, and what it returned last."""
    result = call()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - began)
    return min(seconds), float(np.median(seconds)), result


def row(
    job: str, who: str, call: Callable[[], object], repeats: int, exact: Shares
) -> dict[str, object]:
    """Time a call and hold its shares against the closed form; fail where they disagree."""
    best, median, found = timed(call, repeats)
    stated = np.nan
    if isinstance(found, Shares):
        errors = np.array([found.first_error, found.total_error])
        stated = errors.max()
        found = np.array([found.first, found.total])
    miss = abs(found - np.array([exact.first, exact.total]))
    # 2**17 independent draws have errors of at most 0.006 here, and this is seven of them;
    # quasi-random draws do better. A first share for a total one would differ by more.
    if miss.max() > 0.04:
        raise RuntimeError(f"{job}, {who}: a share is {miss.max():.3f} from the closed form")
    return {
        "job": job,
        "who": who,
        "best_seconds": best,
        "median_seconds": median,
        "largest_miss": miss.max(),
        "stated_error": stated,
    }


def full_rows(job: str, sources: list[Law]) -> list[dict[str, object]]:
    """Time the whole job: from laws to shares."""
    exact = multilinear_shares(*moments(sources))
    rng = np.random.default_rng(2018)
    known = moments(sources)
    rows = [
        row(job, "gevinst, swapped", lambda: drawn(sources, DRAWS, rng), 21, exact),
        row(job, "gevinst, closed form", lambda: multilinear_shares(*known), 2_000, exact),
        row(job, "gevinst, swapped, scipy's points", lambda: quasi(sources, DRAWS, 1), 7, exact),
        row(
            job,
            f"scipy {version('scipy')}",
            lambda: by_scipy([law.quantile for law in sources], DRAWS),
            7,
            exact,
        ),
    ]
    return rows


def same_draws_rows(sources: list[Law]) -> list[dict[str, object]]:
    """Time what comes after drawing, on the same draws; ours and scipy's shares are the same."""
    job = "J4, same draws"
    exact = multilinear_shares(*moments(sources))
    rng = np.random.default_rng(2019)
    x = [law.draw(rng, (2, DRAWS)) for law in sources]
    a, b = [pair[0] for pair in x], [pair[1] for pair in x]
    ours, theirs = swap_blocks(gain, a, b), by_scipy([Handed(pair) for pair in x], DRAWS)
    if abs(theirs - np.array([ours.first, ours.total])).max() > 1e-9:
        raise RuntimeError("the same draws give other shares by scipy")
    return [
        row(job, "gevinst, swapped", lambda: swap_blocks(gain, a, b), 21, exact),
        row(
            job,
            f"scipy {version('scipy')}",
            lambda: by_scipy([Handed(pair) for pair in x], DRAWS),
            7,
            exact,
        ),
    ]


def salib_rows(exact: Shares) -> list[dict[str, object]]:
    """Time SALib, with its 100 resamples for intervals and with the fewest it takes."""
    if not importlib.util.find_spec("SALib"):
        return [{"job": "J4", "who": "SALib, not installed"}]
    name = f"SALib {version('SALib')}"
    return [
        row("J4", name, lambda: by_salib(DRAWS, 100), 1, exact),
        row("J4", f"{name}, 2 resamples", lambda: by_salib(DRAWS, 2), 3, exact),
    ]


def main() -> None:
    """Run the jobs and write the table."""
    cheap, slow = laws(lognormal, uniform), laws(gamma, beta)
    rows = full_rows("J4", cheap)
    rows += salib_rows(multilinear_shares(*moments(cheap)))
    rows += same_draws_rows(cheap)
    rows += full_rows("J4, gamma and beta", slow)
    table = pd.DataFrame(rows)
    ours = table.groupby("job").median_seconds.transform("first")
    table["times_ours"] = table.median_seconds / ours
    table.to_csv(HERE / "shares.csv", index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.4g"))


if __name__ == "__main__":
    main()
