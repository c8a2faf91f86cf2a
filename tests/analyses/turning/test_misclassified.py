"""False reports: the fewest that turn it, put back into the calculation, and the share."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.text.problems import StudyError
from tests.conftest import alone, two_times

IN, OUT = "intervention", "control"


def moved(study, arm: str, false) -> float:
    """The difference with some reports moved to what stands instead, in the counts themselves."""
    counts, at = study.counts.copy(), study.axes.at
    a, (doubt,) = at("arm", arm), gv.misclassification(study).doubted
    for status, time, k, *_ in false:
        t = at("time", time)
        counts[a, t, at("item", status)] -= k
        counts[a, t, at("item", doubt.instead)] += k
    assert (counts >= 0).all()
    return gv.gain(replace(study.as_margins(), counts=counts)).difference


def test_one_of_seven(ishoj) -> None:
    """One false report among the treated is enough; none among the others' helps."""
    found = gv.misclassification(ishoj)
    treated, reference = found.of(IN), found.of(OUT)
    assert (treated.citizens, treated.fewest) == (7, 1)
    assert (reference.citizens, reference.fewest) == (2, None)
    assert moved(ishoj, IN, treated.witness) == pytest.approx(treated.with_witness)
    assert treated.with_witness < 0.0 < found.difference
    for each in (treated, reference):
        assert moved(ishoj, each.arm, each.reports) == pytest.approx(each.with_all)
    assert "1 of the 7 reports" in found.summary("en").replace("\u00a0", " ")
    assert "merudgift på 3.525 kr." in found.summary("da").replace("\u00a0", " ")


@pytest.mark.parametrize("horizon", ["annual_end", "cumulative_trapezoid"])
@pytest.mark.parametrize("instead", ["cash_benefit", "early_retirement"])
def test_no_fewer_turn_it(ishoj, horizon: str, instead: str) -> None:
    """Against every way of taking false reports of an arm, one by one."""
    if horizon not in ishoj.choices["horizon"]:
        horizon = next(name for name in ishoj.choices["horizon"] if name != "annual_end")
    study = ishoj.choose(horizon=horizon).assume("reported", instead=instead)
    found = gv.misclassification(study)
    for each in found.arms:
        cells = [range(report.citizens + 1) for report in each.reports]
        kr = np.array([report.kr for report in each.reports])
        best = min(
            (
                sum(taken)
                for taken in itertools.product(*cells)
                if (found.difference + kr @ np.array(taken)) * np.sign(found.difference) <= 1e-6
            ),
            default=None,
        )
        assert each.fewest == best
        if each.witness is not None:
            assert moved(study, each.arm, each.witness) == pytest.approx(each.with_witness)


def test_the_share_is_where_the_source_itself_gives_zero(ishoj) -> None:
    """That share of false reports, stated to the source, makes a difference of nothing."""
    found = gv.misclassification(ishoj)
    assert found.share is not None
    right = 1.0 - found.share
    study = ishoj.assume("reported", real=[right, right], lasting=[1.0, 1.0])
    for row in alone(study, "reported").values():
        assert row["mean"] == pytest.approx(0.0, abs=1e-6)
    study = ishoj.assume("reported", real=[0.5, 0.5], lasting=[1.0, 1.0])
    for row in alone(study, "reported").values():
        assert row["mean"] == pytest.approx(found.at(0.5))


def test_a_loss_is_turned_by_the_reference(ishoj) -> None:
    """With the arms changed about the sign is the other, and so is whose reports turn it."""
    turned = replace(ishoj, counts=ishoj.counts[::-1].copy(), arms=ishoj.arms)
    arms = [replace(arm, analysed=n) for arm, n in zip(ishoj.arms, (26, 28), strict=True)]
    turned = replace(turned, arms=tuple(arms), comparison=None).choose(basis="printed")
    found = gv.misclassification(turned)
    for each in found.arms:
        assert moved(turned, each.arm, each.reports) == pytest.approx(each.with_all)


def test_a_study_that_doubts_nothing_is_refused(ishoj) -> None:
    """In words, and `sensitivity` leaves it out."""
    certain = replace(ishoj, sources=tuple(s for s in ishoj.sources if s.name != "reported"))
    for study in (gv.load("gladsaxe"), certain):
        with pytest.raises(StudyError, match="E163"):
            gv.misclassification(study)
        assert gv.sensitivity(study, n=100, rng=1).misclassification is None
    assert gv.sensitivity(ishoj, n=100, rng=1).to_dict()["misclassification"]["share"]


def test_a_single_report_and_none_are_said_as_such(ishoj) -> None:
    """Words for one report, and for an arm without any, in both languages."""
    few = two_times(
        ishoj,
        ({"cash_benefit": 4}, {"cash_benefit": 5}),
        ({"cash_benefit": 3, "flexjob": 1}, {"cash_benefit": 4, "resource_programme": 1}),
    )
    found = gv.misclassification(few)
    assert [each.citizens for each in found.arms] == [1, 0]
    assert "the one report in" in found.summary("en")
    assert "den ene oplysning i" in found.summary("da")
    assert "there is no such report" in found.summary("en")
    assert "Kontrolgruppen: der er ingen" in found.summary("da")
