"""Impossible switches: what they bar, and when the margins refute them."""

from __future__ import annotations

import pytest

import gevinst as gv
from gevinst.analyses.bootstrap import bootstrap
from gevinst.study.transitions import possible
from tests.conftest import four_who_move

ABSORBING = [("early_retirement", "*"), ("ordinary_employment", "*")]


def test_nothing_impossible_is_the_plain_band(ishoj) -> None:
    """Switches that bar nothing leave every number where it was: one number for one thing."""
    plain = bootstrap(ishoj).to_dict()["difference"]
    open_ = bootstrap(ishoj, impossible=[("rehabilitation", "ordinary_hours")])
    for coupling, error in open_.to_dict()["difference"]["standard_error"].items():
        assert error == pytest.approx(plain["standard_error"][coupling], rel=1e-9)
    for a, b in zip(plain["intervals"], open_.to_dict()["difference"]["intervals"], strict=True):
        assert (a["low"], a["high"]) == pytest.approx((b["low"], b["high"]), rel=1e-6)
    assert "rehabilitation -> ordinary_hours" in open_.summary("en")


def test_switches_narrow_the_band(ishoj) -> None:
    """A switch that bars something the widest pairing used makes the band no wider."""
    free, barred = (
        bootstrap(ishoj, impossible=s).difference
        for s in ((), [("cash_benefit", "early_retirement"), ("resource_programme", "moved")])
    )
    assert barred["widest"].standard_error <= free["widest"].standard_error
    assert barred["narrowest"].standard_error >= free["narrowest"].standard_error


def test_margins_can_refute_a_switch(ishoj) -> None:
    """A refuted switch is an error with arm, times and switch; so are two refuted together."""
    with pytest.raises(gv.StudyError) as caught:
        bootstrap(ishoj, impossible=[*ABSORBING, ("cash_benefit_placement", "*")])
    assert [p.code for p in caught.value.problems] == ["E111", "E111"]
    message = caught.value.problems[0].say("en")
    assert "cash_benefit_placement -> *" in message
    assert "'intervention'" in message
    assert "1 -> 1.5" in message
    small = four_who_move(ishoj)
    both = [("cash_benefit", "ordinary_employment"), ("flexjob", "ordinary_employment")]
    for switch in both:
        possible(small, [switch])
    with pytest.raises(gv.StudyError, match="E112"):
        bootstrap(small, impossible=both)


def test_unknown_switches(ishoj, two_types) -> None:
    """An unknown status lists the known; a study without margins has nothing to bar."""
    with pytest.raises(ValueError, match="write a status, a group"):
        bootstrap(ishoj, impossible=[("flexjobb", "*")])
    with pytest.raises(ValueError, match="holds no margins"):
        bootstrap(two_types, impossible=[("a", "b")])
