"""Each specification against the same question asked directly: of gain, missing and standardise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.scenarios.specifications import Scenarios
from gevinst.analyses.scenarios.specify import Specification
from gevinst.model.evaluate import evaluate
from gevinst.stats.mean.widening import pick_factor
from gevinst.study.follow_up import follow_ups, until


@pytest.fixture(scope="module")
def found(ishoj) -> Scenarios:
    """The bundled study's scenarios, with the rules of time."""
    return gv.scenarios(ishoj, axes="horizon")


def picks(found: Scenarios, **choices: str) -> list[Specification]:
    """Specifications with these choices."""
    wanted = choices.items()
    picked = [each for each in found.specifications if wanted <= each.choices.items()]
    assert picked
    return picked


def one(found: Scenarios, **choices: str) -> Specification:
    """The specification with these choices, and the study's own along the other axes."""
    own = {axis.name: axis.own for axis in found.axes}
    (only,) = picks(found, **{**own, **choices})
    return only


def snapshot(study, n: int) -> float:
    """Annual cost at start minus annual cost at the n-th time, by weights of the times alone."""
    inputs = gv.build(study)
    horizon = np.zeros_like(inputs.horizon)
    recurring = np.array([item.kind == "recurring" for item in study.items])
    horizon[:, 0, recurring], horizon[:, n, recurring] = 1.0, -1.0
    horizon[:, 0, ~recurring] = -1.0  # every one-off of the study is paid at start
    return float(evaluate(replace(inputs, horizon=horizon)).difference()[0])


def test_the_known_numbers_are_among_them(found) -> None:
    """Published 1,631; after 1 year 9,956; accumulated −36,094, 7,874 and 51,842."""
    assert round(found.own.difference) == 1631
    assert round(one(found, time="1").difference) == 9956
    rules = ("cumulative_left", "cumulative_trapezoid", "cumulative_right")
    assert [round(one(found, horizon=rule).difference) for rule in rules] == [-36094, 7874, 51842]


def test_conventions_are_those_of_gain(ishoj, found) -> None:
    """With everybody as published each is `gv.gain` of the study under the same conventions."""
    asked = picks(found, moved="as_published", dropouts="as_published", estimand="raw", time="1.5")
    assert len(asked) == 3 * 2 * 4
    for each in asked:
        chosen = {name: each.choices[name] for name in ("basis", "heads", "horizon")}
        expected = gv.gain(ishoj.choose(**chosen)).difference
        assert each.difference == pytest.approx(expected, rel=1e-12)


def test_an_earlier_end_is_a_snapshot(ishoj, found) -> None:
    """After 1 year each basis and heads give what weighing that time alone gives."""
    for each in picks(
        found,
        moved="as_published",
        dropouts="as_published",
        estimand="raw",
        time="1",
        horizon="annual_end",
    ):
        chosen = {name: each.choices[name] for name in ("basis", "heads")}
        assert each.difference == pytest.approx(snapshot(ishoj.choose(**chosen), 1), rel=1e-12)


def test_the_lost_are_those_of_missing(ishoj, found) -> None:
    """What became of all who were lost alike gives `gv.missing`'s difference and interval."""
    for basis in ishoj.rate_maps:
        asked = gv.missing(ishoj.choose(basis=basis))
        alike = one(found, basis=basis, moved="at_random", dropouts="at_random", heads="enrolled")
        shown = asked.of("at_random").shown
        assert alike.difference == pytest.approx(shown.difference, rel=1e-12)
        assert alike.interval == pytest.approx(shown.interval(0.95), rel=1e-12)


def test_the_published_interval_is_the_bootstrap_s(ishoj, found) -> None:
    """Welch's under the widest coupling, for every basis and rule of time."""
    for basis in ishoj.rate_maps:
        for horizon in ("annual_end", "cumulative_left"):
            exact = gv.bootstrap(ishoj.choose(basis=basis, horizon=horizon))
            mine = one(found, basis=basis, horizon=horizon).interval
            assert mine == pytest.approx(exact.intervals("widest")[0].limits, rel=1e-9)


