"""Degenerate studies: every question is answered or refused in words, and every answer is shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.stats.intervals import METHODS
from gevinst.text.problems import StudyError
from gevinst.text.result import Result
from tests.conftest import persons, two_times
from tests.test_results import STUDY

CASH, PROGRAMME, FLEXJOB, JOB = (
    "cash_benefit",
    "resource_programme",
    "flexjob",
    "ordinary_employment",
)
STUDIES = {
    "one citizen each": (({CASH: 1}, {PROGRAMME: 1}), ({FLEXJOB: 1}, {JOB: 1})),
    "one treated": (({CASH: 1}, {PROGRAMME: 2, CASH: 2}), ({FLEXJOB: 1}, {JOB: 1, CASH: 3})),
    "one reference": (({PROGRAMME: 2, CASH: 2}, {CASH: 1}), ({JOB: 1, CASH: 3}, {FLEXJOB: 1})),
    "two citizens each": (({CASH: 2}, {PROGRAMME: 1, CASH: 1}), ({FLEXJOB: 2}, {JOB: 1, CASH: 1})),
    "all in one status": (({CASH: 4}, {CASH: 5}), ({CASH: 4}, {CASH: 5})),
    "all gain the same": (({CASH: 4}, {CASH: 5}), ({JOB: 4}, {JOB: 5})),
    "treated gain the same": (({CASH: 4}, {CASH: 5}), ({JOB: 4}, {JOB: 2, CASH: 3})),
    "reference gain the same": (({CASH: 5}, {CASH: 4}), ({JOB: 2, CASH: 3}, {JOB: 4})),
    "zero in a cell": (
        ({CASH: 4, PROGRAMME: 2}, {CASH: 5, PROGRAMME: 1}),
        ({JOB: 2, CASH: 4}, {CASH: 6}),
    ),
    "empty stratum": (({CASH: 4, PROGRAMME: 2}, {CASH: 5}), ({JOB: 2, CASH: 4}, {CASH: 4, JOB: 1})),
    "no cost at all": (({JOB: 4}, {JOB: 5}), ({JOB: 4}, {JOB: 5})),
    "all of an arm lost": (({CASH: 4}, {CASH: 5}), ({"moved": 4}, {"moved": 3, CASH: 2})),
    "everybody lost": (({CASH: 4}, {CASH: 5}), ({"moved": 4}, {"moved": 5})),
}
"""Starts and ends of the two arms."""


def _simulated(study, *, target="mean", weights=None, vary=None, **assumed):
    for source, settings in assumed.items():
        study = study.assume(source, **settings)
    return gv.simulate(study, n=200, rng=1, target=target, weights=weights, vary=vary)


def _but_outcomes(study):
    return [source.name for source in study.sources if source.name != "outcomes"]


# What audits of odd studies find, the tests of the audit hold; no study here is told by cases.
ELSEWHERE = ("audit", "draws")
QUESTIONS = {name: ask for name, ask in STUDY.items() if name not in ELSEWHERE} | {
    "draws": lambda s: next(iter(gv.simulate(s, n=200, rng=1).by_coupling.values())),
    "every interval": lambda s: gv.bootstrap(s, methods=METHODS),
    "adjust kr": gv.adjust,
    "overlap": lambda s: gv.standardise(s, weights="overlap"),
    "left out": lambda s: gv.standardise(s, moved="left_out"),
    "rubin": lambda s: _simulated(s, outcomes={"law": "rubin", "prior": "perks"}),
    "prior": lambda s: _simulated(s, outcomes={"prior": "jeffreys"}),
    "plug-in": lambda s: _simulated(s, outcomes={"law": "plug_in"}),
    "new group": lambda s: _simulated(s, target="new_group"),
    "worst": lambda s: _simulated(s, missing={"moved": "worst", "dropouts": "worst"}),
    "last status": lambda s: _simulated(s, missing={"moved": "last_status"}),
    "standardised": lambda s: _simulated(s, weights="pooled"),
    "without outcomes": lambda s: _simulated(s, vary=_but_outcomes(s)),
    "tornado without": lambda s: gv.tornado(s, n=100, rng=1, vary=_but_outcomes(s)),
}


def _shown(found: Result) -> list[str]:
    said = [found.summary("en"), found.summary("da"), repr(found), found._repr_html_()]
    said.append(json.dumps(found.to_dict(), allow_nan=False))
    said += [w for lang in ("en", "da") for w in found.cautions(lang)]
    said += [getattr(found, name)("da") for name in ("sentence", "explain") if hasattr(found, name)]
    assert len(found.to_frame()) > 0
    for name in found.pictures:
        assert found.picture(name, "da").svg().startswith("<svg")
    return said


@pytest.mark.parametrize("known", ["margins", "paths"])
@pytest.mark.parametrize("name", STUDIES)
def test_every_question_of_a_degenerate_study(ishoj, name: str, known: str) -> None:
    """No traceback, no warning (they are errors here), and no word of nan or infinity.

    A refusal is a numbered problem, or a ValueError that begins with what was read and says what
    to write.
    """
    study = two_times(ishoj, *STUDIES[name])
    if known == "paths":
        study = persons(study)
    for question, ask in QUESTIONS.items():
        try:
            said = _shown(ask(study))
        except StudyError as refused:
            said = [str(refused)]
            assert re.match(r"[EW]\d{3} ", said[0]), (question, said)
        except ValueError as refused:
            said = [str(refused)]
            assert re.match(r"\w+: .*; write ", said[0]), (question, said)
        for text in said:
            assert not re.search(r"\b(nan|inf|infinity)\b", text, re.IGNORECASE), (question, text)


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("n", [1, 2])
def test_a_prior_beside_too_few_citizens(ishoj, arm: int, n: int) -> None:
    """Citizens too few for the law are refused once, without a shift that a prior would make."""
    counts = ishoj.counts.copy()
    counts[arm] = 0
    counts[arm, :, ishoj.axes.at("item", CASH)] = n
    arms = list(ishoj.arms)
    arms[arm] = replace(arms[arm], analysed=n)
    study = replace(ishoj, counts=counts, arms=tuple(arms)).assume("outcomes", prior="perks")
    with pytest.raises(StudyError) as refused:
        gv.simulate(study, n=10, vary="outcomes")
    assert [p.code for p in refused.value.problems] == ["E079" if n == 1 else "E081"]


def test_everybody_lost_leaves_nobody_to_stand_for_them(ishoj) -> None:
    """Named per arm and time; what the message says to write is then answered."""
    study = two_times(ishoj, *STUDIES["all of an arm lost"])
    with pytest.raises(StudyError, match=r"E150 .*1\.5.*'intervention'"):
        gv.simulate(study, n=10)
    for moved in ("as_published", "worst", "best"):
        assert gv.simulate(study.assume("missing", moved=moved), n=10, rng=1).draws == 10


def test_a_legend_names_what_is_drawn(ishoj) -> None:
    """Where the first row has no dots, the others' are named all the same."""
    from gevinst.plots.balance import balance
    from gevinst.text.language import language

    nan = float("nan")
    for rows, names in (
        ([("a", nan, nan), ("b", 0.2, 0.1)], 2),
        ([("a", 0.2, nan), ("b", 0.2, nan)], 1),
    ):
        axes = balance(rows, language("en"), title="t", alt="a", axis="x", caption="c").on(None)
        assert len(axes.get_legend().get_texts()) == names


@pytest.mark.parametrize(
    ("name", "said"),
    [("all gain the same", 1), ("treated gain the same", 0), ("zero in a cell", 0)],
)
def test_no_spread_is_said(ishoj, name: str, said: int) -> None:
    """Draws of citizens who all gain the same say that nothing in them is chance in small groups.

    They then have no spread that is but the computer's, nor degrees of freedom of it.
    """
    found = gv.simulate(two_times(ishoj, *STUDIES[name]), n=200, rng=1, vary=["outcomes"])
    assert found.summary("en").count("nothing in these numbers is chance in small groups") == said
    assert found.summary("da").count("intet i disse tal er tilfældighed i små grupper") == said
    assert (found.widest.found.standard_deviation == 0.0) == bool(said)
