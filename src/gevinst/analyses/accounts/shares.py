"""Shares of those asked, changes between two times, and of how many a question can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gevinst.analyses.audit.formulas import parse
from gevinst.stats.pvalue import never_zero
from gevinst.stats.yes_no.printed import can_add, counts_of
from gevinst.study.claims import Answer, Published
from gevinst.study.study import Study

Ends = tuple[float, float]

METHODS = ("wilson", "exact")
"""Wilson's score interval, and Clopper and Pearson's exact one."""

_MOST_TESTED = 100_000
"""Of so many asked, no test: an exact one takes long, and a share is then known well."""


@dataclass(frozen=True)
class Share:
    """How many of those asked gave an answer at a time.

    Parameters
    ----------
    answer : Answer
        As stated.
    counts : tuple of int
        Every number of people that it can be; none where it is not stated of how many, or no whole
        number gives the printed percentage.
    intervals : mapping of str to tuple of float
        Per method the limits of the share: the lowest and highest over those numbers.
    """

    answer: Answer
    counts: tuple[int, ...]
    intervals: Mapping[str, Ends]

    @property
    def known(self) -> bool:
        """Whether there is a number of people behind it."""
        return bool(self.counts)

    @property
    def share(self) -> Ends:
        """Lowest and highest share over the numbers it can be; only where it is known."""
        asked = self.answer.asked or 1
        return self.counts[0] / asked, self.counts[-1] / asked

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        each = self.answer
        return {
            "question": each.question,
            "answer": each.answer,
            "time": each.time,
            "arm": each.arm or None,
            "asked": each.asked,
            "percent": each.percent if each.count is None else None,
            "counts": [self.counts[0], self.counts[-1]] if self.known else None,
            **{m: list(self.intervals[m]) if self.known else None for m in METHODS},
            "source": each.source,
        }


@dataclass(frozen=True)
class Change:
    """The same answer at the first and the last time it was asked for.

    Parameters
    ----------
    first, last : Share
        Both known.
    claims : tuple of Published
        What the publication says of the change, in words.
    fisher : float or None
        p of Fisher's test that the two are shares of two groups alike; None where several numbers
        of people are possible, or very many were asked.
    """

    first: Share
    last: Share
    claims: tuple[Published, ...]
    fisher: float | None

    @property
    def gone(self) -> int:
        """How many fewer were asked the last time; zero or less where they were not fewer."""
        return (self.first.answer.asked or 0) - (self.last.answer.asked or 0)

    @property
    def attrition(self) -> Ends | None:
        """Share of all asked the first time who could give the answer the last time.

        If those asked the last time are among them: none or all of the others give it (Manski's
        bounds). None where no fewer were asked.
        """
        if self.gone <= 0:
            return None
        asked = self.first.answer.asked or 1
        return self.last.counts[0] / asked, (self.last.counts[-1] + self.gone) / asked

    @property
    def same_people(self) -> tuple[int, int] | None:
        """Change in number among those asked both times, if they are those asked the last time."""
        if self.gone < 0:
            return None
        again = self.last.answer.asked or 0
        before = max(0, self.first.counts[0] - self.gone), min(self.first.counts[-1], again)
        return self.last.counts[0] - before[1], self.last.counts[-1] - before[0]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "question": self.first.answer.question,
            "answer": self.first.answer.answer,
            "arm": self.first.answer.arm or None,
            "first": self.first.answer.time,
            "last": self.last.answer.time,
            "attrition_bounds": list(self.attrition) if self.attrition else None,
            "missing_at_random": list(self.last.share),
            "same_people": list(self.same_people) if self.same_people else None,
            "pvalue_of_two_groups": self.fisher,
            "quotes": [claim.quote for claim in self.claims],
        }


@dataclass(frozen=True)
class Base:
    """A question whose number asked is not stated, and what the shares themselves say of it.

    Parameters
    ----------
    question, time, arm : str
        Ids.
    parts : int
        Shares there are.
    stated : tuple of int
        Numbers of people that the study states elsewhere.
    fitting : tuple of int
        Those of them that give all the shares, in whole people.
    least : int or None
        The fewest people who give them; None where none up to the largest stated do.
    """

    question: str
    time: str
    arm: str
    parts: int
    stated: tuple[int, ...]
    fitting: tuple[int, ...]
    least: int | None


def share_of(answer: Answer, level: float) -> Share:
    """Find the people behind a share, and its intervals."""
    from scipy.stats import binomtest

    if answer.asked is None:
        return Share(answer, (), {})
    if answer.count is not None:
        counts: tuple[int, ...] = (answer.count,)
    else:
        counts = tuple(counts_of(answer.percent, answer.rounding, answer.asked))
    if not counts:
        return Share(answer, (), {})
    low, high = (binomtest(k, answer.asked) for k in (counts[0], counts[-1]))
    intervals = {}
    for method in METHODS:
        kind: Any = method
        intervals[method] = (
            float(low.proportion_ci(level, kind).low),
            float(high.proportion_ci(level, kind).high),
        )
    return Share(answer, counts, intervals)


def changes_of(
    shares: Sequence[Share], times: Sequence[str], published: Iterable[Published]
) -> Iterable[Change]:
    """Set the first and the last time against each other, for each answer that was asked twice."""
    series: dict[tuple[str, ...], list[Share]] = {}
    for share in shares:
        each = share.answer
        if share.known:
            series.setdefault((each.question, each.answer, each.arm), []).append(share)
    claims = [(figure, parse(figure.follows).names) for figure in published if figure.follows]
    for found in series.values():
        found.sort(key=lambda share: times.index(share.answer.time))
        if len(found) > 1:
            first, last = found[0], found[-1]
            about = {first.answer.figure, last.answer.figure} - {""}
            said = tuple(f for f, names in claims if len(names) > 1 and about & set(names))
            yield Change(first, last, said, _fisher(first, last))


def _fisher(first: Share, last: Share) -> float | None:
    """Fisher's p of two shares of known numbers."""
    from scipy.stats import fisher_exact

    asked = [share.answer.asked or 0 for share in (first, last)]
    if max(len(first.counts), len(last.counts)) > 1 or sum(asked) > _MOST_TESTED:
        return None
    yes = [share.counts[0] for share in (first, last)]
    cells = np.array([[k, n - k] for k, n in zip(yes, asked, strict=True)])
    return never_zero(float(fisher_exact(cells).pvalue))


