"""Simulation-based calibration of what gevinst draws as a posterior.

    python studies/calibration/run.py            every line, then the table and the figure
    python studies/calibration/run.py --repetitions 2000

A repetition draws a truth from a prior, data given the truth, and `DRAWS` draws by the package
given the data; the rank of the truth among the draws is uniform where the draws are the posterior
(Talts, Betancourt, Simpson, Vehtari & Gelman 2018, arXiv:1804.06788, algorithm 1). A rank between
ties is drawn. Repetitions are rows: one call of a source and of `build` serves many of them.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

import gevinst as gv
from gevinst.rows.build import build
from gevinst.sources import latents as names
from gevinst.sources.couplings import Coupling
from gevinst.sources.latents import Latents
from gevinst.sources.lines.events import Events
from gevinst.sources.missing import Missing
from gevinst.sources.outcomes import Outcomes
from gevinst.sources.reported import Reported
from gevinst.sources.source import Source
from gevinst.study.study import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Batch = tuple[Floats, Floats]
"""Truths, shape (repetition,), and draws, shape (repetition, DRAWS)."""
Model = Callable[[np.random.Generator, int], Iterator[Batch]]
"""Batches of repetitions, about as many as asked for."""

HERE = Path(__file__).parent
SEED = 1804
DRAWS = 63
CELLS = 16  # of the chi-square test: four ranks each
PIECE = 128  # repetitions that are drawn together: 8,064 rows
LAST = 2  # the time whose statuses are ranked
STATUS = "flexjob"
EVENT = ("control", "case_5", "hostel")


@cache
def study_of(analysed: int, dropouts: int = 0) -> Study:
    """Return the bundled study of statuses with two arms of one size, and nobody counted yet."""
    study = gv.load("ishoj-smc")
    arms = tuple(
        replace(arm, analysed=analysed, enrolled=analysed + dropouts) for arm in study.arms
    )
    return replace(study, arms=arms, counts=np.zeros_like(study.counts))


def reachable(study: Study) -> Integers:
    """Positions of the statuses that a citizen can be in and be found."""
    return np.array([i for i in study.statuses if not study.items[i].lost])


def pieces(repetitions: int) -> Iterator[int]:
    """Cut repetitions, two of which (one an arm) are made together, in pieces."""
    for begun in range(0, repetitions, 2 * PIECE):
        yield min(PIECE, -(-(repetitions - begun) // 2))


def counted(study: Study, counts: Integers, rng: np.random.Generator) -> Latents:
    """Give every repetition's counts, shape (repetition, arm, item), its citizens, in all rows."""
    rows = len(counts) * DRAWS
    sets = {}
    for a, arm in enumerate(study.arms):
        each = np.repeat(counts[:, a], DRAWS, axis=0)
        sets[names.counts(arm.id)] = np.repeat(each[:, np.newaxis], len(study.times), axis=1)
    return {**sets, **Coupling(study, "narrowest").draw(rows, rng, sets)}


def draw(
    study: Study, known: Latents, rng: np.random.Generator, rows: int, *sources: Source
) -> Latents:
    """Let sources draw, and what depends on the paths that are known, too."""
    drawn = names.merge(*(source.draw(study, rows, rng) for source in sources))
    found = {**known, **drawn}
    for source in sources:
        more = source.draw_along(study, rows, {"known": known}, drawn, {"known": rng})
        found |= more.get("known", {})
    return found


def figure_of(study: Study, quantity: str, shares: Floats) -> Floats:
    """Return what is ranked, of shares (..., arm, item): a status's share, or kr. a citizen."""
    if quantity == STATUS:
        return shares[..., study.axes.at("item", STATUS)]
    # Rounded, so that the order of a sum makes no two equal means differ.
    return np.round((shares * study.status_costs[:, LAST]).sum(axis=-1), 6)


def ranked(study: Study, quantity: str, truth: Floats, drawn: Latents) -> Batch:
    """Build the rows and return truths and draws, the arms as repetitions of their own."""
    shares = build(study, drawn).quantity[:, :, 0, LAST]
    draws = figure_of(study, quantity, shares).reshape(len(truth), DRAWS, -1)
    figures = figure_of(study, quantity, truth)
    return figures.ravel(), np.moveaxis(draws, 1, -1).reshape(-1, DRAWS)


