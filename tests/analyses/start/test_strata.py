"""Strata: how they are asked for, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gevinst as gv
from tests.conftest import persons

STRATA = ("cash_benefit_all", "resource_programme_all")


def test_three_ways_to_ask_for_strata(ishoj) -> None:
    """Declared, a sequence of groups, and a mapping give the same figures."""
    declared = gv.standardise(ishoj)
    listed = gv.standardise(ishoj, strata=STRATA)
    mapped = gv.standardise(
        ishoj, strata={"cash": STRATA[0], "programme": [STRATA[1], "resource_programme"]}
    )
    assert declared.low == listed.low == mapped.low
    assert [s.id for s in mapped.strata] == ["cash", "programme"]
    assert declared.by == ishoj.stratification.label


def test_strata_by_a_column(ishoj) -> None:
    """A covariate of person rows makes strata; each value is one, named by itself."""
    paired = persons(ishoj, sex=["f", "m", "m"] * 18)
    one = gv.standardise(paired, strata="sex")
    assert [s.id for s in one.strata] == ["f", "m"]
    assert sum(s.citizens["intervention"] for s in one.strata) == 28
    assert one.strata[0].weight == pytest.approx(1 / 3)
    by_hand = gv.stratify(paired, strata="sex").of("pooled", "published")
    assert by_hand.estimate == one.estimate
    shown = gv.baseline(paired, strata="sex").to_frame()
    assert shown.loc[("stratum", "f"), "smd_standardised"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("strata", "code"),
    [
        (["cash_benefit_all"], "E123"),
        (["cash_benefit_all", "cash_benefit", "resource_programme_all"], "E124"),
        ("sex", "E126"),
    ],
)
def test_strata_that_cannot_be_made(ishoj, strata, code) -> None:
    """A start in no stratum, a status in two, a column of margins: each has a code."""
    with pytest.raises(gv.StudyError, match=code) as caught:
        gv.standardise(ishoj, strata=strata)
    for problem in caught.value.problems:
        for lang in ("da", "en"):
            assert "{" not in problem.say(lang)


def test_columns_that_cannot_be_strata(ishoj) -> None:
    """An unknown column lists the known; a citizen without a value is named."""
    paired = persons(ishoj, sex=["f", "m", ""] * 18)
    with pytest.raises(gv.StudyError, match="E125"):
        gv.standardise(paired, strata="gender")
    with pytest.raises(gv.StudyError, match="E127") as caught:
        gv.standardise(paired, strata="sex")
    assert len(caught.value.problems) == 18


def test_nothing_to_stratify(ishoj, two_types) -> None:
    """A study of lines is E121, a study that declares no strata E122."""
    with pytest.raises(gv.StudyError, match="E121"):
        gv.stratify(two_types)
    with pytest.raises(gv.StudyError, match="E122"):
        gv.stratify(replace(ishoj, stratification=None))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": "pool"}, "write one of pooled"),
        ({"basis": "none"}, "basis: read 'none'"),
        ({"moved": "gone"}, "moved: read 'gone'"),
        ({"confidence_level": 95}, "between 0 and 1"),
        ({"strata": ["benefit"]}, "write a status or a group"),
        ({"strata": []}, "strata: read none"),
        ({"strata": {"a": []}}, "without statuses"),
    ],
)
def test_bad_input(ishoj, arguments, words) -> None:
    """What does not exist is refused in words."""
    with pytest.raises(ValueError, match=words):
        gv.standardise(ishoj, **arguments)
