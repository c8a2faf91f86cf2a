"""The gallery: each evaluation holds the published facts, and what is said follows from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.files.studies import evaluations
from gevinst.text.language import LANGUAGES
from tests.conftest import STUDIES, run, script

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "evaluations.md"


def test_the_facts_are_the_published_ones() -> None:
    """Facts as the sources print them, and what is worked out from them by hand."""
    training = gv.load("gallery/adhd-training")
    assert gv.gain(training).difference == pytest.approx(-958_000 / 34)
    assert [f.code for f in gv.audit(training).findings] == ["range"]
    saving = gv.gain(gv.load("gallery/albuquerque"))
    assert saving.total == pytest.approx(615_920.49)
    costs = gv.load("gallery/ips-costs")
    by_hand = (18_279 + 3_395 - 5_422) - (14_549 + 403 - 7_214)
    assert gv.gain(costs).difference == pytest.approx(by_hand)
    assert [f.figure for f in gv.audit(costs).findings] == ["difference"]
    (events,) = gv.outcomes(gv.load("gallery/peterborough")).found
    assert events.difference == pytest.approx(-13.0)
    assert events.ratio == pytest.approx(142 / 155)
    work = {each.outcome.id: each for each in gv.outcomes(gv.load("gallery/ips-work")).found}
    assert work["within_18"].difference == pytest.approx(0.134)
    assert work["at_30"].difference == pytest.approx(0.12)
    assert work["within_18"].intervals == {}
    found = gv.audit(gv.load("gallery/job-programme")).findings
    assert [each.figure for each in found] == ["found_work.citizens"]
    assert "39" in found[0].told("en")


def test_the_shares_of_49_fit_38() -> None:
    """The one smaller number that all four shares can be of, by going through them all."""
    shares = (58, 66, 74, 68)
    by_hand = [
        n
        for n in range(1, 50)
        if all(any(round(100 * k / n) == s for k in range(n + 1)) for s in shares)
    ]
    assert by_hand == [38]
    values = [value for each in gv.outcomes(gv.load("gallery/unik")).found for value in each.values]
    assert all(value.bases == (38,) for value in values)


def test_every_evaluation_reads_without_errors() -> None:
    """And is what its folder says it is."""
    for name, folder in evaluations().items():
        study, problems = gv.check(folder)
        assert study is not None, [problem.say() for problem in problems.errors]
        assert f"gallery/{study.id}" == name
        assert study.references, "a source"
        assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gallery_lists_each_with_its_headline(capsys, lang: str) -> None:
    """On the command line, as data, as a frame and on the docs page."""
    code, said, _ = run(capsys, "gallery", "--lang", lang)
    plain = json.loads(run(capsys, "gallery", "--lang", lang, "--json")[1])
    assert code == 0
    page = PAGE.read_text("utf-8")
    for each in plain["evaluations"]:
        assert f"{each['id']}: " in said
        assert all(sentence in said for sentence in each["said"][lang])
        assert f"`{each['id'].partition('/')[2]}`" in page
    assert list(gv.gallery().to_frame().index) == list(evaluations())


def test_the_study_of_the_gallery(capsys) -> None:
    """Its script prints each, and finds what it found."""
    study = script(STUDIES / "gallery" / "run.py")
    assert study.misses(study.main()) == []
    assert "unik" in capsys.readouterr().out
