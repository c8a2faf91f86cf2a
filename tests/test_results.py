"""What every answer can do: a line, words in both languages, a frame, plain values, a notebook."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.cases import has_cases
from gevinst.reports.sections.appendix import uncertainty
from gevinst.study.outcomes import Outcome
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Lang, language
from gevinst.text.problems import MOST_SAID, Problem, Problems
from gevinst.text.result import Result
from tests.conftest import DATA, analysed, persons

X, Y = [0, 0, 51_000, 12_000, 3_000], [0, 4_000, 0, 0, 9_000, 1_000]


def with_an_outcome(study: Study) -> Study:
    """Return the study with one outcome stated: who was in a job."""
    job = Outcome("job", {"da": "I job", "en": "In a job"}, status="ordinary_employment")
    return replace(study, outcomes=(job,))


STUDY = {
    "gain": gv.gain,
    "audit": gv.audit,
    "bootstrap": gv.bootstrap,
    "simulate": lambda s: gv.simulate(s, n=200, rng=1),
    "draws": lambda s: gv.simulate(s, n=200, rng=1).by_coupling["widest"],
    "tornado": lambda s: gv.tornado(s, n=100, rng=1),
    "variance_shares": lambda s: gv.variance_shares(s, n=200, rng=1),
    "stratify": gv.stratify,
    "standardise": gv.standardise,
    "baseline": gv.baseline,
    "adjust": lambda s: gv.adjust(persons(s), outcome="ordinary_employment"),
    "covariates": lambda s: gv.adjust(
        persons(s, age=lambda f: np.arange(len(f)) * 7 % 40),
        covariates="age",
        outcome="ordinary_employment",
    ),
    "bounds": lambda s: gv.bounds(s, "cheaper at the end"),
    "switch_worth": lambda s: gv.switch_worth(s, "* -> flexjob"),
    "two_way": lambda s: gv.two_way(s, "rate.flexjob", "heads.intervention", points=5),
    "fragility": gv.fragility,
    "stress": gv.stress,
    "missing": gv.missing,
    "ask": gv.ask,
    "plan": gv.plan,
    "years": lambda s: gv.years(s if s.placed else gv.load("ishoj-smc"), n=200, rng=1),
    "scenarios": gv.scenarios,
    "cases": lambda s: gv.cases(s if has_cases(s) else gv.load("gladsaxe")),
    "break_even": gv.break_even,
    "deadweight": gv.deadweight,
    "misclassification": gv.misclassification,
    "robustness": gv.robustness,
    "sensitivity": lambda s: gv.sensitivity(s, n=100, rng=1),
    "outcome_test": lambda s: gv.outcome_test(s, "ordinary_employment"),
    "progression": gv.progression,
    "activity": lambda s: gv.activity(s if s.activity else gv.load("ishoj-smc")),
    "value_of_information": lambda s: gv.value_of_information(s, n=200, rng=1),
    "survey": lambda s: gv.survey(s if s.survey else gv.load("gladsaxe")),
    "accounts": lambda s: gv.accounts(gv.read(DATA / "accounts")),
    "outcomes": lambda s: gv.outcomes(with_an_outcome(gv.load("ishoj-smc"))),
}
ARRAYS = {
    "mean": lambda: gv.stats.bootstrap_mean_difference(X, Y),
    "interval": lambda: gv.stats.bootstrap_mean_difference(X, Y).interval("welch"),
    "no_interval": lambda: gv.stats.bootstrap_mean_difference([1], Y).interval("welch"),
    "permutation": lambda: gv.stats.permutation_test(X, Y),
    "frequency": lambda: gv.stats.permutation_test(np.random.default_rng(1).normal(size=50), X),
    "sign_flip": lambda: gv.stats.sign_flip_test(X),
    "band": lambda: gv.stats.standard_error_band([1, 2], [3, 4]),
    "bounds": lambda: gv.stats.bound_functional([1, 1], [1, 1], [[1, 0], [0, 1]]),
    "resampled": lambda: gv.stats.resample_statistic(X, np.median, n_resamples=200, rng=1),
    "shares": lambda: gv.stats.multilinear_shares([[1.0], [2.0]], [[[0.1]], [[0.2]]]),
    "ratio": lambda: gv.stats.fieller_interval(2.0, 5.0, quantile=2.0, variances=(0.1, 1.0)),
    "odds": lambda: gv.stats.mantel_haenszel([[[4, 24], [1, 25]]]),
    "corrected": lambda: gv.stats.rogan_gladen(45, 150, 0.96, 0.89),
    "information": lambda: gv.stats.evppi([1.0, -2.0] * 40, [0.0, 1.0] * 40, degree=1, rng=1),
    "no_odds": lambda: gv.stats.mantel_haenszel([[[0, 24], [0, 25]]]),
}


@pytest.fixture(scope="module")
def answers(ishoj) -> dict[str, Result]:
    """Every kind of answer."""
    of_study = {name: ask(ishoj) for name, ask in STUDY.items()}
    return {**of_study, **{name: ask() for name, ask in ARRAYS.items()}}


@pytest.mark.parametrize("name", [*STUDY, *ARRAYS])
def test_every_answer_can_be_shown(answers, name: str) -> None:
    """A one-line repr, words in both languages, a frame, JSON without infinities, HTML."""
    found = answers[name]
    assert isinstance(found, Result)
    assert "\n" not in repr(found)
    assert 10 < len(repr(found)) < 130
    english, danish = found.summary("en"), found.summary("da")
    assert english
    assert danish
    assert english != danish or name in ("draws",)
    assert ".." not in (english + danish).replace("...", "")
    assert str(found) == english
    frame = found.to_frame()
    assert len(frame) > 0
    json.dumps(found.to_dict(), allow_nan=False)
    shown = found._repr_html_()
    assert "<caption>" in shown
    assert "<table" in shown


@pytest.mark.parametrize("name", STUDY)
def test_every_picture_is_drawn(answers, name: str) -> None:
    """Each figure has a title, words for whom cannot see it, and axes of its own or given ones."""
    from matplotlib.figure import Figure

    found = answers[name]
    for picture in found.pictures:
        drawn = found.picture(picture, "da")
        assert drawn.title
        assert drawn.alt
        assert drawn.caption
        given = Figure().add_subplot()
        assert found.plot(picture, ax=given, lang="da") is given
        assert drawn.svg().startswith("<svg")
    with pytest.raises(ValueError, match="picture: read 'none'"):
        found.picture("none")


def test_quantiles_take_a_sequence(answers) -> None:
    """One number gives one, several give an array, the same to the last bit."""
    draws = answers["draws"]
    low, high = draws.quantile([0.025, 0.975])
    assert (low, high) == (draws.quantile(0.025), draws.quantile(0.975))
    assert isinstance(draws.quantile(0.5), float)


def test_a_study_shows_itself(ishoj) -> None:
    """A study's repr is one line, and its HTML a table of the counts."""
    assert repr(ishoj) == "<Study ishoj-smc: intervention 28, control 26; hash 3c4dd052>"
    assert "Kontanthjælp" in ishoj._repr_html_()
    assert repr(gv.build(ishoj)).startswith("<Inputs: 1 rows of 2 arm")
    assert repr(gv.evaluate(gv.build(ishoj))).startswith("<Ledger: 1 rows by arm")


