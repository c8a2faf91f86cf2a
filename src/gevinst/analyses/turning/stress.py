"""stress(study): the fewest citizens more at no cost before zero leaves Welch's interval.

The reverse of the question how sure a gain is. A citizen who ends at no cost moves the mean and the
variance too, and a dear citizen's job moves both otherwise than a cheap one's, so the numbers of
citizens per end cost are gone through one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.turning.ends import Ends, difference
from gevinst.analyses.turning.query import need_citizens
from gevinst.stats.intervals import level_of
from gevinst.stats.margins.band import expected, joined, pair
from gevinst.stats.margins.matching import Tally
from gevinst.stats.standardisation import degrees_of_freedom, standard_error
from gevinst.study.people import OBSERVED, couplings_of, distinct_paths, gains_apart
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

_MOST = 50_000  # ways to choose citizens that are gone through under one coupling


@dataclass(frozen=True)
class Stressed:
    """What it takes under one coupling.

    Parameters
    ----------
    citizens : int or None
        How many more at no cost; None where no number is enough, or for `reason`.
    path : mapping of float to int
        From which end cost, kr. a year, how many.
    limits : tuple of float
        Welch's interval then, kr. per citizen.
    reason : str
        ``one-citizen`` (no variance) or ``many`` (too many ways to go through), else empty.
    """

    citizens: int | None
    path: Mapping[float, int]
    limits: tuple[float, float]
    reason: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Stress(Result):
    """How many citizens more it takes to settle that there is a gain, per coupling.

    Parameters
    ----------
    by_coupling : mapping of str to Stressed
        Per coupling of the data.
    arm : str
        The treated arm, whose citizens change.
    level : float
        Of Welch's interval.
    labels : mapping of str to Label
        What the arms are called.
    provenance : Provenance
        What made the result.
    least : float
        What a citizen costs at least at the end, kr. a year: nothing, or less where a status
        brings in.
    """

    by_coupling: Mapping[str, Stressed]
    arm: str
    level: float
    labels: Mapping[str, Label]
    provenance: Provenance
    least: float = 0.0

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "citizens",
            "arm": self.arm,
            "level": self.level,
            "least_cost": self.least,
            "by_coupling": {
                coupling: {
                    "citizens": found.citizens,
                    "path": [{"cost": kr, "citizens": n} for kr, n in found.path.items()],
                    "low": found.limits[0] if math.isfinite(found.limits[0]) else None,
                    "high": found.limits[1] if math.isfinite(found.limits[1]) else None,
                    "reason": found.reason or None,
                }
                for coupling, found in self.by_coupling.items()
            },
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling: the citizens, and the interval then."""
        import pandas as pd

        rows = [
            {"coupling": coupling, "citizens": f.citizens, "low": f.limits[0], "high": f.limits[1]}
            for coupling, f in self.by_coupling.items()
        ]
        return pd.DataFrame(rows).set_index("coupling").astype({"citizens": "Int64"})

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table, in ``en`` or ``da``."""
        text = language(lang)
        heads, *rows = self.cells(text)
        return "\n".join([*self.opening(lang), self.heading(text), table([heads, [], *rows])])

    def heading(self, text: Language) -> str:
        """Say what is counted."""
        arm, level = text.label(self.labels[self.arm]), text.level(self.level)
        if self.least < 0.0:
            kr = text.kr(-self.least)
            return text("stress.heading_income", arm=arm, level=level, kr=kr)
        return text("stress.heading", arm=arm, level=level)

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table: its heads, and a row per coupling."""
        rows = [["", *(text(f"stress.{name}") for name in ("citizens", "interval", "path"))]]
        for coupling, found in self.by_coupling.items():
            low, high = map(text.number, found.limits)
            who = ", ".join(
                text("stress.from", n=n, kr=text.number(kr)) for kr, n in found.path.items()
            )
            number = text(f"stress.{found.reason or 'never'}")
            rows.append(
                [
                    text(f"coupling.{coupling}"),
                    number if found.citizens is None else text.number(found.citizens),
                    text("bootstrap.limits", low=low, high=high),
                    who or "–",
                ]
            )
        return rows


