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


def test_payers_under_two_legal_bases_add_up() -> None:
    """What the municipality loses by the other basis the state has; all have as much."""
    study = gv.load("gallery/homelessness")
    for basis, municipality, state in (
        ("section_110", 35_000, 63_500),
        ("section_85", 19_000, 79_500),
    ):
        found = gv.gain(study.choose(basis=basis))
        payers = {payer: each["difference"] for payer, each in found.payers().items()}
        assert payers == pytest.approx(
            {"municipality": municipality, "state": state, "citizen": 7_500}
        )
        assert found.difference == pytest.approx(106_000)
    later = gv.years(study, years=2, persistence=["none", "constant"], discount="none", n=2, rng=1)
    assert [course.npv for course in later.courses] == pytest.approx([106_000, 212_000])
    assert "nothing" in later.summary("en")


def test_the_sums_of_the_programme_follow() -> None:
    """Total, net benefit and ratio from their parts; a year of it is told by nobody."""
    assert 2_614 + 6_138 + 2 - 471 == 8_283
    assert (8_283 - 951, round(8_283 / 951, 2)) == (7_332, 8.71)
    study = gv.load("gallery/wsipp-ips")
    found = gv.audit(study)
    assert (found.figures, found.deviating, found.findings) == (9, 0, ())
    assert set(found.unchecked) == {"taxpayers", "participants", "others", "indirect", "chance"}
    assert gv.gain(study).difference == pytest.approx(7_332)
    with pytest.raises(gv.StudyError, match="E316"):
        gv.years(study)


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
