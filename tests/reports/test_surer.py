"""What would make the answer surer, and what the numbers do not say."""

from __future__ import annotations

import math

import pytest

import gevinst as gv
from gevinst.reports.sections import surer, unsaid
from gevinst.text.language import LANGUAGES, language
from tests.conftest import analysed, many_lost


@pytest.fixture(scope="module")
def results(ishoj):
    """What Ishøj's report is written from."""
    return analysed(ishoj)


def test_it_is_led_by_ten_more(results) -> None:
    """What they move the difference by, one standard deviation, narrowest to widest."""
    said = surer.context(results, language("en"))["first"]
    moved = []
    for coupling in ("narrowest", "widest"):
        found = results.bootstrap.difference[coupling]
        squared = zip(found.squared_errors, found.sizes, strict=True)
        moved.append(math.sqrt(sum(s * 10 / (n + 10) for s, n in squared)))
    low, high = (f"{round(kr, -2):,.0f}" for kr in moved)
    assert said.startswith("10 more citizens")
    assert f"by {low} to {high}\u00a0kr." in said or f"by {low} to {high} kr." in said


def test_the_table_begins_with_half_of_welchs_interval(results) -> None:
    """Of the study's own groups, narrowest to widest, to the hundred; eight rows at most."""
    _, own, *others = surer.context(results, language("en"))["table"]
    halves = []
    for coupling in ("narrowest", "widest"):
        low, high = results.bootstrap.intervals(coupling)[0].limits
        halves.append(f"{round((high - low) / 2, -2):,.0f}")
    assert own[:2] == ["28 / 26", " to ".join(halves)]
    assert 3 < len(others) < 8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_short(results, lang: str) -> None:
    """Two sentences, what they take for granted and what to write down: under 150 words."""
    found = surer.context(results, language(lang))
    words = " ".join([found["first"], *found["others"], *found["notes"], *found["gaps"]]).split(" ")
    assert len(words) < 150
    assert found["gaps"] == [gap.said(language(lang)) for gap in results.plan.gaps[:4]]


def test_without_an_interval_it_says_why(two_types) -> None:
    """Of stated courses nobody was compared; what is left open stands alone, or nothing does."""
    found = surer.context(analysed(gv.load("gladsaxe")), language("en"))
    assert found["first"].startswith("Nobody was compared")
    assert found["figure"] is None
    assert found["table"] == found["notes"] == []
    assert len(found["gaps"]) == 4
    results = analysed(two_types)
    assert results.plan.reason == "no-citizens"
    assert results.plan.gaps == ()
    assert surer.context(results, language("en")) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_said_fits_the_study(ishoj, paired, two_types, lang: str) -> None:
    """A list for every study, without an id and without a blank left over."""
    for study in (ishoj, paired, two_types, gv.load("gladsaxe"), many_lost(ishoj)):
        said = unsaid.context(analysed(study), language(lang))["said"]
        assert 3 <= len(said) <= 5
        for line in said:
            assert line.endswith(".")
            assert "{" not in line
