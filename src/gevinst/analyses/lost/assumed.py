"""What an arm gained by an assumption about those it lost: its mean and the variance of that.

In closed form, per coupling: the assumption changes what citizens contribute to the gain, so that
nobody is drawn. `gevinst.sources` draws the same for a simulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.gain import gain
from gevinst.analyses.lost.by_start import Cells
from gevinst.sources import latents
from gevinst.sources.couplings import Coupling
from gevinst.stats import streams
from gevinst.stats.margins.band import pair_within, standard_error
from gevinst.stats.margins.matching import Tally
from gevinst.stats.mean.widening import pick_factor
from gevinst.study.conventions import AVERAGED
from gevinst.study.people import OBSERVED, distinct_paths, extreme_course, starts_of
from gevinst.study.study import Study
from gevinst.text.language import Language

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BEST, WORST = "best", "worst"
AT_RANDOM, GIVEN_START = "at_random", "at_random_given_start"


class Assumption(NamedTuple):
    """What is assumed of those who were lost.

    Attributes
    ----------
    name : str
        What it is called.
    moved : str
        What became of those lost to follow-up, who were counted at start.
    dropouts : str
        What became of the dropouts, of whom nothing is known but, of some, the start.
    """

    name: str
    moved: str
    dropouts: str

    @property
    def counted(self) -> bool:
        """Whether the dropouts are counted."""
        return self.dropouts not in ("as_published", "left_out")

    def said(self, text: Language) -> str:
        """Say it: of a start that says something of the moved, of the dropouts, or of both."""
        whom = "_".join(
            who for who in ("moved", "dropouts") if self.name == getattr(self, who) == GIVEN_START
        )
        return text(f"missing.assumed.{self.name}{whom and f'_{whom}'}")


ASSUMPTIONS = (
    Assumption("as_published", "as_published", "as_published"),
    Assumption("left_out", "left_out", "left_out"),
    Assumption(AT_RANDOM, AT_RANDOM, AT_RANDOM),
    Assumption(GIVEN_START, GIVEN_START, GIVEN_START),
    Assumption("last_status", "last_status", "unchanged"),
    Assumption("unchanged", "as_published", "unchanged"),
    Assumption("no_gain", "as_published", "no_gain"),
    Assumption(WORST, WORST, WORST),
    Assumption(BEST, BEST, BEST),
)
"""In the order they are shown. The last status a dropout was seen in, if any, is the first."""


class Mean(NamedTuple):
    """A mean gain per citizen, kr., without lines and investment.

    Attributes
    ----------
    value : float
        The mean.
    variance : float
        Its variance, with n - 1 of the citizens it rests on; NaN of one citizen.
    citizens : int
        How many it rests on.
    """

    value: float
    variance: float
    citizens: int


@dataclass(frozen=True, eq=False)
class Arm:
    """One arm of a study with counted statuses, and whom it lost.

    Parameters
    ----------
    study : Study
        Under its conventions.
    a : int
        Position of the arm.
    """

    study: Study
    a: int

    @property
    def n(self) -> int:
        """Citizens analysed."""
        return self.study.arms[self.a].analysed

    @property
    def dropouts(self) -> int:
        """Citizens enrolled and not analysed."""
        return self.study.arms[self.a].dropouts

    @cached_property
    def starts(self) -> Floats:
        """Dropouts known to have started in each status, (item,)."""
        return starts_of(self.study, self.a).astype(np.float64)

    @property
    def unknown(self) -> float:
        """Dropouts of whom not even the start is known."""
        return self.dropouts - float(self.starts.sum())

    @property
    def worth(self) -> Floats:
        """What a citizen in a status contributes to the gain, kr., (time, item)."""
        found: Floats = self.study.status_horizon[:, np.newaxis] * self.study.status_costs[self.a]
        return found

    @cached_property
    def counts(self) -> Floats:
        """Citizens analysed in each status, (time, item)."""
        found: Floats = self.study.counts[self.a].astype(np.float64)
        return found

    @cached_property
    def blocks(self) -> Floats:
        """The same of each stratum that counts are kept in, else of all, (block, time, item)."""
        found: Floats = self.study.blocks[self.a].astype(np.float64)
        return found

    @cached_property
    def lost(self) -> NDArray[np.bool_]:
        """Which items are statuses of the lost, (item,)."""
        return np.array([item.lost for item in self.study.items], dtype=np.bool_)

    @property
    def gone(self) -> Floats:
        """Citizens lost to follow-up at each time, (time,)."""
        found: Floats = self.counts[:, self.lost].sum(axis=1)
        return found

    @property
    def counted_times(self) -> list[int]:
        """Positions of the times whose costs count."""
        return [t for t, weight in enumerate(self.study.status_horizon) if weight != 0.0]

    @property
    def lost_somebody(self) -> bool:
        """Whether anybody dropped out, or was lost to follow-up at a time that counts."""
        return bool(self.dropouts) or any(self.gone[t] for t in self.counted_times)

    def lines(self, counted: bool) -> float:
        """Lines and investment, kr. per citizen of those whose gains are averaged."""
        return self._lines[counted]

    @cached_property
    def _lines(self) -> tuple[float, float]:
        """The same without the dropouts, and with them."""
        statuses = float((self.worth * self.counts).sum()) / self.n
        studies = [self.study]
        if self.study.conventions.heads == AVERAGED:
            studies = [self.study.choose(heads=heads) for heads in ("analysed", "enrolled")]
        found = [float(gain(each).net_gain_per_citizen[self.a]) - statuses for each in studies]
        return found[0], found[-1]

    def extreme(self, which: str) -> Floats:
        """Contributions that are worst, or best, for the difference, at each time, kr., (time,).

        At the start of a status seen then; later of nothing or of the dearest status of any arm.
        """
        start, kr = extreme_course(self.study, self.a, which)
        found: Floats = self.study.status_horizon * kr
        found[0] = self.worth[0, start] if start >= 0 else 0.0
        return found

    def extreme_dropout(self, which: str) -> float:
        """Mean gain of the dropouts that is worst, or best, for the difference, kr."""
        gains = self.extreme(which)
        start, later = gains[0], float(gains[1:].sum())
        if self.starts.any():
            start = (self.starts @ self.worth[0] + self.unknown * start) / self.dropouts
        return float(start) + later

    def paths(self, kind: str) -> tuple[Integers, Floats]:
        """Return paths under a coupling, items (path, time), and how many are on each."""
        arm = self.study.arms[self.a].id
        if kind == OBSERVED:
            found, citizens, _ = distinct_paths(self.study, arm)
            return found, citizens
        drawn = Coupling(self.study, kind).draw(1, streams.generator(0))
        times = [drawn[latents.path(arm, time)][0] for time in self.study.axes.times]
        return np.column_stack(times), drawn[latents.size(arm)][0].astype(np.float64)

    def gains_seen(self, kind: str) -> Tally:
        """Return what citizens gained who were seen at every time that counts, kr."""
        times = self.counted_times
        if kind == "independent":
            return self._seen_apart(times)
        paths, citizens = self.paths(kind)
        kept = ~self.lost[paths[:, times]].any(axis=1)
        return Tally(self.worth[times, paths[kept][:, times]].sum(axis=1), citizens[kept])

    def _seen_apart(self, times: list[int]) -> Tally:
        """The same where the times have nothing to do with each other: expected numbers."""
        found = []
        for counts in self.blocks:
            n = float(counts[0].sum())
            values, citizens = np.zeros(1), np.full(1, n)
            for t in times if n else ():
                seen = ~self.lost & (counts[t] > 0)
                values = np.add.outer(values, self.worth[t, seen]).ravel()
                citizens = np.multiply.outer(citizens, counts[t, seen] / n).ravel()
                values, place = np.unique(values, return_inverse=True)
                citizens = np.bincount(place.ravel(), citizens)
            found.append((values, citizens))
        return Tally(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def mean(self, kind: str, assumed: Assumption) -> Mean:
        """Return the mean gain under a coupling and an assumption; NaN where nobody was seen."""
        if assumed.moved == "left_out":
            found = self.gains_seen(kind)
            n = float(found.citizens.sum())
            if not n:
                return Mean(math.nan, math.nan, 0)
            value = float(found.citizens @ found.values) / n
            spread = float(found.citizens @ (found.values - value) ** 2)
            variance = spread / (n - 1.0) / n if n > 1.0 else math.nan
            if assumed.dropouts == AT_RANDOM:
                variance *= float(pick_factor(n, self.dropouts))
            return Mean(value, variance, round(n))
        like_others = assumed.moved in (AT_RANDOM, GIVEN_START)
        if like_others and any(self.gone[t] == self.n for t in self.counted_times):
            return Mean(math.nan, math.nan, self.n)
        if assumed.dropouts == GIVEN_START and self.starts.any():
            return self._by_start(kind, assumed)
        return self._with_dropouts(*self._parts(kind, assumed), assumed.dropouts)

    def _parts(self, kind: str, assumed: Assumption) -> tuple[list[Tally], float]:
        """Return the gains of those analysed as independent parts, and what is drawn beside them.

        The gains carry what the moved are given; the number is the variance of their mean that
        comes of giving each of them one citizen's cost.
        """
        worth, drawn = self.worth.copy(), 0.0
        if assumed.dropouts == "unchanged":
            worth[0] += self.unknown / self.n * self.stays
        gone = [t for t in self.counted_times if self.gone[t]]
        if assumed.moved in (WORST, BEST):
            for t in gone:
                worth[t, self.lost] = self.extreme(assumed.moved)[t]
        elif assumed.moved == AT_RANDOM:
            drawn = sum(self._like_the_seen(worth, t) for t in gone)
        elif assumed.moved in ("last_status", GIVEN_START) and gone:
            return self._along_paths(kind, worth, gone, assumed.moved)
        return self._paired(kind, worth), drawn

    @property
    def stays(self) -> Floats:
        """Gain of a citizen who stays in the status of the start, kr., (item,)."""
        found: Floats = self.worth.sum(axis=0)
        return found

    def _like_the_seen(self, worth: Floats, t: int) -> float:
        """Let the moved at a time be like those seen then, in place; the variance of the picks.

        The mean is that of those seen: what each of them contributes is scaled around it, so that
        the variance of the whole is that of a mean over fewer.
        """
        counts, seen = self.counts[t], ~self.lost
        n_seen = float(counts[seen].sum())
        mean = float(counts[seen] @ worth[t, seen]) / n_seen
        spread = float(counts[seen] @ (worth[t, seen] - mean) ** 2) / max(n_seen - 1.0, 1.0)
        worth[t, seen] = mean + self.n / n_seen * (worth[t, seen] - mean)
        worth[t, self.lost] = mean
        return float(self.gone[t]) * spread / self.n**2

    def _paired(self, kind: str, worth: Floats, of_blocks: Floats | None = None) -> list[Tally]:
        """Pair contributions under a coupling; those of a block can be its own."""
        if kind == OBSERVED:
            paths, citizens = self.paths(kind)
            times = np.arange(len(worth))
            return [Tally(worth[times, paths].sum(axis=1), citizens)]
        used = [t for t, each in enumerate(worth) if each.any()] or [0]
        signs = [math.copysign(1.0, self.study.status_horizon[t]) for t in used]
        given = [worth] * len(self.blocks) if of_blocks is None else of_blocks
        groups = [
            [Tally(sign * own[t], counts[t]) for t, sign in zip(used, signs, strict=True)]
            for own, counts in zip(given, self.blocks, strict=True)
        ]
        return list(pair_within(groups, signs, kind))

    def _along_paths(
        self, kind: str, worth: Floats, gone: list[int], moved: str
    ) -> tuple[list[Tally], float]:
        """Give the moved what their own path says: the last status seen, or one of their start."""
        if kind == "independent":
            own = np.repeat(worth[np.newaxis], len(self.blocks), axis=0)
            for given, counts in zip(own, self.blocks, strict=True):
                for t in gone if counts[0].any() else ():
                    given[t, self.lost] = self._last(t - 1, given[t], counts)
            return self._paired(kind, np.abs(own).max(axis=0), own), 0.0
        paths, citizens = self.paths(kind)
        at = np.arange(len(worth))
        found, drawn = worth[at, paths], 0.0
        for t in gone:
            away = self.lost[paths[:, t]]
            if moved == "last_status":
                last = paths[:, t].copy()
                for back in range(t - 1, -1, -1):
                    last = np.where(self.lost[last], paths[:, back], last)
                found[away, t] = worth[t, last[away]]
            else:
                drawn += _within_starts(found, paths[:, 0], citizens, away, t) / self.n**2
        return [Tally(found.sum(axis=1), citizens)], drawn

    def _last(self, t: int, worth: Floats, counts: Floats) -> float:
        """Expected contribution of the status at a time, or, of those lost then, the one before."""
        shares = counts[t] / counts[t].sum()
        seen = float(shares[~self.lost] @ worth[~self.lost])
        before = self._last(t - 1, worth, counts) if t else 0.0
        return seen + float(shares[self.lost].sum()) * before

    def _with_dropouts(self, parts: list[Tally], drawn: float, dropouts: str) -> Mean:
        """Add the dropouts to a mean of those analysed."""
        n, d = self.n, self.dropouts
        value = sum(float(part.citizens @ part.values) for part in parts) / n
        variance = standard_error(parts) ** 2 + drawn
        if dropouts == "as_published" or not d:
            return Mean(value, variance, n)
        share = n / (n + d)
        if dropouts in (AT_RANDOM, GIVEN_START):
            return Mean(value, variance * float(pick_factor(n, d)), n)
        if dropouts == "unchanged":  # a start not known is in the contributions of the start
            stays = Tally(self.stays, self.counts[0])
            picks = self.unknown * stays.variance / (n + d) ** 2 if n > 1 else math.nan
            known = float(self.starts @ self.stays) / (n + d)
            return Mean(share * value + known, share**2 * variance + picks, n)
        gained = 0.0 if dropouts == "no_gain" else self.extreme_dropout(dropouts)
        return Mean(share * value + (1.0 - share) * gained, share**2 * variance, n)

    def _by_start(self, kind: str, assumed: Assumption) -> Mean:
        """Return the mean gain where the dropouts are like those who started as they did."""
        gone = [t for t in self.counted_times if self.gone[t]]
        there = np.flatnonzero(self.counts[0])
        known, sizes = self.starts[there], self.counts[0, there]
        cells = Cells(sizes, known, self.dropouts - float(known.sum()))
        # Means are of what is given to the moved; spreads, of what those seen stand for.
        given, drawn = self.worth.copy(), 0.0
        if assumed.moved == AT_RANDOM:
            spread = self.worth.copy()
            for t in gone:
                drawn += self._like_the_seen(spread, t)
                given[t, self.lost] = spread[t, self.lost]
        else:
            spread = given
        if kind == "independent":
            later = float((given[1:] * self.counts[1:]).sum()) / self.n
            means, own = given[0, there] + later, spread[0, there] + later
            mean = (spread * self.counts).sum(axis=1, keepdims=True) / self.n
            matched = float((self.counts * (spread - mean) ** 2)[1:].sum()) / self.n
            within = np.zeros(len(there))
        else:
            paths, citizens = self.paths(kind)
            at, matched = np.arange(len(given)), 0.0
            gains, spreads = (each[at, paths].sum(axis=1) for each in (given, spread))
            if assumed.moved == GIVEN_START and gone:
                (tally,), drawn = self._along_paths(kind, given, gone, assumed.moved)
                gains = spreads = tally.values
            place = np.searchsorted(there, paths[:, 0])
            means, own = (np.bincount(place, citizens * each) / sizes for each in (gains, spreads))
            within = np.bincount(place, citizens * (spreads - own[place]) ** 2) / sizes
        variance = cells.variance(own, within, matched) + drawn if self.n > 1 else math.nan
        return Mean(float(cells.counted @ means), variance, self.n)


def _within_starts(
    found: Floats, starts: Integers, citizens: Floats, away: NDArray[np.bool_], t: int
) -> float:
    """Let the moved be like those of their start who were seen, in place; variance of the picks.

    Where nobody of a start was seen, like all who were.
    """
    seen, drawn, given = ~away, 0.0, found[:, t].copy()
    for start in np.unique(starts[away]):
        own = starts == start
        donors = own & seen if citizens[own & seen].sum() else seen
        weight = citizens[donors]
        mean = float(weight @ found[donors, t] / weight.sum())
        spread = float(weight @ (found[donors, t] - mean) ** 2) / max(weight.sum() - 1.0, 1.0)
        here = own & away
        given[here] = mean
        drawn += float(citizens[here].sum()) * spread
        if donors is not seen:
            scale = float(citizens[own].sum() / weight.sum())
            given[donors] = mean + scale * (found[donors, t] - mean)
    found[:, t] = given
    return drawn
