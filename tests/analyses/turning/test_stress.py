"""Citizens who would settle it: the fewest, by going through everybody who could change."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

import gevinst as gv
from tests.analyses.turning.few import mixed_up
from tests.conftest import persons


def changed(study, ends: dict[int, int]):
    """The study with citizens of its first arm changed from statuses to no cost at the end."""
    counts = study.counts.copy()
    for i, n in ends.items():
        counts[0, -1, i] -= n
        counts[0, -1, study.axes.at("item", "ordinary_employment")] += n
    return replace(study, counts=counts)


def welch(study, kind: str, level: float):
    """Welch's interval as `bootstrap` gives it."""
    found = gv.bootstrap(study, confidence_level=level, methods=["welch"])
    interval = found.difference[kind].interval("welch")
    return interval if interval.available else (found.estimate,) * 2


@pytest.mark.parametrize("seed", [0, 4, 6, 7])
@pytest.mark.parametrize("level", [0.2, 0.8])
def test_equal_to_everybody_who_could_change(ishoj, seed: int, level: float) -> None:
    """Of few citizens every number per end status is tried by `bootstrap` itself."""
    study = mixed_up(ishoj, seed)
    lost = set(study.lost)
    open_ = [i for i in study.statuses if i not in lost and study.status_costs[0, -1, i]]
    most = [range(int(study.counts[0, -1, i]) + 1) for i in open_]
    for kind, found in gv.stress(study, confidence_level=level).by_coupling.items():
        enough = [
            sum(ways)
            for ways in product(*most)
            if min(welch(changed(study, dict(zip(open_, ways, strict=True))), kind, level)) > 0
        ]
        assert found.citizens == min(enough, default=None), kind
        assert enough or level > 0.5


def test_paths_are_gone_through_citizen_by_citizen(ishoj) -> None:
    """Of paired data every set of citizens is tried."""
    study = persons(mixed_up(ishoj, 6), seed=4)
    path, job = study.paths["intervention"], study.axes.at("item", "ordinary_employment")
    open_ = [p for p in range(len(path)) if path[p, -1] not in study.lost]
    enough = []
    for k in range(len(open_) + 1):
        for chosen in combinations(open_, k):
            new = path.copy()
            new[list(chosen), -1] = job
            paths = {**study.paths, "intervention": new}
            counts = study.counts.copy()
            counts[0, -1] = np.bincount(new[:, -1], minlength=len(study.items))
            other = replace(study, paths=paths, counts=counts)
            costly = sum(study.status_costs[0, -1, path[p, -1]] > 0 for p in chosen)
            if min(welch(other, "observed", 0.2)) > 0 and costly == k:
                enough.append(k)
    found = gv.stress(study, confidence_level=0.2).by_coupling["observed"]
    assert found.citizens == min(enough, default=None)
    assert enough


@pytest.mark.parametrize("basis", ["published", "printed", "low_after_start"])
def test_put_back_gives_the_interval_that_is_said(ishoj, basis: str) -> None:
    """`bootstrap` of the changed study has the interval, above zero."""
    study = ishoj.choose(basis=basis)
    costs = study.status_costs[0, -1]
    for kind, found in gv.stress(study).by_coupling.items():
        ends: dict[int, int] = {}
        for kr, n in found.path.items():
            for i in np.flatnonzero(costs == kr):
                taken = min(
                    n - sum(ends.get(int(j), 0) for j in np.flatnonzero(costs == kr)),
                    int(study.counts[0, -1, i]),
                )
                ends[int(i)] = taken
        assert sum(ends.values()) == found.citizens
        assert tuple(welch(changed(study, ends), kind, 0.95)) == pytest.approx(found.limits)
        assert found.limits[0] > 0


def test_what_cannot_be_settled_says_why(ishoj, monkeypatch) -> None:
    """Not enough citizens, one citizen, or more ways than can be gone through: each by its word."""
    dear = tuple(replace(r, kr=10 * r.kr) if r.id == "investment" else r for r in ishoj.rates)
    found = gv.stress(replace(ishoj, rates=dear))
    assert {each.citizens for each in found.by_coupling.values()} == {None}
    assert "not enough" in found.summary()
    alone = mixed_up(ishoj, 1, citizens=1)
    assert {f.reason for f in gv.stress(alone).by_coupling.values()} == {"one-citizen"}
    monkeypatch.setattr("gevinst.analyses.turning.stress._MOST", 3)
    assert {f.reason for f in gv.stress(ishoj).by_coupling.values()} == {"many"}