@pytest.mark.parametrize("moved", ["as_published", "left_out"])
@pytest.mark.parametrize("weights", ["pooled", "intervention", "control", "overlap"])
def test_standardised_bounds_are_those_of_standardise(ishoj, found, moved, weights) -> None:
    """Bounds and the interval on top of them, under every basis and both spreads."""
    for each in picks(
        found,
        moved=moved,
        dropouts="as_published",
        estimand=weights,
        time="1.5",
        horizon="annual_end",
    ):
        chosen = ishoj.choose(basis=each.choices["basis"], heads=each.choices["heads"])
        asked = gv.standardise(chosen, weights=weights, moved=moved)
        assert (each.low, each.high) == pytest.approx((asked.low, asked.high), rel=1e-9)
        assert each.interval == pytest.approx(asked.interval.limits, rel=1e-6)
        assert each.difference is None


def test_leaving_the_moved_out_is_bounded_by_who_they_can_have_been(ishoj, found) -> None:
    """Over who moved, an arm's mean is lowest where the dear starts left, highest where cheap."""
    ends = []
    for a in (0, 1):
        counts, costs = ishoj.counts[a], ishoj.status_costs[a]
        lost = np.array([item.lost for item in ishoj.items])
        starts = np.sort(np.repeat(costs[0], counts[0]))
        seen = np.repeat(costs[2][~lost], counts[2][~lost])
        n = seen.size
        invested = ishoj.group_lines[a, 0, 0].sum() * 2_300_000.0 / ishoj.arms[a].analysed
        end = seen.mean() + (invested if a == 0 else 0.0)
        ends.append((starts[:n].mean() - end, starts[-n:].mean() - end))
    (low, high), (other_low, other_high) = ends
    mine = one(found, moved="left_out")
    assert (mine.low, mine.high) == pytest.approx((low - other_high, high - other_low), rel=1e-9)


def test_dropouts_like_others_widen_and_move_nothing(found) -> None:
    """Beside the same heads only the interval changes, by the picks of one citizen each."""
    for moved in ("as_published", "left_out", "at_random"):
        for estimand in ("raw", "pooled"):
            if (moved, estimand) == ("at_random", "pooled"):
                continue
            choices = {"moved": moved, "estimand": estimand, "heads": "enrolled"}
            without = one(found, **choices)
            counted = one(found, **choices, dropouts="at_random")
            assert (counted.low, counted.high) == pytest.approx((without.low, without.high))
            ratio = np.ptp(counted.interval) / np.ptp(without.interval)
            assert 1.0 < ratio < np.sqrt(pick_factor(26, 4)) + 0.01


def test_picks_widen_as_drawn_ones_do() -> None:
    """A mean over n normal citizens and d picks of them: within six errors of 200,000 draws."""
    n, d, draws = 12, 5, 200_000
    rng = np.random.default_rng(7)
    values = rng.normal(size=(draws, n))
    picks = np.take_along_axis(values, rng.integers(n, size=(draws, d)), axis=1)
    drawn = np.concatenate([values, picks], axis=1).mean(axis=1).var()
    exact = (1.0 + d * (n - 1) / (n + d) ** 2) / n  # a pick varies with n in the denominator
    error = exact * np.sqrt(2.0 / draws)
    assert abs(drawn - exact) < 6 * error
    assert float(pick_factor(n, d)) / n == pytest.approx(exact, rel=d / (n + d) ** 2)
    assert float(pick_factor(n, d)) / n > exact


def test_known_paths_leave_nothing_to_bound(paired) -> None:
    """Where each citizen's path is known every specification is a number, and as asked directly."""
    found = gv.scenarios(paired)
    assert all(each.difference is not None for each in found.specifications)
    out = gv.missing(paired).of("left_out").shown
    mine = one(found, moved="left_out")
    assert mine.difference == pytest.approx(out.difference, rel=1e-12)
    assert mine.interval == pytest.approx(out.interval(0.95), rel=1e-9)
    for weights in ("pooled", "overlap"):
        each = one(found, estimand=weights)
        asked = gv.standardise(paired, weights=weights)
        assert each.difference == pytest.approx(asked.low, rel=1e-9)
        assert each.interval == pytest.approx(asked.interval.limits, rel=1e-9)


def test_a_study_until_a_time_knows_nothing_later(ishoj, paired) -> None:
    """Its counts, paths and times end there; the last time gives the study itself."""
    assert follow_ups(ishoj) == ("1", "1.5")
    assert until(ishoj, "1.5") is ishoj
    early = until(paired, "1")
    assert early.axes.times == ("0", "1")
    np.testing.assert_array_equal(early.counts, paired.counts[:, :2])
    for arm, paths in early.paths.items():
        np.testing.assert_array_equal(paths, paired.paths[arm][:, :2])
    with pytest.raises(KeyError):
        until(ishoj, "2")
    assert follow_ups(gv.load("gladsaxe")) == ()
