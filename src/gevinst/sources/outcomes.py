"""Outcomes: other citizens like these could have ended in other statuses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.cells import Cells
from gevinst.sources.couplings import Coupling
from gevinst.sources.latents import Latents
from gevinst.sources.settings import choice
from gevinst.sources.source import MEAN, Source
from gevinst.sources.terms import Factor, Terms, no_factor
from gevinst.stats import streams
from gevinst.stats.margins.matching import Tally
from gevinst.stats.mean.widening import Sampled
from gevinst.stats.weights import dealt, gammas, running_sums, split, sums_by, urn
from gevinst.study.named import Arm
from gevinst.study.people import gains_apart, stratum_sizes
from gevinst.study.study import Study
from gevinst.text.problems import Problems

Floats = NDArray[np.float64]

Integers = NDArray[np.int64]

LARGE_PRIOR = 0.1
"""A prior that counts for more than this share of the citizens is warned of."""

_MOST_IN_URN = 500
"""Most citizens, seen and new, of whom newcomers are drawn one by one."""

# What it draws, each of an arm: of a new group whom of those seen each newcomer is like, (row,
# enrolled); the share that a prior gives each status, (row, time, item).
_URN, _PRIOR = "urn:", "prior:"


@dataclass(frozen=True)
class Outcomes(Source):
    """Weight the citizens of each arm at random, whole paths at a time.

    Parameters
    ----------
    law : {"calibrated", "rubin", "plug_in"}
        ``calibrated``: Dirichlet with concentration (n - 2)/n per citizen. A weighted mean then has
        the observed mean and the variance s_n^2/(A + 1) = s_n^2/(n - 1), A = n - 2 and s_n^2 the
        plug-in variance, which is the classical s^2/n. ``rubin``: concentration 1, variance
        s_n^2/(n + 1). ``plug_in``: multinomial counts, variance s_n^2/n.
    prior : {"none", "perks", "jeffreys", "uniform"}
        Mass on every status that has a rate at a time, so that statuses nobody was seen in get
        some: in all 1 citizen, spread over rates and then statuses (``perks``); 1/2 a status; 1 a
        status. A sensitivity, not a default.
    target : {"mean", "new_group"}
        ``new_group`` draws the enrolled of a new group from an urn (`gevinst.stats.weights.urn`).

    References
    ----------
    Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1), 130-134; Perks (1947), Journal
    of the Institute of Actuaries 73, 285-334.
    """

    name: str = "outcomes"
    law: str = choice("calibrated", "rubin", "plug_in")
    prior: str = choice("none", "perks", "jeffreys", "uniform")
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse a law that does not exist, and warn of a prior that weighs much."""
        if study.statuses:
            self._check_sizes(study, problems)
        if len(study.strata) > 1 and study.statuses and self.prior != "none":
            problems.add("E131", "settings", None, self.prior)
        if self.prior == "none":
            return
        if self.law == "plug_in" or self.target != MEAN:
            problems.add("E082", "settings", None, self.prior)
            return
        for a, arm in enumerate(study.arms):
            mass = float(self.prior_mass(study, a).sum(axis=-1).max())
            if self.mass(arm.analysed) <= 0.0:
                continue  # too few for the law, and refused: beside them a prior would be all
            if mass > LARGE_PRIOR * arm.analysed:
                shift = self._shift(study, a)
                problems.add(
                    "W081",
                    "settings",
                    None,
                    self.prior,
                    arm=arm.id,
                    mass=f"{mass:g}",
                    n=arm.analysed,
                    kr=f"{shift:+.0f}",
                )

    def _check_sizes(self, study: Study, problems: Problems) -> None:
        """Refuse too few citizens for the law, where they weigh: one has no spread at all."""
        for a, arm in enumerate(study.arms):
            for n, weight in zip(stratum_sizes(study, a), study.stratum_shares[a], strict=True):
                if weight > 0.0 and n == 1:
                    problems.add("E079", "settings", None, n, arm=arm.id)
                elif weight > 0.0 and n < 3 and self.law == "calibrated":
                    problems.add("E081", "settings", None, n, arm=arm.id)

    def mass(self, n: int) -> float:
        """Total Dirichlet mass of n citizens seen; for the plug-in law that of infinitely many."""
        return {"calibrated": n - 2.0, "rubin": float(n), "plug_in": float("inf")}[self.law]

    def keeps(self, study: Study) -> Collection[str]:
        """A prior gives each status a mass of its own."""
        return () if self.prior == "none" else study.axes.items

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw whom of those seen each citizen of a new group is like, and what a prior adds."""
        drawn: dict[str, NDArray[np.generic]] = {}
        for a, arm in enumerate(study.arms if study.statuses else ()):
            n = arm.analysed
            if self._by_urn(arm):
                mass = min(self.mass(n), 1e12)  # so much that nobody copies a newcomer
                drawn[_URN + arm.id] = latents.row_first(urn(n, mass, arm.enrolled, rows, rng))
            if self.prior != "none":
                seen = rng.standard_gamma(self.mass(n), size=rows)
                mass_at = self.prior_mass(study, a)[..., np.newaxis]
                unseen = rng.standard_gamma(mass_at, size=(*mass_at.shape[:2], rows))
                unseen /= unseen.sum(axis=1, keepdims=True) + seen
                drawn[_PRIOR + arm.id] = latents.row_first(unseen)
        return drawn

    def draw_along(
        self,
        study: Study,
        rows: int,
        paths: Mapping[str, Latents],
        drawn: Latents,
        rngs: Mapping[str, np.random.Generator],
    ) -> Mapping[str, Latents]:
        """Draw ``weight:<arm>`` (row, path): how many citizens each path counts for.

        What each last status counts for is the same under every coupling.
        """
        found: dict[str, dict[str, NDArray[np.generic]]] = {coupling: {} for coupling in paths}
        if not study.statuses:
            return found
        # The coupling with most paths comes first: what it makes of a status, others split.
        order = sorted(paths, key=lambda coupling: coupling != "independent")
        for arm in study.arms:
            ends: Floats | None = None
            like, known = self._stayed(arm, drawn), dict[int, Integers]()
            for coupling in order:
                along, rng = paths[coupling], rngs[coupling]
                sizes = along[latents.size(arm.id)].T
                last = along[latents.path(arm.id, study.times[-1].id)].T
                if like is not None:
                    weights = self._resembled(like, sizes, last, known)
                elif len(study.strata) > 1:
                    strata = along[latents.stratum(arm.id)][0]
                    weights = self._within(strata, sizes, rows, rng)
                elif ends is None or last.shape[1] > 1:
                    weights = self._weights(sizes, arm.analysed, rows, rng)
                    ends = sums_by(last, weights, len(study.items))
                else:
                    weights = self._split(ends, last[:, 0], sizes, rng)
                if self.target != MEAN and like is None:
                    heads = drawn.get(latents.followed(arm.id), np.array([arm.analysed]))
                    weights = dealt(heads, weights, rows, rng)
                found[coupling][latents.weight(arm.id)] = latents.row_first(weights)
        return found

    def _by_urn(self, arm: Arm) -> bool:
        """Whether newcomers are drawn one by one, which is the faster where they are few."""
        return self.target != MEAN and arm.analysed + arm.enrolled <= _MOST_IN_URN

    def _weights(self, sizes: Floats, n: int, rows: int, rng: np.random.Generator) -> Floats:
        """How many of n citizens groups of them count for, shape (group, row)."""
        if self.law == "plug_in":
            return dealt(n, sizes, rows, rng)
        if self.mass(n) <= 0.0:
            return np.broadcast_to(sizes, (len(sizes), rows)).copy()  # they weigh nothing
        weights = gammas(sizes, self.mass(n) / n, rows, rng)
        weights *= n / weights.sum(axis=0)
        return weights

    def _within(
        self, strata: Integers, sizes: Floats, rows: int, rng: np.random.Generator
    ) -> Floats:
        """Weights of paths, each stratum's by a law of its own, shape (path, row)."""
        found = np.zeros((len(sizes), rows))
        for k in np.unique(strata):
            own = sizes[strata == k]
            if n := int(own.sum(axis=0)[0]):
                found[strata == k] = self._weights(own, n, rows, rng)
        return found

    def _split(self, ends: Floats, of: Integers, sizes: Floats, rng: np.random.Generator) -> Floats:
        """Split what last statuses count for among the paths that end in them, (path, row)."""
        rows, n = ends.shape[1], int(sizes.sum())
        found = np.empty((len(sizes), rows))
        for item in np.unique(of):
            paths = np.flatnonzero(of == item)
            if len(paths) == 1:
                found[paths[0]] = ends[item]
            elif self.law == "plug_in":
                found[paths] = dealt(ends[item], sizes[paths], rows, rng)
            else:
                found[paths] = split(ends[item], sizes[paths], self.mass(n) / n, rng)
        return found

    def _resembled(
        self, like: Integers, sizes: Floats, last: Integers, known: dict[int, Integers]
    ) -> Floats:
        """Count the newcomers who stay and are like a citizen on each path, shape (path, row).

        `known` remembers how many are like one of the first citizens, by how many those are.
        """
        # Citizens in the order of their last status, so that couplings share as much as they can.
        fixed = last.shape[1] == 1
        order = np.argsort(last[:, 0], kind="stable") if fixed else np.arange(len(last))
        found = np.empty((len(sizes), like.shape[1]))
        before: Integers | float = 0.0
        for path, end in zip(order, running_sums(sizes[order]), strict=True):
            if (same := (end == end[0]).all()) and int(end[0]) in known:
                up_to = known[int(end[0])]
            else:
                inside = (like < end.astype(like.dtype)).view(np.uint8)
                # Small whole numbers, so that counting stays in the processor's cache.
                up_to = inside.sum(axis=0, dtype=np.min_scalar_type(len(like)))
            if same:
                known[int(end[0])] = up_to
            np.subtract(up_to, before, out=found[path])
            before = up_to
        return found

    def _stayed(self, arm: Arm, drawn: Latents) -> Integers | None:
        """Return whom newcomers are like, (newcomer, row): n, nobody, of those who left."""
        if (like := drawn.get(_URN + arm.id)) is None:
            return None
        stay = drawn.get(latents.followed(arm.id), np.array([arm.analysed]))
        # Newcomers are exchangeable: those who stay are the first of them.
        like = like.T[: int(np.max(stay))]
        gone = np.arange(len(like))[:, np.newaxis] >= stay
        return np.where(gone, np.array(arm.analysed, like.dtype), like)

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Give statuses nobody was seen in the shares that a prior gives them."""
        for arm, strata in zip(cells.study.arms, cells.counted, strict=True):
            if (prior := drawn.get(_PRIOR + arm.id)) is None:
                continue
            unseen = np.moveaxis(prior, 0, -1)
            seen = 1.0 - running_sums(unseen.swapaxes(0, 1))[-1][:, np.newaxis]
            for counted in strata:
                for layer in counted.layers:
                    layer *= seen
                counted.citizens += counted.total * unseen

    def follows(self, drawn: Latents) -> bool:
        """Citizens who count for more than others matter with their paths."""
        return True

    def prior_mass(self, study: Study, a: int) -> Floats:
        """Mass of each status at each time in one arm, in citizens, shape (time, item)."""
        rate_of = study.rate_of[a, 0]
        priced = np.array([item.status and not item.lost for item in study.items])
        mass = np.zeros(rate_of.shape)
        for t, positions in enumerate(rate_of):
            reachable = np.flatnonzero(priced & (positions >= 0))
            if self.prior == "perks":
                rates, which = np.unique(positions[reachable], return_inverse=True)
                mass[t, reachable] = 1.0 / len(rates) / np.bincount(which)[which]
            else:
                mass[t, reachable] = {"jeffreys": 0.5, "uniform": 1.0}[self.prior]
        return mass

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Covariance of the citizens' shares in each term, per share; None with a prior.

        Under a coupling of fixed paths the covariance of an arm's shares is the plug-in covariance
        of its citizens' places over A + 1; under ``independent`` places at different times have
        none within a stratum that counts are kept in, or at all, as the matching is drawn too.
        """
        if self.prior != "none" or self.target != MEAN:
            return None
        mean, covariance = no_factor(terms)
        if not study.statuses:
            return mean, covariance
        status = np.array([study.items[i].status for i in terms.of(3)])
        # Places at different times are apart under independent, whose matching is drawn too.
        apart = kind == "independent"
        paths = Coupling(study, "narrowest" if apart else kind).draw(1, streams.generator(0))
        for a, arm in enumerate(study.arms):
            n, sizes = arm.analysed, paths[latents.size(arm.id)][0]
            at = np.flatnonzero(status & (terms.of(0) == a))
            times, items = terms.of(2)[at], terms.of(3)[at]
            there = np.array(
                [
                    paths[latents.path(arm.id, study.times[t].id)][0] == i
                    for t, i in zip(times, items, strict=True)
                ]
            ).reshape(len(at), len(sizes))
            share = there @ sizes / n
            spread = (there * sizes) @ there.T / n - np.outer(share, share)
            if apart:  # between the strata that counts are kept in, all the same
                sizes_of = study.blocks[a, :, 0].sum(axis=1)
                own = study.blocks[a][:, times, items] / np.maximum(sizes_of, 1)[:, np.newaxis]
                between = ((own - share).T * sizes_of / n) @ (own - share)
                spread = np.where(times[:, np.newaxis] == times, spread, between)
            spread /= n if self.law == "plug_in" else self.mass(n) + 1.0
            covariance[np.ix_(at, at)] = spread / np.outer(share, share)
        return mean, covariance

    def expected(self, study: Study) -> Latents | None:
        """Shares are on average those seen; None with a prior, and where strata draw their mix."""
        known = self.prior == "none" and self.target == MEAN
        return {} if known and (len(study.strata) == 1 or not study.statuses) else None

    def sampled(self, study: Study, coupling: str) -> tuple[Sampled, ...]:
        """Classical variance of each arm's mean gain, of each of its strata where it has several.

        Under ``independent`` the variances of the times add, each with n - 1: no more degrees of
        freedom than if the citizens' gains were known.
        """
        if not study.statuses:
            return ()
        apart = coupling == "independent"
        paths = Coupling(study, "narrowest" if apart else coupling).draw(1, streams.generator(0))
        found = []
        for arm_id in study.contrast.arms:
            a = study.axes.arms.index(arm_id)
            arm, size = study.arms[a], paths[latents.size(arm_id)][0]
            at = [paths[latents.path(arm_id, time.id)][0] for time in study.times]
            steps = study.status_horizon[:, np.newaxis] * np.array(
                [costs[path] for costs, path in zip(study.status_costs[a], at, strict=True)]
            )
            parts = list(steps) if apart else [steps.sum(axis=0)]
            strata = paths.get(latents.stratum(arm_id), np.zeros((1, len(size)), np.int64))[0]
            known, divided = bool(study.stratum_counts.size), len(study.strata) > 1
            for k, weight in enumerate(study.stratum_shares[a]):
                inside = np.where(strata == k, size, 0.0)
                if (n := int(inside.sum())) < 2 or weight == 0.0:
                    continue
                # Of margins only the start is known to be the stratum's own, or every time.
                own = [inside, *[inside if known else size] * (len(parts) - 1)]
                each = sum(_variance(*both) for both in zip(parts, own, strict=True))
                if apart and known and not divided:
                    each = gains_apart(study, coupling)[a][0].variance
                variance = weight**2 * each / n * self._spread(n, arm)
                found.append(Sampled(variance, n - 1, arm.analysed))
        return tuple(found)

    def _spread(self, n: int, arm: Arm) -> float:
        """Variance of the draws of a mean of n citizens, over the classical one."""
        law = {"calibrated": 1.0, "rubin": (n - 1) / (n + 1), "plug_in": (n - 1) / n}[self.law]
        return law + (0.0 if self.target == MEAN else arm.analysed / arm.enrolled)

    def _shift(self, study: Study, a: int) -> float:
        """How far the prior moves the arm's mean gain, kr. per citizen."""
        mass = self.prior_mass(study, a)
        counts = study.counts[a].astype(np.float64)
        seen = counts / study.arms[a].analysed
        expected = mass / (mass.sum(axis=-1, keepdims=True) + self.mass(study.arms[a].analysed))
        change = expected - seen * expected.sum(axis=-1, keepdims=True)
        return float((study.status_horizon[:, np.newaxis] * study.status_costs[a] * change).sum())


def _variance(values: Floats, citizens: Floats) -> float:
    """Variance of citizens' values with n - 1; exactly 0 where all are alike."""
    alike = np.ptp(values[citizens > 0.0]) == 0.0
    return 0.0 if alike else Tally(values, citizens).variance
