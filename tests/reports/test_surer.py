"""What would make the answer surer, and what the numbers do not say."""

from __future__ import annotations

import pytest

import gevinst as gv
from gevinst.reports.results import analyse
from gevinst.reports.sections import surer, unsaid
from gevinst.text.language import LANGUAGES, language
from tests.conftest import many_lost


@pytest.fixture(scope="module")
def results(ishoj):
    """What Ishøj's report is written from."""
    return analyse(ishoj, n=500, rng=1)


def test_the_least_difference_is_half_of_welchs_interval(results) -> None:
    """Of the narrowest and of the widest coupling, to the hundred."""
    said = surer.context(results, language("en"))["said"][0]
    halves = []
    for coupling in ("narrowest", "widest"):
        low, high = results.bootstrap.intervals(coupling)[0].limits
        halves.append((high - low) / 2)
    for half in halves:
        assert f"{round(half, -2):,.0f}\u00a0kr." in said


def test_more_citizens_make_it_smaller_by_the_root(ishoj, results) -> None:
    """Ten more of 28 and 26: about the root of n over n + 10, a little less for the degrees."""
    text = language("en")
    found = results.bootstrap
    for each in found.difference.values():
        ratio = each.reach(10) / each.reach()
        assert (26 / 36) ** 0.5 * 0.97 < ratio < (28 / 38) ** 0.5
    assert surer.context(results, text) is not None


def test_stated_courses_and_lines_have_no_least_difference(two_types) -> None:
    """Where nobody was compared, or nobody is counted, nothing is said of more citizens."""
    for study in (gv.load("gladsaxe"), two_types):
        assert surer.context(analyse(study, n=300, rng=1), language("en")) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_said_fits_the_study(ishoj, paired, two_types, lang: str) -> None:
    """A list for every study, without an id and without a blank left over."""
    for study in (ishoj, paired, two_types, gv.load("gladsaxe"), many_lost(ishoj)):
        said = unsaid.context(analyse(study, n=300, rng=1), language(lang))["said"]
        assert 3 <= len(said) <= 5
        for line in said:
            assert line.endswith(".")
            assert "{" not in line
