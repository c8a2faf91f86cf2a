"""Citizens who turn the sign: the fewest, by going through every way they could have ended."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats.margins.tables import possible_cells
from gevinst.study.transitions import barred_steps
from gevinst.text.problems import StudyError
from tests.analyses.turning.few import mixed_up, not_refuted
from tests.laws.test_size import times_as_many

SWITCHES = (
    ("moved", "*"),
    ("flexjob", "ordinary_employment"),
    ("cash_benefit_all", "ordinary_employment"),
    ("ordinary_employment", "resource_programme_all"),
)
ENDS = (
    *("cash_benefit", "rehabilitation", "early_retirement", "flexjob"),
    *("resource_programme", "ordinary_employment", "moved"),
)


def every_end(study, a: int, fixed: bool, impossible) -> list[tuple[int, float]]:
    """Ways in which an arm could have ended: citizens changed, and what it moves."""
    items = [study.axes.at("item", name) for name in ENDS]
    lost = study.axes.at("item", "moved")
    barred = barred_steps(study, impossible) if impossible else ()
    now, n = study.counts[a, -1], study.arms[a].analysed
    found = []
    for combination in combinations_with_replacement(items, n):
        counts = np.bincount(combination, minlength=len(study.items))
        if counts[lost] > now[lost] or (fixed and counts[lost] != now[lost]):
            continue
        times = [*study.counts[a, :-1], counts]
        try:
            for (before, after), mask in zip(pairwise(times), barred, strict=False):
                possible_cells(before, after, mask)
        except ValueError:
            continue
        changed = int(np.maximum(now - counts, 0).sum())
        kr = float((now - counts) @ study.status_costs[a, -1]) / n
        found.append((changed, kr * study.contrast.sign(study.axes.arms[a])))
    return found


def fewest(study, arms, fixed: bool, impossible) -> int | None:
    """The fewest who turn the sign, over every way the arms could have ended."""
    now = gv.gain(study).difference
    each = [every_end(study, a, fixed, impossible) for a in arms]
    ways = [(0, 0.0)]
    for found in each:
        best: dict[int, float] = {}
        for n, kr in ((n + m, kr + more) for n, kr in ways for m, more in found):
            towards = kr if now < 0 else -kr
            best[n] = max(best.get(n, -np.inf), towards)
        ways = [(n, kr if now < 0 else -kr) for n, kr in best.items()]
    enough = [n for n, kr in ways if (kr if now < 0 else -kr) >= abs(now) - 1e-6]
    return min(enough, default=None)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("switched", [False, True])
def test_equal_to_every_way_to_end(ishoj, seed: int, switched: bool) -> None:
    """By arm and both, the moved changing or fixed, with and without impossible switches.

    Where nothing is invested some changes reach zero to the krone.
    """
    study = mixed_up(ishoj, seed, invested=8_000.0 * (seed % 2))
    impossible = not_refuted(study, *SWITCHES) if switched else ()
    found = gv.fragility(study, impossible=impossible)
    for k, fixed in enumerate((False, True)):
        assert found.both[k].citizens == fewest(study, (0, 1), fixed, impossible)
        for a, arm in enumerate(study.axes.arms):
            assert found.arms[arm][k].citizens == fewest(study, (a,), fixed, impossible)


@pytest.mark.parametrize("basis", ["published", "printed", "low_after_start"])
@pytest.mark.parametrize("horizon", ["annual_end", "cumulative_trapezoid", "cumulative_left"])
def test_the_path_put_back_turns_the_sign(ishoj, basis: str, horizon: str) -> None:
    """The changed study has the other sign (or zero); with one citizen fewer it keeps its own."""
    study = ishoj.choose(basis=basis, horizon=horizon)
    found = gv.fragility(study)
    end = int(np.flatnonzero(study.status_horizon)[-1])
    for turn in (*found.both, *(t for turns in found.arms.values() for t in turns)):
        counts, signs, at = study.counts.copy(), [], study.axes.at
        for change in turn.path:
            for _ in range(change.citizens):
                counts[at("arm", change.arm), end, at("item", change.before)] -= 1
                counts[at("arm", change.arm), end, at("item", change.after)] += 1
                signs.append(gv.gain(replace(study, counts=counts.copy())).difference)
        assert (counts >= 0).all()
        if turn.citizens is None:
            assert signs[-1] * found.difference > 0
            continue
        assert len(signs) == turn.citizens
        assert signs[-1] * found.difference <= 1e-6
        assert all(kr * found.difference > 0 for kr in signs[:-1])
        assert turn.short < turn.needed <= turn.enough


def test_published_and_printed(ishoj) -> None:
    """Ishøj: one citizen in either arm as published; four and five as printed; 99 of 270 alone."""
    found = gv.fragility(ishoj)
    assert (found.citizens, found.citizens_moved_fixed) == (1, 1)
    assert [turn.citizens for turn, _ in found.arms.values()] == [1, 1]
    assert found.density == (99, 270)
    printed = gv.fragility(ishoj.choose(basis="printed"))
    assert (printed.citizens, printed.citizens_moved_fixed) == (4, 5)
    turn = printed.both[0]
    assert (round(turn.short), round(turn.needed)) == (39_328, 51_320)
    assert "moved" in [change.before for change in turn.path]
    assert "moved" not in [change.before for change in printed.both[1].path]


def test_density_counts_single_changes(ishoj) -> None:
    """Every citizen and every other price of the arm, each put in by itself."""
    study = mixed_up(ishoj, 3)
    turning = all_ = 0
    now = gv.gain(study).difference
    for a in (0, 1):
        costs = study.status_costs[a, -1]
        prices = {0.0, *costs[[study.axes.at("item", name) for name in ENDS]]}
        for i, n in enumerate(study.counts[a, -1]):
            for kr in prices - {costs[i]}:
                moved = now + study.contrast.sign(study.axes.arms[a]) * (costs[i] - kr) / 4
                all_ += n
                turning += n * (moved * now <= 0)
    assert gv.fragility(study).density == (turning, all_)


def test_without_one_citizen(paired) -> None:
    """Of paired data the range over the citizens; of their margins one that holds it."""
    exact, open_ = gv.fragility(paired).without_one, gv.fragility(paired.as_margins()).without_one
    for a, arm in enumerate(paired.axes.arms):
        each = []
        for path in paired.paths[arm]:
            counts = paired.counts.copy()
            counts[a, np.arange(3), path] -= 1
            arms = tuple(
                replace(
                    other, analysed=other.analysed - (b == a), enrolled=other.enrolled - (b == a)
                )
                for b, other in enumerate(paired.arms)
            )
            fewer = replace(paired.as_margins(), counts=counts, arms=arms)
            each.append(gv.gain(fewer).difference)
        assert exact[arm] == pytest.approx((min(each), max(each)))
        assert open_[arm][0] - 1e-6 <= exact[arm][0] < exact[arm][1] <= open_[arm][1] + 1e-6


def test_some_signs_cannot_turn(ishoj) -> None:
    """Where all changes together are not enough it says so, with their sum."""
    dear = tuple(replace(r, kr=10 * r.kr) if r.id == "investment" else r for r in ishoj.rates)
    found = gv.fragility(replace(ishoj, rates=dear))
    assert found.citizens is None
    assert found.both[0].enough < found.both[0].needed
    assert "does not turn" in found.summary()
    assert found.to_frame()["citizens"].isna().all()
    with pytest.raises(StudyError, match="E151"):
        gv.fragility(gv.load("gladsaxe"))


@pytest.mark.parametrize("k", [1, 3, 40, 1_000])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_is_printed_adds_up(ishoj, k: int, lang: str) -> None:
    """A reader who multiplies and adds the printed numbers gets the printed sum, to the krone."""
    study = times_as_many(ishoj.choose(basis="printed"), k)
    said = gv.fragility(study).summary(lang).replace("\u00a0", " ")
    (line,) = (li for li in said.splitlines() if " x " in li)
    thousands, point = (".", ",") if lang == "da" else (",", ".")

    def number(text: str) -> float:
        return float(text.strip(" .,").replace(thousands, "").replace(point, "."))

    terms = re.findall(r"([\d.,]+) x ([\d.,]+)", line)
    printed = re.search(r"= ([\d.,]+) kr", line)
    assert printed is not None
    assert abs(sum(number(n) * number(kr) for n, kr in terms) - number(printed[1])) <= 1.0
