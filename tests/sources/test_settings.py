"""Settings of sources: what they can be, where a wrong one is named, what is assumed."""

from __future__ import annotations

import pytest

import gevinst as gv
from gevinst.sources.registry import chosen


def test_sources_say_what_they_cannot_be(ishoj) -> None:
    """An unknown setting or value is one message that lists what there is."""
    for settings, message in (
        ({"laws": "rubin"}, r"outcomes\.laws: read 'rubin'; write law, prior"),
        ({"law": "bayes"}, r"outcomes\.law: read 'bayes'; write calibrated, rubin, plug_in"),
    ):
        with pytest.raises(ValueError, match=message):
            gv.simulate(ishoj.assume("outcomes", **settings), n=10)
    for stated in ([0.5], "0.9:0.5", [0.5, 1.5], "x", None, True):
        with pytest.raises(ValueError, match=r"reported\.real: .*two numbers from 0 to 1"):
            gv.simulate(ishoj.assume("reported", real=stated), n=10)
    for stated in ({"control": "x"}, 5):
        with pytest.raises(ValueError, match=r"missing\.extra_cost: .*for each arm"):
            gv.simulate(ishoj.assume("missing", extra_cost=stated), n=10)
    with pytest.raises(ValueError, match=r"reported\.shared: .*true or false"):
        gv.simulate(ishoj.assume("reported", shared="yes"), n=10)
    with pytest.raises(
        ValueError, match=r"assume: read 'weather'; this study's sources are: rates"
    ):
        ishoj.assume("weather", rain=1)


@pytest.mark.parametrize(
    ("source", "settings", "code"),
    [
        ("reported", {"statuses": ["job"]}, "E030"),
        ("reported", {"instead": "nowhere"}, "E030"),
        ("reported", {"instead": "moved"}, "E030"),
        ("reported", {"instead": ""}, "E050"),
        ("reported", {"real": [0.0, 0.5]}, "E084"),
        ("uncounted", {"item": "nothing"}, "E030"),
        ("uncounted", {"item": "investment"}, "E085"),
        ("uncounted", {"arm": "third"}, "E030"),
        ("missing", {"extra_cost": {"third": 1.0}}, "E030"),
        ("outcomes", {"law": "plug_in", "prior": "perks"}, "E082"),
    ],
)
def test_settings_are_held_against_the_study(ishoj, source: str, settings, code: str) -> None:
    """A setting that does not fit the study is a problem with its code, before any draw."""
    with pytest.raises(gv.StudyError, match=code):
        gv.simulate(ishoj.assume(source, **settings), n=10)


def test_a_study_file_says_where_a_setting_is_wrong(folder) -> None:
    """`check` names the line, what was read and what to write."""
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("real = [0.5, 0.98]", "real = [0.98, 0.5]"), "utf-8")
    study, problems = gv.check(folder)
    assert study is None
    (said,) = [problem.say() for problem in problems.errors]
    assert "E080 study.toml, line" in said
    assert "write" in said.lower()
    path.write_text(text.replace("shared = true", 'shared = true\nlasts = "long"'), "utf-8")
    _, problems = gv.check(folder)
    assert [problem.code for problem in problems.errors] == ["E080"]
    path.write_text(text.replace('instead = "cash_benefit"', 'instead = "cash"'), "utf-8")
    _, problems = gv.check(folder)
    assert [problem.code for problem in problems.errors] == ["E030"]


def test_numbers_on_the_command_line_are_not_guessed(ishoj) -> None:
    """A text that is one number in Danish and another in English is refused, not read."""
    for text in ("control:50.000", "control:50,000", "control:1.250.000"):
        with pytest.raises(ValueError, match="without a separator of thousands"):
            gv.simulate(ishoj.assume("missing", extra_cost=text), n=10)
    fine = ishoj.assume("missing", extra_cost="control:50000.5+intervention:0.125")
    (source,) = chosen(fine, ["missing"])
    assert dict(source.extra_cost) == {"control": 50000.5, "intervention": 0.125}


def test_assumptions_are_told(ishoj) -> None:
    """What is assumed otherwise than the study declares stands in the text, and is always held."""
    found = gv.simulate(ishoj.assume("outcomes", law="rubin"), n=20, rng=1)
    assert "outcomes.law = rubin" in found.summary()
    assert "Forudsat anderledes" in found.summary("da")
    with pytest.raises(ValueError, match=r"missing\.moved: read 'nowhere'"):
        gv.simulate(ishoj.assume("missing", moved="nowhere"), n=20, vary=["rates"])


def test_a_distribution_that_no_source_draws(folder) -> None:
    """A study without sources is told what to declare."""
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    start, end = text.index("[[sources]]"), text.index("[assumptions.mean_of_many]")
    path.write_text(text[:start] + text[end:], "utf-8")
    _, problems = gv.check(folder)
    assert {problem.code for problem in problems.errors} == {"E100"}
