"""Coverage of the intervals for a difference of means, over known mechanisms.

    python studies/coverage/run.py            all mechanisms, then the tables and the figure
    python studies/coverage/run.py --workers 1 --repetitions 5000

Work is cut into blocks of 500 data sets, each with a random stream of its own, and a finished
block is kept in ``blocks/``: a run that was stopped goes on where it was, and any number of workers
gives the same tables.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the workers are the parallelism

import argparse
import copy
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from gevinst.stats import intervals
from gevinst.stats.mean.atoms import Component
from gevinst.stats.mean.coverage import MISSED, figures_of, shape_of
from gevinst.stats.mean.estimate import bootstrap_mean_difference
from gevinst.stats.mean.many import difference_laws
from gevinst.stats.mean.widening import FEW

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]

SIMULATED = "simulated"
METHODS = (*(method for method in intervals.METHODS if method != "anderson"), SIMULATED)
"""Those whose coverage depends on the law (Anderson's needs a support, and holds by proof), and
what `simulate` gives with outcomes alone."""
HERE = Path(__file__).parent
PACKAGED = HERE.parents[1] / "src" / "gevinst" / "stats" / "mean" / "coverage_rows.py"
BLOCK = 500
REPLICATES = 4999  # of the studentized and the Bayesian bootstrap, shared within a block
TAIL = 0.025
SEED = 20181
# A law whose certificate exceeds this is enumerated; the error of the simulation is 3e-3.
ACCURACY = 1e-3

# Yearly municipal cost of a status in whole kroner, and how common it is at the start and later.
COSTS = np.array([0.0, 13_652, 51_108, 76_440, 87_360, 102_648, 128_940])
START = np.array([0.00, 0.02, 0.03, 0.35, 0.35, 0.10, 0.15])
LATER = np.array([0.06, 0.06, 0.10, 0.22, 0.26, 0.12, 0.18])
STAYED = 0.5
RARE = 0.05
SPREAD = 0.4  # of the logarithm of what ordinary citizens cost


def _status_changes(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Half stay where they were and the others move: gains with many zeros and few sizes."""
    start = rng.choice(COSTS, shape, p=START)
    return np.where(rng.random(shape) < STAYED, 0.0, start - rng.choice(COSTS, shape, p=LATER))


def _independent_changes(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.choice(COSTS, shape, p=START) - rng.choice(COSTS, shape, p=LATER)


def _normal(sd: float) -> Draw:
    return lambda rng, shape: sd * rng.standard_normal(shape)


def _lognormal(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return np.exp(rng.standard_normal(shape))


def _zero_inflated(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return np.where(rng.random(shape) < 0.7, 0.0, _lognormal(rng, shape))


def _student(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.standard_t(3, shape)


def _pareto(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return 1.0 + rng.pareto(2.5, shape)


def _yes_no(share: float) -> Draw:
    return lambda rng, shape: (rng.random(shape) < share) * 128_940.0


def _costs(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return np.exp(SPREAD * rng.standard_normal(shape))


@dataclass(frozen=True)
class Rare:
    """Draws in which a small share of citizens is dear: so many times what citizens cost.

    What the others have is drawn by `others`; a dear citizen has `dear` times as much, or just
    `dear`, where what the others have is a change and not a cost.
    """

    others: Draw
    dear: float
    change: bool = False

    def __call__(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Draw data sets, a row each."""
        rare = self.which(rng, shape)
        values = self.others(rng, shape)
        return np.where(rare, self.dear if self.change else self.dear * values, values)

    def which(self, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Draw who is dear; the same as in the call that is made with the same state."""
        return rng.random(shape) < RARE


_CHANGE = float(COSTS @ START - COSTS @ LATER)
_COST = float(COSTS @ START)


@dataclass(frozen=True)
class Mechanism:
    """Two groups with known means: how x and y are drawn, how many, and the true difference.

    `times`: how many times as dear a rare citizen is, where there are such.
    """

    kind: str
    x: Draw
    y: Draw
    sizes: tuple[int, int]
    truth: float
    times: float = 0.0

    @property
    def name(self) -> str:
        """What the tables call it."""
        return f"{self.kind} {self.sizes[0]}/{self.sizes[1]}"


def _dear(times: float) -> tuple[tuple[str, Draw, Draw, float, float], ...]:
    """Both kinds of data with a rare dear citizen, in one group and in both."""
    cost, status = Rare(_costs, times), Rare(_status_changes, -times * _COST, change=True)
    more = RARE * (times - 1.0) * float(np.exp(SPREAD**2 / 2))
    lost = RARE * (-times * _COST - _CHANGE * STAYED)
    said = f"1 in 20 costs {times:g} times"
    return (
        (f"{said}, one group", cost, _costs, more, times),
        (f"{said}, both", cost, cost, 0.0, times),
        (f"status changes, {said}, one group", status, _status_changes, lost, times),
        (f"status changes, {said}, both", status, status, 0.0, times),
    )


KINDS: tuple[tuple[str, Draw, Draw, float, float], ...] = (
    ("status changes", _status_changes, _status_changes, 0.0, 0.0),
    ("independent changes", _independent_changes, _status_changes, _CHANGE * STAYED, 0.0),
    ("normal, equal sd", _normal(1.0), _normal(1.0), 0.0, 0.0),
    ("normal, sd 1 and 3", _normal(1.0), _normal(3.0), 0.0, 0.0),
    ("lognormal", _lognormal, _lognormal, 0.0, 0.0),
    ("lognormal and normal", _lognormal, _normal(0.5), float(np.exp(0.5)), 0.0),
    ("zero-inflated", _zero_inflated, _zero_inflated, 0.0, 0.0),
    ("yes/no .20 and .10", _yes_no(0.2), _yes_no(0.1), 12_894.0, 0.0),
    ("Student's t with 3 df", _student, _student, 0.0, 0.0),
    ("Pareto and normal", _pareto, _normal(0.5), 5.0 / 3.0, 0.0),
    *_dear(4.0),
    *_dear(20.0),
)
"""Name, how the groups are drawn, the true difference, and how dear rare citizens are."""
SIZES = ((3, 3), (5, 5), (8, 8), (11, 5), (5, 11), (11, 11), (30, 8), (8, 30), (28, 26), (100, 100))

MECHANISMS = tuple(
    Mechanism(kind, x, y, sizes, truth, times)
    for sizes in SIZES
    for kind, x, y, truth, times in KINDS
    if x is not y or sizes[0] >= sizes[1]  # the other order is the same again
)


def limits_of(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return limits, shape (methods, data sets, 2), and standard errors, of many data sets."""
    laws = difference_laws(x, y, accuracy=ACCURACY)
    estimate, plug_in = laws.mean, laws.sd
    parts = [g.var(axis=1, ddof=1) / g.shape[1] for g in (x, y)]
    se = np.sqrt(parts[0] + parts[1])
    some = se > 0
    one = np.where(some, se, 1.0)
    freedom = one**4 / sum(
        (v**2 / (g.shape[1] - 1) for v, g in zip(parts, (x, y), strict=True)), np.zeros(len(x))
    ).clip(1e-300)
    t = stdtrit(np.where(some, freedom, 1.0), TAIL)
    expanded = np.maximum(ndtr(one / np.where(some, plug_in, 1.0) * t), 1e-12)
    u = [g - g.mean(axis=1, keepdims=True) for g in (x, y)]
    cubes = (u[0] ** 3).sum(1) / x.shape[1] ** 3 - (u[1] ** 3).sum(1) / y.shape[1] ** 3
    a = cubes / (6 * np.where(some, plug_in, 1.0) ** 3)
    z0 = ndtri(laws.mid_cdf(estimate))[:, None]
    z = z0 + np.array([1.0, -1.0]) * ndtri(TAIL)
    room = 1 - a[:, None] * z
    bca = np.clip(ndtr(z0 + z / np.where(room > 0, room, np.nan)), 1e-12, 1 - 1e-12)
    bca = np.where(np.isfinite(bca), bca, 0.5)
    flat = np.broadcast_to([TAIL, 1 - TAIL], (len(x), 2))
    wide = np.column_stack([expanded, 1 - expanded])
    levels = np.concatenate([flat, wide, bca], axis=1)
    quantiles = laws.quantile(levels)
    percentile = quantiles[:, :2]
    limits = {
        "welch": estimate[:, None] + t[:, None] * se[:, None] * np.array([1.0, -1.0]),
        "percentile": percentile,
        "expanded": quantiles[:, 2:4],
        "basic": 2 * estimate[:, None] - percentile[:, ::-1],
        "bca": np.where((room > 0).all(axis=1)[:, None], quantiles[:, 4:], np.nan),
        "studentized": _studentized(x, y, estimate, se, rng),
        "bayesian": _bayesian(x, y, rng),
        SIMULATED: _simulated(x, y, freedom, rng),
    }
    stacked = np.stack([limits[m] for m in METHODS])
    stacked[:, ~some] = np.nan
    return stacked, se


def _studentized(
    x: Floats, y: Floats, estimate: Floats, se: Floats, rng: np.random.Generator
) -> Floats:
    difference, variance = 0.0, 0.0
    for group, sign in ((x, 1), (y, -1)):
        n = group.shape[1]
        centred = group - group.mean(axis=1, keepdims=True)
        counts = rng.multinomial(n, np.full(n, 1 / n), REPLICATES).T.astype(np.float64)
        mean = centred @ counts / n
        spread = np.maximum(centred**2 @ counts / n - mean**2, 0.0)
        difference = difference + sign * mean
        variance = variance + spread / (n - 1)
    scale = np.where(se > 0, se, 1.0)[:, None]
    kept = variance > (1e-7 * scale) ** 2
    t = np.sort(np.where(kept, difference / np.sqrt(np.where(kept, variance, 1.0)), np.nan), axis=1)
    left = kept.sum(axis=1)
    low, high = (_sorted_quantile(t, left, p) for p in (TAIL, 1 - TAIL))
    limits = estimate[:, None] - np.column_stack([high, low]) * se[:, None]
    limits[left < 100] = np.nan
    return limits


def _weighted(x: Floats, y: Floats, rng: np.random.Generator, less: int = 0) -> Floats:
    """Differences of means with Dirichlet weights, sorted: (n - less)/n a citizen."""
    drawn = 0.0
    for group, sign in ((x, 1), (y, -1)):
        n = group.shape[1]
        drawn = drawn + sign * (group @ rng.dirichlet(np.full(n, 1 - less / n), REPLICATES).T)
    return np.sort(drawn, axis=1)


def _bayesian(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    drawn, every = _weighted(x, y, rng), np.full(len(x), REPLICATES)
    return np.column_stack([_sorted_quantile(drawn, every, p) for p in (TAIL, 1 - TAIL)])


def _simulated(x: Floats, y: Floats, freedom: Floats, rng: np.random.Generator) -> Floats:
    """Limits of draws of outcomes alone, widened; of few citizens mean plus and minus t sd."""
    drawn = _weighted(x, y, rng, less=2)
    if min(x.shape[1], y.shape[1]) < FEW:
        t = stdtrit(freedom, 1 - TAIL) * drawn.std(axis=1, ddof=1)
        return drawn.mean(axis=1)[:, None] + t[:, None] * np.array([-1.0, 1.0])
    median, every = np.median(drawn, axis=1), np.full(len(x), REPLICATES)
    factor = stdtrit(freedom, TAIL) / ndtri(TAIL)
    limits = [_sorted_quantile(drawn, every, p) for p in (TAIL, 1 - TAIL)]
    return np.column_stack([median + (limit - median) * factor for limit in limits])


def _sorted_quantile(rows: Floats, lengths: NDArray[np.intp], p: float) -> Floats:
    place = p * np.maximum(lengths - 1, 0)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(lengths - 1, 0))
    pick = np.arange(len(rows))
    return rows[pick, below] + (place - below) * (rows[pick, above] - rows[pick, below])


def run_block(task: tuple[int, int]) -> float:
    """Simulate one block of one mechanism and keep it; return the seconds it took."""
    number, block = task
    kept = HERE / "blocks" / f"{number:03d}-{block:03d}.npz"
    if kept.exists():
        return 0.0
    began = time.perf_counter()
    mechanism = MECHANISMS[number]
    rng = np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(number, block)))
    x, y = (
        draw(rng, (BLOCK, n))
        for draw, n in zip((mechanism.x, mechanism.y), mechanism.sizes, strict=True)
    )
    limits, se = limits_of(x, y, rng)
    _agrees_with_the_package(x, y, limits, se)
    part = kept.with_suffix(f".{os.getpid()}.npz")
    np.savez(part, limits=limits, se=se, estimate=x.mean(axis=1) - y.mean(axis=1))
    part.rename(kept)
    return time.perf_counter() - began


def _agrees_with_the_package(x: Floats, y: Floats, limits: Floats, se: Floats) -> None:
    """Check two data sets of the block: these columns are what a user gets."""
    for row in (0, 1):
        result = bootstrap_mean_difference(x[row], y[row])
        for method in ("welch", "expanded", "percentile", "basic", "bca"):
            given, ours = result.interval(method), limits[METHODS.index(method), row]
            if not given.available:
                agrees = bool(np.isnan(ours).all())
            else:
                levels = result.cdf(np.array([given.low, given.high, *ours]))
                near = np.abs(ours - [given.low, given.high]) < 0.02 * se[row]
                tied = np.abs(levels[:2] - levels[2:]) < 5e-3
                agrees = bool((near | tied).all())
            if not agrees:
                raise RuntimeError(f"{method}: package {given}, study {ours}, data set {row}")


def summarise(blocks: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per mechanism and method, and one per mechanism."""
    rows, points = [], []
    for number, mechanism in enumerate(MECHANISMS):
        files = [np.load(HERE / "blocks" / f"{number:03d}-{b:03d}.npz") for b in range(blocks)]
        limits = np.concatenate([f["limits"] for f in files], axis=1)
        estimate = np.concatenate([f["estimate"] for f in files])
        se = np.concatenate([f["se"] for f in files])
        common = {"mechanism": mechanism.name, "repetitions": estimate.size}
        spread = estimate.std(ddof=1)
        ratio = np.sqrt((se**2).mean()) / spread
        points.append(
            common
            | {
                "truth": mechanism.truth,
                "bias": estimate.mean() - mechanism.truth,
                "bias_mcse": spread / np.sqrt(estimate.size),
                "empirical_sd": spread,
                "model_se_over_empirical": ratio,
                "no_spread": float((se == 0).mean()),
            }
        )
        for method, (low, high) in zip(METHODS, np.moveaxis(limits, 2, 1), strict=True):
            there = np.isfinite(low) & np.isfinite(high)
            size = int(there.sum())
            # A limit that hits the truth covers it, whatever the last bit says.
            slack = 1e-9 * spread
            above = (low - slack > mechanism.truth)[there].mean()
            below = (high + slack < mechanism.truth)[there].mean()
            width = (high - low)[there]
            coverage = 1 - above - below
            rows.append(
                common
                | {
                    "method": method,
                    "available": there.mean(),
                    "coverage": coverage,
                    "coverage_mcse": np.sqrt(coverage * (1 - coverage) / size),
                    "low_limit_above_truth": above,
                    "high_limit_below_truth": below,
                    "mean_width": width.mean(),
                    "mean_width_mcse": width.std(ddof=1) / np.sqrt(size),
                    "width_over_welch": np.nan,
                }
            )
        welch = rows[-len(METHODS)]["mean_width"]
        for row in rows[-len(METHODS) :]:
            row["width_over_welch"] = row["mean_width"] / welch
    return pd.DataFrame(rows), pd.DataFrame(points)


def ranges(number: int) -> tuple[tuple[float, float], ...]:
    """Between which ends samples of a mechanism have each figure that tells settings apart.

    Of 4,000 data sets; of those with rare citizens only such as hold at least one.
    """
    mechanism = MECHANISMS[number]
    rng = np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(number,)))
    holds, groups = np.zeros(4_000, np.bool_), []
    for draw, n in zip((mechanism.x, mechanism.y), mechanism.sizes, strict=True):
        if isinstance(draw, Rare):
            holds |= draw.which(copy.deepcopy(rng), (len(holds), n)).any(axis=1)
        groups.append(draw(rng, (len(holds), n)))
    kept = holds if mechanism.times else ~holds
    figures = [
        figures_of([shape_of((Component.of(group),)) for group in pair])
        for pair in zip(*(group[kept] for group in groups), strict=True)
    ]
    ends = np.quantile([each for each in figures if each], [MISSED, 1 - MISSED], axis=0)
    return tuple((float(f"{low:.3g}"), float(f"{high:.3g}")) for low, high in ends.T)


def key(mechanism: Mechanism) -> str:
    """Return the key of a mechanism's label, whatever its sizes."""
    return re.sub("[^a-z0-9]+", "_", mechanism.kind.lower())


def setting_lines(table: pd.DataFrame) -> str:
    """Write `gevinst.stats.mean.coverage_rows`: each setting, and the coverage measured there."""
    lines = [
        '"""Coverage of nominal 95 % intervals, as written by studies/coverage/run.py."""',
        "",
        "# fmt: off",
        "METHODS = (",
        *(f'    "{method}",' for method in METHODS),
        ")",
        "ROWS = (",
        *(setting(number, table) for number in range(len(MECHANISMS))),
    ]
    return "\n".join(
        [*lines, ")", "# fmt: on", '"""One per mechanism of the study, in its order."""', ""]
    )


def setting(number: int, table: pd.DataFrame) -> str:
    """Write one setting, three lines: what it is, what its data look like, and the coverage."""
    mechanism = MECHANISMS[number]
    part = table[table.mechanism == mechanism.name]
    coverage = ", ".join(f"{c:.4f}" for c in part.coverage)
    named = f'"{key(mechanism)}", {mechanism.sizes}, {mechanism.times:g}'
    return f"    ({named}, {part.repetitions.iloc[0]},\n     {ranges(number)},\n     ({coverage})),"


SHOWN = {
    "welch": ("o", "#0072B2"),
    "expanded": ("s", "#D55E00"),
    SIMULATED: ("X", "#009E73"),
    "percentile": ("v", "#999999"),
}
"""Marks and colours of the methods in the figure: the defaults, the simulation, and a plain one."""


def draw_figure(table: pd.DataFrame) -> None:
    """Draw coverage by mechanism, a panel for each pair of sizes, one mark per method."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "coverage"
    kinds = [kind for kind, *_ in KINDS]
    figure, panels = plt.subplots(2, 5, figsize=(13, 9), sharex=True, sharey=True)
    for ax, sizes in zip(panels.flat, SIZES, strict=True):
        ax.axvspan(94, 96, color="#eeeeee", zorder=0)
        ax.axvline(95, color="#888888", linewidth=0.8, zorder=1)
        for offset, (method, (mark, colour)) in enumerate(SHOWN.items()):
            these = [m for m in MECHANISMS if m.sizes == sizes]
            part = table[table.method == method].set_index("mechanism").loc[[m.name for m in these]]
            y = [0.27 - 0.18 * offset - kinds.index(m.kind) for m in these]
            label = f"{method} (default)" if method in intervals.DEFAULTS else method
            ax.plot(100 * part.coverage, y, mark, color=colour, markersize=4.5, label=label)
        ax.set_title(f"{sizes[0]} against {sizes[1]}", loc="left", fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
    panels[0, 0].set_yticks([-i for i in range(len(kinds))], kinds)
    figure.supxlabel("Coverage of nominal 95 % intervals, %", fontsize=10)
    figure.suptitle("How often intervals hold the true difference of means", x=0.02, ha="left")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=4, frameon=False, fontsize=9)
    figure.tight_layout(rect=(0, 0, 1, 0.97))
    figure.savefig(HERE / "coverage.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Run what is missing, then write the tables and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--repetitions", type=int, default=5_000)
    chosen = parser.parse_args()
    (HERE / "blocks").mkdir(exist_ok=True)
    blocks = -(-chosen.repetitions // BLOCK)
    tasks = [(m, b) for b in range(blocks) for m in range(len(MECHANISMS))]
    with ProcessPoolExecutor(chosen.workers) as pool:
        for (m, b), seconds in zip(tasks, pool.map(run_block, tasks), strict=True):
            if seconds:
                print(
                    f"{MECHANISMS[m].name}, block {b + 1} of {blocks}: {seconds:.1f} s", flush=True
                )
    table, points = summarise(blocks)
    table.to_csv(HERE / "coverage.csv", index=False, float_format="%.5g")
    points.to_csv(HERE / "estimates.csv", index=False, float_format="%.5g")
    draw_figure(table)
    PACKAGED.write_text(setting_lines(table), "utf-8")
    print(table.pivot(index="mechanism", columns="method", values="coverage").round(3).to_string())


if __name__ == "__main__":
    main()
