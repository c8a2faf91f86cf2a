"""Size: what a draw costs does not grow with the number of citizens, and neither does its law."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.rows.blocks import Blocks
from gevinst.sources import latents
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.stats.intervals import METHODS
from gevinst.study.named import MOST
from gevinst.study.people import COUPLINGS, standard_errors
from tests.conftest import SIX


def times_as_many(study: gv.Study, k: int) -> gv.Study:
    """The same study of k times as many citizens in every count."""
    arms = tuple(
        replace(arm, analysed=arm.analysed * k, enrolled=arm.enrolled * k) for arm in study.arms
    )
    return replace(study, arms=arms, counts=study.counts * k, group_lines=study.group_lines * k)


@pytest.mark.parametrize("target", ["mean", "new_group"])
@pytest.mark.parametrize("k", [1_000, 1_000_000])
def test_no_array_grows_with_the_citizens(ishoj, target: str, k: int) -> None:
    """A block of many citizens holds no more numbers than cells of statuses at the times."""
    study = times_as_many(ishoj, k)
    rows = Blocks(study, chosen(study, None, target))
    along = rows.along(5, 0, latents.merge(*rows.draw(5, 0)))
    most = len(rows.study.items) ** len(rows.study.times)
    for drawn in along.values():
        for name, array in drawn.items():
            assert array.size <= most * max(rows.rows, 1), name
    assert rows.rows == Blocks(ishoj, chosen(ishoj, None, target)).rows


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_many_citizens_have_the_classical_standard_error(ishoj, coupling: str) -> None:
    """With outcomes alone the draws' variance is the classical one, of 28 or of 28 million.

    Within six Monte Carlo errors of a variance.
    """
    for k in (1, 1_000, 1_000_000):
        study = times_as_many(ishoj, k)
        draws = gv.simulate(study, n=20_000, vary="outcomes", rng=7).by_coupling[coupling]
        spread = (draws.difference - draws.difference.mean()) ** 2
        classical = float(np.sum(np.square(standard_errors(study, coupling))))
        assert abs(spread.mean() - classical) < SIX * spread.std() / len(spread) ** 0.5


@pytest.mark.parametrize("size", [MOST + 1, 10**12, 10**30])
def test_an_arm_too_large_to_draw_is_refused_by_number(ishoj, size: int) -> None:
    """Before any question can be asked of it, in both languages, with what to write."""
    for column in ("enrolled", "analysed"):
        with pytest.raises(gv.StudyError) as refused:
            replace(ishoj.arms[0], **{column: size})
        (problem,) = refused.value.problems
        for lang in ("en", "da"):
            said = problem.say(lang)
            assert said.startswith("E066 intervention: ")
            assert column in said
            assert str(MOST) in said


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_the_largest_arm_is_answered(ishoj, coupling: str) -> None:
    """Of as many citizens as an arm can have, intervals and draws agree with the classical error.

    Means of 20,000 draws lie within six Monte Carlo errors; drawn limits within a tenth of the
    width of Welch's.
    """
    study = times_as_many(ishoj, MOST // 30)
    assert study.arms[0].enrolled > 0.9 * MOST
    found = gv.bootstrap(study, methods=METHODS, rng=3).difference[coupling]
    welch = found.interval("welch")
    for method in ("percentile", "studentized", "bayesian"):
        interval = found.interval(method, rng=3)
        assert interval.available == (method == "percentile" or coupling != "independent")
        if interval.available:
            assert interval.limits == pytest.approx(
                welch.limits, abs=0.1 * (welch.high - welch.low)
            )
    draws = gv.simulate(study, n=20_000, vary="outcomes", rng=7).by_coupling[coupling]
    spread = found.standard_error / len(draws.difference) ** 0.5
    assert abs(draws.difference.mean() - found.estimate) < SIX * spread


@pytest.mark.parametrize("impossible", [(), (("early_retirement", "*"),)])
def test_bounds_of_many_citizens_are_as_many_times(ishoj, impossible) -> None:
    """Counts of people grow with the citizens, and their witnesses have no more rows."""
    few = gv.bounds(ishoj, "cheaper", impossible=impossible)
    many = gv.bounds(times_as_many(ishoj, 1_000), "cheaper", impossible=impossible)
    assert (many.low, many.high) == (1_000 * few.low, 1_000 * few.high)
    cells = len(ishoj.statuses) ** len(many.times)
    assert all(len(w) <= cells for count in many.arms.values() for w in count.witness.values())


def test_citizens_who_turn_the_sign_are_said_by_the_number(ishoj) -> None:
    """Of 28,000 as of 28 a path has an entry per status, and each rate breaks even where it did."""
    study = times_as_many(ishoj.choose(basis="printed"), 1_000)
    found = gv.fragility(study)
    assert found.citizens is not None
    assert found.citizens > 1_000
    assert len(found.both[0].path) <= 2 * len(ishoj.statuses)
    few = gv.break_even(ishoj.choose(basis="printed"))
    for each in gv.break_even(study).inputs:
        if each.kind == "rate":
            assert each.value == pytest.approx(few.of(each.input).value)


def test_what_would_turn_it_lists_no_citizens(ishoj) -> None:
    """Stress and the claims of a million times as many citizens need no more memory."""

    def peak(times: int) -> int:
        study = times_as_many(ishoj, times)
        tracemalloc.start()
        try:
            gv.stress(study)
            assert gv.verify(gv.robustness(study).content) == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what is imported or kept is there from now on
    assert peak(1_000_000) < 2 * peak(1) + 2**22


def test_blocks_of_many_rates_have_fewer_rows(ishoj) -> None:
    """Memory is bounded in the number of rates; where they are few, blocks are as they were."""
    more = tuple(replace(ishoj.rates[0], id=f"more{k}") for k in range(4_000))
    study = replace(ishoj, rates=(*ishoj.rates, *more))
    assert Blocks(study, ()).rows * len(study.rates) <= 2**23
    assert Blocks(ishoj, ()).rows == streams.BLOCK