@pytest.mark.parametrize(
    "rng", [1, np.int64(1), np.random.SeedSequence(1), [1, 2], np.random.default_rng(1), None]
)
def test_chance_comes_in_any_form(ishoj, rng) -> None:
    """`rng` is what numpy takes; a seed and its sequence are one, and are remembered."""
    found = gv.simulate(ishoj, n=10, vary="rates", rng=rng)
    assert isinstance(found.provenance.seed, int)
    if rng is not None and not isinstance(rng, (list, np.random.Generator)):
        assert found.provenance.seed == 1


@pytest.mark.parametrize("rng", [-1, "x", 1.5])
def test_bad_chance_is_named(ishoj, rng) -> None:
    """What numpy cannot take is one line that names the argument."""
    with pytest.raises(ValueError, match="rng: read"):
        gv.simulate(ishoj, n=10, rng=rng)


def test_small_things_are_taken_or_named(ishoj) -> None:
    """1e4 is a whole number, one source may stand alone, a level is held against 0 and 1."""
    assert gv.simulate(ishoj, n=1e3, vary="rates", rng=1).draws == 1000
    with pytest.raises(ValueError, match=r"n: read '10\.5'"):
        gv.simulate(ishoj, n=10.5)
    with pytest.raises(ValueError, match="confidence_level: read 2"):
        gv.simulate(ishoj, n=10, confidence_level=2)
    narrow, wide = (
        gv.simulate(ishoj, n=500, rng=1, confidence_level=level).by_coupling["widest"].found
        for level in (0.5, 0.95)
    )
    assert wide.low < narrow.low < narrow.high < wide.high
    assert narrow.to_dict()["interval"]["level"] == 0.5


MANY = tuple(
    Problem("W081", "study", k, "x", dict.fromkeys(("arm", "mass", "n", "kr"), 1))
    for k in range(500)
)
"""Warnings of one kind."""

WARNED = {
    "simulate": lambda found: replace(found, problems=Problems(MANY)),
    "years": lambda found: replace(found, problems=MANY),
    "standardise": lambda found: replace(found, warnings=MANY),
    "stratify": lambda found: replace(
        found, estimates=(replace(found.estimates[0], warnings=MANY), *found.estimates[1:])
    ),
}
"""Answers that hold warnings, with many."""


def test_every_answer_with_warnings_is_asked(answers) -> None:
    """The table below holds all that have any."""
    assert WARNED.keys() == {name for name in STUDY if hasattr(answers[name], "warnings")}


@pytest.mark.parametrize("name", WARNED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_many_warnings_of_a_kind_are_counted(answers, name: str, lang: Lang) -> None:
    """A summary, what to be wary of, and a view say the first of many, and how many more."""
    found = WARNED[name](answers[name])
    more = language(lang)("check.more", n=len(MANY) - MOST_SAID)
    for said in (found.summary(lang), "\n".join(found.cautions(lang))):
        assert said.count("W081") == MOST_SAID
        assert more in said


def test_a_report_counts_many_warnings(ishoj) -> None:
    """The report's warnings of a simulation are the first of many, and how many more."""
    results = analysed(ishoj)
    many = replace(results, simulation=WARNED["simulate"](results.simulation))
    said = uncertainty.context(many, language("en"))["warnings"]
    assert sum("more than a tenth" in line for line in said) == MOST_SAID
    assert any(language("en")("check.more", n=len(MANY) - MOST_SAID) in line for line in said)
    assert not any("W081" in line for line in said)