def stress(study: Study, *, confidence_level: float = 0.95) -> Stress:
    """Count the citizens more at no cost before Welch's interval lies above zero.

    Parameters
    ----------
    study : Study
        With counted statuses, under the conventions it carries; margins or paired data.
    confidence_level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Stress
        Per coupling. Citizens of the treated arm who were seen at the end change from its cost to
        none, as by a job; what they cost before stays.

    Raises
    ------
    ValueError
        A level outside (0, 1).
    StudyError
        E151 where nobody is counted.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.stress(gv.load("ishoj-smc"))
    >>> sorted(found.by_coupling)
    ['independent', 'narrowest', 'widest']
    """
    need_citizens(study)
    level = level_of(confidence_level)
    return Stress(
        {kind: _stressed(study, kind, level) for kind in couplings_of(study)},
        study.contrast.treated,
        level,
        {arm.id: arm.label for arm in study.arms},
        provenance(study),
        Ends(study, study.contrast.treated).least,
    )


@dataclass(frozen=True)
class _Classes:
    """Citizens who can change, alike within a class, and the arm's gains when some have.

    Parameters
    ----------
    costs : tuple of float
        End cost of each class, kr. a year.
    citizens : ndarray of int, shape (class,)
        How many there are.
    gains : ndarray, shape (class,)
        What one more at the least cost adds to the difference, kr. per citizen of the arm.
    parts : callable
        Changed citizens per class -> the arm's gains as `gains_apart` gives them.
    """

    costs: tuple[float, ...]
    citizens: NDArray[np.int64]
    gains: Floats
    parts: Callable[[Sequence[int]], tuple[Tally, ...]]


def _classes(study: Study, kind: str) -> _Classes:
    ends = Ends(study, study.contrast.treated)
    a, t = ends.a, ends.time
    per_citizen = -study.status_horizon[t] / study.arms[a].analysed
    seen: dict[float, list[int]] = {}
    for i, _ in ends.here(lost=False):
        seen.setdefault(ends.cost(i), []).append(i)
    free = ends.least
    seen.pop(free, None)
    counted = study.status_horizon.tolist()
    if kind == OBSERVED:
        paths, n, _ = distinct_paths(study, ends.arm)
        (tally,) = gains_apart(study, kind)[a]
        open_ = np.isin(paths[:, t], [i for of_cost in seen.values() for i in of_cost])
        keys: dict[tuple[float, float], int] = {}
        for p in np.flatnonzero(open_):
            key = (float(tally.values[p]), ends.cost(paths[p, t]))
            keys[key] = keys.get(key, 0) + int(n[p])
        own = np.array([gain for gain, _ in keys])
        after = np.array([gain - counted[t] * (cost - free) for gain, cost in keys])
        sizes = np.array(list(keys.values()), dtype=np.int64)

        def observed(changed: Sequence[int]) -> tuple[Tally, ...]:
            values = np.concatenate([tally.values[~open_], own, after])
            number = np.concatenate([n[~open_], sizes - np.array(changed), changed])
            return (Tally(values, number.astype(np.float64)),)

        costs = tuple(cost for _, cost in keys)
        return _Classes(costs, sizes, per_citizen * (np.array(costs) - free), observed)
    blocks = study.blocks[a].astype(np.float64)
    there = {(b, cost): of for b in range(len(blocks)) for cost, of in seen.items()}

    @cache
    def of_block(b: int, changed: tuple[int, ...]) -> tuple[Tally, ...]:
        number = blocks[b, t].copy()
        for of_cost, moved in zip(seen.values(), changed, strict=True):
            left = float(number[of_cost].sum()) - moved
            number[of_cost] = 0.0
            number[of_cost[0]] = left
        by_time = [Tally(*each) for each in zip(study.status_costs[a], blocks[b], strict=True)]
        values = np.append(by_time[t].values, free)
        by_time[t] = Tally(values, np.append(number, float(sum(changed))))
        parts = pair(by_time, counted, kind)
        return parts if len(blocks) == 1 else (expected(parts),)

    def of_margins(changed: Sequence[int]) -> tuple[Tally, ...]:
        own = (tuple(changed[b * len(seen) : (b + 1) * len(seen)]) for b in range(len(blocks)))
        some = blocks[:, 0].any(axis=1)
        return joined([of_block(b, each) for b, each in enumerate(own) if some[b]])

    sizes = np.array([blocks[b, t, of].sum() for (b, _), of in there.items()], dtype=np.int64)
    costs = tuple(cost for _, cost in there)
    return _Classes(costs, sizes, per_citizen * (np.array(costs) - free), of_margins)