def multinomial(n: int | Integers, theta: Floats, rng: np.random.Generator) -> Integers:
    """Draw counts of n citizens, with statuses along the last axis."""
    return rng.multinomial(n, theta / theta.sum(axis=-1, keepdims=True))


# --- statuses of the citizens seen ----------------------------------------------------------------


def statuses(
    outcomes: Outcomes,
    quantity: str,
    rng: np.random.Generator,
    repetitions: int,
    *,
    truth: str = "jeffreys",
    n: int = 28,
) -> Iterator[Batch]:
    """theta ~ Dirichlet(prior), statuses of n citizens | theta; draws of theta."""
    study = study_of(n)
    mass = np.stack([Outcomes(prior=truth).prior_mass(study, a)[LAST] for a in range(2)])
    for size in pieces(repetitions):
        gammas = rng.standard_gamma(mass, size=(size, *mass.shape))
        theta = gammas / gammas.sum(axis=-1, keepdims=True)
        known = counted(study, multinomial(n, theta, rng), rng)
        yield ranked(study, quantity, theta, draw(study, known, rng, size * DRAWS, outcomes))


def statuses_and_prior_citizens(
    outcomes: Outcomes, quantity: str, rng: np.random.Generator, repetitions: int, *, n: int = 28
) -> Iterator[Batch]:
    """theta ~ Dirichlet(1, ..., 1), given to the package as one more citizen in each status.

    Draws of theta, or of the same statistic of a new group of as many, by the target of `outcomes`.
    """
    places = reachable(study_of(n))
    every = n + len(places)
    study = study_of(every)
    for size in pieces(repetitions):
        theta = np.zeros((size, 2, len(study.items)))
        theta[..., places] = rng.dirichlet(np.ones(len(places)), size=(size, 2))
        counts = multinomial(n, theta, rng)
        counts[..., places] += 1
        drawn = draw(study, counted(study, counts, rng), rng, size * DRAWS, outcomes)
        truth = theta if outcomes.target == "mean" else multinomial(every, theta, rng) / every
        yield ranked(study, quantity, truth, drawn)


def gain_over_time(
    outcomes: Outcomes, rng: np.random.Generator, repetitions: int, *, n: int = 28
) -> Iterator[Batch]:
    """Draw paths from start to end, theta ~ Dirichlet(products of the prior); draws of the gain."""
    study = study_of(n)
    places = reachable(study)
    mass = outcomes.prior_mass(study, 0)
    table = np.outer(mass[0, places], mass[LAST, places]) / mass[0].sum()
    costs = study.status_costs[0]
    worth = (costs[0, places][:, np.newaxis] - costs[LAST, places]).ravel()
    arm = study.arms[0].id
    for size in pieces(repetitions):
        gammas = rng.standard_gamma(table.ravel(), size=(size, table.size))
        theta = gammas / gammas.sum(axis=1, keepdims=True)
        cells = np.repeat(
            np.tile(np.arange(table.size), size), multinomial(n, theta, rng).ravel()
        ).reshape(size, n)
        paths = np.repeat(places[np.array(np.divmod(cells, len(places)))], DRAWS, axis=1)
        walked = [paths[0], paths[0], paths[1]]
        known = {names.path(arm, t): p for t, p in zip(study.axes.times, walked, strict=True)} | {
            names.path(study.arms[1].id, t): walked[0][:1] for t in study.axes.times
        }
        known |= {names.size(arm): np.ones((1, n)) for arm in study.axes.arms}
        drawn = draw(study, known, rng, size * DRAWS, outcomes)
        shares = build(study, drawn).quantity[:, 0, 0][..., places]
        gain = shares[:, 0] @ costs[0, places] - shares[:, LAST] @ costs[LAST, places]
        yield theta @ worth, gain.reshape(size, DRAWS)


# --- a new group ----------------------------------------------------------------------------------


