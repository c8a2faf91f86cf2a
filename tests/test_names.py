"""Names that a user types meet ids in one form, wherever they are typed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.analyses.audit.formulas import parse
from gevinst.cli.options import names, switches
from gevinst.study.strata import named_strata
from gevinst.study.study import Study
from gevinst.text.problems import WrongValueError
from tests.conftest import ranged, run

STRATA = ("cash_benefit_all", "resource_programme_all")

ASKED: dict[str, Callable[[Study, Callable[[str], str]], object]] = {
    "load": lambda _, f: gv.load(f("ishoj-smc")).hash,
    "choose": lambda s, f: gv.gain(s.choose(heads=f("enrolled"), perspective=f("all"))).to_dict(),
    "assume": lambda s, f: drawn(s.assume(f("missing"), moved=f("last_status"))),
    "an arm's own": lambda s, f: drawn(s.assume("missing", extra_cost={f("control"): 5.0})),
    "as on a command line": lambda s, f: drawn(
        s.assume("missing", extra_cost=f"{f('control')}:5+{f('intervention')}:0")
    ),
    "ids": lambda s, f: drawn(s.assume("reported", statuses=(f("flexjob"),))),
    "ids as text": lambda s, f: drawn(
        s.assume("reported", statuses=f"{f('flexjob')}+{f('ordinary_employment')}")
    ),
    "id": lambda s, f: drawn(s.assume("reported", instead=f("cash_benefit"))),
    "ranges of cases": lambda _, f: drawn(
        ranged(gv.load("gladsaxe")).assume("stated", cases={f("case_1"): [0.8, 1.1]})
    ),
    "ranges as text": lambda _, f: drawn(
        ranged(gv.load("gladsaxe")).assume("stated", cases=f"{f('case_1')}:0.8:1.1")
    ),
    "vary": lambda s, f: drawn(s, vary=[f("outcomes")]),
    "vary one": lambda s, f: drawn(s, vary=f("outcomes")),
    "strata": lambda s, f: gv.stratify(s, strata=[f(name) for name in STRATA]).to_dict(),
    "strata as text": lambda s, f: gv.stratify(
        s, strata=named_strata(s, ",".join(map(f, STRATA)))
    ).to_dict(),
    "mapped strata": lambda s, f: gv.stratify(
        s, strata={"a": f(STRATA[0]), "b": [f(STRATA[1])]}
    ).to_dict(),
    "weights": lambda s, f: gv.standardise(s, weights=f("overlap")).to_dict(),
    "weights by stratum": lambda s, f: gv.standardise(
        s, weights={f(name): 1.0 for name in STRATA}, strata=STRATA
    ).to_dict(),
    "impossible": lambda s, f: gv.bounds(
        s, "cheaper", impossible=[(f("early_retirement"), "*")], moved=f("left_out")
    ).to_dict()["arms"],
    "query": lambda s, f: gv.bounds(s, f"{f('cash_benefit')} -> {f('flexjob')}").to_dict()["arms"],
    "query's words": lambda s, f: gv.bounds(s, f"{f('cheaper')} at {f('the end')}").to_dict()[
        "arms"
    ],
    "two inputs": lambda s, f: gv.two_way(
        s, f("rate.flexjob"), f("heads.intervention"), points=2
    ).to_dict()["differences"],
    "outcome": lambda s, f: gv.outcome_test(s, f("flexjob"), time=f(s.axes.times[-1])).to_dict(),
    "column": lambda _, f: gv.stratify(persons(), strata=f("stratum")).to_dict(),
    "covariate": lambda _, f: gv.adjust(persons(), covariates=f("stratum"), strata=()).to_dict(),
    "adjusted outcome": lambda _, f: gv.adjust(persons(), outcome=f("flexjob")).to_dict(),
    "formula": lambda _, f: parse(f"{f('first')} + [{f('the second')}]").names,
}
"""Every way in which names are handed in."""


def drawn(study: Study, **how: object) -> object:
    """What twenty draws of a study say."""
    return {c: d.to_dict() for c, d in gv.simulate(study, n=20, rng=1, **how).by_coupling.items()}


def persons() -> Study:
    """Invented citizens of the bundled study, in two strata by a column."""
    from tests.conftest import person_rows

    study = gv.load("ishoj-smc")
    return gv.from_persons(person_rows(study), study)


FORMS: dict[str, Callable[[str], str]] = {
    "spaces": lambda text: f"\u00a0{text}\u202f",
    "unseen": lambda text: text[0] + "\u00ad\u200b" + text[1:],
}


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("asked", ASKED)
def test_a_name_is_one_in_any_form(ishoj, asked: str) -> None:
    """With spaces of any kind or with what nobody sees, the answer is the same."""
    plain = ASKED[asked](ishoj, lambda name: name)
    for form in FORMS.values():
        assert repr(ASKED[asked](ishoj, form)) == repr(plain)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a:*", [("a", "*")]),
        (' a : "b, c" ,"d:e":\u00a0f', [("a", "b, c"), ("d:e", "f")]),
        ('"a":"b"', [("a", "b")]),
    ],
)
def test_switches_of_ids_with_marks(text: str, found: object) -> None:
    """An id that holds a comma or a colon stands in quotation marks."""
    assert switches(text) == found


@pytest.mark.parametrize("text", ["a", "a:", ":b", "a:b:c", "a:b,", '"a:b"', "a,b:c"])
def test_switches_that_are_none(text: str) -> None:
    """What is not FROM:TO is refused, and the message says what to write."""
    with pytest.raises(WrongValueError, match="quotation marks"):
        switches(text)


def test_names_between_commas() -> None:
    """Names are read in their form, and one that holds a comma within quotation marks."""
    assert names('a,\u00a0b ,"c, d"') == ["a", "b", "c, d"]


def test_a_status_whose_id_holds_marks(capsys, ishoj, tmp_path: Path) -> None:
    """On the command line such a status can be named as impossible, and as a stratum."""
    folder = tmp_path / "study"
    shutil.copytree(gv.bundled()["ishoj-smc"], folder)
    odd = "early: retirement, all"
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        path.write_text(text.replace("early_retirement", odd), "utf-8")
    asked = ("cheaper", "--json", "--impossible")
    plain = run(capsys, "bounds", "ishoj-smc", *asked, "early_retirement:*")
    code, out, err = run(capsys, "bounds", str(folder), *asked, f'"{odd}":*')
    assert code == plain[0] == 0, err
    assert (
        out.replace(odd, "early_retirement").split('"provenance"')[0]
        == plain[1].split('"provenance"')[0]
    )
