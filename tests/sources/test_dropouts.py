"""Dropouts whose start is known: like those who started as they did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.sources.missing import GIVEN_START
from gevinst.sources.registry import chosen
from tests.conftest import SIX, alone, blocks, courses, with_starts

CASH, PROGRAMME = 144_372.81, 349_152.0
"""kr. a year of the two statuses that citizens start in."""

_PATHS = [
    ("a", "intervention", "cash_benefit", "cash_benefit", "ordinary_employment"),
    ("b", "intervention", "cash_benefit", "cash_benefit", "cash_benefit"),
    ("c", "intervention", "resource_programme", "cash_benefit", "ordinary_employment"),
    ("x", "intervention", "resource_programme", None, None),
    ("y", "intervention", "resource_programme", "cash_benefit", None),
    ("d", "control", "cash_benefit", "cash_benefit", "cash_benefit"),
    ("e", "control", "cash_benefit", "cash_benefit", "ordinary_employment"),
    ("f", "control", "resource_programme", "cash_benefit", "cash_benefit"),
    ("z", "control", "cash_benefit", None, None),
]


def _few(ishoj, **starts: str):
    """Three citizens and one or two dropouts in each arm; starts of some may be others."""
    frame = pd.DataFrame(_PATHS, columns=["id", "arm", *ishoj.axes.times]).set_index("id")
    for name, status in starts.items():
        frame.loc[name, "0"] = status
    return gv.from_persons(frame.reset_index(), ishoj)


def _by_hand(*, treated: float, reference: float) -> float:
    """The difference where the enrolled gained so much in all: 2.3 million kr. for the treated."""
    return (treated - 2_300_000.0) / 5 - reference / 4


def test_a_hot_deck_by_hand(ishoj) -> None:
    """Two dropouts can only be like c; the third is like d, with no gain, or like e: half each."""
    draws = gv.simulate(_few(ishoj), n=20_000, vary="missing", rng=1).by_coupling["observed"]
    programme = 3 * PROGRAMME
    ends = [
        _by_hand(treated=CASH + programme, reference=CASH + PROGRAMME - CASH + like)
        for like in (CASH, 0.0)
    ]
    found, times = np.unique(draws.difference.round(3), return_counts=True)
    assert found == pytest.approx(ends)
    assert abs(times[0] - 10_000) < SIX * 20_000**0.5 / 2


def test_a_known_start_is_used(ishoj) -> None:
    """C41: dropouts with other known starts are like others, in the draws and in their mean."""
    study = _few(ishoj, x="cash_benefit", z="resource_programme")
    assert study.hash != _few(ishoj).hash
    rows = alone(study, "missing", dropouts=GIVEN_START)["observed"]
    treated = CASH + 2 * PROGRAMME + CASH / 2  # x is like a or b
    expected = _by_hand(treated=treated, reference=CASH + 2 * (PROGRAMME - CASH))  # z like f
    assert abs(rows["mean"] - expected) < SIX * rows["mcse"]["mean"]


@pytest.mark.parametrize("kind", ["observed", "narrowest", "widest"])
def test_the_mean_is_that_of_the_cells(paired, started, kind: str) -> None:
    """Citizen by citizen: sum over starts of the known times the mean of their cell."""
    study = (paired if kind == "observed" else started).assume("missing", moved="as_published")
    expected = []
    for a, arm in enumerate(study.arms):
        if kind == "observed":
            paths = study.paths[arm.id]
        else:
            paths = np.column_stack(courses(study, kind, arm.id))
        cost = study.status_costs[a]
        gains = [cost[0, path[0]] - cost[2, path[2]] for path in paths]
        total, rest = sum(gains), arm.dropouts
        for i, n in enumerate(study.dropout_starts[a]):
            if n:
                cell = [g for g, path in zip(gains, paths, strict=True) if path[0] == i]
                total, rest = total + n * sum(cell) / len(cell), rest - n
        total += rest * sum(gains) / len(gains)
        expected.append((total - gv.gain(study).investment[a]) / arm.enrolled)
    found = alone(study, "missing")[kind]
    assert abs(found["mean"] - (expected[0] - expected[1])) < SIX * found["mcse"]["mean"]


def test_every_row_has_the_known_starts(paired) -> None:
    """Whoever the dropouts are like, at start they are where they were seen: exactly."""
    rows, couplings = blocks(paired, ["missing"])
    inputs = build(rows.study, couplings["observed"], rows.sources)
    statuses = list(rows.study.statuses)
    for a, arm in enumerate(rows.study.arms):
        at_start = rows.study.counts[a, 0] + rows.study.dropout_starts[a]
        shares = inputs.quantity[:, a, 0, 0, statuses]
        expected = np.broadcast_to(at_start[statuses] / arm.enrolled, shares.shape)
        np.testing.assert_allclose(shares, expected)


def test_it_is_the_default_where_starts_are_known(ishoj, paired, started) -> None:
    """The result says so, in words and as data; stated or assumed otherwise, it does not."""
    for study in (paired, started):
        plain, asked = (
            gv.simulate(s, n=500, vary="missing", rng=1)
            for s in (study, study.assume("missing", dropouts=GIVEN_START))
        )
        for coupling, draws in plain.by_coupling.items():
            assert np.array_equal(draws.difference, asked.by_coupling[coupling].difference)
        assert plain.provenance.usual == {"missing": {"dropouts": GIVEN_START}}
        assert "who started in the same status" in plain.summary("en")
        assert "der startede i samme status" in plain.summary("da")
        assert not asked.provenance.usual
        # What does not vary leaves its settings aside.
        assert "same status" not in gv.simulate(study, n=10, vary="rates", rng=1).summary()
    assert not gv.simulate(ishoj, n=10, rng=1).provenance.usual


def test_asked_for_at_random_nobody_s_start_matters(ishoj, paired, started) -> None:
    """To the last bit the draws of the study that does not know it; of a new group the default."""
    unknown = replace(started, dropout_starts=ishoj.dropout_starts)
    assert unknown.hash == ishoj.hash
    for study in (paired, started):
        without = replace(study, dropout_starts=ishoj.dropout_starts)
        one, other = (
            gv.simulate(each, n=500, vary=["missing", "outcomes"], rng=2)
            for each in (study.assume("missing", dropouts="at_random"), without)
        )
        for coupling, draws in one.by_coupling.items():
            assert np.array_equal(draws.net_gain, other.by_coupling[coupling].net_gain)
        (source,) = chosen(study, "missing", "new_group")
        assert source.dropouts == "at_random"


def test_what_cannot_be_asked(ishoj, started) -> None:
    """No known start; a new group; strata of those who stay: each is refused in one sentence."""
    given = {"dropouts": GIVEN_START}
    cases = [
        ("E208", ishoj.assume("missing", **given), {}),
        ("E209", started.assume("missing", **given), {"target": "new_group"}),
        ("E131", started.assume("missing", dropouts="unchanged"), {"weights": "pooled"}),
    ]
    for code, study, options in cases:
        with pytest.raises(gv.StudyError) as caught:
            gv.simulate(study, n=10, **options)
        assert [problem.code for problem in caught.value.problems] == [code]
        assert "{" not in caught.value.problems[0].say("da")


def test_an_empty_cell_falls_back_and_says_so(ishoj, started) -> None:
    """Nobody analysed started in flexjob, so its dropouts are like any: the mean of the others."""
    alike = with_starts(ishoj, ("control", {"flexjob": 4}))
    study = alike.assume("missing", moved="as_published")
    simulation = gv.simulate(study, n=20_000, vary="missing", rng=4)
    (problem,) = simulation.problems
    assert (problem.code, problem.read) == ("W150", "flexjob")
    assert "Control group who started in Flexible job: 4" in problem.told("en")
    assert "Kontrolgruppen, der startede i Fleksjob: 4" in problem.told("da")
    assert not gv.simulate(started, n=10, vary="missing").problems
    expected = gv.gain(ishoj).gain / 28 - gv.gain(ishoj).investment / 30
    expected[1] = gv.gain(ishoj).gain[1] / 26
    for draws in simulation.by_coupling.values():
        error = SIX * draws.found.mcse["mean"]
        assert abs(draws.found.mean - (expected[0] - expected[1])) < error


def test_a_row_that_weighs_nobody_of_a_start(ishoj) -> None:
    """Multinomial weights can leave a start out: its dropouts are like those seen there then."""
    study = _few(ishoj, z="resource_programme").assume("outcomes", law="plug_in")
    rows, couplings = blocks(study, ["missing", "outcomes"])
    drawn, starts = couplings["observed"], rows.study.axes.at("item", "resource_programme")
    path = drawn["path:control:0"][0] == starts
    bare = drawn["weight:control"][:, path].sum(axis=1) == 0
    assert bare.any()
    shares = build(rows.study, drawn, rows.sources).quantity[bare, 1, 0, 0, starts]
    np.testing.assert_allclose(shares, 1 / 4)


def test_unchanged_worst_and_best_start_where_they_did(started) -> None:
    """By hand, of means over the 30 enrolled: 2 and 2 start in the programme, 1 with cash benefit.

    At worst for the difference the treated end at the dearest rate, that of the programme, and the
    control group at nothing; the one of unknown start started where that is worst too.
    """
    gains = (2_976_037.37 - 2_300_000.0, 585_348.30)
    low = (gains[0] - 0.0) / 30 - (gains[1] + 3 * PROGRAMME + CASH) / 30
    high = (gains[0] + 2 * PROGRAMME) / 30 - (
        gains[1] + CASH + CASH - 4 * PROGRAMME + 2 * PROGRAMME
    ) / 30
    for which, extreme in (("worst", low), ("best", high)):
        rows = alone(started, "missing", moved="as_published", dropouts=which)
        assert rows["widest"]["mean"] == pytest.approx(extreme)
    falls = PROGRAMME - 163_824.0  # the programme's rate falls for the treated alone
    expected = (gains[0] + 2 * falls - gains[1]) / 30
    rows = alone(started, "missing", moved="as_published", dropouts="unchanged")
    assert rows["widest"]["mean"] == pytest.approx(expected)
    assert rows["widest"]["standard_deviation"] < 1e-6  # the unknown start costs the same later


def test_the_bounds_are_the_worst_and_the_best(started, paired) -> None:
    """One definition of an extreme course: of the simulation, of `missing`, and of `ask`."""
    for study in (started, paired):
        found = gv.missing(study)
        for which, end in zip(("worst", "best"), found.manski, strict=True):
            rows = alone(study, "missing", moved=which, dropouts=which)
            assert next(iter(rows.values()))["mean"] == pytest.approx(end)
        (lost,) = (each for each in gv.ask(study).questions if each.what == "lost")
        assert (lost.low, lost.high) == pytest.approx(found.manski)


def test_dropouts_of_a_stratum(paired) -> None:
    """Standardised draws put each with those of the same start, and so into its stratum."""
    rows = gv.simulate(paired, n=200, vary="missing", weights="pooled", rng=1)
    assert np.isfinite(rows.by_coupling["observed"].difference).all()
    assert evaluate(build(paired)).difference().shape == (1,)