def _stressed(study: Study, kind: str, level: float) -> Stressed:
    """Go through the ways to choose citizens, the fewest first."""
    from scipy.special import ndtri, stdtrit

    arms = [study.axes.at("arm", arm) for arm in study.contrast.arms]
    sizes = np.array([[study.arms[a].analysed] for a in arms])
    none = (math.nan, math.nan)
    if (sizes < 2).any():
        return Stressed(None, {}, none, "one-citizen")
    ones, tail = np.ones(sizes.shape), (1.0 - level) / 2.0
    others = [sum(part.variance for part in gains_apart(study, kind)[a]) for a in arms[1:]]
    found, now = _classes(study, kind), difference(study)

    def limits(changed: Sequence[int]) -> tuple[float, float]:
        own = sum(part.variance for part in found.parts(changed))
        variances = np.array([[own], *([other] for other in others)])
        point = now + float(found.gains @ np.array(changed, dtype=float))
        error = standard_error(ones, variances, sizes)
        reach = -float(stdtrit(degrees_of_freedom(ones, variances, sizes), tail)) * error
        return (point, point) if error == 0.0 else (point - reach, point + reach)

    # Whoever changes, the error is at least the other arm's, and a t quantile above a normal one.
    least = -float(ndtri(tail)) * math.sqrt(
        sum(v / n for v, n in zip(others, sizes[1:, 0], strict=True))
    )
    tried, everybody = 0, int(found.citizens.sum())
    for k in range(_fewest(found, least - now), everybody + 1):
        best: tuple[tuple[float, float], tuple[int, ...]] | None = None
        for changed in _ways(k, found.citizens.tolist()):
            tried += 1
            if tried > _MOST:
                return Stressed(None, {}, none, "many")
            each = limits(changed)
            if each[0] > 0.0 and (best is None or each[0] > best[0][0]):
                best = each, changed
        if best:
            path: dict[float, int] = {}
            for kr, n in zip(found.costs, best[1], strict=True):
                if n:
                    path[kr] = path.get(kr, 0) + n
            return Stressed(k, path, best[0])
    return Stressed(None, {}, limits(found.citizens.tolist()))


def _fewest(found: _Classes, needed: float) -> int:
    """Fewest citizens whose changes can add up to more than is needed; one too many if none can."""
    fewest, sizes = 0, [int(n) for n in found.citizens]
    for gain, n in sorted(zip(found.gains.tolist(), sizes, strict=True), reverse=True):
        if needed < 0.0:
            return fewest
        enough = math.floor(needed / gain) + 1 if gain > 0.0 else n + 1
        if enough <= n:
            return fewest + enough
        fewest, needed = fewest + n, needed - n * gain
    return fewest + 1 if needed >= 0.0 else fewest


def _ways(k: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Ways to choose k citizens from classes of these sizes."""
    if not sizes:
        if k == 0:
            yield ()
        return
    for n in range(max(0, k - sum(sizes[1:])), min(k, sizes[0]) + 1):
        for rest in _ways(k - n, sizes[1:]):
            yield (n, *rest)