def dropouts(rng: np.random.Generator, repetitions: int, *, enrolled: int = 30) -> Iterator[Batch]:
    """theta ~ Beta(1/2, 1/2), dropouts of those enrolled | theta; draws of a new group's dropouts.

    Repetitions with nobody left are left out, which leaves the posterior of the others what it is.
    """
    theta = rng.beta(0.5, 0.5, size=repetitions)
    seen = rng.binomial(enrolled, theta)
    again = np.minimum(rng.binomial(enrolled, theta), enrolled - 1)
    for number in range(enrolled):
        its = again[seen == number]
        study = study_of(enrolled - number, number)
        source = Missing(dropouts="as_published", target="new_group")
        drawn = source.draw(study, len(its) * DRAWS, rng)
        left = drawn.get(names.left(study.arms[0].id), np.zeros(len(its) * DRAWS))
        yield its.astype(float), left.reshape(-1, DRAWS)


def new_group_with_dropouts(
    quantity: str, rng: np.random.Generator, repetitions: int, *, enrolled: int = 45
) -> Iterator[Batch]:
    """Dropouts as in `dropouts`, statuses as in `statuses_and_prior_citizens`, both at once."""
    places = reachable(study_of(enrolled))
    leaving = rng.beta(0.5, 0.5, size=(repetitions // 2, 2))
    seen = rng.binomial(enrolled, leaving[:, 0])
    again = np.minimum(rng.binomial(enrolled, leaving), enrolled - 1)
    for number in range(1, enrolled - len(places) + 1):
        study = study_of(enrolled - number, number)
        sources = (
            Outcomes(law="rubin", target="new_group"),
            Missing(moved="as_published", dropouts="as_published", target="new_group"),
        )
        its = np.flatnonzero(seen == number)
        for which in np.array_split(its, -(-len(its) // PIECE)) if len(its) else []:
            theta = np.zeros((len(which), 2, len(study.items)))
            theta[..., places] = rng.dirichlet(np.ones(len(places)), size=(len(which), 2))
            counts = multinomial(enrolled - number - len(places), theta, rng)
            counts[..., places] += 1
            # The arms have the same number of dropouts seen, and so the same law of theirs.
            followed = enrolled - np.column_stack([again[which, 0]] * 2)
            truth = multinomial(followed, theta, rng) / followed[..., np.newaxis]
            known = counted(study, counts, rng)
            drawn = draw(study, known, rng, len(which) * DRAWS, *sources)
            found = ranked(study, quantity, truth, drawn)
            yield found[0][::2], found[1][::2]


# --- probabilities --------------------------------------------------------------------------------


def seen_or_not(n: int, rng: np.random.Generator, repetitions: int) -> tuple[Floats, Integers]:
    """Draw theta and k of n from 1/(theta (1 - theta)) and the binomial, given 0 < k < n.

    The prior has no finite mass; given that both were seen, theta has: on the logit scale its
    density is the probability of that, and k given theta a binomial between the ends.
    """
    logit = np.empty(0)
    while len(logit) < repetitions:
        # n exp(-|x|) and 1 lie above that probability: a flat middle and exponential tails.
        middle = np.log(n)
        x = rng.uniform(-middle - 1.0, middle + 1.0, repetitions)
        tail = np.abs(x) > middle
        x[tail] = np.sign(x[tail]) * (middle + rng.standard_exponential(tail.sum()))
        p = 1.0 / (1.0 + np.exp(-x))
        above = np.minimum(1.0, n * np.exp(-np.abs(x)))
        both = -np.expm1(n * np.log1p(-p)) - p**n
        logit = np.append(logit, x[rng.random(repetitions) * above < both])
    theta = 1.0 / (1.0 + np.exp(-logit[:repetitions]))
    k = rng.binomial(n, theta)
    while (ends := (k == 0) | (k == n)).any():
        k[ends] = rng.binomial(n, theta[ends])
    return theta, k


def proper(
    a: float, b: float, n: int, rng: np.random.Generator, repetitions: int
) -> tuple[Floats, Integers]:
    """Draw theta ~ Beta(a, b) and k of n."""
    theta = rng.beta(a, b, size=repetitions)
    return theta, rng.binomial(n, theta)


def events(
    draw: Callable[[np.random.Generator, int], tuple[Floats, Integers]],
    estimate: Callable[[int], float],
    source: Events,
    rng: np.random.Generator,
    repetitions: int,
) -> Iterator[Batch]:
    """k of n seen, stated as the probability of an event; draws of it, or of a new group's share.

    Repetitions whose estimate is 0 or 1 are left out: the package has no event that is certain.
    """
    base = gv.load("gladsaxe")
    arm, stratum, item = EVENT
    theta, k = draw(rng, repetitions)
    amounts = tuple(a for a in base.amounts if (a.arm, a.stratum, a.item) == EVENT)
    cell = (base.axes.at("arm", arm), base.axes.at("stratum", stratum))
    lines = base.lines[*cell, :, base.axes.at("item", item)]
    time = int(np.flatnonzero(lines)[0])
    citizens = round(base.weights[base.conventions.weights][cell] * base.arms[cell[0]].analysed)
    for number in np.unique(k):
        p = estimate(int(number))
        if not 0.0 < p < 1.0:
            continue
        truth = theta[k == number]
        if source.target != "mean":
            truth = rng.binomial(citizens, truth) / citizens
        study = replace(
            base,
            amounts=tuple(replace(amount, probability=p) for amount in amounts),
            lines=base.lines * p / lines[time],  # one unit, if it comes
        )
        units = build(study, source.draw(study, len(truth) * DRAWS, rng)).quantity
        # Rounded, so that p times a share per p is that share.
        share = np.round(units[:, *cell, time, study.axes.at("item", item)], 12)
        yield np.round(truth, 12), share.reshape(-1, DRAWS)


def reported(
    target: str, rng: np.random.Generator, repetitions: int, *, n: int = 20, starts: int = 9
) -> Iterator[Batch]:
    """theta ~ Beta(1, 1), k of n looked into were real; the posterior's 90 % range is stated.

    Draws of how many of a group's reported starts count: theta of them, or of a new group each.
    """
    theta, k = proper(1.0, 1.0, n, rng, repetitions)
    study = study_of(28)
    counts = np.zeros((1, 2, len(study.items)), dtype=np.int64)
    counts[..., [study.axes.at("item", s) for s in (STATUS, "cash_benefit")]] = starts, 28 - starts
    for number in np.unique(k):
        truth = theta[k == number] * starts
        if target != "mean":
            truth = rng.binomial(starts, theta[k == number]).astype(float)
        law = stats.beta(1.0 + number, 1.0 + n - number)
        stated = (float(law.ppf(0.05)), float(law.ppf(0.95)))
        source = Reported(statuses=(STATUS,), instead="cash_benefit", real=stated, target=target)
        drawn = source.draw(study, len(truth) * DRAWS, rng)
        known = {
            names.counts(arm.id): np.broadcast_to(counts[:, a], (1, 3, len(study.items)))
            for a, arm in enumerate(study.arms)
        }
        real = build(study, {**known, **drawn}).quantity[:, 0, 0, LAST] * 28
        number_real = np.round(real[:, study.axes.at("item", STATUS)], 9)
        yield np.round(truth, 9), number_real.reshape(-1, DRAWS)


# --- the lines of the table -----------------------------------------------------------------------


class Line(NamedTuple):
    """One line: what is drawn, under which truth, and whether it is the posterior of it."""

    name: str
    posterior: bool | None
    """True: must pass; False: wrong on purpose, must fail; None: another choice, reported."""
    model: Model


def _estimated(n: int, a: float = 0.0, b: float = 0.0) -> Callable[[int], float]:
    return lambda k: (a + k) / (a + b + n)


COST = "mean cost"
RUBIN = partial(Outcomes, law="rubin")
GROUP = partial(Outcomes, target="new_group")
LINES = (
    *(
        Line(
            f"rubin, prior {prior}: {what}",
            True,
            partial(statuses, RUBIN(prior=prior), what, truth=prior),
        )
        for prior in ("perks", "jeffreys", "uniform")
        for what in (STATUS, COST)
    ),
    *(
        Line(
            f"rubin, prior as citizens: {what}",
            True,
            partial(statuses_and_prior_citizens, RUBIN(), what),
        )
        for what in (STATUS, COST)
    ),
    Line(
        "events, proper prior in p and worth",
        True,
        partial(
            events, partial(proper, 0.5, 0.5, 10), _estimated(10, 0.5, 0.5), Events(worth=11.0)
        ),
    ),
    Line(
        "events, p = k/n worth n, given 0 < k < n",
        True,
        partial(events, partial(seen_or_not, 10), _estimated(10), Events(worth=10.0)),
    ),
    Line(
        "events, new group",
        True,
        partial(
            events,
            partial(proper, 0.5, 0.5, 10),
            _estimated(10, 0.5, 0.5),
            Events(worth=11.0, target="new_group"),
        ),
    ),
    Line("reported, range of a posterior", True, partial(reported, "mean")),
    Line("reported, new group", True, partial(reported, "new_group")),
    Line("dropouts of a new group", True, dropouts),
    *(
        Line(
            f"new group: {what}",
            True,
            partial(statuses_and_prior_citizens, GROUP(law="rubin"), what),
        )
        for what in (STATUS, COST)
    ),
    Line("new group with dropouts: mean cost", True, partial(new_group_with_dropouts, COST)),
    Line("WRONG, prior forgotten", False, partial(statuses, RUBIN(), COST)),
    Line(
        "WRONG, prior forgotten, plug-in weights",
        False,
        partial(statuses, Outcomes(law="plug_in"), COST),
    ),
    Line(
        "WRONG, new group of plug-in shares",
        False,
        partial(statuses_and_prior_citizens, GROUP(law="plug_in"), COST),
    ),
    *(
        Line(
            f"rubin, prior {prior}: gain of paths, {n}",
            None,
            partial(gain_over_time, RUBIN(prior=prior), n=n),
        )
        for prior, n in (("perks", 28), ("uniform", 28), ("uniform", 6))
    ),
    Line(
        "events, p = k/n worth n, flat prior",
        None,
        partial(events, partial(proper, 1.0, 1.0, 10), _estimated(10), Events(worth=10.0)),
    ),
    *(
        Line(
            f"{law}, prior as citizens, {n} + 13",
            None,
            partial(statuses_and_prior_citizens, Outcomes(law=law), COST, n=n),
        )
        for law in ("plug_in", "calibrated")
        for n in (28, 3)
    ),
    Line(
        "calibrated, prior jeffreys, 28", None, partial(statuses, Outcomes(prior="jeffreys"), COST)
    ),
    Line(
        "calibrated, prior jeffreys, 6",
        None,
        partial(statuses, Outcomes(prior="jeffreys"), COST, n=6),
    ),
    Line(
        "new group, calibrated law",
        None,
        partial(statuses_and_prior_citizens, GROUP(law="calibrated"), COST),
    ),
)


# --- uniform ranks? -------------------------------------------------------------------------------


def ranks_of(model: Model, repetitions: int, rng: np.random.Generator) -> Integers:
    """Rank every truth among its draws, from 0 to `DRAWS`; between ties at random."""
    found = []
    for truth, draws in model(rng, repetitions):
        below, tied = (op(draws, truth[:, np.newaxis]).sum(axis=1) for op in (np.less, np.equal))
        found.append(below + rng.integers(0, tied + 1))
    return np.concatenate(found)


def chi_square(ranks: Integers) -> float:
    """p of Pearson's test of uniform ranks in `CELLS` cells."""
    seen = np.bincount(ranks * CELLS // (DRAWS + 1), minlength=CELLS)
    return float(stats.chisquare(seen).pvalue)


def inside(gamma: float, size: int) -> tuple[float, Integers, Integers]:
    """Probability that uniform ranks stay in a band, and the band: counts below 1 .. `DRAWS`.

    The band holds at each point the counts whose two-sided binomial p is above gamma. Counts are
    a Poisson walk given its end, so the probability is exact: Säilynoja, Bürkner & Vehtari (2022),
    Statistics and Computing 32, 32, whose recursion has binomial steps.
    """
    z = np.arange(1, DRAWS + 1) / (DRAWS + 1)
    tail = gamma / 2.0 * (1.0 + 1e-9)  # a count just at gamma is outside
    low = stats.binom.ppf(tail, size, z).astype(np.int64)
    high = stats.binom.isf(tail, size, z).astype(np.int64)
    steps = stats.poisson.pmf(np.arange(size + 1), size / (DRAWS + 1))
    walk, at = np.ones(1), 0
    for first, last in zip(low, high, strict=True):
        reached = np.convolve(walk, steps[: last - at + 1])
        walk, at = reached[first - at : last - at + 1], first
    ends = steps[size - at - np.arange(len(walk))]
    return float(walk @ ends / stats.poisson.pmf(size, size)), low, high


def band_p(ranks: Integers) -> float:
    """p of the largest departure of the ranks' distribution function, at all points at once."""
    size = len(ranks)
    z = np.arange(1, DRAWS + 1) / (DRAWS + 1)
    below = np.cumsum(np.bincount(ranks, minlength=DRAWS + 1))[:-1]
    law = stats.binom(size, z)
    gamma = float(np.minimum(law.cdf(below), law.sf(below - 1)).min()) * 2.0
    if gamma < 1e-13:  # no difference from one is left in the sum
        return DRAWS * gamma
    return max(1.0 - inside(gamma, size)[0], gamma)


class Found(NamedTuple):
    """What the ranks of one line show."""

    ranks: int
    chi_square_p: float
    band_p: float
    mean: float
    """Mean of (rank + 1/2)/(DRAWS + 1): above a half where the draws are too low."""
    spread: float
    """Standard deviation against that of uniform ranks: above 1 where the draws are too narrow."""
    tails: float
    """Share of truths outside the central 90.6 % of the draws' ranks, 9.4 % if calibrated."""

    @property
    def p(self) -> float:
        """p of both tests together, by Bonferroni."""
        return min(1.0, 2.0 * min(self.chi_square_p, self.band_p))


def look(ranks: Integers) -> Found:
    """Test ranks and describe what is wrong with them."""
    u = (ranks + 0.5) / (DRAWS + 1)
    uniform = np.sqrt((1.0 - 1.0 / (DRAWS + 1) ** 2) / 12.0)
    spread = float(np.sqrt(np.mean((u - 0.5) ** 2)) / uniform)
    tails = float(np.mean((ranks < 3) | (ranks > DRAWS - 3)))
    return Found(len(ranks), chi_square(ranks), band_p(ranks), float(u.mean()), spread, tails)


def stream(line: Line) -> np.random.Generator:
    """Return the line's own stream, whatever lines stand beside it."""
    return np.random.default_rng([SEED, zlib.crc32(line.name.encode())])


def draw_figure(found: dict[str, Integers]) -> None:
    """Draw how far the ranks' distribution function is from the diagonal, line by line."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from scipy.optimize import brentq

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "calibration"
    size = max(map(len, found.values()))
    gamma = 10 ** brentq(lambda g: inside(10.0**g, size)[0] - 0.95, -6.0, -1.5, xtol=1e-3)
    _, *ends = inside(gamma, size)
    z = np.arange(1, DRAWS + 1) / (DRAWS + 1)
    low, high = ((end - size * z) / size**0.5 for end in ends)
    titles = {True: "Posteriors", None: "Other choices", False: "Wrong on purpose"}
    figure, axes = plt.subplots(1, 3, figsize=(12, 6.5), layout="constrained")
    for ax, (posterior, title) in zip(axes, titles.items(), strict=True):
        ax.set_prop_cycle(color=mpl.colormaps["tab20"].colors)
        ax.fill_between(z, low, high, color="#dddddd", label="95 % band, all ranks at once")
        for line in LINES:
            if line.posterior is posterior:
                ranks = found[line.name]
                below = np.cumsum(np.bincount(ranks, minlength=DRAWS + 1))[:-1]
                label = {} if posterior else {"label": line.name.removeprefix("WRONG, ")}
                ax.plot(z, (below - len(ranks) * z) / len(ranks) ** 0.5, linewidth=1, **label)
        ax.set_title(title, loc="left")
        ax.set_xlabel("rank of the truth among the draws, as a share")
        ax.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12))
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("(share of ranks below - expected) x root of repetitions")
    figure.savefig(HERE / "calibration.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Run every line, then write the table and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repetitions", type=int, default=20_000)
    repetitions = parser.parse_args().repetitions
    rows, ranks = [], {}
    for line in LINES:
        ranks[line.name] = ranks_of(line.model, repetitions, stream(line))
        found = look(ranks[line.name])
        kind = {True: "yes", False: "no", None: "another choice"}[line.posterior]
        rows.append({"line": line.name, "posterior": kind, **found._asdict()})
        print(f"{line.name:45}", *(f"{value:9.4g}" for value in found), flush=True)
    pd.DataFrame(rows).to_csv(HERE / "results.csv", index=False, float_format="%.4g")
    draw_figure(ranks)


if __name__ == "__main__":
    main()
