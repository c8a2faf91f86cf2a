"""Every kind of study: each answer shows itself whole, or is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.model.axes import Contrast
from gevinst.study.comparison import Comparison
from gevinst.study.study import Study
from gevinst.text.problems import StudyError, WrongValueError
from tests.analyses.turning.few import mixed_up
from tests.conftest import many_lost

ANSWERS: dict[str, Callable[[Study], object]] = {
    "bounds": lambda s: gv.bounds(s, "cheaper"),
    "switch_worth": lambda s: gv.switch_worth(s, "* -> flexjob"),
    "fragility": gv.fragility,
    "stress": gv.stress,
    "break_even": gv.break_even,
    "misclassification": gv.misclassification,
    "robustness": gv.robustness,
    "sensitivity": lambda s: gv.sensitivity(s, n=50, rng=1),
}
REFUSED = {
    **{(name, "lines"): "E151" for name in ("bounds", "switch_worth", "fragility", "stress")},
    ("misclassification", "lines"): "E163",
    ("switch_worth", "paired"): "own path is known",
    ("switch_worth", "alone"): "E123",
    ("sensitivity", "alone"): "E079",
}
"""What has no answer, and the code or the words that say why."""


def with_a_third(study: Study) -> Study:
    """The study with its second arm once more, as an arm that is compared with nobody."""

    def more(array):
        return np.concatenate([array, array[1:2]])

    def each(arrays):
        return {name: more(array) for name, array in arrays.items()}

    return replace(
        study,
        arms=(*study.arms, replace(study.arms[1], id="third")),
        **{n: more(getattr(study, n)) for n in ("counts", "lines", "group_lines", "uncounted")},
        **{n: each(getattr(study, n)) for n in ("rate_maps", "shares", "weights")},
        published=(),
    )


@pytest.fixture
def studies(ishoj, paired, masked, two_types) -> dict[str, Study]:
    """One of each kind."""
    return {
        "paired": paired,
        "masked": masked,
        "lines": two_types,
        "one_arm": replace(ishoj, comparison=Comparison("control", Contrast("intervention"))),
        "turned": replace(
            ishoj, comparison=Comparison("control", Contrast("control", "intervention"))
        ),
        "many_lost": many_lost(ishoj),
        "alone": mixed_up(ishoj, 1, citizens=1),
        "three_arms": with_a_third(ishoj),
        "cumulative": ishoj.choose(horizon="cumulative_trapezoid"),
        "end_counts_not": ishoj.choose(horizon="cumulative_left"),
    }


@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_of_each_study(studies, name: str) -> None:
    """Words in both languages, a frame, finite JSON, a view in a notebook; or a refusal."""
    for kind, study in studies.items():
        if why := REFUSED.get((name, kind)):
            with pytest.raises((StudyError, WrongValueError), match=why):
                ANSWERS[name](study)
            continue
        found = ANSWERS[name](study)
        assert found.summary("da") != found.summary("en")
        assert len(found.to_frame())
        plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
        assert "<table" in found._repr_html_()
        if name == "robustness":
            assert gv.verify(plain) == [], kind


def test_turned_round_the_answers_are_the_same(ishoj, studies) -> None:
    """With the arms' places changed as many citizens turn the sign, and each rate breaks even."""
    one, other = gv.fragility(ishoj), gv.fragility(studies["turned"])
    assert (one.citizens, one.density) == (other.citizens, other.density)
    assert one.difference == pytest.approx(-other.difference)
    for each in gv.break_even(ishoj).inputs:
        if each.kind == "rate":
            turned = gv.break_even(studies["turned"]).of(each.input)
            assert turned.value == pytest.approx(each.value)