def bases_of(shares: Sequence[Share], study: Study) -> Iterable[Base]:
    """Hold the shares of each question without a number asked against the numbers there are."""
    stated = {share.answer.asked for share in shares} - {None}
    stated |= {size for arm in study.arms for size in (arm.analysed, arm.enrolled)}
    known = tuple(sorted(n for n in stated if n is not None))
    groups: dict[tuple[str, str, str], list[Answer]] = {}
    for each in (share.answer for share in shares if share.answer.asked is None):
        groups.setdefault((each.question, each.time, each.arm), []).append(each)
    for (question, time, arm), answers in groups.items():
        fits = _fits(answers)
        least = next((n for n in range(1, max(known) + 1) if fits(n)), None)
        fitting = tuple(n for n in known if fits(n))
        yield Base(question, time, arm, len(answers), known, fitting, least)


def _fits(answers: Sequence[Answer]) -> Callable[[int], bool]:
    """Return whether a number of people gives all shares of a question, and their sum if whole."""
    printed = [answer for answer in answers if answer.count is None]
    slack = sum(answer.rounding for answer in printed) / 2
    whole = len(printed) == len(answers) > 2
    whole = whole and abs(sum(answer.percent for answer in printed) - 100.0) <= slack + 1e-9

    def fits(n: int) -> bool:
        counts = [counts_of(answer.percent, answer.rounding, n) for answer in printed]
        return all(counts) and (not whole or can_add(counts, n))

    return fits
