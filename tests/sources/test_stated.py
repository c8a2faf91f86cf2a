"""A written course with a range: its law, whose it is, and what it is worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.sources.registry import SOURCES, chosen, problems_of
from gevinst.stats import streams
from tests.conftest import SIX, alone, ranged


@pytest.fixture(scope="module")
def gladsaxe():
    """The bundled study of stated courses."""
    return gv.load("gladsaxe")


def written(study, arm: str = "control") -> float:
    """What the lines of an arm cost per citizen: what the difference loses without them."""
    a = study.axes.at("arm", arm)
    lines = study.lines.copy()
    lines[a] = 0.0
    return gv.gain(study).difference - gv.gain(_with(study, lines)).difference


def _with(study, lines):
    return replace(study, lines=lines)


def test_uniform_by_hand(gladsaxe) -> None:
    """Alone: the difference moves by the course's cost, times the share's mean and spread."""
    study = ranged(gladsaxe, share=[0.7, 1.2])
    row = alone(study, "stated")["none"]
    cost = written(gladsaxe)
    assert cost == pytest.approx(246_928, abs=1)
    expected = gv.gain(gladsaxe).difference + (0.95 - 1.0) * cost
    assert abs(row["mean"] - expected) < SIX * row["mcse"]["mean"]
    spread = cost * 0.5 / 12**0.5
    assert abs(row["standard_deviation"] - spread) < SIX * row["mcse"]["standard_deviation"]


def test_a_pert_leaves_the_mean(gladsaxe) -> None:
    """What is written is the mean of a PERT, and the closed form agrees with the draws."""
    study = ranged(gladsaxe, share=[0.7, 1.2], law="pert")
    row = alone(study, "stated")["none"]
    assert abs(row["mean"] - gv.gain(gladsaxe).difference) < SIX * row["mcse"]["mean"]
    (source,) = chosen(study, ["stated"])
    assert not source.moves_mean
    assert chosen(ranged(gladsaxe, share=[0.7, 1.2]), ["stated"])[0].moves_mean


def test_a_case_of_its_own_is_drawn_by_itself(gladsaxe) -> None:
    """One case has its range, the others share one number; variances add up."""
    study = ranged(gladsaxe, share=[0.9, 1.1], cases={"case_3": [0.5, 1.5]})
    (source,) = chosen(study, ["stated"])
    drawn = source.draw(study, 20_000, streams.stream(3, "stated", 0))
    assert drawn.keys() == {"stated:control", "stated:case_3"}
    assert abs(np.corrcoef(*drawn.values())[0, 1]) < SIX / 20_000**0.5
    found = gv.break_even(study)
    each = {i.input: -found.difference / i.distance for i in found.inputs if i.kind == "stated"}
    own, rest = each["stated.case_3"], each["stated.control"] - each["stated.case_3"]
    spread = ((own * 1.0) ** 2 / 12 + (rest * 0.2) ** 2 / 12) ** 0.5
    row = alone(study, "stated")["none"]
    assert abs(row["standard_deviation"] - spread) < SIX * row["mcse"]["standard_deviation"]


def test_shares_in_closed_form_are_those_of_the_draws(gladsaxe) -> None:
    """Beside the prices: what it has of the variance, by its terms and by swapping."""
    study = ranged(gladsaxe, share=[0.7, 1.2], cases={"case_1": [0.8, 1.0]})
    exact = gv.variance_shares(study, vary=["rates", "stated"]).by_coupling["none"]
    simulated = gv.simulate(study, n=40_000, vary=["rates", "stated"], rng=4)
    row = simulated.by_coupling["none"].to_dict()
    error = SIX * row["mcse"]["standard_deviation"]
    assert abs(exact.variance**0.5 - row["standard_deviation"]) < error


def test_nothing_stated_draws_nothing(gladsaxe) -> None:
    """Without a range the published value stands, to the last bit."""
    study = ranged(gladsaxe)
    (source,) = chosen(study, ["stated"])
    assert source.draw(study, 10, streams.stream(3, "stated", 0)) == {}
    assert list(source.scalars(study)) == []
    row = alone(study, "stated")["none"]
    assert row["mean"] == gv.gain(gladsaxe).difference
    assert row["standard_deviation"] == 0.0


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"share": [0.9, 6.0], "law": "pert"}, "E165"),
        ({"share": [0.2, 0.9], "law": "pert"}, "E165"),
        ({"cases": {"case_9": [0.9, 1.1]}}, "E030"),
    ],
)
def test_what_does_not_fit_is_refused(gladsaxe, settings, code: str) -> None:
    """By number, with what was read."""
    study = ranged(gladsaxe, **settings)
    assert code in [problem.code for problem in problems_of(study, chosen(study))]


def test_a_study_with_a_control_group_is_refused(ishoj) -> None:
    """The others are people who were seen, not a course that somebody wrote."""
    study = ranged(ishoj, share=[0.7, 1.2])
    assert "E164" in [problem.code for problem in problems_of(study, chosen(study))]


def test_cases_as_on_a_command_line(gladsaxe) -> None:
    """Text and mapping are read alike; what is neither says what to write."""
    as_text = ranged(gladsaxe).assume("stated", cases="case_1:0.8:1.1+case_2:1:1.2")
    as_map = ranged(gladsaxe).assume("stated", cases={"case_1": [0.8, 1.1], "case_2": [1, 1.2]})
    assert chosen(as_text, ["stated"]) == chosen(as_map, ["stated"])
    for wrong in (3, {"case_1": 3}, {"case_1": [1.2, 0.8]}, "case_1"):
        with pytest.raises(ValueError, match=r"stated\.cases"):
            chosen(ranged(gladsaxe).assume("stated", cases=wrong))


def test_break_even_is_put_back_to_the_krone(gladsaxe) -> None:
    """Each stated input at its value makes the calculation itself zero: all cases, and each."""
    found = gv.break_even(gladsaxe)
    assert found.of("stated.control").distance == pytest.approx(-0.1442, abs=5e-5)
    a = gladsaxe.axes.at("arm", "control")
    stated = [each for each in found.inputs if each.kind == "stated"]
    assert len(stated) == 5  # all, and the four cases that somebody stands behind
    for each in stated:
        of = each.input.partition(".")[2]
        strata = slice(None) if of == "control" else gladsaxe.axes.at("stratum", of)
        lines = gladsaxe.lines.copy()
        lines[a, strata] *= each.value
        assert gv.gain(_with(gladsaxe, lines)).difference == pytest.approx(0.0, abs=0.5)


def test_the_sentence_says_that_no_range_is_stated(gladsaxe) -> None:
    """Where one is, it does not; the tornado then has a bar of that name."""
    assert "14.4 % cheaper" in gv.break_even(gladsaxe).summary().replace("\u00a0", " ")
    assert "14,4 pct. billigere" in gv.break_even(gladsaxe).summary("da").replace("\u00a0", " ")
    assert "states no range" in gv.break_even(gladsaxe).summary()
    study = ranged(gladsaxe, share=[0.7, 1.2])
    assert "states no range" not in gv.break_even(study).summary()
    bars = gv.tornado(study, n=200, rng=1).bars()
    assert "stated.control" in [bar["source"] for bar in bars]
    assert SOURCES["stated"]


def test_what_nobody_counted_is_not_written(gladsaxe) -> None:
    """A line that the course leaves out is not scaled, whichever source comes first."""
    at = gladsaxe.axes.at
    cell = (at("arm", "control"), 0, at("time", "0-6"), at("item", "cash_benefit"))
    uncounted = np.zeros_like(gladsaxe.lines)
    uncounted[cell] = 1.0
    study = ranged(replace(gladsaxe, uncounted=uncounted), share=[0.5, 0.5 + 1e-9])
    row = alone(study, "stated")["none"]
    lines = gladsaxe.lines.copy()
    lines[cell[0]] *= 0.5
    lines[cell] *= 2.0
    assert row["mean"] == pytest.approx(gv.gain(_with(gladsaxe, lines)).difference, abs=0.01)
