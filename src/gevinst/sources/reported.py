"""Reported starts: a job that only the caseworker reports may not have begun, or may not last."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gevinst.sources import latents
from gevinst.sources.cells import Cells
from gevinst.sources.latents import Latents
from gevinst.sources.scalar import Scalar
from gevinst.sources.settings import flag, ids, one_id, span
from gevinst.sources.source import MEAN, Doubted, Source
from gevinst.sources.terms import Factor, Terms, coefficients, no_factor
from gevinst.stats.distributions import beta_from_range, beta_moments, check_share_range
from gevinst.stats.weights import Chances, chances, happened
from gevinst.study.named import Arm, label_of
from gevinst.study.study import Study
from gevinst.text.problems import Problems, suggest

Floats = NDArray[np.float64]

REAL, INSTEAD = "reported:real", "reported:instead"
"""Parts of the calculation: reported starts that count, and where those are that do not."""

# What it draws: the share of reported starts that count, per arm and status, (row,); the position
# of the status of those whose start does not, (1,); of a new group the chances of its citizens'
# starts (`gevinst.stats.weights.chances`).
_REAL, _INSTEAD, _START = "real:", "instead:", "start:"


@dataclass(frozen=True)
class Reported(Source):
    """Let a share of the reported starts be something else: probabilistic bias analysis.

    Parameters
    ----------
    statuses : sequence of str
        The reported statuses in doubt, after the start.
    instead : str
        The status that citizens are in whose start was none, or did not last.
    real : (float, float)
        90 % range of the predictive value: the share of reported starts that happened. A Beta law
        with these 5 % and 95 % points; two equal numbers are fixed.
    lasting : (float, float)
        90 % range of the share of the year counted that a start lasts.
    shared : bool
        Whether both arms have the same shares in a row, or each its own.
    target : {"mean", "new_group"}
        In a new group each citizen's start is real or not: binomial, given the shares.

    References
    ----------
    Fox, MacLehose & Lash (2021), Applying Quantitative Bias Analysis to Epidemiologic Data, 2nd
    ed., chapter 6: reclassification by predictive values.
    """

    name: str = "reported"
    statuses: tuple[str, ...] = ids()
    instead: str = one_id()
    real: tuple[float, float] = span((1.0, 1.0), 0.0, 1.0)
    lasting: tuple[float, float] = span((1.0, 1.0), 0.0, 1.0)
    shared: bool = flag(True)
    target: str = MEAN

    def check(self, study: Study, problems: Problems) -> None:
        """Refuse statuses that the study has not, and ranges that no Beta law has."""
        known = [study.items[i].id for i in study.statuses if not study.items[i].lost]
        for key in ("statuses", "instead"):
            if not getattr(self, key):
                problems.add("E050", "settings", key=key, section=self.name)
        for status in filter(None, (*self.statuses, self.instead)):
            if status not in known:
                problems.add(
                    "E030",
                    "settings",
                    None,
                    status,
                    column=self.name,
                    known=suggest(status, known),
                )
        if self.instead in self.statuses:
            problems.add("E098", "settings", None, self.instead)
        elif self.instead in known:
            self._check_priced(study, problems)
        for low, high in (self.real, self.lasting):
            try:
                check_share_range(low, high)
            except ValueError:
                problems.add("E084", "settings", None, f"[{low:g}, {high:g}]")

    def _check_priced(self, study: Study, problems: Problems) -> None:
        """Refuse a status instead that costs nobody knows what."""
        basis, i = study.conventions.basis, study.axes.at("item", self.instead)
        for a, arm in enumerate(study.arms):
            rate_of = study.rate_of[a, 0, :, i]
            times = [study.times[t].id for t in range(1, len(rate_of)) if rate_of[t] < 0]
            if times:
                where = {"arm": arm.id, "time": times, "basis": basis}
                problems.add("E041", "prices", None, self.instead, **where)

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw ``real:<arm>:<status>`` (row,); of a new group ``start:<arm>`` (row, enrolled)."""
        drawn: dict[str, NDArray[np.generic]] = {}
        share = np.ones(1)
        for a, arm in enumerate(study.arms):
            if a == 0 or not self.shared:
                share = self._shares(rows, rng)
            drawn |= self._real(study, arm, share)
            if self.target != MEAN:
                drawn[_START + arm.id] = latents.row_first(chances(arm.enrolled, rows, rng))
        return drawn

    def _real(self, study: Study, arm: Arm, share: Floats) -> dict[str, NDArray[np.generic]]:
        """Latents of the share of an arm's starts that count."""
        return {
            **{f"{_REAL}{arm.id}:{status}": share for status in self.statuses},
            _INSTEAD + arm.id: np.array(study.members(self.instead)),
        }

    def apply(self, cells: Cells, drawn: Latents) -> None:
        """Move the reported starts that do not count to the status instead."""
        study = cells.study
        for arm, strata in zip(study.arms, cells.counted, strict=True):
            instead, lucky = drawn.get(_INSTEAD + arm.id), drawn.get(_START + arm.id)
            if instead is None:
                continue
            shares = {
                i: share
                for i, item in enumerate(study.items)
                if (share := drawn.get(f"{_REAL}{arm.id}:{item.id}")) is not None
            }
            for layer in (layer for counted in strata for layer in counted.layers):
                _reclassify(layer, shares, int(instead[0]), lucky)

    def scalars(self, study: Study) -> Iterator[Scalar]:
        """Return the shares that are not fixed; of a new group what happens is no number."""
        groups = [study.arms] if self.shared else [(arm,) for arm in study.arms]
        for key in ("real", "lasting") if self.target == MEAN else ():
            for arms in groups:
                law = beta_from_range(*getattr(self, key))
                if law is not None:
                    yield self._alone(study, key, law, arms)

    def _alone(
        self, study: Study, key: str, law: tuple[float, float], arms: Sequence[Arm]
    ) -> Scalar:
        """Return one share of some arms as a number of its own."""
        others = [stated for stated in (self.real, self.lasting) if stated[0] == stated[1]]
        fixed = math.prod(stated[0] for stated in others)

        def quantile(p: Floats) -> Floats:
            from scipy.special import betaincinv

            return np.asarray(betaincinv(*law, p))

        def drawn(share: Floats) -> Latents:
            found: dict[str, NDArray[np.generic]] = {}
            for arm in study.arms:
                its = share * fixed if arm in arms else np.full(1, fixed)
                found |= self._real(study, arm, its)
            return found

        whose = "" if self.shared else f".{arms[0].id}"
        place = [label_of(study.items, status) for status in self.statuses]
        place += [] if self.shared else [arms[0].label]
        return Scalar(f"{key}.{self.name}{whose}", 1.0, "share", quantile, drawn, tuple(place))

    def doubted(self, study: Study) -> Doubted:
        """The starts in doubt, and the range of those that happened."""
        return Doubted(self.statuses, self.instead, self.real)

    def keeps(self, study: Study) -> Collection[str]:
        """The starts in doubt."""
        return self.statuses

    @property
    def moves_mean(self) -> bool:
        """A publication takes every reported start as real."""
        return min(*self.real, *self.lasting) < 1.0

    def terms(self, study: Study, terms: Terms) -> Terms:
        """Split the starts in doubt: those that count, and what stands instead of the others."""
        doubted = [study.axes.at("item", status) for status in self.statuses]
        other = study.axes.at("item", self.instead)
        real = np.isin(terms.of(3), doubted) & (terms.of(2) > 0)
        part = np.where(real, REAL, terms.part)
        known = coefficients(study)
        cells, rates, worth = [], [], []
        for a, arm in enumerate(study.arms):
            for k, t, i in np.argwhere(study.rate_of[a] >= 0).tolist():
                if t and i in doubted and study.counts[a, t, i]:
                    # Another payer may have the start than has what stands instead of it.
                    cells.append((a, k, t, i))
                    rates.append(int(study.rate_of[a, k, t, other]))
                    share = study.counts[a, t, i] / arm.analysed
                    worth.append(float(known[a, k, t, other] * share))
        return replace(terms, part=part).with_more(cells, rates, INSTEAD, worth)

    def factor(self, study: Study, terms: Terms, kind: str) -> Factor | None:
        """Mean and covariance of the share of starts that count, and of those that do not."""
        if self.target != MEAN:
            return None
        mean, covariance = no_factor(terms)
        first, second = self._moments
        starts = 1.0 * (terms.part == REAL) - 1.0 * (terms.part == INSTEAD)
        mean[terms.part == REAL] = first
        mean[terms.part == INSTEAD] = 1.0 - first
        for a in range(len(study.arms)):
            ours = np.where(self.shared | (terms.of(0) == a), starts, 0.0)
            if a == 0 or not self.shared:
                covariance += (second - first**2) * np.outer(ours, ours)
        return mean, covariance

    @property
    def _moments(self) -> tuple[float, float]:
        """Mean, and mean square, of the share of starts that count."""
        first, second = 1.0, 1.0
        for stated in (self.real, self.lasting):
            law = beta_from_range(*stated)
            m, v = (stated[0], 0.0) if law is None else beta_moments(*law)
            first *= m
            second *= m**2 + v
        return first, second

    def expected(self, study: Study) -> Latents | None:
        """The mean of the share of starts that count; of a new group what happens is no number."""
        if self.target != MEAN:
            return None
        share, found = np.full(1, self._moments[0]), dict[str, NDArray[np.generic]]()
        for arm in study.arms:
            found |= self._real(study, arm, share)
        return found

    def _shares(self, rows: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the share of starts that count: they happened, and they lasted."""
        share = np.ones(rows)
        for stated in (self.real, self.lasting):
            law = beta_from_range(*stated)
            share *= stated[0] if law is None else rng.beta(*law, size=rows)
        return share


def _reclassify(
    citizens: Floats, shares: dict[int, Floats], instead: int, by: Chances | None
) -> None:
    """Move the starts that do not count, in place."""
    for t, at_time in enumerate(citizens[1:]):
        before = np.zeros(citizens.shape[2])
        for k, (i, share) in enumerate(shares.items()):
            if by is None:
                real = at_time[i] * share
            else:
                real = happened(at_time[i], share, by.T, t * len(shares) + k, before)
            before = before + at_time[i]
            at_time[instead] += at_time[i] - real
            at_time[i] = real
