"""The forms a study can have, and every question: each answers, or says why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import gevinst as gv
from gevinst.model.axes import Contrast
from gevinst.study.study import Study
from gevinst.text.language import language
from gevinst.text.problems import StudyError
from tests.analyses.test_arms import arms_of
from tests.conftest import DATA, per_stratum, persons

PAGE = Path(__file__).parents[1] / "docs/reference/forms.md"
ANSWERS = "answers"


MONEY = (
    *("rates", "prices", "lines", "items", "payers", "correlations", "sources", "conventions"),
    *("alternatives", "assumptions", "price_year"),
)
"""What a study holds of money."""


def unpriced(study: Study) -> Study:
    """The same citizens in the same statuses, and what one of them came to, without any price."""
    told = {name: each for name, each in gv.to_tables(study).items() if name not in MONEY}
    items = [item.id for item in study.items if not item.status]
    told["published"] = told["published"][~told["published"]["item"].isin(items)]
    job = {"id": "job", "en": "In a job", "da": "I job", "status": "ordinary_employment"}
    return gv.from_tables(**told, outcome_items=[job])


FORMS = re.findall(r"^\| question \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)[0].split(
    " | "
)
"""Names of the forms, in the order of the page's columns."""


@cache
def forms() -> dict[str, Study]:
    """A study of each form, which has as much else as there is."""
    ishoj = gv.load("ishoj-smc")
    names = {"mild": 1, "intervention": 0, "control": 1}
    several = arms_of(ishoj, names, Contrast("intervention", "control"))
    return {
        "two arms": ishoj,
        "one arm": ishoj.compare("intervention"),
        "several arms": replace(several, sources=ishoj.sources),
        "stated courses": gv.load("gladsaxe"),
        "outcomes alone": unpriced(ishoj),
        "means": gv.read(DATA / "means"),
        "accounts alone": gv.read(DATA / "accounts"),
        "effects": gv.read(DATA / "effects"),
        "counts per stratum": per_stratum(persons(ishoj)),
    }


def two_rates(study: Study) -> Any:
    """Ask over two rates that move the result."""
    rates = [each.input for each in gv.break_even(study).inputs if each.kind == "rate"]
    return gv.two_way(study, *rates[:2], points=3)


def by_citizen(ask: Callable[[Study], Any]) -> Callable[[Study], Any]:
    """Ask where each citizen's course is known, if citizens are counted at all."""
    return lambda study: ask(persons(study) if study.statuses else study)


QUESTIONS: dict[str, Callable[[Study], Any]] = {
    "gain": gv.gain,
    "audit": gv.audit,
    "bootstrap": gv.bootstrap,
    "simulate": lambda s: gv.simulate(s, n=100, rng=1),
    "variance_shares": lambda s: gv.variance_shares(s, n=100, rng=1),
    "tornado": lambda s: gv.tornado(s, n=100, rng=1),
    "stratify": gv.stratify,
    "standardise": gv.standardise,
    "baseline": gv.baseline,
    "adjust": by_citizen(lambda s: gv.adjust(s, outcome="ordinary_employment")),
    "citizen_frame": by_citizen(gv.citizen_frame),
    "missing": gv.missing,
    "scenarios": gv.scenarios,
    "years": lambda s: gv.years(s, n=100, rng=1),
    "cases": gv.cases,
    "bounds": lambda s: gv.bounds(s, "cheaper"),
    "switch_worth": lambda s: gv.switch_worth(s, "* -> flexjob"),
    "two_way": two_rates,
    "break_even": gv.break_even,
    "deadweight": gv.deadweight,
    "fragility": gv.fragility,
    "stress": gv.stress,
    "misclassification": gv.misclassification,
    "sensitivity": lambda s: gv.sensitivity(s, n=100, rng=1),
    "robustness": gv.robustness,
    "plan": gv.plan,
    "ask": gv.ask,
    "value_of_information": lambda s: gv.value_of_information(s, n=100, rng=1),
    "outcomes": gv.outcomes,
    "outcome_test": lambda s: gv.outcome_test(s, "ordinary_employment"),
    "progression": gv.progression,
    "activity": gv.activity,
    "accounts": gv.accounts,
    "survey": gv.survey,
    "report": None,  # type: ignore[dict-item] - asked below, into a folder of its own
}


def sentence(study: Study, ask: Callable[[Study], Any]) -> str:
    """Say that it answers, or in its own words why it cannot."""
    text = language("en")
    try:
        found = ask(study)
    except StudyError as error:
        (problem,) = error.problems
        return str(text(f"problem.{problem.code}.wrong", **problem.values))
    said = found.summary("en") if hasattr(found, "summary") else ""
    reason = getattr(found, "reason", None)
    if reason:
        ways = [f"reason.{reason}", f"value.{reason}", f"plan.{str(reason).replace('-', '_')}"]
        before = found.opening("en")
        said_so = [line for line in said.splitlines() if line.strip() and line not in before][1:]
        known = [text(key) for key in ways if text.has(key)]
        return next((each for each in known if each in said), said_so[0])
    nobody = "One group is looked at alone."
    return nobody if nobody in said else ANSWERS


def table() -> dict[str, tuple[str, ...]]:
    """Read the page's table: per question a cell for each form."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: tuple(cells.split(" | ")) for name, cells in rows}


def reasons() -> dict[str, str]:
    """Read the page's reasons, by their letters."""
    found = re.findall(r"^\| ([a-z]) \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return dict(found)


def test_the_page_names_every_question() -> None:
    """The questions of the package are those of the page, in both ways."""
    asked = {
        name
        for name, place in gv._PLACES.items()
        if place.startswith(("analyses.", "reports.")) and name != "verify"
    } - {"distribution_fits", "gallery"}  # of no one study
    assert set(table()) == set(QUESTIONS) == asked


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "report"])
def test_each_form_answers_or_says_why(name: str) -> None:
    """What the page says of a question is what each form answers."""
    why = {sentence: letter for letter, sentence in reasons().items()}
    found = {form: sentence(study, QUESTIONS[name]) for form, study in forms().items()}
    cells = tuple(said if said == ANSWERS else why.get(said, said) for said in found.values())
    assert cells == table()[name]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_a_report(tmp_path: Path, form: str) -> None:
    """A report is written of each form."""
    written = gv.report(forms()[form], tmp_path / "report", n=100, rng=1, figures=False)
    assert written.page.is_file()
    assert table()["report"] == (ANSWERS,) * len(FORMS)
    assert list(forms()) == FORMS
